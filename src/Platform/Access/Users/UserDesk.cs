using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Users;

/// <summary>A person as those see them who care for users.</summary>
/// <param name="User">They themselves.</param>
/// <param name="Roles">What they hold.</param>
/// <param name="Factors">What they have beside the password.</param>
/// <param name="KnownRoles">Roles that can be given.</param>
/// <param name="Agencies">Agencies that a role can be limited to.</param>
/// <param name="Teams">Teams that a role can be limited to.</param>
public sealed record PersonView(
    User User,
    IReadOnlyList<RoleGrant> Roles,
    OwnedFactors Factors,
    IReadOnlyList<Role> KnownRoles,
    IReadOnlyList<Agency> Agencies,
    IReadOnlyList<Team> Teams);

/// <summary>Collects what the page of a person shows.</summary>
internal sealed class UserDesk(NodeDb db, SecondFactorDesk factors)
{
    /// <exception cref="Problems.Problem">There is nobody of this key in the actor's care.</exception>
    public async Task<PersonView> LookAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var user = await UserRows.ByIdAsync(db, id, cancellationToken);
        if (user is null || !actor.May(RoleChanges.Care, new RecordPlace(Agency: user.AgencyId)))
            throw AccessProblems.Unknown.With(("name", id));
        await using var connection = await db.ReadAsync(cancellationToken);
        return new PersonView(
            user,
            await RoleGrants.RolesOfAsync(connection, id),
            await factors.OfAsync(user, cancellationToken),
            await RoleCatalog.AllAsync(db, cancellationToken),
            await Agencies.AllAsync(db, cancellationToken),
            await Agencies.TeamsAsync(db, cancellationToken));
    }
}
