using System.Runtime.CompilerServices;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Http;

/// <summary>A process may start and stop many nodes: tests do, and so may a program that has one inside.</summary>
public sealed class StoppedNodeTests
{
    [Theory]
    [OnEachEngine]
    public async Task Nothing_holds_a_node_that_was_stopped(Engine engine)
    {
        var left = await RunAsync(engine);
        // What was under way when it stopped may take a moment to end.
        for (var look = 0; look < 100 && left.Any(part => part.IsAlive); look++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.All(left, part => Assert.Null(part.Target));
    }

    // Not inlined: its locals must be gone.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> RunAsync(Engine engine)
    {
        var node = await TestNode.StartAsync(engine);
        using (var client = node.Client(followRedirects: true))
        {
            await client.GetStringAsync("/es/services?near=La%20Libertad", TestContext.Current.CancellationToken);
            await client.GetStringAsync("/staff/sign-in", TestContext.Current.CancellationToken);
        }

        List<WeakReference> parts = [new(node.Services), new(node.Db), new(node.Settings)];
        await node.DisposeAsync();
        return parts;
    }
}
