using Dapper;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Users;

/// <summary>Those who hold a permission, for whoever hands work to somebody else.</summary>
public static class Colleagues
{
    /// <summary>Everybody who can sign in and holds the permission in some scope, by name, with what they may do.</summary>
    public static async Task<IReadOnlyList<Actor>> HoldingAsync(NodeDb db, string permission, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var users = await connection.QueryAsync<User>("select * from platform_users where disabled_at is null order by display_name, sign_in_name");
        var held = await RoleGrants.AllAsync(connection);
        return
        [
            .. users.Where(user => held[user.Id].Any(grant => grant.Permission == permission))
                .Select(user => new Actor(user.Subject, user.Id, user.DisplayName, [.. held[user.Id]]) { Agency = user.AgencyId }),
        ];
    }
}
