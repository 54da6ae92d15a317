using System.Data.Common;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Roles;

/// <summary>A role held by a user in a scope.</summary>
public sealed class RoleGrant
{
    /// <summary>Who holds it.</summary>
    public Guid UserId { get; init; }

    /// <summary>The role's code.</summary>
    public string Role { get; init; } = "";

    /// <summary>One of own, team, agency, place, node.</summary>
    public string ScopeKind { get; init; } = "node";

    /// <summary>The team, agency or area; empty for own and node.</summary>
    public string ScopeId { get; init; } = "";
}

/// <summary>Reads and writes which roles people hold.</summary>
internal static class RoleGrants
{
    /// <summary>Everything a user may do, permission by permission.</summary>
    public static async Task<IReadOnlyList<Grant>> OfAsync(DbConnection connection, Guid user)
    {
        var rows = await connection.QueryAsync<(string Kind, string Id, string Permissions)>(
            """
            select g.scope_kind, g.scope_id, r.permissions
            from platform_role_grants g join platform_roles r on r.code = g.role
            where g.user_id = @user
            """,
            new { user });
        return
        [
            .. rows.SelectMany(row => Role.Split(row.Permissions).Select(code => new Grant(code, new Scope(row.Kind, row.Id)))).Distinct(),
        ];
    }

    /// <summary>The same of everybody who can sign in, by one question however many they are.</summary>
    public static async Task<ILookup<Guid, Grant>> AllAsync(DbConnection connection) =>
        (await connection.QueryAsync<(Guid User, string Kind, string Id, string Permissions)>(
            """
            select g.user_id, g.scope_kind, g.scope_id, r.permissions
            from platform_role_grants g join platform_roles r on r.code = g.role join platform_users u on u.id = g.user_id
            where u.disabled_at is null
            """))
        .SelectMany(row => Role.Split(row.Permissions).Select(code => (row.User, Grant: new Grant(code, new Scope(row.Kind, row.Id))))).Distinct()
        .ToLookup(one => one.User, one => one.Grant);

    /// <summary>The roles of one user.</summary>
    public static async Task<IReadOnlyList<RoleGrant>> RolesOfAsync(DbConnection connection, Guid user) =>
    [
        .. await connection.QueryAsync<RoleGrant>(
            "select user_id, role, scope_kind, scope_id from platform_role_grants where user_id = @user order by role, scope_kind, scope_id",
            new { user }),
    ];

    public static Task InsertAsync(Change change, RoleGrant grant) => change.ExecuteAsync(
        """
        insert into platform_role_grants (user_id, role, scope_kind, scope_id) values (@UserId, @Role, @ScopeKind, @ScopeId)
        on conflict (user_id, role, scope_kind, scope_id) do nothing
        """,
        grant);

    public static async Task<bool> DeleteAsync(Change change, RoleGrant grant) => await change.ExecuteAsync(
        """
        delete from platform_role_grants
        where user_id = @UserId and role = @Role and scope_kind = @ScopeKind and scope_id = @ScopeId
        """,
        grant) == 1;
}
