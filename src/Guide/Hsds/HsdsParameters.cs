namespace Tambo.Guide.Hsds;

/// <summary>One parameter of the open interface, for reading requests and for describing them.</summary>
/// <param name="Name">As it stands in addresses and bodies.</param>
/// <param name="Type">Its JSON type: string, integer, number or boolean.</param>
/// <param name="Lists">The lists that take it.</param>
internal sealed record HsdsParameter(string Name, string Type, IReadOnlyList<string> Lists)
{
    /// <summary>The key of the text that says what it does.</summary>
    public string TextKey => "hsds.parameter." + Name;
}

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
        new("search", "string", Lists),
        new("page", "integer", Lists),
        new("per_page", "integer", Lists),
        new("format", "string", Lists),
        new("taxonomy_term_id", "string", Offers),
        new("taxonomy_id", "string", [Services, ServicesAtLocations, TaxonomyTerms]),
        new("organization_id", "string", Offers),
        new("modified_after", "string", Offers),
        new("minimal", "boolean", [Services]),
        new("full", "boolean", [Services, Organizations, ServicesAtLocations]),
        new("full_service", "boolean", [Organizations]),
        new("postcode", "string", Offers),
        new("proximity", "number", Offers),
        new("lat", "number", Offers),
        new("lon", "number", Offers),
        new("radius_m", "number", Offers),
        new("minimum_age", "number", Offers),
        new("maximum_age", "number", Offers),
        new("day", "string", Offers),
        new("start_time", "string", Offers),
        new("end_time", "string", Offers),
        new("top_only", "boolean", [TaxonomyTerms]),
        new("parent_id", "string", [TaxonomyTerms]),
    ];
}
