using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Database;

/// <summary>
/// A node on SQLite: one process, one writing connection, WAL with synchronous=FULL. The engine that ships with .NET 10
/// (3.50) can corrupt a WAL when two connections write or checkpoint at once, hence exactly one of each.
/// </summary>
internal sealed class SqliteDb : NodeDb
{
    private readonly string readString;
    private readonly FileStream ownership;
    private readonly SqliteWriter writer;
    private readonly DiskRoom room;

    private SqliteDb(string folder, string readString, FileStream ownership, SqliteConnection writing, TimeProvider time)
        : base(Dialect.Sqlite, time)
    {
        this.readString = readString;
        this.ownership = ownership;
        Versions = new ChangeVersions();
        writer = new SqliteWriter(writing, Versions);
        room = new DiskRoom(folder, time);
    }

    public override ChangeVersions Versions { get; }

    public override bool CanWrite => !writer.IsBroken;

    /// <summary>How many changes wait for another to end.</summary>
    internal int Waiting => writer.Waiting;

    public static new Task<NodeDb> OpenAsync(DatabaseSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(settings.Folder);
        var ownership = TakeOwnership(Path.Combine(settings.Folder, "tambo.lock"), settings.Folder);
        try
        {
            var write = new SqliteConnectionStringBuilder
            {
                DataSource = settings.SqliteFile,
                Mode = SqliteOpenMode.ReadWriteCreate,
                Pooling = false,
                DefaultTimeout = 30,
            };
            var connection = new SqliteNamedConnection(write.ConnectionString);
            connection.Open();
            connection.Execute(
                """
                pragma journal_mode = wal;
                pragma synchronous = full;
                pragma foreign_keys = on;
                pragma wal_autocheckpoint = 1000;
                pragma mmap_size = 0;
                pragma temp_store = memory;
                """);
            var read = new SqliteConnectionStringBuilder
            {
                DataSource = settings.SqliteFile,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = true,
                DefaultTimeout = 30,
            };
            return Task.FromResult<NodeDb>(new SqliteDb(settings.Folder, read.ConnectionString, ownership, connection, time));
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    public override async Task<DbConnection> ReadAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteNamedConnection(readString);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync("pragma query_only = 1; pragma wal_autocheckpoint = 0; pragma mmap_size = 0;");
        return connection;
    }

    public override async Task<Change> BeginAsync(
        Actor actor, string change, string subject, CancellationToken cancellationToken, bool bulk = false)
    {
        room.Require();
        return await writer.BeginAsync(LineOf(actor, change, subject), actor.Request, bulk, cancellationToken);
    }

    internal override async Task<Change> BeginOperationalAsync(CancellationToken cancellationToken) =>
        await writer.BeginAsync(line: null, request: null, alone: false, cancellationToken);

    public override async Task MigrateAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken, bool onlyNew = false) =>
        await writer.AloneAsync(
            connection => Migration.ApplyAsync(connection, this, migrations, onlyNew, cancellationToken), cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        Rest();
        await ownership.DisposeAsync();
    }

    internal override void Rest()
    {
        using var connection = new SqliteConnection(readString);
        SqliteConnection.ClearPool(connection);
    }

    private static FileStream TakeOwnership(string path, string folder)
    {
        try
        {
            // FileShare.None is an advisory flock that the kernel gives back when the process dies, however it dies.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw PlatformProblems.NodeInUse.With(("folder", folder));
        }
    }
}
