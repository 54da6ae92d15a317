using Tambo.Platform.Database;

namespace Tambo.Guide.Directory;

/// <summary>The directory at one moment, for staff and for the public.</summary>
/// <param name="Staff">Everything.</param>
/// <param name="Public">What may leave.</param>
public sealed record DirectoryMoment(ServiceDirectory Staff, PublicDirectory Public);

/// <summary>
/// Keeps the directory in memory and renews it after each committed change, here or in another process of the node.
/// </summary>
public sealed class LiveDirectory : IDisposable
{
    private readonly NodeDb db;
    private readonly SemaphoreSlim loading = new(1, 1);
    private volatile DirectoryMoment? moment;

    /// <param name="db">The node's database.</param>
    public LiveDirectory(NodeDb db)
    {
        this.db = db;
        db.Versions.Changed += Renew;
    }

    /// <summary>Raised after a newer directory is in place; listeners return at once.</summary>
    public event Action<DirectoryMoment>? Renewed;

    /// <summary>
    /// The directory as last loaded, without waiting: at most a moment old. Empty before the first load. Public pages
    /// take this one.
    /// </summary>
    public DirectoryMoment? Latest => moment;

    /// <summary>The directory with every change that was committed before the call.</summary>
    public async ValueTask<DirectoryMoment> GetAsync(CancellationToken cancellationToken)
    {
        var wanted = db.Versions["guide"];
        if (moment is { } present && present.Staff.Version >= wanted)
            return present;
        await loading.WaitAsync(cancellationToken);
        try
        {
            wanted = db.Versions["guide"];
            if (moment is { } loaded && loaded.Staff.Version >= wanted)
                return loaded;
            // The version is taken before the records: a change in between makes them newer than they say, never older.
            var staff = new ServiceDirectory(await DirectoryReader.ReadAsync(db, cancellationToken), wanted);
            var renewed = new DirectoryMoment(staff, PublicDirectory.Of(staff));
            moment = renewed;
            Renewed?.Invoke(renewed);
            return renewed;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        db.Versions.Changed -= Renew;
        loading.Dispose();
    }

    private void Renew(string area)
    {
        if (area == "guide" && moment is not null)
            _ = Task.Run(() => GetAsync(CancellationToken.None).AsTask());
    }
}
