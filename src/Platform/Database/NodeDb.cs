using System.Data.Common;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Clocks;

namespace Tambo.Platform.Database;

/// <summary>Where a node keeps its records.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="PostgresConnection">A PostgreSQL connection string; null means SQLite in the folder.</param>
public sealed record DatabaseSettings(string Folder, string? PostgresConnection = null)
{
    /// <summary>The SQLite file of the node.</summary>
    public string SqliteFile => Path.Combine(Folder, "tambo.db");
}

/// <summary>
/// The node's database. Reads go through connections that cannot write; the only way to write a domain table is a
/// <see cref="Change"/>, which carries its audit line.
/// </summary>
public abstract class NodeDb : IAsyncDisposable
{
    private protected NodeDb(Dialect dialect, TimeProvider time)
    {
        ColumnTypes.Register();
        Dialect = dialect;
        Time = NodeClock.Of(time);
    }

    /// <summary>The engine's differences.</summary>
    public Dialect Dialect { get; }

    /// <summary>The clock of the node; one of UTC where the database was opened without a zone.</summary>
    public NodeClock Time { get; }

    /// <summary>False once the disk has failed and the node must be started again before it writes.</summary>
    public virtual bool CanWrite => true;

    /// <summary>The versions of the areas whose pages and indexes are cached.</summary>
    public abstract ChangeVersions Versions { get; }

    /// <summary>Opens the database of the settings; migrations are not yet applied.</summary>
    /// <exception cref="Problems.Problem">Another process has the SQLite node open.</exception>
    public static async Task<NodeDb> OpenAsync(DatabaseSettings settings, TimeProvider time, CancellationToken cancellationToken) =>
        settings.PostgresConnection is { } connection
            ? await PostgresDb.OpenAsync(connection, time, cancellationToken)
            : await SqliteDb.OpenAsync(settings, time, cancellationToken);

    /// <summary>A connection for reading; writing through it fails.</summary>
    public abstract Task<DbConnection> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Begins a change that leaves an audit line: who, what, and about which subject.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="change">What is done, as a dotted code: <c>guide.service.edited</c>.</param>
    /// <param name="subject">The identifier of what it is done to; never personal data.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <param name="bulk">True for long work: what others have written is committed before it starts.</param>
    public abstract Task<Change> BeginAsync(
        Actor actor, string change, string subject, CancellationToken cancellationToken, bool bulk = false);

    /// <summary>Begins a write of operational state (leases, sessions, counters), which leaves no audit line.</summary>
    internal abstract Task<Change> BeginOperationalAsync(CancellationToken cancellationToken);

    /// <summary>Runs the migrations of the parts, each once, checked by hash, under a lock.</summary>
    /// <param name="migrations">Every step there is.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <param name="onlyNew">True to refuse a node that has some of its tables already: it is to be backed up first.</param>
    /// <exception cref="Problems.Problem">
    /// The database is newer than the program, a step has another text than the one that ran, or it may not be changed.
    /// </exception>
    public abstract Task MigrateAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken, bool onlyNew = false);

    /// <summary>
    /// Holds a name until disposed of, or until this process ends, however it ends: other processes of the node see by
    /// <see cref="IsHeldAsync"/> that somebody is at work. On SQLite there are none.
    /// </summary>
    public virtual Task<IAsyncDisposable> HoldAsync(string name, CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new NothingHeld());

    /// <summary>True when a process of the node holds a name; on SQLite, where this process is the only one, never.</summary>
    public virtual Task<bool> IsHeldAsync(string name, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>Lets go of what is only kept to be quick while many ask: connections that nobody uses, with their caches.</summary>
    internal virtual void Rest()
    {
    }

    private protected AuditLine LineOf(Actor actor, string change, string subject) =>
        new(Time.GetUtcNow(), actor.AuditName, change, subject);

    private sealed class NothingHeld : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
