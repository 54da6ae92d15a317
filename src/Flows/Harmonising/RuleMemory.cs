using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// What a rule has decided so far, by the numbers of what it was asked about: those of a column's values, or its own where it
/// reads several columns. Rows are gone through only where a batch has something that cannot be used; of one thread. Of values
/// that nobody is told about, as texts and numbers, nothing is kept but what rows look up: there may be a million of them.
/// </summary>
internal sealed class RuleMemory(Rule rule, CodeBook[] books)
{
    public const byte Kept = 0;
    public const byte Refused = 1;
    public const byte LeftOut = 2;
    public const byte Blank = 3;

    /// <summary>Rows and the sum of their measure are counted in one number: rows from this bit on, while the sum stays below.</summary>
    public const int RowShift = 40;

    /// <summary>How the row is written is wrong: what its cells say is not told, because they may stand under the wrong columns.</summary>
    public const byte Flawed = 4;

    private const byte Undecided = 5;

    private readonly Dictionary<(int, int), int> pairs = [];
    private readonly Dictionary<string, int> tuples = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (string Asked, string Issue)> refused = [];
    private readonly Dictionary<int, (string Asked, string Why, long Rows)> leftOut = [];
    private readonly Dictionary<string, (string Why, long Rows)> leftOutBefore = new(StringComparer.Ordinal);
    private readonly int[][] codes = [.. rule.To.Select(_ => Array.Empty<int>())];
    private byte[] states = [];
    private long[] measures = [];
    private (string Asked, Outcome Outcome)[] told = [];
    private (long Rows, long Sum)[] counted = [];
    private int tupleCount;

    // Of the batch that was looked up last: the number of each row, from a place on, which there are, and whether one is not kept.
    private int[] numbers = [];
    private int from;
    private bool[] met = [];
    private bool isBad;

    /// <summary>Decides what the rows of a batch have; rows that this rule refuses or leaves out are marked.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="metOf">By wanted column, which values the rows from <paramref name="skip"/> on have.</param>
    /// <param name="skip">Where the first row below the header stands.</param>
    /// <param name="state">What becomes of each row from there.</param>
    public void LookUp(ValueBatch rows, bool[][] metOf, int skip, byte[] state)
    {
        if (rule.Columns.Length == 1)
            Single(rows, metOf[rule.Columns[0]], skip);
        else
            Several(rows, skip, state.Length);
        var bad = false;
        for (var number = 0; number < met.Length; number++)
            bad |= met[number] && states[number] != Kept;
        isBad = bad;
        for (var row = 0; isBad && row < state.Length; row++)
        {
            var now = states[numbers[from + row]];
            if (now == Kept || state[row] is Blank or LeftOut || (state[row] == Flawed && now != LeftOut))
                continue;
            state[row] = now;
            if (now == LeftOut)
                CollectionsMarshal.GetValueRefOrNullRef(leftOut, numbers[from + row]).Rows++;
        }
    }

    /// <summary>Tells why this rule refused rows of the batch that was looked up last.</summary>
    public void Tell(ValueBatch rows, int skip, byte[] state, IssueReport issues, int[] wanted)
    {
        for (var row = 0; isBad && row < state.Length; row++)
        {
            if (state[row] == Refused && refused.TryGetValue(numbers[from + row], out var bad) && bad.Issue.Length > 0)
                issues.Add(new RowIssue(rows.Lines[skip + row], wanted[rule.Columns[0]] + 1, bad.Issue, bad.Asked, IssueSeverity.Error));
        }
    }

    /// <summary>Gives the codes and measures of the rows that are kept, all of them when <paramref name="kept"/> is null.</summary>
    public void Give(BatchColumn<int>[] codesOf, BatchColumn<long>[] measuresOf, int[]? kept)
    {
        for (var to = 0; to < rule.To.Length; to++)
            codesOf[rule.To[to]] = Column(codes[to], kept);
        if (rule.Measure is { } measure)
            measuresOf[measure] = Column(measures, kept);
    }

    /// <summary>True when what it decided can be forgotten, and decided again: nothing but the rows of a batch points at it.</summary>
    public bool CanForget => rule.Columns.Length == 1 && !rule.KeepsLedger;

    /// <summary>Forgets what it decided; the numbers of its column's values begin anew.</summary>
    public void Forget()
    {
        KeepLeftOut();
        leftOut.Clear();
        refused.Clear();
        Array.Fill(states, Undecided);
    }

    /// <summary>The places of the columns that it reads, among those that are read.</summary>
    public IReadOnlyList<int> Columns => rule.Columns;

    /// <summary>The places of the components that it says, among the codes.</summary>
    public IReadOnlyList<int> To => rule.To;

    /// <summary>True when this rule reads a date or a number.</summary>
    public bool TellsFigures => rule.IsDate || rule.Measure is not null;

    /// <summary>The column that it reads first.</summary>
    public int FirstColumn => rule.Columns[0];

    /// <summary>The furthest column that it reads.</summary>
    public int LastColumn => rule.Columns.Max();

    /// <summary>True when it reads a number that rows must have a cell for.</summary>
    public bool IsMeasure => rule.Measure is not null;

    /// <summary>What stands where a figure should, when this rule refused a row of the batch that was looked up last; null when it did not.</summary>
    public string? RefusedAt(int row) => refused.TryGetValue(numbers[from + row], out var bad) ? bad.Asked : null;

    /// <summary>Counts the rows that are kept and their first measure, for the ledger.</summary>
    /// <param name="kept">The rows of the batch that are kept; null for all.</param>
    /// <param name="count">How many rows the batch has.</param>
    /// <param name="measure">By kept row; empty when rows have several.</param>
    /// <param name="plain">True when every measure is known, none is negative, and their sum has at most forty bits.</param>
    public void Count(int[]? kept, int count, ReadOnlySpan<long> measure, bool plain)
    {
        if (!rule.KeepsLedger)
            return;
        if (kept is null && plain)
        {
            CountTogether(numbers.AsSpan(from, count), measure);
            return;
        }

        var rows = kept?.Length ?? count;
        for (var row = 0; row < rows; row++)
        {
            ref var line = ref counted[numbers[from + (kept is null ? row : kept[row])]];
            line.Rows++;
            if (measure.Length > 0 && measure[row] != ObservationBatch.Unknown)
                line.Sum += measure[row];
        }
    }

    /// <summary>What each value became, those that kept rows have; and the values by which rows were left out.</summary>
    public IEnumerable<LedgerLine> Ledger(int at)
    {
        KeepLeftOut();
        foreach (var (asked, (why, rows)) in leftOutBefore)
            yield return new LedgerLine(at, rule.From, asked, "", "", Carried.Exact, why, rows, 0);
        for (var i = 0; i < counted.Length; i++)
        {
            if (counted[i].Rows > 0)
                yield return new LedgerLine(at, rule.From, told[i].Asked, rule.Says, string.Join('|', told[i].Outcome.Codes), told[i].Outcome.Carried, told[i].Outcome.Why, counted[i].Rows, counted[i].Sum);
        }
    }

    // How many rows were left out by what, though what decided it is forgotten.
    private void KeepLeftOut()
    {
        foreach (var (number, (asked, why, rows)) in leftOut.Where(gone => gone.Value.Rows > 0).ToList())
        {
            leftOutBefore[asked] = (why, leftOutBefore.GetValueOrDefault(asked).Rows + rows);
            leftOut[number] = (asked, why, 0);
        }
    }

    // Neighbouring rows often have the same number: two tables in turn, so that one addition need not wait for the other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountTogether(ReadOnlySpan<int> of, ReadOnlySpan<long> measure)
    {
        var (even, odd) = (new long[met.Length], new long[met.Length]);
        var row = 0;
        for (; row + 1 < of.Length; row += 2)
        {
            even[of[row]] += measure[row] + (1L << RowShift);
            odd[of[row + 1]] += measure[row + 1] + (1L << RowShift);
        }

        if (row < of.Length)
            even[of[row]] += measure[row] + (1L << RowShift);
        for (var number = 0; number < even.Length; number++)
        {
            counted[number].Rows += (even[number] >> RowShift) + (odd[number] >> RowShift);
            counted[number].Sum += (even[number] & ((1L << RowShift) - 1)) + (odd[number] & ((1L << RowShift) - 1));
        }
    }

    private BatchColumn<T> Column<T>(T[] values, int[]? kept)
        where T : unmanaged
    {
        var all = BatchColumn<T>.LookedUp(numbers, from, values, met);
        return kept is null ? all : all.Some(kept);
    }

    private void Single(ValueBatch rows, bool[] has, int skip)
    {
        var book = rows.Books[rule.Columns[0]];
        (numbers, from, met) = (rows.Values[rule.Columns[0]], skip, has);
        Grow(has.Length);
        for (var value = 0; value < has.Length; value++)
        {
            if (has[value] && states[value] == Undecided)
                Decide(value, [book[value]]);
        }
    }

    private void Several(ValueBatch rows, int skip, int count)
    {
        var own = from == 0 && numbers.Length >= count ? numbers : new int[count];
        for (var row = 0; row < count; row++)
        {
            var at = skip + row;
            if (rule.Columns.Length == 2)
            {
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, (rows.Values[rule.Columns[0]][at], rows.Values[rule.Columns[1]][at]), out var exists);
                own[row] = exists ? known : known = Next(rows, at);
            }
            else
            {
                var key = string.Join(',', rule.Columns.Select(column => rows.Values[column][at]));
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(tuples, key, out var exists);
                own[row] = exists ? known : known = Next(rows, at);
            }
        }

        (numbers, from, met) = (own, 0, new bool[tupleCount]);
        foreach (var number in own.AsSpan(0, count))
            met[number] = true;
    }

    private int Next(ValueBatch rows, int at)
    {
        Grow(tupleCount + 1);
        Decide(tupleCount, [.. rule.Columns.Select(column => rows.Books[column][rows.Values[column][at]])]);
        return tupleCount++;
    }

    private void Grow(int size)
    {
        var before = states.Length;
        if (size <= before)
            return;
        size = Math.Max(size, before * 2);
        Array.Resize(ref states, size);
        states.AsSpan(before).Fill(Undecided);
        if (rule.Measure is not null)
            Array.Resize(ref measures, size);
        if (rule.KeepsLedger)
        {
            Array.Resize(ref told, size);
            Array.Resize(ref counted, size);
        }

        for (var to = 0; to < codes.Length; to++)
            Array.Resize(ref codes[to], size);
    }

    private void Decide(int number, string[] values)
    {
        var outcome = rule.Decide(values);
        var asked = string.Join('|', values);
        states[number] = outcome.Issue is not null ? Refused : outcome.LeftOut is not null ? LeftOut : Kept;
        if (outcome.Issue is not null)
            refused[number] = (asked, outcome.Issue);
        else if (outcome.LeftOut is not null)
            leftOut[number] = (asked, outcome.LeftOut, 0);
        if (rule.KeepsLedger)
            told[number] = (asked, outcome);
        for (var to = 0; to < codes.Length; to++)
            codes[to][number] = outcome.Codes.Length > to ? books[rule.To[to]].NumberOf(outcome.Codes[to]) : 0;
        if (rule.Measure is not null)
            measures[number] = outcome.Measure;
    }
}
