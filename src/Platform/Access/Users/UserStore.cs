using System.Buffers.Text;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Users;

/// <summary>Users and their passkeys as ASP.NET Core Identity reads and writes them; every write leaves an audit line.</summary>
internal sealed class UserStore(NodeDb db, Acting acting)
    : IUserPasswordStore<User>, IUserSecurityStampStore<User>, IUserPasskeyStore<User>
{
    public async Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(acting.Actor, acting.Change, user.Subject, cancellationToken);
        await UserRows.InsertAsync(change, user);
        await change.CommitAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(acting.Actor, acting.Change, user.Subject, cancellationToken);
        if (!await UserRows.UpdateAsync(change, user))
            return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        await change.CommitAsync(cancellationToken);
        user.Version++;
        return IdentityResult.Success;
    }

    public Task<IdentityResult> DeleteAsync(User user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Users are disabled, never deleted: the audit names them.");

    public async Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id) ? await UserRows.ByIdAsync(db, id, cancellationToken) : null;

    public Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        UserRows.ByNameAsync(db, SignInName.Normalise(normalizedUserName), cancellationToken);

    public async Task AddOrUpdatePasskeyAsync(User user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(acting.Actor, acting.Change, user.Subject, cancellationToken);
        await change.ExecuteAsync(
            """
            insert into platform_passkeys (credential_id, user_id, name, data, created_at)
            values (@Id, @User, @Name, @Data, @At)
            on conflict (credential_id) do update set name = excluded.name, data = excluded.data
            where platform_passkeys.user_id = excluded.user_id
            """,
            new
            {
                Id = Base64Url.EncodeToString(passkey.CredentialId),
                User = user.Id,
                Name = passkey.Name ?? "",
                Data = JsonSerializer.Serialize(StoredPasskey.Of(passkey)),
                At = passkey.CreatedAt,
            });
        await change.CommitAsync(cancellationToken);
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<string>(
            "select data from platform_passkeys where user_id = @Id order by created_at", new { user.Id });
        return [.. rows.Select(StoredPasskey.Read)];
    }

    public async Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<User>(
            "select u.* from platform_users u join platform_passkeys p on p.user_id = u.id where p.credential_id = @id",
            new { id = Base64Url.EncodeToString(credentialId) });
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var data = await connection.QuerySingleOrDefaultAsync<string>(
            "select data from platform_passkeys where credential_id = @id and user_id = @user",
            new { id = Base64Url.EncodeToString(credentialId), user = user.Id });
        return data is null ? null : StoredPasskey.Read(data);
    }

    public async Task RemovePasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(acting.Actor, acting.Change, user.Subject, cancellationToken);
        await change.ExecuteAsync(
            "delete from platform_passkeys where credential_id = @id and user_id = @user",
            new { id = Base64Url.EncodeToString(credentialId), user = user.Id });
        await change.CommitAsync(cancellationToken);
    }

    public Task<string> GetUserIdAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString("D"));

    public Task<string?> GetUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SignInName);

    public Task<string?> GetNormalizedUserNameAsync(User user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.SignInName);

    public Task SetUserNameAsync(User user, string? userName, CancellationToken cancellationToken)
    {
        user.SignInName = SignInName.Normalise(userName);
        return Task.CompletedTask;
    }

    public Task SetNormalizedUserNameAsync(User user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetPasswordHashAsync(User user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash ?? "";
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(User user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash.Length == 0 ? null : user.PasswordHash);

    public Task<bool> HasPasswordAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash.Length > 0);

    public Task SetSecurityStampAsync(User user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(User user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.SecurityStamp);

    public void Dispose()
    {
        // The database outlives the store.
    }
}
