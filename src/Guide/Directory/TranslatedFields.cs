using System.Text.Json.Nodes;

namespace Tambo.Guide.Directory;

/// <summary>The texts of a record by the path under which translations name them.</summary>
internal static class TranslatedFields
{
    // What readers read; names of fields, and of fields of parts below the list that holds them.
    private static readonly string[] Fields =
    [
        "name", "alternate_name", "description", "alert", "eligibility_description", "interpretation_services", "fees_description", "fees",
        "application_process", "wait_time", "transportation",
    ];

    private static readonly (string List, string Field)[] PartFields =
    [
        ("eligibility", "eligibility"), ("required_documents", "document"), ("cost_options", "option"), ("cost_options", "amount_description"),
        ("accessibility", "description"), ("schedules", "description"), ("schedules", "notes"), ("holiday_schedules", "description"), ("phones", "description"),
    ];

    /// <summary>The texts of a record that can be said in other languages, each under its path.</summary>
    public static IEnumerable<(string Path, string Text)> Of(JsonObject record)
    {
        foreach (var field in Fields)
        {
            if (SourceOf(record, field) is { Length: > 0 } text)
                yield return (field, text);
        }

        foreach (var (list, field) in PartFields)
        {
            foreach (var part in (record[list] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (part["id"] is { } id && part[field] is JsonValue value && value.ToString() is { Length: > 0 } text)
                    yield return ($"{list}/{id}/{field}", text);
            }
        }
    }

    /// <summary>
    /// The text that a translation belongs to: a field (<c>description</c>), or a field of a part by the part's
    /// identifier (<c>required_documents/{id}/document</c>); empty when it is gone.
    /// </summary>
    public static string SourceOf(JsonObject record, string field)
    {
        if (field.Split('/') is [var list, var id, var name])
        {
            var part = (record[list] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(p => p["id"]?.ToString() == id);
            return part?[name]?.ToString() ?? "";
        }

        return record[field] is JsonValue value ? value.ToString() : "";
    }
}
