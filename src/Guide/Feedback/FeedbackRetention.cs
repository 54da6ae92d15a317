using System.Globalization;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Feedback;

/// <summary>Deletes the texts of messages that were done with long ago; that there was one, of which kind, stays.</summary>
internal sealed class FeedbackRetention(NodeDb db, NodeSettings settings)
{
    private const int AtOnce = 200;

    /// <summary>Looks once a day.</summary>
    public static Job Daily { get; } = new("guide.feedback_retention", TimeSpan.FromDays(1), static (services, cancellationToken) =>
        ((FeedbackRetention)services.GetService(typeof(FeedbackRetention))!).EraseAsync(cancellationToken));

    /// <summary>Deletes what is due, and says how much it was.</summary>
    public async Task<string> EraseAsync(CancellationToken cancellationToken)
    {
        var erased = 0;
        foreach (var (inbox, months) in new[] { (Inbox.Ordinary, settings.FeedbackKeptMonths), (Inbox.Sensitive, settings.SensitiveFeedbackKeptMonths) })
        {
            var before = db.Time.GetUtcNow().AddMonths(-months);
            while (await EraseAsync(inbox, before, cancellationToken) is var some and > 0)
                erased += some;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{erased} messages");
    }

    private async Task<int> EraseAsync(Inbox inbox, DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<Guid> due;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            due = [.. await connection.QueryAsync<Guid>(
                inbox.Sql("select id from guide_feedback where ended_at is not null and ended_at <= @before and erased_at is null order by ended_at, id limit @AtOnce"),
                new { before, AtOnce })];
        }

        if (due.Count == 0)
            return 0;
        // Each has its own line, alike for both inboxes.
        await using var change = await db.BeginAsync(
            Actor.Job(Daily.Name), "guide.feedback.erased", FeedbackBox.SubjectOf(due[0]), cancellationToken);
        foreach (var id in due.Skip(1))
            change.AlsoRecord("guide.feedback.erased", FeedbackBox.SubjectOf(id));
        var erased = 0;
        foreach (var id in due)
        {
            // Who has just added something to it has opened it again.
            var row = new { id, before, now = db.Time.GetUtcNow() };
            var done = await change.ExecuteAsync(
                inbox.Sql(
                    """
                    update guide_feedback set version = version + 1, sealed = '', head = '', text_hash = '', erased_at = @now
                    where id = @id and ended_at is not null and ended_at <= @before and erased_at is null
                    """),
                row);
            if (done > 0)
                await change.ExecuteAsync(inbox.Sql("update guide_feedback_notes set sealed = '' where feedback_id = @id"), row);
            erased += done;
        }

        await change.CommitAsync(cancellationToken);
        return erased;
    }
}
