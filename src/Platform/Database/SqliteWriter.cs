using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Tambo.Platform.Audit;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Database;

/// <summary>
/// The one writing connection. Each change is a savepoint inside a shared transaction; the transaction is committed, and
/// all its changes acknowledged together, when no further change waits at the gate. While one fdatasync runs the next
/// group gathers, so the cost of durability is shared (group commit).
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>No acknowledgement waits for more than this many changes after its own.</summary>
    private const int LargestGroup = 256;

    private readonly SqliteConnection connection;
    private readonly ChangeVersions versions;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly AuditChain chain = new("sqlite");
    private readonly List<TaskCompletionSource> group = [];
    private readonly Dictionary<string, bool> touched = new(StringComparer.Ordinal);
    private int waiting;
    private bool open;
    private bool broken;

    public SqliteWriter(SqliteConnection connection, ChangeVersions versions)
    {
        this.connection = connection;
        this.versions = versions;
    }

    /// <summary>True once the disk has failed: nothing more is written until the node is started again.</summary>
    public bool IsBroken => Volatile.Read(ref broken);

    /// <summary>How many changes wait for another to end.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public async Task<Change> BeginAsync(AuditLine? line, RequestMark? request, bool alone, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken);
        try
        {
            if (alone)
                Flush();
            if (broken)
                throw PlatformProblems.StorageFailed.With();
            if (!open)
            {
                connection.Execute("begin immediate");
                open = true;
            }

            connection.Execute("savepoint change");
            return new SqliteChange(this, connection, line, request);
        }
        catch (Exception failure)
        {
            LeaveAfterFailure(failure);
            throw Translate(failure);
        }
    }

    /// <summary>Runs work outside any transaction, after committing what was written before.</summary>
    public async Task AloneAsync(Func<SqliteConnection, Task> work, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken);
        try
        {
            Flush();
            if (broken)
                throw PlatformProblems.StorageFailed.With();
            chain.Forget();
            await work(connection);
        }
        catch (SqliteException failure)
        {
            throw Translate(failure);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        if (!broken)
            Flush();
        await connection.DisposeAsync();
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref waiting);
        try
        {
            await gate.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref waiting);
        }
        catch (OperationCanceledException)
        {
            // Somebody may have left the commit of the group to this change, which now never comes.
            if (Interlocked.Decrement(ref waiting) == 0)
                _ = FlushWithoutChangeAsync();
            throw;
        }

        if (broken)
        {
            gate.Release();
            throw PlatformProblems.StorageFailed.With();
        }
    }

    private async Task FlushWithoutChangeAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (Volatile.Read(ref waiting) == 0 && !broken)
                Flush();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Task> KeepAsync(SqliteChange change)
    {
        try
        {
            await change.WriteAuditAsync(chain);
            connection.Execute("release change");
            foreach (var (area, withdraws) in change.TouchedAreas)
                touched[area] = touched.GetValueOrDefault(area) || withdraws;
            var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            group.Add(acknowledged);
            if (Volatile.Read(ref waiting) == 0 || group.Count >= LargestGroup)
                Flush();
            gate.Release();
            return acknowledged.Task;
        }
        catch (Exception failure)
        {
            LeaveAfterFailure(failure);
            throw Translate(failure);
        }
    }

    private void Undo()
    {
        try
        {
            if (open)
                connection.Execute("rollback to change; release change");
            if (Volatile.Read(ref waiting) == 0)
                Flush();
            gate.Release();
        }
        catch (Exception failure)
        {
            LeaveAfterFailure(failure);
        }
    }

    /// <summary>Commits the group with one fdatasync and acknowledges it; a failed commit fails all of the group.</summary>
    private void Flush()
    {
        if (!open)
            return;
        try
        {
            connection.Execute("commit");
            open = false;
        }
        catch (SqliteException failure)
        {
            // After a failed fdatasync the kernel may have dropped the pages: trying again would acknowledge a loss.
            broken = failure.SqliteErrorCode == raw.SQLITE_IOERR;
            FailGroup(failure);
            return;
        }

        // The versions first: whoever reads after the acknowledgement must not be given a page of before.
        KeyValuePair<string, bool>[] areas = [.. touched];
        TaskCompletionSource[] acknowledged = [.. group];
        group.Clear();
        touched.Clear();
        try
        {
            versions.Raise(areas);
        }
        finally
        {
            foreach (var waiter in acknowledged)
                waiter.SetResult();
        }
    }

    /// <summary>
    /// SQLite ends the whole transaction by itself after some failures (disk full, I/O error); then nothing of the group
    /// was kept and every member is told so. Otherwise only the failing change is undone.
    /// </summary>
    private void LeaveAfterFailure(Exception failure)
    {
        try
        {
            if (open && raw.sqlite3_get_autocommit(connection.Handle) != 0)
                FailGroup(failure);
            else if (open)
            {
                connection.Execute("rollback to change; release change");
                chain.Forget();
                if (Volatile.Read(ref waiting) == 0)
                    Flush();
            }
        }
        catch (SqliteException second)
        {
            FailGroup(second);
        }
        finally
        {
            gate.Release();
        }
    }

    private void FailGroup(Exception failure)
    {
        try
        {
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
                connection.Execute("rollback");
        }
        catch (SqliteException)
        {
            broken = true;
        }

        open = false;
        chain.Forget();
        foreach (var waiter in group)
            waiter.TrySetException(Translate(failure));
        group.Clear();
        touched.Clear();
    }

    private static Exception Translate(Exception failure) => failure switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => PlatformProblems.StorageFull.With(),
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR } => PlatformProblems.StorageFailed.With(),
        _ => failure,
    };

    /// <summary>One savepoint of the shared transaction.</summary>
    private sealed class SqliteChange(SqliteWriter writer, SqliteConnection connection, AuditLine? line, RequestMark? request)
        : Change(connection, transaction: null, line, request)
    {
        private bool left;

        public IReadOnlyDictionary<string, bool> TouchedAreas => Touched;

        public override async Task CommitAsync(CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(left, this);
            left = true;
            var acknowledged = await writer.KeepAsync(this);
            await acknowledged;
        }

        public override ValueTask DisposeAsync()
        {
            if (!left)
            {
                left = true;
                writer.Undo();
            }

            return ValueTask.CompletedTask;
        }

        public async Task WriteAuditAsync(AuditChain chain)
        {
            await WriteTraceAsync();
            if (Lines.Count > 0)
                await chain.AppendAsync(Connection, transaction: null, Lines);
        }

        private protected override async Task<T> GuardAsync<T>(Func<Task<T>> statement)
        {
            ObjectDisposedException.ThrowIf(left, this);
            try
            {
                return await statement();
            }
            catch (SqliteException failure) when (raw.sqlite3_get_autocommit(connection.Handle) != 0)
            {
                left = true;
                writer.LeaveAfterFailure(failure);
                throw Translate(failure);
            }
            catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR)
            {
                throw Translate(failure);
            }
        }
    }
}
