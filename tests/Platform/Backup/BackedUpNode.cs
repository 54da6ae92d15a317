using Tambo.Platform.Audit;
using Tambo.Platform.Backup;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Backup;

/// <summary>A node with a few settings and a blob, backed up, and an empty place to restore it to.</summary>
internal sealed class BackedUpNode : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TestDatabase source;
    private readonly NodeSettings settings;
    private readonly NodeKey key;

    private BackedUpNode(TestDatabase source, string folder, DatabaseSettings restored)
    {
        this.source = source;
        Folder = folder;
        RestoredDatabase = restored;
        key = NodeKey.OfFile(KeyFile);
        settings = new NodeSettings { Folder = source.Settings.Folder, File = new NodeFile(), PostgresConnection = source.Settings.PostgresConnection, KeyFile = KeyFile };
    }

    public string Folder { get; }

    public string Archive => Path.Combine(Folder, "backup.tar");

    public DatabaseSettings RestoredDatabase { get; }

    private string KeyFile => Path.Combine(Folder, "node.key");

    public static async Task<BackedUpNode> CreateAsync(Engine engine, int settings)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-backup-").FullName;
        var target = Directory.CreateDirectory(Path.Combine(folder, "restored")).FullName;
        var postgres = engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null;
        var node = new BackedUpNode(await TestDatabase.CreateAsync(engine), folder, new DatabaseSettings(target, postgres));
        for (var i = 0; i < settings; i++)
            await node.SetAsync($"n{i:00}", twice: false);
        Directory.CreateDirectory(Path.Combine(node.settings.Folder, "blobs", "ab"));
        await File.WriteAllTextAsync(Path.Combine(node.settings.Folder, "blobs", "ab", "cd"), "photo");
        await node.BackUpAsync();
        return node;
    }

    public async Task BackUpAsync()
    {
        using var auditKey = await AuditKey.OfAsync(source.Db, settings.KeyStore, key, None);
        await using var keys = new DataKeys(settings, key, source.Db);
        var backup = new NodeBackup(source.Db, settings, key, auditKey, keys);
        await using var archive = File.Create(Archive);
        await using var keyArchive = File.Create(Archive + ".keys");
        var manifest = await backup.WriteAsync(archive, new Progress<WorkProgress>(), None);
        await backup.WriteKeysAsync(keyArchive, manifest, None);
        await backup.RecordAsync(TestDatabase.Alice, manifest, None);
    }

    public Task<RestoredNode> RestoreAsync(string? archive = null, string? keys = null, string? keyFile = null, string? folder = null)
    {
        var target = new NodeSettings
        {
            Folder = Directory.CreateDirectory(folder ?? RestoredDatabase.Folder).FullName,
            File = new NodeFile(),
            PostgresConnection = RestoredDatabase.PostgresConnection,
            KeyFile = keyFile ?? KeyFile,
        };
        return new NodeRestore(target, Node.Parts.Migrations, TimeProvider.System).RunAsync(
            TestDatabase.Alice, archive ?? Archive, keys ?? Archive + ".keys", new Progress<WorkProgress>(), None);
    }

    public Task<AuditKey?> RestoredAuditKeyAsync(NodeDb restored) => AuditKey.FindAsync(restored, key, None);

    /// <summary>Leaves a session, a link and a token of somebody in the source.</summary>
    public async Task LetSomebodyInAsync()
    {
        await using var change = await source.Db.BeginAsync(TestDatabase.Alice, "test.let_in", "nadia", None);
        await change.ExecuteAsync(
            """
            insert into platform_users (id, sign_in_name, display_name, email, language, password_hash, must_change_password, totp_secret, security_stamp, created_at, version)
            values ('u', 'nadia', 'Nadia', '', 'en', '', false, '', '', '2026-01-01T00:00:00.000Z', 1)
            """);
        await change.ExecuteAsync("insert into platform_sessions (hash, id, user_id, stage, user_agent, created_at, last_seen_at, expires_at) values ('s', 's', 'u', 'open', '', '2026', '2026', '2027')");
        await change.ExecuteAsync("insert into platform_sign_in_links (hash, user_id, created_at, expires_at) values ('l', 'u', '2026', '2027')");
        await change.ExecuteAsync("insert into platform_tokens (id, user_id, name, hash, permissions, created_at, expires_at) values ('t', 'u', 'n', 'h', '', '2026', '2027')");
        await change.CommitAsync(None);
    }

    /// <summary>Leaves a message that waits to be delivered.</summary>
    public async Task SendAsync()
    {
        await using var change = await source.Db.BeginAsync(TestDatabase.Alice, "test.sent", "s", None);
        await change.SendAsync(new Tambo.Platform.Sending.Outbox(key, null, TimeProvider.System).Webhook(
            "test.thing", new Tambo.Platform.Sending.OutgoingWebhook(new Uri("https://a.example/"), "AAAA", "{}")));
        await change.CommitAsync(None);
    }

    public async Task SetAsync(string name, bool twice)
    {
        await using var change = await source.Db.BeginAsync(TestDatabase.Alice, "test.set", name, None);
        await change.ExecuteAsync("insert into platform_settings (name, value) values (@name, '1')", new { name });
        if (twice)
            await change.ExecuteAsync("insert into platform_settings (name, value) values (@name, '1')", new { name = name + "-too" });
        await change.CommitAsync(None);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
