using System.Globalization;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Guide.Reviews;

/// <summary>
/// Mails that asked long ago, their questions and the tasks that were done are forgotten. The last mail to each address
/// stays, which numbers the next, and so does one by which somebody asked not to be written to. A service of which nobody
/// has said anything is then asked about anew.
/// </summary>
internal static class ForgetMails
{
    /// <summary>A year and a month: what came of asking a year ago can still be seen.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    private const string Old =
        """
        select m.id from guide_review_mails m
        where m.sent_at < @before
            and m.round < (select max(later.round) from guide_review_mails later where later.address_hash = m.address_hash)
            and not exists (select 1 from guide_review_stops s where s.mail_id = m.id)
            and not exists (select 1 from guide_review_tasks t where t.mail_id = m.id)
        """;

    /// <summary>Looks once a day.</summary>
    public static Job Daily { get; } = new("guide.review_mails_kept", TimeSpan.FromDays(1), static async (services, cancellationToken) =>
    {
        var forgotten = await RunAsync((NodeDb)services.GetService(typeof(NodeDb))!, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{forgotten} mails");
    });

    /// <summary>Forgets what is old, and returns how many mails that were.</summary>
    public static async Task<int> RunAsync(NodeDb db, CancellationToken cancellationToken)
    {
        var values = new { before = db.Time.GetUtcNow() - KeptFor };
        await using var change = await db.BeginAsync(Actor.Job(Daily.Name), "guide.review.forgotten", "reviews", cancellationToken);
        var tasks = await change.ExecuteAsync("delete from guide_review_tasks where done_at is not null and done_at < @before", values);
        await change.ExecuteAsync("delete from guide_review_questions where mail_id in (" + Old + ")", values);
        var mails = await change.ExecuteAsync("delete from guide_review_mails where id in (" + Old + ")", values);
        if (tasks + mails == 0)
            return 0;
        change.Describe(new { mails, tasks });
        await change.CommitAsync(cancellationToken);
        return mails;
    }
}
