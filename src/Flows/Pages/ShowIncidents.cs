using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>Deaths and disappearances on the way.</summary>
public sealed record IncidentsAnswer
{
    /// <summary>The charts: map, years, causes.</summary>
    public required IReadOnlyList<FlowsChart> Charts { get; init; }

    /// <summary>The years that can be chosen.</summary>
    public required IReadOnlyList<Choice> Periods { get; init; }
}

/// <summary>Somebody looks at where people died or went missing, when, and of what.</summary>
internal static class ShowIncidents
{
    public const string Root = FlowsView.Root + "/incidents";

    // Coordinates stand in millionths of a degree.
    private const double Millionths = 1_000_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root, ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, CancellationToken cancellationToken)
    {
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, Root) with { Nationality = "", Sex = "", Age = "", Direction = "", Point = "" });
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var bench = new ChartBench(sheet, texts);
        var charts = new List<FlowsChart>();
        var of = sheet.Of(Dataflow.Incidents.Code);
        foreach (var series in of)
            charts.AddRange(await ChartsOfAsync(sheet, bench, series, texts, cancellationToken));
        return await FlowsPages.AnswerAsync<IncidentsPage>(context, desk, sheet, charts, new IncidentsAnswer { Charts = charts, Periods = ShowCountry.YearChoices(of, view, texts) }, cancellationToken);
    }

    private static async Task<IReadOnlyList<FlowsChart>> ChartsOfAsync(FlowsSheet sheet, ChartBench bench, StandingSeries series, Texts texts, CancellationToken cancellationToken)
    {
        var view = sheet.View;
        var id = series.Code.ToLowerInvariant();
        var (from, until) = (view.From.Length > 0 ? Period.Read(view.From)!.Value.From : series.Periods[0].From, view.Until.Length > 0 ? Period.Read(view.Until)!.Value.Until : series.Periods[^1].Until);
        var shown = texts.Format("flows.page.range", ("least", from.Year.ToString("0000", System.Globalization.CultureInfo.InvariantCulture)), ("most", until.Year.ToString("0000", System.Globalization.CultureInfo.InvariantCulture)));
        var reports = Undamaged(series, view.Area, from, until);
        var years = (await sheet.OverTimeAsync([series], "year", view.Conditions(), cancellationToken))[series.Code].ToList();
        var causes = (await sheet.AskAsync([series], ["cause"], view.Conditions(), cancellationToken)).OrderByDescending(figure => figure.Most).ToList();
        if (reports.Count == 0 || years.Count == 0)
            return [];
        var spots = reports.Where(report => report.At is not null).Select(report => new MapSpot(report.At!.Value, report.Value ?? 0, "") { IsOpen = report.Value is null }).ToList();
        string People(long known, bool isOpen) => CodeWords.Range(known, known, isOpen, texts);
        string Words(IReadOnlyList<MapSpot> of) => texts.Format("flows.page.incidents.place", ("count", of.Count), ("figure", People(of.Sum(spot => spot.Value), of.Any(spot => spot.IsOpen))));
        var nowhere = reports.Count - spots.Count;
        var near = FlowMap.Near(spots);
        var far = spots.Count - near.Count;
        var cells = spots.GroupBy(spot => (Latitude: Math.Round(spot.At.Latitude), Longitude: Math.Round(spot.At.Longitude))).OrderByDescending(group => group.Sum(spot => spot.Value)).ToList();
        var places = new ChartData(
            [new DataColumn("place", texts["flows.page.incidents.where"]), new DataColumn("value", texts["flows.page.value"], IsFigure: true), new DataColumn("reports", texts["flows.page.incidents.reports"], IsFigure: true)],
            [.. cells.Select(cell => (IReadOnlyList<DataCell>)[ChartBench.Name($"{Degrees(cell.Key.Latitude, "N", "S")} {Degrees(cell.Key.Longitude, "E", "W")}", FormattableString.Invariant($"{cell.Key.Latitude} {cell.Key.Longitude}")), bench.Cell(cell.Sum(spot => spot.Value), cell.Sum(spot => spot.Value), cell.Any(spot => spot.IsOpen)), bench.Cell(cell.Count(), cell.Count())])]);
        return
        [
            bench.Picture(
                $"incidents-{id}", texts.Format("flows.page.incidents.map", ("period", shown)),
                texts.Format("flows.page.incidents.summary", ("figure", People(reports.Sum(report => report.Value ?? 0), reports.Exists(report => report.Value is null))), ("count", reports.Count)),
                (paper, top) => FlowMap.Draw(paper, near, top, Words), [], places, [series], [Dataflow.Period],
                [texts["flows.page.incidents.lead"], texts["flows.page.incidents.size"], .. nowhere > 0 ? (string[])[texts.Format("flows.page.incidents.nowhere", ("count", nowhere))] : [], .. far > 0 ? (string[])[texts.Format("flows.page.incidents.far", ("count", far))] : []]),
            bench.Columns(
                $"years-{id}", texts["flows.page.incidents.years"], bench.Highest(years),
                [.. years.Select(year => new ChartColumn(CodeWords.Of(year.Period, texts), [new ColumnPart(5, year.Least ?? 0, year.Most ?? 0, $"{CodeWords.Of(year.Period, texts)}: {CodeWords.Range(year, texts)}")]))], [],
                bench.Rows(texts["flows.page.year"], "year", years.Select(year => (CodeWords.Of(year.Period, texts), year.Period.ToString(), bench.Cell(year))), texts["flows.page.value"], "value"), [series], [Dataflow.Period]),
            bench.Bars(
                $"causes-{id}", texts.Format("flows.page.incidents.causes", ("period", shown)), texts.Format("flows.page.nationalities.summary", ("first", CodeWords.Of("CAUSE", causes[0].By[0], texts)), ("share", CodeWords.Share(causes[0].Least ?? 0, causes[0].Most ?? 0, causes.Sum(cause => cause.Most ?? 0), texts)), ("total", People(causes.Sum(cause => cause.Most ?? 0), causes.Exists(cause => cause.IsOpen)))),
                [("", [.. causes.Select(cause => new RangeBar(CodeWords.Of("CAUSE", cause.By[0], texts), cause.Least ?? 0, cause.Most ?? 0, CodeWords.Range(cause, texts)) { Colour = 5 })])],
                bench.Rows(texts["flows.page.incidents.cause"], "cause", causes.Select(cause => (CodeWords.Of("CAUSE", cause.By[0], texts), cause.By[0], bench.Cell(cause))), texts["flows.page.value"], "value"), [series], ["CAUSE"]),
        ];
    }

    // People; null when the report does not say how many.
    private sealed record Report(GeoPoint? At, long? Value);

    private static List<Report> Undamaged(StandingSeries series, string area, DateOnly from, DateOnly until)
    {
        try
        {
            return Reports(series, area, from, until);
        }
        catch (Segments.SegmentDamagedException damaged)
        {
            throw FlowsProblems.SegmentDamaged.With(("what", damaged.Message));
        }
    }

    // Each observation is one report with its place; a sum has none.
    private static List<Report> Reports(StandingSeries series, string area, DateOnly from, DateOnly until)
    {
        var reports = new List<Report>();
        foreach (var import in series.Imports)
        {
            var file = import.Segment;
            var asked = Condition.Only(Dataflow.Period, code => Period.Read(code) is { } period && period.From >= from && period.Until <= until);
            var there = Condition.Only("REF_AREA", code => area.Length == 0 || code == area);
            var rows = new MeantRows(new CubeQuestion { Where = [asked, there] }, import.At(series.AsOf));
            if (rows.IsEmpty)
                continue;
            var (values, latitudes, longitudes) = (file.Column(Dataflow.Value)!, file.Column("LATITUDE"), file.Column("LONGITUDE"));
            foreach (var row in rows.Places(file))
            {
                var isPlaced = latitudes is not null && longitudes is not null && latitudes.Unknown?[row] != true && longitudes.Unknown?[row] != true;
                reports.Add(new Report(isPlaced ? GeoPoint.From(latitudes![row] / Millionths, longitudes![row] / Millionths) : null, values.Unknown?[row] == true ? null : values[row]));
            }
        }

        return reports;
    }

    private static string Degrees(double degrees, string positive, string negative) => FormattableString.Invariant($"{Math.Abs(degrees)}° {(degrees < 0 ? negative : positive)}");
}
