using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Harmonising;

/// <summary>What the cells of one pivoted column were read as so far, and what observations of it come to; of one thread.</summary>
internal sealed class PivotMemory
{
    private readonly PivotRule rule;
    private readonly CodeBook[] books;
    private readonly List<Outcome?> numbers = [];
    private readonly Dictionary<(int, int), int> periodOf = [];
    private readonly List<PivotedPeriod> periods = [];
    private long rows;
    private long sum;

    public PivotMemory(PivotRule rule, CodeBook[] books)
    {
        (this.rule, this.books) = (rule, books);
        Says = [.. rule.Says.Select(said => (said.Code, books[said.Code].NumberOf(said.Value)))];
    }

    /// <summary>The codes that it says beyond the row, by their places, as numbers.</summary>
    public IReadOnlyList<(int Code, int Number)> Says { get; }

    /// <summary>Its place among the columns that are read.</summary>
    public int Column => rule.Column;

    /// <summary>True when it reads a column, by its place among those that are read.</summary>
    public bool Reads(int column) => rule.Column == column || rule.With.Contains(column);

    /// <summary>The place of the period among the codes; negative when the row says it.</summary>
    public int Period => rule.Period;

    /// <summary>What a cell is read as.</summary>
    public Outcome Number(int value, ValueBook book)
    {
        while (numbers.Count <= value)
            numbers.Add(null);
        return numbers[value] ??= ValueReading.Number(rule.Answer is { } answer ? TableColumns.IsChosen(book[value], answer) : book[value], rule.Form, ComponentKind.Count);
    }

    /// <summary>Which of its periods the cell of a row is of; negative when the row says it.</summary>
    public int PeriodOf(ValueBatch batch, int row)
    {
        if (rule.Period < 0)
            return -1;
        var columns = rule.With;
        // More than two columns beside a month are read anew for each row: nobody has been seen to have them.
        var key = (columns.Length > 0 ? batch.Values[columns[0]][row] : 0, columns.Length == 2 ? batch.Values[columns[1]][row] : 0);
        if (columns.Length <= 2 && periodOf.TryGetValue(key, out var known))
            return known;
        string[] values = [.. columns.Select(column => batch.Books[column][batch.Values[column][row]])];
        var asked = string.Join('|', values);
        var at = periods.FindIndex(one => one.Asked == asked);
        if (at < 0)
        {
            var outcome = rule.When(values);
            at = periods.Count;
            periods.Add(new PivotedPeriod(asked, outcome, outcome.Issue is null ? books[rule.Period].NumberOf(outcome.Codes[0]) : 0));
        }

        return periodOf[key] = at;
    }

    /// <summary>What is wrong with a period, or null.</summary>
    public string? IssueOf(int period) => period < 0 ? null : periods[period].Outcome.Issue;

    /// <summary>The number of a period's code.</summary>
    public int CodeOf(int period) => periods[period].Code;

    /// <summary>Counts an observation, for the ledger.</summary>
    public void Count(int period, long measure)
    {
        rows++;
        sum += measure;
        if (period >= 0)
        {
            periods[period].Rows++;
            periods[period].Sum += measure;
        }
    }

    /// <summary>What the column became: one line for what it says, one for each of its periods.</summary>
    public IEnumerable<LedgerLine> Ledger(int at)
    {
        if (rows > 0 && (rule.Components.Length > 0 || rule.Period < 0))
            yield return new LedgerLine(at, rule.Heading, rule.Heading, rule.Components.Length > 0 ? rule.Components : Dataflow.Value, rule.Components.Length > 0 ? rule.Codes : rule.Heading, rule.Carried, rule.Why, rows, sum);
        foreach (var period in periods.Where(period => period.Rows > 0))
        {
            yield return new LedgerLine(
                at + 1, rule.Heading, period.Asked.Length == 0 ? rule.Heading : $"{rule.Heading}|{period.Asked}", Dataflow.Period, period.Outcome.Codes[0],
                period.Outcome.Carried, period.Outcome.Why, period.Rows, period.Sum);
        }
    }

    private sealed record PivotedPeriod(string Asked, Outcome Outcome, int Code)
    {
        public long Rows { get; set; }

        public long Sum { get; set; }
    }
}
