using Tambo.Flows.Collecting;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>Says with figures of points for how long people were counted there; pure. The figures stay as they are: nothing is scaled up.</summary>
internal static class FigureHours
{
    private const string Area = "REF_AREA";
    private const string Place = "POINT";

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
        bool IsMeant(string component, string code) => asked.Question.Where.Where(condition => condition.Component == component).All(condition => condition.Of(code) != Meant.Not);
        var silent = new Dictionary<string, List<(string Area, string Point)>>(StringComparer.Ordinal);
        Figure Told(Figure figure)
        {
            if (figure.Coverage is not { } span || !known.ByTable.TryGetValue(figure.Labels[0], out var points))
                return figure;
            bool IsOf(string country, string code) => IsMeant(Area, country) && IsMeant(Place, code)
                && (area < 0 || figure.Labels[area] == country) && (place < 0 || figure.Labels[place] == code);
            if (!silent.TryGetValue(figure.Labels[0], out var others))
                silent[figure.Labels[0]] = others = Silent(figure.Labels[0], points, imports);
            var its = points.Where(one => IsOf(one.Point.Country, one.Point.Code)).ToList();
            // Of a point that never said when it counted nobody knows the hours, nor of several with it. A rest is of no point in particular.
            if (its.Count == 0 || others.Exists(other => (area < 0 || figure.Labels[area] == other.Area) && IsMeant(Place, other.Point) && (place < 0 || figure.Labels[place] == other.Point)))
                return figure;
            var (from, until) = (span.From > asked.From ? span.From : asked.From, span.Until < asked.Until ? span.Until : asked.Until);
            return figure with { Hours = Sum(its, from, until) };
        }

        return answer with { Figures = [.. answer.Figures.Select(Told)], Apart = [.. answer.Apart.Select(Told)] };
    }

    /// <summary>The hours of a table between two days; null where they are not known.</summary>
    public static CountingHours? Of(string series, DateOnly from, DateOnly until, KnownHours known, IReadOnlyList<StandingImport> imports) =>
        known.ByTable.TryGetValue(series, out var points) && Silent(series, points, imports).Count == 0 ? Sum(points, from, until) : null;

    private static CountingHours? Sum(IEnumerable<HoursAt> points, DateOnly from, DateOnly until) =>
        points.Select(one => one.Hours.Of(from, until)).OfType<CountingHours>().Aggregate((CountingHours?)null, static (sum, one) => sum is null ? one : sum + one);

    private static int ColumnOf(AskedFlows asked, string component) => asked.Question.By.Select((by, at) => (by, at)).Where(pair => pair.by.Component == component).Select(pair => pair.at).FirstOrDefault(-1);

    private static List<(string Area, string Point)> Silent(string series, IReadOnlyList<HoursAt> points, IReadOnlyList<StandingImport> imports) =>
    [
        .. imports.Where(import => import.Series == series && import.Whole is not null)
            .SelectMany(import => (import.Whole!.Find(Place)?.Codes ?? []).Select(code => (import.Whole!.Find(Area)?.Codes is [var only] ? only : "", code)))
            .Where(pair => !points.Any(one => one.Point.Code == pair.code)).Distinct(),
    ];
}
