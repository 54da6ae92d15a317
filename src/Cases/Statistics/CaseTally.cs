using Tambo.Cases.Access;

namespace Tambo.Cases.Statistics;

/// <summary>What a case adds to the figures.</summary>
/// <param name="Kind">Its kind, or unknown.</param>
/// <param name="State">Its state at the end of the month.</param>
/// <param name="Month">The month in which it was opened (<c>2026-03</c>), or <see cref="Earlier"/>.</param>
/// <param name="Place">The code of an area or country, or unknown.</param>
/// <param name="Groups">The groups of its profiles.</param>
internal sealed record CountedCase(string Kind, string State, string Month, string Place, IReadOnlyList<string> Groups)
{
    public const string Unknown = "unknown";
    public const string Earlier = "earlier";

    /// <summary>The groups of profiles that are counted; what was said by orientation or gender identity is none of them.</summary>
    public static IReadOnlyList<string> Counted { get; } =
        [.. Compartments.All.Where(group => group is not (Compartments.Lgbti or Compartments.Identity or Compartments.Tracing or Compartments.Consular))];
}

/// <summary>Counted cases, those alike together: as large as they differ, however many there are.</summary>
internal sealed class CaseTally
{
    private const string All = "all";
    private readonly Dictionary<(string Kind, string State, string Month, string Place, string Groups), (CountedCase Case, long Count)> alike = [];

    /// <summary>How many cases.</summary>
    public long Count { get; private set; }

    /// <summary>Counts some cases.</summary>
    public static CaseTally Of(IEnumerable<CountedCase> cases)
    {
        var tally = new CaseTally();
        foreach (var one in cases)
            tally.Add(one);
        return tally;
    }

    /// <summary>Counts one more.</summary>
    public void Add(CountedCase one)
    {
        var key = (one.Kind, one.State, one.Month, one.Place, one.Groups.Count == 0 ? "" : string.Join(' ', one.Groups));
        alike[key] = alike.TryGetValue(key, out var known) ? (known.Case, known.Count + 1) : (one, 1);
        Count++;
    }

    /// <summary>The figures that may be told.</summary>
    public CaseFigures Tell(DateTimeOffset asOf, RoundedCounts told, int threshold)
    {
        var total = told.Tell(All, Count);
        if (total is null)
            return new CaseFigures(asOf, threshold, null, [], []);
        var kinds = told.Pool(Totals(one => one.Kind), kind => $"kind {kind}");
        List<CaseFigureTable> tables = [Table("state", one => one.State), Table("month", one => one.Month), Table("place", one => one.Place)];
        // A total that would say too much of its parts gives way to them.
        var narrow = tables.Exists(table => told.IsNarrow(table.RowTotals, total) || told.IsNarrow(table.ColumnTotals, total));
        return new CaseFigures(
            asOf,
            threshold,
            narrow ? null : total,
            tables,
            [
                .. CountedCase.Counted.Select(group =>
                {
                    var count = alike.Values.Where(one => one.Case.Groups.Contains(group, StringComparer.Ordinal)).Sum(one => one.Count);
                    // Nearly all is told no more than hardly any.
                    return new ProfileFigure(group, told.Tell($"without {group}", Count - count) is null ? null : told.Tell($"profile {group}", count));
                }),
            ]);

        CaseFigureTable Table(string by, Func<CountedCase, string> columnOf)
        {
            var names = told.Pool(Totals(columnOf), column => $"{by} {column}");
            // Whether there are others is not told either: that line always stands.
            var (rows, columns) = (Lines(kinds), Lines(names));
            var counts = new long[rows.Count, columns.Count];
            foreach (var (one, count) in alike.Values)
                counts[rows.IndexOf(kinds[one.Kind]), columns.IndexOf(names[columnOf(one)])] += count;
            var cells = new long?[rows.Count, columns.Count];
            for (var i = 0; i < rows.Count; i++)
            {
                for (var j = 0; j < columns.Count; j++)
                    cells[i, j] = told.Tell($"kind {rows[i]} {by} {columns[j]}", counts[i, j]);
            }

            List<long?> rowTotals = [.. rows.Select((row, i) => told.Tell($"kind {row}", columns.Select((_, j) => counts[i, j]).Sum()))];
            List<long?> columnTotals = [.. columns.Select((column, j) => told.Tell($"{by} {column}", rows.Select((_, i) => counts[i, j]).Sum()))];
            var shown = told.Hide(cells, rowTotals, columnTotals);
            return new CaseFigureTable(by, rows, columns, rowTotals, columnTotals, [.. rows.Select((_, i) => (IReadOnlyList<long?>)[.. columns.Select((_, j) => shown[i, j])])]);
        }

        static List<string> Lines(IReadOnlyDictionary<string, string> pooled) =>
            [.. pooled.Values.Where(name => name != RoundedCounts.Others).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), RoundedCounts.Others];
    }

    private Dictionary<string, long> Totals(Func<CountedCase, string> codeOf) =>
        alike.Values.GroupBy(one => codeOf(one.Case), StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Sum(one => one.Count), StringComparer.Ordinal);
}
