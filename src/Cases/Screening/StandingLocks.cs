using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>
/// Keeps steps from being taken that a screening, or an asylum record, locks for anybody they are about: who may need protection is sent back, handed to their
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

    /// <summary>Passes when nothing known of anybody in the case has the lock.</summary>
    /// <exception cref="Problem">Something has.</exception>
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
        var standing = opened.Values.Select(content => content.Deserialize<KeptScreening>(CaseJson.Options)!.Standing).ToList();
        // That somebody asks for protection may be written before anybody has screened them. It locks until a screening of theirs was
        // looked at by two people.
        if (standing.Exists(one => one.Locks.Contains(locked, StringComparer.Ordinal))
            || (locked != Detention && !standing.Exists(one => one.Lifted.Contains(locked, StringComparer.Ordinal)) && await AskProtectionAsync(change, among, cancellationToken)))
            throw (locked == Return ? LiftProblems.ReturnLocked : LiftProblems.MoveLocked).With();
    }

    private async Task<bool> AskProtectionAsync(Change change, object among, CancellationToken cancellationToken)
    {
        var own = "in (select own.id from cases_persons own where own.id" + db.Dialect.IsAmong + " or own.merged_into" + db.Dialect.IsAmong + ")";
        var records = (await change.QueryAsync<(Guid Record, Guid Person)>(
            "select id, id from cases_persons where id " + own
                + " union select c.id, c.person_id from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id " + own, among)).ToList();
        return (await seals.OpenAsync(change, [.. records.Select(one => new Wanted(one.Person, one.Record, [Compartments.Asylum]))], cancellationToken)).Count > 0;
    }
}
