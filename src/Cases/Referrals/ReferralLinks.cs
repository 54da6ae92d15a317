using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>A link as its table has it.</summary>
internal sealed record LinkRow
{
    public Guid Id { get; init; }

    public Guid ReferralId { get; init; }

    public string Kind { get; init; } = "";

    public string Hash { get; init; } = "";

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Who comes by it: nobody known, but not nobody.</summary>
    public Actor Actor => new($"link:{Id:D}", null, "", []);

    /// <summary>The same as the rules know it.</summary>
    public ReferralLink Link => new(ReferralId, Kind, Hash, ExpiresAt) { UsedAt = UsedAt, RevokedAt = RevokedAt };
}

/// <summary>How a link is to reach the service.</summary>
internal sealed record SentLink
{
    /// <summary>True to send it to the mail address that the service publishes; then nobody here sees it.</summary>
    public bool Mail { get; init; }
}

/// <summary>A link that was made.</summary>
/// <param name="Token">What it holds; null when it was mailed.</param>
/// <param name="ExpiresAt">From when it no longer works.</param>
internal sealed record MadeLink(string? Token, DateTimeOffset ExpiresAt)
{
    public override string ToString() => "•••";
}

/// <summary>Gives out the links by which organisations without accounts answer and read, and takes them back.</summary>
internal sealed class ReferralLinks(NodeDb db, ReferralFiles referrals, ReferralQuestions questions, ReferralMail mail, ReadTrail trail)
{
    private const int LongestToken = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        // The answer holds the token: it is kept sealed until the sender could no longer ask again.
        routes.MapPost(DraftReferral.One + "/links", static async (HttpContext context, Guid id, ReferralLinks links, CancellationToken cancellationToken) =>
                await links.MakeAsync(id, ReferralLink.Answer, context, cancellationToken))
            .Needs(CasesRights.Refer).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("A link by which the service answers the offer: {token, path, expiresAt}; the token is shown this once, or with {mail: true} goes to the published address of the service and is shown to nobody");
        routes.MapPost(DraftReferral.One + "/hand-over", static async (HttpContext context, Guid id, ReferralLinks links, CancellationToken cancellationToken) =>
                await links.MakeAsync(id, ReferralLink.Fields, context, cancellationToken))
            .Needs(CasesRights.Refer).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Hands an accepted referral over: asks the consent anew and gives the link that shows the agreed fields once: {token, path, expiresAt}");
        routes.MapPost(DraftReferral.One + "/links/revoke", static async (HttpContext context, Guid id, ReferralLinks links, CancellationToken cancellationToken) =>
            {
                await links.RevokeAsync(id, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Takes back every link of a referral that was not used yet");
    }

    /// <summary>The link of a token; null when nobody gave it out.</summary>
    public static async Task<LinkRow?> FindAsync(DbConnection connection, string token) => await connection.QuerySingleOrDefaultAsync<LinkRow>(
        "select * from cases_referral_links where hash = @hash", new { hash = ReferralLink.HashOf(token.Length > LongestToken ? "" : token) });

    /// <summary>True when a handover waits to be received: a link to the fields is open.</summary>
    public static async Task<bool> WaitsAsync(DbConnection connection, Guid referral, DateTimeOffset now) => await connection.ExecuteScalarAsync<long>(
        "select count(*) from cases_referral_links where referral_id = @referral and kind = 'fields' and used_at is null and revoked_at is null and expires_at > @now", new { referral, now }) > 0;

    /// <summary>True when a link of the referral can still be used.</summary>
    public static async Task<bool> AnyAsync(DbConnection connection, Guid referral, DateTimeOffset now) => await connection.ExecuteScalarAsync<long>(
        "select count(*) from cases_referral_links where referral_id = @referral and used_at is null and revoked_at is null and expires_at > @now", new { referral, now }) > 0;

    /// <summary>Uses a link up.</summary>
    /// <exception cref="Problem">It was used or taken back meanwhile.</exception>
    public static async Task UseAsync(Change change, Guid link, DateTimeOffset now)
    {
        if (await change.ExecuteAsync("update cases_referral_links set used_at = @now where id = @link and used_at is null and revoked_at is null and expires_at > @now", new { link, now }) == 0)
            throw ReferralProblems.LinkUsed.With();
    }

    /// <summary>Uses up what waits for an agency with accounts.</summary>
    /// <exception cref="Problem">Nothing waits, or no longer.</exception>
    public static async Task UseWaitingAsync(Change change, Guid referral, DateTimeOffset now)
    {
        if (await change.ExecuteAsync(
            "update cases_referral_links set used_at = @now where referral_id = @referral and kind = 'fields' and used_at is null and revoked_at is null and expires_at > @now", new { referral, now }) == 0)
            throw ReferralProblems.StepUnfit.With();
    }

    private async Task<IResult> MakeAsync(Guid id, string opens, HttpContext context, CancellationToken cancellationToken)
    {
        var stored = await referrals.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
        var byMail = opens == ReferralLink.Answer && context.Request.HasJsonContentType()
            && (await SentJson.ReadAsync<SentLink>(context.Request, cancellationToken)).Said.Mail;
        var made = await MakeAsync(stored, opens, byMail, context.Actor(), cancellationToken);
        return Results.Json(
            new { token = made.Token, path = made.Token is null ? null : PathOf(made.Token), expiresAt = made.ExpiresAt }, CaseJson.Options, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>The page of a link, below the language.</summary>
    public static string PathOf(string token) => "referral/" + token;

    /// <summary>Makes a link; the one before it ends.</summary>
    /// <param name="stored">The referral.</param>
    /// <param name="opens"><see cref="ReferralLink.Answer"/> or <see cref="ReferralLink.Fields"/>.</param>
    /// <param name="byMail">True to mail it: only what shows no more than the preview goes by mail.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">It is too early or too late for it, the consent has ended, or there is no mail address.</exception>
    public async Task<MadeLink> MakeAsync(StoredReferral stored, string opens, bool byMail, Actor actor, CancellationToken cancellationToken)
    {
        var (id, now) = (stored.Row.Id, db.Time.GetUtcNow());
        // An answer can be lost on its way: a service without accounts is shown once more what it signed for.
        if (stored.Referral.State != (opens == ReferralLink.Answer ? ReferralStates.Offered : ReferralStates.Accepted)
            && !(opens == ReferralLink.Fields && stored is { Row.State: ReferralStates.HandedOver, Content.ToAgency: null }))
            throw ReferralProblems.StepUnfit.With();
        if (opens == ReferralLink.Answer && now >= stored.Referral.AnswerBy)
            throw ReferralProblems.AnsweredLate.With();
        var to = byMail ? await mail.AddressAsync(stored, cancellationToken) ?? throw ReferralProblems.NoMail.With() : null;
        if (opens == ReferralLink.Fields)
        {
            ReferralQuestion question;
            await using (var connection = await db.ReadAsync(cancellationToken))
                question = await questions.AskAsync(connection, stored, now, cancellationToken) ?? throw ReferralProblems.NothingAgreed.With();
            if (ReferralPayload.Decide(question.Referral, question.Asked, question.Values, ReferralRules.Shipped).Refused is { } refused)
            {
                await trail.RefuseAsync(actor, "referral", "file", [(stored.Row.PersonId, question.RefusedLine(DisclosureRoute.Referral))], cancellationToken);
                throw refused;
            }
        }

        var chance = RandomNumberGenerator.GetBytes(ReferralLink.Bytes);
        var (link, token) = opens == ReferralLink.Answer
            ? ReferralLink.ToAnswer(stored.Referral, chance, ReferralRules.Shipped, now)
            : ReferralLink.ToFields(stored.Referral, chance, ReferralRules.Shipped, now);
        await using var change = await db.BeginAsync(actor, "cases.referral.link_made", ReferralFiles.SubjectOf(id), cancellationToken);
        change.Describe(new { opens, mailed = byMail });
        // Neither is anybody asked, nor anything laid out to be received, for a consent that ends at this moment.
        await StandingConsent.HoldAsync(change, stored, now);
        if (await change.ExecuteAsync("update cases_referrals set version = version where id = @id and version = @Version", new { id, stored.Row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        // One is good at a time: whoever lost the last one is given another, and the last one ends.
        await change.ExecuteAsync(
            "update cases_referral_links set revoked_at = @now where referral_id = @id and kind = @opens and used_at is null and revoked_at is null", new { now, id, opens });
        await change.ExecuteAsync(
            "insert into cases_referral_links (id, referral_id, kind, hash, made_at, expires_at) values (@Link, @id, @opens, @Hash, @now, @ExpiresAt)",
            new { Link = Guid.CreateVersion7(now), id, opens, link.Hash, now, link.ExpiresAt });
        if (byMail)
            await change.SendAsync(mail.Ask(stored, to!, PathOf(token), now, link.ExpiresAt));
        await change.CommitAsync(cancellationToken);
        return new MadeLink(byMail ? null : token, link.ExpiresAt);
    }

    /// <summary>Takes back every link that was not used yet, for whatever version of the referral there is.</summary>
    /// <exception cref="Problem">Out of reach, or not theirs to change.</exception>
    public async Task RevokeAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        // Taking back is for whatever version there is: it must not wait for anybody.
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var stored = await referrals.FindAsync(connection, CaseScope.For(actor), id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
            _ = await referrals.AdmitAsync(id, () => stored.Row.Version, actor, cancellationToken);
        }

        await using var change = await db.BeginAsync(actor, "cases.referral.link_revoked", ReferralFiles.SubjectOf(id), cancellationToken);
        await change.ExecuteAsync("update cases_referral_links set revoked_at = @now where referral_id = @id and used_at is null and revoked_at is null", new { now = db.Time.GetUtcNow(), id });
        await change.CommitAsync(cancellationToken);
    }
}
