using System.Data.Common;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>A case that somebody may change: what of it is open to them, with the key that seals it.</summary>
internal sealed record AdmittedCase(SeenCase Seen, IReadOnlyDictionary<string, CaseContent> Contents, DataKey Key, int Version)
{
    /// <summary>What is sealed of it in the compartment of its kind.</summary>
    public CaseContent Main => Contents[Seen.Home];

    /// <summary>The version it has once it is changed.</summary>
    public int Following => Version + 1;
}

/// <summary>Lets those in who may change a case, and nobody over what somebody else has written meanwhile.</summary>
internal sealed class CaseAdmission(NodeDb db, CaseFiles cases, DataKeys keys, ReadTrail trail)
{
    /// <summary>The case, for somebody who holds one of the rights where it lies; without a version, the one it has now.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to change.</exception>
    public async Task<AdmittedCase> AdmitAsync(Guid id, Func<int>? version, Actor actor, CancellationToken cancellationToken, params string[] rights)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await cases.FindAsync(connection, scope, id) ?? throw await NotFoundAsync(cases, trail, connection, scope, id, cancellationToken);
        if (!Array.Exists(rights, right => scope.May(right, seen.Row.Place)))
            throw PlatformProblems.Forbidden.With();
        var meant = version?.Invoke() ?? seen.Row.Version;
        if (meant != seen.Row.Version)
            throw PlatformProblems.Changed.With();
        var key = await keys.FindAsync(seen.Row.PersonId, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        var contents = (await cases.OpenAsync(connection, [seen], cancellationToken))[id];
        // What cannot be opened is not written over with nothing.
        return contents.ContainsKey(seen.Home) ? new AdmittedCase(seen, contents, key, meant) : throw PlatformProblems.NotFound.With();
    }

    /// <summary>How a case is refused that somebody does not find; of one that is shut to them a line is left that they asked for it.</summary>
    public static async Task<Problem> NotFoundAsync(CaseFiles cases, ReadTrail trail, DbConnection connection, CaseScope scope, Guid id, CancellationToken cancellationToken)
    {
        if (await cases.ShutOfAsync(connection, scope, id) is { } shut)
            await trail.LeaveShutAsync(scope.Actor, OpenCase.SubjectOf(id), Purposes.Assistance, shut, cancellationToken);
        return PlatformProblems.NotFound.With();
    }

    /// <summary>Writes the row in its new version.</summary>
    /// <exception cref="Problem">Somebody else was first.</exception>
    public static async Task WriteAsync(Change change, CaseRow row, int version, DateTimeOffset now)
    {
        if (await change.ExecuteAsync(
            """
            update cases_cases set state = @State, urgency = @Urgency, due_at = @DueAt, owner_id = @OwnerId, team_id = @TeamId, restricted = @Restricted,
                awaits = @Awaits, awaits_by = @AwaitsBy, closed_at = @ClosedAt,
                changed_at = @now, version = version + 1
            where id = @Id and version = @version
            """,
            new { row.State, row.Urgency, row.DueAt, row.OwnerId, row.TeamId, Restricted = row.Restricted ? 1 : 0, row.Awaits, row.AwaitsBy, row.ClosedAt, now, row.Id, version }) == 0)
            throw PlatformProblems.Changed.With();
    }
}
