using Tambo.Platform.Access;

namespace Tambo.Platform.Parts;

/// <summary>Where figures of a part come from, with what they count and by which rule of disclosure they were made.</summary>
/// <remarks>What a part hands over is numbers and declared codes: <see cref="HandedFigures"/> lets nothing else pass.</remarks>
public sealed record FigureSource
{
    /// <summary>Dotted code that begins with the name of the part.</summary>
    public required string Code { get; init; }

    /// <summary>The rule by which small counts are left out, as a code; what it does is in the documents of the node.</summary>
    public required string Rule { get; init; }

    /// <summary>Who is given them, and within which reach.</summary>
    public required string Permission { get; init; }

    /// <summary>What it counts.</summary>
    public required IReadOnlyList<Indicator> Indicators { get; init; }

    /// <summary>All figures that are kept and may be told, within the reach of whoever asks; that they were asked for stands in the audit before they are answered.</summary>
    public required Func<IServiceProvider, Actor, CancellationToken, Task<IReadOnlyList<HandedFigure>>> ReadAsync { get; init; }
}

/// <summary>Something that is counted.</summary>
/// <param name="Code">Dotted code that begins with the name of the part.</param>
/// <param name="Unit">What one of it is, as a code: <c>cases</c>.</param>
/// <param name="Dimensions">By what it is told.</param>
public sealed record Indicator(string Code, string Unit, IReadOnlyList<FigureDimension> Dimensions);

/// <summary>Something by which figures are told.</summary>
/// <param name="Code">Its code, a column of tables.</param>
/// <param name="Has">Whether a code is one of its list.</param>
public sealed record FigureDimension(string Code, Func<string, bool> Has);

/// <summary>One figure.</summary>
/// <param name="Indicator">What it counts.</param>
/// <param name="Period">Its time as SDMX writes it: <c>2026</c>, <c>2026-Q1</c>, <c>2026-03</c>; of a stock, the time at whose end it is.</param>
/// <param name="Dimensions">Codes by dimension; a dimension that is left out is all of it.</param>
/// <param name="Value">In units of the indicator; null when it is suppressed.</param>
/// <param name="Step">What a rounded value is a multiple of; 1 for one that is exact.</param>
public sealed record HandedFigure(string Indicator, string Period, IReadOnlyDictionary<string, string> Dimensions, long? Value, int Step);
