using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Cases.Deidentified;

/// <summary>
/// Names that say nothing: keyed hashes. Each export has a key of its own that nobody keeps; a study that is named gets the same
/// names each time, by a key that is sealed by the node key and leaves it never.
/// </summary>
internal sealed class Pseudonyms(NodeKey node)
{
    private const string Purpose = "cases studies";

    /// <summary>A study: its key, and how coarse its first export was; null when it has had none.</summary>
    public async Task<(byte[] Key, IReadOnlyList<int> Levels)?> FindAsync(DbConnection connection, string study) =>
        await connection.QuerySingleOrDefaultAsync<StudyRow>("select sealed, levels from cases_studies where code = @study", new { study }) is { } row
            ? (node.Open(row.Sealed, Purpose), JsonSerializer.Deserialize<IReadOnlyList<int>>(row.Levels)!)
            : null;

    /// <summary>Keeps a study; false when somebody else has begun it meanwhile.</summary>
    public async Task<bool> KeepAsync(Change change, string study, byte[] key, IReadOnlyList<int> levels, Actor actor, DateTimeOffset now) => await change.ExecuteAsync(
        "insert into cases_studies (code, sealed, levels, made_at, made_by) values (@study, @Sealed, @Levels, @now, @By) on conflict do nothing",
        new { study, Sealed = node.Seal(key, Purpose), Levels = JsonSerializer.Serialize(levels), now, By = actor.AuditName }) > 0;

    /// <summary>The name of a record under a key.</summary>
    public static string Of(byte[] key, string record) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(record)).AsSpan(0, 12));

    private sealed record StudyRow
    {
        public byte[] Sealed { get; init; } = [];

        public string Levels { get; init; } = "[]";
    }
}
