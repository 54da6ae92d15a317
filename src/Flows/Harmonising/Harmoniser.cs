using System.Runtime.CompilerServices;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>One line of the ledger: what a value of the source became, how exactly, and how much of the file it is.</summary>
/// <param name="Rule">The place of its rule.</param>
/// <param name="Value">The source's value; several columns joined by a bar.</param>
/// <param name="Became">The codes, joined by a bar.</param>
/// <param name="Carried">How exactly.</param>
/// <param name="Why">Why not exactly.</param>
/// <param name="Rows">Rows of the file.</param>
/// <param name="Sum">What their first measure comes to.</param>
public sealed record LedgerLine(int Rule, string Value, string Became, Carried Carried, string Why, long Rows, long Sum);

/// <summary>What harmonising a batch of rows found beside the observations.</summary>
internal sealed record HarmonisedBatch(ObservationBatch Observations, IReadOnlyList<RowIssue> Issues, long Read, long Refused, long LeftOut);

/// <summary>
/// Turns rows into observations. What a value becomes is worked out once for each distinct value; rows only look it up.
/// Each thread has its own.
/// </summary>
internal sealed class Harmoniser
{
    private const int IssuesPerBatch = 500;

    private readonly MappingRules rules;
    private readonly RuleMemory[] memories;
    private readonly CodeBook[] books;
    private readonly NumberMemory[] pivots;
    private readonly PeriodMemory[] periods;
    private readonly int needed;
    private readonly OnceFilter? once;

    // Room for each batch: what is made of one is used before the next.
    private int[] lineRoom = [];
    private long[] measureRoom = [];

    public Harmoniser(MappingRules rules)
    {
        this.rules = rules;
        once = rules.Once ? new OnceFilter(rules.Dataflow) : null;
        books = [.. rules.Constants.Select(_ => new CodeBook())];
        for (var code = 0; code < books.Length; code++)
            books[code].NumberOf(rules.Constants[code]);
        memories = [.. rules.Rules.Select(rule => new RuleMemory(rule, books))];
        pivots = [.. rules.Pivot.Select(pivot => new NumberMemory(pivot.Form))];
        periods = [.. rules.Pivot.Select(pivot => new PeriodMemory(pivot))];
        needed = memories.Where(memory => memory.IsMeasure).Select(memory => rules.Wanted[memory.LastColumn] + 1).DefaultIfEmpty(0).Max();
    }

    /// <summary>What each value became, over all batches of this thread.</summary>
    public IEnumerable<LedgerLine> Ledger() => memories.SelectMany((memory, at) => memory.Ledger(at));

    /// <summary>Harmonises the rows of a batch that begin below the header.</summary>
    public HarmonisedBatch Harmonise(ValueBatch rows, int headerLine)
    {
        var skip = 0;
        while (skip < rows.Rows && rows.Lines[skip] <= headerLine)
            skip++;
        var count = rows.Rows - skip;
        var state = new byte[count];
        var met = MetIn(rows, skip);
        var blank = MarkBlank(rows, met, skip, state);
        var issues = new List<RowIssue>();
        foreach (var memory in memories)
            memory.LookUp(rows, met, skip, state, issues.Count < IssuesPerBatch ? issues : null, rules.Wanted);
        MarkShort(rows, skip, state, issues);
        if (state.AsSpan().Contains(RuleMemory.Refused))
            MarkHeaders(rows, skip, state, issues);
        var kept = KeptRows(state);
        var observations = rules.Pivot.Count == 0 ? Observations(rows, skip, kept, count) : Pivoted(rows, skip, kept ?? [.. Enumerable.Range(0, count)], state, issues);
        if (once?.New(observations, issues) is { } firsts)
        {
            // Of a row that is not pivoted there is one observation.
            foreach (var row in rules.Pivot.Count > 0 ? [] : Enumerable.Range(0, observations.Rows).Except(firsts))
                state[kept?[row] ?? row] = RuleMemory.Refused;
            observations = OnceFilter.Some(observations, firsts);
            kept = rules.Pivot.Count > 0 ? kept : KeptRows(state);
        }

        CountForLedger(observations, kept, count);
        issues.Sort(static (a, b) => a.Line != b.Line ? a.Line.CompareTo(b.Line) : Nullable.Compare(a.Column, b.Column));
        var refused = state.AsSpan().Count(RuleMemory.Refused);
        return new HarmonisedBatch(observations, issues, count - blank, refused, state.AsSpan().Count(RuleMemory.LeftOut));
    }

    // By wanted column, which of its values the rows below the header have.
    private static bool[][] MetIn(ValueBatch rows, int skip)
    {
        var met = new bool[rows.Values.Length][];
        for (var column = 0; column < met.Length; column++)
            Mark(met[column] = new bool[rows.Books[column].Values.Count], rows.Values[column].AsSpan(skip, rows.Rows - skip));
        return met;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mark(bool[] met, ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
            met[number] = true;
    }

    private static int MarkBlank(ValueBatch rows, bool[][] met, int skip, byte[] state)
    {
        // A row is blank when all its cells are: as a rule one column has no blank cell at all.
        for (var column = 0; column < met.Length; column++)
        {
            if (!rows.Books[column].HasBlank(met[column]))
                return 0;
        }

        var blank = 0;
        for (var row = 0; row < state.Length; row++)
        {
            var isBlank = true;
            for (var column = 0; isBlank && column < rows.Values.Length; column++)
                isBlank = rows.Books[column].IsBlank(rows.Values[column][skip + row]);
            if (!isBlank)
                continue;
            state[row] = RuleMemory.Blank;
            blank++;
        }

        return blank;
    }

    // A row that ends before its number was cut off, or its cells stand under the wrong columns.
    private void MarkShort(ValueBatch rows, int skip, byte[] state, List<RowIssue> issues)
    {
        foreach (var (line, cells) in rows.Ragged)
        {
            if (cells >= needed || Array.BinarySearch(rows.Lines, skip, state.Length, line) - skip is not (>= 0 and var row) || state[row] != RuleMemory.Kept)
                continue;
            state[row] = RuleMemory.Refused;
            issues.Add(new RowIssue(line, cells + 1, TableIssues.RowShort, null, IssueSeverity.Error));
        }
    }

    // Words where date and number should stand are a header. The same one again is stepped over; another one begins a second
    // table, whose columns may mean something else.
    private void MarkHeaders(ValueBatch rows, int skip, byte[] state, List<RowIssue> issues)
    {
        for (var row = 0; row < state.Length; row++)
        {
            if (state[row] != RuleMemory.Refused)
                continue;
            var at = skip + row;
            var figures = memories.Where(memory => memory.TellsFigures).ToList();
            var words = figures.Count(memory => memory.RefusedWords(row));
            var cells = rules.Pivot.Select(pivot => rows.Books[pivot.Column].Values[rows.Values[pivot.Column][at]]).ToList();
            if (words < figures.Count || !cells.TrueForAll(cell => cell.Count(char.IsLetter) > 2) || figures.Count + cells.Count < 2)
                continue;
            var line = rows.Lines[at];
            if (!Enumerable.Range(0, rules.Names.Count).All(column => TableColumns.Plain(rows.Books[column].Values[rows.Values[column][at]]).Equals(rules.Names[column], StringComparison.OrdinalIgnoreCase)))
                throw FlowsProblems.SecondTable.With(("line", line));
            state[row] = RuleMemory.LeftOut;
            issues.RemoveAll(issue => issue.Line == line);
            issues.Add(new RowIssue(line, null, TableIssues.HeaderRepeated, null, IssueSeverity.Note));
        }
    }

    // Null when every row is kept, which most batches are.
    private static int[]? KeptRows(byte[] state)
    {
        if (!state.AsSpan().ContainsAnyExcept(RuleMemory.Kept))
            return null;
        var kept = new List<int>(state.Length);
        for (var row = 0; row < state.Length; row++)
        {
            if (state[row] == RuleMemory.Kept)
                kept.Add(row);
        }

        return [.. kept];
    }

    private ObservationBatch Observations(ValueBatch rows, int skip, int[]? kept, int count)
    {
        var made = kept?.Length ?? count;
        var codes = new BatchColumn<int>[books.Length];
        Array.Fill(codes, BatchColumn<int>.One(0));
        BatchColumn<long>[] values = [.. rules.Measures.Select(BatchColumn<long>.One)];
        foreach (var memory in memories)
            memory.Give(codes, values, kept);
        if (lineRoom.Length < made)
            lineRoom = new int[rows.Lines.Length];
        var lines = lineRoom;
        if (kept is null)
            rows.Lines.AsSpan(skip, made).CopyTo(lines);
        for (var row = 0; kept is not null && row < made; row++)
            lines[row] = rows.Lines[skip + kept[row]];
        return new ObservationBatch { Rows = made, Codes = codes, Books = books, Measures = values, Lines = lines };
    }

    // Each row becomes as many observations as it has measures that are known, in the order of the columns. A cell that cannot be
    // used leaves the others of its row; the row counts as refused all the same.
    private ObservationBatch Pivoted(ValueBatch rows, int skip, int[] kept, byte[] state, List<RowIssue> issues)
    {
        var basis = Observations(rows, skip, kept, kept.Length);
        var (from, measure, which, when) = (new List<int>(), new List<long>(), new List<int>(), new List<string?>());
        for (var row = 0; row < kept.Length; row++)
        {
            for (var pivot = 0; pivot < pivots.Length; pivot++)
            {
                var column = rules.Pivot[pivot].Column;
                var number = rows.Values[column][skip + kept[row]];
                var outcome = pivots[pivot].Of(number, rows.Books[column]);
                var period = outcome.Issue is null && outcome.Measure != ObservationBatch.Unknown ? periods[pivot].Of(rows, skip + kept[row]) : null;
                if ((outcome.Issue ?? period?.Issue) is { } issue)
                {
                    issues.Add(new RowIssue(basis.Lines[row], rules.Wanted[column] + 1, issue, rows.Books[column].Values[number], IssueSeverity.Error));
                    state[kept[row]] = RuleMemory.Refused;
                }
                else if (outcome.Measure != ObservationBatch.Unknown)
                {
                    from.Add(row);
                    measure.Add(outcome.Measure);
                    which.Add(pivot);
                    when.Add(period?.Codes[0]);
                }
            }
        }

        int[] of = [.. from];
        var codes = basis.Codes.Select(column => of.Select(row => column[row]).ToArray()).ToArray();
        for (var pivot = 0; pivot < pivots.Length; pivot++)
        {
            foreach (var (code, value) in rules.Pivot[pivot].Says)
            {
                var number = books[code].NumberOf(value);
                for (var made = 0; made < which.Count; made++)
                {
                    if (which[made] == pivot)
                        codes[code][made] = number;
                }
            }
        }

        for (var made = 0; made < when.Count; made++)
        {
            if (when[made] is { } said)
                codes[rules.Pivot[which[made]].Period][made] = books[rules.Pivot[which[made]].Period].NumberOf(said);
        }

        return new ObservationBatch
        {
            Rows = from.Count,
            Codes = [.. codes],
            Books = books,
            Measures = [measure.ToArray(), .. basis.Measures.Skip(1).Select(column => column.Some(of))],
            Lines = [.. of.Select(row => basis.Lines[row])],
        };
    }

    private void CountForLedger(ObservationBatch observations, int[]? kept, int count)
    {
        // A pivoted row has several measures; its ledger counts rows alone.
        var rows = kept?.Length ?? count;
        if (measureRoom.Length < rows)
            measureRoom = new long[Math.Max(rows, measureRoom.Length * 2)];
        var first = measureRoom.AsSpan(0, rules.Pivot.Count == 0 ? rows : 0);
        var (least, most) = (0L, 0L);
        for (var row = 0; row < first.Length; row++)
        {
            var measure = first[row] = observations.Measures[0][row];
            least = Math.Min(least, measure);
            most = Math.Max(most, measure);
        }

        var plain = first.Length == rows && least == 0 && rows < 1 << (63 - RuleMemory.RowShift) && most < (1L << RuleMemory.RowShift) / Math.Max(rows, 1);
        foreach (var memory in memories)
            memory.Count(kept, count, first, plain);
    }
}
