namespace Tambo.Guide.Hsds;

/// <summary>One parameter of the open interface, for reading requests and for describing them.</summary>
/// <param name="Name">As it stands in addresses and bodies.</param>
/// <param name="Type">Its JSON type: string, integer, number or boolean.</param>
/// <param name="Lists">The lists that take it.</param>
/// <param name="Meaning">What it does, for the description of the interface.</param>
internal sealed record HsdsParameter(string Name, string Type, IReadOnlyList<string> Lists, string Meaning);

/// <summary>The parameters of HSDS 3.0 and 3.1, of Open Referral UK, and of this profile; they add up with "and".</summary>
internal static class HsdsParameters
{
    public const string Services = "services";
    public const string Organizations = "organizations";
    public const string ServicesAtLocations = "service_at_locations";
    public const string Taxonomies = "taxonomies";
    public const string TaxonomyTerms = "taxonomy_terms";

    private static readonly string[] Offers = [Services, ServicesAtLocations];

    /// <summary>The five lists.</summary>
    public static IReadOnlyList<string> Lists { get; } = [Services, Organizations, ServicesAtLocations, Taxonomies, TaxonomyTerms];

    /// <summary>Every parameter.</summary>
    public static IReadOnlyList<HsdsParameter> All { get; } =
    [
        new("search", "string", Lists, "Only what has every one of these words; accents and case do not matter."),
        new("page", "integer", Lists, "The page, from 1."),
        new("per_page", "integer", Lists, "Records on a page, 1 to 1000; 50 when not given."),
        new("format", "string", Lists, "json; nothing else is served."),
        new("taxonomy_term_id", "string", Offers, "Only services to which this term applies."),
        new("taxonomy_id", "string", [Services, ServicesAtLocations, TaxonomyTerms], "Only what has a term of this taxonomy."),
        new("organization_id", "string", Offers, "Only services of this organisation."),
        new("modified_after", "string", Offers, "Only what was modified at this date or time, or later."),
        new("minimal", "boolean", [Services], "Only id and modified_date, all services on one page."),
        new("full", "boolean", [Services, Organizations, ServicesAtLocations], "Fully nested records."),
        new("full_service", "boolean", [Organizations], "Organisations with their services in full."),
        new("postcode", "string", Offers, "Only places with this postal code, or, with proximity, near them."),
        new("proximity", "number", Offers, "Metres from the middle of the directory's places with the postcode; one that none of them has is refused (guide.postcode_unknown): give lat and lon."),
        new("lat", "number", Offers, "Degrees north; with lon: nearest first (profile)."),
        new("lon", "number", Offers, "Degrees east (profile)."),
        new("radius_m", "number", Offers, "Only places within these metres of lat and lon (profile)."),
        new("minimum_age", "number", Offers, "Only services that take somebody of this age or older (Open Referral UK)."),
        new("maximum_age", "number", Offers, "Only services that take somebody of this age or younger (Open Referral UK)."),
        new("day", "string", Offers, "Only what is open on one of these days: MO,TU,... (Open Referral UK)."),
        new("start_time", "string", Offers, "Only what is open at this time, HH:MM (Open Referral UK)."),
        new("end_time", "string", Offers, "Only what is still open until this time, HH:MM (Open Referral UK)."),
        new("top_only", "boolean", [TaxonomyTerms], "Only terms that stand under no other."),
        new("parent_id", "string", [TaxonomyTerms], "Only terms right under this one."),
    ];
}
