using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Cases.Glass;

/// <summary>
/// Knows who may judge what was opened in an emergency: whoever holds that right where the person is looked after, or where whoever opened
/// it works, and is somebody else. Where there is nobody, those are told who can see to it that there is.
/// </summary>
internal sealed class GlassJudges(NodeDb db)
{
    /// <summary>The right of those who give rights to others.</summary>
    public const string GivesRights = "users.manage";

    /// <summary>Those who may judge it, with a mail address or without; empty when nobody may.</summary>
    public async Task<IReadOnlyList<ReachablePerson>> OfAsync(GlassRow row, PersonRow person, CancellationToken cancellationToken) =>
        Of(row, person, await ReachableStaff.AllHoldingAsync(db, CasesRights.ReviewGlass, cancellationToken));

    /// <summary>The same of somebody's choice of people.</summary>
    public static IReadOnlyList<ReachablePerson> Of(GlassRow row, PersonRow person, IReadOnlyList<ReachablePerson> reviewers) =>
        [.. reviewers.Where(one => one.Actor.UserId != row.UserId && CaseScope.For(one.Actor).May(CasesRights.ReviewGlass, person.Place, row.UsersPlace))];

    /// <summary>Whom it is told instead when nobody may judge it: administrators of the node, and all who judge elsewhere in it.</summary>
    public async Task<IReadOnlyList<ReachablePerson>> InsteadAsync(GlassRow row, CancellationToken cancellationToken) =>
    [
        .. (await ReachableStaff.AllHoldingAsync(db, GivesRights, cancellationToken)).Where(one => one.Actor.Grants.Any(grant => grant is { Permission: GivesRights, Scope.Kind: "node" }))
            .Concat(await ReachableStaff.AllHoldingAsync(db, CasesRights.ReviewGlass, cancellationToken))
            .Where(one => one.Actor.UserId != row.UserId).DistinctBy(one => one.Actor.UserId),
    ];
}
