using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Flows.Checking;

/// <summary>
/// What the checks saw when they last looked everything over: the figures that stand, the checks, and the program. The same again needs
/// no second look, not even after a start: on a small machine it costs more than the start itself.
/// </summary>
internal static class LookedOver
{
    /// <summary>The hash of what checks would see now, 64 characters of hexadecimal, and the imports of which something stands.</summary>
    /// <param name="db">The node's database.</param>
    /// <param name="checks">The files of all checks, each with what stands in it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<(string Hash, IReadOnlySet<Guid> Imports)> SeesAsync(NodeDb db, IEnumerable<(string Code, string Json)> checks, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string? said) => all.AppendData(Encoding.UTF8.GetBytes(said + "\n"));
        Add(typeof(LookedOver).Assembly.ManifestModule.ModuleVersionId.ToString());
        foreach (var (code, json) in checks)
        {
            Add(code);
            Add(json);
        }

        var imports = new HashSet<Guid>();
        foreach (var (id, segment) in await connection.QueryAsync<(Guid, string)>("select id, segment_hash from flows_imports where state = 'standing' order by id"))
        {
            imports.Add(id);
            Add($"{id:N} {segment}");
        }

        foreach (var row in await connection.QueryAsync<(string, long)>("select code, version from flows_series order by code"))
            Add(row.ToString());
        Add((await connection.QuerySingleAsync<(long, string?)>("select count(*), max(at) from flows_replacements")).ToString());
        Add((await connection.QuerySingleAsync<(long, string?)>("select count(*), max(received_at) from flows_groups where sealed_at is null")).ToString());
        return (Convert.ToHexStringLower(all.GetHashAndReset()), imports);
    }

    /// <summary>What was seen last; null before the first time.</summary>
    public static async Task<string?> SawAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>("select saw from flows_looked_over where id = 1");
    }

    /// <summary>Keeps what was seen, together with what was found.</summary>
    public static Task KeepAsync(Change change, string saw, DateTimeOffset at) => change.ExecuteAsync(
        "insert into flows_looked_over (id, saw, at) values (1, @saw, @at) on conflict (id) do update set saw = @saw, at = @at", new { saw, at });
}
