namespace Tambo.Platform.Access;

/// <summary>Who acts: a signed-in person, an API token, a job of the node, an operating-system user, or nobody known.</summary>
/// <param name="AuditName">How the audit names them: <c>user:{id}</c>, <c>token:{id}</c>, <c>os:{name}</c>, <c>job:{name}</c>, <c>anonymous</c>.</param>
/// <param name="UserId">The user, where there is one.</param>
/// <param name="DisplayName">How staff pages greet them.</param>
/// <param name="Grants">What they may do, and where.</param>
public sealed record Actor(string AuditName, Guid? UserId, string DisplayName, IReadOnlyList<Grant> Grants)
{
    /// <summary>A reader who never signs in.</summary>
    public static Actor Anonymous { get; } = new("anonymous", null, "", []);

    /// <summary>The session's or token's own limits, if any: permissions outside are refused.</summary>
    public IReadOnlySet<string>? OnlyPermissions { get; init; }

    /// <summary>The agency they work for, if any.</summary>
    public Guid? Agency { get; init; }

    /// <summary>The request with a key under which they act, if they do: their changes are done once.</summary>
    internal Idempotency.RequestMark? Request { get; init; }

    /// <summary>A job of the node.</summary>
    public static Actor Job(string name) => new($"job:{name}", null, name, [new Grant("*", Scope.Node)]);

    /// <summary>Somebody at the node's own command line.</summary>
    public static Actor OperatingSystem(string name) => new($"os:{name}", null, name, [new Grant("*", Scope.Node)]);

    /// <summary>True when the permission is held in any scope.</summary>
    public bool May(string permission) =>
        (OnlyPermissions is null || OnlyPermissions.Contains(permission))
        && Grants.Any(grant => grant.Permission == permission || grant.Permission == "*");

    /// <summary>True when the permission is held in a scope that contains an agency.</summary>
    public bool May(string permission, Guid? agency) =>
        (OnlyPermissions is null || OnlyPermissions.Contains(permission))
        && Grants.Any(grant => (grant.Permission == permission || grant.Permission == "*") && grant.Scope.Contains(agency));
}

/// <summary>A permission held in a scope.</summary>
/// <param name="Permission">Dotted code, for example <c>guide.edit</c>; <c>*</c> stands for all, in jobs and at the console.</param>
/// <param name="Scope">Where it holds.</param>
public sealed record Grant(string Permission, Scope Scope);

/// <summary>How far a grant reaches: own records, a team, an agency, an area, or the whole node.</summary>
/// <param name="Kind">One of own, team, agency, place, node.</param>
/// <param name="Id">The team, agency or area code; empty for own and node.</param>
public sealed record Scope(string Kind, string Id)
{
    /// <summary>The whole node.</summary>
    public static Scope Node { get; } = new("node", "");

    /// <summary>True when records of the agency are inside this scope; records of no agency belong to the node.</summary>
    public bool Contains(Guid? agency) =>
        Kind == "node" || (Kind == "agency" && agency is { } id && Id == id.ToString("D"));
}
