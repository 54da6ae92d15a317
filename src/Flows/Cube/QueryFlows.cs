using Tambo.Flows.Collecting;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>Answers questions about figures, each series for itself: tables that may count the same persons are never added.</summary>
public sealed class QueryFlows(LiveSegments live)
{
    private const int LongestWindow = 1000;

    // More damaged segments than this in one question are no accident of a disk.
    private const int MostMended = 16;

    private readonly KeptAnswers kept = new();
    private readonly CountOnce once = new();
    private readonly FigureHours told = new();

    /// <summary>For how long people were counted at points; null where nobody counts.</summary>
    public HoursOfCounting? Hours { get; init; }

    /// <summary>The figures of a question.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The question names what is not there, adds what may not be added, or is too large.</exception>
    public Task<FlowsAnswer> RunAsync(FlowsQuery query, CancellationToken cancellationToken) => RunAsync(query, isKept: true, cancellationToken);

    /// <summary>The figures of a question that nobody asks again soon: its answer is not kept.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">As for <see cref="RunAsync(FlowsQuery, CancellationToken)"/>.</exception>
    internal Task<FlowsAnswer> AskOnceAsync(FlowsQuery query, CancellationToken cancellationToken) => RunAsync(query, isKept: false, cancellationToken);

    private async Task<FlowsAnswer> RunAsync(FlowsQuery query, bool isKept, CancellationToken cancellationToken)
    {
        var imports = await live.StandingAsync(query.AsOf, cancellationToken);
        if (kept.Find(imports, query) is { } known)
            return await ToldAsync(known, query, imports, isKept: true, cancellationToken);
        var asked = AskedFlows.Read(query);
        var answer = await MendedAsync(async () =>
        {
            imports = await live.StandingAsync(query.AsOf, cancellationToken);
            return Answer(asked, Standing(asked, imports));
        }, cancellationToken);
        return await ToldAsync(answer, query, imports, isKept && kept.Keep(imports, query, answer), cancellationToken);
    }

    /// <summary>Who came from where and went where, one matrix for each series that says both.</summary>
    /// <param name="query">Which figures; what it groups by is not looked at.</param>
    /// <param name="from">The component of where from: C_ORIGIN, C_PREVIOUS, CITIZENSHIP.</param>
    /// <param name="to">The component of where to: C_DEST, C_NEXT, REF_AREA.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">As for <see cref="RunAsync(FlowsQuery, CancellationToken)"/>.</exception>
    public async Task<IReadOnlyList<FlowsMatrix>> MatrixAsync(FlowsQuery query, string from, string to, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(query with { By = [from, to], TopOf = [], Share = [], Window = null }, cancellationToken);
        return FlowsMatrix.Of(answer);
    }

    /// <summary>The observations that figures of a question come from, each with its import and the line of its file.</summary>
    /// <param name="query">Which figures; what it groups by, ranks and shares is not looked at.</param>
    /// <param name="scope">Which rows whoever asks may see.</param>
    /// <param name="skip">How many to pass over.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">As for <see cref="RunAsync(FlowsQuery, CancellationToken)"/>.</exception>
    public Task<SeenRows> RowsAsync(FlowsQuery query, RowScope scope, int skip, int take, CancellationToken cancellationToken)
    {
        var asked = AskedFlows.Read(query with { By = [], Top = null, TopOf = [], Share = [], Window = null });
        return MendedAsync(async () =>
        {
            var imports = Standing(asked, await live.StandingAsync(query.AsOf, cancellationToken));
            return SourceRows.Of(asked.Question, imports, [.. once.Of(asked, asked.Question, imports).Select(parts => (IReadOnlyList<StandingSegment>)[.. parts.Select(part => part.Segment)])], scope, skip, take);
        }, cancellationToken);
    }

    /// <summary>The observations of one line of an import's file.</summary>
    /// <param name="dataflow">The dataflow.</param>
    /// <param name="import">The import.</param>
    /// <param name="line">The line.</param>
    /// <param name="scope">Which rows whoever asks may see.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">As for <see cref="RunAsync(FlowsQuery, CancellationToken)"/>.</exception>
    public Task<SeenRows> LineAsync(string dataflow, Guid import, int line, RowScope scope, CancellationToken cancellationToken) => MendedAsync(
        async () => SourceRows.OfLine((await live.GetAsync(cancellationToken)).Where(one => one.Id == import && one.Dataflow == dataflow), line, scope), cancellationToken);

    /// <summary>What a series has now of totals that stand beside their parts; it is found once, for checks and questions alike, as long as the same imports stand.</summary>
    /// <exception cref="SegmentDamagedException">Observations of it are damaged.</exception>
    internal TotalsAndParts? TotalsOf(Dataflow flow, string series, IReadOnlyList<StandingImport> imports) => once.TotalsOf(flow, series, imports);

    // Hours go on while figures stay: they are told anew when they have changed.
    private async ValueTask<FlowsAnswer> ToldAsync(FlowsAnswer answer, FlowsQuery query, IReadOnlyList<StandingImport> imports, bool isKept, CancellationToken cancellationToken) =>
        Hours is null ? answer : told.Tell(answer, query, await Hours.AsOfAsync(query.AsOf, imports, cancellationToken), imports, isKept);

    // Whatever is found damaged on the way is made again, or refused with its import named.
    private async Task<T> MendedAsync<T>(Func<Task<T>> answer, CancellationToken cancellationToken)
    {
        for (var mended = 0; ; mended++)
        {
            try
            {
                return await answer();
            }
            catch (SegmentDamagedException damaged)
            {
                if (mended == MostMended || !await live.MendAsync(damaged.Message, again: false, cancellationToken))
                    throw FlowsProblems.SegmentDamaged.With(("what", damaged.Message));
            }
            catch (CubeTooLargeException)
            {
                throw FlowsProblems.QuestionTooLarge.With();
            }
        }
    }

    private FlowsAnswer Answer(AskedFlows asked, IReadOnlyList<StandingImport> standing)
    {
        CarriedSegment[] parts = [.. once.Of(asked, asked.Question, standing).SelectMany(its => its)];
        CarriedSegment[] ofWholes = asked.Whole is { } its ? [.. once.Of(asked, its.Question, standing).SelectMany(all => all)] : [];
        StandingSegment[] segments = [.. parts.Select(part => part.Segment)];
        // Out of one reading where the same rows count for both.
        var (groups, wholes) = asked.Whole is not { } of ? (AskCube.Groups(asked.Question, segments, Environment.ProcessorCount), null)
            : parts.Concat(ofWholes).All(part => part.Segment.Counted is null) ? AskCube.Shares(asked.Question, of.Left, of.Question, segments, Environment.ProcessorCount)
            : (AskCube.Groups(asked.Question, segments, Environment.ProcessorCount), AskCube.Groups(of.Question, [.. ofWholes.Select(part => part.Segment)], Environment.ProcessorCount));
        var top = asked.Ranked.Count == 0 ? null : TopCodes.Of(asked.Columns, groups, asked.Ranked, asked.Query.Top!.Value);
        var figures = Figures(asked, asked.Columns, asked.Question, groups, top, standing, parts);
        AskedFlows.RefuseMixedUnits(figures, asked);
        AskedFlows.RefuseAddedSurveys(figures, asked);
        var (shown, apart) = Windows(asked, asked.Columns, figures);
        if (asked.Whole is { } whole)
        {
            var (all, longer) = Windows(asked, whole.Columns, Figures(asked, whole.Columns, whole.Question, wholes!, top, standing, ofWholes));
            IReadOnlyList<Figure> both = [.. all, .. longer];
            shown = Shares.Of(shown, both, whole.Left, whole.Chosen);
            apart = Shares.Of(apart, both, whole.Left, whole.Chosen);
        }

        return new FlowsAnswer(asked.Columns, shown) { Apart = apart, Ranked = top?.Ranked ?? [] };
    }

    // Only what stays of a ranking becomes figures.
    private static IReadOnlyList<Figure> Figures(
        AskedFlows asked, IReadOnlyList<string> columns, CubeQuestion question, Groups groups, TopCodes? top, IReadOnlyList<StandingImport> standing, IReadOnlyList<CarriedSegment> parts)
    {
        Groups Merge(Groups all) => top?.Merge(columns, all) ?? all;
        IReadOnlyList<Figure> Told(CubeQuestion of, Groups its) =>
            CountOnce.Tell(of, parts, CarriedFigures.Mark(of, parts, Merge(its).Figures(), Merge, Environment.ProcessorCount), Merge);
        var figures = Told(question, groups);
        // Days and years straddle nothing: their codes are of other lengths than those of weeks, months and quarters.
        var mayStraddle = standing.Where(import => import.Segment.Find(Dataflow.Period)?.Codes.Any(static code => code.Length is 7 or 8) == true);
        var straddling = StraddlingSpans.Of(question, mayStraddle.SelectMany(import => import.PeriodsAt(asked.Query.AsOf)).SelectMany(area => area.Periods), asked.From, asked.Until);
        if (straddling.Count > 0)
        {
            int[] spans = [.. question.By.Select((by, at) => (by, at)).Where(pair => pair.by.Span is not null).Select(pair => pair.at)];
            StandingSegment[] segments = [.. parts.Select(part => part.Segment)];
            figures = StraddlingSpans.Together(
            [
                [.. figures.Where(figure => !spans.Any(at => StraddlingSpans.Straddles(figure.Labels[at], [question.By[at]])))],
                .. straddling.Select(end => Told(end, AskCube.Groups(end, segments, Environment.ProcessorCount))),
            ]);
        }

        if (figures.Count == 0)
            return figures;
        var answered = figures.Select(figure => figure.Labels[0]).ToHashSet(StringComparer.Ordinal);
        var countries = question.Where.Where(condition => condition.Component == Area).ToList();
        var coverage = new SeriesCoverage(
            standing.Where(import => answered.Contains(import.Series)).SelectMany(import => import.PeriodsAt(asked.Query.AsOf).Select(area => (import.Series, area.Area, area.Periods))),
            area => countries.TrueForAll(condition => condition.Of(area) != Meant.Not), asked.From, asked.Until);
        int[] times = [.. question.By.Select((by, at) => (by, at)).Where(pair => pair.by.Component == Dataflow.Period).Select(pair => pair.at)];
        var place = question.By.Select((by, at) => (by, at)).Where(pair => pair.by.Component == Area).Select(pair => (int?)pair.at).FirstOrDefault();
        return [.. figures.Select(figure => figure with { Coverage = coverage.Of(figure.Labels[0], place is { } at ? figure.Labels[at] : null, times.Select(time => figure.Labels[time])) })];
    }

    private const string Area = "REF_AREA";

    private static (IReadOnlyList<Figure> Shown, IReadOnlyList<Figure> Apart) Windows(AskedFlows asked, IReadOnlyList<string> columns, IReadOnlyList<Figure> figures)
    {
        if (asked.Query.Window is not { } length || asked.Span is not { } span || AskedFlows.PlaceOf(columns, span.Word) is var place && place < 0)
            return (figures, []);
        return MovingWindow.Of(figures, place, span.Letter, Math.Clamp(length, 1, LongestWindow));
    }

    private static List<StandingImport> Standing(AskedFlows asked, IReadOnlyList<StandingImport> imports) =>
        [.. imports.Where(import =>
            import.Dataflow == asked.Flow.Code && import.Training == asked.Query.Training && import.StandsAt(asked.Query.AsOf)
            && asked.Question.Where.Where(condition => condition.Component == Dataflow.Series).All(condition => condition.Of(import.Series) != Meant.Not))];
}
