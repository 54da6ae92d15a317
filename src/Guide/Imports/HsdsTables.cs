using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>
/// Puts the rows of HSDS tables together: each main table gives records, each other table gives parts of the records
/// that its rows name. One row may belong to several (a telephone of a service and of its place).
/// </summary>
internal sealed class HsdsTables(DraftSet drafts, IssueReport issues)
{
    private static readonly Dictionary<string, string> Records = new(StringComparer.OrdinalIgnoreCase)
    {
        ["organizations"] = RecordKinds.Organization,
        ["organization"] = RecordKinds.Organization,
        ["services"] = RecordKinds.Service,
        ["service"] = RecordKinds.Service,
        ["locations"] = RecordKinds.Location,
        ["location"] = RecordKinds.Location,
        ["service_at_location"] = RecordKinds.ServiceAtLocation,
        ["service_at_locations"] = RecordKinds.ServiceAtLocation,
        ["services_at_location"] = RecordKinds.ServiceAtLocation,
        ["taxonomies"] = RecordKinds.Taxonomy,
        ["taxonomy_terms"] = RecordKinds.TaxonomyTerm,
        ["taxonomy_term"] = RecordKinds.TaxonomyTerm,
    };

    // Table to the field of its owner that it fills.
    private static readonly Dictionary<string, string> Parts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["addresses"] = "addresses",
        ["accessibility"] = "accessibility",
        ["contacts"] = "contacts",
        ["cost_options"] = "cost_options",
        ["funding"] = "funding",
        ["languages"] = "languages",
        ["organization_identifiers"] = "organization_identifiers",
        ["phones"] = "phones",
        ["programs"] = "programs",
        ["required_documents"] = "required_documents",
        ["schedules"] = "schedules",
        ["holiday_schedules"] = "holiday_schedules",
        ["service_areas"] = "service_areas",
        ["service_capacities"] = "capacities",
        ["service_capacity"] = "capacities",
        ["capacities"] = "capacities",
        ["eligibility"] = "eligibility",
        ["urls"] = "urls",
        ["attributes"] = "attributes",
        ["metadata"] = "metadata",
        ["translations"] = "translations",
    };

    private static readonly (string Column, string Kind)[] OwnerColumns =
    [
        ("organization_id", RecordKinds.Organization), ("service_id", RecordKinds.Service), ("location_id", RecordKinds.Location),
        ("service_at_location_id", RecordKinds.ServiceAtLocation),
    ];

    private static readonly string[] Links = ["link_id", "resource_id", "record_id"];
    private readonly Dictionary<(string Table, string Id), List<JsonObject>> partsById = [];
    private readonly Dictionary<string, JsonObject> units = [];
    private readonly Dictionary<string, List<string>> placesOfServices = [];
    private HashSet<string> programsOfServices = [];

    /// <summary>True for the name of an HSDS table.</summary>
    public static bool Knows(string table) => Records.ContainsKey(table) || Parts.ContainsKey(table) || table.Equals("units", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Adds the rows of all tables, records first, then parts, then parts of parts. An empty cell of a column says that
    /// there is nothing, and so does a table of parts without a row for a record.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns of each table.</param>
    public void Add(IReadOnlyList<TableRow> rows, IReadOnlyDictionary<string, HashSet<string>> columns)
    {
        foreach (var row in rows)
        {
            foreach (var column in columns.TryGetValue(row.Table, out var known) ? known : [])
                row.Cells.TryAdd(column, null);
        }

        foreach (var row in rows)
        {
            if (Records.TryGetValue(row.Table, out var kind))
                AddRecord(kind, row);
            else if (row.Table.Equals("units", StringComparison.OrdinalIgnoreCase) && Text(row, "id") is { } unit)
                units.TryAdd(unit, row.Cells);
        }

        foreach (var table in rows.Where(r => !Records.ContainsKey(r.Table)).GroupBy(r => r.Table, StringComparer.OrdinalIgnoreCase))
        {
            if (!Knows(table.Key))
                issues.Add(new RowIssue(0, null, ImportIssues.TableUnknown, table.Key, IssueSeverity.Note, table.First().Source));
        }

        programsOfServices = [.. drafts.All.Where(d => d.Kind == RecordKinds.Service).Select(d => d.Content["program_id"]?.ToString()).OfType<string>().Select(SourceIds.Plain)];
        // Languages of a telephone and telephones of a contact come after what they belong to.
        foreach (var row in rows.Where(r => Parts.ContainsKey(r.Table)).OrderBy(r => Depth(r.Table)))
            AddPart(row);
        foreach (var service in drafts.All.Where(d => d.Kind == RecordKinds.Service))
            Complete(service);
        foreach (var draft in drafts.All)
            SayNone(draft, columns);
    }

    private static void SayNone(Draft draft, IReadOnlyDictionary<string, HashSet<string>> columns)
    {
        var owner = draft.Kind + "_id";
        foreach (var (table, field) in Parts)
        {
            if (!columns.TryGetValue(table, out var known))
                continue;
            var names = field is "attributes" or "metadata" or "translations" ? known.Overlaps(Links) : known.Contains(owner);
            if (names && FieldOf(draft.Kind, field) is not "program" and var part)
                draft.Content.TryAdd(part, new JsonArray());
        }
    }

    // Some tables name a service's programme by its identifier only, or its organisation only by way of its place.
    private void Complete(Draft service)
    {
        if (service.Content.TryGetPropertyValue("program_id", out var none) && none is null)
        {
            service.Content.Remove("program_id");
            service.Content.TryAdd("program", null);
        }

        if (service.Content["program_id"] is JsonValue program && partsById.TryGetValue(("programs", SourceIds.Plain(program.ToString())), out var known))
        {
            service.Content["program"] = known[0].DeepClone();
            service.Content.Remove("program_id");
        }

        if (service.Content.ContainsKey("organization_id") || !placesOfServices.TryGetValue(service.SourceId, out var places))
            return;
        var owners = places.Select(place => drafts.Find(RecordKinds.Location, place)?.Content["organization_id"]?.ToString()).OfType<string>().Distinct().ToList();
        if (owners.Count == 1)
            service.Content["organization_id"] = owners[0];
    }

    private static int Depth(string table) => table.ToLowerInvariant() switch
    {
        "contacts" => 0,
        "phones" => 1,
        "attributes" or "metadata" => 3,
        _ => 2,
    };

    private void AddRecord(string kind, TableRow row)
    {
        var id = Text(row, "id");
        if (id is null && kind == RecordKinds.ServiceAtLocation)
            id = $"{Text(row, "service_id")}@{Text(row, "location_id")}";
        if (id is null)
        {
            issues.Add(new RowIssue(row.Line, null, ImportIssues.IdMissing, row.Table, IssueSeverity.Error, row.Source));
            return;
        }

        if (kind == RecordKinds.ServiceAtLocation && Text(row, "service_id") is { } service && Text(row, "location_id") is { } location)
        {
            if (!placesOfServices.TryGetValue(service, out var places))
                placesOfServices[service] = places = [];
            places.Add(location);
        }

        if (!drafts.Add(new Draft(kind, id, row.Line, row.Source, row.Cells), stated: true))
            issues.Add(new RowIssue(row.Line, null, ImportIssues.IdDuplicate, id, IssueSeverity.Error, row.Source));
    }

    private void AddPart(TableRow row)
    {
        var field = Parts[row.Table];
        var owned = false;
        if (field == "capacities" && Text(row, "unit_id") is { } unit && units.TryGetValue(unit, out var counted))
            row.Cells["unit"] = counted.DeepClone();
        if (field is "attributes" or "metadata" or "translations")
            owned = AddLinked(row, field);
        foreach (var (column, kind) in OwnerColumns)
        {
            if (Text(row, column) is { } id && drafts.Find(kind, id) is { } owner)
            {
                Attach(owner.Content, FieldOf(kind, field), row);
                owned = true;
            }
        }

        foreach (var (column, table) in new[] { ("contact_id", "contacts"), ("phone_id", "phones") })
        {
            foreach (var part in Text(row, column) is { } id ? partsById.GetValueOrDefault((table, id)) ?? [] : [])
            {
                Attach(part, field, row);
                owned = true;
            }
        }

        // A programme may be a service's alone, which names it.
        if (field == "programs" && !owned && Text(row, "id") is { } programId && programsOfServices.Contains(programId))
        {
            partsById[("programs", programId)] = [(JsonObject)row.Cells.DeepClone()];
            owned = true;
        }

        if (!owned)
            issues.Add(new RowIssue(row.Line, null, ImportIssues.OwnerMissing, $"{row.Table}: {Text(row, "id")}", IssueSeverity.Warning, row.Source));
    }

    // These tables name their owner by one column, whatever it is.
    private bool AddLinked(TableRow row, string field)
    {
        var id = Links.Select(column => Text(row, column)).FirstOrDefault(said => said is not null);
        if (id is null)
            return false;
        var kinds = new[] { RecordKinds.Service, RecordKinds.Organization, RecordKinds.Location, RecordKinds.ServiceAtLocation, RecordKinds.TaxonomyTerm, RecordKinds.Taxonomy };
        var said = Text(row, "link_entity") ?? Text(row, "resource_type") ?? Text(row, "record_kind");
        var found = kinds.Select(kind => drafts.Find(kind, id)).OfType<Draft>().OrderBy(d => d.Kind == said ? 0 : 1).FirstOrDefault();
        if (found is not null)
        {
            Attach(found.Content, field, row);
            return true;
        }

        return false;
    }

    private static string FieldOf(string kind, string field) => (kind, field) switch
    {
        (RecordKinds.Organization, "urls") => "additional_websites",
        (RecordKinds.Service, "urls") => "additional_urls",
        (RecordKinds.Service, "programs") => "program",
        _ => field,
    };

    private void Attach(JsonObject owner, string field, TableRow row)
    {
        var part = (JsonObject)row.Cells.DeepClone();
        if (field == "program")
        {
            owner[field] = part;
            return;
        }

        if (owner[field] is not JsonArray list)
            owner[field] = list = [];
        list.Add(part);
        if (Text(row, "id") is not { } id)
            return;
        var key = (row.Table.ToLowerInvariant(), id);
        if (!partsById.TryGetValue(key, out var known))
            partsById[key] = known = [];
        known.Add(part);
    }

    private static string? Text(TableRow row, string column) =>
        row.Cells[column] is JsonValue value && value.ToString().Trim() is { Length: > 0 and <= 200 } text ? SourceIds.Plain(text) : null;
}
