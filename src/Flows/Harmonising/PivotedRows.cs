using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// The observations that rows with several measures become: as many of each row as it has measures that are known, in the order
/// of the columns.
/// </summary>
internal sealed class PivotedRows
{
    private readonly PivotMemory[] pivots;

    // By observation: its row among those that are kept, its column, its period in the memory of the column, and its measure.
    private readonly List<int> rows = [];
    private readonly List<int> columns = [];
    private readonly List<int> periods = [];
    private readonly List<long> measures = [];

    private PivotedRows(PivotMemory[] pivots, int[] kept) => (this.pivots, Kept) = (pivots, kept);

    /// <summary>The rows of the batch that they are of.</summary>
    public int[] Kept { get; }

    /// <summary>
    /// Reads the cells of the rows that are kept. A cell that cannot be used leaves the others of its row; the row counts as refused
    /// all the same.
    /// </summary>
    public static PivotedRows Of(PivotMemory[] pivots, ValueBatch batch, int skip, int[] kept, byte[] state, IssueReport issues, int[] wanted)
    {
        var made = new PivotedRows(pivots, kept);
        for (var row = 0; row < kept.Length; row++)
        {
            var at = skip + kept[row];
            for (var column = 0; column < pivots.Length; column++)
            {
                var pivot = pivots[column];
                var number = batch.Values[pivot.Column][at];
                var outcome = pivot.Number(number, batch.Books[pivot.Column]);
                if (outcome.Issue is null && outcome.Measure == ObservationBatch.Unknown)
                    continue;
                var period = outcome.Issue is null ? pivot.PeriodOf(batch, at) : -1;
                if ((outcome.Issue ?? pivot.IssueOf(period)) is { } issue)
                {
                    issues.Add(new RowIssue(batch.Lines[at], wanted[pivot.Column] + 1, issue, batch.Books[pivot.Column][number], IssueSeverity.Error));
                    state[kept[row]] = RuleMemory.Refused;
                    continue;
                }

                made.rows.Add(row);
                made.columns.Add(column);
                made.periods.Add(period);
                made.measures.Add(outcome.Measure);
            }
        }

        return made;
    }

    /// <summary>The observations.</summary>
    /// <param name="basis">What the rows that are kept say beside their measures.</param>
    public ObservationBatch Observations(ObservationBatch basis)
    {
        int[] of = [.. rows];
        var said = pivots.SelectMany(pivot => pivot.Says.Select(one => one.Code).Append(pivot.Period)).Where(code => code >= 0).ToHashSet();
        return new ObservationBatch
        {
            Rows = of.Length,
            Codes = [.. basis.Codes.Select((column, code) => said.Contains(code) ? Said(column, code) : column.Some(of))],
            Books = basis.Books,
            Measures = [measures.ToArray(), .. basis.Measures.Skip(1).Select(column => column.Some(of))],
            Lines = [.. of.Select(row => basis.Lines[row])],
        };
    }

    /// <summary>The row of the batch that an observation is of.</summary>
    public int RowOf(int observation) => Kept[rows[observation]];

    /// <summary>Counts the observations for the ledger: all of them, or those that are kept.</summary>
    public void Count(int[]? kept)
    {
        for (var at = 0; at < (kept?.Length ?? rows.Count); at++)
        {
            var one = kept?[at] ?? at;
            pivots[columns[one]].Count(periods[one], measures[one]);
        }
    }

    private BatchColumn<int> Said(BatchColumn<int> basis, int code)
    {
        // By column its own code of this component; negative where the row says it.
        int[] own = [.. pivots.Select(pivot => pivot.Says.Where(one => one.Code == code).Select(one => one.Number).FirstOrDefault(-1))];
        var made = new int[rows.Count];
        for (var at = 0; at < made.Length; at++)
        {
            var (column, period) = (columns[at], periods[at]);
            made[at] = period >= 0 && pivots[column].Period == code ? pivots[column].CodeOf(period) : own[column] >= 0 ? own[column] : basis[rows[at]];
        }

        return made;
    }
}
