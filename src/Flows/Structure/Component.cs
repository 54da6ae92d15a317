namespace Tambo.Flows.Structure;

/// <summary>What the values of a component are.</summary>
public enum ComponentKind
{
    /// <summary>A code of a list.</summary>
    Code,

    /// <summary>A span of time in the notation of SDMX: <c>2023</c>, <c>2023-Q1</c>, <c>2023-08</c>, <c>2023-W33</c>, <c>2023-08-14</c>.</summary>
    Period,

    /// <summary>An interval of completed years of age: <c>Y0T17</c>, <c>Y_GE18</c>, <c>_T</c>, <c>_U</c>.</summary>
    Age,

    /// <summary>A whole number that may be unknown; unknown is not zero.</summary>
    Count,

    /// <summary>A number with up to six decimals that may be unknown.</summary>
    Number,

    /// <summary>A text that is kept and not grouped by.</summary>
    Text,
}

/// <summary>One thing that each observation of a dataflow says.</summary>
/// <param name="Code">Its concept, such as <c>CITIZENSHIP</c>.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Codelist">The list its codes are of; empty when it has none.</param>
public sealed record Component(string Code, ComponentKind Kind, string Codelist = "")
{
    /// <summary>True when observations can be grouped and chosen by it.</summary>
    public bool IsDimension => Kind is ComponentKind.Code or ComponentKind.Period or ComponentKind.Age;

    /// <summary>True when it is counted or measured.</summary>
    public bool IsMeasure => Kind is ComponentKind.Count or ComponentKind.Number;
}
