namespace Tambo.Cases.Statistics;

/// <summary>
/// Makes of a table of counts what may be told: no count below the threshold, and nothing by which one could be worked out from
/// the others and the totals. Pure.
/// </summary>
/// <remarks>
/// Two steps. First lines whose total is small are put together with others, so that every total can be told. Then cells are
/// hidden: each small one, and further ones until (1) every line with a hidden cell has two of them, which come to twice the
/// threshold and more together, and (2) seen as a graph of rows and columns with an edge for each hidden cell, no edge is a
/// bridge: a cell of a table with known totals can be worked out from sums and differences of its lines if and only if it is one.
/// A hidden cell does not say whether it was small itself.
/// </remarks>
internal static class SmallCounts
{
    /// <summary>The name of lines that were put together.</summary>
    public const string Others = "others";

    /// <summary>Puts lines with small totals together, the smallest first, until every total is large enough.</summary>
    /// <param name="totals">The total of each line; zeros are left out.</param>
    /// <param name="threshold">The smallest count that may be told.</param>
    /// <returns>For each line the name under which it is told; empty when even all together are too few.</returns>
    public static IReadOnlyDictionary<string, string> Pool(IReadOnlyDictionary<string, long> totals, int threshold)
    {
        var lines = totals.Where(line => line.Value > 0).OrderBy(line => line.Value).ThenBy(line => line.Key, StringComparer.Ordinal).ToList();
        if (lines.Sum(line => line.Value) < 2L * threshold)
            return new Dictionary<string, string>(StringComparer.Ordinal);
        var (pooled, sum) = (0, 0L);
        while (pooled < lines.Count && (lines[pooled].Value < 2L * threshold || (pooled > 0 && sum < 2L * threshold) || pooled == 1))
            sum += lines[pooled++].Value;
        return lines.Select((line, at) => (line.Key, Name: at < pooled ? Others : line.Key)).ToDictionary(line => line.Key, line => line.Name, StringComparer.Ordinal);
    }

    /// <summary>Which cells are told.</summary>
    /// <param name="cells">Counts by row and column; every line's total is told and at least twice the threshold.</param>
    /// <param name="threshold">The smallest count that may be told.</param>
    /// <returns>The table with null where nothing is told.</returns>
    public static long?[,] Hide(long[,] cells, int threshold)
    {
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
        var hidden = new bool[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                hidden[i, j] = cells[i, j] > 0 && cells[i, j] < threshold;
        }

        while (Mend(cells, hidden, threshold) || Unbridge(cells, hidden))
        {
            // Each turn hides at least one further cell, so this ends.
        }

        var told = new long?[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                told[i, j] = hidden[i, j] ? null : cells[i, j];
        }

        return told;
    }

    private static bool Mend(long[,] cells, bool[,] hidden, int threshold)
    {
        foreach (var line in Lines(cells))
        {
            var (count, sum) = (0, 0L);
            foreach (var (i, j) in line)
            {
                if (hidden[i, j])
                    (count, sum) = (count + 1, sum + cells[i, j]);
            }

            if (count > 0 && (count < 2 || sum < 2L * threshold) && HideSmallest(cells, hidden, line))
                return true;
        }

        return false;
    }

    private static bool Unbridge(long[,] cells, bool[,] hidden)
    {
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                if (!hidden[i, j] || IsOnCycle(hidden, i, j))
                    continue;
                // What closes a cycle may lie in its row, in its column, or in a line that these lead to.
                var (row, column) = (i, j);
                if (HideSmallest(cells, hidden, [.. Enumerable.Range(0, columns).Select(at => (row, at))])
                    || HideSmallest(cells, hidden, [.. Enumerable.Range(0, rows).Select(at => (at, column))])
                    || HideSmallest(cells, hidden, [.. Lines(cells).SelectMany(line => line)]))
                    return true;
            }
        }

        return false;
    }

    // Counts before zeros: an empty cell among hidden ones protects nobody by its size, and comes last.
    private static bool HideSmallest(long[,] cells, bool[,] hidden, IReadOnlyList<(int Row, int Column)> among)
    {
        var open = among.Where(at => !hidden[at.Row, at.Column]).OrderBy(at => cells[at.Row, at.Column] == 0).ThenBy(at => cells[at.Row, at.Column]).ToList();
        if (open.Count == 0)
            return false;
        hidden[open[0].Row, open[0].Column] = true;
        return true;
    }

    // Without the cell, is its column still reached from its row?
    private static bool IsOnCycle(bool[,] hidden, int row, int column)
    {
        var (rows, columns) = (hidden.GetLength(0), hidden.GetLength(1));
        var (seenRows, seenColumns, waiting) = (new bool[rows], new bool[columns], new Queue<(bool IsRow, int At)>([(true, row)]));
        seenRows[row] = true;
        while (waiting.TryDequeue(out var node))
        {
            for (var at = 0; at < (node.IsRow ? columns : rows); at++)
            {
                var (i, j) = node.IsRow ? (node.At, at) : (at, node.At);
                if (!hidden[i, j] || (i == row && j == column) || (node.IsRow ? seenColumns[at] : seenRows[at]))
                    continue;
                if (node.IsRow)
                    seenColumns[at] = true;
                else
                    seenRows[at] = true;
                waiting.Enqueue((!node.IsRow, at));
            }
        }

        return seenColumns[column];
    }

    private static IEnumerable<IReadOnlyList<(int Row, int Column)>> Lines(long[,] cells)
    {
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
        for (var i = 0; i < rows; i++)
            yield return [.. Enumerable.Range(0, columns).Select(j => (i, j))];
        for (var j = 0; j < columns; j++)
            yield return [.. Enumerable.Range(0, rows).Select(i => (i, j))];
    }
}
