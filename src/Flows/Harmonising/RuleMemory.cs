using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// What a rule has decided so far, by the numbers of what it was asked about: those of a column's values, or its own where it
/// reads several columns. Rows are gone through only where a batch has something that cannot be used; of one thread.
/// </summary>
internal sealed class RuleMemory(Rule rule, CodeBook[] books)
{
    public const byte Kept = 0;
    public const byte Refused = 1;
    public const byte LeftOut = 2;
    public const byte Blank = 3;

    /// <summary>Rows and the sum of their measure are counted in one number: rows from this bit on, while the sum stays below.</summary>
    public const int RowShift = 40;

    private readonly Dictionary<(int, int), int> pairs = [];
    private readonly Dictionary<string, int> tuples = new(StringComparer.Ordinal);
    private readonly int[][] codes = [.. rule.To.Select(_ => Array.Empty<int>())];
    private Outcome?[] outcomes = [];
    private string[] asked = [];
    private byte[] states = [];
    private long[] measures = [];
    private (long Rows, long Sum)[] counted = [];
    private int tupleCount;

    // Of the batch that was looked up last: the number of each row, from a place on, and which there are.
    private int[] numbers = [];
    private int from;
    private bool[] met = [];

    /// <summary>Decides what the rows of a batch have; rows that this rule refuses or leaves out are marked, and told once.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="metOf">By wanted column, which values the rows from <paramref name="skip"/> on have.</param>
    /// <param name="skip">Where the first row below the header stands.</param>
    /// <param name="state">What becomes of each row from there.</param>
    /// <param name="issues">Takes what is wrong; null when enough has been told.</param>
    /// <param name="wanted">The place of each wanted column in the file.</param>
    public void LookUp(ValueBatch rows, bool[][] metOf, int skip, byte[] state, List<RowIssue>? issues, int[] wanted)
    {
        if (rule.Columns.Length == 1)
            Single(rows, metOf[rule.Columns[0]], skip);
        else
            Several(rows, skip, state.Length);
        var bad = false;
        for (var number = 0; number < met.Length; number++)
            bad |= met[number] && states[number] != Kept;
        if (!bad)
            return;
        for (var row = 0; row < state.Length; row++)
        {
            var number = numbers[from + row];
            var now = states[number];
            if (now == Kept || state[row] is Blank or LeftOut)
                continue;
            state[row] = now == LeftOut ? LeftOut : Refused;
            if (now == Refused && issues is not null)
                issues.Add(new RowIssue(rows.Lines[skip + row], wanted[rule.Columns[0]] + 1, outcomes[number]!.Issue!, asked[number], IssueSeverity.Error));
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

    /// <summary>True when this rule reads a date or a number.</summary>
    public bool TellsFigures => rule.IsDate || rule.Measure is not null;

    /// <summary>The furthest column that it reads.</summary>
    public int LastColumn => rule.Columns.Max();

    /// <summary>True when it reads a number that rows must have a cell for.</summary>
    public bool IsMeasure => rule.Measure is not null;

    /// <summary>True when it refused a row of the batch that was looked up last because words stand where a figure should.</summary>
    public bool RefusedWords(int row) => numbers[from + row] is var number && states[number] == Refused && asked[number].Count(char.IsLetter) > 2;

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

    /// <summary>What each value became, those that kept rows have.</summary>
    public IEnumerable<LedgerLine> Ledger(int at)
    {
        for (var i = 0; rule.KeepsLedger && i < outcomes.Length; i++)
        {
            if (counted[i].Rows > 0)
                yield return new LedgerLine(at, asked[i], string.Join('|', outcomes[i]!.Codes), outcomes[i]!.Carried, outcomes[i]!.Why, counted[i].Rows, counted[i].Sum);
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
            if (has[value] && outcomes[value] is null)
                Decide(value, [book.Values[value]]);
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
        Decide(tupleCount, [.. rule.Columns.Select(column => rows.Books[column].Values[rows.Values[column][at]])]);
        return tupleCount++;
    }

    private void Grow(int size)
    {
        if (size <= outcomes.Length)
            return;
        size = Math.Max(size, outcomes.Length * 2);
        Array.Resize(ref outcomes, size);
        Array.Resize(ref asked, size);
        Array.Resize(ref states, size);
        Array.Resize(ref measures, size);
        Array.Resize(ref counted, size);
        for (var to = 0; to < codes.Length; to++)
            Array.Resize(ref codes[to], size);
    }

    private void Decide(int number, string[] values)
    {
        var outcome = outcomes[number] = rule.Decide(values);
        asked[number] = string.Join('|', values);
        states[number] = outcome.Issue is not null ? Refused : outcome.LeftOut is not null ? LeftOut : Kept;
        for (var to = 0; to < codes.Length; to++)
            codes[to][number] = outcome.Codes.Length > to ? books[rule.To[to]].NumberOf(outcome.Codes[to]) : 0;
        measures[number] = outcome.Measure;
    }
}

/// <summary>What the numbers of a pivoted column were read as.</summary>
internal sealed class NumberMemory(NumberForm form)
{
    private readonly Dictionary<int, Outcome> known = [];

    /// <summary>What a value is read as.</summary>
    public Outcome Of(int value, ValueBook book) =>
        known.TryGetValue(value, out var outcome) ? outcome : known[value] = ValueReading.Number(book.Values[value], form, ComponentKind.Count);
}
