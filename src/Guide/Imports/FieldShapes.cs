using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Tambo.Guide.Directory;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Imports;

/// <summary>
/// Brings the fields of a draft into the types that records have: "12" becomes a number, a field of another type is
/// left out with an issue, an unknown field stays as it is, and so does null. Without the nulls, reading the record
/// cannot fail afterwards.
/// </summary>
internal sealed class FieldShapes(IssueReport issues, string source, int line)
{
    private const int LongestText = 50_000;
    private readonly HashSet<string> unnamed = new(StringComparer.Ordinal);

    /// <summary>Identifiers of the parts that the source gives none.</summary>
    public IReadOnlySet<string> Unnamed => unnamed;

    // How a part names what it belongs to; its place in the record says that already.
    private static readonly HashSet<string> Owners =
    [
        "organization_id", "service_id", "location_id", "service_at_location_id", "contact_id", "phone_id", "link_id", "resource_id", "unit_id",
    ];

    /// <summary>Shapes the content of a record of type <typeparamref name="T"/>, whose parts get identifiers of their own.</summary>
    public void Shape<T>(JsonObject content, Guid owner)
        where T : DirectoryRecord => Fields(content, RecordJson.Options.GetTypeInfo(typeof(T)), owner, "");

    private void Fields(JsonObject content, JsonTypeInfo type, Guid owner, string path)
    {
        foreach (var property in type.Properties)
        {
            if (property.IsExtensionData || !content.TryGetPropertyValue(property.Name, out var value))
                continue;
            // That nothing is known may be said on purpose.
            if (value is null || (value is JsonValue blank && property.PropertyType != typeof(string) && blank.ToString().Trim().Length == 0))
            {
                content[property.Name] = null;
                continue;
            }

            var shaped = Value(value, property.PropertyType, owner, path + property.Name);
            if (shaped is null)
                content.Remove(property.Name);
            else if (!ReferenceEquals(shaped, value))
                content[property.Name] = shaped;
        }
    }

    private JsonNode? Value(JsonNode? value, Type type, Guid owner, string path)
    {
        if (value is null)
            return null;
        if (type == typeof(string))
            return Text(value, path);
        if (type == typeof(double?))
            return Number(value, path);
        if (type == typeof(bool) || type == typeof(bool?))
            return Truth(value, path);
        if (type == typeof(Guid) || type == typeof(Guid?))
            return value is JsonValue && Guid.TryParse(value.ToString(), out var id) ? id.ToString("D") : Dropped(value, path);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return Parts(value, type.GetGenericArguments()[0], owner, path);
        if (value is not JsonObject part)
            return Dropped(value, path);
        Part(part, type, owner, path, 0);
        return part;
    }

    private JsonNode? Parts(JsonNode value, Type type, Guid owner, string path)
    {
        if (value is not JsonArray items)
            return Dropped(value, path);
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (items[i] is not JsonObject)
            {
                if (items[i] is { } other)
                    Dropped(other, path);
                items.RemoveAt(i);
            }
        }

        for (var i = 0; i < items.Count; i++)
            Part((JsonObject)items[i]!, type, owner, path, i);
        return items;
    }

    private void Part(JsonObject part, Type type, Guid owner, string path, int ordinal)
    {
        foreach (var name in Owners)
            part.Remove(name);
        var said = part["id"] is JsonValue value ? value.ToString().Trim() : "";
        var id = Guid.TryParse(said, out var own)
            ? own
            : StableId.Of(owner.ToString("D"), path, said.Length > 0 ? said : ordinal.ToString(CultureInfo.InvariantCulture));
        part["id"] = id.ToString("D");
        if (said.Length == 0)
            unnamed.Add(id.ToString("D"));
        Fields(part, RecordJson.Options.GetTypeInfo(type), id, path + "/");
    }

    private JsonNode? Text(JsonNode value, string path)
    {
        if (value is not JsonValue scalar)
            return Dropped(value, path);
        string text;
        try
        {
            text = scalar.GetValueKind() switch
            {
                JsonValueKind.String => scalar.GetValue<string>(),
                _ => scalar.ToJsonString(),
            };
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text at all.
            return Dropped(path, path);
        }

        var clean = TextCharacters.Mended(text);
        if (clean.Length != text.Length)
            issues.Add(new RowIssue(line, null, ImportIssues.TextMended, path, IssueSeverity.Note, source));
        if (clean.Length > LongestText)
        {
            issues.Add(new RowIssue(line, null, ImportIssues.TextTooLong, path, IssueSeverity.Warning, source));
            clean = clean[..LongestText];
        }

        return scalar.GetValueKind() == JsonValueKind.String && clean.Length == text.Length ? value : clean;
    }

    private JsonNode? Number(JsonNode value, string path)
    {
        if (value is not JsonValue scalar)
            return Dropped(value, path);
        if (scalar.GetValueKind() == JsonValueKind.Number)
            return double.TryParse(scalar.ToJsonString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? value : Dropped(value, path);
        var text = scalar.ToString().Trim();
        if (text.Length == 0)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) && double.IsFinite(read) ? read : Dropped(value, path);
    }

    private JsonNode? Truth(JsonNode value, string path)
    {
        if (value is JsonValue scalar && scalar.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            return value;
        return value.ToString().Trim().ToLowerInvariant() switch
        {
            "" => null,
            "true" or "1" or "yes" or "t" or "y" => true,
            "false" or "0" or "no" or "f" or "n" => false,
            _ => Dropped(value, path),
        };
    }

    private JsonNode? Dropped(JsonNode value, string path) => Dropped(value is JsonValue ? value.ToString() : value.GetValueKind().ToString(), path);

    private JsonNode? Dropped(string value, string path)
    {
        issues.Add(new RowIssue(line, null, ImportIssues.WrongType, $"{path}: {value}", IssueSeverity.Warning, source));
        return null;
    }
}
