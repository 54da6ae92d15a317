using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Roles;

/// <summary>Who holds a permission in the whole node and can sign in.</summary>
public static class Holders
{
    private const string Grants =
        """
        select g.user_id, r.permissions
        from platform_role_grants g
        join platform_roles r on r.code = g.role
        join platform_users u on u.id = g.user_id
        where g.scope_kind = 'node' and u.disabled_at is null
        """;

    /// <summary>How many people there are.</summary>
    public static async Task<int> CountAsync(NodeDb db, string permission, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return Count(await connection.QueryAsync<(string User, string Permissions)>(Grants), permission);
    }

    /// <summary>The same inside a change.</summary>
    internal static async Task<int> CountAsync(Change change, string permission) =>
        Count(await change.QueryAsync<(string User, string Permissions)>(Grants), permission);

    private static int Count(IEnumerable<(string User, string Permissions)> rows, string permission) =>
        rows.Where(row => Role.Split(row.Permissions).Contains(permission, StringComparer.Ordinal))
            .Select(row => row.User).Distinct(StringComparer.Ordinal).Count();
}
