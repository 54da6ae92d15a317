using System.Globalization;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>What checks ask of the figures: real ones, as they stand now.</summary>
internal sealed class Asks(QueryFlows flows, IReadOnlyList<StandingImport> standing)
{
    /// <summary>The imports of a dataflow of which something counts, none of practice.</summary>
    public IReadOnlyList<StandingImport> Of(string dataflow) => [.. standing.Where(import => import.Dataflow == dataflow && !import.Training && import.StandsAt(null))];

    /// <summary>The totals of a series that stand beside their parts.</summary>
    public IReadOnlyList<TotalWithParts> TotalsOf(string dataflow, string series) =>
        flows.TotalsOf(Dataflow.Find(dataflow)!, series, [.. Of(dataflow).Where(import => import.Series == series)])?.Found ?? [];

    /// <summary>All imports of a series, also those that count no more.</summary>
    public IReadOnlyList<StandingImport> Past(string series) => [.. standing.Where(import => import.Series == series)];

    /// <summary>The figures of a question; the unit may differ within a series.</summary>
    public Task<FlowsAnswer> AskAsync(string dataflow, IReadOnlyList<string> by, IReadOnlyList<string> where, CancellationToken cancellationToken, bool asPublished = false) =>
        flows.AskOnceAsync(new FlowsQuery { Dataflow = dataflow, By = [Dataflow.Unit, .. by], Where = where, AsPublished = asPublished }, cancellationToken);

    /// <summary>What a figure is chosen by that stands under a label.</summary>
    public static string Condition(string word, string label) =>
        Period.Read(label) is not null && !label.Contains(',', StringComparison.Ordinal) ? $"time={label}" : $"{word}={label}";

    /// <summary>A figure, or the range it lies in.</summary>
    public static string Range(Figure figure) => figure.Maybe == 0 ? Number(figure.Sure) : $"{Number(figure.Sure)}–{Number(figure.Sure + figure.Maybe)}";

    /// <summary>A number as it is stored: readers see it in their own format.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The letter of a word for a span of time.</summary>
    public static char Letter(string period) => period switch { "year" => 'A', "quarter" => 'Q', "week" => 'W', "day" => 'D', _ => 'M' };
}
