using System.Text.Json.Nodes;

namespace Tambo.Guide.Directory;

/// <summary>The texts of a record by the path under which translations name them.</summary>
internal static class TranslatedFields
{
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
