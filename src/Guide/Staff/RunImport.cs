using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Files;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Jobs;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>What was checked, as the button that runs it carries it: sealed, for one person and for an hour.</summary>
/// <param name="Files">The files' names, and the names under which they are kept.</param>
/// <param name="Mapping">The mapping, or empty for HSDS.</param>
/// <param name="SourceSet">The set that was named, or empty.</param>
/// <param name="Retire">True to take out what has vanished.</param>
/// <param name="Source">What readers are told the source is, or null.</param>
/// <param name="Check">The work that checked it; null before.</param>
internal sealed record CheckedImport(
    IReadOnlyList<KeyValuePair<string, string>> Files, string Mapping, string SourceSet, bool Retire, SourceSet? Source, Guid? Check);

/// <summary>Somebody brings files, sees what they would change, and only then lets them in. Both go on when the page is closed.</summary>
internal static class RunImport
{
    public const string Root = "/staff/guide/imports";
    public const string Right = "guide.import";
    private const int MostFiles = 200;

    private static readonly FollowedKind Followed = new(
        Root, Right, "guide.import.cancelled", (context, id, cancellationToken) => context.RequestServices.GetRequiredService<ImportWorks>().FindAsync(id, context.Actor(), cancellationToken),
        static (context, work, _) => Task.FromResult<IResult>(Tell(context, work)), AddressOf);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var limit = routes.ServiceProvider.GetRequiredService<NodeSettings>().UploadLimit("services");
        routes.MapGet(Root, ShowAsync).Needs(Right).ExcludeFromDescription();
        routes.MapPost(Root + "/check", CheckAsync).Needs(Right).TakesFiles(limit).ExcludeFromDescription().DisableAntiforgery().MayRepeat("looks, and keeps the files sealed for an hour");
        routes.MapPost(Root + "/run", RunAsync).Needs(Right).ExcludeFromDescription().DisableAntiforgery().MayRepeat("what was checked is let in once");
        routes.MapGet(Root + "/{id:guid}", ShowOneAsync).Needs(Right).ExcludeFromDescription();
        Followed.Map(routes);
    }

    private static Task<IResult> ShowAsync(HttpContext context, ImportDesk desk, ImportWorks works, CancellationToken cancellationToken) =>
        FormAsync(context, desk, works, new FormValues(), null, cancellationToken);

    private static async Task<IResult> CheckAsync(HttpContext context, ImportDesk desk, ImportWorks works, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var values = FormValues.Of(form);
        var reading = new FormReading(values);
        var files = form.Files.Where(file => file.Length > 0 || file.FileName.Length > 0).Take(MostFiles).ToList();
        if (files.Count == 0)
            reading.Refuse("files", FormProblems.Missing);
        var set = reading.Text("source_set", 100);
        var source = new SourceSet { Title = reading.Text("source_title", 200), Url = reading.Web("source_url", ""), Licence = reading.Text("licence", 100) };
        if (reading.Refusal is { } refusal)
            return await FormAsync(context, desk, works, values, refusal, cancellationToken);
        var kept = await KeepAsync(desk, files, cancellationToken);
        StartedWork begun;
        try
        {
            var wanted = new CheckedImport(kept, values["mapping"], set, values.Ticked("retire"), source.Title.Length > 0 ? source : null, null);
            begun = await works.BeginCheckAsync(wanted, context.Actor(), cancellationToken);
        }
        catch (Problem full) when (full.Kind == PlatformProblems.WorksAtOnce)
        {
            await desk.Brought.ForgetAsync(kept.Select(file => file.Value), CancellationToken.None);
            return await FormAsync(context, desk, works, values, full, cancellationToken);
        }

        var work = await works.WaitAsync(begun.Id, cancellationToken);
        if (work.Refusal is { } refused)
            return refused.Kind.Status is 413 or 415 or 422 ? await FormAsync(context, desk, works, values, refused, cancellationToken) : throw refused;
        // What is small is shown at once.
        return (work.State == "done" ? await ReportAsync(context, desk, works, work, null, cancellationToken) : null) ?? Results.Redirect(AddressOf(work));
    }

    private static async Task<IResult> RunAsync(HttpContext context, ImportDesk desk, ImportWorks works, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var wanted = desk.Open<CheckedImport>(context.Actor(), values["import"]);
        if (await works.ImportedAsync(wanted, context.Actor(), cancellationToken) is { } before)
            return Results.Redirect(AddressOf(before));
        StartedWork begun;
        try
        {
            begun = await works.BeginRunAsync(wanted, context.Actor(), cancellationToken);
        }
        catch (Problem full) when (full.Kind == PlatformProblems.WorksAtOnce)
        {
            if (await ReportOfAsync(context, desk, works, wanted, full, cancellationToken) is { } report)
                return report;
            throw;
        }

        var work = await works.WaitAsync(begun.Id, cancellationToken);
        return work.Refusal is { } refused ? throw refused : Results.Redirect(AddressOf(work));
    }

    // A check or an import under one address: how far it is while it is under way, then what came of it.
    private static async Task<IResult> ShowOneAsync(HttpContext context, ImportDesk desk, ImportWorks works, Guid id, CancellationToken cancellationToken)
    {
        var (actor, work) = (context.Actor(), await works.FindAsync(id, context.Actor(), cancellationToken));
        if (work is { IsRunning: true })
            return Tell(context, work);
        if (await desk.FindAsync(actor, id, cancellationToken) is { } past)
        {
            var shown = await desk.ShownAsync(actor, past.Report, past.Line.Actor == actor.AuditName, cancellationToken);
            return context.Staff<ImportReportPage>(null, ("Report", shown), ("Past", past.Line), ("Provenance", past.Files), ("Names", past.Names));
        }

        if (work is null)
            throw GuideProblems.NoSuchRecord.With();
        if (work.State == "done")
            return await ReportAsync(context, desk, works, work, null, cancellationToken) ?? Results.Redirect(Root);
        return await GoOnAsync(context, desk, works, work, cancellationToken) ?? Tell(context, work);
    }

    // Whoever asked for it can go on from where it came to nothing, unless they stopped it themselves.
    private static async Task<IResult?> GoOnAsync(HttpContext context, ImportDesk desk, ImportWorks works, StartedWork work, CancellationToken cancellationToken)
    {
        var details = ImportDetails.Of(work);
        var why = work.State == "broken_off" ? PlatformProblems.WorkBrokenOff.With(("file", NameOf(details))) : work.Refusal;
        if (why is null || details.IsCheck || works.WantedBy(context.Actor(), work) is not { } wanted)
            return null;
        return await ReportOfAsync(context, desk, works, wanted, why, cancellationToken);
    }

    private static async Task<IResult?> ReportOfAsync(HttpContext context, ImportDesk desk, ImportWorks works, CheckedImport wanted, Problem why, CancellationToken cancellationToken) =>
        wanted.Check is { } check && await works.FindAsync(check, context.Actor(), cancellationToken) is { } work ? await ReportAsync(context, desk, works, work, why, cancellationToken) : null;

    // What a check found, with the button that lets it in; null when it is kept no more.
    private static async Task<IResult?> ReportAsync(HttpContext context, ImportDesk desk, ImportWorks works, StartedWork check, Problem? why, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        if (await works.ReportAsync(check.Id, actor, cancellationToken) is not { } report || works.WantedBy(actor, check) is not { } wanted)
            return null;
        return context.Staff<ImportReportPage>(
            why, ("Report", report), ("Files", ImportDetails.Of(check).Files), ("Sealed", desk.Seal(actor, wanted with { Check = check.Id })));
    }

    private static async Task<IResult> FormAsync(
        HttpContext context, ImportDesk desk, ImportWorks works, FormValues values, Problem? problem, CancellationToken cancellationToken)
    {
        var (lines, names) = await desk.AllAsync(context.Actor(), cancellationToken);
        return context.Staff<ImportsPage>(
            problem, ("Values", values), ("Mappings", desk.Mappings), ("Pending", await works.PendingAsync(context.Actor(), desk.NodeTime, cancellationToken)), ("Past", lines), ("Names", names),
            ("MegabytesAllowed", desk.MegabytesAllowed));
    }

    private static PageResult<FollowedWorkPage> Tell(HttpContext context, StartedWork work)
    {
        var (texts, details) = (context.Texts(), ImportDetails.Of(work));
        var title = texts.Format(details.IsCheck ? "imports.going_on.checking" : "imports.going_on", ("file", NameOf(details)));
        IReadOnlyList<(string, string)> said = [.. details.Files.Select(file => (texts["imports.file"], file)), (texts["imports.when"], StaffAnswers.Moment(work.StartedAt, texts))];
        return new PageResult<FollowedWorkPage>(
            texts, ("Staff", StaffPage.Of(context)), ("Work", work), ("Root", Root), ("Above", texts["imports.menu"]), ("Title", title), ("SoFar", SoFar(work, texts)), ("Said", said));
    }

    private static string SoFar(StartedWork work, Texts texts) => work.SoFar.Percent is { } percent
        ? texts.Format(
            work.Done switch { < ImportSteps.Read => "imports.going_on.reading", < ImportSteps.Compared => "imports.going_on.comparing", _ => "imports.going_on.writing" },
            ("rows", work.Counted), ("percent", percent))
        : texts["imports.going_on.begun"];

    private static string AddressOf(StartedWork work) => $"{Root}/{work.Id:D}";

    // Of several files the first stands for all: the page lists them below.
    private static string NameOf(ImportDetails details) => details.Files[0] + (details.Files.Count > 1 ? " …" : "");

    private static async Task<List<KeyValuePair<string, string>>> KeepAsync(ImportDesk desk, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        var kept = new List<KeyValuePair<string, string>>();
        foreach (var file in files)
        {
            await using var bytes = file.OpenReadStream();
            kept.Add(new(SentForm.NameOf(file), await desk.Brought.KeepAsync(bytes, ImportDesk.KeptFor, cancellationToken)));
        }

        return kept;
    }
}
