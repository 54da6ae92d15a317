using Tambo.Flows.Cube;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Imports;

/// <summary>A figure that is another one since an import.</summary>
/// <param name="Period">The period.</param>
/// <param name="Codes">The categories, where the table says any.</param>
/// <param name="Before">What it was; null when there was none.</param>
/// <param name="After">What it is; null when there is none any more.</param>
public sealed record ChangedFigure(string Period, IReadOnlyList<(string Component, string Code)> Codes, long? Before, long? After)
{
    /// <summary>By how much.</summary>
    public long Change => (After ?? 0) - (Before ?? 0);
}

/// <summary>What an import changed of its series.</summary>
/// <param name="Periods">Periods whose sum is another one, in their order.</param>
/// <param name="Figures">Figures of categories that are other ones, the largest change first, as many as are shown.</param>
/// <param name="Count">How many figures there are in all that are other ones.</param>
/// <param name="IsWhole">False when there were too many observations to compare one by one.</param>
public sealed record SeriesDifference(IReadOnlyList<ChangedFigure> Periods, IReadOnlyList<ChangedFigure> Figures, int Count, bool IsWhole);

/// <summary>Compares what a series said before and after an import; pure on the segments.</summary>
internal static class VintageDifference
{
    private const int Shown = 200;
    private const long MostRows = 3_000_000;

    /// <summary>The difference between the observations that counted before and those that count since.</summary>
    /// <param name="before">Imports, each as it counted.</param>
    /// <param name="after">The same since.</param>
    /// <param name="flow">Their dataflow.</param>
    public static SeriesDifference Of(IReadOnlyList<IReadOnlyList<StandingSegment>> before, IReadOnlyList<IReadOnlyList<StandingSegment>> after, Dataflow flow)
    {
        string[] codes = [Dataflow.Period, .. flow.Components.Where(component => component.IsDimension && component.Code is not (Dataflow.Series or Dataflow.Period)).Select(component => component.Code)];
        var isWhole = before.Concat(after).Where(one => one.Count > 0).Sum(one => (long)one[0].File.Rows) <= MostRows;
        var measure = flow[Dataflow.Value] is null ? flow.Components.First(component => component.IsMeasure).Code : Dataflow.Value;
        var sums = new Dictionary<string, (long? Before, long? After)>(StringComparer.Ordinal);
        Add(before, isWhole ? codes : codes[..1], measure, sums, static (sum, value) => (Plus(sum.Before, value), sum.After));
        Add(after, isWhole ? codes : codes[..1], measure, sums, static (sum, value) => (sum.Before, Plus(sum.After, value)));
        var changed = sums.Where(pair => pair.Value.Before != pair.Value.After).Select(pair => Figure(pair.Key, codes, pair.Value)).ToList();
        var periods = sums.GroupBy(pair => pair.Key.Split('|')[0], StringComparer.Ordinal)
            .Select(same => new ChangedFigure(same.Key, [], Sum(same.Select(pair => pair.Value.Before)), Sum(same.Select(pair => pair.Value.After))))
            .Where(period => period.Before != period.After).OrderBy(period => period.Period, StringComparer.Ordinal).ToList();
        return new SeriesDifference(
            periods, isWhole ? [.. changed.OrderByDescending(figure => Math.Abs(figure.Change)).ThenBy(figure => figure.Period, StringComparer.Ordinal).Take(Shown)] : [], changed.Count, isWhole);
    }

    private static void Add(
        IReadOnlyList<IReadOnlyList<StandingSegment>> imports, string[] codes, string measure, Dictionary<string, (long? Before, long? After)> sums,
        Func<(long? Before, long? After), long, (long? Before, long? After)> plus)
    {
        foreach (var standing in imports)
        {
            if (new MeantRows(new CubeQuestion { Measure = measure }, standing) is not { IsEmpty: false } rows)
                continue;
            var segment = standing[0].File;
            var columns = codes.Select(code => (Numbers: segment.Column(code)!, segment.Find(code)!.Codes)).ToList();
            var values = segment.Column(measure)!;
            foreach (var row in rows.Places(segment))
            {
                if (values.Unknown?[row] == true)
                    continue;
                var key = string.Join('|', columns.Select(column => column.Codes[(int)column.Numbers[row]]));
                sums[key] = plus(sums.GetValueOrDefault(key), values[row]);
            }
        }
    }

    private static ChangedFigure Figure(string key, string[] codes, (long? Before, long? After) sums)
    {
        var parts = key.Split('|');
        return new ChangedFigure(parts[0], [.. parts.Skip(1).Select((code, at) => (codes[at + 1], code)).Where(pair => pair.code != "_T")], sums.Before, sums.After);
    }

    private static long? Plus(long? sum, long value) => (sum ?? 0) + value;

    private static long? Sum(IEnumerable<long?> values) => values.Aggregate((long?)null, static (sum, value) => value is null ? sum : (sum ?? 0) + value);
}
