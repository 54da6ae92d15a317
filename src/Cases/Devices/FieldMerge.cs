using System.Text.Json.Nodes;

namespace Tambo.Cases.Devices;

/// <summary>A field that two have changed since the same version, and what each of them said.</summary>
/// <param name="Field">compartment.field of a person; urgency, note or profiles.CODE of a case.</param>
/// <param name="Was">What it was for whoever changed it on the device.</param>
/// <param name="Theirs">What stands there now.</param>
/// <param name="Mine">What the device says.</param>
/// <param name="Taken">What was decided; null while nobody has.</param>
internal sealed record FieldConflict(string Field, JsonNode? Was, JsonNode? Theirs, JsonNode? Mine, JsonNode? Taken = null)
{
    public override string ToString() => "•••";
}

/// <summary>What becomes of a change: the fields that are written, and those of which somebody has to decide.</summary>
internal sealed record MergedFields(IReadOnlyDictionary<string, JsonNode?> Written, IReadOnlyList<FieldConflict> Conflicts);

/// <summary>
/// Puts a change that was made on an older version together with what stands now, field by field: pure. What only one has
/// changed is theirs; what both changed to the same is agreed; what both changed otherwise is a conflict and is not written.
/// </summary>
internal static class FieldMerge
{
    /// <summary>The merge.</summary>
    /// <param name="was">Fields as they were for whoever changed them.</param>
    /// <param name="now">The same fields as they are to be.</param>
    /// <param name="current">Fields as they stand.</param>
    public static MergedFields Of(IReadOnlyDictionary<string, JsonNode?> was, IReadOnlyDictionary<string, JsonNode?> now, IReadOnlyDictionary<string, JsonNode?> current)
    {
        var (written, conflicts) = (new Dictionary<string, JsonNode?>(StringComparer.Ordinal), new List<FieldConflict>());
        foreach (var (field, mine) in now.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var (before, theirs) = (was.GetValueOrDefault(field), current.GetValueOrDefault(field));
            if (Same(mine, theirs) || Same(mine, before))
                continue;
            if (Same(before, theirs))
                written[field] = mine;
            else
                conflicts.Add(new FieldConflict(field, before, theirs, mine));
        }

        return new MergedFields(written, conflicts);
    }

    /// <summary>The fields of an object by name; those of the groups below it by group and name.</summary>
    /// <param name="root">The object.</param>
    /// <param name="isGroup">Tells whether what stands under a name is a group of fields.</param>
    public static Dictionary<string, JsonNode?> Fields(JsonObject? root, Func<string, bool> isGroup)
    {
        var fields = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, value) in root ?? [])
        {
            if (!isGroup(name))
                fields[name] = value;
            else
            {
                foreach (var (inner, one) in value as JsonObject ?? [])
                    fields[$"{name}.{inner}"] = one;
            }
        }

        return fields;
    }

    // What was left out, is null, empty or no is the same nothing.
    private static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(Said(one), Said(other));

    private static JsonNode? Said(JsonNode? value) => value switch
    {
        JsonArray { Count: 0 } => null,
        JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.False => null,
        JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.String && text.GetValue<string>().Trim().Length == 0 => null,
        _ => value,
    };
}
