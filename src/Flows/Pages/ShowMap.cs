using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Structure;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>Movements between countries on a map.</summary>
public sealed record MapAnswer
{
    /// <summary>The map; null when no table says where from and where to.</summary>
    public required FlowsChart? Map { get; init; }

    /// <summary>The series that is shown.</summary>
    public required string? Shown { get; init; }

    /// <summary>The series that can be chosen.</summary>
    public required IReadOnlyList<Choice> Series { get; init; }

    /// <summary>The years that can be chosen.</summary>
    public required IReadOnlyList<Choice> Periods { get; init; }

    /// <summary>The countries that can be chosen.</summary>
    public required IReadOnlyList<Choice> Areas { get; init; }
}

/// <summary>Somebody looks at where people came from and where they are, on a map and in a table.</summary>
internal static class ShowMap
{
    public const string Root = FlowsView.Root + "/map";

    private const int MostRibbons = 30;
    private const int MostRows = 1_000;
    private const int Named = 5;

    // Five destinations have a colour of their own; the fourth colour, a grey, is that of all others.
    private static readonly int[] Colours = [0, 1, 2, 4, 5];
    private const int OthersColour = 3;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root, ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    /// <summary>The series that say where people came from, those that say it themselves first; nationality stands for it where nothing else does.</summary>
    public static IReadOnlyList<StandingSeries> Usable(FlowsSheet sheet) =>
    [
        .. sheet.Series.Where(series => series.Dataflow is "FLOW" or "STOCK" or "RETURN" && series.IsWhole && From(series) is not null && series.BreaksDown("REF_AREA"))
            .OrderBy(series => From(series) == "CITIZENSHIP").ThenBy(series => series.Dataflow != Dataflow.Stock.Code).ThenByDescending(series => series.Imports.Sum(import => import.Segment.Rows)),
    ];

    private static string? From(StandingSeries series) => series.BreaksDown("C_ORIGIN") ? "C_ORIGIN" : series.BreaksDown("C_PREVIOUS") ? "C_PREVIOUS" : series.BreaksDown("CITIZENSHIP") ? "CITIZENSHIP" : null;

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, CancellationToken cancellationToken)
    {
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, Root));
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var usable = Usable(sheet);
        var series = usable.FirstOrDefault(one => view.Series.Length == 0 || one.Code == view.Series);
        var chart = series is null ? null : await MapOfAsync(sheet, new ChartBench(sheet, texts), series, texts, cancellationToken);
        var answer = new MapAnswer
        {
            Map = chart,
            Shown = series?.Code,
            Series = [.. usable.Select(one => new Choice(one.Code, one.Title(texts)))],
            Periods = series is null ? [] : ShowCountry.YearChoices([series], view, texts),
            Areas = [new Choice("", texts["flows.page.filter.all"]), .. (series?.CodesOf("REF_AREA") ?? []).Where(code => Countries.Find(code) is not null).Select(code => new Choice(code, Countries.Name(code, texts.Code))).OrderBy(choice => choice.Label, StringComparer.Create(texts.Culture, ignoreCase: true))],
        };
        return await FlowsPages.AnswerAsync<MapPage>(context, desk, sheet, chart is null ? [] : [chart], answer, cancellationToken);
    }

    private static async Task<FlowsChart?> MapOfAsync(FlowsSheet sheet, ChartBench bench, StandingSeries series, Texts texts, CancellationToken cancellationToken)
    {
        var view = sheet.View;
        var from = From(series)!;
        var (time, shown) = ShowCountry.PeriodOf(series, view, texts);
        var pairs = (await sheet.AskAsync([series], [from, "ref_area"], [.. view.Conditions().Where(condition => !condition.StartsWith("time=", StringComparison.Ordinal)), time], cancellationToken))
            .Where(figure => figure.Most > 0 && figure.By[0] != figure.By[1]).OrderByDescending(figure => figure.Most).ThenBy(figure => figure.By[0], StringComparer.Ordinal).ThenBy(figure => figure.By[1], StringComparer.Ordinal).ToList();
        if (pairs.Count == 0)
            return null;
        var placed = pairs.Where(pair => PlaceOf(pair.By[0]) is not null && PlaceOf(pair.By[1]) is not null).Take(MostRibbons).ToList();
        var apart = pairs.Except(placed).ToList();
        var destinations = placed.GroupBy(pair => pair.By[1]).OrderByDescending(group => group.Sum(pair => pair.Most)).Select(group => group.Key).ToList();
        int ColourOf(string to) => destinations.IndexOf(to) is >= 0 and < Named and var at ? Colours[at] : OthersColour;
        string Name(string code) => CodeWords.Of("REF_AREA", code, texts);
        string Figure(AskedFigure pair) => CodeWords.Range(pair, texts);
        var ribbons = placed.ConvertAll(pair => new MapRibbon(PlaceOf(pair.By[0])!.Value, PlaceOf(pair.By[1])!.Value, pair.Most!.Value, ColourOf(pair.By[1]), $"{Name(pair.By[0])} → {Name(pair.By[1])}: {Figure(pair)}"));
        var names = placed.SelectMany(pair => (string[])[pair.By[1], pair.By[0]]).Distinct(StringComparer.Ordinal).Select(code => new MapSpot(PlaceOf(code)!.Value, 0, Name(code))).ToList();
        List<string> notes = [texts["flows.page.map.drawn"]];
        if (from == "CITIZENSHIP")
            notes.Add(texts["flows.page.map.nationality"]);
        if (apart.Count > 0)
            notes.Add(texts.Format("flows.page.map.apart", ("count", apart.Count), ("figure", CodeWords.Range(apart.Sum(pair => pair.Least ?? 0), apart.Sum(pair => pair.Most ?? 0), apart.Exists(pair => pair.IsOpen), texts))));
        var data = new ChartData(
            [new DataColumn("from", texts["flows.page.map.from"]), new DataColumn("to", texts["flows.page.map.to"]), new DataColumn("value", texts["flows.page.value"], IsFigure: true)],
            [.. pairs.Take(MostRows).Select(pair => (IReadOnlyList<DataCell>)[ChartBench.Name(Name(pair.By[0]), pair.By[0], ShowNationality.HrefOf(pair.By[0], view with { Area = "" })), ChartBench.Name(Name(pair.By[1]), pair.By[1]), bench.Cell(pair)])]);
        return bench.Picture(
            "map", texts.Format("flows.page.map.title", ("series", series.Title(texts)), ("period", shown)),
            texts.Format("flows.page.map.summary", ("from", Name(pairs[0].By[0])), ("to", Name(pairs[0].By[1])), ("figure", Figure(pairs[0])), ("count", placed.Count)),
            (paper, top) => FlowMap.Draw(paper, ribbons, names, top),
            [.. destinations.Take(Named).Select(code => new KeyEntry(texts.Format("flows.page.map.key", ("country", Name(code))), ColourOf(code), "bar")), .. destinations.Count > Named ? (KeyEntry[])[new KeyEntry(texts["flows.page.map.others"], OthersColour, "bar")] : []],
            data, [series], [from, Dataflow.Period], notes);
    }

    // A country stands where its largest town does, which is where most of its people are nearest to.
    private static GeoPoint? PlaceOf(string code) => Countries.Find(code) is { } country ? Gazetteer.LargestOf(country.Alpha2)?.Point : null;
}
