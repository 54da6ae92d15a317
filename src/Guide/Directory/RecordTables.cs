namespace Tambo.Guide.Directory;

/// <summary>The statements that read and write the records themselves.</summary>
internal static class RecordTables
{
    public const string InsertHead =
        """
        insert into guide_records
            (kind, id, version, confidentiality, text_language, created_at, changed_at, changed_by,
            confirmed_at, confirmed_by, review_due, retired_at, source_set, source_id, source_hash, import_id,
            import_line, retrieved_at, extra)
        values
            (@Kind, @Id, @Version, @Confidentiality, @TextLanguage, @CreatedAt, @ChangedAt, @ChangedBy,
            @ConfirmedAt, @ConfirmedBy, @ReviewDue, @RetiredAt, @SourceSet, @SourceId, @SourceHash, @ImportId,
            @ImportLine, @RetrievedAt, @Extra)
        """;

    /// <summary>Only the version that was read is replaced: a count of 0 means that somebody else was faster.</summary>
    public const string UpdateHead =
        """
        update guide_records set
            confidentiality = @Confidentiality, text_language = @TextLanguage, changed_at = @ChangedAt,
            changed_by = @ChangedBy, confirmed_at = @ConfirmedAt, confirmed_by = @ConfirmedBy,
            review_due = @ReviewDue, retired_at = @RetiredAt, source_set = @SourceSet, source_id = @SourceId,
            source_hash = @SourceHash, import_id = @ImportId, import_line = @ImportLine,
            retrieved_at = @RetrievedAt, extra = @Extra,
            version = version + 1
        where kind = @Kind and id = @Id and version = @Version
        """;

    public static readonly RecordTable<Organization> Organizations = new(
        """
        select * from guide_records r join guide_organizations t on t.kind = r.kind and t.id = r.id
        where r.retired_at is null
        """,
        """
        insert into guide_organizations
            (kind, id, name, alternate_name, description, email, website, tax_status, tax_id, year_incorporated,
            legal_status, logo, uri, parent_organization_id)
        values
            (@Kind, @Id, @Name, @AlternateName, @Description, @Email, @Website, @TaxStatus, @TaxId,
            @YearIncorporated, @LegalStatus, @Logo, @Uri, @ParentOrganizationId)
        """,
        """
        update guide_organizations set
            name = @Name, alternate_name = @AlternateName, description = @Description, email = @Email,
            website = @Website, tax_status = @TaxStatus, tax_id = @TaxId,
            year_incorporated = @YearIncorporated, legal_status = @LegalStatus, logo = @Logo, uri = @Uri,
            parent_organization_id = @ParentOrganizationId
        where id = @Id
        """);

    public static readonly RecordTable<Service> Services = new(
        """
        select * from guide_records r join guide_services t on t.kind = r.kind and t.id = r.id
        where r.retired_at is null
        """,
        """
        insert into guide_services
            (kind, id, organization_id, name, alternate_name, description, url, email, status,
            interpretation_services, application_process, fees_description, wait_time, fees, accreditations,
            eligibility_description, minimum_age, maximum_age, assured_date, assurer_email, licenses, alert,
            last_modified, free)
        values
            (@Kind, @Id, @OrganizationId, @Name, @AlternateName, @Description, @Url, @Email, @Status,
            @InterpretationServices, @ApplicationProcess, @FeesDescription, @WaitTime, @Fees, @Accreditations,
            @EligibilityDescription, @MinimumAge, @MaximumAge, @AssuredDate, @AssurerEmail, @Licenses, @Alert,
            @LastModified, @Free)
        """,
        """
        update guide_services set
            organization_id = @OrganizationId, name = @Name, alternate_name = @AlternateName,
            description = @Description, url = @Url, email = @Email, status = @Status,
            interpretation_services = @InterpretationServices, application_process = @ApplicationProcess,
            fees_description = @FeesDescription, wait_time = @WaitTime, fees = @Fees,
            accreditations = @Accreditations, eligibility_description = @EligibilityDescription,
            minimum_age = @MinimumAge, maximum_age = @MaximumAge, assured_date = @AssuredDate,
            assurer_email = @AssurerEmail, licenses = @Licenses, alert = @Alert, last_modified = @LastModified,
            free = @Free
        where id = @Id
        """);

    public static readonly RecordTable<Location> Locations = new(
        """
        select * from guide_records r join guide_locations t on t.kind = r.kind and t.id = r.id
        where r.retired_at is null
        """,
        """
        insert into guide_locations
            (kind, id, organization_id, location_type, url, name, alternate_name, description, transportation,
            latitude, longitude, position_precision, external_identifier, external_identifier_type, time_zone,
            country, admin_area)
        values
            (@Kind, @Id, @OrganizationId, @LocationType, @Url, @Name, @AlternateName, @Description,
            @Transportation, @Latitude, @Longitude, @PositionPrecision, @ExternalIdentifier,
            @ExternalIdentifierType, @TimeZone, @Country, @AdminArea)
        """,
        """
        update guide_locations set
            organization_id = @OrganizationId, location_type = @LocationType, url = @Url, name = @Name,
            alternate_name = @AlternateName, description = @Description, transportation = @Transportation,
            latitude = @Latitude, longitude = @Longitude, position_precision = @PositionPrecision,
            external_identifier = @ExternalIdentifier, external_identifier_type = @ExternalIdentifierType,
            time_zone = @TimeZone, country = @Country, admin_area = @AdminArea
        where id = @Id
        """);

    public static readonly RecordTable<ServiceAtLocation> ServicesAtLocations = new(
        """
        select * from guide_records r join guide_services_at_locations t on t.kind = r.kind and t.id = r.id
        where r.retired_at is null
        """,
        """
        insert into guide_services_at_locations
            (kind, id, service_id, location_id, description)
        values
            (@Kind, @Id, @ServiceId, @LocationId, @Description)
        """,
        """
        update guide_services_at_locations set
            service_id = @ServiceId, location_id = @LocationId, description = @Description
        where id = @Id
        """);

    public static readonly RecordTable<Taxonomy> Taxonomies = new(
        """
        select * from guide_records r join guide_taxonomies t on t.kind = r.kind and t.id = r.id
        where r.retired_at is null
        """,
        """
        insert into guide_taxonomies
            (kind, id, name, description, uri, version_text)
        values
            (@Kind, @Id, @Name, @Description, @Uri, @VersionText)
        """,
        """
        update guide_taxonomies set
            name = @Name, description = @Description, uri = @Uri, version_text = @VersionText
        where id = @Id
        """);

    public static readonly RecordTable<TaxonomyTerm> TaxonomyTerms = new(
        """
        select * from guide_records r join guide_taxonomy_terms t on t.kind = r.kind and t.id = r.id
        where r.retired_at is null
        """,
        """
        insert into guide_taxonomy_terms
            (kind, id, taxonomy_id, taxonomy_name, code, name, description, parent_id, language, term_uri)
        values
            (@Kind, @Id, @TaxonomyId, @TaxonomyName, @Code, @Name, @Description, @ParentId, @Language, @TermUri)
        """,
        """
        update guide_taxonomy_terms set
            taxonomy_id = @TaxonomyId, taxonomy_name = @TaxonomyName, code = @Code, name = @Name,
            description = @Description, parent_id = @ParentId, language = @Language, term_uri = @TermUri
        where id = @Id
        """);

}

/// <summary>One table of records.</summary>
/// <param name="Select">All that are in the directory, with their heads, in any order.</param>
/// <param name="Insert">Adds one.</param>
/// <param name="Update">Replaces one's content.</param>
internal sealed record RecordTable<T>(string Select, string Insert, string Update)
    where T : DirectoryRecord;
