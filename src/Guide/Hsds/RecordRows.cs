using System.Text.Json.Nodes;
using Tambo.Guide.Directory;

namespace Tambo.Guide.Hsds;

/// <summary>Takes a record apart into rows of HSDS tables: its own row, and one for each of its parts and theirs.</summary>
/// <param name="record">The record.</param>
/// <param name="add">Takes a row of a table.</param>
internal sealed class RecordRows(DirectoryRecord record, Action<string, JsonObject> add)
{
    /// <summary>Adds the rows.</summary>
    public void Add()
    {
        var row = HsdsJson.Whole(record);
        foreach (var (field, value) in row.ToList())
        {
            if (value is JsonArray parts)
                AddParts(field, parts);
            else if (field == "program" && value is JsonObject program)
                row["program_id"] = AddProgram(program);
        }

        foreach (var translation in HsdsJson.TranslationsOf(record))
        {
            (translation["record_id"], translation["record_kind"]) = (record.Id.ToString("D"), record.Kind);
            add("translations", translation);
        }

        add(TableOf(record.Kind), row);
    }

    private void AddParts(string field, JsonArray parts)
    {
        foreach (var part in parts.OfType<JsonObject>().ToList())
        {
            parts.Remove(part);
            AddPart(field switch
            {
                "additional_websites" or "additional_urls" => "urls",
                "capacities" => "service_capacities",
                _ => field,
            }, field switch
            {
                "attributes" => "link_id",
                "metadata" => "resource_id",
                _ => record.Kind + "_id",
            }, record.Id.ToString("D"), part);
        }
    }

    private void AddPart(string table, string ownerColumn, string owner, JsonObject part)
    {
        part[ownerColumn] = owner;
        foreach (var (inner, column) in new[] { ("phones", "contact_id"), ("languages", "phone_id") })
        {
            foreach (var below in (part[inner] as JsonArray ?? []).OfType<JsonObject>().ToList())
            {
                ((JsonArray)part[inner]!).Remove(below);
                AddPart(inner, column, part["id"]!.ToString(), below);
            }
        }

        if (part["unit"] is JsonObject unit)
        {
            part.Remove("unit");
            part["unit_id"] = unit["id"]!.ToString();
            add("units", unit);
        }

        add(table, part);
    }

    // A programme of a service is named by it, and belongs to the organisation only when that says so itself.
    private string AddProgram(JsonObject program)
    {
        var id = program["id"]!.ToString();
        add("programs", (JsonObject)program.DeepClone());
        return id;
    }

    private static string TableOf(string kind) => kind switch
    {
        RecordKinds.ServiceAtLocation => "service_at_location",
        RecordKinds.Taxonomy => "taxonomies",
        _ => kind + "s",
    };
}
