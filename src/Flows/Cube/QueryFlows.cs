using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>Answers questions about figures, each series for itself: tables that may count the same persons are never added.</summary>
public sealed class QueryFlows(LiveSegments live)
{
    private const int LongestWindow = 1000;

    /// <summary>The figures of a question.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The question names what is not there, adds what may not be added, or is too large.</exception>
    public async Task<FlowsAnswer> RunAsync(FlowsQuery query, CancellationToken cancellationToken)
    {
        var asked = AskedFlows.Read(query);
        var standing = await StandingAsync(asked, cancellationToken);
        try
        {
            var figures = Figures(asked, asked.Question, standing);
            AskedFlows.RefuseMixedUnits(figures, asked);
            var top = asked.Ranked.Count == 0 ? null : TopCodes.Of(asked.Columns, figures, asked.Ranked, query.Top!.Value);
            var (shown, apart) = Shaped(asked, asked.Columns, figures, top);
            if (asked.Whole is { } whole)
            {
                var (wholes, longer) = Shaped(asked, whole.Columns, Figures(asked, whole.Question, standing), top);
                IReadOnlyList<Figure> of = [.. wholes, .. longer];
                shown = Shares.Of(shown, of, whole.Left, whole.Chosen);
                apart = Shares.Of(apart, of, whole.Left, whole.Chosen);
            }

            return new FlowsAnswer(asked.Columns, shown) { Apart = apart, Ranked = top?.Ranked ?? [] };
        }
        catch (SegmentDamagedException damaged)
        {
            throw FlowsProblems.SegmentDamaged.With(("what", damaged.Message));
        }
        catch (CubeTooLargeException)
        {
            throw FlowsProblems.QuestionTooLarge.With();
        }
    }

    /// <summary>Who came from where and went where, one matrix for each series that says both.</summary>
    /// <param name="query">Which figures; what it groups by is not looked at.</param>
    /// <param name="from">The component of where from: C_ORIGIN, C_PREVIOUS, CITIZENSHIP.</param>
    /// <param name="to">The component of where to: C_DEST, C_NEXT, REF_AREA.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">As for <see cref="RunAsync"/>.</exception>
    public async Task<IReadOnlyList<FlowsMatrix>> MatrixAsync(FlowsQuery query, string from, string to, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(query with { By = [from, to], TopOf = [], Share = [], Window = null }, cancellationToken);
        return FlowsMatrix.Of(answer);
    }

    /// <summary>The observations that figures of a question come from, each with its import and the line of its file.</summary>
    /// <param name="query">Which figures; what it groups by, ranks and shares is not looked at.</param>
    /// <param name="skip">How many to pass over.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">As for <see cref="RunAsync"/>.</exception>
    public async Task<IReadOnlyList<SourceRow>> RowsAsync(FlowsQuery query, int skip, int take, CancellationToken cancellationToken)
    {
        var asked = AskedFlows.Read(query with { By = [], Top = null, TopOf = [], Share = [], Window = null });
        try
        {
            return SourceRows.Of(asked.Question, await StandingAsync(asked, cancellationToken), query.AsOf, skip, take);
        }
        catch (SegmentDamagedException damaged)
        {
            throw FlowsProblems.SegmentDamaged.With(("what", damaged.Message));
        }
    }

    private static IReadOnlyList<Figure> Figures(AskedFlows asked, CubeQuestion question, IReadOnlyList<StandingImport> standing)
    {
        var parts = standing.Select(import => new CarriedSegment(import.At(asked.Query.AsOf), import.Ledger)).ToList();
        var figures = AskCube.Answer(question, [.. parts.Select(part => part.Segment)], Environment.ProcessorCount);
        var coverage = new SeriesCoverage(standing.Select(import => (import.Series, import.PeriodsAt(asked.Query.AsOf))));
        int[] times = [.. question.By.Select((by, at) => (by, at)).Where(pair => pair.by.Component == Dataflow.Period).Select(pair => pair.at)];
        return [.. CarriedFigures.Mark(question, parts, figures, Environment.ProcessorCount)
            .Select(figure => figure with { Coverage = coverage.Of(figure.Labels[0], times.Select(at => figure.Labels[at]), asked.From, asked.Until) })];
    }

    private static (IReadOnlyList<Figure> Shown, IReadOnlyList<Figure> Apart) Shaped(AskedFlows asked, IReadOnlyList<string> columns, IReadOnlyList<Figure> figures, TopCodes? top)
    {
        var merged = top?.Merge(columns, figures) ?? figures;
        if (asked.Query.Window is not { } length || asked.Span is not { } span)
            return (merged, []);
        return MovingWindow.Of(merged, AskedFlows.PlaceOf(columns, span.Word), span.Letter, Math.Clamp(length, 1, LongestWindow));
    }

    private async Task<IReadOnlyList<StandingImport>> StandingAsync(AskedFlows asked, CancellationToken cancellationToken) =>
        [.. (await live.StandingAsync(asked.Query.AsOf, cancellationToken)).Where(import =>
            import.Dataflow == asked.Flow.Code && import.Training == asked.Query.Training && import.StandsAt(asked.Query.AsOf)
            && asked.Question.Where.Where(condition => condition.Component == Dataflow.Series).All(condition => condition.Of(import.Series) != Meant.Not))];
}
