using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Households;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Desk;

/// <summary>A member of a household as its page shows them.</summary>
internal sealed record DeskMember
{
    public required Guid Id { get; init; }

    public required string Ref { get; init; }

    /// <summary>Their name; what stands in its place where that is closed.</summary>
    public required string Who { get; init; }

    /// <summary>The age in words; null where it is closed or not known.</summary>
    public string? Age { get; init; }

    /// <summary>True for a child or who may be one, false for an adult, null where nothing is known or open.</summary>
    public bool? IsChild { get; init; }

    /// <summary>True for a child with no parent and nobody responsible among those who are shown.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Open cases within reach.</summary>
    public IReadOnlyList<(Guid Id, string Ref)> Cases { get; init; } = [];

    public override string ToString() => "•••";
}

/// <summary>What members of a group have in common, to be proposed for who is registered next.</summary>
internal sealed record GroupAnswers
{
    public string? Language { get; init; }

    public bool Interpreter { get; init; }

    public string? Nationality { get; init; }

    public Contact? Phone { get; init; }

    /// <summary>The area's code, where all their records lie in one.</summary>
    public string? Area { get; init; }

    public override string ToString() => "•••";
}

/// <summary>
/// Reads who the members of a household are, for its pages. Whoever shows the household has left the lines of reading for the general
/// compartment and that of the child; those for the names, and for ages with them, are left here.
/// </summary>
internal sealed class HouseholdMembers(NodeDb db, PersonFiles files, SealedRecords seals, CaseFiles caseFiles, CaseGuards guards, PersonNames names)
{
    /// <summary>The members, in the order of the household.</summary>
    public async Task<IReadOnlyList<DeskMember>> OfAsync(ShownHousehold shown, Actor actor, string purpose, Texts texts, CancellationToken cancellationToken)
    {
        var (scope, today) = (CaseScope.For(actor), db.Time.Today);
        var named = await names.NamedAsync(shown.Members, actor, purpose, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, shown.Members);
        var opened = await seals.OpenAsync(
            connection, [.. seen.Values.Where(one => one.Open.Contains(Compartments.Identity)).Select(one => new Wanted(one.Row.Id, one.Row.Id, [Compartments.Identity]))], cancellationToken);
        var of = (await connection.QueryAsync<(Guid Person, Guid Case, string Ref)>(
            "select cp.person_id, c.id, c.public_ref from cases_case_persons cp join cases_cases c on c.id = cp.case_id where c.closed_at is null and cp.person_id" + db.Dialect.IsAmong
            + " and " + scope.Cases("c", guards) + " order by c.urgency, c.due_at, c.id",
            scope.Parameters(new { Among = db.Dialect.Among(seen.Keys.Select(person => person.ToString("D"))) })))
            .ToList();
        // Who shut the reader out shows them no case either, nor one that somebody else is in.
        var listed = await caseFiles.ListedAsync(connection, scope, of.Select(one => one.Case), cancellationToken);
        var cases = of.Where(one => listed.Contains(one.Case)).ToLookup(one => one.Person, one => (one.Case, one.Ref));
        var births = shown.Members.Where(seen.ContainsKey).Select(person => new MemberBirth(
            person, seen[person].Open.Contains(Compartments.Identity), opened.TryGetValue((person, Compartments.Identity), out var content) ? content.Deserialize<PersonIdentity>(CaseJson.Options)!.Birth : null)).ToList();
        var alone = ChildrenAlone.Of(births, shown.Links, today);
        return
        [
            .. births.Select(born => new DeskMember
            {
                Id = born.Person,
                Ref = seen[born.Person].Row.PublicRef,
                Who = named.GetValueOrDefault(born.Person) is { Length: > 0 } name ? name : texts["cases.closed_part"],
                Age = born.Birth is { } birth ? DeskViews.Age(birth, today, texts) : null,
                IsChild = ChildrenAlone.IsChild(born, today),
                IsAlone = alone.Contains(born.Person),
                Cases = [.. cases[born.Person]],
            }),
        ];
    }

    /// <summary>What all of them have in common of whom it was said. To be asked once the members are shown.</summary>
    public async Task<GroupAnswers> CommonAsync(ShownHousehold shown, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, CaseScope.For(actor), shown.Members);
        var opened = await seals.OpenAsync(
            connection, [.. seen.Values.Select(one => new Wanted(one.Row.Id, one.Row.Id, [.. one.Open.Intersect([Compartments.Identity, Compartments.General])]))], cancellationToken);
        var identities = Read<PersonIdentity>(Compartments.Identity);
        var languages = Read<PersonGeneral>(Compartments.General).Select(general => general.Languages).Where(said => said.Count > 0).ToList();
        var language = languages.Count == 0 ? null : languages[0].FirstOrDefault(one => languages.TrueForAll(said => said.Any(other => other.Code == one.Code)))?.Code;
        return new GroupAnswers
        {
            Language = language,
            Interpreter = language is not null && languages.Exists(said => said.Any(one => one.Code == language && one.Interpreter)),
            Nationality = One(identities.Select(identity => identity.Nationalities.Select(nationality => nationality.Code).ToList()).Where(codes => codes.Count > 0).Select(codes => codes is [var only] ? only : "")),
            Phone = One(identities.Select(identity => identity.Contact.FirstOrDefault(contact => contact.Kind == "phone")?.Value).OfType<string>()) is { } number
                ? identities.SelectMany(identity => identity.Contact).First(contact => contact.Kind == "phone" && contact.Value == number)
                : null,
            Area = One(seen.Values.Select(one => one.Row.Area)),
        };

        List<T> Read<T>(string compartment) => [.. seen.Keys.Order().Where(person => opened.ContainsKey((person, compartment))).Select(person => opened[(person, compartment)].Deserialize<T>(CaseJson.Options)!)];

        static string? One(IEnumerable<string> said) => said.Distinct(StringComparer.Ordinal).ToList() is [{ Length: > 0 } only] ? only : null;
    }
}
