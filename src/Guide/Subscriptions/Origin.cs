using System.Text.Json;
using Tambo.Guide.Directory;

namespace Tambo.Guide.Subscriptions;

/// <summary>Who published a record first, where the source it was taken from had it from somebody else.</summary>
/// <param name="Title">What that set is called.</param>
/// <param name="Licence">Its terms; empty when not said.</param>
public sealed record Origin(string Title, string Licence)
{
    /// <summary>The field of a record that says so.</summary>
    internal const string Field = "original_provenance";

    /// <summary>What a record says of it; null when it says nothing that can be shown.</summary>
    internal static Origin? Of(DirectoryRecord record)
    {
        if (record.Extra?.GetValueOrDefault(Field) is not { ValueKind: JsonValueKind.Object } said)
            return null;
        string Text(string name) => said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
        var title = Text("title") is { Length: > 0 } named ? named : Text("source_set");
        return title.Length is > 0 and <= 300 ? new Origin(title, Text("licence") is { Length: <= 100 } licence ? licence : "") : null;
    }
}
