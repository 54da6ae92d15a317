using Tambo.Flows.Imports;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>What somebody asks of the figures.</summary>
public sealed record FlowsQuery
{
    /// <summary>The dataflow.</summary>
    public string Dataflow { get; init; } = "FLOW";

    /// <summary>What figures are grouped by.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>Which figures.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>The moment whose knowledge is asked for; null for now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>True for figures made up for practice, which never stand beside others.</summary>
    public bool Training { get; init; }
}

/// <summary>An answer with what its columns are.</summary>
/// <param name="Columns">The series, then what was asked for.</param>
/// <param name="Figures">The figures.</param>
public sealed record FlowsAnswer(IReadOnlyList<string> Columns, IReadOnlyList<Figure> Figures);

/// <summary>Answers questions about figures, each series for itself: tables that may count the same persons are never added.</summary>
public sealed class QueryFlows(LiveSegments live)
{
    /// <summary>The figures of a question.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The question names what is not there, adds what may not be added, or is too large.</exception>
    public async Task<FlowsAnswer> RunAsync(FlowsQuery query, CancellationToken cancellationToken)
    {
        var flow = Dataflow.Find(query.Dataflow) ?? throw FlowsProblems.QuestionUnknown.With(("what", query.Dataflow));
        var by = query.By.Where(word => !word.Equals(Dataflow.Series, StringComparison.OrdinalIgnoreCase)).ToList();
        var question = new CubeQuestion
        {
            By = [Grouping.By(Dataflow.Series), Grouping.By(Dataflow.Unit), .. by.Select(word => CubeLanguage.Group(word, flow))],
            Where = [.. query.Where.Select(text => CubeLanguage.Where(text, flow))],
        };
        var standing = (await live.GetAsync(cancellationToken))
            .Where(import => import.Dataflow == flow.Code && import.Training == query.Training && import.StandsAt(query.AsOf))
            .Select(import => import.At(query.AsOf)).ToList();
        try
        {
            var figures = AskCube.Answer(question, standing, Environment.ProcessorCount);
            if (figures.GroupBy(figure => figure.Labels[0], StringComparer.Ordinal).FirstOrDefault(series => series.DistinctBy(figure => figure.Labels[1]).Count() > 1) is { } mixed
                && !by.Contains(Dataflow.Unit, StringComparer.OrdinalIgnoreCase))
                throw FlowsProblems.UnitsMixed.With(("series", mixed.Key), ("units", string.Join(", ", mixed.Select(figure => figure.Labels[1]).Distinct())));
            return new FlowsAnswer([Dataflow.Series, Dataflow.Unit, .. by], figures);
        }
        catch (Segments.SegmentDamagedException damaged)
        {
            throw FlowsProblems.SegmentDamaged.With(("what", damaged.Message));
        }
        catch (CubeTooLargeException)
        {
            throw FlowsProblems.QuestionTooLarge.With();
        }
    }
}
