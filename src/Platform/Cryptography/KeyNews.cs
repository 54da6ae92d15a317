using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// Hears which keys other processes of the node have destroyed: at once by the node's change versions, and within a second
/// by asking the store itself, in case a process ended before it could tell. Without a node database there are no others.
/// </summary>
internal sealed class KeyNews : IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly KeyDatabase store;
    private readonly KeyMemory memory;
    private readonly WrappingKeys wrapping;
    private readonly NodeDb? db;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim hearing = new(1, 1);
    private long heardVersion = -1;
    private long heardAt;
    private long heardNumber = -1;

    public KeyNews(KeyDatabase store, KeyMemory memory, WrappingKeys wrapping, NodeDb? db, TimeProvider time)
    {
        (this.store, this.memory, this.wrapping, this.db, this.time) = (store, memory, wrapping, db, time);
        if (db is not null)
            db.Versions.Changed += OnChanged;
    }

    private bool IsDue => db is not null && (db.Versions[DataKeys.Area] != Volatile.Read(ref heardVersion) || time.GetElapsedTime(Volatile.Read(ref heardAt)) >= Between);

    /// <summary>Hears what is new, if anything may be: what was destroyed elsewhere is overwritten here when this returns.</summary>
    public async Task HearAsync(CancellationToken cancellationToken)
    {
        if (!IsDue)
            return;
        await hearing.WaitAsync(cancellationToken);
        try
        {
            if (IsDue)
                await AskAsync(cancellationToken);
        }
        finally
        {
            hearing.Release();
        }
    }

    /// <summary>Tells the other processes.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        if (db is null)
            return;
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        change.Touch(DataKeys.Area);
        await change.CommitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (db is not null)
            db.Versions.Changed -= OnChanged;
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        // Noted before asking: what comes while the answer is read is asked for again.
        var (version, at) = (db!.Versions[DataKeys.Area], time.GetTimestamp());
        await store.ReadAsync(
            async connection =>
            {
                if (heardNumber < 0)
                {
                    // Nothing is in memory yet; what was destroyed before is not in the store either.
                    heardNumber = await connection.ExecuteScalarAsync<long>("select coalesce(max(number), 0) from platform_erased_subjects");
                    return true;
                }

                foreach (var (subject, number) in await connection.QueryAsync<(string, long)>(
                    "select subject, number from platform_erased_subjects where number > @heardNumber order by number", new { heardNumber }))
                {
                    memory.Destroy(Guid.Parse(subject));
                    heardNumber = number;
                }

                await wrapping.ReadAsync(connection);
                return true;
            },
            none: false,
            cancellationToken);
        Volatile.Write(ref heardVersion, version);
        Volatile.Write(ref heardAt, at);
    }

    private void OnChanged(string area)
    {
        // Nobody may be asking for keys just now, and still the bytes must go.
        if (area == DataKeys.Area && Volatile.Read(ref heardNumber) >= 0)
            _ = HearInPassingAsync();
    }

    private async Task HearInPassingAsync()
    {
        try
        {
            await HearAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or Problems.Problem or ObjectDisposedException)
        {
            // The keys' server is away, or the process ends: whoever asks for a key next asks again, and is told.
        }
    }
}
