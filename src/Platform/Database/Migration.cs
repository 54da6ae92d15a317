using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Database;

/// <summary>One forward step of a part's tables; its text is never edited after release.</summary>
/// <param name="Part">The part, in lower case.</param>
/// <param name="Number">Its place among the part's steps, from 1.</param>
/// <param name="Name">What it does.</param>
/// <param name="Sql">The statements, with the dialect's tokens.</param>
public sealed record Migration(string Part, int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, by which an edited migration is noticed.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The migrations embedded in a part's assembly as <c>*.Migrations.NNNN_name.sql</c>, in order.</summary>
    public static IReadOnlyList<Migration> Of(string part, Assembly assembly) =>
    [
        .. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Migrations.", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(part, assembly, name)),
    ];

    /// <summary>The steps that a database has not gone through yet; all of them when it is empty.</summary>
    public static async Task<IReadOnlyList<Migration>> PendingAsync(
        NodeDb db, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<long>(db.Dialect.TableExists, new { table = "platform_migrations" }) == 0)
            return migrations;
        var applied = (await connection.QueryAsync<(string, int)>("select part, number from platform_migrations")).ToHashSet();
        return [.. migrations.Where(migration => !applied.Contains((migration.Part, migration.Number)))];
    }

    private static Migration Read(string part, Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var file = resource.Split('.')[^2];
        var number = int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture);
        return new Migration(part, number, file[5..], reader.ReadToEnd());
    }

    /// <summary>Applies what is missing, each step in a transaction of its own with the record that it ran.</summary>
    internal static async Task ApplyAsync(
        DbConnection connection, NodeDb db, IReadOnlyList<Migration> migrations, bool onlyNew, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            """
            create table if not exists platform_migrations (
                part text not null,
                number integer not null,
                name text not null,
                hash text not null,
                applied_at text not null,
                primary key (part, number)
            )
            """);
        var applied = (await connection.QueryAsync<(string Part, int Number, string Hash)>(
            "select part, number, hash from platform_migrations")).ToDictionary(m => (m.Part, m.Number), m => m.Hash);
        foreach (var unknown in applied.Keys.Except(migrations.Select(m => (m.Part, m.Number))))
            throw PlatformProblems.NewerDatabase.With(("migration", $"{unknown.Part}/{unknown.Number:0000}"));

        var missing = migrations.Count(migration => !applied.ContainsKey((migration.Part, migration.Number)));
        if (onlyNew && applied.Count > 0 && missing > 0)
            throw PlatformProblems.MigrationPending.With(("count", missing));
        foreach (var migration in migrations)
        {
            if (applied.TryGetValue((migration.Part, migration.Number), out var hash))
            {
                if (hash != migration.Hash)
                    throw PlatformProblems.EditedMigration.With(("migration", $"{migration.Part}/{migration.Number:0000}_{migration.Name}"));
                continue;
            }

            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(db.Dialect.Localise(migration.Sql), transaction: transaction, commandTimeout: 0);
            await connection.ExecuteAsync(
                """
                insert into platform_migrations (part, number, name, hash, applied_at)
                values (@Part, @Number, @Name, @Hash, @At)
                """,
                new { migration.Part, migration.Number, migration.Name, migration.Hash, At = Instants.Write(db.Time.GetUtcNow()) },
                transaction);
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
