using System.Text.Json.Nodes;

namespace Tambo.Guide.Hsds;

/// <summary>What this interface adds to HSDS 3.0, and its description for programs.</summary>
internal static class HsdsProfile
{
    private const string Specification = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/";

    /// <summary>Each field or parameter that is added, and what it means, in English as all interface descriptions.</summary>
    public static IReadOnlyList<(string Field, string Meaning)> Additions { get; } =
    [
        ("translations[]", "On service, organization, location and taxonomy_term: field, language (BCP 47), value, source_hash (first 16 bytes of the SHA-256 of the translated text, hexadecimal), status (current, or outdated when the text has changed since), method."),
        ("complete", "On every record that stands in full: true. A field that it leaves out is empty; an import takes it away from the record that it is laid over. Records in short form, and those of other publishers, say nothing of fields that they leave out."),
        ("text_language", "The language of the record's own texts, BCP 47."),
        ("confidentiality", "area_only, contact_only; absent when public. Withheld records are not served, counted or searched; an area_only place has its administrative area only, a contact_only one its telephones only."),
        ("position_precision", "approximate when latitude and longitude are those of a city or area: such places are never ordered by distance."),
        ("time_zone, country, admin_area", "On location: IANA zone, ISO 3166-1 alpha-2, code of the administrative area (P-code or ISO 3166-2)."),
        ("holiday_schedules[]", "On service, location and service_at_location: dates with other hours or none, as in HSDS 1."),
        ("schedules[].closes_next_day, closed_on_public_holidays", "Hours past midnight, and closing on public holidays, where the service says so."),
        ("capacities[]", "On service (HSDS 3.1): unit, available, maximum, updated."),
        ("additional_urls[], additional_websites[], attributes[].label, service_at_location.service_areas[]", "As in HSDS 3.1."),
        ("free", "On service: true when nobody pays, false when somebody does, absent when unknown."),
        ("accessibility[].code", "A code that filters use."),
        ("provenance", "On service, organization and location: the source set, the identifier there, when it was retrieved, and the title, url and licence of the set where they are known."),
        ("lat, lon, radius_m", "Parameters: nearest first, and within a distance in metres."),
        ("POST on the five lists", "The same parameters as a form or a JSON object in the body (HSDS 3.1), so that a search stands in no address and no log."),
    ];

    /// <summary>The interface as OpenAPI 3.1.</summary>
    public static JsonObject OpenApi(string root)
    {
        var paths = new JsonObject
        {
            ["/"] = new JsonObject { ["get"] = Operation("getAPIMetaInformation", "Version, profile and description of this interface.", new JsonObject { ["type"] = "object" }, []) },
        };
        foreach (var list in HsdsParameters.Lists)
        {
            var parameters = HsdsParameters.All.Where(p => p.Lists.Contains(list)).ToList();
            paths["/" + list] = new JsonObject
            {
                ["get"] = Operation("list_" + list, $"A page of {list}.", PageOf(list), parameters),
                ["post"] = Search(list, parameters),
            };
            paths["/" + list + "/{id}"] = new JsonObject
            {
                ["parameters"] = new JsonArray(new JsonObject { ["in"] = "path", ["name"] = "id", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "uuid" } }),
                ["get"] = Operation("get_" + list, $"One of {list}, fully nested.", Reference(SingleSchema(list)), list == HsdsParameters.Organizations ? parameters.Where(p => p.Name == "full_service") : []),
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Services directory (HSDS 3.0)", ["version"] = "1", ["license"] = new JsonObject { ["name"] = "See the sources that each record names" } },
            ["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema",
            ["servers"] = new JsonArray(new JsonObject { ["url"] = root }),
            ["paths"] = paths,
        };
    }

    private static JsonObject Operation(string id, string summary, JsonObject schema, IEnumerable<HsdsParameter> parameters) => new()
    {
        ["operationId"] = id,
        ["summary"] = summary,
        ["parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)new JsonObject
        {
            ["in"] = "query", ["name"] = p.Name, ["required"] = false, ["description"] = p.Meaning, ["schema"] = new JsonObject { ["type"] = p.Type },
        })]),
        ["responses"] = Responses(schema),
    };

    private static JsonObject Search(string list, IEnumerable<HsdsParameter> parameters) => new()
    {
        ["operationId"] = "search_" + list,
        ["summary"] = $"A page of {list}; the parameters stand in the body.",
        ["requestBody"] = new JsonObject
        {
            ["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject
                {
                    ["schema"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject(parameters.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)new JsonObject { ["type"] = p.Type, ["description"] = p.Meaning }))),
                    },
                },
            },
        },
        ["responses"] = Responses(PageOf(list)),
    };

    private static JsonObject Responses(JsonObject schema) => new()
    {
        ["200"] = new JsonObject { ["description"] = "Found.", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } } },
        ["400"] = new JsonObject { ["description"] = "A parameter cannot have this value (RFC 9457).", ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject() } },
    };

    private static JsonObject PageOf(string list) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["total_items"] = Type("integer"),
            ["total_pages"] = Type("integer"),
            ["page_number"] = Type("integer"),
            ["size"] = Type("integer"),
            ["first_page"] = Type("boolean"),
            ["last_page"] = Type("boolean"),
            ["empty"] = Type("boolean"),
            ["contents"] = new JsonObject { ["type"] = "array", ["items"] = Reference(ListSchema(list)) },
        },
    };

    private static JsonObject Type(string type) => new() { ["type"] = type };

    private static JsonObject Reference(string schema) => new() { ["$ref"] = Specification + schema };

    private static string ListSchema(string list) => list switch
    {
        HsdsParameters.Services => "compiled/service_list.json",
        HsdsParameters.Organizations => "compiled/organization_list.json",
        HsdsParameters.ServicesAtLocations => "compiled/service_at_location_list.json",
        HsdsParameters.Taxonomies => "taxonomy.json",
        _ => "taxonomy_term.json",
    };

    private static string SingleSchema(string list) => list switch
    {
        HsdsParameters.Services => "compiled/service.json",
        HsdsParameters.Organizations => "compiled/organization.json",
        HsdsParameters.ServicesAtLocations => "compiled/service_at_location.json",
        HsdsParameters.Taxonomies => "taxonomy.json",
        _ => "taxonomy_term.json",
    };
}
