using System.Globalization;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Platform.Database;

namespace Tambo.Guide.Hsds;

/// <summary>
/// The directory in the shapes of HSDS 3: lists carry one-to-one fields, single records everything nested. Optional
/// fields of which nothing is known are left out. Takes the public directory, so that nothing hidden can be shaped.
/// </summary>
internal sealed class HsdsJson(PublicDirectory directory)
{
    public JsonObject InList(Service service)
    {
        var shape = Plain(service);
        if (directory.Organization(service.OrganizationId) is { } organization)
            shape["organization"] = Plain(organization);
        return shape;
    }

    public static JsonObject Minimal(Service service) => new()
    {
        ["id"] = service.Id.ToString("D"),
        ["modified_date"] = Instants.Write(HsdsSearch.ModifiedAt(service)),
    };

    public JsonObject Full(Service service)
    {
        var shape = WithoutOrganization(service);
        if (directory.Organization(service.OrganizationId) is { } organization)
            shape["organization"] = Nested(organization);
        return shape;
    }

    /// <summary>The service with all that is its own, and what its organisation is called: that stands elsewhere in full.</summary>
    public JsonObject Exported(Service service)
    {
        var shape = WithoutOrganization(service);
        if (directory.Organization(service.OrganizationId) is { } organization)
            shape["organization"] = Plain(organization);
        return shape;
    }

    public JsonObject Exported(Organization organization) => Nested(organization);

    public JsonObject Exported(Location location) => Everything(location);

    public JsonObject InList(Organization organization) => Plain(organization);

    /// <param name="organization">The organisation.</param>
    /// <param name="fullServices">True for its services in full, false for what they are called.</param>
    public JsonObject Full(Organization organization, bool fullServices)
    {
        var shape = Nested(organization);
        Put(shape, "services", directory.ServicesOf(organization).Select(s => fullServices ? WithoutOrganization(s) : Plain(s)));
        return shape;
    }

    public JsonObject InList(ServiceAtLocation place)
    {
        var shape = Plain(place);
        if (directory.Location(place.LocationId) is { } location)
            shape["location"] = Plain(location);
        if (directory.Service(place.ServiceId) is { } service)
            shape["service"] = InList(service);
        return shape;
    }

    public JsonObject Full(ServiceAtLocation place)
    {
        var shape = WithLocation(place);
        if (directory.Service(place.ServiceId) is { } service)
        {
            var nested = Full(service);
            nested.Remove("service_at_locations");
            shape["service"] = nested;
        }

        return shape;
    }

    public JsonObject Full(Taxonomy taxonomy) => Everything(taxonomy);

    public JsonObject Full(TaxonomyTerm term)
    {
        var shape = Everything(term);
        if (directory.Taxonomy(term.TaxonomyId) is { } taxonomy)
        {
            shape.Remove("taxonomy_id");
            shape["taxonomy_detail"] = Plain(taxonomy);
        }

        return shape;
    }

    private JsonObject WithoutOrganization(Service service)
    {
        var shape = Everything(service);
        Put(shape, "service_at_locations", directory.PlacesOf(service).Select(WithLocation));
        return shape;
    }

    private JsonObject WithLocation(ServiceAtLocation place)
    {
        var shape = Everything(place);
        if (directory.Location(place.LocationId) is { } location)
            shape["location"] = Everything(location);
        return shape;
    }

    private JsonObject Nested(Organization organization)
    {
        var shape = Everything(organization);
        Put(shape, "locations", directory.LocationsOf(organization).Select(Everything));
        return shape;
    }

    /// <summary>The record with its parts, its translations and what else this profile adds.</summary>
    private JsonObject Everything<T>(T record)
        where T : DirectoryRecord
    {
        var shape = Own(record);
        foreach (var attribute in (shape["attributes"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (attribute["taxonomy_term_id"] is JsonValue id && Guid.TryParse(id.ToString(), out var term) && directory.Term(term) is { } known)
            {
                attribute.Remove("taxonomy_term_id");
                attribute["taxonomy_term"] = Full(known);
            }
        }

        if (record.SourceSet.Length > 0 && record is Service or Organization or Location)
        {
            shape["provenance"] = new JsonObject
            {
                ["source_set"] = record.SourceSet,
                ["source_id"] = record.SourceId,
                ["retrieved_at"] = record.RetrievedAt is { } retrieved ? Instants.Write(retrieved) : null,
            };
            if (directory.Source(record.SourceSet) is { } source)
                (shape["provenance"]!["title"], shape["provenance"]!["url"], shape["provenance"]!["licence"]) = (source.Title, Said(source.Url), Said(source.Licence));
        }

        Put(shape, "translations", TranslationsOf(record, shape));
        // Empty fields are left out: this tells whoever reads it that they are empty, and not just unmentioned.
        shape["complete"] = true;
        return shape;
    }

    /// <summary>The translations of a record, as they stand beside its texts.</summary>
    public static IEnumerable<JsonObject> TranslationsOf(DirectoryRecord record, JsonObject? content = null)
    {
        foreach (var t in record.Translations)
        {
            var shape = new JsonObject
            {
                ["field"] = t.Field,
                ["language"] = t.Language,
                ["value"] = t.Value,
                ["source_hash"] = t.SourceHash,
                ["status"] = t.IsCurrent(TranslatedFields.SourceOf(content ??= RecordJson.Snapshot(record), t.Field)) ? "current" : "outdated",
                ["method"] = t.Method,
            };
            // When it was read over, and not by whom.
            if (t.ReviewedAt is { } read)
                shape["reviewed_at"] = read.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            yield return shape;
        }
    }

    private static string? Said(string text) => text.Length > 0 ? text : null;

    /// <summary>The record's one-to-one fields.</summary>
    private static JsonObject Plain<T>(T record)
        where T : DirectoryRecord
    {
        var shape = Own(record);
        foreach (var (name, value) in shape.ToList())
        {
            if (value is JsonArray)
                shape.Remove(name);
        }

        return shape;
    }

    private static JsonObject Own<T>(T record)
        where T : DirectoryRecord
    {
        var shape = Whole(record);
        // What these name is nested, or is whose record this stands in.
        shape.Remove("organization_id");
        shape.Remove("service_id");
        shape.Remove("location_id");
        return shape;
    }

    /// <summary>The record's content with what its head says to the public.</summary>
    public static JsonObject Whole(DirectoryRecord record)
    {
        var shape = (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(record, record.GetType(), RecordJson.Options)!;
        if (record is Service service)
        {
            if (service.LastModified.Length == 0)
                shape["last_modified"] = Instants.Write(service.ChangedAt);
            if (service.ConfirmedAt is { } confirmed)
                shape["assured_date"] = confirmed.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        if (record.Confidentiality != Confidentiality.Public)
            shape["confidentiality"] = record.Confidentiality;
        if (record.TextLanguage.Length > 0)
            shape["text_language"] = record.TextLanguage;
        return shape;
    }

    private static void Put(JsonObject shape, string name, IEnumerable<JsonObject> items)
    {
        var list = new JsonArray();
        foreach (var item in items)
            list.Add((JsonNode)item);
        if (list.Count > 0)
            shape[name] = list;
    }
}
