using Tambo.Platform.Backup;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Cryptography;

/// <summary>A node's database with its store of data keys, which several processes of the node may open.</summary>
internal sealed class KeptKeys : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly List<DataKeys> opened = [];

    private KeptKeys(TestDatabase database, NodeSettings settings)
    {
        this.database = database;
        Settings = settings;
        Node = NodeKey.OfFile(settings.KeyFilePath);
        Keys = Open();
    }

    public static IProgress<WorkProgress> Quiet { get; } = new Progress<WorkProgress>();

    public NodeSettings Settings { get; }

    public NodeKey Node { get; }

    public DataKeys Keys { get; }

    public Tambo.Platform.Database.NodeDb Db => database.Db;

    public KeyRotation Rotation => new(Keys, Db);

    public static async Task<KeptKeys> CreateAsync(Engine engine, TimeProvider? time = null)
    {
        var database = await TestDatabase.CreateAsync(engine, time);
        return new KeptKeys(database, new NodeSettings
        {
            Folder = database.Settings.Folder,
            File = new NodeFile(),
            PostgresConnection = database.Settings.PostgresConnection,
            KeyFile = Path.Combine(database.Settings.Folder, "node.key"),
        });
    }

    /// <summary>The keys as a process with this database sees them.</summary>
    public DataKeys Open(Tambo.Platform.Database.NodeDb? db = null)
    {
        var keys = new DataKeys(Settings, Node, db ?? database.Db);
        opened.Add(keys);
        return keys;
    }

    public static IReadOnlyList<Guid> Subjects(int count)
    {
        var start = SettableTime.Noon;
        return [.. Enumerable.Range(0, count).Select(i => Guid.CreateVersion7(start.AddMilliseconds(i)))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var keys in opened)
            await keys.DisposeAsync();
        await database.DisposeAsync();
    }
}
