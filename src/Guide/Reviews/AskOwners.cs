using System.Globalization;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Reviews;

/// <summary>
/// Writes to those who look after services that are due, and makes a task of it where nobody answers. A mail and the row
/// that says it was sent are one change: nobody is written to twice for one round, and nobody is forgotten.
/// </summary>
internal sealed class AskOwners(NodeDb db, LiveDirectory live, Outbox outbox, TextCatalog catalog, ReviewDesk desk)
{
    /// <summary>A mail server is not given more than this at once; the rest follow in the next hour.</summary>
    private const int MostMails = 200;

    public static Job Hourly { get; } = new("guide.review_mails", TimeSpan.FromHours(1), static (services, cancellationToken) =>
        ((AskOwners)services.GetService(typeof(AskOwners))!).RunAsync(cancellationToken));

    /// <summary>One run; says how many mails and tasks it made.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var moment = await live.GetAsync(cancellationToken);
        var today = DateOnly.FromDateTime(db.Time.GetUtcNow().UtcDateTime);
        var due = moment.Staff.Records.Services.Where(service => LookUpServices.IsDue(service, today)).ToList();
        if (!outbox.SendsMail || desk.Settings.AddressForMail is not { } node)
            return string.Create(CultureInfo.InvariantCulture, $"{due.Count} due, no mail");
        var plan = await PlanAsync(moment, due, cancellationToken);
        var sent = 0;
        foreach (var mail in plan.Mails.Take(MostMails))
            sent += await SendAsync(moment, mail, node, cancellationToken) ? 1 : 0;
        var tasks = await desk.NoteUnansweredAsync(Actor.Job(Hourly.Name), plan.Unanswered, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{due.Count} due, {sent} mails, {tasks} tasks");
    }

    private async Task<ReviewPlan> PlanAsync(DirectoryMoment moment, List<Service> due, CancellationToken cancellationToken)
    {
        var owners = await ReviewOwners.ReadAsync(db, desk.Seals, cancellationToken);
        var wanted = due.SelectMany(service => owners.Of(moment.Staff, service, Offers.Of(moment.Public, service.Id).Count > 0).Select(to => new DueReview(to, service)));
        await using var connection = await db.ReadAsync(cancellationToken);
        var asked = await connection.QueryAsync<AskedReview>(
            """
            select m.id as mail_id, m.address_hash, q.service_id, m.round, m.sent_at, q.answer
            from guide_review_mails m join guide_review_questions q on q.mail_id = m.id
            """);
        return ReviewPlan.Of(wanted, asked, new ReviewRules(TimeSpan.FromDays(desk.Settings.ReviewReminderDays)), db.Time.GetUtcNow());
    }

    private async Task<bool> SendAsync(DirectoryMoment moment, PlannedMail mail, string node, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var (id, secret, until) = (Guid.CreateVersion7(now), ReviewSeals.NewSecret(), now.AddDays(desk.Settings.ReviewLinkDays));
        var asked = mail.Services.Select(service => (Service: service, Offers: Offers.Of(moment.Public, service.Id))).ToList();
        var shown = asked.Where(pair => pair.Offers.Count > 0).Select(pair => pair.Offers[0].Service).ToList();
        var texts = catalog.In(mail.To.Language);
        var message = new ReviewMail
        {
            To = mail.To,
            Node = node,
            NodeName = desk.Settings.File.Name,
            Secret = secret,
            Until = until,
            Named = shown,
            Hidden = asked.Count - shown.Count,
            Left = mail.Left,
            Again = mail.Again,
        }.In(texts);
        await using var change = await db.BeginAsync(Actor.Job(Hourly.Name), "guide.review.asked", ReviewDesk.SubjectOf(id), cancellationToken);
        change.Describe(new { mail.Round, services = mail.Services.Select(service => service.Id) });
        var isNew = await change.ExecuteAsync(
            """
            insert into guide_review_mails (id, address_hash, round, recipient, sent_at, secret_hash, expires_at)
            values (@id, @Hash, @Round, @Recipient, @now, @Secret, @until) on conflict do nothing
            """,
            new { id, mail.To.Hash, mail.Round, Recipient = mail.To.IsStaff ? "staff" : "contact", now, Secret = desk.Seals.HashOfSecret(secret), until });
        // Another process has written to this address meanwhile.
        if (isNew == 0)
            return false;
        await change.ExecuteAsync(
            "insert into guide_review_questions (mail_id, service_id, ordinal, shown, answer, answered_at) values (@id, @ServiceId, @Ordinal, @Shown, '', null)",
            asked.Select((pair, ordinal) => new { id, ServiceId = pair.Service.Id, Ordinal = ordinal, Shown = pair.Offers.Count > 0 ? ReviewSeals.Shown(pair.Offers) : "" }).ToList());
        await change.SendAsync(outbox.Mail("guide.review", message));
        await change.CommitAsync(cancellationToken);
        return true;
    }
}
