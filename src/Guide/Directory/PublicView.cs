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
        return Connected(full, new DirectoryRecords
        {
            Sources = full.Records.Sources,
            Taxonomies = full.Records.Taxonomies,
            TaxonomyTerms = full.Records.TaxonomyTerms,
            Organizations = [.. full.Records.Organizations.Where(IsSeen).Select(o => Leaving(() => secrets.Cleaned(Shown(o, o.Confidentiality)))).OfType<Organization>()],
            Services =
            [
                .. full.Records.Services.Where(s => services.ContainsKey(s.Id))
                    .Select(s => Leaving(() => secrets.Cleaned(Shown(full, s, services[s.Id])))).OfType<Service>(),
            ],
            Locations =
            [
                .. full.Records.Locations.Where(l => locations.ContainsKey(l.Id) && IsNeeded(full, l, services))
                    .Select(l => Leaving(() => secrets.Cleaned(Shown(l, locations[l.Id])))).OfType<Location>(),
                .. areas,
            ],
            ServicesAtLocations = [.. offers.Select(o => Leaving(() => secrets.Cleaned(o))).OfType<ServiceAtLocation>()],
        });
    }

    // A record that cannot be reduced and cleaned stays behind alone: all the others still leave.
    private static T? Leaving<T>(Func<T> made)
        where T : DirectoryRecord
    {
        try
        {
            return made();
        }
        catch (Exception reason) when (reason is JsonException or ArgumentException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return null;
        }
    }

    // No record that leaves names one that does not: that would tell that it exists.
    private static DirectoryRecords Connected(ServiceDirectory full, DirectoryRecords records)
    {
        var organizations = records.Organizations.Select(o => o.Id).ToHashSet();
        var services = records.Services.Select(s => s.Id).ToHashSet();
        var locations = records.Locations.Select(l => l.Id).ToHashSet();
        bool Gone(Guid? organization) => organization is { } id && !organizations.Contains(id);
        var sets = records.Services.Concat<DirectoryRecord>(records.Organizations).Concat(records.Locations).Select(r => r.SourceSet).ToHashSet(StringComparer.Ordinal);
        return records with
        {
            Sources = [.. records.Sources.Where(source => sets.Contains(source.Name))],
            // A parent that this directory never held is a name in its publisher's own books, and says nothing of ours.
            Organizations = [.. records.Organizations.Select(o => Gone(o.ParentOrganizationId) && full.Organization(o.ParentOrganizationId) is not null ? o with { ParentOrganizationId = null } : o)],
            Services = [.. records.Services.Select(s => Gone(s.OrganizationId) ? s with { OrganizationId = null } : s)],
            Locations = [.. records.Locations.Select(l => Gone(l.OrganizationId) ? l with { OrganizationId = null } : l)],
            ServicesAtLocations =
            [
                .. records.ServicesAtLocations.Where(o =>
                    services.Contains(o.ServiceId) && (o.LocationId is not { } location || locations.Contains(location))),
            ],
        };
    }

    private static bool IsSeen(DirectoryRecord record) => Confidentiality.Rank(record.Confidentiality) < 3;

    private static string LevelOf(ServiceDirectory full, Service service) =>
        Confidentiality.Stricter(service.Confidentiality, LevelOf(full, service.OrganizationId));

    private static string LevelOf(ServiceDirectory full, Location location) =>
        Confidentiality.Stricter(location.Confidentiality, LevelOf(full, location.OrganizationId));

    /// <summary>How much of a record may leave, by its own level and by that of what it belongs to.</summary>
    public static string LevelOf(ServiceDirectory full, DirectoryRecord record) => record switch
    {
        Service service => LevelOf(full, service),
        Location place => LevelOf(full, place),
        ServiceAtLocation offer => Confidentiality.Stricter(
            Confidentiality.Stricter(offer.Confidentiality, full.Service(offer.ServiceId) is { } service ? LevelOf(full, service) : Confidentiality.Withheld),
            offer.LocationId is null ? Confidentiality.Public : full.Location(offer.LocationId) is { } at ? LevelOf(full, at) : Confidentiality.Withheld),
        _ => record.Confidentiality,
    };

    // An organisation that is not in the directory may have been withheld when it was taken out.
    private static string LevelOf(ServiceDirectory full, Guid? organization) => organization is null
        ? Confidentiality.Public
        : full.Organization(organization)?.Confidentiality ?? Confidentiality.Withheld;

    // A place at which only closed services are offered would tell where they are; an organisation's own place may stay.
    private static bool IsNeeded(ServiceDirectory full, Location location, Dictionary<Guid, string> services)
    {
        var offered = full.OfferedAt(location).ToList();
        return offered.Count == 0 || offered.Exists(o =>
            services.TryGetValue(o.ServiceId, out var level) && Confidentiality.Stricter(level, o.Confidentiality) == Confidentiality.Public);
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
            // A place that was taken out may have been hidden, and is not one to go to.
            if (offer.LocationId is { } place && !locations.ContainsKey(place))
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
                // Nothing of it is named after the place, so that two offers do not tell that they are in the same one.
                var area = AreaOf(location with { Id = StableId.Of("area of an offer", offer.Id.ToString("D")) });
                areas.Add(area);
                offers.Add(Reduced(offer) with { LocationId = area.Id });
            }
        }

        return (offers, areas);
    }

    private static ServiceAtLocation Reduced(ServiceAtLocation offer) => offer with
    {
        Description = "",
        Contacts = [],
        Metadata = [],
        Attributes = [],
        Translations = [],
        ServiceAreas = [],
        Extra = null,
        SourceSet = "",
        SourceId = "",
        Phones = [.. offer.Phones.Select(NumberOnly)],
        Schedules = [.. offer.Schedules.Select(HoursOnly)],
        HolidaySchedules = [.. offer.HolidaySchedules.Select(DatesOnly)],
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
        if (level == Confidentiality.Public)
        {
            // Its areas and its history may outline a place that is hidden.
            var hidden = full.PlacesOf(service).Any(p =>
                p.Confidentiality != Confidentiality.Public
                || (p.LocationId is { } place && (full.Location(place) is not { } location || LevelOf(full, location) != Confidentiality.Public)));
            return hidden
                ? service with
                {
                    Metadata = [],
                    ServiceAreas = [.. service.ServiceAreas.Select(a => a with { Extent = "", ExtentType = "", Extra = null })],
                }
                : service;
        }

        var reduced = service with
        {
            AlternateName = "",
            Confidentiality = level,
            Metadata = [],
            ServiceAreas = [],
            Extra = null,
            Contacts = [],
            Url = "",
            AdditionalUrls = [],
            AssurerEmail = "",
            SourceSet = "",
            SourceId = "",
            Phones = [.. service.Phones.Select(NumberOnly)],
            Languages = [.. service.Languages.Select(NamesOnly)],
            Schedules = level == Confidentiality.AreaOnly ? [.. service.Schedules.Select(HoursOnly)] : [],
            HolidaySchedules = level == Confidentiality.AreaOnly ? [.. service.HolidaySchedules.Select(DatesOnly)] : [],
            Capacities = [.. service.Capacities.Select(c => c with { Description = "", Extra = null })],
            Attributes = [.. service.Attributes.Where(a => a.TaxonomyTermId is not null).Select(a => a with { Value = "", Label = "", Extra = null })],
        };
        if (service.Translations.Count == 0)
            return reduced;
        var content = RecordJson.Content(reduced);
        return reduced with { Translations = [.. service.Translations.Where(t => TranslatedFields.SourceOf(content, t.Field).Length > 0)] };
    }

    private static Location Shown(Location location, string level) => level switch
    {
        Confidentiality.Public => location,
        Confidentiality.AreaOnly => AreaOf(location) with { OrganizationId = location.OrganizationId },
        _ => ContactOf(location) with { OrganizationId = location.OrganizationId },
    };

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
        HolidaySchedules = [.. location.HolidaySchedules.Select(DatesOnly)],
        Languages = [.. location.Languages.Select(NamesOnly)],
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
        Id = phone.Id,
        Number = phone.Number,
        Extension = phone.Extension,
        Type = phone.Type,
        Languages = [.. phone.Languages.Select(NamesOnly)],
    };

    private static LanguageSpoken NamesOnly(LanguageSpoken language) => language with { Note = "", Extra = null };

    private static HolidaySchedule DatesOnly(HolidaySchedule holiday) => holiday with { Description = "", Extra = null };

    private static PublishedSchedule HoursOnly(PublishedSchedule schedule) => schedule with
    {
        Description = "",
        Notes = "",
        ScheduleLink = "",
        AttendingType = "",
        Extra = null,
    };
}
