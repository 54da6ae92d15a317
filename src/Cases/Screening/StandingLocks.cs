using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>
/// Keeps steps from being taken that a screening, or a sign of a claim for asylum, locks for anybody they are about: who may need protection is sent back, handed to
/// their consulate or shut in by nobody alone. Two people lift a lock.
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

    /// <summary>What is locked for whoever needs protection: by the profile, whoever found it, and by every sign of a claim.</summary>
    public static IReadOnlyList<string> OfNeed { get; } = [Return, Consular];

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
        Task<IEnumerable<(Guid, Guid)>> ReadAsync(string sql, object among) => change.QueryAsync<(Guid, Guid)>(sql, among);
        var files = await FilesAsync(ReadAsync, persons);
        var kept = await KeptAsync(ReadAsync, wanted => seals.OpenAsync(change, wanted, cancellationToken), files);
        // That somebody asks for protection may be written before anybody has screened them, or after: each sign of it locks until two
        // people who knew of it have lifted that.
        if (kept.SelectMany(of => of).Any(one => one.Standing.Locks.Contains(locked, StringComparer.Ordinal))
            || (OfNeed.Contains(locked) && (await AsylumSigns.OfAsync(db, seals, change, files, cancellationToken)).Any(sign => Stands(locked, sign, kept[sign.Person]))))
            throw (locked == Return ? LiftProblems.ReturnLocked : LiftProblems.MoveLocked).With();
    }

    /// <summary>What signs of a claim for asylum lock by themselves, for those alone to whom asylum is open; and by what a lift names them that is decided now.</summary>
    public async Task<(IReadOnlyList<string> Locks, IReadOnlyList<string> Signs)> OfSignsAsync(Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        if (!open.Contains(Compartments.Asylum))
            return ([], []);
        await using var connection = await db.ReadAsync(cancellationToken);
        Task<IEnumerable<(Guid, Guid)>> ReadAsync(string sql, object among) => connection.QueryAsync<(Guid, Guid)>(sql, among);
        var files = await FilesAsync(ReadAsync, [person]);
        var kept = await KeptAsync(ReadAsync, wanted => seals.OpenAsync(connection, wanted, cancellationToken), files);
        var signs = await AsylumSigns.OfAsync(db, seals, connection, files, cancellationToken);
        return ([.. OfNeed.Where(locked => signs.Any(sign => Stands(locked, sign, kept[sign.Person])))], [.. signs.Select(sign => sign.Key).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>True when a sign of a claim locks: until two people who knew of it have lifted that.</summary>
    public static bool Stands(string locked, AsylumSign sign, IEnumerable<KeptScreening> screenings) => !screenings.Any(one => one.Lifts.Any(lift => lift.Answers(locked, sign)));

    // Every file that is of one of the persons, with whose it is: what files say that were merged into one counts as what that one says.
    private async Task<IReadOnlyDictionary<Guid, Guid>> FilesAsync(Func<string, object, Task<IEnumerable<(Guid File, Guid Lead)>>> read, IEnumerable<Guid> persons)
    {
        var leads = (await read("select id, coalesce(merged_into, id) from cases_persons where id" + db.Dialect.IsAmong, AmongOf(persons))).Select(row => row.Lead).Distinct().ToList();
        return (await read("select id, merged_into from cases_persons where merged_into" + db.Dialect.IsAmong, AmongOf(leads))).Concat(leads.Select(lead => (File: lead, Lead: lead))).ToDictionary(row => row.File, row => row.Lead);
    }

    private async Task<ILookup<Guid, KeptScreening>> KeptAsync(
        Func<string, object, Task<IEnumerable<(Guid Id, Guid File)>>> read,
        Func<IReadOnlyList<Wanted>, Task<IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement>>> open, IReadOnlyDictionary<Guid, Guid> files)
    {
        var rows = (await read("select id, person_id from cases_screenings where person_id" + db.Dialect.IsAmong, AmongOf(files.Keys))).ToDictionary(row => row.Id, row => row.File);
        var opened = await open([.. rows.Select(row => new Wanted(row.Value, row.Key, Compartments.All))]);
        return opened.ToLookup(one => files[rows[one.Key.Record]], one => one.Value.Deserialize<KeptScreening>(CaseJson.Options)!);
    }

    private object AmongOf(IEnumerable<Guid> ids) => new { Among = db.Dialect.Among(ids.Select(id => id.ToString("D"))) };
}
