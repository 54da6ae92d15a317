using System.Runtime.InteropServices;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>What a rule has decided so far, by the numbers of the values it was asked about; of one thread.</summary>
internal sealed class RuleMemory(Rule rule, CodeBook[] books)
{
    public const byte Kept = 0;
    public const byte Refused = 1;
    public const byte LeftOut = 2;
    public const byte Blank = 3;

    private readonly List<Outcome> outcomes = [];
    private readonly List<string> asked = [];
    private readonly List<byte> states = [];
    private readonly List<int>[] codes = [.. rule.To.Select(_ => new List<int>())];
    private readonly List<long> measures = [];
    private readonly List<(long Rows, long Sum)> counted = [];
    private readonly Dictionary<(int, int), int> pairs = [];
    private readonly Dictionary<string, int> tuples = new(StringComparer.Ordinal);
    private int[] single = [];
    private int[] decided = [];

    /// <summary>Decides the rows of a batch; rows that this rule refuses or leaves out are marked, and told once.</summary>
    public void LookUp(ValueBatch rows, int skip, byte[] state, List<RowIssue>? issues, int[] wanted)
    {
        if (decided.Length < state.Length)
            decided = new int[Math.Max(state.Length, decided.Length * 2)];
        var bad = rule.Columns.Length == 1 ? Single(rows, skip, state.Length) : Several(rows, skip, state.Length);
        if (!bad)
            return;
        for (var row = 0; row < state.Length; row++)
        {
            var now = states[decided[row]];
            if (now == Kept || state[row] is Blank or LeftOut)
                continue;
            state[row] = now == LeftOut ? LeftOut : Refused;
            if (now == Refused && issues is not null)
                issues.Add(new RowIssue(rows.Lines[skip + row], wanted[rule.Columns[0]] + 1, outcomes[decided[row]].Issue!, asked[decided[row]], IssueSeverity.Error));
        }
    }

    /// <summary>Gives the codes and measures of the rows that are kept.</summary>
    public void Give(int[][] codesOf, long[][] measuresOf, int[]? kept, int count)
    {
        for (var to = 0; to < rule.To.Length; to++)
        {
            var into = codesOf[rule.To[to]] = new int[count];
            var of = CollectionsMarshal.AsSpan(codes[to]);
            for (var row = 0; row < count; row++)
                into[row] = of[decided[kept is null ? row : kept[row]]];
        }

        if (rule.Measure is not { } measure)
            return;
        var values = measuresOf[measure] = new long[count];
        var known = CollectionsMarshal.AsSpan(measures);
        for (var row = 0; row < count; row++)
            values[row] = known[decided[kept is null ? row : kept[row]]];
    }

    /// <summary>True when this rule reads a date or a number.</summary>
    public bool TellsFigures => rule.IsDate || rule.Measure is not null;

    /// <summary>The furthest column that it reads.</summary>
    public int LastColumn => rule.Columns.Max();

    /// <summary>True when it reads a number that rows must have a cell for.</summary>
    public bool IsMeasure => rule.Measure is not null;

    /// <summary>True when it refused a row of the batch that was looked up last because words stand where a figure should.</summary>
    public bool RefusedWords(int row) => states[decided[row]] == Refused && asked[decided[row]].Count(char.IsLetter) > 2;

    /// <summary>Counts the rows that are kept and their first measure, for the ledger.</summary>
    public void Count(int[]? kept, int count, long[] measure)
    {
        if (!rule.KeepsLedger)
            return;
        var counts = CollectionsMarshal.AsSpan(counted);
        var rows = kept?.Length ?? count;
        // A pivoted row has several measures; its ledger counts rows alone.
        var sums = measure.Length == rows;
        for (var row = 0; row < rows; row++)
        {
            ref var line = ref counts[decided[kept is null ? row : kept[row]]];
            line.Rows++;
            if (sums && measure[row] != ObservationBatch.Unknown)
                line.Sum += measure[row];
        }
    }

    /// <summary>What each value became, those that kept rows have.</summary>
    public IEnumerable<LedgerLine> Ledger(int at)
    {
        for (var i = 0; rule.KeepsLedger && i < outcomes.Count; i++)
        {
            if (counted[i].Rows > 0)
                yield return new LedgerLine(at, asked[i], string.Join('|', outcomes[i].Codes), outcomes[i].Carried, outcomes[i].Why, counted[i].Rows, counted[i].Sum);
        }
    }

    private bool Single(ValueBatch rows, int skip, int count)
    {
        var book = rows.Books[rule.Columns[0]];
        var values = rows.Values[rule.Columns[0]].AsSpan(skip, count);
        for (var value = single.Length; value < book.Values.Count; value++)
        {
            if (value == single.Length)
            {
                Array.Resize(ref single, Math.Max(book.Values.Count, single.Length * 2));
                single.AsSpan(value).Fill(-1);
            }
        }

        var (of, bad) = (single, false);
        for (var row = 0; row < values.Length; row++)
        {
            var outcome = of[values[row]];
            if (outcome < 0)
                outcome = of[values[row]] = Add([book.Values[values[row]]]);
            decided[row] = outcome;
        }

        foreach (var state in states)
            bad |= state != Kept;
        return bad;
    }

    private bool Several(ValueBatch rows, int skip, int count)
    {
        for (var row = 0; row < count; row++)
        {
            var at = skip + row;
            var (first, second) = (rows.Values[rule.Columns[0]][at], rows.Values[rule.Columns[1]][at]);
            if (rule.Columns.Length == 2)
            {
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, (first, second), out var exists);
                decided[row] = exists ? known : known = Add(ValuesOf(rows, at));
            }
            else
            {
                var key = string.Join(',', rule.Columns.Select(column => rows.Values[column][at]));
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(tuples, key, out var exists);
                decided[row] = exists ? known : known = Add(ValuesOf(rows, at));
            }
        }

        return states.Exists(static state => state != Kept);
    }

    private string[] ValuesOf(ValueBatch rows, int at) => [.. rule.Columns.Select(column => rows.Books[column].Values[rows.Values[column][at]])];

    private int Add(string[] values)
    {
        var outcome = rule.Decide(values);
        outcomes.Add(outcome);
        asked.Add(string.Join('|', values));
        states.Add(outcome.Issue is not null ? Refused : outcome.LeftOut is not null ? LeftOut : Kept);
        for (var to = 0; to < codes.Length; to++)
            codes[to].Add(outcome.Codes.Length > to ? books[rule.To[to]].NumberOf(outcome.Codes[to]) : 0);
        measures.Add(outcome.Measure);
        counted.Add(default);
        return outcomes.Count - 1;
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
