using Tambo.Flows.Collecting;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>Says with figures of points for how long people were counted there; pure. The figures stay as they are: nothing is scaled up.</summary>
internal static class FigureHours
{
    private const string Area = "REF_AREA";
    private const string Place = "POINT";

    // Where a table tells no points apart, or has totals beside them.
    private const string Whole = "_T";

    /// <summary>The answer with the hours of those of its figures that were counted at points that say them.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="query">Its question.</param>
    /// <param name="known">The hours of points, as known when the question is about.</param>
    /// <param name="imports">What the answer was made of.</param>
    public static FlowsAnswer Tell(FlowsAnswer answer, FlowsQuery query, KnownHours known, IReadOnlyList<StandingImport> imports)
    {
        if (known.ByTable.Count == 0 || !answer.Figures.Concat(answer.Apart).Any(figure => known.ByTable.ContainsKey(figure.Labels[0])))
            return answer;
        var asked = AskedFlows.Read(query);
        var (area, place) = (ColumnOf(asked, Area), ColumnOf(asked, Place));
        var meant = new Dictionary<string, MeantPoints>(StringComparer.Ordinal);
        Figure Told(Figure figure)
        {
            if (figure.Coverage is not { } span || !known.ByTable.TryGetValue(figure.Labels[0], out var points))
                return figure;
            if (!meant.TryGetValue(figure.Labels[0], out var its))
                meant[figure.Labels[0]] = its = new MeantPoints(asked, points, Silent(figure.Labels[0], points, imports, query.AsOf), area >= 0, place >= 0);
            var (from, until) = (span.From > asked.From ? span.From : asked.From, span.Until < asked.Until ? span.Until : asked.Until);
            return its.Of(area < 0 ? "" : figure.Labels[area], place < 0 ? "" : figure.Labels[place]) is { } those ? figure with { Hours = Sum(those, from, until) } : figure;
        }

        return answer with { Figures = [.. answer.Figures.Select(Told)], Apart = [.. answer.Apart.Select(Told)] };
    }

    /// <summary>The hours of a table between two days; null where they are not known.</summary>
    public static CountingHours? Of(string series, DateOnly from, DateOnly until, KnownHours known, IReadOnlyList<StandingImport> imports, DateTimeOffset? asOf) =>
        known.ByTable.TryGetValue(series, out var points) && Silent(series, points, imports, asOf).Count == 0 ? Sum(MeantPoints.WithoutWholes(points), from, until) : null;

    private static CountingHours? Sum(IReadOnlyList<IHoursOfPoint> points, DateOnly from, DateOnly until)
    {
        CountingHours? sum = null;
        foreach (var point in points)
        {
            if (!point.TryOf(from, until, out var hours))
                return null;
            sum = sum is null || hours is null ? sum ?? hours : sum + hours;
        }

        return sum;
    }

    private static int ColumnOf(AskedFlows asked, string component) => asked.Question.By.Select((by, at) => (by, at)).Where(pair => pair.by.Component == component).Select(pair => pair.at).FirstOrDefault(-1);

    private static List<(string Area, string Point)> Silent(string series, IReadOnlyList<IHoursOfPoint> points, IReadOnlyList<StandingImport> imports, DateTimeOffset? asOf)
    {
        var codes = points.Select(one => one.Code).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. imports.Where(import => import.Series == series && import.Whole is not null && import.StandsAt(asOf))
                .SelectMany(import => (import.Whole!.Find(Place)?.Codes ?? []).Select(code => (import.Whole!.Find(Area)?.Codes is [var only] ? only : "", code)))
                .Where(pair => !codes.Contains(pair.code)).Distinct(),
        ];
    }

    /// <summary>The points of a table that a question means, by the labels that tell them apart.</summary>
    private sealed class MeantPoints
    {
        private readonly Dictionary<(string Area, string Point), IReadOnlyList<IHoursOfPoint>> points;
        private readonly HashSet<(string Area, string Point)> silent;

        public MeantPoints(AskedFlows asked, IReadOnlyList<IHoursOfPoint> all, IReadOnlyList<(string Area, string Point)> silent, bool byArea, bool byPlace)
        {
            bool Is(string component, string code, byte least) => asked.Question.Where.Where(condition => condition.Component == component).All(condition => condition.Of(code) >= least);
            (string, string) Key(string area, string point) => (byArea ? area : "", byPlace ? point : "");
            points = all.Where(one => Is(Area, one.Area, Meant.Sure) && Is(Place, one.Code, Meant.Sure)).GroupBy(one => Key(one.Area, one.Code))
                .ToDictionary(same => same.Key, same => WithoutWholes([.. same]));
            // Of a point that never said when it counted nobody knows the hours, nor of several with it.
            this.silent = [.. silent.Where(other => Is(Place, other.Point, Meant.Maybe)).Select(other => Key(other.Area, other.Point))];
        }

        /// <summary>The points of a figure with these labels; null when there are none, or the hours of one are not known. A rest is of no point in particular.</summary>
        public IReadOnlyList<IHoursOfPoint>? Of(string area, string point) => silent.Contains((area, point)) ? null : points.GetValueOrDefault((area, point));

        /// <summary>Points without the total that stands beside them: its hours are theirs.</summary>
        public static IReadOnlyList<IHoursOfPoint> WithoutWholes(IReadOnlyList<IHoursOfPoint> points)
        {
            var told = points.Where(one => one.Code != Whole).Select(one => one.Area).ToHashSet(StringComparer.Ordinal);
            return [.. points.Where(one => one.Code != Whole || !told.Contains(one.Area))];
        }
    }
}
