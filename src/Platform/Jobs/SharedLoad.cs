namespace Tambo.Platform.Jobs;

/// <summary>
/// Work that many may wait for and that runs once for all of them, on the node's own time: whoever gives up waiting
/// stops nobody else's.
/// </summary>
public sealed class SharedLoad(Func<CancellationToken, Task> load) : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    /// <summary>Cancelled when the owner ends.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>
    /// The run under way, or a new one. A run under way may have begun before the caller's change: who needs that one
    /// looks at the result and asks again.
    /// </summary>
    public Task RunAsync()
    {
        lock (gate)
        {
            // Started on the pool, so that the lock is held for no part of the work.
            return running.IsCompleted ? running = Task.Run(() => load(stopping.Token), stopping.Token) : running;
        }
    }

    /// <summary>Stops the run under way.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        lock (gate)
            _ = running.ContinueWith(static (_, source) => ((CancellationTokenSource)source!).Dispose(), stopping, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
