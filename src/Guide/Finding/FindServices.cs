using Tambo.Guide.Nearest;
using Tambo.Guide.Schedules;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>What a reader looks for.</summary>
internal sealed record Search
{
    /// <summary>Words.</summary>
    public string Words { get; init; } = "";

    /// <summary>Indexes of needs; any of them will do.</summary>
    public IReadOnlyList<int> Needs { get; init; } = [];

    /// <summary>Where from; null for everywhere.</summary>
    public GeoPoint? From { get; init; }

    /// <summary>Nothing farther; null for any distance.</summary>
    public double? Kilometres { get; init; }

    /// <summary>True to leave out what is closed now. What nobody knows stays, and says so.</summary>
    public bool OpenNow { get; init; }

    /// <summary>ISO 639 code of a language that must be spoken, or empty.</summary>
    public string Language { get; init; } = "";

    /// <summary>True for places that say they can be used with a disability.</summary>
    public bool Accessible { get; init; }

    /// <summary>True for what costs nothing.</summary>
    public bool Free { get; init; }

    /// <summary>True for what takes children.</summary>
    public bool ForChildren { get; init; }

    /// <summary>True when anything but the place is asked.</summary>
    public bool Narrows => Words.Length > 0 || Needs.Count > 0 || OpenNow || Language.Length > 0 || Accessible || Free || ForChildren;
}

/// <summary>An offer that was found.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Metres">How far, where that is known to the metre.</param>
/// <param name="About">How far its town is, in kilometres rounded to tens, where only that is known.</param>
internal sealed record Found(Offer Offer, double? Metres, int? About);

/// <summary>
/// Finds services: nearest first when the reader says where from, best words first otherwise. Approximate positions come
/// after exact ones, by the tens of kilometres to their town; what has no position comes last. Pure.
/// </summary>
internal static class FindServices
{
    private const int CoarseKilometres = 10;

    /// <summary>Everything that was found, in its order.</summary>
    public static IReadOnlyList<Found> In(Offers offers, Search search, DateTimeOffset now)
    {
        var words = TypedWords.Find(offers, search.Words);
        bool Matches(Offer offer) => Fits(offer, search, words);
        return search.From is { } from
            ? ByDistance(offers, search, from, now, Matches)
            : [.. offers.All.Where(offer => Matches(offer) && IsWanted(offer, search, now))
                .OrderByDescending(offer => words?.GetValueOrDefault(offer.Row) ?? 0)
                .ThenBy(offer => offer.Service.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(offer => offer.Row)
                .Select(offer => new Found(offer, null, null))];
    }

    private static List<Found> ByDistance(Offers offers, Search search, GeoPoint from, DateTimeOffset now, Predicate<Offer> matches)
    {
        var limit = search.Kilometres * 1000 ?? double.PositiveInfinity;
        var query = new NearestQuery(from.Latitude, from.Longitude)
        {
            Categories = search.Needs.ToArray(),
            MaximumMetres = limit,
            Opening = search.OpenNow ? OpeningNeed.OpenOrUnknown : OpeningNeed.Any,
            HourOfWeek = Nearest.WeekMask.HourAt(now),
        };
        var filter = new RowsWhere(
            row => offers.All[row].Hours.OpeningAt(now) switch
            {
                Opening.Open => Nearest.OpenState.Open,
                Opening.Closed => Nearest.OpenState.Closed,
                _ => Nearest.OpenState.Unknown,
            },
            row => matches(offers.All[row]));
        var found = offers.Near.Find(query, filter, offers.All.Count)
            .Select(hit => new Found(offers.All[hit.Id], hit.Metres, null)).ToList();

        found.AddRange(offers.All
            .Where(offer => offer is { Point: null, AnyPoint: not null } && matches(offer) && IsWanted(offer, search, now))
            .Select(offer => new Found(offer, null, Coarse(offer.AnyPoint!.Value.MetresTo(from))))
            .Where(town => town.About * 1000.0 <= limit)
            .OrderBy(town => town.About).ThenBy(town => town.Offer.Service.Name, StringComparer.OrdinalIgnoreCase).ThenBy(town => town.Offer.Row));
        if (search.Kilometres is null)
        {
            found.AddRange(offers.All.Where(offer => offer.AnyPoint is null && matches(offer) && IsWanted(offer, search, now))
                .OrderBy(offer => offer.Service.Name, StringComparer.OrdinalIgnoreCase).ThenBy(offer => offer.Row)
                .Select(offer => new Found(offer, null, null)));
        }

        return found;
    }

    private static int Coarse(double metres) => (int)Math.Ceiling(metres / 1000 / CoarseKilometres) * CoarseKilometres;

    private static bool Fits(Offer offer, Search search, Dictionary<int, float>? words) =>
        (words is null || words.ContainsKey(offer.Row))
        && (search.Needs.Count == 0 || offer.Needs.Any(search.Needs.Contains))
        && (search.Language.Length == 0 || offer.Languages.Contains(search.Language))
        && (!search.Accessible || offer.IsAccessible)
        && (!search.Free || offer.IsFree)
        && (!search.ForChildren || offer.IsForChildren);

    private static bool IsWanted(Offer offer, Search search, DateTimeOffset now) =>
        !search.OpenNow || offer.Hours.OpeningAt(now) != Opening.Closed;
}
