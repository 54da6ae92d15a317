using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Deidentified;

/// <summary>What the page of records without names tells beside its form.</summary>
/// <param name="Holders">Who may take such a file out where the reader may.</param>
/// <param name="Columns">What each column of the file says, in words.</param>
/// <param name="Studies">The reader's own studies: code, office, since when, how coarse.</param>
public sealed record ResearchView(IReadOnlyList<string> Holders, IReadOnlyList<(string Column, string Says)> Columns, IReadOnlyList<(string Code, string Office, string Since, string Coarse)> Studies);

/// <summary>
/// The page on which persons are counted and taken out record by record without anything that says who they are: the same rules as by
/// interface, with a pseudonym of a study that stays its owner's own.
/// </summary>
internal static class ResearchDesk
{
    public const string Root = CasesDesk.Root + "/research";

    private static readonly string[] Told = ["case_kinds", "case_states", "urgency", "profiles"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, async Task<IResult> (HttpContext context, NodeDb db, CancellationToken cancellationToken) =>
            await PageAsync(context, db, null, null, null, cancellationToken)).Needs(CasesRights.Deidentify).ExcludeFromDescription();
        routes.MapPost(Root, (HttpContext context, NodeDb db, ExportDeidentified export, CancellationToken cancellationToken) => AnswerAsync(context, db, export, cancellationToken))
            .Needs(CasesRights.Deidentify).ExcludeFromDescription().DisableAntiforgery().MayRepeat("every file and every count is noted by itself");
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, NodeDb db, ExportDeidentified export, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentDeidentified
        {
            Purpose = ConsentingPersons.Purpose,
            To = form.Text("to"),
            Kind = form.Text("kind"),
            Country = form.Text("country") is { Length: > 0 } country ? country : null,
            Study = form.Text("study") is { Length: > 0 } study ? study : null,
            Form = form.Text("form") is { Length: > 0 } kind ? kind : "csv",
        };
        try
        {
            ExportDeidentified.LookOver(said, []);
            var (actor, office) = (context.Actor(), ExportDeidentified.OfficeOf(context));
            if (form.Text("act") != "give")
            {
                var (made, k) = await export.CountStatisticsAsync(said, office, actor, cancellationToken);
                return await PageAsync(context, db, said, Counted(made, k, context.PageTexts()), null, cancellationToken);
            }

            var file = await export.StatisticsAsync(said, office, actor, cancellationToken);
            return said.Form == "csv" ? Results.File(file.AsCsv(), "text/csv; charset=utf-8", "statistics.csv") : Results.File(file.AsJson(), "application/json", "statistics.json");
        }
        catch (Problem problem) when (problem.Kind.Status is 403 or 409 or 412 or 422)
        {
            return await PageAsync(context, db, null, null, problem, cancellationToken);
        }
    }

    private static async Task<PageResult<ResearchPage>> PageAsync(HttpContext context, NodeDb db, SentDeidentified? said, HtcdsCount? counted, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        return StaffForm.Page<ResearchPage>(
            context, problem, ("View", await ViewAsync(db, actor, texts, cancellationToken)), ("To", said?.To), ("Kind", said?.Kind), ("Country", said?.Country), ("Study", said?.Study),
            ("Form", said?.Form ?? (problem is null ? "csv" : null)), ("Counted", counted),
            ("Kinds", (IReadOnlyList<Choice>)[new Choice("", texts["cases.not_said"]), .. ExportDeidentified.Kinds.Select(kind => new Choice(kind, texts["consent.recipient." + kind]))]),
            ("Countries", (IReadOnlyList<Choice>)[new Choice("", texts["htcds.country.unknown"]), new Choice(Reader.NoState, texts["htcds.country.none"]), .. Countries.InOrderOf(texts.Code).Select(country => new Choice(country.Alpha3, country.Name(texts.Code)))]));
    }

    private static async Task<ResearchView> ViewAsync(NodeDb db, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var agencies = (await Agencies.AllAsync(db, cancellationToken)).ToDictionary(agency => agency.Id, agency => agency.Name);
        var own = CaseScope.For(actor);
        IReadOnlyList<BegunStudy> studies;
        await using (var connection = await db.ReadAsync(cancellationToken))
            studies = await Pseudonyms.OfOwnerAsync(connection, ErasureSteps.NameOf(actor));
        // Those of the whole node, and those of the offices where the reader holds it too.
        bool Shares(Actor colleague) => CaseScope.For(colleague) is var theirs
            && (theirs.May(CasesRights.Deidentify, new RecordPlace()) || agencies.Keys.Any(agency => theirs.May(CasesRights.Deidentify, new RecordPlace(Agency: agency)) && own.May(CasesRights.Deidentify, new RecordPlace(Agency: agency))));
        return new ResearchView(
            [.. (await Colleagues.HoldingAsync(db, CasesRights.Deidentify, cancellationToken)).Where(Shares).Select(colleague => colleague.DisplayName)],
            [
                (texts["research.column.pseudonym"], texts["research.says.pseudonym"]),
                .. Coarse.Columns.Select(column => (Column(column, texts), texts["research.says." + column])),
                .. Told.Select(column => (texts["research.column." + column], texts["research.says." + column])),
            ],
            [.. studies.Select(study => (
                study.Code,
                study.Office is { } office ? agencies.GetValueOrDefault(office, texts["shell.unknown"]) : texts["research.study.no_office"],
                DeskViews.At(study.At, texts),
                string.Join(texts.Comma, Levels(study.Levels, texts).Select(one => $"{one.Column}: {one.Level}"))))]);
    }

    private static HtcdsCount Counted(AnonymousRecords made, int k, Texts texts) => new(made.Records.Count, made.LeftOut, k, made.Records.Count == 0 ? [] : Levels(made.Levels, texts));

    private static IReadOnlyList<(string Column, string Level)> Levels(IReadOnlyList<int> levels, Texts texts) =>
        [.. Coarse.Columns.Select((column, at) => (Column(column, texts), texts[levels[at] == Coarse.Levels[at] - 1 ? "htcds.level.out" : levels[at] == 0 ? "htcds.level.fine" : "htcds.level.coarse"]))];

    private static string Column(string column, Texts texts) => texts[column == "registered" ? "research.column.registered" : "htcds.column." + column];
}
