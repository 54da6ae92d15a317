using Tambo.Flows.Cube;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Rollups;

/// <summary>
/// The sums of a segment by some of its components: a small segment whose rows each stand for several. It answers what asks
/// for nothing else, with the same figures as the segment itself; a cache, never the record.
/// </summary>
/// <param name="File">Its rows; the measure <see cref="Weight"/> says how many observations each stands for.</param>
internal sealed record Rollup(SegmentFile File)
{
    /// <summary>The measure that says how many observations a row stands for.</summary>
    public const string Weight = "ROWS";

    /// <summary>What a rollup's file is called as a dataflow: of periods as they were.</summary>
    public const string AsTheyWere = "ROLLUP";

    /// <summary>What it is called when days and weeks are put together into months.</summary>
    public const string InMonths = "ROLLUP_MONTHS";

    /// <summary>True when days and weeks are put together into months.</summary>
    public bool IsInMonths { get; } = File.Footer.Dataflow == InMonths;

    /// <summary>True when a question asks for nothing that was put together here.</summary>
    public bool Answers(CubeQuestion question, SegmentFile segment, bool someReplaced)
    {
        if (question.Measure != Dataflow.Value || (someReplaced && (IsInMonths || !Has(Dataflow.Period, segment))))
            return false;
        foreach (var by in question.By)
        {
            if (!Has(by.Component, segment) || (IsInMonths && by.Component == Dataflow.Period && by.Span is not ('M' or 'Q' or 'A')))
                return false;
        }

        foreach (var condition in question.Where)
        {
            if (!Has(condition.Component, segment) || (IsInMonths && condition.Component == Dataflow.Period && !IsOfWholeMonths(condition)))
                return false;
        }

        return true;
    }

    private bool Has(string component, SegmentFile segment) => File.Find(component) is not null || segment.Find(component) is null;

    // A month that is meant, or not, is so with all its days; one that may be is asked of the segment.
    private bool IsOfWholeMonths(Condition condition)
    {
        if (condition.From is null)
            return false;
        foreach (var code in File.Find(Dataflow.Period)!.Codes)
        {
            if (condition.Of(code) == Meant.Maybe && Period.Read(code) is { Frequency: 'M' })
                return false;
        }

        return true;
    }
}
