namespace Tambo.Guide.Directory;

/// <summary>The tables of what belongs to a record. Rows stand in the order of their source.</summary>
internal static class PartTables
{
    public static readonly PartTable<Phone> Phones = new(
        "select * from guide_phones",
        "delete from guide_phones where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_phones
            (owner_kind, owner_id, ordinal, id, number, extension, type, description, languages, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Number, @Extension, @Type, @Description, @Languages, @Extra)
        """);

    public static readonly PartTable<Contact> Contacts = new(
        "select * from guide_contacts",
        "delete from guide_contacts where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_contacts
            (owner_kind, owner_id, ordinal, id, name, title, department, email, phones, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Name, @Title, @Department, @Email, @Phones, @Extra)
        """);

    public static readonly PartTable<PublishedSchedule> Schedules = new(
        "select * from guide_schedules",
        "delete from guide_schedules where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_schedules
            (owner_kind, owner_id, ordinal, id, valid_from, valid_to, dtstart, timezone, until, count, wkst,
            freq, "interval", byday, byweekno, bymonthday, byyearday, description, opens_at, closes_at,
            closes_next_day, closed_on_public_holidays, schedule_link, attending_type, notes, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @ValidFrom, @ValidTo, @Dtstart, @Timezone, @Until, @Count,
            @Wkst, @Freq, @Interval, @Byday, @Byweekno, @Bymonthday, @Byyearday, @Description, @OpensAt,
            @ClosesAt, @ClosesNextDay, @ClosedOnPublicHolidays, @ScheduleLink, @AttendingType, @Notes, @Extra)
        """);

    public static readonly PartTable<HolidaySchedule> HolidaySchedules = new(
        "select * from guide_holiday_schedules",
        "delete from guide_holiday_schedules where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_holiday_schedules
            (owner_kind, owner_id, ordinal, id, closed, start_date, end_date, opens_at, closes_at, closes_next_day, description,
            extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Closed, @StartDate, @EndDate, @OpensAt, @ClosesAt, @ClosesNextDay,
            @Description, @Extra)
        """);

    public static readonly PartTable<LanguageSpoken> Languages = new(
        "select * from guide_languages",
        "delete from guide_languages where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_languages
            (owner_kind, owner_id, ordinal, id, name, code, note, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Name, @Code, @Note, @Extra)
        """);

    public static readonly PartTable<Address> Addresses = new(
        "select * from guide_addresses",
        "delete from guide_addresses where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_addresses
            (owner_kind, owner_id, ordinal, id, attention, address_1, address_2, city, region, state_province,
            postal_code, country, address_type, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Attention, @Address1, @Address2, @City, @Region,
            @StateProvince, @PostalCode, @Country, @AddressType, @Extra)
        """);

    public static readonly PartTable<Accessibility> Accessibility = new(
        "select * from guide_accessibility",
        "delete from guide_accessibility where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_accessibility
            (owner_kind, owner_id, ordinal, id, code, description, details, url, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Code, @Description, @Details, @Url, @Extra)
        """);

    public static readonly PartTable<Eligibility> Eligibility = new(
        "select * from guide_eligibility",
        "delete from guide_eligibility where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_eligibility
            (owner_kind, owner_id, ordinal, id, criterion, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Criterion, @Extra)
        """);

    public static readonly PartTable<RequiredDocument> RequiredDocuments = new(
        "select * from guide_required_documents",
        "delete from guide_required_documents where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_required_documents
            (owner_kind, owner_id, ordinal, id, document, uri, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Document, @Uri, @Extra)
        """);

    public static readonly PartTable<CostOption> CostOptions = new(
        "select * from guide_cost_options",
        "delete from guide_cost_options where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_cost_options
            (owner_kind, owner_id, ordinal, id, valid_from, valid_to, option, currency, amount,
            amount_description, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @ValidFrom, @ValidTo, @Option, @Currency, @Amount,
            @AmountDescription, @Extra)
        """);

    public static readonly PartTable<Capacity> Capacities = new(
        "select * from guide_capacities",
        "delete from guide_capacities where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_capacities
            (owner_kind, owner_id, ordinal, id, unit, available, maximum, description, updated, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Unit, @Available, @Maximum, @Description, @Updated, @Extra)
        """);

    public static readonly PartTable<ServiceArea> ServiceAreas = new(
        "select * from guide_service_areas",
        "delete from guide_service_areas where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_service_areas
            (owner_kind, owner_id, ordinal, id, name, description, extent, extent_type, uri, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Name, @Description, @Extent, @ExtentType, @Uri, @Extra)
        """);

    public static readonly PartTable<HelpProgram> Programs = new(
        "select * from guide_programs",
        "delete from guide_programs where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_programs
            (owner_kind, owner_id, ordinal, id, name, alternate_name, description, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Name, @AlternateName, @Description, @Extra)
        """);

    public static readonly PartTable<Funding> Funding = new(
        "select * from guide_funding",
        "delete from guide_funding where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_funding
            (owner_kind, owner_id, ordinal, id, source, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Source, @Extra)
        """);

    public static readonly PartTable<OrganizationIdentifier> OrganizationIdentifiers = new(
        "select * from guide_organization_identifiers",
        "delete from guide_organization_identifiers where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_organization_identifiers
            (owner_kind, owner_id, ordinal, id, identifier_scheme, identifier_type, identifier, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @IdentifierScheme, @IdentifierType, @Identifier, @Extra)
        """);

    public static readonly PartTable<WebLink> Urls = new(
        "select * from guide_urls",
        "delete from guide_urls where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_urls
            (owner_kind, owner_id, ordinal, id, url, label, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @Url, @Label, @Extra)
        """);

    public static readonly PartTable<RecordAttribute> Attributes = new(
        "select * from guide_attributes",
        "delete from guide_attributes where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_attributes
            (owner_kind, owner_id, ordinal, id, taxonomy_term_id, link_type, link_entity, value, label, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @TaxonomyTermId, @LinkType, @LinkEntity, @Value, @Label,
            @Extra)
        """);

    public static readonly PartTable<MetadataEntry> Metadata = new(
        "select * from guide_metadata",
        "delete from guide_metadata where owner_kind = @Kind and owner_id = @Id",
        """
        insert into guide_metadata
            (owner_kind, owner_id, ordinal, id, resource_type, last_action_date, last_action_type, field_name,
            previous_value, replacement_value, updated_by, extra)
        values
            (@OwnerKind, @OwnerId, @Ordinal, @Id, @ResourceType, @LastActionDate, @LastActionType, @FieldName,
            @PreviousValue, @ReplacementValue, @UpdatedBy, @Extra)
        """);

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
/// <param name="Select">All its rows, in any order.</param>
/// <param name="Delete">Takes the rows of one owner away.</param>
/// <param name="Insert">Adds one row.</param>
internal sealed record PartTable<T>(string Select, string Delete, string Insert)
    where T : RecordPart;
