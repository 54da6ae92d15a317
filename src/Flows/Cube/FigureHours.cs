using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tambo.Flows.Collecting;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>
/// Says with figures of points for how long people were counted there. The figures stay as they are: nothing is scaled up. What was
/// told is kept until hours or imports change.
/// </summary>
internal sealed class FigureHours
{
    private const string Area = "REF_AREA";
    private const string Place = "POINT";

    // Where a table tells no points apart, or has totals beside them.
    private const string Whole = "_T";

    private const int MostMeant = 256;

    private volatile Kept kept = new(KnownHours.None, [], null);

    /// <summary>The answer with the hours of those of its figures that were counted at points that say them.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="query">Its question.</param>
    /// <param name="known">The hours of points, as known when the question is about.</param>
    /// <param name="imports">What the answer was made of.</param>
    /// <param name="isKept">True when the answer is given again: it stays as it is, and its figures are told with hours as others.</param>
    public FlowsAnswer Tell(FlowsAnswer answer, FlowsQuery query, KnownHours known, IReadOnlyList<StandingImport> imports, bool isKept)
    {
        if (known.ByTable.Count == 0)
            return answer;
        var present = kept;
        if (!ReferenceEquals(present.Known, known) || present.AsOf != query.AsOf || !KeptAnswers.AreSame(present.Imports, imports))
            kept = present = new Kept(known, imports, query.AsOf);
        if (present.Told.TryGetValue(answer, out var told))
            return told;
        told = Told(answer, query, present, isKept);
        if (isKept)
            present.Told.AddOrUpdate(answer, told);
        return told;
    }

    private static FlowsAnswer Told(FlowsAnswer answer, FlowsQuery query, Kept present, bool isKept)
    {
        var known = present.Known.ByTable;
        if (!answer.Figures.Concat(answer.Apart).Any(figure => known.ContainsKey(figure.Labels[0])))
            return answer;
        var asked = AskedFlows.Read(query);
        var (area, place) = (ColumnOf(asked, Area), ColumnOf(asked, Place));
        var where = string.Join('\n', query.Where);
        var meant = new Dictionary<string, MeantPoints?>(StringComparer.Ordinal);
        if (isKept)
            return answer with { Figures = [.. answer.Figures.Select(Other)], Apart = [.. answer.Apart.Select(Other)] };
        // Of a hundred thousand figures that nobody else has none need be made twice.
        foreach (var figure in answer.Figures.Concat(answer.Apart))
            figure.Hours = HoursOf(figure);
        return answer;

        Figure Other(Figure figure) => HoursOf(figure) is { } hours ? figure with { Hours = hours } : figure;

        CountingHours? HoursOf(Figure figure)
        {
            var series = figure.Labels[0];
            if (figure.Coverage is not { } span)
                return null;
            if (!meant.TryGetValue(series, out var its))
            {
                var key = $"{series}\n{area >= 0} {place >= 0}\n{where}";
                if (known.TryGetValue(series, out var points) && !present.Meant.TryGetValue(key, out its))
                {
                    its = new MeantPoints(asked, points, Silent(series, points, present.Imports, query.AsOf), area >= 0, place >= 0);
                    if (present.Meant.Count < MostMeant)
                        present.Meant[key] = its;
                }

                meant[series] = its;
            }

            var (from, until) = (span.From > asked.From ? span.From : asked.From, span.Until < asked.Until ? span.Until : asked.Until);
            return its?.Of(area < 0 ? "" : figure.Labels[area], place < 0 ? "" : figure.Labels[place])?.Of(from, until);
        }
    }

    /// <summary>The hours of a table between two days; null where they are not known.</summary>
    public static CountingHours? Of(string series, DateOnly from, DateOnly until, KnownHours known, IReadOnlyList<StandingImport> imports, DateTimeOffset? asOf) =>
        known.ByTable.TryGetValue(series, out var points) && Silent(series, points, imports, asOf).Count == 0 ? new PointsTogether(points).Of(from, until) : null;

    private static int ColumnOf(AskedFlows asked, string component) => asked.Question.By.Select((by, at) => (by, at)).Where(pair => pair.by.Component == component).Select(pair => pair.at).FirstOrDefault(-1);

    // Points of which nobody said hours. Where a file is of several countries, each of its points may be of any of them.
    private static List<(string Area, string Point)> Silent(string series, IReadOnlyList<IHoursOfPoint> points, IReadOnlyList<StandingImport> imports, DateTimeOffset? asOf)
    {
        var codes = points.Select(one => one.Code).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. imports.Where(import => import.Series == series && import.Whole is not null && import.StandsAt(asOf))
                .SelectMany(import => (import.Whole!.Find(Place)?.Codes ?? []).Where(code => !codes.Contains(code))
                    .SelectMany(code => (import.Whole!.Find(Area)?.Codes ?? [Whole]).Select(area => (area, code)))).Distinct(),
        ];
    }

    /// <summary>The points of a table that a question means, by the labels that tell them apart.</summary>
    private sealed class MeantPoints
    {
        private readonly Dictionary<(string Area, string Point), PointsTogether> points;
        private readonly HashSet<(string Area, string Point)> silent;

        public MeantPoints(AskedFlows asked, IReadOnlyList<IHoursOfPoint> all, IReadOnlyList<(string Area, string Point)> silent, bool byArea, bool byPlace)
        {
            bool Is(string component, string code, byte least) => asked.Question.Where.Where(condition => condition.Component == component).All(condition => condition.Of(code) >= least);
            (string, string) Key(string area, string point) => (byArea ? area : "", byPlace ? point : "");
            points = all.Where(one => Is(Area, one.Area, Meant.Sure) && Is(Place, one.Code, Meant.Sure)).GroupBy(one => Key(one.Area, one.Code))
                .ToDictionary(same => same.Key, same => new PointsTogether([.. same]));
            // Of a point that never said when it counted nobody knows the hours, nor of several with it.
            this.silent = [.. silent.Where(other => Is(Area, other.Area, Meant.Maybe) && Is(Place, other.Point, Meant.Maybe)).Select(other => Key(other.Area, other.Point))];
        }

        /// <summary>The points of a figure with these labels; null when there are none, or the hours of one are not known. A rest is of no point in particular.</summary>
        public PointsTogether? Of(string area, string point) => silent.Count > 0 && silent.Contains((area, point)) ? null : points.GetValueOrDefault((area, point));
    }

    /// <summary>Points whose hours are added up.</summary>
    private sealed class PointsTogether
    {
        // From so many points on a span is added up once.
        private const int Many = 4;
        private const int MostSpans = 10_000;

        private readonly IHoursOfPoint[] points;
        private readonly ConcurrentDictionary<(DateOnly, DateOnly), CountingHours?>? spans;

        // The total that stands beside points has their hours.
        public PointsTogether(IReadOnlyList<IHoursOfPoint> points)
        {
            var told = points.Where(one => one.Code != Whole).Select(one => one.Area).ToHashSet(StringComparer.Ordinal);
            this.points = [.. points.Where(one => one.Code != Whole || !told.Contains(one.Area))];
            spans = this.points.Length < Many ? null : new();
        }

        public CountingHours? Of(DateOnly from, DateOnly until)
        {
            if (spans is not null && spans.TryGetValue((from, until), out var known))
                return known;
            known = Added(from, until);
            if (spans?.Count < MostSpans)
                spans[(from, until)] = known;
            return known;
        }

        private CountingHours? Added(DateOnly from, DateOnly until)
        {
            var sum = new HoursSum();
            foreach (var point in points)
            {
                if (!point.TryAdd(from, until, ref sum))
                    return null;
            }

            return sum.Told;
        }
    }

    private sealed record Kept(KnownHours Known, IReadOnlyList<StandingImport> Imports, DateTimeOffset? AsOf)
    {
        public ConcurrentDictionary<string, MeantPoints> Meant { get; } = new(StringComparer.Ordinal);

        public ConditionalWeakTable<FlowsAnswer, FlowsAnswer> Told { get; } = [];
    }
}
