using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Cases.Glass;

/// <summary>
/// Knows who may judge what was opened in an emergency: whoever holds that right where the person is looked after, or where whoever opened
/// it works, is somebody else, and was not shut out by the person. Where there is nobody, those are told who can see to it that there is.
/// </summary>
internal sealed class GlassJudges(NodeDb db, ClosedToReader closed)
{
    /// <summary>The right of those who give rights to others.</summary>
    public const string GivesRights = "users.manage";

    /// <summary>Those who may judge it, with a mail address or without; empty when nobody may.</summary>
    public async Task<IReadOnlyList<ReachablePerson>> OfAsync(GlassRow row, PersonRow person, CancellationToken cancellationToken) =>
        (await OfAsync([(row, person)], cancellationToken))[0];

    /// <summary>The same of several, in their order.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<ReachablePerson>>> OfAsync(IReadOnlyList<(GlassRow Row, PersonRow Person)> all, CancellationToken cancellationToken)
    {
        var reviewers = all.Count == 0 ? [] : await ReachableStaff.AllHoldingAsync(db, CasesRights.ReviewGlass, cancellationToken);
        var shut = await ShutAsync(reviewers, all.Select(one => one.Person.Id), cancellationToken);
        return [.. all.Select(one => reviewers.Where((reviewer, at) => reviewer.Actor.UserId != one.Row.UserId && !shut[at].Contains(one.Person.Id)
            && CaseScope.For(reviewer.Actor).May(CasesRights.ReviewGlass, one.Person.Place, one.Row.UsersPlace)).ToList())];
    }

    /// <summary>
    /// Whom it is told instead when nobody may judge it: administrators of the node, and all who judge elsewhere in it, but for those whom
    /// the person shut out. If that is everybody, the administrators: somebody has to give the right, and is told of nobody.
    /// </summary>
    public async Task<IReadOnlyList<ReachablePerson>> InsteadAsync(GlassRow row, PersonRow person, CancellationToken cancellationToken)
    {
        var administrators = (await ReachableStaff.AllHoldingAsync(db, GivesRights, cancellationToken))
            .Where(one => one.Actor.UserId != row.UserId && one.Actor.Grants.Any(grant => grant is { Permission: GivesRights, Scope.Kind: "node" })).ToList();
        var all = administrators.Concat(await ReachableStaff.AllHoldingAsync(db, CasesRights.ReviewGlass, cancellationToken))
            .Where(one => one.Actor.UserId != row.UserId).DistinctBy(one => one.Actor.UserId).ToList();
        var shut = await ShutAsync(all, [person.Id], cancellationToken);
        return all.Where((_, at) => shut[at].Count == 0).ToList() is { Count: > 0 } some ? some : administrators;
    }

    // Which of the persons shut each of them out.
    private async Task<IReadOnlyList<IReadOnlySet<Guid>>> ShutAsync(IReadOnlyList<ReachablePerson> people, IEnumerable<Guid> persons, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. (await closed.OfAsync(connection, [.. people.Select(one => CaseScope.For(one.Actor))], persons, cancellationToken))
            .Select(of => of.Where(one => Compartments.All.All(one.Value.Contains)).Select(one => one.Key).ToHashSet())];
    }
}
