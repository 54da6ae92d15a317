using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Structure;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>A station of a corridor: a country, or a point in one.</summary>
internal sealed record Station(string Area, string Point)
{
    /// <summary>The stations of the first shipped corridor, in the order in which they are passed, with the corridor's name by column.</summary>
    public static Lazy<(ShippedTable Table, IReadOnlyList<Station> Stations)> Shipped { get; } = new(() =>
    {
        var corridors = ShippedTable.Read("corridors", "corridors.csv");
        var code = corridors.Rows[0][corridors.Column("code")];
        var stations = ShippedTable.Read("corridors", "stations.csv");
        int corridor = stations.Column("corridor"), country = stations.Column("country"), point = stations.Column("point");
        return (corridors, [.. stations.Rows.Where(row => row[corridor] == code).Select(row => new Station(row[country], row[point]))]);
    });

    /// <summary>Its name.</summary>
    public string Name(Texts texts) => Point.Length == 0 ? CodeWords.Of("REF_AREA", Area, texts) : $"{CodeWords.Of("POINT", Point, texts)} ({CodeWords.Of("REF_AREA", Area, texts)})";
}

/// <summary>How far one station runs behind another.</summary>
public sealed record ListedLag(string From, string To, string Months, string Correlation, long Pairs);

/// <summary>What is known along a corridor.</summary>
public sealed record CorridorAnswer
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The stations on one axis of time, each with its own axis of figures.</summary>
    public required FlowsChart? Stations { get; init; }

    /// <summary>The same as shares of each one's own highest month.</summary>
    public required FlowsChart? Shapes { get; init; }

    /// <summary>By how much each runs behind the one before.</summary>
    public required IReadOnlyList<ListedLag> Lags { get; init; }

    /// <summary>Stations without figures.</summary>
    public required IReadOnlyList<string> Silent { get; init; }

    /// <summary>Years to choose from.</summary>
    public required IReadOnlyList<Choice> Periods { get; init; }

    /// <summary>Nationalities to choose from.</summary>
    public required IReadOnlyList<Choice> Nationalities { get; init; }
}

/// <summary>Somebody looks at a whole route at once: what happens at one border, and what at the next a little later.</summary>
internal static class ShowCorridor
{
    public const string Root = FlowsView.Root + "/corridor";

    private const string Regular = "REG";
    private const int StationHeight = 104;
    private const double Weak = 0.5;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root, ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, CancellationToken cancellationToken)
    {
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, Root) with { Per = "month", Area = "", Point = "" });
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var bench = new ChartBench(sheet, texts);
        var (table, stations) = Station.Shipped.Value;
        var (known, silent) = (new List<(Station Station, CrossingGroup Group, IReadOnlyList<ChartPoint> Points)>(), new List<string>());
        foreach (var station in stations)
        {
            var place = new ShowCountry.Place(station.Area, station.Point, "");
            var group = (await Crossings.OfAsync(sheet, station.Area, place.Conditions, cancellationToken, place.IsOf)).Where(one => one.Status != "_Z").OrderBy(one => one.Status == "IRR" ? 0 : one.Status == Regular ? 2 : 1).FirstOrDefault();
            IReadOnlyList<ChartPoint> months = group is null ? [] : [.. group.Main.Points.Where(point => point.Period.Frequency == 'M')];
            if (group is null || months.Count == 0)
                silent.Add(station.Name(texts));
            else
                known.Add((station, group, months));
        }

        // The timeline begins where that of the first station does: what a later one has of earlier years has nothing to stand beside.
        if (known.Count > 0)
            known = known.ConvertAll(one => one with { Points = [.. one.Points.Where(point => point.Period.From >= known[0].Points[0].Period.From)] }).FindAll(one => one.Points.Count > 0);
        var of = sheet.Of("FLOW", series => stations.Any(station => series.CodesOf("REF_AREA").Contains(station.Area, StringComparer.Ordinal)));
        var answer = new CorridorAnswer
        {
            Name = table.Rows[0][table.Column("name_" + (table.Has("name_" + texts.Code) ? texts.Code : texts.FallbackLanguage.Code))],
            Stations = known.Count == 0 ? null : StationsOf(bench, known, texts),
            Shapes = known.Count < 2 ? null : ShapesOf(bench, known, texts),
            Lags = LagsOf([.. known.Where(one => one.Group.Status != Regular)], texts),
            Silent = silent,
            Periods = ShowCountry.YearChoices(of, view, texts),
            Nationalities = NationalityChoices(of, view, texts),
        };
        return await FlowsPages.AnswerAsync<CorridorPage>(context, desk, sheet, [.. new[] { answer.Stations, answer.Shapes }.OfType<FlowsChart>()], answer, cancellationToken);
    }

    /// <summary>The nationalities of some series, to choose from.</summary>
    public static IReadOnlyList<Choice> NationalityChoices(IEnumerable<StandingSeries> series, FlowsView view, Texts texts) =>
    [
        new Choice("", texts["flows.page.filter.all"]),
        .. series.SelectMany(one => one.CodesOf("CITIZENSHIP")).Append(view.Nationality).Distinct(StringComparer.Ordinal).Where(code => code.Length > 0 && Countries.Find(code) is not null)
            .Select(code => new Choice(code, Countries.Name(code, texts.Code))).OrderBy(choice => choice.Label, StringComparer.Create(texts.Culture, ignoreCase: true)),
    ];

    private static FlowsChart StationsOf(ChartBench bench, List<(Station Station, CrossingGroup Group, IReadOnlyList<ChartPoint> Points)> known, Texts texts)
    {
        var panels = known.ConvertAll(one =>
        {
            var peak = one.Points.Where(point => point.Most is not null).MaxBy(point => point.Most);
            var title = texts.Format("flows.page.note.of", ("series", one.Station.Name(texts)), ("note", one.Group.Name(texts)));
            return new ChartPanel(title, [new ChartLine(one.Station.Name(texts), one.Points) { Code = one.Station.Area.ToLowerInvariant() }])
            {
                Mark = peak is null ? null : (peak, $"{CodeWords.Range(peak, texts)} ({CodeWords.Of(peak.Period, texts)})"),
            };
        });
        List<string> notes = [texts["flows.page.corridor.axes"], .. known.Any(one => one.Group.Status == Regular) ? (string[])[texts["flows.page.corridor.regular"]] : []];
        return bench.OverTime(
            "stations", texts["flows.page.corridor.stations"], panels, [.. known.Select(one => one.Group.Main.Series).Distinct()], [Dataflow.Period, "CITIZENSHIP"], notes, StationHeight,
            panels[0].Mark?.Point.Period)
            with
        { Lead = string.Join(' ', [texts["flows.page.corridor.guide"], .. notes.Skip(1)]) };
    }

    private static FlowsChart ShapesOf(ChartBench bench, List<(Station Station, CrossingGroup Group, IReadOnlyList<ChartPoint> Points)> known, Texts texts)
    {
        var lines = known.Select((one, at) =>
        {
            var peak = Math.Max(1, one.Points.Max(point => point.Least ?? 0));
            return new ChartLine(one.Station.Name(texts), [.. one.Points.Select(point => point.Least is { } value ? point with { Least = 100 * value / peak, Most = 100 * value / peak } : point)]) { Colour = at, Code = one.Station.Area.ToLowerInvariant() + "_percent" };
        }).ToList();
        return bench.OverTime(
            "shapes", texts["flows.page.corridor.shapes"], [new ChartPanel(texts["flows.page.corridor.percent"], lines)], [.. known.Select(one => one.Group.Main.Series).Distinct()], [Dataflow.Period], [texts["flows.page.corridor.shapes.note"]], 220)
            with
        { Lead = texts["flows.page.corridor.shapes.hint"] };
    }

    private static IReadOnlyList<ListedLag> LagsOf(IReadOnlyList<(Station Station, CrossingGroup Group, IReadOnlyList<ChartPoint> Points)> known, Texts texts)
    {
        var pairs = known.Zip(known.Skip(1)).ToList();
        if (known.Count > 2)
            pairs.Add((known[0], known[^1]));
        return
        [
            .. pairs.Select(pair => (pair.First, pair.Second, Lag: Lag.Best(pair.First.Points, pair.Second.Points))).Select(found => new ListedLag(
                found.First.Station.Name(texts), found.Second.Station.Name(texts),
                found.Lag is not { } lag ? texts["flows.page.lag.few"] : lag.Correlation < Weak ? texts["flows.page.lag.weak"] : lag.Months == 0 ? texts["flows.page.lag.same"] : texts.Count("flows.page.lag.months", lag.Months),
                found.Lag is null ? "–" : found.Lag.Correlation.ToString("0.00", texts.Culture), found.Lag?.Pairs ?? 0)),
        ];
    }
}
