namespace Tambo.Guide.Directory;

/// <summary>The tables of what belongs to a record. Rows stand in the order of their source.</summary>
internal static class PartTables
{
    public static readonly PartTable<Phone> Phones = new("guide_phones", "number extension type description languages");

    public static readonly PartTable<Contact> Contacts = new("guide_contacts", "name title department email phones");

    public static readonly PartTable<PublishedSchedule> Schedules = new(
        "guide_schedules",
        "valid_from valid_to dtstart timezone until count wkst freq interval byday byweekno bymonthday byyearday "
        + "description opens_at closes_at closes_next_day closed_on_public_holidays schedule_link attending_type notes");

    public static readonly PartTable<HolidaySchedule> HolidaySchedules = new(
        "guide_holiday_schedules",
        "closed start_date end_date opens_at closes_at closes_next_day description");

    public static readonly PartTable<LanguageSpoken> Languages = new("guide_languages", "name code note");

    public static readonly PartTable<Address> Addresses = new(
        "guide_addresses",
        "attention address_1 address_2 city region state_province postal_code country address_type");

    public static readonly PartTable<Accessibility> Accessibility = new("guide_accessibility", "code description details url");

    public static readonly PartTable<Eligibility> Eligibility = new("guide_eligibility", "criterion");

    public static readonly PartTable<RequiredDocument> RequiredDocuments = new("guide_required_documents", "document uri");

    public static readonly PartTable<CostOption> CostOptions = new(
        "guide_cost_options",
        "valid_from valid_to option currency amount amount_description");

    public static readonly PartTable<Capacity> Capacities = new("guide_capacities", "unit available maximum description updated");

    public static readonly PartTable<ServiceArea> ServiceAreas = new("guide_service_areas", "name description extent extent_type uri");

    public static readonly PartTable<HelpProgram> Programs = new("guide_programs", "name alternate_name description");

    public static readonly PartTable<Funding> Funding = new("guide_funding", "source");

    public static readonly PartTable<OrganizationIdentifier> OrganizationIdentifiers = new(
        "guide_organization_identifiers",
        "identifier_scheme identifier_type identifier");

    public static readonly PartTable<WebLink> Urls = new("guide_urls", "url label");

    public static readonly PartTable<RecordAttribute> Attributes = new(
        "guide_attributes",
        "taxonomy_term_id link_type link_entity value label");

    public static readonly PartTable<MetadataEntry> Metadata = new(
        "guide_metadata",
        "resource_type last_action_date last_action_type field_name previous_value replacement_value updated_by");

    /// <summary>Every table, for taking a record's parts away before they are written anew.</summary>
    public static IReadOnlyList<string> Deletes { get; } =
    [
        Phones.Delete, Contacts.Delete, Schedules.Delete, HolidaySchedules.Delete, Languages.Delete,
        Addresses.Delete, Accessibility.Delete, Eligibility.Delete, RequiredDocuments.Delete,
        CostOptions.Delete, Capacities.Delete, ServiceAreas.Delete, Programs.Delete, Funding.Delete,
        OrganizationIdentifiers.Delete, Urls.Delete, Attributes.Delete, Metadata.Delete,
    ];
}

/// <summary>One table of parts.</summary>
/// <param name="name">The table.</param>
/// <param name="columns">Its own columns, with blanks between them, beside owner, order, identifier and what the source said beyond them.</param>
internal sealed class PartTable<T>(string name, string columns)
    where T : RecordPart
{
    /// <summary>All its rows, in any order.</summary>
    public string Select { get; } = "select * from " + name;

    /// <summary>Takes the rows of one owner away.</summary>
    public string Delete { get; } = "delete from " + name + " where owner_kind = @Kind and owner_id = @Id";

    /// <summary>Adds one row.</summary>
    public string Insert { get; } = Statements.Insert(name, "owner_kind owner_id ordinal id " + columns + " extra");
}
