using Dapper;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Database;
using Tambo.Platform.Sending;

namespace Tambo.Platform.Access.Users;

/// <summary>Somebody who works with the node.</summary>
/// <param name="Actor">What they may do, and where.</param>
/// <param name="Email">Their mail address; empty when they have none.</param>
/// <param name="Language">The language they chose, or empty.</param>
public sealed record ReachablePerson(Actor Actor, string Email, string Language)
{
    /// <inheritdoc />
    public override string ToString() => "•••";
}

/// <summary>Finds whom a part can write to about its work.</summary>
public static class ReachableStaff
{
    /// <summary>Those who can sign in, hold a permission somewhere and have a mail address; by sign-in name.</summary>
    public static async Task<IReadOnlyList<ReachablePerson>> HoldingAsync(NodeDb db, string permission, CancellationToken cancellationToken) =>
        [.. (await AllHoldingAsync(db, permission, cancellationToken)).Where(person => Outbox.IsAddress(person.Email))];

    /// <summary>The same with those who have no mail address: whoever signs in sees what waits for them.</summary>
    public static async Task<IReadOnlyList<ReachablePerson>> AllHoldingAsync(NodeDb db, string permission, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var people = new List<ReachablePerson>();
        var held = await RoleGrants.AllAsync(connection);
        var users = await connection.QueryAsync<User>("select * from platform_users where disabled_at is null order by sign_in_name");
        foreach (var user in users)
        {
            var actor = new Actor(user.Subject, user.Id, user.DisplayName, [.. held[user.Id]]) { Agency = user.AgencyId };
            if (actor.May(permission))
                people.Add(new ReachablePerson(actor, user.Email, user.Language));
        }

        return people;
    }
}
