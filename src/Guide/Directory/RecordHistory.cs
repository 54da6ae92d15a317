using System.Text.Json.Nodes;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Guide.Directory;

/// <summary>One version of a record, in full.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="At">When it was written.</param>
/// <param name="Actor">Who wrote it, as the audit names them.</param>
/// <param name="Change">imported, edited, confirmed, translated, retired or restored.</param>
/// <param name="Snapshot">The record as it was, with its confidentiality and translations.</param>
public sealed record RecordVersion(int Version, DateTimeOffset At, string Actor, string Change, JsonObject Snapshot);

/// <summary>What differs between two versions, one field at a time.</summary>
/// <param name="Field">The field's path, for example <c>phones/0/number</c>.</param>
/// <param name="Before">The value before; null when there was none.</param>
/// <param name="After">The value after; null when there is none.</param>
public sealed record FieldDifference(string Field, string? Before, string? After);

/// <summary>The versions of a record, for staff who compare them.</summary>
public static class RecordHistory
{
    /// <summary>Every version, the newest first.</summary>
    public static async Task<IReadOnlyList<RecordVersion>> OfAsync(NodeDb db, string kind, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(
            """
            select version, at, actor, change, snapshot from guide_record_versions
            where kind = @kind and id = @id order by version desc
            """,
            new { kind, id });
        return [.. rows.Select(r => new RecordVersion(r.Version, r.At, r.Actor, r.Change, (JsonObject)JsonNode.Parse(r.Snapshot)!))];
    }

    /// <summary>
    /// The fields that differ, in the order of their names. Parts are held against each other by their identifiers, so
    /// that one taken out does not make all that follow it look changed; translations by field and language.
    /// </summary>
    public static IReadOnlyList<FieldDifference> Compare(RecordVersion before, RecordVersion after)
    {
        var (old, now) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        Walk(before.Snapshot, after.Snapshot, "", old, now);
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(field => new FieldDifference(field, old.GetValueOrDefault(field), now.GetValueOrDefault(field)))
                .Where(difference => difference.Before != difference.After),
        ];
    }

    private static void Walk(JsonNode? before, JsonNode? after, string path, Dictionary<string, string> old, Dictionary<string, string> now)
    {
        if (before is JsonObject || after is JsonObject)
        {
            var (one, other) = (before as JsonObject ?? [], after as JsonObject ?? []);
            foreach (var name in one.Select(member => member.Key).Union(other.Select(member => member.Key)))
                Walk(one[name], other[name], path.Length == 0 ? name : path + "/" + name, old, now);
        }
        else if (before is JsonArray || after is JsonArray)
        {
            var (one, other) = (Keyed(before as JsonArray ?? []), Keyed(after as JsonArray ?? []));
            // Numbered as they stand now; those that have gone come last.
            foreach (var (key, number) in other.Keys.Union(one.Keys).Select((key, number) => (key, number)))
                Walk(one.GetValueOrDefault(key), other.GetValueOrDefault(key), $"{path}/{(key.StartsWith(Named, StringComparison.Ordinal) ? key[Named.Length..] : number)}", old, now);
        }
        else
        {
            if (before is not null)
                old[path] = before.ToString();
            if (after is not null)
                now[path] = after.ToString();
        }
    }

    private const string Named = "named ";

    private static Dictionary<string, JsonNode?> Keyed(JsonArray items)
    {
        var keyed = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (item, number) in items.Select((item, number) => (item, number)))
        {
            var key = item switch
            {
                JsonObject { } part when part["language"] is { } language && part["field"] is { } field => $"{Named}{language}/{field}",
                JsonObject { } part when part["id"] is { } id => id.ToString(),
                _ => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            if (!keyed.TryAdd(key, item))
                keyed.TryAdd($"{key} {number}", item);
        }

        return keyed;
    }

    private sealed record Row
    {
        public int Version { get; init; }
        public DateTimeOffset At { get; init; }
        public string Actor { get; init; } = "";
        public string Change { get; init; } = "";
        public string Snapshot { get; init; } = "";
    }
}
