using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Desk;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>A line of the list of an agency.</summary>
public sealed record IncomingLine(string Address, string Need, string Code, string State, string Urgency, string Late, string Due);

/// <summary>Something to erase, in the list of an agency.</summary>
public sealed record IncomingNoticeLine(string Address, string Code, string EraseBy);

/// <summary>What the page of a referral shows to the agency that is asked.</summary>
public sealed record IncomingView
{
    public required string Address { get; init; }

    public required string Code { get; init; }

    public required string State { get; init; }

    public required string StateName { get; init; }

    public required string Need { get; init; }

    public required string Urgency { get; init; }

    public required int Version { get; init; }

    /// <summary>By when an answer, or the first meeting, is due; empty when nothing is.</summary>
    public string Due { get; init; } = "";

    /// <summary>What may be seen before the yes.</summary>
    public IReadOnlyList<(string Name, string Value)> Preview { get; init; } = [];

    /// <summary>Why nothing may be seen any more; empty when something may.</summary>
    public string Stopped { get; init; } = "";

    /// <summary>True when the agreed fields can be shown now.</summary>
    public bool MayShow { get; init; }

    /// <summary>The agreed fields, when they were asked for.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    public IReadOnlyList<PossibleStep> Steps { get; init; } = [];

    public override string ToString() => "•••";
}

/// <summary>The pages of an agency that is asked: its list, the preview, its answer, what it receives, and what it tells of its help.</summary>
internal sealed class IncomingDesk(IncomingReferrals incoming, AnswerReferral answer)
{
    public const string Root = CasesDesk.Root + "/incoming";
    private static readonly string[] WithReason = ["decline", "complete", "not_served"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, (HttpContext context, IncomingDesk desk, CancellationToken cancellationToken) => desk.ListAsync(context, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription();
        routes.MapGet(Root + "/{id:guid}", (HttpContext context, Guid id, IncomingDesk desk, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, null, null, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription();
        routes.MapPost(Root + "/{id:guid}/answer/{act}", (HttpContext context, Guid id, string act, IncomingDesk desk, CancellationToken cancellationToken) =>
            desk.AnswerAsync(context, id, act, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(Root + "/{id:guid}/fields", (HttpContext context, Guid id, IncomingDesk desk, CancellationToken cancellationToken) =>
            desk.FieldsAsync(context, id, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery()
            .MayRepeat("what may be shown is decided anew each time, and what was received once is not received again");
        routes.MapPost(Root + "/notices/{id:guid}", (HttpContext context, Guid id, IncomingDesk desk, CancellationToken cancellationToken) =>
            desk.ConfirmAsync(context, id, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var list = await incoming.RunAsync(context.Actor(), cancellationToken);
        return StaffForm.Page<IncomingPage>(
            context,
            null,
            ("Referrals", list.Referrals.Select(one => new IncomingLine(
                $"{Root}/{one.Id:D}",
                one.Need.Length > 0 ? texts["need." + one.Need] : texts["shell.unknown"],
                one.Code,
                texts[one.Waits ? "referral.incoming.waits" : "referral.state." + one.State],
                one.Urgency,
                one.Late is { } late ? texts["referral.late." + late] : "",
                Due(one.AnswerBy, one.ContactBy, one.State, answer.Now, texts))).ToList()),
            ("Notices", list.Notices.Select(one => new IncomingNoticeLine($"{Root}/notices/{one.Id:D}", one.Code, texts.Due(one.EraseBy, answer.Now))).ToList()));
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, ReferralPayload? payload, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var stored = await answer.AdmitAsync(id, actor, cancellationToken);
        var referral = stored.Referral;
        var preview = (IReadOnlyList<(string, string)>)[];
        var stopped = "";
        if (referral.State is ReferralStates.Offered or ReferralStates.Accepted)
        {
            try
            {
                preview = ReferralWords.Of(await answer.PreviewAsync(stored, actor, cancellationToken), texts);
            }
            catch (Problem ended) when (ended.Kind.Status == 409)
            {
                stopped = ended.Detail(texts);
            }
        }

        return StaffForm.Page<IncomingOnePage>(context, problem, ("View", new IncomingView
        {
            Address = $"{Root}/{id:D}",
            Code = referral.Code,
            State = referral.State,
            StateName = texts["referral.state." + referral.State],
            Need = ReferralRules.Shipped.FindKind(stored.Content.Kind) is { } kind ? texts["need." + kind.ShownAs] : texts["shell.unknown"],
            Urgency = referral.Urgency,
            Version = stored.Row.Version,
            Due = ReferralStates.Ended.Contains(referral.State) ? "" : Due(referral.State == ReferralStates.Offered ? stored.Row.AnswerDueAt : null, stored.Row.ContactDueAt, referral.State, answer.Now, texts),
            Preview = preview,
            Stopped = stopped,
            MayShow = referral.State is ReferralStates.HandedOver or ReferralStates.InService
                || (referral.State == ReferralStates.Accepted && await answer.WaitsAsync(stored, answer.Now, cancellationToken)),
            Fields = payload is null ? [] : [.. payload.Fields.Select(field => ReferralWords.Field(field.Key, field.Value, texts))],
            Steps = [.. Steps(referral.State).Select(act => new PossibleStep(act, texts["referral.incoming.act." + act], WithReason.Contains(act) ? ReferralWords.Reasons(act, ReferralMoves.Receiver, texts) : []))],
        }));
    }

    private async Task<IResult> AnswerAsync(HttpContext context, Guid id, string act, CancellationToken cancellationToken)
    {
        var (form, actor) = (await StaffForm.ReadAsync(context, cancellationToken), context.Actor());
        try
        {
            var stored = await answer.AdmitAsync(id, actor, cancellationToken);
            if (form.Text("version") != stored.Row.Version.ToString(CultureInfo.InvariantCulture))
                throw PlatformProblems.Changed.With();
            _ = await answer.TakeAsync(stored, new SentStep(act, form.Text("reason_" + act)), actor, null, cancellationToken);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, problem, null, cancellationToken);
        }

        return Results.Redirect($"{Root}/{id:D}");
    }

    private async Task<IResult> FieldsAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        await StaffForm.ReadAsync(context, cancellationToken);
        var actor = context.Actor();
        try
        {
            var stored = await answer.AdmitAsync(id, actor, cancellationToken);
            var payload = stored.Referral.State == ReferralStates.Accepted
                ? await answer.ReceiveAsync(stored, actor, null, cancellationToken)
                : await answer.ShowAgainAsync(stored, actor, cancellationToken);
            return await ShowAsync(context, id, null, payload, cancellationToken);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412)
        {
            return await ShowAsync(context, id, problem, null, cancellationToken);
        }
    }

    private async Task<IResult> ConfirmAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        await StaffForm.ReadAsync(context, cancellationToken);
        await incoming.AcknowledgeAsync(id, context.Actor(), cancellationToken);
        return Results.Redirect(Root);
    }

    private static IEnumerable<string> Steps(string state) =>
        ReferralMoves.All.Where(act => act.By.Contains(ReferralMoves.Receiver) && act.From.Contains(state)).Select(act => act.Act);

    private static string Due(DateTimeOffset? answerBy, DateTimeOffset? contactBy, string state, DateTimeOffset now, Texts texts) =>
        answerBy is { } answer ? texts.Format("referral.incoming.answer_by", ("at", texts.Due(answer, now)))
        : contactBy is { } contact ? texts.Format("referral.board.due", ("at", ReferralDesk.MeetBy(contact, state, now, texts))) : "";
}
