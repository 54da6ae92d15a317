using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>Takes what enumerators say of their shifts: of two sayings the later one stands, in whichever order they arrive.</summary>
internal sealed class TakeShifts(NodeDb db, LivePoints points)
{
    /// <summary>Takes shifts, and says of each what became of it.</summary>
    public async Task<IReadOnlyList<GroupAnswer>> TakeAsync(IReadOnlyList<(SentShift? Shift, Problem? Refusal)> came, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var answers = new List<GroupAnswer>();
        foreach (var (shift, unreadable) in came)
        {
            var refusal = unreadable ?? GroupChecks.Look(shift!, db.Time.GetUtcNow());
            var point = refusal is null ? await points.FindAsync(shift!.Point, FlowsRights.Collect, actor, cancellationToken) : null;
            if (refusal is null && point is null)
                refusal = GroupProblems.PointUnknown.With(("point", shift!.Point));
            try
            {
                answers.Add(refusal is not null ? ReceiveGroups.Refused(shift?.Id ?? Guid.Empty, refusal, texts)
                    : new GroupAnswer(shift!.Id, await WriteAsync(shift, point!, actor, cancellationToken) ? "taken" : "already_there"));
            }
            catch (Problem problem) when (problem.Kind == GroupProblems.NotYours)
            {
                answers.Add(ReceiveGroups.Refused(shift!.Id, problem, texts));
            }
        }

        return answers;
    }

    private async Task<bool> WriteAsync(SentShift shift, Point point, Actor actor, CancellationToken cancellationToken)
    {
        var person = actor.AuditName;
        await using var change = await db.BeginAsync(actor, "flows.shift.said", $"shift:{shift.Id:D}", cancellationToken);
        change.Describe(new { point = point.Code, shift.StartedAt, shift.EndedAt, shift.Enumerators, shift.Refusals });
        var values = new { shift.Id, PointId = point.Id, person, shift.StartedAt, shift.EndedAt, shift.Enumerators, shift.Refusals, shift.SaidAt, now = db.Time.GetUtcNow() };
        var written = await change.ExecuteAsync(
            """
            insert into flows_shifts (id, point_id, person, started_at, ended_at, enumerators, refusals, said_at, received_at)
            values (@Id, @PointId, @person, @StartedAt, @EndedAt, @Enumerators, @Refusals, @SaidAt, @now)
            on conflict (id) do update set started_at = excluded.started_at, ended_at = excluded.ended_at, enumerators = excluded.enumerators,
                refusals = excluded.refusals, said_at = excluded.said_at, received_at = excluded.received_at
            where flows_shifts.person = excluded.person and flows_shifts.point_id = excluded.point_id and flows_shifts.said_at < excluded.said_at
            """,
            values);
        if (written == 0)
        {
            if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from flows_shifts where id = @Id and person = @person and point_id = @PointId", values) == 0)
                throw GroupProblems.NotYours.With();
            return false;
        }

        await change.ExecuteAsync(
            "insert into flows_shift_sayings (shift_id, said_at, received_at, started_at, ended_at) values (@Id, @SaidAt, @now, @StartedAt, @EndedAt)", values);
        await change.CommitAsync(cancellationToken);
        return true;
    }
}
