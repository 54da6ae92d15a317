using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Subscriptions;

/// <summary>
/// The node asks for the directories it subscribes to, and takes in what is new through the import that files go
/// through: with its source, and never over what people here have changed.
/// </summary>
internal sealed class PullDirectories(
    NodeDb db, LiveDirectory live, ImportServices import, NodeSettings settings, HttpClient http)
{
    private static readonly Actor Subscribing = Actor.Job("guide.subscriptions");
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);

    /// <summary>Of a set, so large a part may go at once without a person looking; some always may.</summary>
    private const double MayGo = 0.2;
    private const int MayAlwaysGo = 5;

    /// <summary>The node's own: through the safe door, with time for a large directory on a slow line.</summary>
    public static PullDirectories Of(IServiceProvider services)
    {
        var settings = services.GetRequiredService<NodeSettings>();
        return new PullDirectories(
            services.GetRequiredService<NodeDb>(), services.GetRequiredService<LiveDirectory>(), services.GetRequiredService<ImportServices>(), settings,
            SafeHttp.Create(new SafeHttpSettings { Bytes = settings.UploadLimit("services"), Timeout = TimeSpan.FromMinutes(10) }));
    }

    /// <summary>Looks for subscriptions that are due.</summary>
    public static Job Job { get; } = new("guide.subscriptions", TimeSpan.FromSeconds(20), static async (services, cancellationToken) =>
    {
        // Most nodes subscribe to nothing, and all that speaks HTTP to others need not be loaded for them.
        var asked = (await DueAsync(services.GetRequiredService<NodeDb>(), cancellationToken)).Count == 0 ? 0 : await services.GetRequiredService<PullDirectories>().RunAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{asked} asked");
    });

    /// <summary>Pulls each subscription that is due, one after the other, and returns how many were asked for.</summary>
    /// <exception cref="AggregateException">Some met what nobody foresaw; all were asked, and what became of them is noted.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (asked, failures) = (0, new List<Exception>());
        foreach (var due in await DueAsync(db, cancellationToken))
        {
            Subscription pulled;
            try
            {
                pulled = await PullAsync(due, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // One directory, or a mistake of ours about it, keeps none of the others waiting.
                failures.Add(failure);
                pulled = Refused(due, GuideProblems.FeedBroken, db.Time.GetUtcNow());
            }

            await using var change = await db.BeginAsync(Subscribing, "guide.subscription.pulled", due.Id.ToString("D"), cancellationToken);
            await SubscriptionRows.NoteAsync(change, due, pulled);
            change.Describe(new { pulled.Outcome, pulled.Kept, pulled.ImportId });
            await change.CommitAsync(cancellationToken);
            asked++;
        }

        return failures.Count == 0 ? asked : throw new AggregateException(failures);
    }

    private static async Task<IReadOnlyList<Subscription>> DueAsync(NodeDb db, CancellationToken cancellationToken) =>
        [.. (await SubscriptionRows.AllAsync(db, cancellationToken)).Where(one => !one.Paused && one.DueAt <= db.Time.GetUtcNow())];

    /// <summary>Pulls one, and returns what is to be noted of it.</summary>
    internal async Task<Subscription> PullAsync(Subscription due, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var after = due with { AskedAt = now, DueAt = now.AddHours(due.EveryHours), Failures = 0 };
        try
        {
            // What was held back the last time is to be looked at again, changed or not.
            var fetched = await new DirectoryFetch(http, settings.Folder, settings.UploadLimit("services"))
                .FetchAsync(new Uri(due.Address), due.TakesOut ? "" : due.Tag, cancellationToken);
            if (fetched.File is not { } file)
                return after with { Outcome = due.Outcome == Subscription.Shrunk ? Subscription.Shrunk : Subscription.Unchanged };
            await using (file)
            {
                if (file.Sha256 == due.Content && !due.TakesOut)
                    return after with { Tag = fetched.Tag, Outcome = due.Outcome == Subscription.Shrunk ? Subscription.Shrunk : Subscription.Unchanged };
                return await TakeAsync(after with { Tag = fetched.Tag, Content = file.Sha256 }, file, cancellationToken);
            }
        }
        catch (Problem refused)
        {
            return Refused(due, refused.Kind, now);
        }
    }

    // Sooner than the next turn, and later each time.
    private static Subscription Refused(Subscription due, ProblemKind why, DateTimeOffset now)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(due.Failures, 10));
        var again = now + (pause < TimeSpan.FromHours(due.EveryHours) ? pause : TimeSpan.FromHours(due.EveryHours));
        return due with { AskedAt = now, DueAt = again, Failures = due.Failures + 1, Outcome = why.Code };
    }

    private async Task<Subscription> TakeAsync(Subscription pulled, SpooledFile file, CancellationToken cancellationToken)
    {
        var request = new ImportRequest
        {
            Files = [new ImportFile("services.json", file.Stream)],
            SourceSet = pulled.SourceSet,
            Source = new SourceSet { Name = pulled.SourceSet, Title = pulled.Title, Url = pulled.Address, Licence = pulled.Licence },
            RetrievedAt = pulled.AskedAt,
        };
        var look = await import.RunAsync(request with { DryRun = true }, Subscribing, cancellationToken);
        var held = (await live.GetAsync(cancellationToken)).Staff.Records.All.Count(record => record.SourceSet == pulled.SourceSet);
        var shrunk = look.Vanished > Math.Max(MayAlwaysGo, held * MayGo) && !pulled.TakesOut;
        if (look is { Added: 0, Changed: 0 } && (look.Vanished == 0 || shrunk))
            return pulled with { Outcome = shrunk ? Subscription.Shrunk : Subscription.Unchanged, Kept = look.Kept, TakesOut = false };
        file.Stream.Position = 0;
        var report = await import.RunAsync(request with { RetireVanished = !shrunk }, Subscribing, cancellationToken);
        return pulled with { Outcome = shrunk ? Subscription.Shrunk : Subscription.Taken, Kept = report.Kept, ImportId = report.ImportId, TakesOut = false };
    }
}
