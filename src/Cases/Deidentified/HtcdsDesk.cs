using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Deidentified;

/// <summary>How much would stand in a file without names.</summary>
/// <param name="Records">How many cases.</param>
/// <param name="LeftOut">How many persons would not, rounded up.</param>
/// <param name="K">How many have to be alike.</param>
/// <param name="Columns">What outsiders may know of a person, and how coarse it would be, in words.</param>
public sealed record HtcdsCount(int Records, int LeftOut, int K, IReadOnlyList<(string Column, string Level)> Columns);

/// <summary>
/// The page on which cases of trafficking are counted and taken out in the words of HTCDS. No study and no period are asked for: files
/// of one study, or of two periods that overlap, put beside each other would show single persons.
/// </summary>
internal static class HtcdsDesk
{
    public const string Root = CasesDesk.Root + "/htcds";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, IResult (HttpContext context) => Page(context, null, null, null)).Needs(CasesRights.Htcds).ExcludeFromDescription();
        routes.MapPost(Root, (HttpContext context, ExportDeidentified export, CancellationToken cancellationToken) => AnswerAsync(context, export, cancellationToken))
            .Needs(CasesRights.Htcds).ExcludeFromDescription().DisableAntiforgery().MayRepeat("every file and every count is noted by itself");
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, ExportDeidentified export, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentDeidentified
        {
            Purpose = ConsentingPersons.Purpose,
            To = form.Text("to"),
            Kind = form.Text("kind"),
            Country = form.Text("country") is { Length: > 0 } country ? country : null,
            Form = form.Text("form") is { Length: > 0 } kind ? kind : "csv",
        };
        try
        {
            ExportDeidentified.LookOver(said, []);
            if (form.Text("act") != "give")
            {
                var (made, k) = await export.CountTraffickingAsync(said, context.Actor(), cancellationToken);
                return Page(context, said, Counted(made, k, context.PageTexts()), null);
            }

            var file = await export.TraffickingAsync(said, context.Actor(), cancellationToken);
            return said.Form == "csv" ? Results.File(file.AsCsv(), "text/csv; charset=utf-8", "htcds.csv") : Results.File(file.AsJson(), "application/json", "htcds.json");
        }
        catch (Problem problem) when (problem.Kind.Status is 403 or 409 or 412 or 422)
        {
            return Page(context, null, null, problem);
        }
    }

    private static PageResult<HtcdsPage> Page(HttpContext context, SentDeidentified? said, HtcdsCount? counted, Problem? problem)
    {
        var texts = context.PageTexts();
        return StaffForm.Page<HtcdsPage>(
            context, problem, ("To", said?.To), ("Kind", said?.Kind), ("Country", said?.Country), ("Form", said?.Form ?? (problem is null ? "csv" : null)), ("Counted", counted),
            ("Kinds", (IReadOnlyList<Choice>)[new Choice("", texts["cases.not_said"]), .. ExportDeidentified.Kinds.Select(kind => new Choice(kind, texts["consent.recipient." + kind]))]),
            ("Countries", (IReadOnlyList<Choice>)[new Choice("", texts["htcds.country.unknown"]), new Choice(Reader.NoState, texts["htcds.country.none"]), .. Countries.InOrderOf(texts.Code).Select(country => new Choice(country.Alpha3, country.Name(texts.Code)))]),
            ("Closed", !context.Actor().May(Compartments.Right(Compartments.Violence))));
    }

    private static HtcdsCount Counted(AnonymousRecords made, int k, Texts texts) => new(
        made.Records.Count, made.LeftOut, k,
        [.. Coarse.Columns.Select((column, at) => (texts["htcds.column." + column], made.Records.Count == 0 ? "" : texts[made.Levels[at] == TraffickingCases.Levels[at] - 1 ? "htcds.level.out" : made.Levels[at] == 0 ? "htcds.level.fine" : "htcds.level.coarse"]))]);
}
