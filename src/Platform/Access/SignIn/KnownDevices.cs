using Dapper;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.SignIn;

/// <summary>
/// Remembers on which devices somebody has signed in, so that strangers who try their name keep them out nowhere they
/// work. A device is a random secret in a cookie; it opens nothing by itself.
/// </summary>
internal sealed class KnownDevices(NodeDb db, AccessSettings settings)
{
    /// <summary>The device's hash when this name has signed in on it before; null otherwise.</summary>
    public async Task<string?> FindAsync(HttpContext context, string signInName, CancellationToken cancellationToken)
    {
        if (SessionCookie.ReadDevice(context) is not { } secret)
            return null;
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>(
            """
            select d.hash from platform_known_devices d join platform_users u on u.id = d.user_id
            where d.hash = @hash and d.expires_at > @now and u.sign_in_name = @signInName
            """,
            new { hash = Secrets.Hash(secret), now = db.Time.GetUtcNow(), signInName });
    }

    /// <summary>Remembers the device of somebody who has just signed in completely.</summary>
    public async Task RememberAsync(HttpContext context, User user, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, user.SignInName, cancellationToken) is not null)
            return;
        var secret = Secrets.New();
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        await change.ExecuteAsync(
            "insert into platform_known_devices (hash, user_id, expires_at) values (@hash, @Id, @expires)",
            new { hash = Secrets.Hash(secret), user.Id, expires = db.Time.GetUtcNow() + settings.DeviceFor });
        await change.CommitAsync(cancellationToken);
        SessionCookie.WriteDevice(context, secret, settings.DeviceFor);
    }
}
