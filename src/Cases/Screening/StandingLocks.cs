using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>
/// Keeps steps from being taken that a screening locks for anybody they are about: who may need protection is sent back, handed to their
/// consulate or shut in by nobody alone. Two people lift a lock.
/// </summary>
/// <remarks>
/// Screenings are read within the transaction of the step, after those they are about are held: a screening that is kept, or a lock that is
/// lifted, at the same time comes wholly before or wholly after.
/// </remarks>
internal sealed class StandingLocks(NodeDb db, SealedRecords seals)
{
    /// <summary>No step towards return.</summary>
    public const string Return = "return";

    /// <summary>No contact with the country of origin and its consulates.</summary>
    public const string Consular = "consular_origin";

    /// <summary>No detention.</summary>
    public const string Detention = "detention";

    /// <summary>Passes when no screening of anybody in the case has the lock.</summary>
    /// <exception cref="Problem">One has.</exception>
    public async Task RequireOpenAsync(Change change, Guid caseId, string locked, CancellationToken cancellationToken) => await RequireOpenAsync(
        change, [.. await change.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @caseId", new { caseId })], locked, cancellationToken);

    /// <summary>The same for some persons.</summary>
    /// <remarks>It looks under every seal, whoever asks, and says no more than that something stands against it.</remarks>
    /// <exception cref="Problem">One has.</exception>
    public async Task RequireOpenAsync(Change change, IReadOnlyList<Guid> persons, string locked, CancellationToken cancellationToken)
    {
        await HeldPersons.HoldAsync(db, change, persons);
        var among = new { Among = db.Dialect.Among(persons.Select(person => person.ToString("D"))) };
        var screenings = (await change.QueryAsync<(Guid Id, Guid Person)>(
            "select s.id, s.person_id from cases_screenings s join cases_persons own on own.id = s.person_id where own.id" + db.Dialect.IsAmong + " or own.merged_into" + db.Dialect.IsAmong, among)).ToList();
        var opened = await seals.OpenAsync(change, [.. screenings.Select(one => new Wanted(one.Person, one.Id, Compartments.All))], cancellationToken);
        if (opened.Values.Any(content => content.Deserialize<KeptScreening>(CaseJson.Options)!.Standing.Locks.Contains(locked, StringComparer.Ordinal)))
            throw (locked == Return ? LiftProblems.ReturnLocked : LiftProblems.MoveLocked).With();
    }
}
