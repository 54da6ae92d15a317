using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;

namespace Tambo.Flows.Serving;

/// <summary>How far a figure can be relied on, in one word for programs.</summary>
internal static class FigureStatus
{
    /// <summary>It is one number.</summary>
    public const string Exact = "exact";

    /// <summary>It lies between two numbers.</summary>
    public const string Bounded = "bounded";

    /// <summary>It cannot be compared with others.</summary>
    public const string NotComparable = "not_comparable";

    /// <summary>Nothing is known, which is not zero.</summary>
    public const string Unknown = "unknown";

    /// <summary>The word of a figure: the worst that it carries.</summary>
    public static string Of(Figure figure) => !figure.IsKnown ? Unknown
        : figure.Carried == Carried.NotComparable ? NotComparable
        : figure.IsOne && figure.Carried == Carried.Exact ? Exact
        : Bounded;

    /// <summary>The figure when it is one number.</summary>
    public static long? One(Figure figure) => figure is { IsKnown: true, IsOne: true } ? figure.Sure : null;
}
