using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Roles;

/// <summary>Gives and takes roles. Nobody gives what they do not hold, and somebody who can care for users is always left.</summary>
internal static class RoleChanges
{
    internal const string Care = "users.manage";
    private const int LongestName = 60;
    private static readonly string[] ScopeKinds = ["own", "team", "agency", "place", "node"];

    /// <summary>Gives a user a role in a scope.</summary>
    public static async Task GrantAsync(NodeDb db, Actor actor, RoleGrant grant, CancellationToken cancellationToken)
    {
        await RequireNotAboveAsync(db, actor, grant.UserId, cancellationToken);
        await using var change = await db.BeginAsync(actor, "users.role_given", $"user:{grant.UserId:D}", cancellationToken);
        change.Describe(new { role = grant.Role, scope = grant.ScopeKind, scopeId = grant.ScopeId });
        await RequireGrantableAsync(change, actor, grant);
        await RoleGrants.InsertAsync(change, grant);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Takes a role in a scope from a user.</summary>
    public static async Task TakeAsync(NodeDb db, Actor actor, RoleGrant grant, CancellationToken cancellationToken)
    {
        await RequireNotAboveAsync(db, actor, grant.UserId, cancellationToken);
        await using var change = await db.BeginAsync(actor, "users.role_taken", $"user:{grant.UserId:D}", cancellationToken);
        change.Describe(new { role = grant.Role, scope = grant.ScopeKind, scopeId = grant.ScopeId });
        if (!await RoleGrants.DeleteAsync(change, grant))
            throw AccessProblems.Unknown.With();
        await RequireAdministratorLeftAsync(change);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Makes a role of the node's own, or changes its permissions. Roles reach wherever they were given, so this is for
    /// those who care for the users of the whole node, and nobody empties a role that holds more than they do.
    /// </summary>
    /// <exception cref="Problems.Problem">The name is unusable or another role's, or the actor holds less than the role.</exception>
    public static async Task DefineAsync(
        NodeDb db, Actor actor, string name, IReadOnlyList<string> permissions, CancellationToken cancellationToken)
    {
        var shown = name.Trim();
        var code = Places.Spelling.Fold(shown).Replace(' ', '_');
        if (code.Length == 0 || shown.Length > LongestName || RoleCatalog.Shipped.ContainsKey(code))
            throw AccessProblems.NameUnusable.With();
        if (!actor.May(Care, new RecordPlace()) || !permissions.All(permission => actor.May(permission, new RecordPlace())))
            throw AccessProblems.BeyondOwnRights.With();
        await using var change = await db.BeginAsync(actor, "users.role_defined", $"role:{code}", cancellationToken);
        change.Describe(new { permissions });
        // Writing first makes two who define the same role wait for each other, so that what is read next stays so.
        await change.ExecuteAsync("update platform_roles set version = version + 1 where code = @code", new { code });
        var known = await change.QuerySingleOrDefaultAsync<Role>(
            "select code, name, permissions from platform_roles where code = @code", new { code });
        if (known is not null && !known.List.All(permission => actor.May(permission, new RecordPlace())))
            throw AccessProblems.BeyondOwnRights.With();
        if (permissions.Any(RoleCatalog.WholeNode.Contains)
            && await ExistsAsync(change, "select count(*) from platform_role_grants where role = @id and scope_kind <> 'node'", code))
            throw AccessProblems.OnlyForNode.With();
        // Two names may fold to one code ("Night desk", "Night-desk"); the second must not take the first one's place.
        var kept = await change.ExecuteAsync(
            """
            insert into platform_roles (code, name, permissions, version) values (@code, @shown, @line, 1)
            on conflict (code) do update set permissions = excluded.permissions
            where platform_roles.name = excluded.name
            """,
            new { code, shown, line = string.Join(' ', permissions.Distinct(StringComparer.Ordinal)) });
        if (kept == 0)
            throw AccessProblems.NameTaken.With(("name", shown));
        await RequireAdministratorLeftAsync(change);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Refuses a grant whose role or scope does not exist, or that reaches further than the actor's own rights.</summary>
    public static async Task RequireGrantableAsync(Change change, Actor actor, RoleGrant grant)
    {
        var permissions = await change.QuerySingleOrDefaultAsync<string>(
            "select permissions from platform_roles where code = @Role", new { grant.Role });
        if (permissions is null)
            throw AccessProblems.Unknown.With(("name", grant.Role));
        if (!ScopeKinds.Contains(grant.ScopeKind, StringComparer.Ordinal)
            || grant.ScopeKind is "own" or "node" != (grant.ScopeId.Length == 0)
            || (grant.ScopeKind == "agency" && !await ExistsAsync(change, "select count(*) from platform_agencies where id = @id", grant.ScopeId))
            || (grant.ScopeKind == "team" && !await ExistsAsync(change, "select count(*) from platform_teams where id = @id", grant.ScopeId)))
            throw AccessProblems.BadScope.With();
        if (!Role.Split(permissions).All(permission => Holds(actor, permission, grant)))
            throw AccessProblems.BeyondOwnRights.With();
        if (grant.ScopeKind != "node" && Role.Split(permissions).Any(RoleCatalog.WholeNode.Contains))
            throw AccessProblems.OnlyForNode.With();
    }

    /// <summary>
    /// Refuses to touch a user whom the actor does not care for, or who may do something, somewhere, that the actor may not.
    /// </summary>
    public static async Task RequireNotAboveAsync(NodeDb db, Actor actor, Guid user, CancellationToken cancellationToken)
    {
        var known = await Users.UserRows.ByIdAsync(db, user, cancellationToken);
        if (known is null || !actor.May(Care, new RecordPlace(Agency: known.AgencyId)))
            throw AccessProblems.Unknown.With();
        await using var connection = await db.ReadAsync(cancellationToken);
        var held = await RoleGrants.OfAsync(connection, user);
        if (!held.All(grant => Holds(actor, grant.Permission, new RoleGrant { ScopeKind = grant.Scope.Kind, ScopeId = grant.Scope.Id })))
            throw AccessProblems.BeyondOwnRights.With();
    }

    /// <summary>Refuses a change after which nobody could care for users.</summary>
    public static async Task RequireAdministratorLeftAsync(Change change)
    {
        if (await Holders.CountAsync(change, Care) == 0)
            throw AccessProblems.LastAdministrator.With();
    }

    // The node reaches everything; any other scope reaches itself only.
    private static bool Holds(Actor actor, string permission, RoleGrant grant) =>
        (actor.OnlyPermissions is null || actor.OnlyPermissions.Contains(permission))
        && actor.Grants.Any(own =>
            (own.Permission == permission || own.Permission == "*")
            && (own.Scope.Kind == "node" || (own.Scope.Kind == grant.ScopeKind && own.Scope.Id == grant.ScopeId)));

    private static async Task<bool> ExistsAsync(Change change, string query, string id) =>
        await change.QuerySingleOrDefaultAsync<long>(query, new { id }) > 0;
}
