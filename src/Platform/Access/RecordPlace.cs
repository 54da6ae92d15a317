namespace Tambo.Platform.Access;

/// <summary>Where a record belongs, as far as access asks: whose it is, and in which area it lies.</summary>
/// <param name="Owner">The user whose own record it is, if any.</param>
/// <param name="Team">The team that holds it, if any.</param>
/// <param name="Agency">The agency that holds it, if any; without one it belongs to the node.</param>
public sealed record RecordPlace(Guid? Owner = null, Guid? Team = null, Guid? Agency = null)
{
    /// <summary>The codes of the area it lies in and of every area around that one.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>True when a scope, held by a user, reaches this record. What is unknown is never inside.</summary>
    public bool IsWithin(Scope scope, Guid? user) => scope.Kind switch
    {
        "node" => true,
        "agency" => Agency is { } agency && scope.Id == agency.ToString("D"),
        "team" => Team is { } team && scope.Id == team.ToString("D"),
        "place" => scope.Id.Length > 0 && Areas.Contains(scope.Id, StringComparer.Ordinal),
        "own" => Owner is { } owner && owner == user,
        _ => false,
    };
}

/// <summary>Permission and scope together: the one question whether somebody may do something to a record.</summary>
public static class ActorScope
{
    /// <summary>True when the actor holds the permission in a scope that reaches the record.</summary>
    public static bool May(this Actor actor, string permission, RecordPlace record) =>
        (actor.OnlyPermissions is null || actor.OnlyPermissions.Contains(permission))
        && actor.Grants.Any(grant =>
            (grant.Permission == permission || grant.Permission == "*") && record.IsWithin(grant.Scope, actor.UserId));
}
