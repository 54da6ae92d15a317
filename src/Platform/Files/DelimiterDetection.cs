namespace Tambo.Platform.Files;

/// <summary>Finds what separates the cells of a text file by cutting its beginning with each candidate and comparing the tables.</summary>
internal static class DelimiterDetection
{
    internal const int SampleCharacters = 1 << 16;
    private const int SampleRows = 200;

    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    /// <summary>The separator that gives the most regular table; a comma when there is only one column.</summary>
    internal static char Find(string sample, bool cut)
    {
        var best = ',';
        var bestScore = 0.0;
        foreach (var candidate in Candidates)
        {
            var score = Score(sample, cut, candidate);
            if (score > bestScore)
            {
                best = candidate;
                bestScore = score;
            }
        }
        return best;
    }

    /// <summary>
    /// Share of the rows that have the usual number of cells, times the root of that number; twice that when the first such
    /// row looks like a header. The last part tells semicolons from the decimal commas between them: a header has no decimals.
    /// </summary>
    private static double Score(string sample, bool cut, char candidate)
    {
        var rows = Cut(sample, cut, candidate);
        if (rows.Count == 0)
            return 0;
        var usual = rows.GroupBy(row => row.Cells.Length).Where(group => group.Key > 1)
            .OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).FirstOrDefault();
        if (usual is null)
            return 0;
        var first = usual.First();
        var named = first.Cells.All(cell => TableHeader.IsNameOrNothing(cell) && !HoldsOther(cell, candidate));
        var share = (double)usual.Count() / rows.Count;
        return share * share * Math.Sqrt(usual.Key - 1) * (named ? 2 : 1);
    }

    private static bool HoldsOther(string? cell, char candidate) =>
        cell is not null && Candidates.Any(other => other != candidate && cell.Contains(other, StringComparison.Ordinal));

    private static List<RawRow> Cut(string sample, bool cut, char candidate)
    {
        var options = new DelimitedOptions(RowBytes: SampleCharacters * 4, Columns: int.MaxValue);
        using var text = new StringReader(sample);
        var rows = DelimitedRows.Read(text, candidate, options, static _ => { }).Take(SampleRows + 1).ToList();
        // The sample may end within a row.
        if (rows.Count > 1 && (cut || rows.Count > SampleRows))
            rows.RemoveAt(rows.Count - 1);
        return rows;
    }
}
