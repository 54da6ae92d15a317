using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Tambo.Flows.Charts;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>What all pages of figures have in common.</summary>
/// <param name="Staff">Who is signed in, and their menu.</param>
/// <param name="View">What the reader has chosen.</param>
/// <param name="VersionHref">Where the page asks whether its figures have changed.</param>
/// <param name="Version">Changes whenever they do.</param>
/// <param name="Series">The series that can be chosen.</param>
public sealed record FlowsFrameData(StaffPage Staff, FlowsView View, string VersionHref, string Version, IReadOnlyList<Choice> Series);

/// <summary>The pages of figures, and the files that can be had of each chart.</summary>
internal static class FlowsPages
{
    /// <summary>Where a page that is open asks whether figures have changed.</summary>
    public const string Version = FlowsView.Root + "/version";

    public static void Map(IEndpointRouteBuilder routes)
    {
        ShowDashboard.Map(routes);
        ShowCountry.Map(routes);
        ShowDemography.Map(routes);
        ShowPoint.Map(routes);
        ShowNationality.Map(routes);
        ShowCorridor.Map(routes);
        ShowMap.Map(routes);
        ShowIncidents.Map(routes);
        ShowRows.Map(routes);
        ShowSeries.Map(routes);
        routes.MapGet(Version, VersionAsync).Needs(FlowsRights.Read).WithMetadata(new AskedByItself()).ExcludeFromDescription();
    }

    /// <summary>
    /// The reader's sentences: on a page those that fell back to another language are marked for it; a file bears no such signs.
    /// </summary>
    public static Texts TextsOf(HttpContext context) => IsFile(context) ? context.Texts() : context.PageTexts();

    private static bool IsFile(HttpContext context) => context.Request.Query["as"].ToString().Length > 0;

    /// <summary>A page with its charts; or one of the charts as a file, when the address asks for it. One that is of a place alone is renewed for its figures only.</summary>
    public static async Task<IResult> AnswerAsync<TPage>(
        HttpContext context, FlowsDesk desk, FlowsSheet sheet, IReadOnlyList<FlowsChart> charts, object answer, CancellationToken cancellationToken, ShowCountry.Place? only = null)
        where TPage : IComponent
    {
        var texts = context.Texts();
        if (IsFile(context))
            return File(context, sheet.View, charts, context.Request.Query["as"].ToString());
        var frame = new FlowsFrameData(
            StaffPage.Of(context), sheet.View, VersionHref(sheet.View.Training, only), await desk.VersionAsync(sheet.View.Training, only, cancellationToken),
            [new Choice("", texts["flows.page.filter.all"]), .. sheet.Series.Select(one => new Choice(one.Code, one.Title(texts)))]);
        return new PageResult<TPage>(texts, ("Frame", frame), ("Answer", answer));
    }

    private static string VersionHref(bool training, ShowCountry.Place? only) =>
        new FlowsView { Path = Version, Training = training, Area = only?.Area ?? "", Point = only?.Point ?? "" }.Href();

    private static IResult File(HttpContext context, FlowsView view, IReadOnlyList<FlowsChart> charts, string form)
    {
        var id = context.Request.Query["chart"].ToString();
        var chart = charts.FirstOrDefault(one => one.Id == id) ?? throw PlatformProblems.NotFound.With();
        var texts = context.Texts();
        var name = $"{(chart.Training ? "practice-" : "")}{id}{(view.Known.Length > 0 ? "-" + view.Known : "")}.{form}";
        return form switch
        {
            "csv" => Results.File(chart.Data.Csv(), "text/csv; charset=utf-8", name),
            "json" => Results.File(
                chart.Data.Json(new { chart.Title, chart.Summary, chart.Notes, chart.Sources, known_on = view.Known.Length > 0 ? view.Known : null, chart.Training }), "application/json", name),
            "svg" => Results.File(Encoding.UTF8.GetBytes(chart.StandingAlone(SourceLine(chart, view, texts))), "image/svg+xml", name),
            _ => throw FlowsProblems.QuestionUnknown.With(("what", form)),
        };
    }

    /// <summary>Where a chart's figures come from, in one sentence.</summary>
    public static string SourceLine(FlowsChart chart, FlowsView view, Texts texts)
    {
        var line = new StringBuilder();
        if (chart.Training)
            line.Append(texts["flows.page.training"]).Append(' ');
        line.Append(texts.Format("flows.page.source", ("sources", string.Join(texts.Semicolon, chart.Sources.Select(source => Said(source, texts)).Distinct(StringComparer.Ordinal)))));
        if (view.Known.Length > 0)
            line.Append(' ').Append(texts.Format("flows.page.known_on", ("day", CodeWords.Day(DateOnly.ParseExact(view.Known, "yyyy-MM-dd", CultureInfo.InvariantCulture), texts))));
        return line.ToString();
    }

    private static string Said(ChartSource source, Texts texts) => texts.Format(
        source.Via.Length == 0 ? "flows.page.source.one" : "flows.page.source.via",
        ("publisher", source.Publisher), ("via", source.Via), ("licence", source.Licence), ("day", CodeWords.Day(source.Vintage, texts)));

    // Asked every few seconds by pages that are open: a tag spares even the word.
    private static async Task<IResult> VersionAsync(HttpContext context, FlowsDesk desk, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var place = new ShowCountry.Place(query["area"].ToString(), query["point"].ToString(), "");
        var tag = $"\"{await desk.VersionAsync(query["training"] == "true", place.Area.Length + place.Point.Length == 0 ? null : place, cancellationToken)}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers[HeaderNames.IfNoneMatch].ToString() == tag
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Text(tag.Trim('"'));
    }
}
