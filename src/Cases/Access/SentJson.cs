using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Access;

/// <summary>Reads what is sent: every text of it looked over in one place, and what is wrong told field by field.</summary>
internal static class SentJson
{
    /// <summary>The largest body, in bytes.</summary>
    public const int LargestBody = 512 * 1024;

    private const int LongestText = 200;
    private const int LongestNotes = 20_000;
    private static readonly string[] Notes = ["notes", "note", "outcome", "reason", "minutes", "signs", "steps", "places", "helpers", "reaching"];

    /// <summary>The body as a record, with its texts mended, and what is wrong with them so far.</summary>
    /// <exception cref="Problem">It is no JSON, or holds fields that cannot be read or that nobody knows.</exception>
    public static async Task<(T Said, List<(string Field, ProblemKind Kind)> Wrong)> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        return Of<T>(await ReadObjectAsync(request, cancellationToken));
    }

    /// <summary>The body as an object, of which nothing is read yet.</summary>
    /// <exception cref="Problem">It is no JSON, or no object.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            throw PlatformProblems.UnsupportedMedia.With();
        try
        {
            return await JsonNode.ParseAsync(
                request.Body, documentOptions: new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }, cancellationToken: cancellationToken) as JsonObject
                ?? throw PlatformProblems.Malformed.With();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            throw PlatformProblems.Malformed.With();
        }
    }

    /// <summary>Takes a part out that is read by itself; null when it is not there.</summary>
    /// <exception cref="Problem">The object holds what is no text.</exception>
    public static JsonNode? Take(JsonObject root, string name)
    {
        try
        {
            var part = root[name];
            root.Remove(name);
            return part;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            throw PlatformProblems.Malformed.With();
        }
    }

    /// <summary>An object as a record, with its texts mended, and what is wrong with them so far.</summary>
    /// <exception cref="Problem">It holds fields that cannot be read or that nobody knows.</exception>
    public static (T Said, List<(string Field, ProblemKind Kind)> Wrong) Of<T>(JsonObject root)
        where T : class
    {
        var wrong = new List<(string Field, ProblemKind Kind)>();
        try
        {
            LookOver(root, "", "", wrong);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half of a pair of characters is no text, not even in the name of a field.
            throw PlatformProblems.Malformed.With();
        }

        // Before anything else is made of them: a text of a megabyte is not searched for words.
        RefuseIf(wrong);
        try
        {
            return (root.Deserialize<T>(CaseJson.Strict)!, wrong);
        }
        catch (JsonException unreadable)
        {
            throw FormProblems.With(((unreadable.Path ?? "$").TrimStart('$', '.') is { Length: > 0 } path ? path : "body", CasesProblems.ValueUnfit));
        }
    }

    /// <summary>Refuses when anything is wrong, and says all of it.</summary>
    public static void RefuseIf(IReadOnlyList<(string Field, ProblemKind Kind)> wrong)
    {
        if (wrong.Count > 0)
            throw FormProblems.With([.. wrong.DistinctBy(one => one.Field)]);
    }

    private static void LookOver(JsonNode node, string at, string name, List<(string, ProblemKind)> wrong)
    {
        switch (node)
        {
            case JsonObject group:
                foreach (var (key, value) in group.ToList())
                {
                    if (value is not null)
                        LookOver(value, at.Length == 0 ? key : $"{at}.{key}", key, wrong);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is { } item)
                        LookOver(item, $"{at}[{i}]", name, wrong);
                    else
                        wrong.Add(($"{at}[{i}]", CasesProblems.ValueUnfit));
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                if (text.Length > (Notes.Contains(name, StringComparer.Ordinal) ? LongestNotes : LongestText))
                    wrong.Add((at, CasesProblems.TextTooLong));
                else if (TextCharacters.HasControls(text))
                    wrong.Add((at, CasesProblems.TextUnfit));
                else if (TextCharacters.Mended(text) is var mended && mended != text)
                    value.ReplaceWith(mended);
                break;
        }
    }
}
