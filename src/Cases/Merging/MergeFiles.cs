using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Merging;

/// <summary>Two files that somebody may make one of, with everything that is in them.</summary>
internal sealed record TwoFiles(SeenPerson Survivor, SeenPerson Absorbed, IReadOnlyDictionary<string, JsonElement> OfSurvivor, IReadOnlyDictionary<string, JsonElement> OfAbsorbed)
{
    /// <summary>Field by field.</summary>
    public IReadOnlyList<FieldPair> Pairs { get; } = MergeFields.Pairs(OfSurvivor, OfAbsorbed);

    public override string ToString() => "•••";
}

/// <summary>Finds merges and the files they are of, and says who may touch them.</summary>
internal sealed class MergeFiles(NodeDb db, PersonFiles files, CaseFiles cases, CaseGuards guards, SealedRecords seals)
{
    /// <summary>Under which name its content is sealed: no compartment of a file.</summary>
    public const string Seal = "merge";

    private const int Most = 200;

    /// <summary>Two files for somebody who may make one of them and to whom all of both is open.</summary>
    /// <exception cref="Problem">One is out of reach, which is as if there were none; or something stands against it.</exception>
    public async Task<TwoFiles> OpenAsync(DbConnection connection, CaseScope scope, Guid survivor, Guid absorbed, CancellationToken cancellationToken)
    {
        var seen = await files.FindAsync(connection, scope, [survivor, absorbed]);
        if (!seen.TryGetValue(survivor, out var one) || one.Row.Status == "erased")
            throw Platform.Shell.FormProblems.With(("survivor", CasesProblems.PersonUnknown));
        if (survivor == absorbed || !seen.TryGetValue(absorbed, out var other) || other.Row.Status == "erased")
            throw Platform.Shell.FormProblems.With(("absorbed", CasesProblems.PersonUnknown));
        if (!scope.May(CasesRights.Merge, one.Row.Place) || !scope.May(CasesRights.Merge, other.Row.Place))
            throw PlatformProblems.Forbidden.With();
        if (one.Row.Status != PersonRow.Active || other.Row.Status != PersonRow.Active)
            throw CasesProblems.PersonInactive.With();
        // What one agency knows does not reach another because two files look alike: that is for a referral, with consent.
        if (one.Row.AgencyId != other.Row.AgencyId)
            throw MergeProblems.OtherAgency.With();
        if ((await MergedFiles.OfAsync(connection, absorbed)).Count > 0)
            throw MergeProblems.HoldsMerged.With();
        if (await connection.ExecuteScalarAsync<long>("select count(*) from cases_erasures where person_id in (@survivor, @absorbed) and state <> 'done'", new { survivor, absorbed }) > 0)
            throw MergeProblems.Erasing.With();
        if (await IsBeyondAsync(connection, scope, one, cancellationToken) || await IsBeyondAsync(connection, scope, other, cancellationToken))
            throw MergeProblems.BeyondReach.With();
        var opened = await seals.OpenAsync(connection, [new Wanted(survivor, survivor, Compartments.All), new Wanted(absorbed, absorbed, Compartments.All)], cancellationToken);
        return new TwoFiles(one, other, Of(survivor), Of(absorbed));

        IReadOnlyDictionary<string, JsonElement> Of(Guid person) =>
            opened.Where(content => content.Key.Record == person).ToDictionary(content => content.Key.Compartment, content => content.Value, StringComparer.Ordinal);
    }

    /// <summary>A merge for somebody who may make one file of two where both lie.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<(MergeRow Row, PersonRow Survivor, PersonRow Absorbed)> FindAsync(DbConnection connection, CaseScope scope, Guid id)
    {
        if (await connection.QuerySingleOrDefaultAsync<MergeRow>("select * from cases_merges where id = @id", new { id }) is not { } row)
            throw PlatformProblems.NotFound.With();
        var persons = (await PersonsAsync(connection, [row])).ToDictionary(person => person.Id);
        var (survivor, absorbed) = (persons[row.SurvivorId], persons[row.AbsorbedId]);
        return Reaches(scope, survivor, absorbed) && (await ReachedAsync(connection, scope, [(row, survivor, absorbed)])).Count > 0 ? (row, survivor, absorbed) : throw PlatformProblems.NotFound.With();
    }

    /// <summary>The merges within reach, what waits for a decision first.</summary>
    public async Task<IReadOnlyList<(MergeRow Row, PersonRow Survivor, PersonRow Absorbed)>> ListAsync(DbConnection connection, CaseScope scope)
    {
        var found = new List<(MergeRow, PersonRow, PersonRow)>();
        // In portions: most may be out of reach.
        for (var skip = 0; found.Count < Most; skip += Most)
        {
            var rows = (await connection.QueryAsync<MergeRow>(
                "select * from cases_merges order by case when state in ('proposed', 'undo_asked') then 0 else 1 end, id desc limit @Most offset @skip", new { Most, skip })).ToList();
            var persons = (await PersonsAsync(connection, rows)).ToDictionary(person => person.Id);
            found.AddRange(await ReachedAsync(connection, scope, [.. rows.Select(row => (row, persons[row.SurvivorId], persons[row.AbsorbedId])).Where(one => Reaches(scope, one.Item2, one.Item3))]));
            if (rows.Count < Most)
                break;
        }

        return [.. found.Take(Most)];
    }

    /// <summary>What is sealed of a merge; nothing once the person was erased.</summary>
    public async Task<MergeContent> ContentAsync(DbConnection connection, MergeRow row, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(connection, [new Wanted(row.SurvivorId, row.Id, [Seal])], cancellationToken)).Values.Select(content => content.Deserialize<MergeContent>(CaseJson.Options)).FirstOrDefault() ?? new MergeContent();

    /// <summary>True when nothing of the file that stays is closed to the reader, so that what was written of its merge may be told.</summary>
    public async Task<bool> MayReadAllAsync(DbConnection connection, CaseScope scope, MergeRow row, CancellationToken cancellationToken) =>
        (await files.FindAsync(connection, scope, [row.SurvivorId])).TryGetValue(row.SurvivorId, out var seen) && !await IsBeyondAsync(connection, scope, seen, cancellationToken);

    /// <summary>Of what was done since a merge, that of which the reader knows: nothing of a case that is shut to them.</summary>
    public async Task<IReadOnlyList<StayedWork>> SeenOfAsync(DbConnection connection, CaseScope scope, IReadOnlyList<StayedWork> stayed, CancellationToken cancellationToken)
    {
        var sql = string.Join(" union all ", new[] { "select public_ref, id from cases_cases where public_ref", "select id, case_id from cases_entries where id", "select id, case_id from cases_transfers where id", "select id, case_id from cases_referrals where id" }
            .Select(one => one + db.Dialect.IsAmong));
        var of = (await connection.QueryAsync<(string What, Guid Case)>(sql, new { Among = db.Dialect.Among(stayed.Where(one => one.Kind != "field").Select(one => one.What)) })).ToDictionary(one => one.What, one => one.Case, StringComparer.Ordinal);
        var listed = await cases.ListedAsync(connection, scope, of.Values, cancellationToken);
        return [.. stayed.Where(one => !of.TryGetValue(one.What, out var id) || listed.Contains(id))];
    }

    /// <summary>How receipts name who did something.</summary>
    public static string NameOf(Actor actor) => actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName;

    // Of somebody who was erased nobody is shown anything any more.
    private static bool Reaches(CaseScope scope, params PersonRow[] persons) =>
        Array.TrueForAll(persons, person => person.Status != "erased" && scope.May(CasesRights.Merge, person.Place) && scope.May(CasesRights.Read, person.Place));

    // Neither of whom somebody was shut out by one of the two.
    private async Task<List<(MergeRow Row, PersonRow Survivor, PersonRow Absorbed)>> ReachedAsync(DbConnection connection, CaseScope scope, List<(MergeRow Row, PersonRow Survivor, PersonRow Absorbed)> merges)
    {
        var seen = await files.FindAsync(connection, scope, merges.SelectMany(one => new[] { one.Survivor.Id, one.Absorbed.Id }).Distinct());
        return merges.FindAll(one => seen.ContainsKey(one.Survivor.Id) && seen.ContainsKey(one.Absorbed.Id));
    }

    private async Task<IEnumerable<PersonRow>> PersonsAsync(DbConnection connection, IReadOnlyList<MergeRow> rows) => await connection.QueryAsync<PersonRow>(
        "select * from cases_persons where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.SelectMany(row => new[] { row.SurvivorId, row.AbsorbedId }).Distinct().Select(id => id.ToString("D"))) });

    // Anything of theirs under a seal that is closed to the reader, whatever it is of: a file, a case, a consent, a screening, a referral;
    // also of files that were merged into theirs. A case that somebody else in it shut to the reader is to them, here too, as if there
    // were none: a refusal would tell of it, and of what is done nothing shows it.
    private async Task<bool> IsBeyondAsync(DbConnection connection, CaseScope scope, SeenPerson seen, CancellationToken cancellationToken)
    {
        var person = seen.Row.Id;
        var places = await connection.QueryAsync<PersonFiles.CasePlace>(
            "select cp.person_id, c.guard, c.restricted, c.owner_id, c.team_id, c.agency_id, c.area_path from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = @person", new { person });
        if (places.Any(one => !scope.SeesCase(one.Place, guards.CompartmentOf(one.Guard), one.Restricted) || seen.Shut.Contains(guards.CompartmentOf(one.Guard))))
            return true;
        var closed = Compartments.All.Except(seen.Open).ToList();
        if (closed.Count == 0)
            return false;
        var records = (await connection.QueryAsync<(Guid Record, Guid Person)>("select distinct record_id, person_id from cases_sealed where " + MergedFiles.Of("person_id"), new { person })).ToList();
        return (await seals.OpenAsync(connection, [.. records.Select(one => new Wanted(one.Person, one.Record, closed))], cancellationToken)).Count > 0;
    }
}
