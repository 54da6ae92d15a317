using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Jobs;

namespace Tambo.Tests.Support;

/// <summary>Keeps work that somebody has started from going on beyond a step, until it is opened.</summary>
internal sealed class WorkGate : IDisposable
{
    private readonly ManualResetEventSlim open = new();

    /// <param name="node">Where the work is done.</param>
    /// <param name="from">From how much done it is kept: 0 for the first step.</param>
    public WorkGate(TestNode node, long from = 0) => node.Services.GetRequiredService<StartedWorks>().EachStep = step =>
    {
        if (step.Done >= from)
            open.Wait(TimeSpan.FromSeconds(60));
    };

    public void Open() => open.Set();

    public void Dispose() => open.Set();
}
