using Tambo.Flows.Charts;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Pages;

/// <summary>A figure that was asked for: between two ends, which are null where nothing is known.</summary>
/// <param name="Series">Its series.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="By">Its groups, in the order they were asked for.</param>
/// <param name="Least">For sure.</param>
/// <param name="Most">At most.</param>
internal sealed record AskedFigure(string Series, string Unit, IReadOnlyList<string> By, long? Least, long? Most)
{
    /// <summary>Why it is not exact: the keys of sentences.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>For how long people were counted at its points; null where that is not said.</summary>
    public CountingHours? Hours { get; init; }

    /// <summary>True when something of it has no number: the upper end is only that of what has one.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Over time, where the first of its groups is one; else null.</summary>
    public ChartPoint? Point => Period.Read(By[0]) is { } period ? new ChartPoint(period, Least, Most) { IsOpen = IsOpen, Hours = Hours } : null;

    /// <summary>False when it cannot be compared, or may count people twice.</summary>
    public bool IsComparable { get; init; } = true;

    /// <summary>Of a stock, the first and the last of the times it is of; null when it is of the time it says.</summary>
    public (string First, string Last)? AsAt { get; init; }
}

/// <summary>The series and figures that one page is made of, all as they were known at one moment.</summary>
internal sealed class FlowsSheet(QueryFlows query, IReadOnlyList<StandingSeries> series, FlowsView view)
{
    // What the notes of the series itself do not tell.
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal) { "stock_last", "span_and_parts", "total_and_parts", "may_count_twice", "breakdowns", "breakdowns_differ", CarriedFigures.NoNumber };

    private readonly HashSet<(string Series, string Why, string AsAt)> told = [];

    /// <summary>Series that stand and cannot be answered from: something of them is damaged.</summary>
    public IReadOnlyList<string> Damaged { get; init; } = [];

    /// <summary>The points at which people are counted here, by code.</summary>
    public IReadOnlyDictionary<string, Point> Points { get; init; } = new Dictionary<string, Point>();

    /// <summary>The name of a point: the node's own, or that of the shipped list, or its code.</summary>
    public string PointName(string code, Texts texts) => Points.TryGetValue(code, out var point) ? point.Name(texts) : CodeWords.Of("POINT", code, texts);

    /// <summary>The series that stand.</summary>
    public IReadOnlyList<StandingSeries> Series => series;

    /// <summary>What the reader has chosen.</summary>
    public FlowsView View => view;

    /// <summary>The series of a dataflow that fit a rule, and that say something of what the reader has chosen.</summary>
    public IReadOnlyList<StandingSeries> Of(string dataflow, Func<StandingSeries, bool>? fits = null) =>
        [.. series.Where(one => one.Dataflow == dataflow && one.IsWhole && (view.Series.Length == 0 || one.Code == view.Series) && Says(one) && (fits?.Invoke(one) ?? true))];

    /// <summary>The series of a code, or null.</summary>
    public StandingSeries? Find(string code) => series.FirstOrDefault(one => one.Code == code);

    /// <summary>What must be said of figures of a series that were asked for so far: why they are as they are, and of stocks of when.</summary>
    public IEnumerable<(string Why, string AsAt)> Told(string code) => told.Where(one => one.Series == code).Select(one => (one.Why, one.AsAt)).Order();

    /// <summary>The figures of a question, of series that it can be asked of.</summary>
    public async Task<IReadOnlyList<AskedFigure>> AskAsync(
        IReadOnlyList<StandingSeries> of, IReadOnlyList<string> by, IReadOnlyList<string> where, CancellationToken cancellationToken)
    {
        if (of.Count == 0)
            return [];
        var answer = await query.RunAsync(
            new FlowsQuery
            {
                Dataflow = of[0].Dataflow,
                By = [Dataflow.Unit, .. by],
                Where = [.. where, $"series={string.Join(',', of.Select(one => one.Code))}"],
                AsOf = view.AsOf,
                Training = view.Training,
            },
            cancellationToken);
        foreach (var figure in answer.Figures)
        {
            foreach (var why in figure.Reasons.Where(Telling.Contains))
                told.Add((figure.Labels[0], why, why == "stock_last" && figure.AsAt is { } at ? at.First == at.Last ? at.First : $"{at.First}–{at.Last}" : ""));
        }

        return [.. answer.Figures.Select(figure => new AskedFigure(figure.Labels[0], figure.Labels[1], [.. figure.Labels.Skip(2)], figure.AtLeast, figure.IsKnown ? figure.Sure + figure.Maybe : null)
        {
            Reasons = figure.Reasons,
            IsOpen = figure.IsOpen,
            IsComparable = figure.Carried != Carried.NotComparable,
            AsAt = figure.AsAt,
            Hours = figure.Hours,
        })];
    }

    private bool Says(StandingSeries one) => (view.Nationality.Length == 0 || one.BreaksDown("CITIZENSHIP")) && (view.Sex.Length == 0 || one.BreaksDown("SEX"))
        && (view.Age.Length == 0 || one.BreaksDown("AGE")) && (view.Direction.Length == 0 || one.BreaksDown("DIRECTION"));

    /// <summary>Figures over time: of each series its points, in order; totals of years stand as years, whatever is asked for.</summary>
    public async Task<ILookup<string, ChartPoint>> OverTimeAsync(IReadOnlyList<StandingSeries> of, string per, IReadOnlyList<string> where, CancellationToken cancellationToken) =>
        (await AskAsync(of, [per], where, cancellationToken))
            .Where(figure => figure.Point is not null)
            .Select(figure => (figure.Series, Point: figure.Point!))
            .OrderBy(pair => pair.Point.Period.From).ThenBy(pair => pair.Point.Period.Until)
            .ToLookup(pair => pair.Series, pair => pair.Point, StringComparer.Ordinal);
}

/// <summary>Opens the series and figures for a page.</summary>
internal sealed class FlowsDesk(QueryFlows query, SeriesShelf shelf, LivePoints points)
{
    /// <summary>The sheet of a view.</summary>
    public async Task<FlowsSheet> OpenAsync(FlowsView view, CancellationToken cancellationToken)
    {
        var (standing, damaged) = await shelf.ReadAsync(view.Training, view.AsOf, cancellationToken);
        return new FlowsSheet(query, standing, view) { Damaged = damaged, Points = await points.AllAsync(cancellationToken) };
    }

    /// <summary>A word that changes whenever real figures do, or those of practice; of a place whenever its own may have.</summary>
    public Task<string> VersionAsync(bool training, ShowCountry.Place? place, CancellationToken cancellationToken) => shelf.VersionAsync(training, place, cancellationToken);
}
