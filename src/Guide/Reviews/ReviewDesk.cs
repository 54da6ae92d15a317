using Dapper;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Reviews;

/// <summary>What staff are to see to after somebody was asked.</summary>
internal sealed record ReviewTask
{
    public Guid Id { get; init; }

    public Guid ServiceId { get; init; }

    public Guid MailId { get; init; }

    /// <summary>One of no_answer, wrong, not_mine.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What was ticked, separated by blanks.</summary>
    public string Marks { get; init; } = "";

    public string Sealed { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The row for which the text is sealed.</summary>
    public string Row => $"task {Id:D}";
}

/// <summary>Keeps the tasks that answers, and missing answers, leave to staff.</summary>
internal sealed class ReviewDesk(NodeDb db, ReviewSeals seals, NodeSettings settings)
{
    public const string NoAnswer = "no_answer";
    public const string Wrong = "wrong";
    public const string NotMine = "not_mine";

    public ReviewSeals Seals => seals;

    public NodeSettings Settings => settings;

    /// <summary>How the audit names a mail that asked.</summary>
    public static string SubjectOf(Guid mail) => $"review:{mail:D}";

    /// <summary>The tasks nobody has done yet about services that this person looks after, the oldest first.</summary>
    public async Task<IReadOnlyList<ReviewTask>> OpenAsync(GuideScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var tasks = await connection.QueryAsync<ReviewTask>(
            "select id, service_id, mail_id, reason, marks, sealed, created_at from guide_review_tasks where done_at is null order by created_at, id");
        return [.. tasks.Where(task => scope.Full.Service(task.ServiceId) is { } service && scope.MayEdit(service))];
    }

    /// <summary>Makes a task of each service about which nobody answered; how many are new.</summary>
    public async Task<int> NoteUnansweredAsync(Actor actor, IReadOnlyList<(Guid Service, Guid Mail)> unanswered, CancellationToken cancellationToken)
    {
        var known = new HashSet<(Guid, Guid)>();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            foreach (var task in await connection.QueryAsync<ReviewTask>("select id, service_id, mail_id from guide_review_tasks where reason = 'no_answer'"))
                known.Add((task.ServiceId, task.MailId));
        }

        var fresh = unanswered.Where(one => !known.Contains(one)).ToList();
        if (fresh.Count == 0)
            return 0;
        await using var change = await db.BeginAsync(actor, "guide.review.unanswered", $"service:{fresh[0].Service:D}", cancellationToken);
        foreach (var (service, _) in fresh.Skip(1))
            change.AlsoRecord("guide.review.unanswered", $"service:{service:D}");
        foreach (var (service, mail) in fresh)
            await AddAsync(change, new ReviewTask { Id = Guid.CreateVersion7(db.Time.GetUtcNow()), ServiceId = service, MailId = mail, Reason = NoAnswer }, "");
        await change.CommitAsync(cancellationToken);
        return fresh.Count;
    }

    /// <summary>Adds a task to a change; one that is there already stays as it is.</summary>
    public Task AddAsync(Change change, ReviewTask task, string said) => change.ExecuteAsync(
        """
        insert into guide_review_tasks (id, service_id, mail_id, reason, marks, sealed, created_at, done_at, done_by)
        values (@Id, @ServiceId, @MailId, @Reason, @Marks, @Sealed, @Now, null, '') on conflict do nothing
        """,
        new { task.Id, task.ServiceId, task.MailId, task.Reason, task.Marks, Sealed = said.Length == 0 ? "" : seals.Seal(task.Row, said), Now = db.Time.GetUtcNow() });

    /// <summary>Somebody has seen to a task; what was said is erased. False when it was done before.</summary>
    public async Task<bool> DoneAsync(Actor actor, ReviewTask task, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "guide.review.task_done", $"service:{task.ServiceId:D}", cancellationToken);
        change.Describe(new { task.Reason });
        var done = await change.ExecuteAsync(
            "update guide_review_tasks set done_at = @Now, done_by = @AuditName, sealed = '' where id = @Id and done_at is null",
            new { task.Id, actor.AuditName, Now = db.Time.GetUtcNow() });
        if (done == 1)
            await change.CommitAsync(cancellationToken);
        return done == 1;
    }
}
