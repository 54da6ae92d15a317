namespace Tambo.Flows.Cube;

/// <summary>Who came from where and went where, of one series.</summary>
public sealed record FlowsMatrix
{
    /// <summary>The series.</summary>
    public required string Series { get; init; }

    /// <summary>What it counts.</summary>
    public required string Unit { get; init; }

    /// <summary>Where from, from the largest on; then the rest and what the table does not say.</summary>
    public required IReadOnlyList<MatrixPlace> From { get; init; }

    /// <summary>Where to, in the same order.</summary>
    public required IReadOnlyList<MatrixPlace> To { get; init; }

    /// <summary>The cells that have observations: their labels are where from and where to.</summary>
    public required IReadOnlyList<Figure> Cells { get; init; }

    /// <summary>The matrices of an answer by two components, of the series that say both of some observations.</summary>
    internal static IReadOnlyList<FlowsMatrix> Of(FlowsAnswer answer)
    {
        var matrices = new List<FlowsMatrix>();
        foreach (var series in answer.Figures.GroupBy(figure => (Series: figure.Labels[0], Unit: figure.Labels[1])))
        {
            var cells = series.Select(figure => figure with { Labels = [figure.Labels[2], figure.Labels[3]] }).ToList();
            if (cells.Exists(cell => Says(cell.Labels[0]) && Says(cell.Labels[1])))
                matrices.Add(new FlowsMatrix { Series = series.Key.Series, Unit = series.Key.Unit, From = Places(cells, 0), To = Places(cells, 1), Cells = cells });
        }

        return matrices;
    }

    private static IReadOnlyList<MatrixPlace> Places(List<Figure> cells, int at) =>
        [.. cells.GroupBy(cell => cell.Labels[at], StringComparer.Ordinal)
            .Select(same => new MatrixPlace(same.Key, Figure.Together([same.Key], [.. same]) with { Groups = same.Key == Figure.Rest ? same.Max(cell => cell.Groups) : 1 }))
            .OrderBy(place => !Says(place.Code)).ThenBy(place => place.Code != Figure.Rest)
            .ThenByDescending(place => place.Total.Sure).ThenByDescending(place => place.Total.Maybe).ThenBy(place => place.Code, StringComparer.Ordinal)];

    private static bool Says(string code) => !code.StartsWith('_');
}

/// <summary>A place at one side of a matrix with all that came from it, or went to it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Total">Its sum.</param>
public sealed record MatrixPlace(string Code, Figure Total);
