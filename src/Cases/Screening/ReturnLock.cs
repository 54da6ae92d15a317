using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>
/// Keeps steps towards return from being taken while a screening locks them for anybody in the case: who may need protection is
/// sent back by nobody alone. Two people lift the lock.
/// </summary>
internal sealed class ReturnLock(NodeDb db, SealedRecords seals)
{
    private const string Lock = "return";

    /// <summary>Passes when no screening of anybody in the case locks return.</summary>
    /// <remarks>It looks under every seal, whoever asks, and says no more than that something stands against it.</remarks>
    /// <exception cref="Problem">One does.</exception>
    public async Task RequireOpenAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var screenings = (await connection.QueryAsync<(Guid Id, Guid Person)>(
            """
            select s.id, s.person_id from cases_screenings s join cases_persons own on own.id = s.person_id
            join cases_case_persons cp on cp.person_id = own.id or cp.person_id = own.merged_into
            where cp.case_id = @id
            """,
            new { id })).Distinct().ToList();
        var opened = await seals.OpenAsync(connection, [.. screenings.Select(one => new Wanted(one.Person, one.Id, Compartments.All))], cancellationToken);
        if (opened.Values.Any(content => content.Deserialize<KeptScreening>(CaseJson.Options)!.Standing.Locks.Contains(Lock, StringComparer.Ordinal)))
            throw LiftProblems.ReturnLocked.With();
    }
}
