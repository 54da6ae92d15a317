using Tambo.Flows.Collecting;
using Tambo.Flows.Harmonising;

namespace Tambo.Flows.Cube;

/// <summary>One figure of an answer.</summary>
/// <param name="Labels">Its groups, in the order of the question.</param>
/// <param name="Sure">The sum of what is meant for sure.</param>
/// <param name="Maybe">What may be added: the true figure lies between <paramref name="Sure"/> and both together.</param>
/// <param name="Rows">Observations meant for sure.</param>
/// <param name="Unknown">Of these, those whose measure is unknown.</param>
/// <param name="MaybeRows">Observations that may be meant.</param>
public sealed record Figure(IReadOnlyList<string> Labels, long Sure, long Maybe, long Rows, long Unknown, long MaybeRows)
{
    /// <summary>The label of what a list of the largest leaves over.</summary>
    public const string Rest = "_REST";

    /// <summary>Of the observations that may be meant, those whose measure is unknown.</summary>
    public long MaybeUnknown { get; init; }

    /// <summary>The groups that it holds; more than one for a rest.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>What part of a whole it is, when that was asked.</summary>
    public FigureShare? Share { get; init; }

    /// <summary>Of the periods of its moving window, those of which the group has no observation: such a window is not whole.</summary>
    public int Missing { get; init; }

    /// <summary>How exactly the worst of its parts was carried over.</summary>
    public Carried Carried { get; init; }

    /// <summary>Why not exactly: the keys of sentences (<c>flows.why.*</c>), in order.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Of a stock that stands for a longer time: the first and the last of the times that it is of; null when it is of the time it says.</summary>
    public (string First, string Last)? AsAt { get; init; }

    /// <summary>How much of its time the series has observations of.</summary>
    public FigureCoverage? Coverage { get; init; }

    /// <summary>For how long people were counted at its points; null where that is not said.</summary>
    public CountingHours? Hours { get; internal set; }

    /// <summary>The least that it can be, of what is known; null when nothing is known, which is not zero.</summary>
    public long? AtLeast => IsKnown ? Sure : null;

    /// <summary>The most that it can be; null when something of it has no number.</summary>
    public long? AtMost => IsKnown && !IsOpen ? Sure + Maybe : null;

    /// <summary>True when least and most are the same.</summary>
    public bool IsOne => Maybe == 0 && !IsOpen;

    /// <summary>True when something of it has no number, so that nobody knows the most that it can be.</summary>
    public bool IsOpen => Unknown > 0 || MaybeUnknown > 0;

    /// <summary>True when any observation has a measure.</summary>
    public bool IsKnown => Rows > Unknown || MaybeRows > MaybeUnknown;

    /// <summary>Several figures as one, under labels of its own: the worst of its parts is what it carries.</summary>
    public static Figure Together(IReadOnlyList<string> labels, IReadOnlyCollection<Figure> figures)
    {
        var (sure, maybe, rows, unknown, maybeRows, maybeUnknown, groups, missing) = (0L, 0L, 0L, 0L, 0L, 0L, 0, 0);
        FigureCoverage? coverage = null;
        CountingHours? hours = null;
        (string First, string Last)? asAt = null;
        foreach (var one in figures)
        {
            sure += one.Sure;
            maybe += one.Maybe;
            rows += one.Rows;
            unknown += one.Unknown;
            maybeRows += one.MaybeRows;
            maybeUnknown += one.MaybeUnknown;
            groups += one.Groups;
            missing = Math.Max(missing, one.Missing);
            coverage ??= one.Coverage;
            hours ??= one.Hours;
            asAt = asAt is not { } so ? one.AsAt : one.AsAt is not { } its ? so
                : (string.CompareOrdinal(its.First, so.First) < 0 ? its.First : so.First, string.CompareOrdinal(its.Last, so.Last) > 0 ? its.Last : so.Last);
        }

        var together = new Figure(labels, sure, maybe, rows, unknown, maybeRows) { MaybeUnknown = maybeUnknown, Groups = groups, Missing = missing, Coverage = coverage, Hours = hours, AsAt = asAt };
        return together.Carrying(figures);
    }

    /// <summary>The figure with the worst that any of some figures carries, and all their reasons.</summary>
    internal Figure Carrying(IReadOnlyCollection<Figure> figures) => figures.All(figure => figure.Carried == Carried.Exact && figure.Reasons.Count == 0) ? this : this with
    {
        Carried = figures.Max(figure => figure.Carried),
        Reasons = [.. figures.SelectMany(figure => figure.Reasons).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };

    /// <summary>The figure with one more reason, and carried no better than so.</summary>
    internal Figure Because(string why, Carried carried) => this with
    {
        Carried = Carried > carried ? Carried : carried,
        Reasons = [.. Reasons.Append(why).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };
}

/// <summary>What part of a whole a figure is, from 0 to 1, of what is known; both ends are the same unless bounds are all there is.</summary>
/// <param name="Least">The least.</param>
/// <param name="Most">The most.</param>
/// <param name="Whole">The figure it is a part of.</param>
public sealed record FigureShare(double Least, double Most, Figure Whole);

/// <summary>How much of a span of time a series has observations of.</summary>
/// <param name="From">The first day of the span.</param>
/// <param name="Until">Its last day.</param>
/// <param name="Days">Its days.</param>
/// <param name="Covered">The days of it that lie in a period of which the series has observations.</param>
public sealed record FigureCoverage(DateOnly From, DateOnly Until, int Days, int Covered)
{
    /// <summary>True when no day of it is missing.</summary>
    public bool IsWhole => Days == Covered;
}
