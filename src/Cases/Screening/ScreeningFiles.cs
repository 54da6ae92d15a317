using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>A screening of which everything is open to somebody.</summary>
internal sealed record OpenScreening(SeenPerson Seen, ScreeningRow Row, KeptScreening Kept)
{
    public override string ToString() => "•••";
}

/// <summary>Opens screenings for those who decide beside them, and keeps what they decide under the same seal.</summary>
internal sealed class ScreeningFiles(NodeDb db, DataKeys keys, SealedRecords seals, PersonFiles files, CaseGuards guards, ReadTrail trail)
{
    /// <summary>True for those who screen where they reach a person, and for those who look over their work.</summary>
    public static bool MaySee(SeenPerson seen, CaseScope scope) => seen.Allows(scope, CasesRights.Screen) || seen.Allows(scope, CasesRights.Supervise);

    /// <summary>A screening, once the audit has the line of this reading.</summary>
    /// <param name="right">The right that is needed beside seeing it; null when none.</param>
    /// <exception cref="Problem">There is none for this reader, it is not theirs to decide, or a part of it is closed to them.</exception>
    public async Task<OpenScreening> OpenAsync(Guid person, Guid id, string? right, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        OpenScreening open;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var seen = await files.FindAsync(connection, scope, person) ?? throw PlatformProblems.NotFound.With();
            if (!MaySee(seen, scope) || await RowAsync(connection, person, id) is not { } row)
                throw PlatformProblems.NotFound.With();
            if (right is not null && !seen.Allows(scope, right))
                throw PlatformProblems.Forbidden.With();
            var opened = await seals.OpenAsync(connection, [new Wanted(row.PersonId, id, seen.Open)], cancellationToken);
            var kept = opened.Values.Select(content => content.Deserialize<KeptScreening>(CaseJson.Options)!).FirstOrDefault();
            if (kept is null || !kept.Compartments.All(seen.Open.Contains))
                throw CasesProblems.CompartmentClosed.With();
            open = new OpenScreening(seen, row, kept);
        }

        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(person, open.Seen.Open)], cancellationToken);
        return open;
    }

    /// <summary>Keeps a screening in its new version, with the urgency that counts then.</summary>
    /// <exception cref="Problem">Somebody has decided something else meanwhile, or the person was erased or merged.</exception>
    public async Task WriteAsync(OpenScreening open, KeptScreening kept, string audit, object details, Actor actor, CancellationToken cancellationToken)
    {
        var row = open.Row;
        if (open.Seen.Row.Status != PersonRow.Active)
            throw CasesProblems.PersonInactive.With();
        var key = await keys.FindAsync(row.PersonId, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        await using var change = await db.BeginAsync(actor, audit, RecordScreening.SubjectOf(row.Id), cancellationToken);
        change.Describe(details);
        await Family.HeldPersons.HoldAsync(db, change, [open.Seen.Row.Id]);
        if (await change.ExecuteAsync(
            "update cases_screenings set urgency = @Rank, version = version + 1 where id = @Id and version = @Version", new { Rank = RecordScreening.RankOf(kept.Standing.Urgency), row.Id, row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        // Whatever was added to it may belong under a closer seal.
        if (kept.Compartments[0] != open.Kept.Compartments[0])
            await seals.RemoveAsync(change, row.Id, open.Kept.Compartments[0]);
        await seals.WriteAsync(change, key, row.Id, kept.Compartments[0], row.Version + 1, kept);
        if (RecordScreening.RankOf(kept.Standing.Urgency) is var rank && rank < row.Urgency)
            await Register.Urgency.RaiseAsync(change, guards, open.Seen.Row.Id, rank, db.Time.GetUtcNow());
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>A screening for an answer.</summary>
    public static ShownScreening Shown(OpenScreening open, KeptScreening kept) => new()
    {
        Id = open.Row.Id,
        Person = open.Seen.Row.Id,
        At = open.Row.At,
        Urgency = kept.Standing.Urgency,
        FollowUpAt = open.Row.FollowUpAt,
        Screening = kept.For(open.Seen.Open),
        Standing = kept.Standing,
    };

    private static Task<ScreeningRow?> RowAsync(DbConnection connection, Guid person, Guid id) =>
        connection.QuerySingleOrDefaultAsync<ScreeningRow>("select * from cases_screenings where id = @id and " + MergedFiles.Of("person_id"), new { id, person });
}
