using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Households;
using Tambo.Cases.Persons;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>
/// Keeps a child from being returned with no parent or guardian on nobody's word: their best interests were determined by a panel, and its
/// last decision says so (CRC General Comment 6, 84; UNHCR, Best Interests Procedure Guidelines, 2021).
/// </summary>
/// <remarks>
/// It looks under the seals, whoever asks, within the transaction of the step and after the persons are held, and says no more than that a
/// determination is needed. Whether somebody goes with the child is what the links of their households say, of those who take the same step.
/// Of whom no birth was said nothing is asked: every other rule of a child holds for them.
/// </remarks>
internal sealed class DeterminedReturn(NodeDb db, SealedRecords seals)
{
    /// <summary>Passes when no child among those who go is alone without a determination that lets them.</summary>
    /// <exception cref="Problem">One is.</exception>
    public async Task RequireAsync(Change change, IReadOnlyList<Guid> going, CancellationToken cancellationToken)
    {
        var files = await FilesAsync(change, going);
        List<Guid> leads = [.. files.Values.Distinct()];
        var identities = await seals.OpenAsync(change, [.. leads.Select(lead => new Wanted(lead, lead, [Compartments.Identity]))], cancellationToken);
        var members = leads.ConvertAll(lead => new MemberBirth(
            lead, true, identities.TryGetValue((lead, Compartments.Identity), out var identity) ? identity.Deserialize<PersonIdentity>(CaseJson.Options)!.Birth : null));
        var today = db.Time.Today;
        if (members.TrueForAll(member => ChildrenAlone.IsChild(member, today) != true))
            return;
        var alone = ChildrenAlone.Of(members, await LinksAsync(change, files, cancellationToken), today);
        if (alone.Count == 0)
            return;
        var decided = await DecidedAsync(change, [.. files.Where(file => alone.Contains(file.Value)).Select(file => file.Key)], cancellationToken);
        if (!alone.All(child => decided.LastOrDefault(one => files.GetValueOrDefault(one.Person) == child) is { } last && BestInterests.AllowReturn.Contains(last.Decision, StringComparer.Ordinal)))
            throw ChildProblems.DeterminationNeeded.With();
    }

    // Every file of theirs, with the one that stands for it now.
    private async Task<Dictionary<Guid, Guid>> FilesAsync(Change change, IReadOnlyList<Guid> persons)
    {
        var leads = (await change.QueryAsync<Guid>("select coalesce(merged_into, id) from cases_persons where id" + db.Dialect.IsAmong, Among(persons))).Distinct().ToList();
        var merged = await change.QueryAsync<(Guid File, Guid Lead)>("select id, merged_into from cases_persons where merged_into" + db.Dialect.IsAmong, Among(leads));
        return merged.Concat(leads.Select(lead => (File: lead, Lead: lead))).ToDictionary(row => row.File, row => row.Lead);
    }

    private async Task<List<FamilyLink>> LinksAsync(Change change, Dictionary<Guid, Guid> files, CancellationToken cancellationToken)
    {
        var rows = (await change.QueryAsync<(Guid Id, Guid A, Guid B)>("select id, person_a, person_b from cases_family_links where person_b is not null and person_a" + db.Dialect.IsAmong, Among(files.Keys)))
            .Where(row => files.ContainsKey(row.B)).ToList();
        var opened = await seals.OpenAsync(change, [.. rows.Select(row => new Wanted(row.A, row.Id, [Compartments.General, Compartments.Child]))], cancellationToken);
        return [.. rows.Where(row => opened.ContainsKey((row.Id, Compartments.General))).Select(row => new FamilyLink
        {
            A = files[row.A],
            B = files[row.B],
            Relation = opened[(row.Id, Compartments.General)].Deserialize<LinkContent>(CaseJson.Options)!.Relation!,
            LegalBasis = opened.TryGetValue((row.Id, Compartments.Child), out var ofChild) ? ofChild.Deserialize<LinkContent>(CaseJson.Options)!.LegalBasis : null,
        })];
    }

    // In the order of their days; of one day, as they were written.
    private async Task<List<BestInterestsDetermination>> DecidedAsync(Change change, IReadOnlyList<Guid> children, CancellationToken cancellationToken)
    {
        var cases = await change.QueryAsync<(Guid Case, Guid Holder)>(
            "select distinct c.id, c.person_id from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id" + db.Dialect.IsAmong + " order by c.id", Among(children));
        var opened = await seals.OpenAsync(change, [.. cases.Select(one => new Wanted(one.Holder, one.Case, [Compartments.Child]))], cancellationToken);
        return [.. opened.Values.SelectMany(content => content.Deserialize<CaseContent>(CaseJson.Options)!.BestInterests?.Determinations ?? []).OrderBy(one => one.On, StringComparer.Ordinal)];
    }

    private object Among(IEnumerable<Guid> ids) => new { Among = db.Dialect.Among(ids.Select(id => id.ToString("D"))) };
}
