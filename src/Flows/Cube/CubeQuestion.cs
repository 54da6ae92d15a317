using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>What figures are grouped by: a component, and what each of its codes counts as.</summary>
/// <param name="Component">The component's code.</param>
/// <param name="Label">A code to the name of its group.</param>
internal sealed record Grouping(string Component, Func<string, string> Label)
{
    /// <summary>The span of time that codes are put together into, by the letter of SDMX CL_FREQ; null when they are not.</summary>
    public char? Span { get; init; }

    /// <summary>By the codes themselves.</summary>
    public static Grouping By(string component) => new(component, static code => code);
}

/// <summary>What figures are chosen by: a component, and whether each of its codes is meant (<see cref="Meant"/>).</summary>
/// <param name="Component">The component's code.</param>
/// <param name="Of">A code to whether it is meant.</param>
internal sealed record Condition(string Component, Func<string, byte> Of)
{
    /// <summary>The first day asked for, when it is a condition on time.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day asked for, when it is a condition on time.</summary>
    public DateOnly? Until { get; init; }

    private Func<IReadOnlyList<string>, Condition>? among;

    /// <summary>
    /// One of some codes. What a table does not break down or does not say may be of them, and so may its others when it has
    /// not each of the codes apart. Who asks for total, unknown or others by name is given these rows alone.
    /// </summary>
    public static Condition Is(string component, params IReadOnlyList<string> codes) =>
        new(component, code => OneOf(codes, code, inOthers: true)) { among = listed => new(component, code => OneOf(codes, code, !codes.All(one => one.StartsWith('_') || listed.Contains(one, StringComparer.Ordinal)))) };

    /// <summary>The condition on a table that has some codes of the component.</summary>
    public Condition Among(IReadOnlyList<string> codes) => among?.Invoke(codes) ?? this;

    private static byte OneOf(IReadOnlyList<string> codes, string code, bool inOthers) =>
        codes.Contains(code, StringComparer.Ordinal) ? Meant.Sure
        : codes.All(one => one.StartsWith('_')) ? Meant.Not
        : code is "_T" or "_U" or "_N" or "_X" || (code == "_O" && inOthers) ? Meant.Maybe
        : Meant.Not;

    /// <summary>Ages in an interval: a figure of ages that lie partly in it may hold some.</summary>
    public static Condition Ages(AgeInterval interval) => new("AGE", code =>
        AgeInterval.Read(code) is not { } ages || !interval.Meets(ages) ? Meant.Not : interval.Holds(ages) ? Meant.Sure : Meant.Maybe);

    /// <summary>Spans of time in another: a year may hold some of a month.</summary>
    public static Condition Within(DateOnly from, DateOnly until) => new(Dataflow.Period, code =>
        Period.Read(code) is not { } period || period.Until < from || period.From > until ? Meant.Not
        : from <= period.From && period.Until <= until ? Meant.Sure : Meant.Maybe)
    {
        From = from,
        Until = until,
    };

    /// <summary>What is or may be meant, taken as meant.</summary>
    public Condition Widened() => new(Component, code => Of(code) == Meant.Not ? Meant.Not : Meant.Sure);

    /// <summary>Some codes alone.</summary>
    public static Condition Only(string component, Func<string, bool> codes) => new(component, code => codes(code) ? Meant.Sure : Meant.Not);
}

/// <summary>A question to the cube.</summary>
internal sealed record CubeQuestion
{
    /// <summary>What figures are grouped by, in order.</summary>
    public IReadOnlyList<Grouping> By { get; init; } = [];

    /// <summary>Which figures; all conditions hold.</summary>
    public IReadOnlyList<Condition> Where { get; init; } = [];

    /// <summary>What is summed.</summary>
    public string Measure { get; init; } = Dataflow.Value;
}
