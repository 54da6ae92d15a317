using Microsoft.Extensions.Logging;
using Tambo.Guide.Directory;
using Tambo.Guide.Hsds;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Jobs;

namespace Tambo.Guide.Finding;

/// <summary>
/// The offers that readers are given while newer ones are made. After a change that only added, readers keep the old
/// ones until the new ones are ready; after one that may have taken something back they wait for the new ones.
/// A reader takes <see cref="GetAsync"/> once and keeps it for the whole request.
/// </summary>
internal sealed partial class LiveOffers : IDisposable
{
    private const string Trouble = "guide.directory";

    /// <summary>Between two makings without a reader waiting, so that a run of changes does not take all of a processor.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly LiveDirectory directory;
    private readonly ChangeVersions versions;
    private readonly AreaVersion version;
    private readonly TimeProvider time;
    private readonly Troubles troubles;
    private readonly ILogger<LiveOffers> log;
    private readonly SharedLoad load;
    private readonly Lock gate = new();
    private volatile Offers? current;
    private bool renewing;

    public LiveOffers(LiveDirectory directory, ChangeVersions versions, TimeProvider time, Troubles troubles, ILogger<LiveOffers> log)
    {
        (this.directory, this.versions, this.time, this.troubles, this.log) = (directory, versions, time, troubles, log);
        version = versions.Of("guide");
        load = new SharedLoad(LoadAsync);
        versions.Changed += Hear;
    }

    /// <summary>What readers may see now, at most a moment old, and never with anything that was taken back.</summary>
    /// <exception cref="Platform.Problems.Problem">Something was taken back and the directory cannot be read just now.</exception>
    public ValueTask<Offers> GetAsync(CancellationToken cancellationToken)
    {
        var present = current;
        if (present is null || !MayBeShown(present))
            return new(WaitAsync(version.LeastShown, cancellationToken));
        if (IsOld(present))
            RenewInBackground();
        return new(present);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        versions.Changed -= Hear;
        load.Dispose();
    }

    private bool MayBeShown(Offers offers) => offers.Directory.Version >= version.LeastShown && offers.Covers(time.GetUtcNow());

    private bool IsOld(Offers offers) => offers.Directory.Version < version.Committed || !offers.CoversLong(time.GetUtcNow());

    private async Task<Offers> WaitAsync(long least, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await load.RunAsync().WaitAsync(cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                RenewInBackground();
                throw new Platform.Problems.Problem(GuideProblems.NotReady, []) { RetryAfter = (int)LongestPause.TotalSeconds };
            }

            if (current is { } made && made.Directory.Version >= least && made.Covers(time.GetUtcNow()))
                return made;
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var wanted = (await directory.GetAsync(cancellationToken)).Public;
            var made = Offers.Of(wanted, time.GetUtcNow());
            current = made;
            version.Show(wanted.Version);
            troubles.Clear(Trouble);
            // Few ask the open interface for words; its index is made ready after the readers of pages have theirs.
            _ = Task.Run(() => HsdsSearch.Of(wanted), cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            troubles.Note(Trouble, "the directory cannot be renewed, readers are given the last one or refused");
            RenewalFailed(log, failure);
            throw;
        }
    }

    private void Hear(string area)
    {
        // Before the first reader nothing is kept, and nothing needs renewing.
        if (area == "guide" && current is not null)
            RenewInBackground();
    }

    private void RenewInBackground()
    {
        lock (gate)
        {
            if (renewing)
                return;
            renewing = true;
        }

        _ = Task.Run(RenewAsync, load.Stopping);
    }

    /// <summary>Renews until nothing newer is known; a failure is tried again, less and less often.</summary>
    private async Task RenewAsync()
    {
        var pause = FirstPause;
        while (!load.Stopping.IsCancellationRequested)
        {
            lock (gate)
            {
                // Under the lock: a change that comes now either is seen here or finds that nobody is renewing.
                if (current is { } made && !IsOld(made))
                {
                    renewing = false;
                    return;
                }
            }

            var begun = time.GetTimestamp();
            var failed = false;
            try
            {
                await load.RunAsync();
                pause = FirstPause;
            }
            catch (Exception)
            {
                // Logged where it failed; the old offers stay.
                failed = true;
            }

            var took = time.GetElapsedTime(begun);
            await Task.Delay(failed ? pause : took < LongestRest ? took : LongestRest, time, load.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (failed)
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "The directory could not be renewed; it is tried again.")]
    private static partial void RenewalFailed(ILogger logger, Exception failure);
}
