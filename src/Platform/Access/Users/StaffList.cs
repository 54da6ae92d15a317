using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Users;

/// <summary>Somebody who works with the node, as a list names them.</summary>
/// <param name="SignInName">What they type to sign in.</param>
/// <param name="DisplayName">How pages name them.</param>
/// <param name="Agency">Their agency, or empty.</param>
/// <param name="Roles">The roles they hold, separated by commas.</param>
/// <param name="IsDisabled">True when they are shut out.</param>
public sealed record StaffLine(string SignInName, string DisplayName, string Agency, string Roles, bool IsDisabled);

/// <summary>Lists those who work with the node, for its operator.</summary>
public static class StaffList
{
    /// <summary>Everybody, by sign-in name.</summary>
    public static async Task<IReadOnlyList<StaffLine>> ReadAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var roles = (await connection.QueryAsync<(string User, string Role)>(
            "select user_id, role from platform_role_grants order by role")).ToLookup(grant => grant.User, grant => grant.Role, StringComparer.Ordinal);
        var users = await connection.QueryAsync<(string Id, string Name, string Shown, string Agency, string? Disabled)>(
            """
            select u.id, u.sign_in_name, u.display_name, coalesce(a.name, ''), u.disabled_at
            from platform_users u left join platform_agencies a on a.id = u.agency_id
            order by u.sign_in_name
            """);
        return [.. users.Select(user => new StaffLine(
            user.Name, user.Shown, user.Agency, string.Join(", ", roles[user.Id].Distinct(StringComparer.Ordinal)), user.Disabled is not null))];
    }
}
