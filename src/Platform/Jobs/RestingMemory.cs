using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Tambo.Platform.Database;

namespace Tambo.Platform.Jobs;

/// <summary>
/// Gives memory back to the machine when a node that was busy has come to rest: on the small machines that shelters
/// have, what the last import needed must not stay taken for days. The runtime alone keeps it until it runs short.
/// </summary>
public sealed class RestingMemory(NodeDb db, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    /// <summary>Allocating less than this between two looks is rest.</summary>
    private const long Rest = 1024 * 1024;

    /// <summary>With less than this allocated since the last time there is too little to win.</summary>
    private const long Worth = 8 * 1024 * 1024;

    /// <summary>Pools of buffers let go of what nobody used for a minute, when memory is cleared after that.</summary>
    private static readonly TimeSpan PoolsLetGo = TimeSpan.FromSeconds(70);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var trim = FindTrim();
        using var timer = new PeriodicTimer(Between, time);
        var (seen, cleared, again) = (0L, 0L, (long?)null);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var allocated = GC.GetTotalAllocatedBytes();
                var isFirst = allocated - cleared > Worth;
                if (allocated - seen < Rest && (isFirst || (again is { } since && time.GetElapsedTime(since) > PoolsLetGo)))
                {
                    db.Rest();
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    trim?.Invoke(0);
                    (cleared, again) = (allocated, isFirst ? time.GetTimestamp() : null);
                }

                seen = allocated;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    /// <summary>Gives free pages of the C library's own heap back, where the compiler and SQLite keep theirs; glibc alone has it.</summary>
    private delegate int MallocTrim(nuint keep);

    private static MallocTrim? FindTrim() =>
        NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out var export)
            ? Marshal.GetDelegateForFunctionPointer<MallocTrim>(export)
            : null;
}
