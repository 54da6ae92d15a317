using Tambo.Flows.Charts;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Pages;

/// <summary>What one series says of a country over time.</summary>
internal sealed record CrossingLine(StandingSeries Series, IReadOnlyList<ChartPoint> Points);

/// <summary>What is known of a country's crossings of one kind, counted in one unit: the fullest series first, then those that say something else.</summary>
internal sealed record CrossingGroup
{
    /// <summary>The country.</summary>
    public required string Area { get; init; }

    /// <summary>By which way people entered; <c>_T</c> for several.</summary>
    public required string Status { get; init; }

    /// <summary>In, out, or through.</summary>
    public required string Direction { get; init; }

    /// <summary>What is counted.</summary>
    public required string Unit { get; init; }

    /// <summary>The series, the fullest first.</summary>
    public required IReadOnlyList<CrossingLine> Lines { get; init; }

    /// <summary>Series that give the same totals as the first: they are not drawn again.</summary>
    public required IReadOnlyList<StandingSeries> Same { get; init; }

    /// <summary>The fullest series.</summary>
    public CrossingLine Main => Lines[0];

    /// <summary>Its code within a page.</summary>
    public string Id => string.Join('-', ((IEnumerable<string>)[Area, Status, Direction, Unit]).Select(code => code.Trim('_').ToLowerInvariant()));

    /// <summary>What is counted, in which unit.</summary>
    public string Name(Texts texts)
    {
        // Where the way of entering says nothing, such as of applications for asylum, the table's own name does.
        var kind = Status == "_Z" ? Main.Series.Title(texts) : CodeWords.Of("ENTRY_STATUS", Status, texts);
        if (Direction is not ("IN" or "_T" or "_Z"))
            kind = $"{CodeWords.Of("DIRECTION", Direction, texts)}{texts.Comma}{kind}";
        return texts.Format("flows.page.kind_in_unit", ("kind", kind), ("unit", CodeWords.Of(Dataflow.Unit, Unit, texts)));
    }

    /// <summary>Where series that should say the same do not, in sentences.</summary>
    public IEnumerable<string> Remarks(Texts texts)
    {
        foreach (var series in Same)
            yield return texts.Format("flows.page.note.same", ("other", series.Title(texts)), ("main", Main.Series.Title(texts)));
        foreach (var other in Lines.Skip(1))
        {
            var mine = Main.Points.ToDictionary(point => point.Period);
            var common = other.Points.Where(point => mine.ContainsKey(point.Period)).Select(point => (Other: point, Main: mine[point.Period])).ToList();
            var differing = common.Where(pair => !pair.Other.IsSame(pair.Main)).ToList();
            if (differing.Count == 0)
                continue;
            var (farOther, farMain) = differing.MaxBy(pair => Math.Abs((pair.Other.Most ?? 0) - (pair.Main.Most ?? 0)));
            yield return texts.Format(
                "flows.page.note.differ",
                ("main", Main.Series.Title(texts)), ("other", other.Series.Title(texts)), ("count", differing.Count), ("of", common.Count),
                ("period", CodeWords.Of(farMain.Period, texts)), ("main_figure", CodeWords.Range(farMain, texts)), ("other_figure", CodeWords.Range(farOther, texts)));
        }
    }
}

/// <summary>Finds what is known of crossings, without adding what may not be added: series are lines beside each other, units are panels.</summary>
internal static class Crossings
{
    /// <summary>Groups by country, kind and unit; of one country when it is given.</summary>
    public static async Task<IReadOnlyList<CrossingGroup>> OfAsync(
        FlowsSheet sheet, string? area, IReadOnlyList<string> where, CancellationToken cancellationToken, Func<StandingSeries, bool>? fits = null)
    {
        var of = sheet.Of("FLOW", one => (area is null || one.CodesOf("REF_AREA").Contains(area, StringComparer.Ordinal)) && (fits?.Invoke(one) ?? true));
        var figures = await sheet.AskAsync(
            of, [sheet.View.Per, "ref_area"], [.. sheet.View.Conditions().Where(condition => !condition.StartsWith("series=", StringComparison.Ordinal)), .. where, .. area is null ? (string[])[] : [$"ref_area={area}"]], cancellationToken);
        var lines = figures.Where(figure => figure.Point is not null).GroupBy(figure => (figure.Series, figure.Unit, Area: figure.By[1])).Select(group =>
        {
            var series = sheet.Find(group.Key.Series)!;
            return (
                Key: (group.Key.Area, Status: Only(series, "ENTRY_STATUS"), Direction: Only(series, "DIRECTION"), group.Key.Unit),
                Line: new CrossingLine(series, [.. group.Select(figure => figure.Point!).OrderBy(point => point.Period.From).ThenBy(point => point.Period.Until)]));
        });
        return
        [
            .. lines.GroupBy(pair => pair.Key, pair => pair.Line)
                .Select(group => GroupOf(group.Key.Area, group.Key.Status, group.Key.Direction, group.Key.Unit, [.. group]))
                .OrderBy(group => group.Area, StringComparer.Ordinal).ThenByDescending(group => group.Status == "IRR").ThenBy(group => group.Status, StringComparer.Ordinal),
        ];
    }

    private static string Only(StandingSeries series, string component) => series.CodesOf(component) is [var only] ? only : "_T";

    // The series that reaches furthest, then the one with most periods: which one that is follows from the figures alone.
    private static CrossingGroup GroupOf(string area, string status, string direction, string unit, List<CrossingLine> lines)
    {
        var ordered = lines.OrderByDescending(line => line.Points[^1].Period.Until).ThenByDescending(line => line.Points.Count).ThenBy(line => line.Series.Code, StringComparer.Ordinal).ToList();
        var main = ordered[0].Points.ToDictionary(point => point.Period);
        var same = ordered.Skip(1).Where(line => line.Points.All(point => main.TryGetValue(point.Period, out var mine) && mine.IsSame(point))).ToList();
        return new CrossingGroup
        {
            Area = area,
            Status = status,
            Direction = direction,
            Unit = unit,
            Lines = [.. ordered.Except(same)],
            Same = [.. same.Select(line => line.Series)],
        };
    }
}
