using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Households;

/// <summary>How two members are related: A is the parent, the guardian, … of B.</summary>
internal sealed record FamilyLink
{
    public Guid A { get; init; }

    public Guid B { get; init; }

    /// <summary>parent_of, spouse_of, sibling_of, grandparent_of, relative_of, guardian_of, caregiver_of, travels_with.</summary>
    public required string Relation { get; init; }

    /// <summary>declared, document, family, authority.</summary>
    public string VerifiedBy { get; set; } = "declared";

    /// <summary>On what somebody's care for a child rests: parent, custom, court, written_consent, none; kept in the compartment of the child.</summary>
    public string? LegalBasis { get; init; }

    public static IReadOnlyList<string> Relations { get; } =
        ["parent_of", "spouse_of", "sibling_of", "grandparent_of", "relative_of", "guardian_of", "caregiver_of", "travels_with"];

    public static IReadOnlyList<string> Verifications { get; } = ["declared", "document", "family", "authority"];

    public static IReadOnlyList<string> LegalBases { get; } = ["parent", "custom", "court", "written_consent", "none"];

    public override string ToString() => "•••";
}

/// <summary>What is sealed of a link in one compartment.</summary>
internal sealed record LinkContent
{
    public string? Relation { get; init; }

    public string? VerifiedBy { get; init; }

    public string? LegalBasis { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A household or travelling group as it is sent, whole or as what is added to it.</summary>
internal sealed record SentHousehold
{
    /// <summary>household, travelling_group.</summary>
    public string Kind { get; set; } = "travelling_group";

    public IReadOnlyList<Guid> Members { get; set; } = [];

    public IReadOnlyList<FamilyLink> Links { get; set; } = [];

    /// <summary>Who speaks for it: one of its members; null when nobody does, or nobody was asked.</summary>
    public Guid? Head { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A household as its table has it.</summary>
internal sealed record HouseholdRow
{
    public Guid Id { get; init; }

    public string Kind { get; init; } = "";

    public int Version { get; init; }
}

/// <summary>A link as its rows hold it: of whose files, and whose these are now.</summary>
internal sealed record LinkRow(Guid Id, Guid A, Guid B, Guid LeadA, Guid LeadB);

/// <summary>The households of a node: each is seen by those who reach one of its members, and shows them no other.</summary>
internal sealed class HouseholdFiles(NodeDb db, PersonFiles persons, DataKeys keys, SealedRecords seals)
{
    /// <summary>What stands in the sealed row of who speaks for a group.</summary>
    public const string SpeaksFor = "speaks_for";

    private const int MostMembers = 100;
    private const int MostLinks = 300;

    /// <summary>A household with its members within reach; null when none is.</summary>
    public async Task<(HouseholdRow Row, IReadOnlyDictionary<Guid, SeenPerson> Members)?> FindAsync(DbConnection connection, CaseScope scope, Guid id)
    {
        if (await connection.QuerySingleOrDefaultAsync<HouseholdRow>("select id, kind, version from cases_households where id = @id", new { id }) is not { } row)
            return null;
        var members = await connection.QueryAsync<Guid>("select person_id from cases_household_members where household_id = @id", new { id });
        var seen = await persons.FindAsync(connection, scope, members);
        return seen.Count == 0 ? null : (row, seen);
    }

    /// <summary>The links between members within reach, as far as the compartments of both are open: a relation is the other's as well.</summary>
    public async Task<IReadOnlyList<FamilyLink>> LinksAsync(
        DbConnection connection, Guid household, IReadOnlyDictionary<Guid, SeenPerson> members, CancellationToken cancellationToken)
    {
        var rows = await LinkRowsAsync(connection, household, members.ContainsKey);
        var opened = await seals.OpenAsync(
            connection, [.. rows.Select(row => new Wanted(row.A, row.Id, [.. members[row.LeadA].Open.Intersect(members[row.LeadB].Open).Intersect([Compartments.General, Compartments.Child])]))], cancellationToken);
        return
        [
            .. rows.Where(row => opened.ContainsKey((row.Id, Compartments.General))).Select(row =>
            {
                var said = opened[(row.Id, Compartments.General)].Deserialize<LinkContent>(CaseJson.Options)!;
                var ofChild = opened.TryGetValue((row.Id, Compartments.Child), out var content) ? content.Deserialize<LinkContent>(CaseJson.Options) : null;
                return new FamilyLink { A = row.LeadA, B = row.LeadB, Relation = said.Relation!, VerifiedBy = said.VerifiedBy!, LegalBasis = ofChild?.LegalBasis };
            }),
        ];
    }

    /// <summary>The links between members of whom both fit, in the order in which they were kept.</summary>
    public async Task<IReadOnlyList<LinkRow>> LinkRowsAsync(DbConnection connection, Guid household, Func<Guid, bool> fits)
    {
        var rows = (await connection.QueryAsync<(Guid Id, Guid A, Guid B)>("select id, person_a, person_b from cases_family_links where household_id = @household and person_b is not null order by id", new { household }))
            .ToList();
        // What a file said that was merged into another, that one says now; it stays under its own seal.
        var leads = await MergedFiles.LeadAsync(db, connection, rows.SelectMany(row => new[] { row.A, row.B }).Distinct());
        Guid Lead(Guid person) => leads.GetValueOrDefault(person, person);
        return [.. rows.Select(row => new LinkRow(row.Id, row.A, row.B, Lead(row.A), Lead(row.B))).Where(row => row.LeadA != row.LeadB && fits(row.LeadA) && fits(row.LeadB))];
    }

    /// <summary>Who of the members within reach speaks for it; null when nobody does, or that is not open to the reader.</summary>
    public async Task<Guid?> HeadAsync(DbConnection connection, Guid household, IReadOnlyDictionary<Guid, SeenPerson> members)
    {
        var holder = await seals.HolderAsync(connection, household, Compartments.General);
        return holder is { } person && await MergedFiles.LeadAsync(connection, person) is var head
            && members.TryGetValue(head, out var member) && member.Open.Contains(Compartments.General) ? head : null;
    }

    /// <summary>Refuses whoever would take the place from somebody whom they may not see there.</summary>
    /// <exception cref="Problem">Somebody speaks for it already, and that is closed to the sender.</exception>
    public async Task RequireHeadOpenAsync(DbConnection connection, Guid household, IReadOnlyDictionary<Guid, SeenPerson> members)
    {
        if (await seals.HolderAsync(connection, household, Compartments.General) is not null && await HeadAsync(connection, household, members) is null)
            throw CasesProblems.CompartmentClosed.With();
    }

    /// <summary>Writes who speaks for it, or that nobody does: a row under the key of that person alone, which goes with them.</summary>
    public async Task WriteHeadAsync(Change change, Guid household, Guid? head, int version, CancellationToken cancellationToken)
    {
        await seals.RemoveAsync(change, household, Compartments.General);
        if (head is { } person)
            await seals.WriteAsync(change, await KeyAsync(person, cancellationToken), household, Compartments.General, version, new LinkContent { Relation = SpeaksFor });
    }

    /// <summary>Writes anew what a link says. What care for a child rests on is touched where that compartment is open alone.</summary>
    public async Task WriteLinkAsync(Change change, LinkRow row, FamilyLink link, bool childIsOpen, int version, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(row.A, cancellationToken);
        await seals.WriteAsync(change, key, row.Id, Compartments.General, version, new LinkContent { Relation = link.Relation, VerifiedBy = link.VerifiedBy });
        if (!childIsOpen)
            return;
        if (link.LegalBasis is null)
            await seals.RemoveAsync(change, row.Id, Compartments.Child);
        else
            await seals.WriteAsync(change, key, row.Id, Compartments.Child, version, new LinkContent { LegalBasis = link.LegalBasis });
    }

    /// <summary>Takes a link away.</summary>
    public async Task RemoveLinkAsync(Change change, Guid link)
    {
        await seals.RemoveAsync(change, link, Compartments.General);
        await seals.RemoveAsync(change, link, Compartments.Child);
        await change.ExecuteAsync("delete from cases_family_links where id = @link", new { link });
    }

    /// <summary>Adds members and links inside a change.</summary>
    /// <exception cref="Problem">It would be more than belong together: whoever takes a step about one of them holds all.</exception>
    public async Task AddAsync(Change change, Guid household, SentHousehold said, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await change.ExecuteAsync(
            """
            insert into cases_household_members (household_id, person_id, joined_at) values (@Household, @Person, @Now)
            on conflict (household_id, person_id) do nothing
            """,
            said.Members.Distinct().Select(person => new { Household = household, Person = person, Now = now }).ToList());
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_household_members where household_id = @household", new { household }) > MostMembers)
            throw FormProblems.With(("members", CasesProblems.TooManyItems));
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_family_links where household_id = @household", new { household }) + said.Links.Count > MostLinks)
            throw FormProblems.With(("links", CasesProblems.TooManyItems));
        foreach (var link in said.Links)
        {
            var key = await KeyAsync(link.A, cancellationToken);
            var id = Guid.CreateVersion7(now);
            await change.ExecuteAsync(
                "insert into cases_family_links (id, household_id, person_a, person_b, created_at) values (@id, @household, @A, @B, @now)",
                new { id, household, link.A, link.B, now });
            await seals.WriteAsync(change, key, id, Compartments.General, 1, new LinkContent { Relation = link.Relation, VerifiedBy = link.VerifiedBy });
            if (link.LegalBasis is not null)
                await seals.WriteAsync(change, key, id, Compartments.Child, 1, new LinkContent { LegalBasis = link.LegalBasis });
        }
    }

    /// <summary>What is wrong with what was sent: persons beyond <paramref name="known"/> and those sent, unknown codes.</summary>
    public async Task LookOverAsync(
        SentHousehold said, IReadOnlyCollection<Guid> known, CaseScope scope, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        if (said.Kind is not ("household" or "travelling_group"))
            wrong.Add(("kind", CasesProblems.CodeUnknown));
        if (said.Members.Count > MostMembers)
            wrong.Add(("members", CasesProblems.TooManyItems));
        if (said.Links.Count > MostLinks)
            wrong.Add(("links", CasesProblems.TooManyItems));
        SentJson.RefuseIf(wrong);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await persons.FindAsync(connection, scope, said.Members.Distinct());
        for (var i = 0; i < said.Members.Count; i++)
        {
            if (!seen.TryGetValue(said.Members[i], out var member) || member.Row.Status != PersonRow.Active || !member.Allows(scope, CasesRights.Edit))
                wrong.Add(($"members[{i}]", CasesProblems.PersonUnknown));
        }

        for (var i = 0; i < said.Links.Count; i++)
        {
            var link = said.Links[i];
            if (link.A == link.B || !(known.Contains(link.A) || seen.ContainsKey(link.A)) || !(known.Contains(link.B) || seen.ContainsKey(link.B)))
                wrong.Add(($"links[{i}]", CasesProblems.PersonUnknown));
            if (!FamilyLink.Relations.Contains(link.Relation, StringComparer.Ordinal))
                wrong.Add(($"links[{i}].relation", CasesProblems.CodeUnknown));
            if (!FamilyLink.Verifications.Contains(link.VerifiedBy, StringComparer.Ordinal))
                wrong.Add(($"links[{i}].verifiedBy", CasesProblems.CodeUnknown));
            if (link.LegalBasis is not null && !FamilyLink.LegalBases.Contains(link.LegalBasis, StringComparer.Ordinal))
                wrong.Add(($"links[{i}].legalBasis", CasesProblems.CodeUnknown));
        }

        if (said.Head is { } head && !known.Contains(head) && !seen.ContainsKey(head))
            wrong.Add(("head", CasesProblems.PersonUnknown));
        SentJson.RefuseIf(wrong);
    }

    private async Task<DataKey> KeyAsync(Guid person, CancellationToken cancellationToken) => await keys.FindAsync(person, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
}
