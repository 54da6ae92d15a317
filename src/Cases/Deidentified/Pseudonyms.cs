using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Cases.Deidentified;

/// <summary>A study: its code, whose it is and of which office. The same code of another owner or office is another study.</summary>
/// <param name="Code">What its owner calls it.</param>
/// <param name="Owner">Who began it.</param>
/// <param name="Office">The agency for which they work; empty when for none.</param>
internal sealed record Study(string Code, string Owner, string Office)
{
    /// <summary>The study of somebody.</summary>
    public static Study Of(string code, Actor actor, Guid? office) => new(code, Erasing.ErasureSteps.NameOf(actor), office?.ToString("D") ?? "");

    /// <summary>What its key is sealed for: the key of one study opens no other.</summary>
    public string Purpose => $"cases study {Code} {Owner} {Office}";
}

/// <summary>A study that was begun.</summary>
/// <param name="Code">What its owner calls it.</param>
/// <param name="Office">The agency for which they began it; null for none.</param>
/// <param name="Levels">How coarse each column is, for as long as it goes on.</param>
/// <param name="At">When its first file was taken out.</param>
internal sealed record BegunStudy(string Code, Guid? Office, IReadOnlyList<int> Levels, DateTimeOffset At);

/// <summary>
/// Names that say nothing: keyed hashes. Each export has a key of its own that nobody keeps; a study gets the same names each time, by a
/// key that is sealed by the node key and leaves it never. Names of two studies say nothing of each other.
/// </summary>
internal sealed class Pseudonyms(NodeKey node)
{
    /// <summary>A study: its key, and how coarse its first export was; null when it has had none.</summary>
    public async Task<(byte[] Key, IReadOnlyList<int> Levels)?> FindAsync(DbConnection connection, Study study) =>
        await connection.QuerySingleOrDefaultAsync<StudyRow>("select sealed, levels from cases_studies where code = @Code and owner = @Owner and office = @Office", new { study.Code, study.Owner, study.Office }) is { } row
            ? (node.Open(row.Sealed, study.Purpose), JsonSerializer.Deserialize<IReadOnlyList<int>>(row.Levels)!)
            : null;

    /// <summary>The studies that somebody has begun, whichever office they worked for then, the last first.</summary>
    public static async Task<IReadOnlyList<BegunStudy>> OfOwnerAsync(DbConnection connection, string owner) =>
    [
        .. (await connection.QueryAsync<(string Code, string Office, string Levels, DateTimeOffset MadeAt)>("select code, office, levels, made_at from cases_studies where owner = @owner order by made_at desc, code, office", new { owner }))
            .Select(row => new BegunStudy(row.Code, Guid.TryParseExact(row.Office, "D", out var office) ? office : null, JsonSerializer.Deserialize<IReadOnlyList<int>>(row.Levels)!, row.MadeAt)),
    ];

    /// <summary>Keeps a study; false when its owner has begun it meanwhile.</summary>
    public async Task<bool> KeepAsync(Change change, Study study, byte[] key, IReadOnlyList<int> levels, DateTimeOffset now) => await change.ExecuteAsync(
        "insert into cases_studies (code, owner, office, sealed, levels, made_at) values (@Code, @Owner, @Office, @Sealed, @Levels, @now) on conflict do nothing",
        new { study.Code, study.Owner, study.Office, Sealed = node.Seal(key, study.Purpose), Levels = JsonSerializer.Serialize(levels), now }) > 0;

    /// <summary>The name of a record under a key.</summary>
    public static string Of(byte[] key, string record) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(record)).AsSpan(0, 12));

    private sealed record StudyRow
    {
        public byte[] Sealed { get; init; } = [];

        public string Levels { get; init; } = "[]";
    }
}
