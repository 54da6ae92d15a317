using System.Text.Json.Nodes;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Hsds;

/// <summary>What this interface adds to HSDS 3.0, and its description for programs.</summary>
internal static class HsdsProfile
{
    private const string Specification = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/";

    /// <summary>Each field or parameter that is added, as programs name it, and the key of the text that says what it means.</summary>
    public static IReadOnlyList<(string Field, string TextKey)> Additions { get; } =
    [
        ("translations[]", "hsds.addition.translations"),
        ("complete", "hsds.addition.complete"),
        ("text_language", "hsds.addition.text_language"),
        ("confidentiality", "hsds.addition.confidentiality"),
        ("position_precision", "hsds.addition.position_precision"),
        ("time_zone, country, admin_area", "hsds.addition.area"),
        ("holiday_schedules[]", "hsds.addition.holiday_schedules"),
        ("schedules[].closes_next_day, closed_on_public_holidays", "hsds.addition.schedules"),
        ("capacities[]", "hsds.addition.capacities"),
        ("additional_urls[], additional_websites[], attributes[].label, service_at_location.service_areas[]", "hsds.addition.links"),
        ("free", "hsds.addition.free"),
        ("accessibility[].code", "hsds.addition.accessibility"),
        ("provenance", "hsds.addition.provenance"),
        ("lat, lon, radius_m", "hsds.addition.near"),
        ("POST", "hsds.addition.post"),
    ];

    /// <summary>The interface as OpenAPI 3.1, in the language of the texts.</summary>
    public static JsonObject OpenApi(string root, Texts texts)
    {
        var paths = new JsonObject
        {
            ["/"] = new JsonObject { ["get"] = Operation("getAPIMetaInformation", "Version, profile and description of this interface.", new JsonObject { ["type"] = "object" }, texts, []) },
        };
        foreach (var list in HsdsParameters.Lists)
        {
            var parameters = HsdsParameters.All.Where(p => p.Lists.Contains(list)).ToList();
            paths["/" + list] = new JsonObject
            {
                ["get"] = Operation("list_" + list, $"A page of {list}.", PageOf(list), texts, parameters),
                ["post"] = Search(list, texts, parameters),
            };
            paths["/" + list + "/{id}"] = new JsonObject
            {
                ["parameters"] = new JsonArray(new JsonObject { ["in"] = "path", ["name"] = "id", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "uuid" } }),
                ["get"] = Operation("get_" + list, $"One of {list}, fully nested.", Reference(SingleSchema(list)), texts, list == HsdsParameters.Organizations ? parameters.Where(p => p.Name == "full_service") : []),
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

    private static JsonObject Operation(string id, string summary, JsonObject schema, Texts texts, IEnumerable<HsdsParameter> parameters) => new()
    {
        ["operationId"] = id,
        ["summary"] = summary,
        ["parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)new JsonObject
        {
            ["in"] = "query", ["name"] = p.Name, ["required"] = false, ["description"] = texts[p.TextKey], ["schema"] = new JsonObject { ["type"] = p.Type },
        })]),
        ["responses"] = Responses(schema),
    };

    private static JsonObject Search(string list, Texts texts, IEnumerable<HsdsParameter> parameters) => new()
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
                        ["properties"] = new JsonObject(parameters.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)new JsonObject { ["type"] = p.Type, ["description"] = texts[p.TextKey] }))),
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
