using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>
/// A table of a form's export with the columns of the tables above each of its rows: <c>../date</c> is the date of the submission
/// that a person was recorded with. Rows are read one by one; of those above only the columns that are used are held.
/// </summary>
internal sealed class JoinedTable : TableSource
{
    private const int MostShared = 1 << 12;

    private readonly FormTables tables;
    private readonly IssueReport issues;

    // The table that is counted, then those above it.
    private readonly List<FormTable> levels;
    private readonly int[] firstColumn;

    private JoinedTable(FormTables tables, List<FormTable> levels, IssueReport issues)
    {
        (this.tables, this.levels, this.issues) = (tables, levels, issues);
        firstColumn = new int[levels.Count + 1];
        for (var level = 0; level < levels.Count; level++)
            firstColumn[level + 1] = firstColumn[level] + levels[level].Columns.Count;
        Columns = new TableColumns([.. levels.SelectMany((table, level) => table.Columns.Select(name => name.Length == 0 ? "" : string.Concat(Enumerable.Repeat(TableColumns.Parent, level)) + name))], []);
    }

    /// <inheritdoc />
    public override TableColumns Columns { get; }

    /// <inheritdoc />
    public override int HeaderLine => levels[0].HeaderLine;

    /// <inheritdoc />
    public override string? Sheet => levels[0].Name;

    /// <inheritdoc />
    public override string? Source => levels[0].Name;

    /// <summary>How many rows there are is known when they have been read.</summary>
    public override (long Done, long Total) SoFar(long rows) => (rows, 0);

    /// <inheritdoc />
    public override IReadOnlyList<string> Lists => tables.Repeats;

    /// <inheritdoc />
    public override int Threads(int most) => 1;

    /// <summary>Opens the table of the repeat that is meant, else that of the submissions.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It is not there, or which one is meant or what stands above it cannot be told.</exception>
    public static JoinedTable Open(FormTables tables, ReadingRules rules, IssueReport issues)
    {
        var found = rules.Repeat is { Length: > 0 } repeat ? tables.Find(repeat) : tables.Roots;
        if (found.Count > 1)
        {
            IReadOnlyList<string> fitting = [.. found.Where(name => rules.Fits(With(tables, name, issues).Columns, []))];
            // Which of several is meant is never guessed.
            found = fitting.Count == 1 ? fitting : throw FlowsProblems.SheetAmbiguous.With(("names", string.Join(", ", found)));
        }

        return found is [var one] ? With(tables, one, issues) : throw FileProblems.SheetMissing.With(("name", rules.Repeat ?? "KEY"));
    }

    /// <inheritdoc />
    public override Func<ValueBatch, int?> Reader(int[] wanted)
    {
        var flaws = new List<RowIssue>();
        var batches = new RowBatches(Rows(wanted, flaws).GetEnumerator(), wanted);
        return batch =>
        {
            var ordinal = batches.Next(batch);
            batch.Flaws.AddRange(flaws);
            flaws.Clear();
            return ordinal;
        };
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        tables.Dispose();
        base.Dispose(disposing);
    }

    private static JoinedTable With(FormTables tables, string name, IssueReport issues)
    {
        var levels = new List<FormTable> { tables.Table(name) };
        while (levels[^1].Above is not null)
        {
            var above = tables.Above(levels[^1]) ?? throw FlowsProblems.ParentTableMissing.With(("name", levels[^1].Name));
            if (levels.Exists(table => table.Name == above.Name))
                throw FlowsProblems.ParentsCircular.With(("names", string.Join(", ", levels.Select(table => table.Name))));
            levels.Add(above);
        }

        return new JoinedTable(tables, levels, issues);
    }

    private IEnumerable<RawRow> Rows(int[] wanted, List<RowIssue> flaws)
    {
        var above = Enumerable.Range(1, levels.Count - 1).Select(level => RowsOf(level, wanted)).ToList();
        var (own, width) = (levels[0], Columns.Names.Count);
        var met = new Dictionary<UInt128, int>();
        foreach (var row in tables.Below(own))
        {
            var cells = new string?[width];
            row.Cells.AsSpan(0, Math.Min(row.Cells.Length, own.Columns.Count)).CopyTo(cells);
            if (own.Key is { } key && row[key]?.Trim() is { Length: > 0 } name && !met.TryAdd(HashOf(name), row.Line))
                flaws.Add(new RowIssue(row.Line, key + 1, TableIssues.KeyTwice, met[HashOf(name)].ToString(CultureInfo.InvariantCulture), IssueSeverity.Error));
            else if (Join(row, above, cells) is { } flaw)
                flaws.Add(flaw);
            yield return new RawRow(row.Line, cells);
        }
    }

    // What the rows above say; what is wrong with them, or null.
    private RowIssue? Join(RawRow row, List<Dictionary<string, RowAbove>> above, string?[] cells)
    {
        var said = levels[0].Above is { } place ? row[place]?.Trim() : null;
        for (var level = 1; level < levels.Count; level++)
        {
            if (said is null || !above[level - 1].TryGetValue(said, out var parent))
                return new RowIssue(row.Line, levels[0].Above + 1, TableIssues.ParentMissing, said, IssueSeverity.Error);
            if (parent.IsContradicted)
                return new RowIssue(row.Line, levels[0].Above + 1, TableIssues.ParentTwice, said, IssueSeverity.Error);
            for (var at = 0; at < parent.Places.Length; at++)
                cells[firstColumn[level] + parent.Places[at]] = parent.Cells[at];
            said = parent.Above;
        }

        return null;
    }

    // The rows of a table above, by their keys, with the columns that are used.
    private Dictionary<string, RowAbove> RowsOf(int level, int[] wanted)
    {
        var table = levels[level];
        int[] places = [.. wanted.Where(column => column >= firstColumn[level] && column < firstColumn[level + 1]).Select(column => column - firstColumn[level])];
        var (rows, shared) = (new Dictionary<string, RowAbove>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var row in tables.Below(table))
        {
            if (table.Key is not { } key || row[key]?.Trim() is not { Length: > 0 } name)
                continue;
            var cells = new string?[places.Length];
            for (var at = 0; at < places.Length; at++)
                cells[at] = Shared(row[places[at]]);
            var above = table.Above is { } place ? row[place]?.Trim() : null;
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, name, out var again);
            if (!again)
            {
                known = new RowAbove(places, cells, above, IsContradicted: false);
                continue;
            }

            // Where it says the same twice nothing is lost; else nobody can say which of them is meant.
            var differs = known!.Above != above || !known.Cells.AsSpan().SequenceEqual(cells);
            issues.Add(new RowIssue(row.Line, key + 1, TableIssues.ParentTwice, name, differs ? IssueSeverity.Error : IssueSeverity.Warning, table.Name));
            known = known with { IsContradicted = known.IsContradicted || differs };
        }

        return rows;

        string? Shared(string? cell)
        {
            if (cell is null)
                return null;
            if (shared.TryGetValue(cell, out var same))
                return same;
            if (shared.Count < MostShared)
                shared[cell] = cell;
            return cell;
        }
    }

    // Two of ten million keys are alike less often than once in a billion.
    private static UInt128 HashOf(string key) => MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private sealed record RowAbove(int[] Places, string?[] Cells, string? Above, bool IsContradicted);
}
