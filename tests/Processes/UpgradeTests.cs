using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

/// <summary>Nodes as every release left them (tests/data/upgrade), brought up to date by the program itself.</summary>
public sealed class UpgradeTests
{
    private const string Key = "YSBrZXkgb2YgdGVzdHMsIHByb3RlY3RzIG5vdGhpbmc=";
    private static readonly CancellationToken None = CancellationToken.None;

    // Rows that an upgrade changes on purpose: the time of the last backup.
    private static readonly string[] Renewed = ["node.last_backup"];

    public static TheoryData<string> Releases => new(Directory
        .EnumerateDirectories(Path.Combine(Repository.Root, "tests", "data", "upgrade"))
        .Select(path => Path.GetFileName(path)!)
        .Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Releases))]
    public async Task A_node_of_a_release_is_backed_up_and_upgraded_and_has_all_it_had(string release)
    {
        using var folder = await RestoreAsync(release);
        var before = await RowsAsync(folder);
        Assert.Empty(before.Where(table => table.Value.Count == 0).Select(table => table.Key));

        var migrated = await folder.RunAsync("migrate");

        Assert.Equal((0, ""), (migrated.Code, migrated.Errors));
        Assert.Contains("Backed up to", migrated.Output, StringComparison.Ordinal);
        var after = await RowsAsync(folder, before.ToDictionary(table => table.Key, table => table.Value[0].Split('\u001f').Length, StringComparer.Ordinal));
        foreach (var (table, rows) in before)
            Assert.Empty(rows.Except(after[table], StringComparer.Ordinal).Where(row => !Array.Exists(Renewed, row.Contains)).Select(row => $"{table}: {row}"));
        Assert.True(after["platform_migrations"].Count == Tambo.Node.Parts.Migrations.Count);

        var verified = await folder.RunAsync("audit", "verify");
        Assert.Equal((0, ""), (verified.Code, verified.Errors));
        Assert.DoesNotContain("against 0 signed", verified.Output, StringComparison.Ordinal);
        Assert.Contains("nadia", (await folder.RunAsync("user", "list")).Output, StringComparison.Ordinal);
        Assert.Equal("Nothing to do.\n", (await folder.RunAsync("migrate")).Output);
        await using var node = await NodeProcess.ServeAsync(folder);
        using var client = new HttpClient(new SocketsHttpHandler());
        Assert.Contains("Clinic of the green door", await client.GetStringAsync(new Uri(node.Address, "/hsds/services")), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Releases))]
    public async Task The_backup_made_first_holds_the_node_as_it_was(string release)
    {
        using var folder = await RestoreAsync(release);
        var before = await RowsAsync(folder);
        Assert.Equal(0, (await folder.RunAsync("migrate")).Code);
        var backup = Directory.EnumerateFiles(Path.Combine(folder.Data, "backups"), "*.tar").Single();

        using var elsewhere = new NodeFolder(folder.Postgres is null ? null : await PostgresCluster.CreateDatabaseAsync(), Key);
        var restored = await elsewhere.RunAsync("restore", backup);
        Assert.Equal((0, ""), (restored.Code, restored.Errors));
        var again = await RowsAsync(elsewhere);
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), again.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(before["platform_migrations"].Count, again["platform_migrations"].Count);
        Assert.Equal(before["platform_users"], again["platform_users"]);
        Assert.Equal(before["guide_services"], again["guide_services"]);
    }

    [Theory, MemberData(nameof(Releases))]
    public async Task Serving_an_older_node_never_changes_its_tables_without_a_backup(string release)
    {
        using var folder = await RestoreAsync(release);
        if (folder.Postgres is null)
        {
            await (await NodeProcess.ServeAsync(folder)).DisposeAsync();
            Assert.Single(Directory.EnumerateFiles(Path.Combine(folder.Data, "backups"), "*.tar"));
            return;
        }

        // Other processes of the older program may still serve the database.
        var before = await RowsAsync(folder);
        foreach (var verb in new[] { "serve --urls http://127.0.0.1:0", "user add eva --role viewer" })
        {
            var refused = await folder.RunAsync(verb.Split(' '));
            Assert.Equal(1, refused.Code);
            Assert.Contains("tambo migrate", refused.Errors, StringComparison.Ordinal);
            Assert.Contains("(node.migration_pending)", refused.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), (await RowsAsync(folder)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_verb_that_writes_backs_an_older_node_up_first()
    {
        using var folder = await RestoreAsync("0.1.0-sqlite");
        Assert.Equal(0, (await folder.RunAsync("user", "add", "eva", "--role", "viewer")).Code);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder.Data, "backups"), "*.tar"));
    }

    private static async Task<NodeFolder> RestoreAsync(string release)
    {
        var source = Path.Combine(Repository.Root, "tests", "data", "upgrade", release);
        var sql = await File.ReadAllTextAsync(Path.Combine(source, "database.sql"));
        var folder = new NodeFolder(release.EndsWith("-postgres", StringComparison.Ordinal) ? await PostgresCluster.CreateDatabaseAsync() : null, Key);
        Directory.CreateDirectory(folder.Data);
        File.Copy(Path.Combine(source, "audit-heads.jsonl"), Path.Combine(folder.Data, "audit-heads.jsonl"));
        await using var connection = await OpenAsync(folder);
        await connection.ExecuteAsync(sql);
        return folder;
    }

    private static async Task<DbConnection> OpenAsync(NodeFolder folder)
    {
        DbConnection connection = folder.Postgres is { } postgres
            ? new NpgsqlConnection(postgres + ";Pooling=false")
            : new SqliteConnection($"Data Source={Path.Combine(folder.Data, "tambo.db")};Pooling=false");
        await connection.OpenAsync(None);
        return connection;
    }

    /// <summary>Every row of every table as text; of each table the given number of its first columns.</summary>
    private static async Task<Dictionary<string, List<string>>> RowsAsync(NodeFolder folder, Dictionary<string, int>? columns = null)
    {
        await using var connection = await OpenAsync(folder);
        var tables = await connection.QueryAsync<string>(folder.Postgres is null
            ? "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            : "select table_name from information_schema.tables where table_schema = 'public'");
        var all = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            var rows = all[table] = [];
            await using var reader = await connection.ExecuteReaderAsync("select * from " + table);
            var count = columns?.GetValueOrDefault(table) is > 0 and var known ? known : reader.FieldCount;
            while (await reader.ReadAsync(None))
                rows.Add(string.Join('\u001f', Enumerable.Range(0, count).Select(i => Text(reader.GetValue(i)))));
            rows.Sort(StringComparer.Ordinal);
        }

        return all;
    }

    private static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : FormattableString.Invariant($"{value}");
}
