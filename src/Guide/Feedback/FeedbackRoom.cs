using System.Collections.Concurrent;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Feedback;

/// <summary>
/// How many messages may wait: a flood ends at a limit, beyond which devices keep theirs and come again. Those to deal with
/// and those taken for spam are counted apart, and each inbox by itself, so that one flood does not keep out the others.
/// </summary>
internal sealed class FeedbackRoom(NodeDb db, NodeSettings settings)
{
    /// <summary>Seconds after which a device may try again.</summary>
    private const int RetryAfter = 600;

    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<(string Inbox, bool Spam), Known> known = [];

    /// <summary>Takes room for a message.</summary>
    /// <exception cref="Problem">There is none.</exception>
    public async Task RequireAsync(Change change, Inbox inbox, FeedbackRow row)
    {
        var now = db.Time.GetUtcNow();
        var key = (inbox.Name, !row.IsOpen);
        if (!known.TryGetValue(key, out var waiting) || waiting.At > now || now - waiting.At >= Stay)
        {
            var count = await change.QuerySingleOrDefaultAsync<long>(inbox.Sql(row.IsOpen
                ? "select count(*) from guide_feedback where state in ('new', 'in_hand')"
                : "select count(*) from guide_feedback where state = 'spam' and held <> '' and erased_at is null"));
            known[key] = waiting = new Known(now, count);
        }

        // What came since the count is added here; what was dealt with since is room soon.
        if (waiting.Take() > settings.FeedbackMostWaiting)
            throw new Problem(GuideProblems.FeedbackFull, []) { RetryAfter = RetryAfter };
    }

    private sealed class Known(DateTimeOffset at, long count)
    {
        private long taken = count;

        public DateTimeOffset At => at;

        public long Take() => Interlocked.Increment(ref taken);
    }
}
