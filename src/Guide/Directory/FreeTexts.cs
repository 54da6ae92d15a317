using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Tambo.Guide.Directory;

/// <summary>
/// The texts of a record that people wrote in their own words, as opposed to its identifiers, numbers, dates and codes,
/// without which it could not be read again or would say something else.
/// </summary>
internal static class FreeTexts
{
    // Fields whose type is text and whose content is not: telephone numbers, dates, hours and codes.
    private static readonly FrozenSet<string> Coded = FrozenSet.Create(
        StringComparer.Ordinal,
        "id", "number", "status", "type", "link_entity", "currency", "position_precision", "time_zone", "language",
        "valid_from", "valid_to", "dtstart", "until", "wkst", "freq", "byday", "byweekno", "bymonthday", "byyearday",
        "opens_at", "closes_at", "updated", "last_modified");

    private static readonly string[] CodedEndings = ["_id", "_type", "_date"];

    /// <summary>Empties the texts of a record's content that a condition holds of; true when there were any.</summary>
    /// <param name="content">The content of a record, without its head.</param>
    /// <param name="record">The type of the record.</param>
    /// <param name="unwanted">True of a text that has to go.</param>
    public static bool Empty(JsonObject content, Type record, Predicate<string> unwanted) =>
        EmptyIn(content, RecordJson.Options.GetTypeInfo(record), unwanted);

    // Without a type it is from what the source said beyond the known fields: there every text is free.
    private static bool EmptyIn(JsonNode? node, JsonTypeInfo? type, Predicate<string> unwanted)
    {
        var emptied = false;
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                var field = type?.Properties.FirstOrDefault(p => p.Name == name && !p.IsExtensionData);
                if (!IsText(value))
                    emptied |= EmptyIn(value, field is null ? null : RecordJson.Options.GetTypeInfo(field.PropertyType), unwanted);
                else if ((field is null || (field.PropertyType == typeof(string) && !IsCoded(name))) && Goes(value!, unwanted))
                    (members[name], emptied) = ("", true);
            }
        }
        else if (node is JsonArray items)
        {
            var each = type?.ElementType is { } element ? RecordJson.Options.GetTypeInfo(element) : null;
            for (var at = 0; at < items.Count; at++)
            {
                if (!IsText(items[at]))
                    emptied |= EmptyIn(items[at], each, unwanted);
                else if ((each is null || each.Type == typeof(string)) && Goes(items[at]!, unwanted))
                    (items[at], emptied) = ("", true);
            }
        }

        return emptied;
    }

    private static bool IsText(JsonNode? node) => node is JsonValue && node.GetValueKind() == JsonValueKind.String;

    private static bool IsCoded(string field) =>
        Coded.Contains(field) || Array.Exists(CodedEndings, ending => field.EndsWith(ending, StringComparison.Ordinal));

    // Identifiers stay even where the source wrote them into a text.
    private static bool Goes(JsonNode text, Predicate<string> unwanted) =>
        text.GetValue<string>() is var value && !Guid.TryParse(value, out _) && unwanted(value);
}
