using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Desk;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>The page of a mailed notice: which code is meant and until when it is erased; a press of a button confirms it. Opening it changes nothing.</summary>
internal static class OpenNoticeLink
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{lang}/referral-notice/{token}", ShowAsync).Open().ExcludeFromDescription().RequireRateLimiting(RateLimits.Costly);
        routes.MapPost("/{lang}/referral-notice/{token}", ConfirmAsync).Open().ExcludeFromDescription().RequireRateLimiting(RateLimits.Costly).DisableAntiforgery()
            .MayRepeat("what is confirmed twice is confirmed once").TakesAtMost(1024);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NodeDb db, ReferralNotices notices, TextCatalog catalog, string lang, string token, CancellationToken cancellationToken) =>
        Page(context, await FindAsync(db, notices, catalog, lang, token, cancellationToken), token, db.Time.GetUtcNow());

    private static async Task<IResult> ConfirmAsync(
        HttpContext context, NodeDb db, ReferralNotices notices, TextCatalog catalog, string lang, string token, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, notices, catalog, lang, token, cancellationToken) is { } notice)
            await notices.AcknowledgeAsync(notice.Id, new Actor($"notice:{notice.Id:D}", null, "", []), cancellationToken);
        return Page(context, await FindAsync(db, notices, catalog, lang, token, cancellationToken), token, db.Time.GetUtcNow());
    }

    private static async Task<NoticeRow?> FindAsync(NodeDb db, ReferralNotices notices, TextCatalog catalog, string lang, string token, CancellationToken cancellationToken)
    {
        if (!catalog.Has(lang))
            throw PlatformProblems.NotFound.With();
        await using var connection = await db.ReadAsync(cancellationToken);
        return await notices.FindAsync(connection, token);
    }

    private static PageResult<NoticeLinkPage> Page(HttpContext context, NoticeRow? notice, string token, DateTimeOffset now)
    {
        var texts = context.PageTexts();
        return new PageResult<NoticeLinkPage>(
            context.Texts(),
            ("Path", ReferralNotices.PathOf(token)),
            ("Code", notice?.Code ?? ""),
            ("EraseBy", notice is null ? "" : texts.Due(notice.EraseBy, now)),
            ("IsConfirmed", notice?.State == NoticeRow.Acknowledged))
        { Status = notice is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK };
    }
}
