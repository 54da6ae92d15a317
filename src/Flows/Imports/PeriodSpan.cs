using Tambo.Flows.Structure;

namespace Tambo.Flows.Imports;

/// <summary>Whole months or years, from the first that a file has something of to the last.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last; as long as the first.</param>
internal sealed record PeriodSpan(Period First, Period Last)
{
    private const string Between = "..";

    /// <summary>The span of some periods; null when there are none.</summary>
    /// <param name="periods">The periods, each counted where it begins.</param>
    /// <param name="length">M for months, A for years.</param>
    public static PeriodSpan? Of(IEnumerable<Period> periods, char length)
    {
        var days = periods.Select(period => period.From).ToList();
        return days.Count > 0 && Period.Holding(days.Min(), length) is { } first && Period.Holding(days.Max(), length) is { } last ? new PeriodSpan(first, last) : null;
    }

    /// <summary>A span as it is stored, <c>2024-01..2024-03</c>; null when a text is none.</summary>
    public static PeriodSpan? Read(string stored) =>
        stored.Split(Between) is [var from, var until] && Period.Read(from) is { } first && Period.Read(until) is { } last ? new PeriodSpan(first, last) : null;

    /// <summary>True when a period begins in the span and does not reach beyond it; of the last week the end may.</summary>
    public bool Holds(Period period) => period.From >= First.From && period.From <= Last.Until && (period.Until <= Last.Until || period.Frequency is 'D' or 'W');

    /// <inheritdoc />
    public override string ToString() => $"{First}{Between}{Last}";
}
