namespace Tambo.Guide.Nearest;

/// <summary>
/// The index that requests read while a newer one is made: a reader takes <see cref="Current"/> once and keeps it for its
/// whole request, never waits, and sees either the old places or the new, never a mixture.
/// </summary>
internal sealed class LiveNearestIndex(Func<CancellationToken, Task<IReadOnlyList<NearestEntry>>> readEntries) : IDisposable
{
    private readonly SemaphoreSlim oneRebuild = new(1, 1);
    private NearestIndex current = NearestIndex.Empty;
    private long asked;
    private long built;

    public NearestIndex Current => Volatile.Read(ref current);

    /// <summary>
    /// Returns when what was stored at the call is being served. Many calls during one rebuild share the next one.
    /// A rebuild that fails leaves the old index in place and throws to its caller.
    /// </summary>
    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        var mine = Interlocked.Increment(ref asked);
        await oneRebuild.WaitAsync(cancellationToken);
        try
        {
            if (built >= mine)
                return;
            var covers = Volatile.Read(ref asked);
            var entries = await readEntries(cancellationToken);
            var index = await Task.Run(() => NearestIndex.Build(entries), cancellationToken);
            Volatile.Write(ref current, index);
            built = covers;
        }
        finally
        {
            oneRebuild.Release();
        }
    }

    public void Dispose() => oneRebuild.Dispose();
}
