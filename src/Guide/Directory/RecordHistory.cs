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

    /// <summary>The fields that differ, in the order of their names.</summary>
    public static IReadOnlyList<FieldDifference> Compare(RecordVersion before, RecordVersion after)
    {
        var (old, now) = (Flat(before.Snapshot), Flat(after.Snapshot));
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(field => new FieldDifference(field, old.GetValueOrDefault(field), now.GetValueOrDefault(field)))
                .Where(difference => difference.Before != difference.After),
        ];
    }

    private static Dictionary<string, string> Flat(JsonObject snapshot)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        void Walk(JsonNode? node, string path)
        {
            switch (node)
            {
                case JsonObject members:
                    foreach (var (name, value) in members)
                        Walk(value, path.Length == 0 ? name : path + "/" + name);
                    break;
                case JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                        Walk(items[i], $"{path}/{i}");
                    break;
                case not null:
                    fields[path] = node.ToString();
                    break;
            }
        }

        Walk(snapshot, "");
        return fields;
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
