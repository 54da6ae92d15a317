using Tambo.Cases.Access;

namespace Tambo.Cases.Statistics;

/// <summary>
/// Tells counts as multiples of a base: of the two around a count the nearer is the likelier, by a chance that is drawn once for each
/// place in the figures and kept (fixed random rounding). What comes to less than twice the base is not told at all.
/// </summary>
/// <remarks>
/// The chance is a keyed hash of the name of the place: nobody without the node's key can work it out, the same count says the same
/// next month, so that many months average to nothing, and two releases differ by nothing or by a multiple of the base. Numbers need
/// not add up. Where a number told stands with others of its line so that fewer values than the base fit it, the line is not told.
/// </remarks>
/// <param name="step">The base, in cases; at least 2.</param>
/// <param name="chance">A number for a name, always the same, and equally likely to be any.</param>
internal sealed class RoundedCounts(int step, Func<string, ulong> chance)
{
    /// <summary>The name of lines that were put together.</summary>
    public const string Others = "others";

    /// <summary>The counts of a node: chances of its key.</summary>
    public static RoundedCounts Of(int step, CaseGuards guards) => new(step, name => guards.ChanceOf(name));

    /// <summary>What is told of a count; null when it is too small.</summary>
    /// <param name="name">Its place in the figures: the same name is the same chance.</param>
    /// <param name="count">The count, in cases.</param>
    public long? Tell(string name, long count)
    {
        var rounded = (count + (long)(chance($"{step} {name}") % (ulong)step)) / step * step;
        return rounded < 2L * step ? null : rounded;
    }

    /// <summary>Under which name each line is told: its own when its total is told, else together with the others.</summary>
    /// <param name="totals">The total of each line.</param>
    /// <param name="nameOf">The place of a line in the figures.</param>
    public IReadOnlyDictionary<string, string> Pool(IReadOnlyDictionary<string, long> totals, Func<string, string> nameOf) =>
        totals.ToDictionary(line => line.Key, line => Tell(nameOf(line.Key), line.Value) is null ? Others : line.Key, StringComparer.Ordinal);

    /// <summary>The cells of a table as they are told beside its totals.</summary>
    /// <param name="cells">What is told of each by itself.</param>
    /// <param name="rows">What is told of the total of each row.</param>
    /// <param name="columns">What is told of the total of each column.</param>
    public long?[,] Hide(long?[,] cells, IReadOnlyList<long?> rows, IReadOnlyList<long?> columns)
    {
        var told = (long?[,])cells.Clone();
        for (var i = 0; i < rows.Count; i++)
        {
            if (IsNarrow([.. columns.Select((_, j) => cells[i, j])], rows[i]))
                Clear([.. columns.Select((_, j) => (i, j))]);
        }

        for (var j = 0; j < columns.Count; j++)
        {
            if (IsNarrow([.. rows.Select((_, i) => cells[i, j])], columns[j]))
                Clear([.. rows.Select((_, i) => (i, j))]);
        }

        return told;

        void Clear(List<(int Row, int Column)> line) => line.ForEach(at => told[at.Row, at.Column] = null);
    }

    /// <summary>True when the numbers of a line and its total leave one of them fewer values than the base.</summary>
    /// <param name="line">What is told of its numbers.</param>
    /// <param name="total">What is told of their sum.</param>
    public bool IsNarrow(IReadOnlyList<long?> line, long? total)
    {
        var (all, ranges) = (RangeOf(total), line.Select(RangeOf).ToList());
        var (least, most) = (ranges.Sum(range => range.Least), ranges.Sum(range => range.Most));
        return ranges.Exists(range =>
            Math.Min(range.Most, all.Most - (least - range.Least)) - Math.Max(range.Least, all.Least - (most - range.Most)) + 1 < step);
    }

    /// <summary>The counts of which something may be told.</summary>
    private (long Least, long Most) RangeOf(long? told) => told is { } number ? (number - step + 1, number + step - 1) : (0, (2L * step) - 1);
}
