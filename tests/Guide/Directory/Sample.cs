using System.Text.Json;
using Tambo.Guide.Directory;

namespace Tambo.Tests.Guide.Directory;

/// <summary>A made-up shelter in a made-up town, with every field and part that a record can have.</summary>
internal static class Sample
{
    private static int next;

    public static Guid Id() => StableId.Of("sample", Interlocked.Increment(ref next).ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static DirectoryRecords Everything(DateTimeOffset now)
    {
        var taxonomy = new Taxonomy { Id = Id(), Name = "Needs", Description = "What people need", Uri = "https://example.org/needs", VersionText = "1", CreatedAt = now, ChangedAt = now };
        var term = new TaxonomyTerm { Id = Id(), TaxonomyId = taxonomy.Id, TaxonomyName = "Needs", Code = "shelter", Name = "Shelter", Description = "A bed", Language = "en", TermUri = "https://example.org/shelter", CreatedAt = now, ChangedAt = now };
        var organization = new Organization
        {
            Id = Id(),
            Name = "House of the Lantern",
            AlternateName = "Lantern",
            Description = "A house for those on the way",
            Email = "house@example.org",
            Website = "https://example.org",
            TaxStatus = "none",
            TaxId = "T-1",
            YearIncorporated = 1990,
            LegalStatus = "association",
            Logo = "https://example.org/logo.png",
            Uri = "https://example.org/id",
            ParentOrganizationId = Id(),
            CreatedAt = now,
            ChangedAt = now,
            ChangedBy = "user:alice",
            AdditionalWebsites = [new WebLink { Id = Id(), Url = "https://example.org/2", Label = "Second" }],
            Funding = [new Funding { Id = Id(), Source = "Gifts" }],
            Contacts = [Contact()],
            Phones = [Phone("+999 100")],
            Programs = [new HelpProgram { Id = Id(), Name = "Winter", AlternateName = "W", Description = "Warm beds" }],
            OrganizationIdentifiers = [new OrganizationIdentifier { Id = Id(), IdentifierScheme = "XX-REG", IdentifierType = "Registry", Identifier = "77" }],
            Attributes = [new RecordAttribute { Id = Id(), TaxonomyTermId = term.Id, LinkType = "taxonomy", LinkEntity = "organization", Value = "yes", Label = "Type" }],
            Metadata = [new MetadataEntry { Id = Id(), ResourceType = "organization", LastActionDate = "2026-01-01", LastActionType = "update", FieldName = "name", PreviousValue = "Old", ReplacementValue = "New", UpdatedBy = "desk" }],
            Extra = Extra("""{ "motto": { "text": "Come in" } }"""),
        };
        var service = new Service
        {
            Id = Id(),
            OrganizationId = organization.Id,
            Name = "Night shelter",
            AlternateName = "Beds",
            Description = "Beds for one night",
            Url = "https://example.org/beds",
            Email = "beds@example.org",
            Status = "temporarily closed",
            InterpretationServices = "On request",
            ApplicationProcess = "Walk in",
            FeesDescription = "Free",
            WaitTime = "none",
            Fees = "0",
            Accreditations = "none",
            EligibilityDescription = "Everybody",
            MinimumAge = 0.5,
            MaximumAge = 99,
            AssuredDate = "2026-02-01",
            AssurerEmail = "check@example.org",
            Licenses = "none",
            Alert = "Full on Friday",
            LastModified = "2026-02-02T10:00:00Z",
            Free = true,
            AdditionalUrls = [new WebLink { Id = Id(), Url = "https://example.org/3" }],
            Phones = [Phone("+999 101")],
            Schedules = [Hours()],
            HolidaySchedules = [new HolidaySchedule { Id = Id(), Closed = true, StartDate = "2026-12-25", EndDate = "2026-12-25", Description = "Feast" }],
            ServiceAreas = [new ServiceArea { Id = Id(), Name = "The valley", Description = "All of it", Extent = "POINT EMPTY", ExtentType = "other", Uri = "https://example.org/valley" }],
            Languages = [new LanguageSpoken { Id = Id(), Name = "Kreyòl", Code = "ht", Note = "mornings" }],
            Funding = [new Funding { Id = Id(), Source = "Town" }],
            CostOptions = [new CostOption { Id = Id(), ValidFrom = "2026-01-01", ValidTo = "2026-12-31", Option = "Adults", Currency = "XXX", Amount = 1.25, AmountDescription = "a night" }],
            Program = new HelpProgram { Id = Id(), Name = "Winter", Description = "" },
            Eligibility = [new Eligibility { Id = Id(), Criterion = "families" }],
            RequiredDocuments = [new RequiredDocument { Id = Id(), Document = "None needed", Uri = "https://example.org/docs" }],
            Contacts = [Contact()],
            Capacities = [new Capacity { Id = Id(), Available = 3, Maximum = 40, Updated = "2026-03-04T11:00:00Z", Description = "beds", Unit = new CapacityUnit { Id = Id(), Name = "bed", Scheme = "s", Identifier = "b", Uri = "https://example.org/bed" } }],
            Attributes = [new RecordAttribute { Id = Id(), TaxonomyTermId = term.Id, LinkType = "taxonomy_term", LinkEntity = "service", Value = "" }],
            Translations = [new Translation { Field = "name", Language = "es", Value = "Albergue de noche", SourceHash = TextHash.Of("Night shelter"), Method = "human", Reviewer = "desk", ReviewedAt = now }],
            TextLanguage = "en",
            ConfirmedAt = now,
            ConfirmedBy = "House of the Lantern",
            ReviewDue = new DateOnly(2026, 6, 1),
            CreatedAt = now,
            ChangedAt = now,
            ChangedBy = "user:alice",
            SourceSet = "lantern",
            SourceId = "7",
            RetrievedAt = now,
        };
        var location = new Location
        {
            Id = Id(),
            OrganizationId = organization.Id,
            LocationType = "physical",
            Url = "https://example.org/place",
            Name = "The house",
            AlternateName = "Casa",
            Description = "A yellow house",
            Transportation = "Bus 4",
            Latitude = 12.345678,
            Longitude = -71.234567,
            ExternalIdentifier = "X1",
            ExternalIdentifierType = "local",
            TimeZone = "America/Port-au-Prince",
            Country = "XX",
            AdminArea = "XX-N",
            CreatedAt = now,
            ChangedAt = now,
            Languages = [new LanguageSpoken { Id = Id(), Code = "es" }],
            Addresses = [new Address { Id = Id(), Attention = "Desk", Address1 = "Candle Street 4", Address2 = "Back door", City = "Lumen", Region = "North", StateProvince = "Northland", PostalCode = "99888", Country = "XX", AddressType = "physical" }],
            Contacts = [Contact()],
            Accessibility = [new Accessibility { Id = Id(), Code = "wheelchair", Description = "Ramp", Details = "Left side", Url = "https://example.org/ramp" }],
            Phones = [Phone("+999 102")],
            Schedules = [Hours()],
        };
        var offer = new ServiceAtLocation
        {
            Id = Id(),
            ServiceId = service.Id,
            LocationId = location.Id,
            Description = "Second floor",
            Contacts = [Contact()],
            Phones = [Phone("+999 103")],
            Schedules = [Hours()],
            ServiceAreas = [new ServiceArea { Id = Id(), Name = "Lumen" }],
            CreatedAt = now,
            ChangedAt = now,
        };
        return new DirectoryRecords
        {
            Organizations = [organization],
            Services = [service],
            Locations = [location],
            ServicesAtLocations = [offer],
            Taxonomies = [taxonomy],
            TaxonomyTerms = [term],
        };
    }

    public static Dictionary<string, JsonElement> Extra(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static Phone Phone(string number) => new()
    {
        Id = Id(),
        Number = number,
        Extension = 12,
        Type = "voice",
        Description = "Day and night",
        Languages = [new LanguageSpoken { Id = Id(), Name = "English", Code = "en" }],
    };

    private static Contact Contact() => new()
    {
        Id = Id(),
        Name = "Lumi",
        Title = "Host",
        Department = "Door",
        Email = "lumi@example.org",
        Phones = [Phone("+999 104")],
    };

    private static PublishedSchedule Hours() => new()
    {
        Id = Id(),
        ValidFrom = "2026-01-01",
        ValidTo = "2026-12-31",
        Dtstart = "2026-01-01",
        Timezone = -5,
        Until = "2026-12-31",
        Count = 300,
        Wkst = "MO",
        Freq = "WEEKLY",
        Interval = 1,
        Byday = "MO,TU",
        Byweekno = "1",
        Bymonthday = "2",
        Byyearday = "3",
        Description = "Evenings",
        OpensAt = "18:00",
        ClosesAt = "23:00",
        ScheduleLink = "https://example.org/hours",
        AttendingType = "in person",
        Notes = "Ring twice",
    };
}
