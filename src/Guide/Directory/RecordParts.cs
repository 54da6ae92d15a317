using System.Text.Json.Serialization;

namespace Tambo.Guide.Directory;

/// <summary>A telephone number, with the languages spoken there.</summary>
public sealed record Phone : RecordPart
{
    [AlwaysServed] public string Number { get; init; } = "";
    public double? Extension { get; init; }
    public string Type { get; init; } = "";
    public string Description { get; init; } = "";
    public IReadOnlyList<LanguageSpoken> Languages { get; init; } = [];
}

/// <summary>A person or desk to ask.</summary>
public sealed record Contact : RecordPart
{
    public string Name { get; init; } = "";
    public string Title { get; init; } = "";
    public string Department { get; init; } = "";
    public string Email { get; init; } = "";
    public IReadOnlyList<Phone> Phones { get; init; } = [];
}

/// <summary>A language in which help is given.</summary>
public sealed record LanguageSpoken : RecordPart
{
    public string Name { get; init; } = "";

    /// <summary>ISO 639 code as published, two or three letters.</summary>
    public string Code { get; init; } = "";
    public string Note { get; init; } = "";
}

/// <summary>A postal or street address.</summary>
public sealed record Address : RecordPart
{
    public string Attention { get; init; } = "";
    [AlwaysServed, JsonPropertyName("address_1")] public string Address1 { get; init; } = "";
    [JsonPropertyName("address_2")] public string Address2 { get; init; } = "";
    [AlwaysServed] public string City { get; init; } = "";
    public string Region { get; init; } = "";
    [AlwaysServed] public string StateProvince { get; init; } = "";
    [AlwaysServed] public string PostalCode { get; init; } = "";
    [AlwaysServed] public string Country { get; init; } = "";

    /// <summary>physical, postal or virtual.</summary>
    [AlwaysServed] public string AddressType { get; init; } = "physical";
}

/// <summary>What makes a place usable with a disability.</summary>
public sealed record Accessibility : RecordPart
{
    /// <summary>A code that filters know (wheelchair, ramp, restroom, ...); empty when only described.</summary>
    public string Code { get; init; } = "";
    public string Description { get; init; } = "";
    public string Details { get; init; } = "";
    public string Url { get; init; } = "";
}

/// <summary>Hours as the source writes them (a subset of the iCalendar recurrence rule).</summary>
public sealed record PublishedSchedule : RecordPart
{
    public string ValidFrom { get; init; } = "";
    public string ValidTo { get; init; } = "";
    public string Dtstart { get; init; } = "";

    /// <summary>Hours east of UTC; the location's zone outranks it.</summary>
    public double? Timezone { get; init; }
    public string Until { get; init; } = "";
    public double? Count { get; init; }
    public string Wkst { get; init; } = "";
    public string Freq { get; init; } = "";
    public double? Interval { get; init; }
    public string Byday { get; init; } = "";
    public string Byweekno { get; init; } = "";
    public string Bymonthday { get; init; } = "";
    public string Byyearday { get; init; } = "";
    public string Description { get; init; } = "";
    public string OpensAt { get; init; } = "";
    public string ClosesAt { get; init; } = "";

    /// <summary>True when the closing time is on the day after the opening (our profile).</summary>
    public bool ClosesNextDay { get; init; }

    /// <summary>True when the service itself says that it does not open on public holidays (our profile).</summary>
    public bool ClosedOnPublicHolidays { get; init; }
    public string ScheduleLink { get; init; } = "";
    public string AttendingType { get; init; } = "";
    public string Notes { get; init; } = "";
}

/// <summary>Other hours, or none, on some dates (holidays and exceptions, as in HSDS 1 and 2).</summary>
public sealed record HolidaySchedule : RecordPart
{
    [AlwaysServed] public bool Closed { get; init; }
    public string StartDate { get; init; } = "";
    public string EndDate { get; init; } = "";
    public string OpensAt { get; init; } = "";
    public string ClosesAt { get; init; } = "";
    public bool ClosesNextDay { get; init; }
    public string Description { get; init; } = "";
}

/// <summary>Whom a service is for, one criterion.</summary>
public sealed record Eligibility : RecordPart
{
    [JsonPropertyName("eligibility")] public string Criterion { get; init; } = "";
}

/// <summary>Something to bring.</summary>
public sealed record RequiredDocument : RecordPart
{
    public string Document { get; init; } = "";
    public string Uri { get; init; } = "";
}

/// <summary>A price, for some people or in some case.</summary>
public sealed record CostOption : RecordPart
{
    public string ValidFrom { get; init; } = "";
    public string ValidTo { get; init; } = "";
    public string Option { get; init; } = "";

    /// <summary>ISO 4217 as published.</summary>
    public string Currency { get; init; } = "";
    public double? Amount { get; init; }
    public string AmountDescription { get; init; } = "";
}

/// <summary>How many units (beds, places, appointments) are free, and as of when.</summary>
public sealed record Capacity : RecordPart
{
    public CapacityUnit? Unit { get; init; }
    public double? Available { get; init; }
    public double? Maximum { get; init; }
    public string Description { get; init; } = "";
    public string Updated { get; init; } = "";
}

/// <summary>What a capacity counts.</summary>
public sealed record CapacityUnit
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string Scheme { get; init; } = "";
    public string Identifier { get; init; } = "";
    public string Uri { get; init; } = "";
}

/// <summary>Where the people live whom a service takes.</summary>
public sealed record ServiceArea : RecordPart
{
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public string Extent { get; init; } = "";
    public string ExtentType { get; init; } = "";
    public string Uri { get; init; } = "";
}

/// <summary>A programme under which services are offered.</summary>
public sealed record HelpProgram : RecordPart
{
    [AlwaysServed] public string Name { get; init; } = "";
    public string AlternateName { get; init; } = "";
    [AlwaysServed] public string Description { get; init; } = "";
}

/// <summary>Who pays.</summary>
public sealed record Funding : RecordPart
{
    public string Source { get; init; } = "";
}

/// <summary>A number under which an organisation is registered.</summary>
public sealed record OrganizationIdentifier : RecordPart
{
    public string IdentifierScheme { get; init; } = "";
    [AlwaysServed] public string IdentifierType { get; init; } = "";
    [AlwaysServed] public string Identifier { get; init; } = "";
}

/// <summary>A further web address.</summary>
public sealed record WebLink : RecordPart
{
    public string Url { get; init; } = "";
    public string Label { get; init; } = "";

    /// <summary>A web address that may be linked, http and https only; else null.</summary>
    internal static string? AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;
}

/// <summary>A term that applies to a record, or a value under it.</summary>
public sealed record RecordAttribute : RecordPart
{
    public Guid? TaxonomyTermId { get; init; }
    public string LinkType { get; init; } = "";
    public string LinkEntity { get; init; } = "";
    public string Value { get; init; } = "";
    public string Label { get; init; } = "";
}

/// <summary>One step of the source's own history of a record.</summary>
public sealed record MetadataEntry : RecordPart
{
    public string ResourceType { get; init; } = "";
    [AlwaysServed] public string LastActionDate { get; init; } = "";
    [AlwaysServed] public string LastActionType { get; init; } = "";
    [AlwaysServed] public string FieldName { get; init; } = "";
    [AlwaysServed] public string PreviousValue { get; init; } = "";
    [AlwaysServed] public string ReplacementValue { get; init; } = "";
    [AlwaysServed] public string UpdatedBy { get; init; } = "";
}
