using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>Translations that a source publishes with its records (our profile of HSDS).</summary>
internal static class TranslationDrafts
{
    private static readonly string[] Methods = ["human", "machine", "post_edited", "source"];

    /// <summary>
    /// The usable translations. One that names no hash of its source is taken to belong to the text beside it, unless it is
    /// said to be outdated.
    /// </summary>
    public static IReadOnlyList<Translation> Read(JsonArray items, JsonObject content, Draft draft, IssueReport issues)
    {
        var read = new Dictionary<(string, string), Translation>();
        foreach (var item in items)
        {
            string Text(string name) => (item as JsonObject)?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>().Trim() : "";
            var (field, language, text) = (Text("field"), Text("language"), Text("value"));
            if (field.Length is 0 or > 200 || language.Length is < 2 or > 35 || text.Length is 0 or > 50_000 || text.Contains('\0', StringComparison.Ordinal))
            {
                issues.Add(new RowIssue(draft.Line, null, ImportIssues.WrongType, "translations: " + field, IssueSeverity.Warning, draft.Source));
                continue;
            }

            var hash = Text("source_hash");
            if (hash.Length != 32)
                hash = Text("status") == "outdated" ? "" : TextHash.Of(TranslatedFields.SourceOf(content, field));
            var method = Text("method");
            read[(field, language)] = new Translation
            {
                Field = field,
                Language = language,
                Value = text,
                SourceHash = hash,
                Method = Array.Exists(Methods, m => m == method) ? method : "source",
                ReviewedAt = DateTimeOffset.TryParse(Text("reviewed_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var readOver) ? readOver : null,
            };
        }

        return [.. read.Values.OrderBy(t => t.Field, StringComparer.Ordinal).ThenBy(t => t.Language, StringComparer.Ordinal)];
    }
}
