using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Tambo.Guide.Directory;

/// <summary>
/// Records as JSON with the names of HSDS. What is not known is left out, except for fields that HSDS requires.
/// </summary>
internal static class RecordJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>The content of a record, without its head.</summary>
    public static JsonObject Content<T>(T record)
        where T : DirectoryRecord => (JsonObject)JsonSerializer.SerializeToNode(record, Options)!;

    /// <summary>The whole record as history keeps it.</summary>
    public static JsonObject Snapshot(DirectoryRecord record) => (JsonObject)JsonNode.Parse(SnapshotText(record))!;

    /// <summary>The whole record as history keeps it, as text.</summary>
    public static string SnapshotText(DirectoryRecord record)
    {
        var head = new SnapshotHead
        {
            Confidentiality = record.Confidentiality,
            TextLanguage = record.TextLanguage,
            Translations = record.Translations,
            AgencyId = (record as Organization)?.AgencyId,
        };
        // One object from two: a record always has an identifier, and its head a confidentiality.
        return string.Concat(
            JsonSerializer.Serialize(record, record.GetType(), Options).AsSpan()[..^1], ",", JsonSerializer.Serialize(head, Options).AsSpan(1));
    }

    /// <summary>
    /// A hash that changes with what a source says: the content and the source's own translations. What people here
    /// decide about a record (confidentiality, confirmation, their translations) is not part of it.
    /// </summary>
    public static string HashOf(DirectoryRecord record)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(record, record.GetType(), Options);
        var said = record.Translations.Where(t => t.Method == "source").ToList();
        if (said.Count > 0)
            content = [.. content, .. JsonSerializer.SerializeToUtf8Bytes(said, Options)];
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private static JsonSerializerOptions Create()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(LeaveOutTheUnknown);
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
            TypeInfoResolver = resolver,
        };
        options.MakeReadOnly();
        return options;
    }

    private static void LeaveOutTheUnknown(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(AlwaysServedAttribute), inherit: true) == true)
                continue;
            if (property.Name == "position_precision")
                property.ShouldSerialize = static (_, value) => value is not "exact";
            else if (property.PropertyType == typeof(bool))
                property.ShouldSerialize = static (_, value) => value is true;
            else if (property.PropertyType == typeof(string))
                property.ShouldSerialize = static (_, value) => value is string { Length: > 0 };
            else if (typeof(System.Collections.ICollection).IsAssignableFrom(property.PropertyType)
                || (property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)))
            {
                if (!property.IsExtensionData)
                    property.ShouldSerialize = static (_, value) => value is System.Collections.ICollection { Count: > 0 };
            }
        }
    }

    private sealed record SnapshotHead
    {
        public string Confidentiality { get; init; } = "";
        public string TextLanguage { get; init; } = "";
        public IReadOnlyList<Translation> Translations { get; init; } = [];
        public Guid? AgencyId { get; init; }
    }
}
