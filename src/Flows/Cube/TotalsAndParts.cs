using System.Numerics;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>One total with its parts, by the components that it puts together.</summary>
/// <param name="Period">The period.</param>
/// <param name="Area">The country.</param>
/// <param name="Components">What the total puts together and the parts say.</param>
/// <param name="Total">What the total says; null when that is not known.</param>
/// <param name="Parts">What the known parts come to.</param>
internal sealed record TotalWithParts(string Period, string Area, IReadOnlyList<string> Components, long? Total, long Parts);

/// <summary>
/// Which rows of a series are totals of others of its rows: for the same time, place and unit, alike in every component or
/// <c>_T</c> where the other says more. Where most such totals equal their parts they are known to be totals; else they may
/// just as well be those of whom nothing more is said, and rows are in doubt. So it is with breakdowns that have no total
/// (<see cref="SideBySide"/>). What is known is held in four bytes a row. Pure but for reading segments.
/// </summary>
internal sealed class TotalsAndParts
{
    // What is made up of several dimensions of who and where; the others tell how something was counted and are never put together.
    private static readonly HashSet<string> How = new(StringComparer.Ordinal)
    {
        Dataflow.Series, Dataflow.Period, Dataflow.Unit, "REF_AREA", "COLL_METHOD", "OBS_STATUS", "CONF_STATUS", "DATA_SOURCE", "ROUND", "QUESTION",
    };

    private readonly SeriesKeys keys;
    private readonly IReadOnlyList<Kind> kinds;
    private readonly IReadOnlyList<int[]> kindOfRow;

    /// <param name="keys">The rows of the series.</param>
    /// <param name="kinds">What is known of rows.</param>
    /// <param name="kindOfRow">Of each segment which of it is known of each row.</param>
    internal TotalsAndParts(SeriesKeys keys, IReadOnlyList<Kind> kinds, IReadOnlyList<int[]> kindOfRow) => (this.keys, this.kinds, this.kindOfRow) = (keys, kinds, kindOfRow);

    /// <summary>The totals that have parts.</summary>
    public required IReadOnlyList<TotalWithParts> Found { get; init; }

    private IReadOnlyList<string> Components => keys.Totalled;

    /// <summary>The totals of a series; null when none of its rows stand beside others of the same people.</summary>
    /// <param name="flow">The dataflow.</param>
    /// <param name="parts">The segments of the series.</param>
    public static TotalsAndParts? Of(Dataflow flow, IReadOnlyList<CarriedSegment> parts)
    {
        List<string> totalled = [.. flow.Components.Where(component => component.IsDimension && component.Kind != ComponentKind.Period && !How.Contains(component.Code)).Select(component => component.Code).Where(component => HasBoth(component, parts))];
        return totalled.Count == 0 || SeriesKeys.Of(flow, parts, totalled) is not { } keys ? null : new RelatedRows(keys).Find();
    }

    /// <summary>The mark of each of a segment's rows for a question, before anything else is said of them.</summary>
    /// <param name="segment">The segment's place among those of the series.</param>
    /// <param name="question">The question.</param>
    public (byte[] MarkOfKind, int[] KindOfRow) MarksOf(int segment, CubeQuestion question)
    {
        var by = BitsOf(component => question.By.Any(one => one.Component == component));
        var asked = new AskedBits(
            by, by | BitsOf(component => question.Where.Any(where => where.Component == component && where.Of("_T") != Meant.Sure)),
            BitsOf(component => question.Where.Any(where => where.Component == component && where.Of("_T") == Meant.Sure && keys.CodesOf(component).Any(code => where.Of(code) == Meant.Not))));
        return ([.. kinds.Select(kind => kind.Mark(asked))], kindOfRow[segment]);
    }

    private int BitsOf(Func<string, bool> isOne) => Components.Select((component, at) => isOne(component) ? 1 << at : 0).Sum();

    // What the ledger tells of a total (families of mixed ages) is a category of its own.
    private static bool HasBoth(string component, IReadOnlyList<CarriedSegment> parts)
    {
        var (total, other) = (false, false);
        foreach (var part in parts)
        {
            var codes = part.Segment.File.Find(component)?.Codes;
            total |= (codes is null || codes.Contains("_T", StringComparer.Ordinal)) && !IsTold(component, part);
            other |= codes?.Any(code => code != "_T") == true;
        }

        return total && other;
    }

    /// <summary>True when the ledger says of the total of a component what it is.</summary>
    internal static bool IsTold(string component, CarriedSegment part) =>
        part.Ledger.Any(line => line.Concerns.Contains(component, StringComparer.Ordinal) && line.Codes.First(pair => pair.Key == component).Value.Contains("_T"));

    /// <summary>The components of a question as bits.</summary>
    /// <param name="By">What it groups by.</param>
    /// <param name="All">What it groups by, and what it chooses by other than by the total itself.</param>
    /// <param name="Named">Of what it asks for the total by name, so that rows that say more are not meant.</param>
    internal readonly record struct AskedBits(int By, int All, int Named);

    /// <summary>Rows of which the same is known.</summary>
    internal sealed record Kind(int Pattern, IReadOnlyList<int> PartOf, IReadOnlyList<(int Bits, bool IsWhole)> TotalOf, IReadOnlyList<int> InDoubt, IReadOnlyList<OtherBreakdown> Others)
    {
        // A row is left out for a total that says as much as is asked; a total for parts that are all of it and say more of what is asked.
        public byte Mark(AskedBits asked) =>
            PartOf.Any(bits => (bits & asked.All) == 0) || TotalOf.Any(one => (one.Bits & asked.All) != 0 && one.IsWhole) ? CountedRows.OtherLevel
            : Others.Any(other => other.IsSame && IsFor(other, asked)) ? CountedRows.OtherBreakdown
            : InDoubt.Any(bits => (bits & asked.All) == 0) ? CountedRows.Doubtful
            : Others.Any(other => !other.IsSame && ((Pattern ^ other.Pattern) & asked.By) == 0 && IsFor(other, asked)) ? CountedRows.Perhaps
            : CountedRows.Counts;

        // Of two breakdowns the one that says more of what is asked; both where each says of what is grouped by what the other does not.
        private bool IsFor(OtherBreakdown other, AskedBits asked)
        {
            var (own, its) = (asked.By & ~Pattern, asked.By & ~other.Pattern);
            if ((own & ~its) != 0 || (asked.Named & ~other.Pattern) != 0)
                return false;
            if (own != its)
                return true;
            var (said, says) = (BitOperations.PopCount((uint)(asked.All & ~Pattern)), BitOperations.PopCount((uint)(asked.All & ~other.Pattern)));
            return says > said || (says == said && other.IsBetter);
        }
    }
}
