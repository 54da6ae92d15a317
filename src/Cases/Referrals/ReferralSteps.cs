using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>The page of a referral, and its steps as forms: each is for the version that its page showed.</summary>
internal sealed class ReferralSteps(
    ListReferrals list, ReferralFiles referrals, MoveReferral move, ReferralLinks links, ShowReferral show, ArrangeReferral arrange, RecordBasis bases, EscalateReferral escalate, NodeDb db)
{
    private const int LongestReason = 5000;

    private const string One = ReferralDesk.Board + "/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, (HttpContext context, Guid id, ReferralSteps steps, CancellationToken cancellationToken) =>
            steps.ShowAsync(context, id, null, "", "", cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription();
        routes.MapPost(One + "/step/{act}", (HttpContext context, Guid id, string act, ReferralSteps steps, CancellationToken cancellationToken) =>
            steps.StepAsync(context, id, act, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(One + "/arrangements", (HttpContext context, Guid id, ReferralSteps steps, CancellationToken cancellationToken) =>
            steps.ArrangeAsync(context, id, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(One + "/basis", (HttpContext context, Guid id, ReferralSteps steps, CancellationToken cancellationToken) =>
            steps.BasisAsync(context, id, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(One + "/escalate", (HttpContext context, Guid id, ReferralSteps steps, CancellationToken cancellationToken) =>
            steps.EscalateAsync(context, id, cancellationToken)).Needs(CasesRights.Supervise).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(One + "/link/{how}", (HttpContext context, Guid id, string how, ReferralSteps steps, NodeSettings settings, CancellationToken cancellationToken) =>
            steps.LinkAsync(context, id, how, settings, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(ReferralDesk.Board + "/notices/{id:guid}/{state}", NoticeAsync).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, string link, string said, CancellationToken cancellationToken)
    {
        var stored = await list.OpenAsync(id, context.Actor(), cancellationToken);
        var view = await show.RunAsync(stored, context.Actor(), context.PageTexts(), cancellationToken);
        return StaffForm.Page<ReferralPage>(context, problem, ("View", view with { Link = link, Said = said }));
    }

    private async Task<IResult> StepAsync(HttpContext context, Guid id, string act, CancellationToken cancellationToken)
    {
        var (form, actor) = (await StaffForm.ReadAsync(context, cancellationToken), context.Actor());
        var version = VersionOf(form);
        try
        {
            var stored = await referrals.AdmitAsync(id, () => version, actor, cancellationToken);
            _ = act == "offer"
                ? await move.OfferAsync(stored, actor, cancellationToken)
                : await move.StepAsync(stored, new SentStep(act, form.Text("reason_" + act)), actor, cancellationToken);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, problem, "", "", cancellationToken);
        }

        return Results.Redirect(ReferralDesk.AddressOf(id));
    }

    private async Task<IResult> ArrangeAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        return await DoAsync(context, id, form, CasesRights.Refer, stored => arrange.RunAsync(
            stored,
            new Arrangements
            {
                WarmHandover = form.Ticked("warm"),
                Along = form.Text("along"),
                AlongNote = form.Text("alongNote"),
                FocalPoint = new FocalPoint(form.Text("focalName"), form.Text("focalRole"), form.Text("focalPhone")) { IsPublic = form.Ticked("focalPublic") },
            },
            [],
            context.Actor(),
            cancellationToken), cancellationToken);
    }

    private async Task<IResult> BasisAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentBasis { Code = form.Text("basis", required: true), Reason = form.Words("basisReason", LongestReason, CasesProblems.TextTooLong) };
        if (said.Reason.Length == 0)
            form.Refuse("basisReason", FormProblems.Missing);
        return await DoAsync(context, id, form, CasesRights.Refer, stored => bases.RunAsync(stored, said, [], context.Actor(), cancellationToken), cancellationToken);
    }

    private async Task<IResult> EscalateAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentEscalation { Reason = form.Text("callReason", required: true), Note = form.Words("callNote", LongestReason, CasesProblems.TextTooLong) };
        return await DoAsync(context, id, form, CasesRights.Supervise, stored => escalate.RunAsync(stored, said, context.Actor(), cancellationToken), cancellationToken);
    }

    // What was wrong is shown on the page, once it is sure that there is one for this reader.
    private async Task<IResult> DoAsync(HttpContext context, Guid id, StaffForm form, string right, Func<StoredReferral, Task> act, CancellationToken cancellationToken)
    {
        var version = VersionOf(form);
        try
        {
            var stored = await referrals.AdmitAsync(id, () => version, context.Actor(), cancellationToken, right);
            if (form.Refusal is { } unfit)
                throw unfit;
            await act(stored);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422 && context.Actor().May(CasesRights.Refer))
        {
            // Whoever supervises and does not refer has no page of it.
            return await ShowAsync(context, id, problem, "", "", cancellationToken);
        }

        return Results.Redirect(ReferralDesk.AddressOf(id));
    }

    private async Task<IResult> LinkAsync(HttpContext context, Guid id, string how, NodeSettings settings, CancellationToken cancellationToken)
    {
        var (form, actor, texts, now) = (await StaffForm.ReadAsync(context, cancellationToken), context.Actor(), context.PageTexts(), db.Time.GetUtcNow());
        var version = VersionOf(form);
        try
        {
            if (how == "revoke")
            {
                await links.RevokeAsync(id, actor, cancellationToken);
                return await ShowAsync(context, id, null, "", texts["referral.link.revoked"], cancellationToken);
            }

            if (how is not ("answer" or "fields" or "mail"))
                throw PlatformProblems.NotFound.With();
            var stored = await referrals.AdmitAsync(id, () => version, actor, cancellationToken);
            var made = await links.MakeAsync(stored, how == "fields" ? ReferralLink.Fields : ReferralLink.Answer, how == "mail", actor, cancellationToken);
            var until = texts.Format(made.Token is null ? "referral.link.mailed" : "referral.link.until", ("at", texts.Due(made.ExpiresAt, now)));
            // An agency with accounts finds what was handed over in its list; its people need no link.
            return made.Token is null || (how == "fields" && stored.Content.ToAgency is not null)
                ? await ShowAsync(context, id, null, "", made.Token is null ? until : texts.Format("referral.hand_over.waits", ("at", texts.Due(made.ExpiresAt, now))), cancellationToken)
                : await ShowAsync(context, id, null, $"{ReferralDesk.RootOf(context, settings)}/{texts.Code}/{ReferralLinks.PathOf(made.Token)}", until, cancellationToken);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, problem, "", "", cancellationToken);
        }
    }

    private static async Task<IResult> NoticeAsync(HttpContext context, Guid id, string state, NodeDb db, ReferralFiles referrals, ReferralNotices notices, CancellationToken cancellationToken)
    {
        await StaffForm.ReadAsync(context, cancellationToken);
        var actor = context.Actor();
        NoticeRow notice;
        string? back = null;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            notice = await ReferralNotices.FindAsync(connection, id) ?? throw PlatformProblems.NotFound.With();
            if (await referrals.LoadAsync(connection, notice.ReferralId, cancellationToken) is { } stored)
                _ = await referrals.AdmitAsync(notice.ReferralId, () => stored.Row.Version, actor, cancellationToken);
            else if (await notices.IsOpenAsync(connection, CaseScope.For(actor), id))
                // Of an erased person there is no referral to look at: the board alone has what is left to do.
                back = ReferralDesk.Board;
            else
                throw PlatformProblems.NotFound.With();
        }

        await (state switch
        {
            NoticeRow.Told => notices.ToldAsync(id, actor, cancellationToken),
            NoticeRow.Acknowledged => notices.AcknowledgeAsync(id, actor, cancellationToken),
            _ => throw PlatformProblems.NotFound.With(),
        });
        return Results.Redirect(back ?? ReferralDesk.AddressOf(notice.ReferralId));
    }

    private static int VersionOf(StaffForm form) =>
        int.TryParse(form.Text("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw PlatformProblems.Malformed.With();
}
