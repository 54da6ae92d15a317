using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// The data keys of subjects, each sealed by a wrapping key which the node key seals, in a store of their own beside the
/// database: a copy of the database without it opens nothing, and a key that was destroyed here is in no copy of the database.
/// </summary>
public sealed class DataKeys : IAsyncDisposable
{
    /// <summary>The area that is touched when keys were destroyed or wrapping keys have changed.</summary>
    internal const string Area = "keys";

    /// <summary>More makes one statement too long, fewer cost a statement each.</summary>
    private const int AtOnce = 5000;

    /// <summary>So often a row is read again that was sealed anew between reading it and its wrapping key.</summary>
    private const int Attempts = 5;

    private readonly KeyMemory memory = new();
    private readonly WrappingKeys wrapping;
    private readonly KeyNews news;

    /// <summary>The keys of a node.</summary>
    /// <exception cref="Problem">The settings name no place for them.</exception>
    public DataKeys(NodeSettings settings, NodeKey node, NodeDb db)
        : this(KeyPlace.Of(settings), node, db.Time, db)
    {
    }

    /// <summary>The keys in a folder, of a node with one process.</summary>
    public DataKeys(string folder, NodeKey node)
        : this(new KeyPlace(folder, null, null, false), node, TimeProvider.System, null)
    {
    }

    internal DataKeys(KeyPlace place, NodeKey node, TimeProvider time, NodeDb? db)
    {
        Time = time;
        Store = place.Postgres is null ? new SqliteKeyDatabase(place.Folder) : new PostgresKeyDatabase(place);
        wrapping = new WrappingKeys(node);
        news = new KeyNews(Store, memory, wrapping, place.Postgres is null ? null : db, time);
    }

    /// <summary>Where they lie.</summary>
    internal KeyDatabase Store { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>The wrapping keys as this process knows them.</summary>
    internal WrappingKeys Wrapping => wrapping;

    /// <summary>How many unwrapped keys are kept in memory at present.</summary>
    internal int Kept => memory.Count;

    /// <summary>The key of a subject, which is on the disk before it is answered; the present one when it has one.</summary>
    /// <exception cref="Problem">The subject was erased.</exception>
    public async Task<DataKey> MakeAsync(Guid subject, CancellationToken cancellationToken) =>
        (await MakeAsync([subject], cancellationToken))[subject];

    /// <summary>The keys of many subjects, made where there is none: all or none of them, with one forcing of the disk.</summary>
    /// <exception cref="Problem">One of the subjects was erased.</exception>
    public async Task<IReadOnlyDictionary<Guid, DataKey>> MakeAsync(IReadOnlyCollection<Guid> subjects, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = new Dictionary<Guid, DataKey>(await FindAsync(subjects, cancellationToken));
            var missing = subjects.Where(subject => !found.ContainsKey(subject)).Distinct().ToList();
            if (missing.Count == 0)
                return found;
            try
            {
                await Store.WriteAsync(connection => AddAsync(connection, missing), cancellationToken);
            }
            catch (Exception failure) when (attempt < Attempts && (failure is CryptographicException || (failure is DbException refused && Store.IsLeft(refused))))
            {
                // The wrapping key was retired and destroyed meanwhile; the next one is there.
            }
        }
    }

    /// <summary>The key of a subject; null when it has none, or no more.</summary>
    public async Task<DataKey?> FindAsync(Guid subject, CancellationToken cancellationToken) =>
        (await FindAsync([subject], cancellationToken)).GetValueOrDefault(subject);

    /// <summary>The keys of many subjects, asked for at once; those that have none are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, DataKey>> FindAsync(IReadOnlyCollection<Guid> subjects, CancellationToken cancellationToken)
    {
        await news.HearAsync(cancellationToken);
        var found = new Dictionary<Guid, DataKey>(subjects.Count);
        var asked = new List<Guid>();
        foreach (var subject in subjects)
        {
            if (memory.TryGet(subject, out var key))
                found[subject] = key;
            else
                asked.Add(subject);
        }

        for (var attempt = 1; asked.Count > 0; attempt++)
            asked = await ReadAsync(asked, found, isLast: attempt == Attempts, cancellationToken);
        return found;
    }

    /// <summary>Those of some subjects whose keys were destroyed, with the time.</summary>
    public Task<IReadOnlyDictionary<Guid, DateTimeOffset>> FindErasedAsync(IReadOnlyCollection<Guid> subjects, CancellationToken cancellationToken) =>
        Store.ReadAsync<IReadOnlyDictionary<Guid, DateTimeOffset>>(
            async connection =>
            {
                var erased = new Dictionary<Guid, DateTimeOffset>();
                foreach (var some in subjects.Chunk(AtOnce))
                    foreach (var (subject, at) in await connection.QueryAsync<(string, string)>(
                        "select subject, at from platform_erased_subjects where subject" + Store.Dialect.IsAmong, new { Among = Store.Dialect.Among(some.Select(one => one.ToString("D"))) }))
                        erased[Guid.Parse(subject)] = Instants.Read(at);
                return erased;
            },
            new Dictionary<Guid, DateTimeOffset>(),
            cancellationToken);

    /// <summary>Destroys the key of a subject, for good, and puts the subject into the erasure list; true when there was a key.</summary>
    public async Task<bool> DestroyAsync(Guid subject, CancellationToken cancellationToken) => await DestroyAsync([subject], cancellationToken) > 0;

    /// <summary>Destroys the keys of many subjects, all or none of them; how many there were.</summary>
    public async Task<int> DestroyAsync(IReadOnlyCollection<Guid> subjects, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var gone = await Store.WriteAsync(
            async connection =>
            {
                var count = 0;
                // In one order: two that erase the same subjects never wait for each other.
                foreach (var subject in subjects.Distinct().Order())
                    count += await KeyDatabase.EraseAsync(connection, subject, now) ? 1 : 0;
                return count;
            },
            cancellationToken);
        // It is gone for good now: who has asked must not hear of it as of something broken off.
        foreach (var subject in subjects)
            memory.Destroy(subject);
        await Store.SettleAsync(CancellationToken.None);
        await news.TellAsync(CancellationToken.None);
        return gone;
    }

    /// <summary>Lets the other processes of the node know that keys or wrapping keys have changed.</summary>
    internal Task TellAsync(CancellationToken cancellationToken) => news.TellAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        news.Dispose();
        memory.Clear();
        wrapping.Dispose();
        await Store.DisposeAsync();
    }

    private async Task<bool> AddAsync(DbConnection connection, List<Guid> subjects)
    {
        var sealing = await wrapping.ForSealingAsync(connection, Time.GetUtcNow());
        foreach (var some in subjects.Order().Chunk(AtOnce))
        {
            if (await connection.ExecuteScalarAsync<long>(
                "select count(*) from platform_erased_subjects where subject" + Store.Dialect.IsAmong,
                new { Among = Store.Dialect.Among(some.Select(one => one.ToString("D"))) }) > 0)
                throw KeyProblems.SubjectErased.With();
            await Store.InsertAsync(connection, [.. some.Select(subject => new WrappedKey(subject.ToString("D"), sealing.Id.ToString("D"), MakeWrapped(subject, sealing)))]);
        }

        return true;
    }

    /// <summary>A new key, only as the store has it: what counts is what the store holds once everybody's transactions have ended.</summary>
    private static byte[] MakeWrapped(Guid subject, WrappingKey sealing)
    {
        var made = DataKey.Make(subject, memory: null);
        var wrapped = made.Wrapped(sealing);
        made.Destroy();
        return wrapped;
    }

    /// <summary>Reads keys that are not in memory; what is left must be read again, for it was sealed anew meanwhile.</summary>
    private Task<List<Guid>> ReadAsync(List<Guid> asked, Dictionary<Guid, DataKey> found, bool isLast, CancellationToken cancellationToken) =>
        Store.ReadAsync(
            async connection =>
            {
                var again = new List<Guid>();
                foreach (var some in asked.Chunk(AtOnce))
                {
                    var rows = await connection.QueryAsync<WrappedKey>(
                        "select subject, wrapping, wrapped from platform_subject_keys where wrapping <> @Destroyed and subject" + Store.Dialect.IsAmong,
                        new { KeyDatabase.Destroyed, Among = Store.Dialect.Among(some.Select(one => one.ToString("D"))) });
                    foreach (var row in rows)
                    {
                        if (wrapping.Find(Guid.Parse(row.Wrapping)) is null)
                            await wrapping.ReadAsync(connection);
                        if (!TryUnwrap(row, found, isLast))
                            again.Add(Guid.Parse(row.Subject));
                    }
                }

                return again;
            },
            [],
            cancellationToken);

    private bool TryUnwrap(WrappedKey row, Dictionary<Guid, DataKey> found, bool isLast)
    {
        var subject = Guid.Parse(row.Subject);
        try
        {
            if (wrapping.Find(Guid.Parse(row.Wrapping)) is not { } opening)
                return isLast ? throw KeyProblems.StoreDamaged.With() : false;
            if (memory.Keep(DataKey.Unwrap(subject, row.Wrapped, opening, memory)) is { } key)
                found[subject] = key;
            return true;
        }
        catch (CryptographicException)
        {
            // Sealed anew and its wrapping key destroyed since the row was read; or not what was written.
            return isLast ? throw KeyProblems.StoreDamaged.With() : false;
        }
    }
}
