using System.Globalization;
using Dapper;
using Tambo.Cases.Access;
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
    /// <exception cref="AggregateException">Some cannot be read; of all others what was due is done.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        List<Guid> due;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            due = [.. await connection.QueryAsync<Guid>(
                """
                select id from cases_referrals where closed_at is null and (state = 'offered' and answer_due_at <= @now
                    or escalated_at is null and state in ('offered', 'accepted', 'handed_over') and contact_due_at <= @now)
                order by urgency, id limit @Most
                """,
                new { now, Most })];
        }

        // Somebody answered meanwhile: their step counts.
        var run = new ClockRun(PlatformProblems.Changed, ReferralProblems.NotLate, ReferralProblems.StepUnfit);
        var (ended, marked) = (0, 0);
        foreach (var id in due)
        {
            var expires = false;
            if (await run.DoAsync(ReferralFiles.SubjectOf(id), async () =>
                {
                    if (await LoadAsync(id, cancellationToken) is not { } stored)
                        return false;
                    expires = stored.Referral.State == ReferralStates.Offered && now >= stored.Referral.AnswerBy;
                    await StepAsync(stored, expires ? "expire" : "escalate", now, cancellationToken);
                    return true;
                }))
                (ended, marked) = expires ? (ended + 1, marked) : (ended, marked + 1);
        }

        return run.End(string.Create(CultureInfo.InvariantCulture, $"{ended} ended, {marked} marked late"));
    }

    private async Task<StoredReferral?> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await referrals.LoadAsync(connection, id, cancellationToken);
    }

    private async Task StepAsync(StoredReferral stored, string act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var actor = Actor.Job(Often.Name);
        await move.KeepAsync(stored, ReferralMoves.Take(stored.Referral, new ReferralStep(act, ReferralMoves.Node, "", actor.AuditName, now), ReferralRules.Shipped), actor, null, cancellationToken);
    }
}
