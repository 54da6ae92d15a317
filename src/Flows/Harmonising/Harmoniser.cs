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
    private readonly int measures;

    public Harmoniser(MappingRules rules)
    {
        this.rules = rules;
        books = [.. rules.Constants.Select(_ => new CodeBook())];
        for (var code = 0; code < books.Length; code++)
            books[code].NumberOf(rules.Constants[code]);
        memories = [.. rules.Rules.Select(rule => new RuleMemory(rule, books))];
        pivots = [.. rules.Pivot.Select(pivot => new NumberMemory(pivot.Form))];
        measures = MappingRules.MeasuresOf(rules.Dataflow).Count;
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
        var blank = MarkBlank(rows, skip, state);
        var issues = new List<RowIssue>();
        foreach (var memory in memories)
            memory.LookUp(rows, skip, state, issues.Count < IssuesPerBatch ? issues : null, rules.Wanted);
        var kept = KeptRows(state);
        var observations = rules.Pivot.Count == 0 ? Observations(rows, skip, kept, count) : Pivoted(rows, skip, kept ?? [.. Enumerable.Range(0, count)], issues);
        foreach (var memory in memories)
            memory.Count(kept, count, observations.Measures[0]);
        issues.Sort(static (a, b) => a.Line != b.Line ? a.Line.CompareTo(b.Line) : Nullable.Compare(a.Column, b.Column));
        var refused = state.AsSpan().Count(RuleMemory.Refused);
        return new HarmonisedBatch(observations, issues, count - blank, refused, state.AsSpan().Count(RuleMemory.LeftOut));
    }

    private int MarkBlank(ValueBatch rows, int skip, byte[] state)
    {
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
        var codes = new int[books.Length][];
        var values = new long[measures][];
        foreach (var memory in memories)
            memory.Give(codes, values, kept, made);
        var same = new int[made];
        for (var code = 0; code < codes.Length; code++)
            codes[code] ??= same;
        for (var measure = 0; measure < measures; measure++)
            values[measure] ??= Unknowns(made);
        var lines = new int[made];
        if (kept is null)
            rows.Lines.AsSpan(skip, made).CopyTo(lines);
        for (var row = 0; kept is not null && row < made; row++)
            lines[row] = rows.Lines[skip + kept[row]];
        return new ObservationBatch { Rows = made, Codes = codes, Books = books, Measures = values, Lines = lines };
    }

    // Each row becomes as many observations as it has measures that are known, in the order of the columns.
    private ObservationBatch Pivoted(ValueBatch rows, int skip, int[] kept, List<RowIssue> issues)
    {
        var basis = Observations(rows, skip, kept, kept.Length);
        var (from, measure, which) = (new List<int>(), new List<long>(), new List<int>());
        for (var row = 0; row < kept.Length; row++)
        {
            for (var pivot = 0; pivot < pivots.Length; pivot++)
            {
                var column = rules.Pivot[pivot].Column;
                var number = rows.Values[column][skip + kept[row]];
                var outcome = pivots[pivot].Of(number, rows.Books[column]);
                if (outcome.Issue is { } issue)
                    issues.Add(new RowIssue(basis.Lines[row], rules.Wanted[column] + 1, issue, rows.Books[column].Values[number], IssueSeverity.Error));
                else if (outcome.Measure != ObservationBatch.Unknown)
                {
                    from.Add(row);
                    measure.Add(outcome.Measure);
                    which.Add(pivot);
                }
            }
        }

        var codes = basis.Codes.Select(column => from.Select(row => column[row]).ToArray()).ToArray();
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

        return new ObservationBatch
        {
            Rows = from.Count,
            Codes = codes,
            Books = books,
            Measures = [[.. measure], .. basis.Measures.Skip(1).Select(column => from.Select(row => column[row]).ToArray())],
            Lines = [.. from.Select(row => basis.Lines[row])],
        };
    }

    private static long[] Unknowns(int count)
    {
        var values = new long[count];
        Array.Fill(values, ObservationBatch.Unknown);
        return values;
    }
}
