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
    public static JsonObject Snapshot(DirectoryRecord record)
    {
        var snapshot = (JsonObject)JsonSerializer.SerializeToNode(record, record.GetType(), Options)!;
        snapshot["confidentiality"] = record.Confidentiality;
        if (record.TextLanguage.Length > 0)
            snapshot["text_language"] = record.TextLanguage;
        if (record.Translations.Count > 0)
            snapshot["translations"] = JsonSerializer.SerializeToNode(record.Translations, Options);
        return snapshot;
    }

    /// <summary>A hash that changes with the content, its translations and its confidentiality, and with nothing else.</summary>
    public static string HashOf(DirectoryRecord record) => HashOf(Snapshot(record));

    public static string HashOf(JsonObject snapshot) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(snapshot, Options)));

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
}
