using System.Text.RegularExpressions;
using Tambo.Platform.Access;

namespace Tambo.Platform.Parts;

/// <summary>
/// The figures that parts hand over, as whoever needs those of every part reads them. A figure passes when it is what its source has
/// declared: numbers and codes of known lists, so that neither a word nor a key of anybody can be in it.
/// </summary>
public static partial class HandedFigures
{
    private const int Milliseconds = 1000;

    /// <summary>All sources of which somebody is given something, with their figures, in the order of the parts.</summary>
    /// <param name="parts">The parts of the node.</param>
    /// <param name="services">The node's objects.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidOperationException">A part hands over something else than it has declared: nothing of it goes out.</exception>
    /// <exception cref="Problems.Problem">A source has not counted yet.</exception>
    public static async Task<IReadOnlyList<(FigureSource Source, IReadOnlyList<HandedFigure> Figures)>> ReadAsync(
        IReadOnlyList<Part> parts, IServiceProvider services, Actor actor, CancellationToken cancellationToken)
    {
        var read = new List<(FigureSource, IReadOnlyList<HandedFigure>)>();
        foreach (var (part, source) in parts.SelectMany(part => part.Figures.Select(source => (part, source))).Where(one => actor.May(one.source.Permission)))
        {
            var figures = await source.ReadAsync(services, actor, cancellationToken);
            if (!IsDeclared(part, source) || !figures.All(figure => IsOf(source, figure)))
                // Not which: the message may be logged.
                throw new InvalidOperationException($"{part.Name} hands over what is no figure of {source.Code}.");
            read.Add((source, figures));
        }

        return read;
    }

    /// <summary>True when what a source says of itself is codes, under the name of its part.</summary>
    internal static bool IsDeclared(Part part, FigureSource source) =>
        IsCode(source.Code) && IsCode(source.Rule) && source.Code.StartsWith(part.Name + ".", StringComparison.Ordinal)
        && source.Indicators.All(indicator => IsCode(indicator.Code) && IsCode(indicator.Unit) && indicator.Code.StartsWith(part.Name + ".", StringComparison.Ordinal)
            && indicator.Dimensions.All(dimension => IsCode(dimension.Code)));

    /// <summary>True when a figure is one of a source: of one of its indicators, by its dimensions and their codes.</summary>
    internal static bool IsOf(FigureSource source, HandedFigure figure) =>
        source.Indicators.SingleOrDefault(indicator => indicator.Code == figure.Indicator) is { } counted
        && Period().IsMatch(figure.Period)
        && figure is { Step: >= 1, Value: null or >= 0 }
        && (figure.Value ?? 0) % figure.Step == 0
        && figure.Dimensions.All(said => IsCode(said.Value) && counted.Dimensions.SingleOrDefault(dimension => dimension.Code == said.Key) is { } dimension && dimension.Has(said.Value));

    private static bool IsCode(string text) => Code().IsMatch(text) && !Guid.TryParse(text, out _);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,39}\z", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Code();

    [GeneratedRegex(@"\A[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?\z", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Period();
}
