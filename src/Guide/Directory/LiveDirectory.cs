using Tambo.Platform.Database;
using Tambo.Platform.Jobs;

namespace Tambo.Guide.Directory;

/// <summary>The directory at one moment, for staff and for the public.</summary>
/// <param name="staff">Everything.</param>
public sealed class DirectoryMoment(ServiceDirectory staff)
{
    // Imports and staff pages do not need it, and it takes as long to make as the rest.
    private readonly Lazy<PublicDirectory> outside = new(() => PublicDirectory.Of(staff));

    /// <summary>Everything.</summary>
    public ServiceDirectory Staff => staff;

    /// <summary>What may leave.</summary>
    public PublicDirectory Public => outside.Value;
}

/// <summary>
/// The directory in memory, as staff and imports need it: with every change committed before they ask. Public pages take
/// what <see cref="Finding.LiveOffers"/> keeps ready.
/// </summary>
public sealed class LiveDirectory : IDisposable
{
    private readonly AreaVersion version;
    private readonly Func<DirectoryRecords?, CancellationToken, Task<DirectoryRecords>> read;
    private readonly SharedLoad load;
    private volatile DirectoryMoment? moment;

    /// <param name="db">The node's database.</param>
    public LiveDirectory(NodeDb db)
        : this(db.Versions.Of("guide"), (known, cancellationToken) => DirectoryReader.ReadAsync(db, known, cancellationToken))
    {
    }

    /// <param name="version">The number of the last change.</param>
    /// <param name="read">Reads the records, given those known before.</param>
    internal LiveDirectory(AreaVersion version, Func<DirectoryRecords?, CancellationToken, Task<DirectoryRecords>> read)
    {
        (this.version, this.read) = (version, read);
        load = new SharedLoad(LoadAsync);
    }

    /// <summary>The directory with every change that was committed before the call.</summary>
    public ValueTask<DirectoryMoment> GetAsync(CancellationToken cancellationToken)
    {
        var wanted = version.Committed;
        return moment is { } present && present.Staff.Version >= wanted ? new(present) : new(WaitAsync(wanted, cancellationToken));
    }

    /// <inheritdoc />
    public void Dispose() => load.Dispose();

    private async Task<DirectoryMoment> WaitAsync(long wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            await load.RunAsync().WaitAsync(cancellationToken);
            if (moment is { } loaded && loaded.Staff.Version >= wanted)
                return loaded;
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        // The version is taken before the records: a change in between makes them newer than they say, never older.
        var wanted = version.Committed;
        var present = moment;
        if (present is null || present.Staff.Version < wanted)
            moment = new DirectoryMoment(new ServiceDirectory(await read(present?.Staff.Records, cancellationToken), wanted));
    }
}
