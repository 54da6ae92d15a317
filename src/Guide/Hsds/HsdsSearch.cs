using System.Globalization;
using System.Runtime.CompilerServices;
using Tambo.Guide.Directory;
using Tambo.Guide.Schedules;
using Tambo.Platform.Places;

namespace Tambo.Guide.Hsds;

/// <summary>
/// Answers the lists from the public directory. What is hidden is not in there, so no parameter can tell of it: not by
/// a count, not by an order.
/// </summary>
internal sealed class HsdsSearch
{
    private static readonly ConditionalWeakTable<PublicDirectory, HsdsSearch> Ready = [];
    private readonly PublicDirectory directory;
    private readonly HsdsWords words;

    // The numbers of the records in whose words each record of a list may be found: its own and those of what it belongs to.
    private readonly int[][] services;
    private readonly int[][] places;
    private readonly Dictionary<Guid, int> numbers = [];

    private HsdsSearch(PublicDirectory directory)
    {
        this.directory = directory;
        var all = directory.Records.All.ToList();
        for (var number = 0; number < all.Count; number++)
            numbers[all[number].Id] = number;
        words = new HsdsWords([.. all.Select(WordsOf)]);
        services = [.. directory.Records.Services.Select(s => Numbers(s.Id, s.OrganizationId))];
        places = [.. directory.Records.ServicesAtLocations.Select(p => Numbers(p.Id, p.ServiceId, p.LocationId, directory.Service(p.ServiceId)?.OrganizationId))];
    }

    /// <summary>The search over a directory, made once for each.</summary>
    public static HsdsSearch Of(PublicDirectory directory) => Ready.GetValue(directory, static d => new HsdsSearch(d));

    public IReadOnlyList<Service> Services(HsdsQuery query)
    {
        var inPostcode = Centre(query);
        var said = words.Find(query.Search);
        var found = directory.Records.Services.Where((s, i) => Says(said, services[i]) && Matches(s, query) && IsPlaced(directory.PlacesOf(s), s, query, inPostcode));
        if (query.Near is not { } near)
            return [.. found];
        var reached = found.Select(s => (Service: s, Metres: directory.PlacesOf(s).Select(p => Metres(p, near)).DefaultIfEmpty(double.PositiveInfinity).Min()));
        return [.. reached.OrderBy(r => r.Metres).Select(r => r.Service)];
    }

    public IReadOnlyList<ServiceAtLocation> ServicesAtLocations(HsdsQuery query)
    {
        var inPostcode = Centre(query);
        var said = words.Find(query.Search);
        var found = directory.Records.ServicesAtLocations.Where((p, i) =>
            Says(said, places[i]) && directory.Service(p.ServiceId) is { } service && Matches(service, query) && IsPlaced([p], service, query, inPostcode));
        return query.Near is not { } near ? [.. found] : [.. found.OrderBy(p => Metres(p, near))];
    }

    public IReadOnlyList<Organization> Organizations(HsdsQuery query) => Saying(directory.Records.Organizations, query);

    public IReadOnlyList<Taxonomy> Taxonomies(HsdsQuery query) => Saying(directory.Records.Taxonomies, query);

    public IReadOnlyList<TaxonomyTerm> TaxonomyTerms(HsdsQuery query) =>
    [
        .. Saying(directory.Records.TaxonomyTerms, query).Where(t =>
            (query.Taxonomy is null || t.TaxonomyId == query.Taxonomy)
            && (query.Parent is null || t.ParentId == query.Parent)
            && (!query.TopOnly || t.ParentId is null)),
    ];

    private bool Matches(Service service, HsdsQuery query) =>
        (query.Organization is null || service.OrganizationId == query.Organization)
        && (query.Term is null || service.Attributes.Any(a => a.TaxonomyTermId == query.Term))
        && (query.Taxonomy is null || directory.TermsOf(service).Any(t => t.TaxonomyId == query.Taxonomy))
        && (query.ModifiedAfter is not { } after || ModifiedAt(service) >= after)
        && (query.MinimumAge is not { } least || service.MaximumAge is not { } oldest || oldest >= least)
        && (query.MaximumAge is not { } most || service.MinimumAge is not { } youngest || youngest <= most);

    /// <summary>When a service was last modified, by its own word or by ours.</summary>
    public static DateTimeOffset ModifiedAt(Service service) =>
        DateTimeOffset.TryParse(service.LastModified, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var said) ? said : service.ChangedAt;

    private List<T> Saying<T>(IReadOnlyList<T> records, HsdsQuery query)
        where T : DirectoryRecord
    {
        var said = words.Find(query.Search);
        return [.. records.Where(record => Says(said, [numbers[record.Id]]))];
    }

    /// <summary>True when each word is said by one of the records.</summary>
    private static bool Says(IReadOnlyList<Finding.RowSet> said, ReadOnlySpan<int> by)
    {
        foreach (var word in said)
        {
            var here = false;
            foreach (var number in by)
                here |= word.Contains(number);
            if (!here)
                return false;
        }

        return true;
    }

    private int[] Numbers(params ReadOnlySpan<Guid?> records)
    {
        var known = new List<int>();
        foreach (var record in records)
        {
            if (record is { } id && numbers.TryGetValue(id, out var number))
                known.Add(number);
        }

        return [.. known];
    }

    private bool IsPlaced(IEnumerable<ServiceAtLocation> places, Service service, HsdsQuery query, GeoPoint? postcodeCentre)
    {
        if (query is { Postcode: null, Radius: null, AsksForHours: false })
            return true;
        var offers = places as IReadOnlyList<ServiceAtLocation> ?? [.. places];
        if (query.Radius is { } radius && !offers.Any(p => Metres(p, query.Near!.Value) <= radius))
            return false;
        if (query.Postcode is { } postcode && !IsInPostcode(offers, service, postcode, query.Proximity, postcodeCentre))
            return false;
        return !query.AsksForHours || (offers.Count == 0
            ? service.Schedules.Any(s => Covers(s, query))
            : offers.Any(p => SchedulesOf(p, service).Any(s => Covers(s, query))));
    }

    private bool IsInPostcode(IReadOnlyList<ServiceAtLocation> offers, Service service, string postcode, double? proximity, GeoPoint? centre)
    {
        if (proximity is { } metres)
            return centre is { } middle && offers.Any(p => Metres(p, middle) <= metres);
        return offers.Any(p => directory.Location(p.LocationId)?.Addresses.Any(a => IsSame(a.PostalCode, postcode)) == true)
            || service.ServiceAreas.Any(a => $"{a.Name} {a.Description}".Contains(postcode, StringComparison.OrdinalIgnoreCase));
    }

    // The middle of what the directory itself has in a postal code: the gazetteer has towns and no codes. One that
    // nothing stands in has no middle that could be told, which is said and is not an empty answer.
    private GeoPoint? Centre(HsdsQuery query)
    {
        if (query is not { Postcode: { } postcode, Proximity: not null })
            return null;
        var inside = directory.Records.Locations.Where(l => l.HasPosition && l.Addresses.Any(a => IsSame(a.PostalCode, postcode))).ToList();
        return inside.Count == 0
            ? throw GuideProblems.PostcodeUnknown.With(("postcode", HsdsQuery.Shown(postcode)))
            : new GeoPoint(inside.Average(l => l.Latitude!.Value), inside.Average(l => l.Longitude!.Value));
    }

    private IReadOnlyList<PublishedSchedule> SchedulesOf(ServiceAtLocation place, Service service) =>
        place.Schedules.Count > 0 ? place.Schedules
        : service.Schedules.Count > 0 ? service.Schedules
        : directory.Location(place.LocationId)?.Schedules ?? [];

    private static bool Covers(PublishedSchedule schedule, HsdsQuery query)
    {
        if (query.OnDays.Count > 0 && !query.OnDays.Any(day => schedule.Byday.Contains(day, StringComparison.OrdinalIgnoreCase)))
            return false;
        if (query.From is null && query.To is null)
            return true;
        if (WrittenTime.Read(schedule.OpensAt) is not { } opens || WrittenTime.Read(schedule.ClosesAt) is not { } closes)
            return false;
        var until = schedule.ClosesNextDay || closes.Minutes == 0 ? closes.Minutes + DayHours.Day : closes.Minutes;
        return (query.From is not { } from || (opens.Minutes <= from && from < until)) && (query.To is not { } to || (opens.Minutes < to && to <= until));
    }

    // A place of which only the city is known is nowhere in particular: never ordered by metres.
    private double Metres(ServiceAtLocation place, GeoPoint from) =>
        directory.Location(place.LocationId) is { Latitude: { } latitude, Longitude: { } longitude, PositionPrecision: "exact" }
            ? new GeoPoint(latitude, longitude).MetresTo(from)
            : double.PositiveInfinity;

    private static bool IsSame(string one, string other) =>
        string.Equals(one.Replace(" ", "", StringComparison.Ordinal), other.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> WordsOf(DirectoryRecord record) => record switch
    {
        Organization o => [o.Name, o.AlternateName, o.Description, .. Translated(o)],
        Service s => [s.Name, s.AlternateName, s.Description, s.EligibilityDescription, .. Translated(s)],
        Location l => [l.Name, l.AlternateName, l.Description, .. l.Addresses.Select(a => $"{a.City} {a.Region} {a.StateProvince}"), .. Translated(l)],
        ServiceAtLocation p => [p.Description],
        Taxonomy t => [t.Name, t.Description],
        TaxonomyTerm t => [t.Code, t.Name, t.Description, .. Translated(t)],
        _ => [],
    };

    private static IEnumerable<string> Translated(DirectoryRecord record) => record.Translations.Select(t => t.Value);
}
