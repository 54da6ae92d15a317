using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>
/// Takes the nested objects of HSDS JSON apart into one draft a record: a service brings its organisation, its places
/// and the terms that apply to it, and the same record may be met many times.
/// </summary>
internal sealed class HsdsObjects(DraftSet drafts, IssueReport issues, string source)
{
    // An organisation holds services that hold places that hold services; real data stays below 8.
    private const int Deepest = 24;

    private static readonly string[] Kinds =
        [RecordKinds.ServiceAtLocation, RecordKinds.TaxonomyTerm, RecordKinds.Taxonomy, RecordKinds.Organization, RecordKinds.Location, RecordKinds.Service];

    /// <summary>Adds one record of a list, or the file's only one.</summary>
    public void Add(JsonNode? node, int line)
    {
        if (node is not JsonObject item)
        {
            Report(line, ImportIssues.NotARecord, node?.ToString());
            return;
        }

        if (KindOf(item, source) is { } kind)
            Take(kind, item, line, stated: true, depth: 0);
        else if (!item.ContainsKey("openapi_url"))
            Report(line, ImportIssues.KindUnknown, string.Join(", ", item.Select(p => p.Key).Take(5)));
    }

    /// <summary>What kind of record an object is: by its own word, by the fields that only one kind has, then by the file's name.</summary>
    internal static string? KindOf(JsonObject item, string file)
    {
        bool Has(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (item.ContainsKey(name))
                    return true;
            }

            return false;
        }

        if (item["record_kind"] is JsonValue said && Array.Find(Kinds, kind => kind == said.ToString()) is { } named)
            return named;
        if (Has("location_type", "latitude", "addresses", "transportation"))
            return RecordKinds.Location;
        if (Has("service_at_locations", "service_areas", "required_documents", "cost_options", "eligibility_description") || (Has("status") && Has("name")))
            return RecordKinds.Service;
        if (Has("service", "service_id") || (Has("location", "location_id") && !Has("name")))
            return RecordKinds.ServiceAtLocation;
        if (Has("taxonomy_detail", "term_uri", "taxonomy_id", "taxonomy"))
            return RecordKinds.TaxonomyTerm;
        if (Has("website", "legal_status", "organization_identifiers", "services", "tax_status", "parent_organization_id", "programs", "locations"))
            return RecordKinds.Organization;
        var name = Path.GetFileName(file);
        return Array.Find(Kinds, kind => name.StartsWith(kind, StringComparison.OrdinalIgnoreCase))
            ?? (name.StartsWith("taxonomies", StringComparison.OrdinalIgnoreCase) || Has("version") ? RecordKinds.Taxonomy : Has("name") ? RecordKinds.Organization : null);
    }

    /// <summary>Adds a record and those inside it; its identifier, or null when it cannot be used.</summary>
    private string? Take(string kind, JsonObject item, int line, bool stated, int depth)
    {
        if (IdOf(item) is not { } id)
        {
            Report(line, ImportIssues.IdMissing, kind);
            return null;
        }

        if (depth > Deepest)
            return id;
        // Said of the copy, not of the record: where another node has it from, and what it is.
        item.Remove("record_kind");
        if (item["provenance"] is JsonObject provenance && provenance.ContainsKey("source_set"))
            item.Remove("provenance");
        TakeApart(kind, id, item, line, depth);
        if (!drafts.Add(new Draft(kind, id, line, source, item), stated))
            Report(line, ImportIssues.IdDuplicate, id);
        return id;
    }

    private void TakeApart(string kind, string id, JsonObject item, int line, int depth)
    {
        switch (kind)
        {
            case RecordKinds.Organization:
                Many(item, "services", RecordKinds.Service, line, depth, service => service["organization_id"] = id);
                Many(item, "locations", RecordKinds.Location, line, depth, location => location["organization_id"] = id);
                break;
            case RecordKinds.Service:
                One(item, "organization", "organization_id", RecordKinds.Organization, line, depth);
                Many(item, "service_at_locations", RecordKinds.ServiceAtLocation, line, depth, place => place["service_id"] = id);
                break;
            case RecordKinds.ServiceAtLocation:
                One(item, "location", "location_id", RecordKinds.Location, line, depth);
                One(item, "service", "service_id", RecordKinds.Service, line, depth);
                break;
            case RecordKinds.TaxonomyTerm:
                One(item, "taxonomy_detail", "taxonomy_id", RecordKinds.Taxonomy, line, depth);
                break;
        }

        if (item["attributes"] is JsonArray attributes)
        {
            foreach (var attribute in attributes.OfType<JsonObject>())
                One(attribute, "taxonomy_term", "taxonomy_term_id", RecordKinds.TaxonomyTerm, line, depth);
        }
    }

    private void One(JsonObject owner, string field, string reference, string kind, int line, int depth)
    {
        if (owner[field] is not JsonObject inner)
            return;
        owner.Remove(field);
        if (Take(kind, inner, line, stated: false, depth + 1) is { } id)
            owner[reference] = id;
    }

    private void Many(JsonObject owner, string field, string kind, int line, int depth, Action<JsonObject> link)
    {
        if (owner[field] is not JsonArray items)
            return;
        owner.Remove(field);
        foreach (var item in items.OfType<JsonObject>().ToList())
        {
            items.Remove(item);
            link(item);
            Take(kind, item, line, stated: false, depth + 1);
        }
    }

    private static string? IdOf(JsonObject item) =>
        item["id"] is JsonValue value && value.ToString().Trim() is { Length: > 0 and <= 200 } id ? SourceIds.Plain(id) : null;

    private void Report(int line, string code, string? value) =>
        issues.Add(new RowIssue(line, null, code, value, IssueSeverity.Error, source));
}
