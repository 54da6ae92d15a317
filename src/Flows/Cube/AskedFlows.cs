using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>A question in words, understood: what the cube is asked, and what becomes of its answer; pure.</summary>
internal sealed record AskedFlows
{
    /// <summary>The question in words.</summary>
    public required FlowsQuery Query { get; init; }

    /// <summary>The dataflow.</summary>
    public required Dataflow Flow { get; init; }

    /// <summary>What the labels of the figures are.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>What the cube is asked.</summary>
    public required CubeQuestion Question { get; init; }

    /// <summary>The columns of which the largest codes stay.</summary>
    public IReadOnlyList<string> Ranked { get; init; } = [];

    /// <summary>What the figures are asked as parts of; null when they are not.</summary>
    public AskedWhole? Whole { get; init; }

    /// <summary>The span of time grouped by, as it was called and by the letter of SDMX CL_FREQ.</summary>
    public (string Word, char Letter)? Span { get; init; }

    /// <summary>The first day asked for.</summary>
    public DateOnly From { get; init; } = DateOnly.MinValue;

    /// <summary>The last day asked for.</summary>
    public DateOnly Until { get; init; } = DateOnly.MaxValue;

    /// <summary>Understands a question.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It names what is not there, or asks for what does not go together.</exception>
    public static AskedFlows Read(FlowsQuery query)
    {
        var flow = Dataflow.Find(query.Dataflow) ?? throw FlowsProblems.QuestionUnknown.With(("what", query.Dataflow));
        if (flow[query.Measure] is not { IsMeasure: true } measure)
            throw FlowsProblems.QuestionUnknown.With(("what", query.Measure));
        string[] words =
        [
            Dataflow.Series, Dataflow.Unit,
            .. query.By.Where(word => !word.Equals(Dataflow.Series, StringComparison.OrdinalIgnoreCase) && !word.Equals(Dataflow.Unit, StringComparison.OrdinalIgnoreCase)),
        ];
        var question = new CubeQuestion
        {
            By = [.. words.Select(word => CubeLanguage.Group(word, flow))],
            Where = [.. query.Where.Select(text => CubeLanguage.Where(text, flow))],
            Measure = measure.Code,
        };
        var times = question.Where.Where(condition => condition.From is not null).ToList();
        var asked = new AskedFlows
        {
            Query = query,
            Flow = flow,
            Columns = words,
            Question = question,
            Ranked = RankedOf(query, words, flow),
            Span = words.Zip(question.By).Where(pair => pair.Second.Span is not null).Select(pair => ((string, char)?)(pair.First, pair.Second.Span!.Value)).FirstOrDefault(),
            From = times.Count == 0 ? DateOnly.MinValue : times.Max(time => time.From!.Value),
            Until = times.Count == 0 ? DateOnly.MaxValue : times.Min(time => time.Until!.Value),
        };
        if (query.Window is { } length && (length < 1 || asked.Span is null || question.By.Count(by => by.Component == Dataflow.Period) != 1))
            throw FlowsProblems.QuestionUnknown.With(("what", $"window={length}"));
        if (query.Window is not null && (flow == Dataflow.Stock || flow == Dataflow.Survey))
            throw (flow == Dataflow.Stock ? FlowsProblems.StocksAdded : FlowsProblems.SurveysAdded).With(("what", $"window={query.Window}"));
        return query.Share.Count == 0 ? asked : asked with { Whole = WholeOf(asked) };
    }

    /// <summary>Refuses figures of one series that count different things, unless they are grouped by what they count.</summary>
    public static void RefuseMixedUnits(IReadOnlyList<Figure> figures, AskedFlows asked)
    {
        if (asked.Query.By.Contains(Dataflow.Unit, StringComparer.OrdinalIgnoreCase))
            return;
        if (figures.GroupBy(figure => figure.Labels[0], StringComparer.Ordinal).FirstOrDefault(series => series.DistinctBy(figure => figure.Labels[1]).Count() > 1) is { } mixed)
            throw FlowsProblems.UnitsMixed.With(("series", mixed.Key), ("units", string.Join(", ", mixed.Select(figure => figure.Labels[1]).Distinct(StringComparer.Ordinal))));
    }

    /// <summary>Refuses what was answered in surveys added up: shares of different samples, questions and times have no sum.</summary>
    public static void RefuseAddedSurveys(IReadOnlyList<Figure> figures, AskedFlows asked)
    {
        if (asked.Flow == Dataflow.Survey && asked.Question.Measure != "SAMPLE" && figures.FirstOrDefault(figure => figure.Rows + figure.MaybeRows > 1) is { } added)
            throw FlowsProblems.SurveysAdded.With(("what", string.Join(", ", added.Labels)));
    }

    /// <summary>The place of a column.</summary>
    public static int PlaceOf(IReadOnlyList<string> columns, string word)
    {
        for (var at = 0; at < columns.Count; at++)
        {
            if (columns[at].Equals(word, StringComparison.OrdinalIgnoreCase))
                return at;
        }

        return -1;
    }

    private static List<string> RankedOf(FlowsQuery query, string[] words, Dataflow flow)
    {
        if (query.Top is not { } top)
            return [];
        if (top < 1)
            throw FlowsProblems.QuestionUnknown.With(("what", $"top={top}"));
        var ranked = words.Skip(2).Where(word => flow[word] is { Kind: ComponentKind.Code }).ToList();
        if (query.TopOf.FirstOrDefault(word => !ranked.Contains(word, StringComparer.OrdinalIgnoreCase)) is { } stray)
            throw FlowsProblems.QuestionUnknown.With(("what", stray));
        return query.TopOf.Count == 0 ? ranked : [.. ranked.Where(word => query.TopOf.Contains(word, StringComparer.OrdinalIgnoreCase))];
    }

    private static AskedWhole WholeOf(AskedFlows asked)
    {
        var (left, chosen) = (new SortedSet<int>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var word in asked.Query.Share)
        {
            var component = word.Equals("time", StringComparison.OrdinalIgnoreCase) ? Dataflow.Period : asked.Flow[word]?.Code;
            var places = Enumerable.Range(2, asked.Columns.Count - 2)
                .Where(at => asked.Columns[at].Equals(word, StringComparison.OrdinalIgnoreCase) || asked.Question.By[at].Component == component).ToList();
            left.UnionWith(places);
            var isChosen = component is not null && asked.Question.Where.Any(condition => condition.Component == component);
            if (isChosen)
                chosen.Add(component!);
            if (!isChosen && places.Count == 0)
                throw FlowsProblems.QuestionUnknown.With(("what", $"share={word}"));
        }

        return new AskedWhole(
            [.. asked.Columns.Where((_, at) => !left.Contains(at))],
            asked.Question with
            {
                By = [.. asked.Question.By.Where((_, at) => !left.Contains(at))],
                Where = [.. asked.Question.Where.Where(condition => !chosen.Contains(condition.Component))],
            },
            left,
            // A week across two months is in the whole for sure, and in a month maybe.
            chosen.Count > 0 || left.Any(at => asked.Question.By[at].Span is not null));
    }
}

/// <summary>What figures are asked as parts of.</summary>
/// <param name="Columns">What the labels of the wholes are.</param>
/// <param name="Question">What the cube is asked for them.</param>
/// <param name="Left">The places of the labels that the wholes do not have.</param>
/// <param name="Chosen">True when what may be of a part may be in the whole for sure.</param>
internal sealed record AskedWhole(IReadOnlyList<string> Columns, CubeQuestion Question, IReadOnlyCollection<int> Left, bool Chosen);
