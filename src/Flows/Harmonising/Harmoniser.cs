using System.Globalization;
using System.Runtime.CompilerServices;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>One line of the ledger: what a value of the source became, how exactly, and how much of the file it is.</summary>
/// <param name="Rule">The place of its rule.</param>
/// <param name="Columns">The columns; several joined by a bar.</param>
/// <param name="Value">The source's value; several columns joined by a bar. Of a pivoted column its heading.</param>
/// <param name="Components">The components that it became, joined by a bar; empty when its rows were left out.</param>
/// <param name="Became">The codes, joined by a bar.</param>
/// <param name="Carried">How exactly.</param>
/// <param name="Why">Why not exactly, or why left out.</param>
/// <param name="Rows">Rows of the file.</param>
/// <param name="Sum">What their first measure comes to.</param>
public sealed record LedgerLine(int Rule, string Columns, string Value, string Components, string Became, Carried Carried, string Why, long Rows, long Sum);

/// <summary>What harmonising a batch of rows found beside the observations.</summary>
internal sealed record HarmonisedBatch(ObservationBatch Observations, IssueReport Issues, long Read, long Refused, long LeftOut)
{
    /// <summary>For how long people were counted, each thing that is said once.</summary>
    public IReadOnlyList<SaidHours> Hours { get; init; } = [];
}

/// <summary>
/// Turns rows into observations. What a value becomes is worked out once for each distinct value; rows only look it up.
/// Each thread has its own.
/// </summary>
internal sealed class Harmoniser
{
    private readonly MappingRules rules;
    private readonly RuleMemory[] memories;
    private readonly CodeBook[] books;
    private readonly PivotMemory[] pivots;
    private readonly int needed;
    private readonly OnceFilter? once;

    // By wanted column the memories that can forget its values together; null where they cannot.
    private readonly RuleMemory[]?[] forgetful;
    private readonly long[] rowsSince;

    private const int ManyValues = 1 << 14;
    private const int MostValues = 1 << 17;

    // Room for each batch: what is made of one is used before the next.
    private int[] lineRoom = [];
    private long[] measureRoom = [];

    /// <param name="rules">What becomes of the columns.</param>
    /// <param name="before">Whoever harmonised the tables before, whose observations none of these may repeat; null when there were none, or they may.</param>
    public Harmoniser(MappingRules rules, Harmoniser? before = null)
    {
        this.rules = rules;
        once = rules.Once ? before?.once ?? new OnceFilter(rules.Dataflow) : null;
        // Whether a combination was met is told by the numbers of its codes.
        books = before?.books ?? [.. rules.Constants.Select(_ => new CodeBook())];
        for (var code = 0; code < books.Length; code++)
            books[code].NumberOf(rules.Constants[code]);
        memories = [.. rules.Rules.Select(rule => new RuleMemory(rule, books))];
        pivots = [.. rules.Pivot.Select(pivot => new PivotMemory(pivot, books))];
        forgetful = [.. rules.Wanted.Select((_, column) => Forgetful(column))];
        rowsSince = new long[forgetful.Length];
        needed = memories.Where(memory => memory.IsMeasure).Select(memory => rules.Wanted[memory.LastColumn] + 1).DefaultIfEmpty(0).Max();
    }

    /// <summary>What each value became, over all batches of this thread.</summary>
    public IEnumerable<LedgerLine> Ledger() =>
        memories.SelectMany((memory, at) => memory.Ledger(at)).Concat(pivots.SelectMany((pivot, at) => pivot.Ledger(memories.Length + (at * 2))));

    /// <summary>
    /// Forgets, before a further batch is read, the values of columns in which nearly every row has one of its own, as names of
    /// places and links: to remember what a million of them became would take a gigabyte.
    /// </summary>
    public void Forget(ValueBatch before)
    {
        for (var column = 0; column < forgetful.Length; column++)
        {
            rowsSince[column] += before.Rows;
            var count = before.Books[column].Count;
            if (forgetful[column] is not { } memories || count < ManyValues || (count < MostValues && rowsSince[column] > count * 4L))
                continue;
            before.Books[column].Forget();
            rowsSince[column] = 0;
            foreach (var memory in memories)
            {
                memory.Forget();
                foreach (var code in memory.To)
                {
                    books[code].Forget();
                    books[code].NumberOf(rules.Constants[code]);
                }
            }
        }
    }

    // What the ledger tells stays, and the numbers of codes by which a row is known to stand twice.
    private RuleMemory[]? Forgetful(int column)
    {
        var reading = memories.Where(memory => memory.Columns.Contains(column)).ToArray();
        var said = memories.Except(reading).SelectMany(memory => memory.To).Concat(pivots.SelectMany(pivot => pivot.Says.Select(one => one.Code).Append(pivot.Period))).ToHashSet();
        return reading.Length > 0 && Array.TrueForAll(reading, memory => memory.CanForget && (memory.To.Count == 0 || once is null) && !memory.To.Any(said.Contains))
            && !Array.Exists(pivots, pivot => pivot.Reads(column)) ? reading : null;
    }

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
        var issues = new IssueReport();
        var flaws = MarkFlawed(rows, skip, state);
        foreach (var memory in memories)
            memory.LookUp(rows, met, skip, state);
        if (state.AsSpan().ContainsAny(RuleMemory.Refused, RuleMemory.Flawed))
            MarkHeaders(rows, skip, state, issues);
        foreach (var memory in memories)
            memory.Tell(rows, skip, state, issues, rules.Wanted);
        foreach (var (row, flaw) in flaws.Where(one => state[one.Row] == RuleMemory.Flawed).DistinctBy(one => one.Row).ToList())
        {
            state[row] = RuleMemory.Refused;
            issues.Add(flaw);
        }

        var kept = KeptRows(state);
        var pivoted = pivots.Length == 0 ? null : PivotedRows.Of(pivots, rows, skip, kept ?? [.. Enumerable.Range(0, count)], state, issues, rules.Wanted);
        var observations = pivoted is null ? Observations(rows, skip, kept, count) : pivoted.Observations(Observations(rows, skip, pivoted.Kept, count));
        var hours = rules.Hours?.In(observations, rows, row => skip + (pivoted?.RowOf(row) ?? kept?[row] ?? row), issues) ?? [];
        if (once?.New(observations, issues) is { } firsts)
        {
            // Of a row that is not pivoted there is one observation.
            foreach (var row in pivoted is not null ? [] : Enumerable.Range(0, observations.Rows).Except(firsts))
                state[kept?[row] ?? row] = RuleMemory.Refused;
            observations = OnceFilter.Some(observations, firsts);
            kept = pivoted is not null ? kept : KeptRows(state);
            pivoted?.Count(firsts);
        }
        else
        {
            pivoted?.Count(null);
        }

        CountForLedger(observations, kept, count);
        var refused = state.AsSpan().Count(RuleMemory.Refused);
        return new HarmonisedBatch(observations, issues, count - blank, refused, state.AsSpan().Count(RuleMemory.LeftOut)) { Hours = hours };
    }

    // By wanted column, which of its values the rows below the header have.
    private static bool[][] MetIn(ValueBatch rows, int skip)
    {
        var met = new bool[rows.Values.Length][];
        for (var column = 0; column < met.Length; column++)
            Mark(met[column] = new bool[rows.Books[column].Count], rows.Values[column].AsSpan(skip, rows.Rows - skip));
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

    // A row that ends before its number was cut off, one that goes on beyond the header has a mark of thousands that separates
    // cells, or cells under the wrong columns; a stray quotation mark makes one row of several.
    private List<(int Row, RowIssue Flaw)> MarkFlawed(ValueBatch rows, int skip, byte[] state)
    {
        var flaws = new List<(int, RowIssue)>();
        foreach (var flaw in rows.Flaws.Where(flaw => flaw.Severity == IssueSeverity.Error))
            Mark(flaw.Line, flaw);
        foreach (var (line, cells, isLong) in rows.Ragged)
        {
            if (isLong)
                Mark(line, new RowIssue(line, null, TableIssues.RowLong, cells.ToString(CultureInfo.InvariantCulture), IssueSeverity.Error));
            else if (cells < needed)
                Mark(line, new RowIssue(line, cells + 1, TableIssues.RowShort, null, IssueSeverity.Error));
        }

        return flaws;

        void Mark(int line, RowIssue flaw)
        {
            if (Array.BinarySearch(rows.Lines, skip, state.Length, line) - skip is not (>= 0 and var row) || state[row] == RuleMemory.Blank)
                return;
            state[row] = RuleMemory.Flawed;
            flaws.Add((row, flaw));
        }
    }

    // Words where date and number should stand are a header. The same one again is stepped over; another one begins a second
    // table, whose columns may mean something else.
    private void MarkHeaders(ValueBatch rows, int skip, byte[] state, IssueReport issues)
    {
        var figures = memories.Where(memory => memory.TellsFigures).ToList();
        if (figures.Count + pivots.Length < 2)
            return;
        for (var row = 0; row < state.Length; row++)
        {
            if (state[row] is not (RuleMemory.Refused or RuleMemory.Flawed) || !figures.TrueForAll(memory => memory.RefusedAt(row) is not null))
                continue;
            var at = skip + row;
            List<(int Column, string Cell)> said =
                [.. figures.Select(memory => (memory.FirstColumn, memory.RefusedAt(row)!)), .. pivots.Select(pivot => (pivot.Column, Cell(pivot.Column, at)))];
            if (!IsHeader(said, row > 0 && (rows.Lines[at] - rows.Lines[at - 1] > 1 || state[row - 1] == RuleMemory.Blank)))
                continue;
            var line = rows.Lines[at];
            if (!Enumerable.Range(0, rules.Names.Count).All(column => IsNamed(column, Cell(column, at))))
                throw FlowsProblems.SecondTable.With(("line", line));
            state[row] = RuleMemory.LeftOut;
            issues.Add(new RowIssue(line, null, TableIssues.HeaderRepeated, null, IssueSeverity.Note));
        }

        string Cell(int column, int at) => rows.Books[column][rows.Values[column][at]];
    }

    // Long words are none of the marks for nothing (n/d, s/f, NA) that stand in bad rows. Short ones must be what a column is
    // called, or stand below a blank line and all be different.
    private bool IsHeader(List<(int Column, string Cell)> said, bool isApart) =>
        said.TrueForAll(one => one.Cell.Count(char.IsLetter) > 2)
        || (said.TrueForAll(one => one.Cell.Any(char.IsLetter) && !one.Cell.Any(char.IsDigit))
            && (said.Exists(one => IsNamed(one.Column, one.Cell)) || (isApart && said.Select(one => one.Cell.Trim()).Distinct(StringComparer.OrdinalIgnoreCase).Count() == said.Count)));

    private bool IsNamed(int column, string cell) => TableColumns.Plain(cell).Equals(rules.Names[column], StringComparison.OrdinalIgnoreCase);

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
