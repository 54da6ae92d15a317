using Dapper;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Guide.Reviews;

/// <summary>A mail that asked, as its link finds it.</summary>
internal sealed record ReviewLink
{
    public Guid Id { get; init; }

    public string AddressHash { get; init; } = "";

    public string Recipient { get; init; } = "";

    public DateTimeOffset SentAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What it asked about, in order, without what only staff may see.</summary>
    public IReadOnlyList<ReviewQuestion> Questions { get; init; } = [];

    /// <summary>Who answers by it: nobody known, but not nobody.</summary>
    public Actor Actor => new($"link:{Id:D}", null, "", []);
}

/// <summary>One question of a mail.</summary>
internal sealed record ReviewQuestion
{
    public Guid ServiceId { get; init; }

    public string Shown { get; init; } = "";

    public string Answer { get; init; } = "";
}

/// <summary>
/// Takes the answers that come by a link: each question once, about what was shown. A confirmation writes the record, its
/// version and the audit line as that of staff does.
/// </summary>
internal sealed class ReviewLinks(NodeDb db, LiveDirectory live, ReviewDesk desk)
{
    public ReviewDesk Desk => desk;

    public DateTimeOffset Now => db.Time.GetUtcNow();

    public ValueTask<DirectoryMoment> MomentAsync(CancellationToken cancellationToken) => live.GetAsync(cancellationToken);

    /// <summary>The mail of a secret, or null. What cannot be a secret is looked for as well, so that both take as long.</summary>
    public async Task<ReviewLink?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = desk.Seals.HashOfSecret(secret.Length > 100 ? "" : secret);
        await using var connection = await db.ReadAsync(cancellationToken);
        var link = await connection.QuerySingleOrDefaultAsync<ReviewLink>(
            "select id, address_hash, recipient, sent_at, expires_at from guide_review_mails where secret_hash = @hash", new { hash });
        return link is null ? null : link with
        {
            Questions =
            [
                .. await connection.QueryAsync<ReviewQuestion>(
                    "select service_id, shown, answer from guide_review_questions where mail_id = @Id and shown <> '' order by ordinal", new { link.Id }),
            ],
        };
    }

    /// <summary>
    /// Confirms the services that still are as they were shown, each once for a link; how many were confirmed now, and how
    /// many are not as they were shown.
    /// </summary>
    public async Task<(int Confirmed, int Changed)> ConfirmAsync(ReviewLink link, IReadOnlyList<(Guid Service, string Shown)> picked, CancellationToken cancellationToken)
    {
        var moment = await live.GetAsync(cancellationToken);
        var open = picked.Where(pick => link.Questions.Any(question => question.ServiceId == pick.Service && question.Answer.Length == 0)).DistinctBy(pick => pick.Service).ToList();
        var right = open.Where(pick => Offers.Of(moment.Public, pick.Service) is { Count: > 0 } offers && ReviewSeals.Shown(offers) == pick.Shown).ToList();
        if (right.Count == 0)
            return (0, open.Count);
        var now = Now;
        var due = DateOnly.FromDateTime(now.UtcDateTime).AddDays(desk.Settings.ReviewAfterDays);
        var confirmed = right.Select(pick => moment.Staff.Service(pick.Service)!)
            .Select(service => service with { ConfirmedAt = now, ConfirmedBy = NameOf(link, moment, service), ReviewDue = due, ChangedAt = now, ChangedBy = link.Actor.AuditName }).ToList();
        await using var change = await db.BeginAsync(link.Actor, StaffChanges.ServiceConfirmed, DirectoryDesk.SubjectOf(confirmed[0]), cancellationToken);
        change.Describe(new { mail = link.Id, from_version = confirmed[0].Version });
        foreach (var service in confirmed.Skip(1))
            change.AlsoRecord(StaffChanges.ServiceConfirmed, DirectoryDesk.SubjectOf(service), new { mail = link.Id, from_version = service.Version });
        foreach (var service in confirmed)
        {
            // Sent twice at once, it counts once: the second finds the question answered.
            if (!await AnswerAsync(change, link, service.Id, "confirmed"))
                return (0, 0);
        }

        if (!await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of(confirmed), "confirmed", moment.Staff))
            return (0, open.Count);
        await change.CommitAsync(cancellationToken);
        return (confirmed.Count, open.Count - confirmed.Count);
    }

    /// <summary>Keeps as a task that something is wrong; false when the question was answered before.</summary>
    public async Task<bool> TellWrongAsync(ReviewLink link, Guid service, string marks, string said, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(link.Actor, "guide.review.told_wrong", $"service:{service:D}", cancellationToken);
        change.Describe(new { mail = link.Id, marks });
        if (!await AnswerAsync(change, link, service, ReviewDesk.Wrong))
            return false;
        await desk.AddAsync(change, new ReviewTask { Id = Guid.CreateVersion7(Now), ServiceId = service, MailId = link.Id, Reason = ReviewDesk.Wrong, Marks = marks }, said);
        await change.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The receiver has nothing to do with it: they are not written to any more, and staff find somebody else.</summary>
    public async Task StopAsync(ReviewLink link, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(link.Actor, "guide.review.stopped", ReviewDesk.SubjectOf(link.Id), cancellationToken);
        await change.ExecuteAsync(
            "insert into guide_review_stops (address_hash, mail_id, stopped_at) values (@AddressHash, @Id, @Now) on conflict do nothing",
            new { link.AddressHash, link.Id, Now });
        foreach (var question in link.Questions.Where(question => question.Answer.Length == 0))
        {
            if (await AnswerAsync(change, link, question.ServiceId, ReviewDesk.NotMine))
                await desk.AddAsync(change, new ReviewTask { Id = Guid.CreateVersion7(Now), ServiceId = question.ServiceId, MailId = link.Id, Reason = ReviewDesk.NotMine }, "");
        }

        await change.CommitAsync(cancellationToken);
    }

    /// <summary>True when the receiver of a mail has asked not to be written to.</summary>
    public async Task<bool> HasStoppedAsync(ReviewLink link, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>("select count(*) from guide_review_stops where address_hash = @AddressHash", new { link.AddressHash }) > 0;
    }

    // Readers are told who made sure: the organisation when it was asked itself, the node when its staff was.
    private string NameOf(ReviewLink link, DirectoryMoment moment, Service service) =>
        link.Recipient == "staff" ? desk.Settings.File.Name : moment.Public.Organization(moment.Public.Service(service.Id)?.OrganizationId)?.Name ?? "";

    private async Task<bool> AnswerAsync(Change change, ReviewLink link, Guid service, string answer) => await change.ExecuteAsync(
        "update guide_review_questions set answer = @answer, answered_at = @Now where mail_id = @Id and service_id = @service and answer = ''",
        new { link.Id, service, answer, Now }) == 1;
}
