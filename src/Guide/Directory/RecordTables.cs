namespace Tambo.Guide.Directory;

/// <summary>The statements that read and write the records themselves.</summary>
internal static class RecordTables
{
    // What an edit may change of a head; the version grows with it.
    private const string Changing =
        "confidentiality text_language changed_at changed_by confirmed_at confirmed_by review_due retired_at source_set source_id "
        + "source_hash import_id import_line retrieved_at extra";

    public static readonly string InsertHead = Statements.Insert("guide_records", "kind id version created_at " + Changing);

    /// <summary>Only the version that was read is replaced: a count of 0 means that somebody else was faster.</summary>
    public static readonly string UpdateHead =
        Statements.Update("guide_records", Changing) + ", version = version + 1 where kind = @Kind and id = @Id and version = @Version";

    public static readonly RecordTable<Organization> Organizations = new(
        "guide_organizations",
        "name alternate_name description email website tax_status tax_id year_incorporated legal_status logo uri "
        + "parent_organization_id agency_id");

    public static readonly RecordTable<Service> Services = new(
        "guide_services",
        "organization_id name alternate_name description url email status interpretation_services "
        + "application_process fees_description wait_time fees accreditations eligibility_description minimum_age "
        + "maximum_age assured_date assurer_email licenses alert last_modified free");

    public static readonly RecordTable<Location> Locations = new(
        "guide_locations",
        "organization_id location_type url name alternate_name description transportation latitude longitude "
        + "position_precision external_identifier external_identifier_type time_zone country admin_area");

    public static readonly RecordTable<ServiceAtLocation> ServicesAtLocations = new(
        "guide_services_at_locations",
        "service_id location_id description");

    public static readonly RecordTable<Taxonomy> Taxonomies = new(
        "guide_taxonomies",
        "name description uri version_text");

    public static readonly RecordTable<TaxonomyTerm> TaxonomyTerms = new(
        "guide_taxonomy_terms",
        "taxonomy_id taxonomy_name code name description parent_id language term_uri");
}

/// <summary>One table of records.</summary>
/// <param name="name">The table.</param>
/// <param name="columns">Its own columns, with blanks between them, beside kind and identifier.</param>
internal sealed class RecordTable<T>(string name, string columns)
    where T : DirectoryRecord
{
    /// <summary>All that are in the directory, with their heads, in any order.</summary>
    public string Select { get; } =
        "select * from guide_records r join " + name + " t on t.kind = r.kind and t.id = r.id where r.retired_at is null";

    /// <summary>Adds one.</summary>
    public string Insert { get; } = Statements.Insert(name, "kind id " + columns);

    /// <summary>Replaces one's content.</summary>
    public string Update { get; } = Statements.Update(name, columns) + " where id = @Id";
}

/// <summary>Statements over the columns of a table, each filled from the property of its name: <c>opens_at</c> from <c>OpensAt</c>.</summary>
internal static class Statements
{
    public static string Insert(string table, string columns) =>
        "insert into " + table + " (" + Join(columns, static column => Quoted(column)) + ") values (" + Join(columns, Parameter) + ")";

    public static string Update(string table, string columns) =>
        "update " + table + " set " + Join(columns, static column => Quoted(column) + " = " + Parameter(column));

    private static string Join(string columns, Func<string, string> each) => string.Join(", ", columns.Split(' ').Select(each));

    // Quoted, since "interval" and "option" mean something to a database.
    private static string Quoted(string column) => "\"" + column + "\"";

    private static string Parameter(string column) =>
        "@" + string.Concat(column.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
