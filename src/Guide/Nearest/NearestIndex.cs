using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tambo.Guide.Nearest;

/// <summary>
/// Finds the nearest places that match what the reader needs: exactly those, in exactly the order, that comparing every
/// place by double-precision haversine would give, ties by id. Immutable: build a new one when places change.
/// </summary>
internal sealed class NearestIndex
{
    private const int OnStack = 64;

    private readonly Place[] places;
    private readonly SpherePoint[] points;
    private readonly BoxTree? all;
    private readonly BoxTree?[] byCategory;

    private NearestIndex(int count, Place[] places, SpherePoint[] points, BoxTree? all, BoxTree?[] byCategory)
    {
        Count = count;
        this.places = places;
        this.points = points;
        this.all = all;
        this.byCategory = byCategory;
    }

    public static NearestIndex Empty { get; } = Build([]);

    public int Count { get; }

    /// <summary>
    /// One tree of everything and one for each category: a search never passes over places of other kinds,
    /// at the price of storing a place once more for each of its categories.
    /// </summary>
    public static NearestIndex Build(IReadOnlyList<NearestEntry> entries)
    {
        var located = PlacesById(entries);
        var onSphere = Array.ConvertAll(located, place => new SpherePoint(place));
        var everything = new TreePoint[entries.Count];
        var members = new List<List<TreePoint>?>();
        for (var i = 0; i < entries.Count; i++)
        {
            ref readonly var point = ref onSphere[entries[i].Id];
            everything[i] = new TreePoint((float)point.X, (float)point.Y, (float)point.Z, i);
            foreach (var category in entries[i].Categories.Distinct())
            {
                ArgumentOutOfRangeException.ThrowIfNegative(category, nameof(entries));
                while (members.Count <= category)
                    members.Add(null);
                (members[category] ??= []).Add(everything[i]);
            }
        }

        var trees = new BoxTree?[members.Count];
        for (var category = 0; category < trees.Length; category++)
            if (members[category] is { } points)
                trees[category] = BoxTreeBuilder.Build(points.ToArray(), entries);
        var whole = entries.Count == 0 ? null : BoxTreeBuilder.Build(everything, entries);
        return new NearestIndex(entries.Count, located, onSphere, whole, trees);
    }

    /// <summary>Fills <paramref name="hits"/> with the nearest matches, nearest first; returns how many there are.</summary>
    [SkipLocalsInit]
    public int Find<TFilter>(in NearestQuery query, TFilter filter, Span<NearestHit> hits)
        where TFilter : struct, INearestFilter
    {
        var from = new Place(query.Latitude, query.Longitude);
        if (query.Opening != OpeningNeed.Any && query.HourOfWeek is < 0 or >= WeekMask.Hours)
            throw new ArgumentOutOfRangeException(nameof(query), query.HourOfWeek, "The hour lies outside the week.");
        if (hits.IsEmpty || !(query.MaximumMetres >= 0))
            return 0;

        Span<Candidate> best = hits.Length <= OnStack ? stackalloc Candidate[OnStack] : new Candidate[hits.Length];
        Span<Candidate> spare = stackalloc Candidate[OnStack];
        var ranking = new Ranking(from, places, points, query.MaximumMetres);
        var limit = GreatCircle.WidenedFrom(ranking.MaximumChord);
        var search = new NearestSearch<TFilter>(ranking.From, query, filter, new Candidates(best[..hits.Length], spare, limit));
        try
        {
            if (query.Categories.IsEmpty && all is not null)
                search.Walk(all, another: false);
            foreach (var category in query.Categories)
                if ((uint)category < (uint)byCategory.Length && byCategory[category] is { } tree)
                    search.Walk(tree, another: query.Categories.Length > 1);
            return ranking.Rank(search.Candidates, hits);
        }
        finally
        {
            search.Candidates.Dispose();
        }
    }

    /// <summary>The nearest <paramref name="take"/> matches, nearest first.</summary>
    public NearestHit[] Find<TFilter>(in NearestQuery query, TFilter filter, int take)
        where TFilter : struct, INearestFilter
    {
        var hits = new NearestHit[Math.Min(take, Count)];
        var found = Find(query, filter, hits.AsSpan());
        return hits[..found];
    }

    /// <summary>The nearest <paramref name="take"/> of given rows, each of which has a place; and how many are within the distance.</summary>
    public NearestHit[] FindAmong(IEnumerable<int> rows, in NearestQuery query, int take, out int within)
    {
        var hits = new NearestHit[Math.Min(take, Count)];
        var search = new NearestRows(new Ranking(new Place(query.Latitude, query.Longitude), places, points, query.MaximumMetres), hits);
        foreach (var row in rows)
            search.Add(row);
        within = search.Within;
        return hits[..search.Sort()];
    }

    private static Place[] PlacesById(IReadOnlyList<NearestEntry> entries)
    {
        var rows = 0;
        foreach (var entry in entries)
            rows = Math.Max(rows, entry.Id + 1);
        var located = new Place[rows];
        var taken = new bool[rows];
        foreach (var entry in entries)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(entry.Id, nameof(entries));
            if (taken[entry.Id])
                throw new ArgumentException($"Row {entry.Id.ToString(CultureInfo.InvariantCulture)} is given twice.", nameof(entries));
            taken[entry.Id] = true;
            located[entry.Id] = new Place(entry.Latitude, entry.Longitude);
        }
        return located;
    }
}
