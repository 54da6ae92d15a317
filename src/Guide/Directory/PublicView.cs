using System.Text.Json;

namespace Tambo.Guide.Directory;

/// <summary>
/// Decides what of the directory may leave, in this one place. Withheld records are not there at all: not in a list,
/// a count, a map or an order by distance. A record is as closed as the strictest of itself and of what it belongs to.
/// </summary>
internal static class PublicView
{
    /// <summary>The records that may leave, each with the fields that may.</summary>
    public static DirectoryRecords Of(ServiceDirectory full)
    {
        var services = full.Records.Services
            .Select(service => (service, level: LevelOf(full, service)))
            .Where(pair => pair.level != Confidentiality.Withheld)
            .ToDictionary(pair => pair.service.Id, pair => pair.level);
        var locations = full.Records.Locations
            .Select(location => (location, level: LevelOf(full, location)))
            .Where(pair => pair.level != Confidentiality.Withheld)
            .ToDictionary(pair => pair.location.Id, pair => pair.level);
        var secrets = Secrets.Of(full, services, locations);
        var (offers, areas) = OffersOf(full, services, locations);
        return new DirectoryRecords
        {
            Taxonomies = full.Records.Taxonomies,
            TaxonomyTerms = full.Records.TaxonomyTerms,
            Organizations = [.. full.Records.Organizations.Where(IsSeen).Select(o => secrets.Cleaned(Shown(o, o.Confidentiality)))],
            Services = [.. full.Records.Services.Where(s => services.ContainsKey(s.Id)).Select(s => secrets.Cleaned(Shown(full, s, services[s.Id])))],
            Locations =
            [
                .. full.Records.Locations.Where(l => locations.ContainsKey(l.Id) && IsNeeded(full, l, services))
                    .Select(l => secrets.Cleaned(Shown(full, l, locations[l.Id]))),
                .. areas,
            ],
            ServicesAtLocations = [.. offers.Select(secrets.Cleaned)],
        };
    }

    private static bool IsSeen(DirectoryRecord record) => Confidentiality.Rank(record.Confidentiality) < 3;

    private static string LevelOf(ServiceDirectory full, Service service) =>
        Confidentiality.Stricter(service.Confidentiality, full.Organization(service.OrganizationId)?.Confidentiality ?? Confidentiality.Public);

    private static string LevelOf(ServiceDirectory full, Location location) =>
        Confidentiality.Stricter(location.Confidentiality, full.Organization(location.OrganizationId)?.Confidentiality ?? Confidentiality.Public);

    // A place at which only closed services are offered would tell where they are; an organisation's own place may stay.
    private static bool IsNeeded(ServiceDirectory full, Location location, Dictionary<Guid, string> services)
    {
        var offered = full.OfferedAt(location).ToList();
        return offered.Count == 0 || offered.Exists(o => services.GetValueOrDefault(o.ServiceId) == Confidentiality.Public);
    }

    private static (List<ServiceAtLocation> Offers, List<Location> Areas) OffersOf(
        ServiceDirectory full, Dictionary<Guid, string> services, Dictionary<Guid, string> locations)
    {
        var offers = new List<ServiceAtLocation>();
        var areas = new List<Location>();
        foreach (var offer in full.Records.ServicesAtLocations)
        {
            if (!services.TryGetValue(offer.ServiceId, out var level) || !IsSeen(offer))
                continue;
            level = Confidentiality.Stricter(level, offer.Confidentiality);
            var location = full.Location(offer.LocationId);
            if (location is not null && !locations.ContainsKey(location.Id))
                continue;
            if (level == Confidentiality.ContactOnly)
                continue;
            var shown = location is null || locations[location.Id] == Confidentiality.Public;
            if (level == Confidentiality.Public)
            {
                offers.Add(shown ? offer : Reduced(offer));
            }
            else if (location is not null && locations[location.Id] != Confidentiality.ContactOnly)
            {
                // The place itself may be known for other services; this one only says in which area it is.
                var area = AreaOf(location) with { Id = StableId.Of("area of an offer", offer.Id.ToString("D")) };
                areas.Add(area);
                offers.Add(Reduced(offer) with { LocationId = area.Id });
            }
        }

        return (offers, areas);
    }

    private static ServiceAtLocation Reduced(ServiceAtLocation offer) => offer with
    {
        Description = "", Contacts = [], Metadata = [], Attributes = [], Translations = [], ServiceAreas = [], Extra = null,
        SourceSet = "", SourceId = "", Phones = [.. offer.Phones.Select(NumberOnly)],
        Schedules = [.. offer.Schedules.Select(HoursOnly)],
        HolidaySchedules = [.. offer.HolidaySchedules.Select(h => h with { Description = "", Extra = null })],
    };

    private static Organization Shown(Organization organization, string level) => level == Confidentiality.Public
        ? organization
        : new Organization
        {
            Id = organization.Id,
            Name = organization.Name,
            Description = organization.Description,
            Email = organization.Email,
            Phones = [.. organization.Phones.Select(NumberOnly)],
            Confidentiality = level,
            TextLanguage = organization.TextLanguage,
            ConfirmedAt = organization.ConfirmedAt,
            ReviewDue = organization.ReviewDue,
            ChangedAt = organization.ChangedAt,
            Version = organization.Version,
        };

    private static Service Shown(ServiceDirectory full, Service service, string level)
    {
        var organization = full.Organization(service.OrganizationId) is { } o && IsSeen(o) ? o.Id : (Guid?)null;
        if (level == Confidentiality.Public)
        {
            // Its areas and its history may outline a place that is hidden.
            var hidden = full.PlacesOf(service).Any(p =>
                p.Confidentiality != Confidentiality.Public
                || (full.Location(p.LocationId) is { } location && LevelOf(full, location) != Confidentiality.Public));
            return hidden
                ? service with
                {
                    OrganizationId = organization, Metadata = [],
                    ServiceAreas = [.. service.ServiceAreas.Select(a => a with { Extent = "", ExtentType = "", Extra = null })],
                }
                : service with { OrganizationId = organization };
        }

        return service with
        {
            OrganizationId = organization, Confidentiality = level, Metadata = [], ServiceAreas = [], Extra = null, Contacts = [],
            Url = "", AdditionalUrls = [], AssurerEmail = "", SourceSet = "", SourceId = "",
            Phones = [.. service.Phones.Select(NumberOnly)],
            Schedules = level == Confidentiality.AreaOnly ? [.. service.Schedules.Select(HoursOnly)] : [],
            HolidaySchedules = level == Confidentiality.AreaOnly ? service.HolidaySchedules : [],
        };
    }

    private static Location Shown(ServiceDirectory full, Location location, string level)
    {
        var organization = full.Organization(location.OrganizationId) is { } o && IsSeen(o) ? o.Id : (Guid?)null;
        return level switch
        {
            Confidentiality.Public => location with { OrganizationId = organization },
            Confidentiality.AreaOnly => AreaOf(location) with { OrganizationId = organization },
            _ => ContactOf(location) with { OrganizationId = organization },
        };
    }

    /// <summary>What may be known of a place whose area alone is public.</summary>
    private static Location AreaOf(Location location) => ContactOf(location) with
    {
        Confidentiality = Confidentiality.AreaOnly,
        Country = location.Country,
        AdminArea = location.AdminArea,
        TimeZone = location.TimeZone,
        Addresses =
        [
            .. location.Addresses.Where(a => a.StateProvince.Length + a.Country.Length > 0).Take(1).Select(a => new Address
            {
                Id = StableId.Of("area address", location.Id.ToString("D")),
                StateProvince = a.StateProvince, Country = a.Country, AddressType = a.AddressType,
            }),
        ],
        Schedules = [.. location.Schedules.Select(HoursOnly)],
        HolidaySchedules = [.. location.HolidaySchedules.Select(h => h with { Description = "", Extra = null })],
        Languages = location.Languages,
        Accessibility =
        [
            .. location.Accessibility.Where(a => a.Code.Length > 0).Select(a => new Accessibility { Id = a.Id, Code = a.Code }),
        ],
    };

    private static Location ContactOf(Location location) => new()
    {
        Id = location.Id,
        LocationType = location.LocationType,
        Confidentiality = Confidentiality.ContactOnly,
        TextLanguage = location.TextLanguage,
        Phones = [.. location.Phones.Select(NumberOnly)],
        ConfirmedAt = location.ConfirmedAt,
        ReviewDue = location.ReviewDue,
        ChangedAt = location.ChangedAt,
        Version = location.Version,
    };

    private static Phone NumberOnly(Phone phone) => new()
    {
        Id = phone.Id, Number = phone.Number, Extension = phone.Extension, Type = phone.Type, Languages = phone.Languages,
    };

    private static PublishedSchedule HoursOnly(PublishedSchedule schedule) => schedule with
    {
        Description = "", Notes = "", ScheduleLink = "", AttendingType = "", Extra = null,
    };
}
