using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Households;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Platform.Database;

namespace Tambo.Cases.Exporting;

/// <summary>
/// The households of a person and their relations in them, as they stand in an export: of another nothing but the relation, and the name
/// where whoever writes the export sees that person.
/// </summary>
internal sealed class ExportedFamilies(NodeDb db, PersonFiles files, SealedRecords seals)
{
    /// <summary>Those of a file.</summary>
    /// <param name="connection">Where they are read.</param>
    /// <param name="person">The file.</param>
    /// <param name="scope">Who writes the export.</param>
    /// <param name="open">What of the person goes along.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<ExportedHousehold>> OfAsync(DbConnection connection, Guid person, CaseScope scope, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        string[] compartments = [.. open.Intersect([Compartments.General, Compartments.Child])];
        if (!compartments.Contains(Compartments.General, StringComparer.Ordinal))
            return [];
        var rows = (await connection.QueryAsync<(Guid Id, string Kind, DateTimeOffset JoinedAt)>(
            "select h.id, h.kind, m.joined_at from cases_household_members m join cases_households h on h.id = m.household_id where m.person_id = @person order by m.joined_at, h.id", new { person })).ToList();
        var links = (await connection.QueryAsync<(Guid Id, Guid Household, Guid A, Guid B)>(
            "select id, household_id, person_a, person_b from cases_family_links where person_b is not null and (person_a = @person or person_b = @person) order by id", new { person })).ToList();
        var leads = await MergedFiles.LeadAsync(db, connection, links.SelectMany(link => new[] { link.A, link.B }).Distinct());
        Guid Lead(Guid one) => leads.GetValueOrDefault(one, one);
        var others = await files.FindAsync(connection, scope, links.Select(link => Lead(link.A == person ? link.B : link.A)).Distinct());
        // What stands under another's seal is read for those alone who see that other.
        var opened = await seals.OpenAsync(
            connection,
            [.. links.Select(link => new Wanted(link.A, link.Id, link.A == person || others.ContainsKey(Lead(link.A)) ? compartments : []))],
            cancellationToken);
        var names = await seals.OpenAsync(
            connection, [.. others.Values.Where(other => other.Open.Contains(Compartments.Identity)).Select(other => new Wanted(other.Row.Id, other.Row.Id, [Compartments.Identity]))], cancellationToken);
        return
        [
            .. rows.Select(row => new ExportedHousehold(row.Id, row.Kind, row.JoinedAt,
            [
                .. links.Where(link => link.Household == row.Id && opened.ContainsKey((link.Id, Compartments.General))).Select(link =>
                {
                    var said = opened[(link.Id, Compartments.General)].Deserialize<LinkContent>(CaseJson.Options)!;
                    var ofChild = opened.TryGetValue((link.Id, Compartments.Child), out var content) ? content.Deserialize<LinkContent>(CaseJson.Options) : null;
                    var kin = Kinship.SaidOf(person, new FamilyLink { A = link.A, B = link.B, Relation = said.Relation!, VerifiedBy = said.VerifiedBy! });
                    var name = names.TryGetValue((Lead(kin.To), Compartments.Identity), out var identity) && identity.TryGetProperty("names", out var known) ? DeskViews.Who(known, "") : "";
                    return new ExportedRelation(kin.As, kin.VerifiedBy, name.Length > 0 ? name : null) { LegalBasis = ofChild?.LegalBasis };
                }),
            ])),
        ];
    }
}
