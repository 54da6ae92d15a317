using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Files;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
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
internal sealed record CheckedImport(
    IReadOnlyList<KeyValuePair<string, string>> Files, string Mapping, string SourceSet, bool Retire, SourceSet? Source);

/// <summary>Somebody brings files, sees what they would change, and only then lets them in.</summary>
internal static class RunImport
{
    public const string Root = "/staff/guide/imports";
    public const string Right = "guide.import";
    private const int MostFiles = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var limit = routes.ServiceProvider.GetRequiredService<NodeSettings>().UploadLimit("services");
        routes.MapGet(Root, ShowAsync).Needs(Right).ExcludeFromDescription();
        routes.MapPost(Root + "/check", CheckAsync).Needs(Right).TakesFiles(limit).ExcludeFromDescription().DisableAntiforgery().MayRepeat("looks, and keeps the files sealed for an hour");
        routes.MapPost(Root + "/run", RunAsync).Needs(Right).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapGet(Root + "/{id:guid}", ShowReportAsync).Needs(Right).ExcludeFromDescription();
    }

    private static Task<IResult> ShowAsync(HttpContext context, ImportDesk desk, CancellationToken cancellationToken) =>
        FormAsync(context, desk, new FormValues(), null, cancellationToken);

    private static async Task<IResult> CheckAsync(
        HttpContext context, ImportDesk desk, ImportServices import, CancellationToken cancellationToken)
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
            return await FormAsync(context, desk, values, refusal, cancellationToken);
        var wanted = new CheckedImport([], values["mapping"], set, values.Ticked("retire"), source.Title.Length > 0 ? source : null);
        try
        {
            // What cannot be read is never kept.
            var report = await WithFilesAsync(
                files.Select(file => new ImportFile(NameOf(file.FileName), file.OpenReadStream())), opened => import.RunAsync(RequestOf(wanted, opened, dryRun: true), context.Actor(), cancellationToken));
            report = await desk.ShownAsync(context.Actor(), report, ownFile: true, cancellationToken);
            wanted = wanted with { Files = await KeepAsync(desk, files, cancellationToken) };
            return context.Staff<ImportReportPage>(null, ("Report", report), ("Files", wanted.Files.Select(file => file.Key).ToList()), ("Sealed", Seal(context, desk, wanted)));
        }
        catch (Problem problem) when (problem.Kind.Status is 413 or 415 or 422)
        {
            return await FormAsync(context, desk, values, problem, cancellationToken);
        }
    }

    private static async Task<IResult> RunAsync(HttpContext context, ImportDesk desk, ImportServices import, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var wanted = Open(context, desk, values["import"]);
        var opened = new List<ImportFile>();
        foreach (var (name, id) in wanted.Files)
            opened.Add(new ImportFile(name, await desk.Brought.OpenAsync(id, cancellationToken) ?? throw PlatformProblems.StaleForm.With()));
        var report = await WithFilesAsync(opened, files => import.RunAsync(RequestOf(wanted, files, dryRun: false), context.Actor(), cancellationToken));
        await desk.Brought.ForgetAsync(wanted.Files.Select(file => file.Value), cancellationToken);
        return Results.Redirect($"{Root}/{report.ImportId:D}");
    }

    private static async Task<IResult> ShowReportAsync(HttpContext context, ImportDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var past = await desk.FindAsync(context.Actor(), id, cancellationToken) ?? throw GuideProblems.NoSuchRecord.With();
        return context.Staff<ImportReportPage>(
            null, ("Report", await desk.ShownAsync(context.Actor(), past.Report, past.Line.Actor == context.Actor().AuditName, cancellationToken)), ("Past", past.Line), ("Provenance", past.Files), ("Names", past.Names));
    }

    private static async Task<IResult> FormAsync(
        HttpContext context, ImportDesk desk, FormValues values, Problem? problem, CancellationToken cancellationToken)
    {
        var (lines, names) = await desk.AllAsync(context.Actor(), cancellationToken);
        return context.Staff<ImportsPage>(
            problem, ("Values", values), ("Mappings", desk.Mappings), ("Past", lines), ("Names", names), ("MegabytesAllowed", desk.MegabytesAllowed));
    }

    private static ImportRequest RequestOf(CheckedImport import, IReadOnlyList<ImportFile> files, bool dryRun) => new()
    {
        Files = files,
        Mapping = import.Mapping.Length > 0 ? import.Mapping : null,
        SourceSet = import.SourceSet.Length > 0 ? import.SourceSet : null,
        Source = import.Source,
        DryRun = dryRun,
        RetireVanished = import.Retire,
    };

    private static async Task<List<KeyValuePair<string, string>>> KeepAsync(ImportDesk desk, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        var kept = new List<KeyValuePair<string, string>>();
        foreach (var file in files)
        {
            await using var bytes = file.OpenReadStream();
            kept.Add(new(NameOf(file.FileName), await desk.Brought.KeepAsync(bytes, ImportDesk.KeptFor, cancellationToken)));
        }

        return kept;
    }

    private static async Task<ImportReport> WithFilesAsync(IEnumerable<ImportFile> files, Func<IReadOnlyList<ImportFile>, Task<ImportReport>> run)
    {
        var opened = new List<ImportFile>();
        try
        {
            opened.AddRange(files);
            return await run(opened);
        }
        finally
        {
            foreach (var file in opened)
                await file.Bytes.DisposeAsync();
        }
    }

    private static string Seal(HttpContext context, ImportDesk desk, CheckedImport import) =>
        desk.Protection.SealStep("guide.import", context.Actor(), import, desk.Now + ImportDesk.KeptFor);

    private static CheckedImport Open(HttpContext context, ImportDesk desk, string text) =>
        desk.Protection.OpenStep<CheckedImport>("guide.import", context.Actor(), text);

    // A folder's files come with their path; an archive names its own.
    private static string NameOf(string name) => Path.GetFileName(name.Replace('\\', '/')) is { Length: > 0 and <= 200 } plain ? plain : "file";
}
