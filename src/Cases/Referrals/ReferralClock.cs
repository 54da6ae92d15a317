using System.Globalization;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>Ends offers that nobody answered in time, and marks once what is late; a second run finds nothing left to do.</summary>
internal sealed class ReferralClock(NodeDb db, ReferralFiles referrals, MoveReferral move)
{
    /// <summary>At most this many at once; the rest follow in the next run.</summary>
    private const int Most = 500;

    public static Job Often { get; } = new("cases.referral_clock", TimeSpan.FromMinutes(5), static (services, cancellationToken) =>
        ((ReferralClock)services.GetService(typeof(ReferralClock))!).RunAsync(cancellationToken));

    /// <summary>One run; says how many ended and how many it marked.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        List<StoredReferral> due = [];
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            foreach (var id in (await connection.QueryAsync<Guid>(
                """
                select id from cases_referrals where closed_at is null and (state = 'offered' and answer_due_at <= @now
                    or escalated_at is null and state in ('offered', 'accepted', 'handed_over') and contact_due_at <= @now)
                order by urgency, id limit @Most
                """,
                new { now, Most })).ToList())
            {
                if (await referrals.LoadAsync(connection, id, cancellationToken) is { } stored)
                    due.Add(stored);
            }
        }

        var (ended, marked) = (0, 0);
        foreach (var stored in due)
        {
            var act = stored.Referral.State == ReferralStates.Offered && now >= stored.Referral.AnswerBy ? "expire" : "escalate";
            if (!await StepAsync(stored, act, now, cancellationToken))
                continue;
            (ended, marked) = act == "expire" ? (ended + 1, marked) : (ended, marked + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{ended} ended, {marked} marked late");
    }

    private async Task<bool> StepAsync(StoredReferral stored, string act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var actor = Actor.Job(Often.Name);
        var step = new ReferralStep(act, ReferralMoves.Node, "", actor.AuditName, now);
        try
        {
            await move.KeepAsync(stored, ReferralMoves.Take(stored.Referral, step, ReferralRules.Shipped), actor, null, cancellationToken);
            return true;
        }
        catch (Problem taken) when (taken.Kind == PlatformProblems.Changed || taken.Kind == ReferralProblems.NotLate || taken.Kind == ReferralProblems.StepUnfit)
        {
            // Somebody answered meanwhile: their step counts.
            return false;
        }
    }
}
