using Tambo.Guide.Directory;
using Tambo.Guide.Nearest;
using Tambo.Guide.Schedules;

namespace Tambo.Guide.Finding;

/// <summary>Everything that can be found at one moment: the offers, their words and their places. Never changed once made.</summary>
internal sealed class Offers
{
    /// <summary>How far ahead the coarse masks of opening hours hold; the index is made anew well before.</summary>
    private static readonly TimeSpan MasksHold = TimeSpan.FromDays(6);

    private Offers(PublicDirectory directory, IReadOnlyList<Offer> all, WordIndex words, NearestIndex near, DateTimeOffset madeAt)
    {
        Directory = directory;
        All = all;
        Words = words;
        Near = near;
        MadeAt = madeAt;
        Towns = Towns.Of(all);
        Sets = new OfferSets(all);
        Openings = new OpeningStates(all, madeAt);
        services = all.ToLookup(offer => offer.Service.Id);
        Codes = new ServiceCode(services.Select(service => service.Key));
        ByName = [.. all.OrderBy(offer => offer.Service.Name, StringComparer.OrdinalIgnoreCase).ThenBy(offer => offer.Row).Select(offer => offer.Row)];
        rankByName = new int[all.Count];
        for (var rank = 0; rank < rankByName.Length; rank++)
            rankByName[ByName[rank]] = rank;
        Sources = [.. all.Select(offer => offer.Service.SourceSet).Where(source => source.Length > 0).Distinct().Order(StringComparer.Ordinal)];
    }

    private readonly ILookup<Guid, Offer> services;
    private readonly int[] rankByName;

    /// <summary>What can be asked about them apart from words, distance and hours.</summary>
    public OfferSets Sets { get; }

    /// <summary>Whether each is open.</summary>
    public OpeningStates Openings { get; }

    /// <summary>Their rows in the order of their names.</summary>
    public IReadOnlyList<int> ByName { get; }

    /// <summary>How many services they are of.</summary>
    public int ServiceCount => services.Count;

    /// <summary>The sets that they were imported from.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>The short codes of their services.</summary>
    public ServiceCode Codes { get; }

    /// <summary>The towns they are in.</summary>
    public Towns Towns { get; }

    /// <summary>The public directory they were made from.</summary>
    public PublicDirectory Directory { get; }

    /// <summary>The offers by row.</summary>
    public IReadOnlyList<Offer> All { get; }

    /// <summary>Their words.</summary>
    public WordIndex Words { get; }

    /// <summary>Those with a point of their own.</summary>
    public NearestIndex Near { get; }

    /// <summary>When the masks of opening hours were made.</summary>
    public DateTimeOffset MadeAt { get; }

    /// <summary>Nothing to be found.</summary>
    public static Offers None { get; } = new(PublicDirectory.Empty, [], WordIndex.Build([], 0), NearestIndex.Empty, DateTimeOffset.MinValue);

    /// <summary>True while the masks of opening hours cover a moment.</summary>
    public bool Covers(DateTimeOffset moment) => moment >= MadeAt && moment < MadeAt + MasksHold - TimeSpan.FromHours(1);

    /// <summary>False in their last day: time to make new ones while these still hold.</summary>
    public bool CoversLong(DateTimeOffset moment) => Covers(moment) && Covers(moment + TimeSpan.FromDays(1));

    /// <summary>Makes the offers of a directory as they stand at a moment.</summary>
    public static Offers Of(PublicDirectory directory, DateTimeOffset now)
    {
        var all = new List<Offer>();
        foreach (var service in directory.Records.Services.Where(IsFound))
        {
            var places = directory.PlacesOf(service).Where(place => place.RetiredAt is null).ToList();
            if (places.Count == 0)
                all.Add(OfferOf(directory, all.Count, service, null));
            foreach (var place in places)
                all.Add(OfferOf(directory, all.Count, service, place));
        }

        return new Offers(directory, all, WordIndex.Build(all.SelectMany(TextsOf), all.Count), NearestIndex.Build([.. EntriesOf(all, now)]), now);
    }

    /// <summary>The offers of one service of a directory, as they would be found; none when readers do not find it.</summary>
    public static List<Offer> Of(PublicDirectory directory, Guid id)
    {
        if (directory.Service(id) is not { } service || !IsFound(service))
            return [];
        var places = directory.PlacesOf(service).Where(place => place.RetiredAt is null).ToList();
        return places.Count == 0 ? [OfferOf(directory, 0, service, null)] : [.. places.Select((place, row) => OfferOf(directory, row, service, place))];
    }

    private static bool IsFound(Service service) => service is { RetiredAt: null, Status: "active" or "temporarily closed" };

    /// <summary>The offers of one service.</summary>
    public IEnumerable<Offer> OfService(Guid id) => services[id];

    /// <summary>The place of a row in the order of names.</summary>
    public int NameRank(int row) => rankByName[row];

    private static Offer OfferOf(PublicDirectory directory, int row, Service service, ServiceAtLocation? at)
    {
        var location = directory.Location(at?.LocationId);
        return new Offer
        {
            Row = row,
            Service = service,
            Source = directory.Source(service.SourceSet),
            At = at,
            Location = location,
            Organization = directory.Organization(service.OrganizationId),
            Hours = PlaceHours.Of(service, at, location),
            Needs = Needs.Of(directory, service),
            Languages = service.Languages.Concat(location?.Languages ?? []).Select(language => language.Code.ToLowerInvariant())
                .Where(code => code.Length > 0).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static IEnumerable<(int Row, string Text, float Weight)> TextsOf(Offer offer)
    {
        yield return (offer.Row, offer.Service.Name, 4);
        yield return (offer.Row, offer.Service.AlternateName, 3);
        yield return (offer.Row, offer.Organization?.Name ?? "", 3);
        yield return (offer.Row, offer.Location?.Name ?? "", 2);
        yield return (offer.Row, offer.Service.Description, 1);
        yield return (offer.Row, offer.Address is { } address ? $"{address.City} {address.Address1} {address.StateProvince}" : "", 1);
        foreach (var translation in offer.Service.Translations)
            yield return (offer.Row, translation.Value, translation.Field == "name" ? 4 : 1);
        foreach (var term in offer.Needs.SelectMany(need => Needs.All[need].Terms))
            yield return (offer.Row, term, 2);
    }

    private static IEnumerable<NearestEntry> EntriesOf(List<Offer> all, DateTimeOffset now)
    {
        foreach (var offer in all)
        {
            if (offer.Point is not { } point)
                continue;
            // The sieve tells apart only "surely closed": whatever may be open is asked exactly, to the minute.
            var sieve = offer.Hours.Week(now, now + MasksHold);
            var mask = Nearest.WeekMask.None;
            for (var hour = 0; hour < Nearest.WeekMask.Hours; hour++)
            {
                if (sieve[hour])
                    mask = mask.With(hour);
            }

            yield return new NearestEntry(offer.Row, point.Latitude, point.Longitude, offer.Needs, mask, mask);
        }
    }
}
