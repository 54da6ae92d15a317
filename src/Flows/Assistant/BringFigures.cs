using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Files;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Assistant;

/// <summary>The file that was looked at, as the forms that follow carry it: sealed, for one person and for some hours.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kept">The name under which it is kept until it is let in or the time is over.</param>
public sealed record LookedAtFile(string Name, string Kept);

/// <summary>What the page of an unknown file shows.</summary>
public sealed record DraftAnswer
{
    /// <summary>The file.</summary>
    public required LookedAtFile File { get; init; }

    /// <summary>The file, sealed.</summary>
    public required string Sealed { get; init; }

    /// <summary>What stands in it.</summary>
    public required TableProfile Table { get; init; }

    /// <summary>What is proposed, or was said.</summary>
    public required MappingDraft Draft { get; init; }

    /// <summary>The known mapping that is looked at; null when the draft is.</summary>
    public string? Known { get; init; }

    /// <summary>What would come of it; null when it was not tried.</summary>
    public MappingEffect? Effect { get; init; }
}

/// <summary>A statistician brings a file, sees what it would become, says what is not understood, and lets it in.</summary>
internal static class BringFigures
{
    public const string Root = "/staff/flows/import";
    private const string Purpose = "flows.import";

    /// <summary>How long a file is kept for whoever looks at it.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(8);

    // Whoever goes on to a further file has given up the oldest as a rule; nobody fills the disk by looking alone.
    private const int MostLookedAt = 10;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var limit = routes.ServiceProvider.GetRequiredService<NodeSettings>().UploadLimit("flows");
        routes.MapGet(Root, ShowAsync).Needs(FlowsRights.Import).ExcludeFromDescription();
        routes.MapPost(Root + "/look", LookAsync).Needs(FlowsRights.Import).TakesFiles(limit).ExcludeFromDescription().DisableAntiforgery().MayRepeat("looks, and keeps the file sealed for some hours");
        routes.MapPost(Root + "/try", TryAsync).Needs(FlowsRights.Import).ExcludeFromDescription().DisableAntiforgery().MayRepeat("looks, and writes nothing");
        routes.MapPost(Root + "/run", RunAsync).Needs(FlowsRights.Import).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static Task<IResult> ShowAsync(HttpContext context, FlowsImportDesk desk, ImportWorks works, CancellationToken cancellationToken) => ListAsync(context, desk, works, null, cancellationToken);

    private static async Task<IResult> LookAsync(HttpContext context, FlowsImportDesk desk, KeptMappings mappings, ImportWorks works, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        if (form.Files.FirstOrDefault(file => file.Length > 0) is not { } sent)
            return await ListAsync(context, desk, works, FormProblems.With(("file", FormProblems.Missing)), cancellationToken);
        try
        {
            // What cannot be read is never kept.
            await using var bytes = sent.OpenReadStream();
            var answer = await AnswerAsync(context, desk, mappings, new LookedAtFile(SentForm.NameOf(sent), ""), bytes, "", "", together: false, cancellationToken);
            var file = answer.File with { Kept = await desk.Brought.KeepAsync(bytes, KeptFor, cancellationToken, new FewOfOwner($"{Purpose} {context.Actor().AuditName}", MostLookedAt)) };
            answer = answer with { File = file, Sealed = Seal(context, desk, file) };
            // A file of last month's kind needs nobody's help.
            var own = (await mappings.OwnAsync(cancellationToken)).FirstOrDefault(kept => answer.Table.Fitting.Contains(kept.Mapping.Name));
            answer = own is null
                ? answer with { Effect = await ProposedAsync(desk, answer, cancellationToken) }
                : answer with { Known = own.Mapping.Name, Effect = await EffectAsync(desk, own, file, cancellationToken) };
            return Page(context, null, answer);
        }
        catch (Problem problem) when (problem.Kind.Status is 413 or 415 or 422)
        {
            return await ListAsync(context, desk, works, problem, cancellationToken);
        }
    }

    private static async Task<IResult> TryAsync(HttpContext context, FlowsImportDesk desk, KeptMappings mappings, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var (answer, mapping, refusal) = await ReadAsync(context, desk, mappings, form, cancellationToken);
        if (mapping is null)
            return Page(context, refusal, answer);
        try
        {
            return Page(context, null, answer with { Effect = await EffectAsync(desk, mapping, answer.File, cancellationToken) });
        }
        catch (Problem problem) when (problem.Kind.Status is 413 or 415 or 422)
        {
            return Page(context, problem, answer);
        }
    }

    private static async Task<IResult> RunAsync(HttpContext context, FlowsImportDesk desk, KeptMappings mappings, ImportWorks works, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var (answer, mapping, refusal) = await ReadAsync(context, desk, mappings, form, cancellationToken);
        if (mapping is null)
            return Page(context, refusal, answer);
        StartedWork begun;
        try
        {
            begun = await works.BeginAsync(new AskedImport(answer.File, form["accept_refused"].ToString() == "true", IsNew: answer.Known is null), mapping, form, context.Actor(), cancellationToken);
        }
        catch (Problem full) when (full.Kind == PlatformProblems.WorksAtOnce)
        {
            // The form stays as it is, with what would come of it, to be sent again.
            return Page(context, full, answer with { Effect = await EffectAsync(desk, mapping, answer.File, cancellationToken) });
        }

        var work = await works.WaitAsync(begun.Id, cancellationToken);
        // What counts counts, though its mapping could not be kept because somebody kept another of that name meanwhile.
        return work.Refusal is { } refused && await desk.FindAsync(work.Id, cancellationToken) is not { Line.State: "standing" }
            ? await RefusedAsync(context, desk, answer, mapping, refused, cancellationToken) : Results.Redirect(FollowImport.AddressOf(work));
    }

    /// <summary>The page of a form as it was sent, with why its import was refused and what would come of it.</summary>
    internal static async Task<IResult> RefusedAsync(
        HttpContext context, FlowsImportDesk desk, DraftAnswer answer, KeptMapping mapping, Problem refused, CancellationToken cancellationToken)
    {
        if (refused.Kind == FlowsProblems.ManyRefused || refused.Kind == PlatformProblems.WorkBrokenOff)
            return Page(context, refused, answer with { Effect = await EffectAsync(desk, mapping, answer.File, cancellationToken) });
        return refused.Kind.Status is 413 or 415 or 422 || refused.Kind == FlowsProblems.SeriesDiffers || refused.Kind == PlatformProblems.Changed ? Page(context, refused, answer) : throw refused;
    }

    // The mapping that a form asks for: a known one by its name, or what was said of the columns; null when something has to be corrected first.
    internal static async Task<(DraftAnswer Answer, KeptMapping? Mapping, Problem? Refusal)> ReadAsync(
        HttpContext context, FlowsImportDesk desk, KeptMappings mappings, IFormCollection form, CancellationToken cancellationToken)
    {
        var file = desk.Protection.OpenStep<LookedAtFile>(Purpose, context.Actor(), form["file"].ToString());
        DraftAnswer answer;
        await using (var bytes = await OpenAsync(desk, file, cancellationToken))
            answer = await AnswerAsync(context, desk, mappings, file, bytes, form["sheet"].ToString(), form["repeat"].ToString(), form["sheets"].ToString() == "true", cancellationToken);
        if (form["known"].ToString() is { Length: > 0 } known)
            return (answer with { Known = known }, await mappings.FindAsync(known, cancellationToken), null);
        if (!form.ContainsKey("name"))
            return (answer, null, null);
        var (draft, refusal) = DraftForm.Read(form, answer.Table, answer.Draft);
        answer = answer with { Draft = draft };
        if (refusal is null && await desk.MappingOfAsync(draft.Series, cancellationToken) is { } other && other != draft.Name)
            refusal = FormProblems.With(("series", FlowsProblems.SeriesTaken));
        if (refusal is not null)
            return (answer, null, refusal);
        try
        {
            // Next month's sheet has another name as a rule: the sheet is said only where its columns do not tell which one it is.
            draft = draft with { Sheet = draft.Sheets is not null || answer.Table.Sheet.Length == 0 || await IsFoundAsync(desk, file, draft, answer.Table.Sheet, cancellationToken) ? "" : answer.Table.Sheet };
            return (answer, await mappings.NextAsync(draft.Name, version => WriteMapping.Json(draft, version), cancellationToken), null);
        }
        catch (Problem problem) when (problem.Kind.Status == 422)
        {
            return (answer, null, problem);
        }
    }

    private static async Task<bool> IsFoundAsync(FlowsImportDesk desk, LookedAtFile file, MappingDraft draft, string sheet, CancellationToken cancellationToken)
    {
        await using var bytes = await OpenAsync(desk, file, cancellationToken);
        try
        {
            var mapping = MappingShelf.Read(WriteMapping.Json(draft with { Sheet = "" }, 1), draft.Name).Mapping;
            using var table = TableSource.Open(bytes, HarmoniseFile.RulesOf(mapping, DateOnly.FromDateTime(FlowsImportDesk.Clock.UtcDateTime)), new IssueReport());
            return (table.Sheet ?? "") == sheet;
        }
        catch (Problem ambiguous) when (ambiguous.Kind == FlowsProblems.SheetAmbiguous)
        {
            return false;
        }
    }

    private static async Task<DraftAnswer> AnswerAsync(
        HttpContext context, FlowsImportDesk desk, KeptMappings mappings, LookedAtFile file, Stream bytes, string sheet, string repeat, bool together, CancellationToken cancellationToken)
    {
        var known = (await mappings.AllAsync(cancellationToken)).Select(kept => kept.Mapping).ToList();
        var table = await Task.Run(() => TableProfile.Of(bytes, sheet, repeat, together, known, DateOnly.FromDateTime(FlowsImportDesk.Clock.UtcDateTime)), cancellationToken);
        return new DraftAnswer
        {
            File = file,
            Sealed = Seal(context, desk, file),
            Table = table,
            Draft = ProposeMapping.For(table, file.Name, context.Texts().Code) with { Repeat = repeat, Sheets = table.IsTogether ? table.Alike : null },
        };
    }

    // What would come of the proposal as it stands; null when something must be said first.
    private static async Task<MappingEffect?> ProposedAsync(FlowsImportDesk desk, DraftAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            var draft = answer.Draft with { Publisher = "?", Sheet = answer.Table.IsTogether ? "" : answer.Table.Sheet };
            return await EffectAsync(desk, MappingShelf.Read(WriteMapping.Json(draft, 1), draft.Name), answer.File, cancellationToken);
        }
        catch (Problem missing) when (missing.Kind.Status == 422)
        {
            return null;
        }
    }

    private static async Task<MappingEffect> EffectAsync(FlowsImportDesk desk, KeptMapping mapping, LookedAtFile file, CancellationToken cancellationToken)
    {
        await using var bytes = await OpenAsync(desk, file, cancellationToken);
        var effect = await Task.Run(() => TryMapping.Run(mapping, bytes, desk.Folder, FlowsImportDesk.Clock, cancellationToken), cancellationToken);
        return effect with { IsFurther = await desk.HasFiguresAsync(mapping.Mapping.Series.Code, cancellationToken) };
    }

    private static async Task<Stream> OpenAsync(FlowsImportDesk desk, LookedAtFile file, CancellationToken cancellationToken) =>
        await desk.Brought.OpenAsync(file.Kept, cancellationToken) ?? throw PlatformProblems.StaleForm.With();

    private static string Seal(HttpContext context, FlowsImportDesk desk, LookedAtFile file) =>
        desk.Protection.SealStep(Purpose, context.Actor(), file, FlowsImportDesk.Clock + KeptFor);

    private static PageResult<MapFigures> Page(HttpContext context, Problem? problem, DraftAnswer answer) => Answer<MapFigures>(context, problem, ("Answer", answer));

    private static async Task<IResult> ListAsync(HttpContext context, FlowsImportDesk desk, ImportWorks works, Problem? problem, CancellationToken cancellationToken)
    {
        return Answer<BroughtFigures>(
            context, problem, ("Past", await works.AllAsync(cancellationToken)), ("MegabytesAllowed", desk.MegabytesAllowed), ("Same", context.Request.Query["same"].ToString()));
    }

    private static PageResult<TPage> Answer<TPage>(HttpContext context, Problem? problem, params (string Name, object? Value)[] parameters)
        where TPage : IComponent =>
        new(context.Texts(), [("Staff", StaffPage.Of(context)), ("Problem", problem), .. parameters]) { Status = problem?.Kind.Status ?? StatusCodes.Status200OK };
}
