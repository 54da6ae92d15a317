using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>What the page of a link shows.</summary>
public sealed record ReferralLinkView
{
    /// <summary>One of gone, offer, accepted, declined, waiting, fields.</summary>
    public required string State { get; init; }

    /// <summary>The address of the page, below the language.</summary>
    public string Path { get; init; } = "";

    /// <summary>Names and values: of the preview, or the agreed fields.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>Reasons for which a service declines.</summary>
    public IReadOnlyList<Choice> Reasons { get; init; } = [];

    /// <summary>Prints nothing of what it shows.</summary>
    public override string ToString() => "•••";
}

/// <summary>
/// The pages of a link, for organisations without accounts. Opening one changes nothing, since programs that look through
/// mail open links too; a press of a button answers, and another one shows the agreed fields once.
/// </summary>
internal static class OpenReferralLink
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{lang}/referral/{token}", ShowAsync).Open().ExcludeFromDescription().RequireRateLimiting(RateLimits.Costly);
        routes.MapPost("/{lang}/referral/{token}", TakeAsync).Open().ExcludeFromDescription().RequireRateLimiting(RateLimits.Costly).DisableAntiforgery()
            .MayRepeat("a link is used once").TakesAtMost(16 * 1024);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ReferralFiles referrals, AnswerReferral answer, string lang, string token, CancellationToken cancellationToken)
    {
        Known(context, lang);
        var (link, refused, stored) = await FindAsync(referrals, answer, token, cancellationToken);
        if (link is null || stored is null || refused is not null)
            return Gone(context, refused);
        if (link.Kind == ReferralLink.Fields)
            return Page(context, new ReferralLinkView { State = "waiting", Path = ReferralLinks.PathOf(token) });
        try
        {
            return await OfferAsync(context, answer, stored, link, token, null, cancellationToken);
        }
        catch (Problem ended)
        {
            return Gone(context, ended);
        }
    }

    private static async Task<IResult> TakeAsync(HttpContext context, ReferralFiles referrals, AnswerReferral answer, string lang, string token, CancellationToken cancellationToken)
    {
        Known(context, lang);
        var (link, refused, stored) = await FindAsync(referrals, answer, token, cancellationToken);
        if (link is null || stored is null || refused is not null)
            return Gone(context, refused);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        try
        {
            if (link.Kind == ReferralLink.Fields)
            {
                var fields = stored.Referral.State == ReferralStates.HandedOver
                    ? await answer.ShowAgainAsync(stored, link, cancellationToken)
                    : (await answer.ReceiveAsync(stored, link.Actor, link, cancellationToken)).Fields;
                return Page(context, new ReferralLinkView { State = "fields", Facts = [CodeOf(stored, context.PageTexts()), .. fields.Select(field => ReferralWords.Field(field.Key, field.Value, context.PageTexts()))] });
            }

            var said = new SentStep(form["act"].ToString(), form["act"] == "decline" ? form["reason"].ToString() : "");
            if (said.Act is not ("accept" or "decline"))
                throw PlatformProblems.Malformed.With();
            if (said.Act == "decline" && ReferralWords.Reasons("decline", ReferralMoves.Receiver, context.PageTexts()).All(reason => reason.Value != said.Reason))
                return await OfferAsync(context, answer, stored, link, token, FormProblems.With(("reason", FormProblems.Missing)), cancellationToken);
            await answer.TakeAsync(stored, said, link.Actor, link, cancellationToken);
            return Page(context, new ReferralLinkView { State = said.Act == "accept" ? "accepted" : "declined" });
        }
        catch (Problem ended) when (ended.Kind.Code.StartsWith("referral.", StringComparison.Ordinal) || ended.Kind == PlatformProblems.Changed)
        {
            return Gone(context, ended);
        }
    }

    private static async Task<IResult> OfferAsync(
        HttpContext context, AnswerReferral answer, StoredReferral stored, LinkRow link, string token, Problem? problem, CancellationToken cancellationToken)
    {
        var preview = await answer.PreviewAsync(stored, link.Actor, cancellationToken);
        var texts = context.PageTexts();
        return Page(
            context,
            new ReferralLinkView
            {
                State = "offer",
                Path = ReferralLinks.PathOf(token),
                Reasons = ReferralWords.Reasons("decline", ReferralMoves.Receiver, texts),
                Facts = [.. ReferralWords.Of(preview, texts), CodeOf(stored, texts), (texts["referral.link.answer_by"], texts.Due(link.ExpiresAt, answer.Now))],
            },
            problem);
    }

    private static async Task<(LinkRow? Link, Problem? Refused, StoredReferral? Stored)> FindAsync(
        ReferralFiles referrals, AnswerReferral answer, string token, CancellationToken cancellationToken)
    {
        await using var connection = await answer.ConnectAsync(cancellationToken);
        if (await ReferralLinks.FindAsync(connection, token) is not { } link)
            return (null, ReferralProblems.LinkUnknown.With(), null);
        var refused = link.Link.Refusal(token, link.Kind, answer.Now);
        return (link, refused, refused is null ? await referrals.LoadAsync(connection, link.ReferralId, cancellationToken) : null);
    }

    // Unknown, used, old or taken back: one page, which tells nothing of anybody.
    private static PageResult<ReferralLinkPage> Gone(HttpContext context, Problem? refused) =>
        Page(context, new ReferralLinkView { State = "gone" }, null, refused?.Kind == ReferralProblems.LinkUnknown ? StatusCodes.Status404NotFound : StatusCodes.Status410Gone);

    private static PageResult<ReferralLinkPage> Page(HttpContext context, ReferralLinkView view, Problem? problem = null, int? status = null) =>
        new(context.Texts(), ("View", view), ("Problem", problem)) { Status = status ?? problem?.Kind.Status ?? StatusCodes.Status200OK };

    private static (string Name, string Value) CodeOf(StoredReferral stored, Texts texts) => (texts["referral.slip.code"], stored.Referral.Code);

    private static void Known(HttpContext context, string language)
    {
        if (!((TextCatalog)context.RequestServices.GetService(typeof(TextCatalog))!).Has(language))
            throw PlatformProblems.NotFound.With();
    }
}
