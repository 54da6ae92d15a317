using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Staff;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Sending;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Reviews;

/// <summary>Who is asked about a record, as staff see it.</summary>
public sealed record ReviewContactAnswer
{
    /// <summary>service or organization.</summary>
    public required string Kind { get; init; }

    /// <summary>The record.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The address set for it, or empty.</summary>
    public string Address { get; init; } = "";

    /// <summary>Its language, or empty for that of the organisation's texts.</summary>
    public string Language { get; init; } = "";

    /// <summary>The address everybody can read, which may be proposed.</summary>
    public string PublicAddress { get; init; } = "";

    /// <summary>True when the receiver asked not to be written to.</summary>
    public bool Stopped { get; init; }

    /// <summary>True when the node can write to anybody.</summary>
    public bool SendsMail { get; init; }

    /// <summary>How many of the staff are asked about the service.</summary>
    public int? Staff { get; init; }

    /// <summary>The mails that asked about the service: when, and what was answered.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Answer)> Asked { get; init; } = [];

    /// <summary>True when it has just been saved.</summary>
    public bool Done { get; init; }
}

/// <summary>Staff name the address that is asked whether a service, or all of an organisation, is still right. It is shown to no reader.</summary>
internal static class SetReviewContact
{
    private const string Root = "/staff/guide/reviewers/{kind:regex(^(service|organization)$)}/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root, SaveAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    public static string Href(string kind, Guid id) => $"/staff/guide/reviewers/{kind}/{id:D}";

    private static async Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, ReviewDesk reviews, Outbox outbox, string kind, Guid id, string? done, CancellationToken cancellationToken) =>
        await PageAsync(context, desk, reviews, outbox, (kind, id), null, done is not null, cancellationToken);

    private static async Task<IResult> SaveAsync(
        HttpContext context, DirectoryDesk desk, ReviewDesk reviews, Outbox outbox, TextCatalog catalog, string kind, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        await FindAsync(context, desk, kind, id, cancellationToken);
        var (address, language) = (values["address"].Trim(), catalog.Has(values["language"]) ? values["language"] : "");
        if (address.Length > 0 && !Outbox.IsAddress(address))
            return await PageAsync(context, desk, reviews, outbox, (kind, id), FormProblems.With(("address", OutboxProblems.AddressUnusable)), false, cancellationToken);
        var before = (await ReviewOwners.ReadAsync(desk.Db, reviews.Seals, cancellationToken)).ContactOf(kind, id);
        var contact = new ReviewContact { OwnerKind = kind, OwnerId = id, Language = language };
        await using var change = await desk.Db.BeginAsync(context.Actor(), "guide.review.contact_set", $"{kind}:{id:D}", cancellationToken);
        change.Describe(new { set = address.Length > 0 });
        await change.ExecuteAsync("delete from guide_review_contacts where owner_kind = @kind and owner_id = @id", new { kind, id });
        if (address.Length > 0)
        {
            var hash = reviews.Seals.HashOfAddress(address);
            await change.ExecuteAsync(
                """
                insert into guide_review_contacts (owner_kind, owner_id, address_hash, sealed, language, set_at) values (@kind, @id, @hash, @Sealed, @language, @Now)
                """,
                new { kind, id, hash, Sealed = reviews.Seals.Seal(contact.Row, address), language, desk.Now });
            // Who asked not to be written to is written to again only if somebody says so, and not because a language was changed.
            if (hash != before?.AddressHash || values.Ticked("again"))
                await change.ExecuteAsync("delete from guide_review_stops where address_hash = @hash", new { hash });
        }

        await change.CommitAsync(cancellationToken);
        return Results.Redirect(Href(kind, id) + "?done=1");
    }

    // Asked whether it may be changed, so that who may not is told nothing of who is asked.
    private static async Task<(GuideScope Scope, DirectoryMoment Moment, DirectoryRecord Record)> FindAsync(
        HttpContext context, DirectoryDesk desk, string kind, Guid id, CancellationToken cancellationToken)
    {
        var moment = await desk.MomentAsync(cancellationToken);
        var scope = GuideScope.For(context.Actor(), moment);
        var record = scope.Find(kind, id);
        return scope.MayEdit(record) ? (scope, moment, record) : throw PlatformProblems.Forbidden.With();
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, DirectoryDesk desk, ReviewDesk reviews, Outbox outbox, (string Kind, Guid Id) of, Problem? problem, bool done, CancellationToken cancellationToken)
    {
        var (scope, moment, record) = await FindAsync(context, desk, of.Kind, of.Id, cancellationToken);
        var owners = await ReviewOwners.ReadAsync(desk.Db, reviews.Seals, cancellationToken);
        var contact = owners.ContactOf(of.Kind, of.Id);
        var service = record as Service;
        return context.Staff<ReviewContactPage>(problem, ("Answer", new ReviewContactAnswer
        {
            Kind = of.Kind,
            Id = of.Id,
            Name = GuideScope.NameOf(record),
            Address = contact is null ? "" : owners.RecipientOf(contact, "").Address,
            Language = contact?.Language ?? "",
            PublicAddress = service?.Email ?? (record as Organization)?.Email ?? "",
            Stopped = contact is not null && owners.HasStopped(contact),
            SendsMail = outbox.SendsMail && reviews.Settings.AddressForMail is not null,
            Staff = service is null ? null : owners.Of(scope.Full, scope.Full.Service(of.Id)!, Offers.Of(moment.Public, of.Id).Count > 0).Count(recipient => recipient.IsStaff),
            Asked = service is null ? [] : await AskedAsync(desk, of.Id, cancellationToken),
            Done = done,
        }));
    }

    private static async Task<IReadOnlyList<(DateTimeOffset, string)>> AskedAsync(DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await desk.Db.ReadAsync(cancellationToken);
        var asked = await connection.QueryAsync<AskedReview>(
            """
            select m.id as mail_id, m.address_hash, q.service_id, m.round, m.sent_at, q.answer
            from guide_review_questions q join guide_review_mails m on m.id = q.mail_id where q.service_id = @id order by m.sent_at desc limit 10
            """,
            new { id });
        return [.. asked.Select(question => (question.SentAt, question.Answer))];
    }
}
