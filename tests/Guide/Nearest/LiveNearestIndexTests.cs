using Tambo.Guide.Nearest;
using Xunit;

namespace Tambo.Tests.Guide.Nearest;

public sealed class LiveNearestIndexTests
{
    [Fact]
    public async Task Readers_see_the_old_places_or_the_new_and_never_a_mixture()
    {
        var version = 0;
        using var live = new LiveNearestIndex(_ => Task.FromResult(World(Interlocked.Increment(ref version))));
        await live.RebuildAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var reads = new int[2];
        var readers = Enumerable.Range(0, reads.Length).Select(reader => Task.Run(() =>
        {
            var hits = new NearestHit[10];
            while (!stop.IsCancellationRequested)
            {
                var found = live.Current.Find(new NearestQuery(0, 0), default(EveryRow), hits);
                // In world v the ten nearest are v*1000 .. v*1000+9, in this order.
                Assert.Equal(10, found);
                for (var i = 0; i < found; i++)
                    Assert.Equal(hits[0].Id + i, hits[i].Id);
                Assert.Equal(0, hits[0].Id % 1000);
                Interlocked.Increment(ref reads[reader]);
            }
        })).ToArray();

        for (var i = 0; i < 30 || reads.Any(count => count < 1000 && !readers.Any(reader => reader.IsCompleted)); i++)
            await live.RebuildAsync(CancellationToken.None);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task A_reader_does_not_wait_for_a_rebuild_and_many_calls_share_one()
    {
        var reads = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var live = new LiveNearestIndex(async _ =>
        {
            reads++;
            await gate.Task;
            return World(1);
        });
        var first = live.RebuildAsync(CancellationToken.None);
        var more = Enumerable.Range(0, 20).Select(_ => live.RebuildAsync(CancellationToken.None)).ToArray();
        Assert.Equal(0, live.Current.Count);
        Assert.False(first.IsCompleted);
        gate.SetResult();
        await first;
        await Task.WhenAll(more);
        Assert.Equal(200, live.Current.Count);
        // The calls made while the first was under way may have come after its reading, so one more follows for all of them.
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task A_rebuild_that_fails_leaves_the_old_places_and_the_next_one_works()
    {
        var fail = false;
        using var live = new LiveNearestIndex(_ =>
            fail ? throw new InvalidOperationException("the database is away") : Task.FromResult(World(1)));
        await live.RebuildAsync(CancellationToken.None);
        var before = live.Current;
        fail = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => live.RebuildAsync(CancellationToken.None));
        Assert.Same(before, live.Current);
        fail = false;
        await live.RebuildAsync(CancellationToken.None);
        Assert.NotSame(before, live.Current);
    }

    private static IReadOnlyList<NearestEntry> World(int version) =>
        [.. Enumerable.Range(0, 200).Select(i =>
            new NearestEntry(version * 1000 + i, i * 0.01, 0, [], WeekMask.None, WeekMask.None))];
}
