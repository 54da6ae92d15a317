using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>Why a supervisor calls for an answer.</summary>
internal sealed record SentEscalation
{
    /// <summary>A reason of the list, for the act <c>escalate_offer</c>.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What colleagues have to know.</summary>
    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>
/// A supervisor calls for an answer to an emergency that nobody has answered: it stands on the board with the reason, and the service is
/// written to where it publishes an address. Supervisors who chose mail about what is overdue hear of it too.
/// </summary>
internal sealed class EscalateReferral(NodeDb db, ReferralFiles referrals, ReferralMail mail, MoveReferral move)
{
    /// <summary>The step.</summary>
    public const string Act = "escalate_offer";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(DraftReferral.One + "/escalate", static async (HttpContext context, Guid id, EscalateReferral escalate, CancellationToken cancellationToken) =>
        {
            var stored = await escalate.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
            var (said, _) = await SentJson.ReadAsync<SentEscalation>(context.Request, cancellationToken);
            return MoveReferral.Moved(context, await escalate.RunAsync(stored, said, context.Actor(), cancellationToken));
        })
        .Needs(CasesRights.Supervise).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
        .WithSummary("A supervisor calls for an answer to an emergency that was offered and is not answered yet: {reason: no_answer | nobody_reached | danger_grows, note}; once for each offer");

    /// <summary>The referral, for somebody who supervises where its case lies.</summary>
    public Task<StoredReferral> AdmitAsync(Guid id, Func<int> version, Actor actor, CancellationToken cancellationToken) =>
        referrals.AdmitAsync(id, version, actor, cancellationToken, CasesRights.Supervise);

    /// <summary>Keeps it and writes to the service.</summary>
    /// <exception cref="Problem">It is no emergency that waits for an answer, was called for before, or has no reason.</exception>
    public async Task<(Guid Id, string State, int Version)> RunAsync(StoredReferral stored, SentEscalation said, Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var step = new ReferralStep(Act, ReferralMoves.Referrer, stored.Content.From, actor.AuditName, now, said.Reason);
        var after = ReferralMoves.Take(stored.Referral, step, ReferralRules.Shipped);
        var to = after.After is null ? null : await mail.AddressAsync(stored, cancellationToken);
        var noted = string.IsNullOrWhiteSpace(said.Note) ? stored : stored with
        {
            Content = stored.Content with { Notes = new Dictionary<int, string>(stored.Content.Notes) { [stored.Row.Version + 1] = said.Note.Trim() } },
        };
        return await move.KeepAsync(
            noted,
            after,
            actor,
            async change =>
            {
                if (to is not null)
                    await change.SendAsync(mail.Press(stored, to, stored.Referral.AnswerBy!.Value, now));
            },
            cancellationToken);
    }
}
