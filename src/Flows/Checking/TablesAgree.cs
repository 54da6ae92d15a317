using System.Globalization;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>Whether tables that count the same thing give the same figures; ranges that meet do not disagree. Pure.</summary>
internal static class TablesAgree
{
    /// <summary>The figures of the first table that another one contradicts.</summary>
    public static IEnumerable<Found> Find(CheckRule rule, IReadOnlyList<FlowsAnswer> tables)
    {
        var first = ByLabels(tables[0]);
        for (var other = 1; other < tables.Count; other++)
        {
            foreach (var (labels, figure) in ByLabels(tables[other]))
            {
                if (first.TryGetValue(labels, out var its) && its.Labels[1] == figure.Labels[1] && Differ(its, figure, rule.Tolerance))
                    yield return Of(rule, other, labels, its, figure);
            }
        }
    }

    private static bool Differ(Figure one, Figure other, double tolerance)
    {
        if (!one.IsKnown || !other.IsKnown)
            return false;
        var (low, high) = one.Sure <= other.Sure ? (one, other) : (other, one);
        var apart = high.Sure - (low.Sure + low.Maybe);
        return apart > 0 && apart > tolerance * high.Sure;
    }

    private static Found Of(CheckRule rule, int other, Labels labels, Figure its, Figure figure)
    {
        var conditions = rule.By.Select((word, at) => Asks.Condition(word, labels.Of[at])).ToList();
        var period = labels.Of.FirstOrDefault(label => Period.Read(label) is not null) ?? "";
        return new Found(
            $"{Name(its.Labels[0], rule.Tables[0])}|{Name(figure.Labels[0], rule.Tables[other])}|{string.Join('|', labels.Of)}",
            its.Labels[0],
            period,
            Math.Abs(its.Sure - figure.Sure),
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["what"] = string.Join(", ", labels.Of),
                ["series"] = Name(its.Labels[0], rule.Tables[0]),
                ["other"] = Name(figure.Labels[0], rule.Tables[other]),
                ["value"] = Asks.Range(its),
                ["against"] = Asks.Range(figure),
                ["difference"] = (figure.Sure - its.Sure).ToString("+#;-#;0", CultureInfo.InvariantCulture),
            },
            [new FoundPlace(rule.Dataflow, [.. rule.Tables[0], .. conditions]), new FoundPlace(rule.Dataflow, [.. rule.Tables[other], .. conditions])]);
    }

    // Two parts of one series are told apart by what they are chosen by.
    private static string Name(string series, IReadOnlyList<string> where) =>
        where.Where(text => !text.StartsWith("series=", StringComparison.OrdinalIgnoreCase)).Select(text => text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]).ToList() is { Count: > 0 } parts
            ? $"{series} ({string.Join(", ", parts)})" : series;

    // Of several series that were chosen as one table, each label's figures together.
    private static Dictionary<Labels, Figure> ByLabels(FlowsAnswer answer) => answer.Figures
        .GroupBy(figure => Labels.Without(figure.Labels, [0, 1]))
        .ToDictionary(same => same.Key, same => same.Count() == 1 ? same.First() : Figure.Together([string.Join(", ", same.Select(figure => figure.Labels[0])), same.First().Labels[1]], [.. same]));
}
