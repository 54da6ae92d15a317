using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tambo.Flows.Collecting;
using Tambo.Platform.Database;

namespace Tambo.Flows.Checking;

/// <summary>
/// What the checks saw when they last looked everything over: the figures that stand, the checks, and the program. The same again needs
/// no second look, not even after a start: on a small machine it costs more than the start itself.
/// </summary>
internal static class LookedOver
{
    /// <summary>How long groups from the field gather before they are looked over: many come each minute, and what is looked over is all figures.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromHours(1);

    /// <summary>What checks would see now.</summary>
    /// <param name="db">The node's database.</param>
    /// <param name="checks">The files of all checks, each with what stands in it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Sight> SeesAsync(NodeDb db, IEnumerable<(string Code, string Json)> checks, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var field = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string? said, bool gathered = false) => (gathered ? field : all).AppendData(Encoding.UTF8.GetBytes(said + "\n"));
        Add(typeof(LookedOver).Assembly.ManifestModule.ModuleVersionId.ToString());
        foreach (var (code, json) in checks)
        {
            Add(code);
            Add(json);
        }

        var imports = new HashSet<Guid>();
        foreach (var (id, segment, mapping) in await connection.QueryAsync<(Guid, string, string)>("select id, segment_hash, mapping_hash from flows_imports where state = 'standing' order by id"))
        {
            imports.Add(id);
            Add($"{id:N} {segment}", gathered: mapping == SealGroups.Sealed);
        }

        foreach (var row in await connection.QueryAsync<(string, long)>("select code, version from flows_series order by code"))
            Add(row.ToString());
        Add((await connection.QuerySingleAsync<(long, string?)>("select count(*), max(at) from flows_replacements")).ToString());
        Add((await connection.QuerySingleAsync<(long, string?)>("select count(*), max(received_at) from flows_groups where sealed_at is null")).ToString(), gathered: true);
        return new Sight(Convert.ToHexStringLower(all.GetHashAndReset()), Convert.ToHexStringLower(field.GetHashAndReset()), imports);
    }

    /// <summary>Whether what is seen now was seen when checks last looked, and whether they should look now if it was not.</summary>
    public static async Task<(bool Same, bool Due)> WasAsync(NodeDb db, Sight sight, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var (saw, at) = await connection.QuerySingleOrDefaultAsync<(string?, DateTimeOffset)>("select saw, at from flows_looked_over where id = 1");
        return saw == sight.Kept ? (true, false) : (false, saw is null || !saw.StartsWith(sight.Hash, StringComparison.Ordinal) || at <= db.Time.GetUtcNow() - Gathering);
    }

    /// <summary>Keeps what was seen, together with what was found.</summary>
    public static Task KeepAsync(Change change, Sight sight, DateTimeOffset at) => change.ExecuteAsync(
        "insert into flows_looked_over (id, saw, at) values (1, @Kept, @at) on conflict (id) do update set saw = @Kept, at = @at", new { sight.Kept, at });
}

/// <summary>What checks see.</summary>
/// <param name="Hash">Of imported figures, the checks and the program; 64 characters of hexadecimal.</param>
/// <param name="Gathered">Of groups from the field, sealed or not; the same.</param>
/// <param name="Imports">The imports of which something stands.</param>
internal sealed record Sight(string Hash, string Gathered, IReadOnlySet<Guid> Imports)
{
    /// <summary>As it is kept.</summary>
    public string Kept => $"{Hash} {Gathered}";
}
