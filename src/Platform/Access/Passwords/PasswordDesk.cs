using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Hosting;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Passwords;

/// <summary>Proves and replaces passwords.</summary>
internal sealed class PasswordDesk(NodeDb db, IPasswordHasher<User> hasher, AccessSettings settings)
{
    private readonly Lazy<string> dummy = new(() => hasher.HashPassword(new User(), Secrets.New()));

    /// <summary>Hashes once before the first sign-in, so that the first unknown name takes no longer than the others.</summary>
    public void Warm() => _ = dummy.Value;

    /// <summary>
    /// True when the password is the user's. A user who does not exist, is shut out or has no password costs the same
    /// work as one who does, so that the time of the answer tells nothing.
    /// </summary>
    public bool Verify(User? user, string password)
    {
        var usable = user is { DisabledAt: null, PasswordHash.Length: > 0 } && password.Length <= PasswordStrength.Longest;
        var hash = usable ? user!.PasswordHash : dummy.Value;
        var given = password.Length <= PasswordStrength.Longest ? password : "";
        var matches = hasher.VerifyHashedPassword(user ?? new User(), hash, given) != PasswordVerificationResult.Failed;
        return matches && usable;
    }

    /// <summary>
    /// Gives a user a new password and ends their other sessions; where it was reset by others, their API tokens too.
    /// </summary>
    /// <exception cref="Problem">It can be guessed, or is the old one.</exception>
    public async Task ReplaceAsync(
        Actor actor, User user, string password, string? keepSessionHash, CancellationToken cancellationToken)
    {
        if (PasswordStrength.Check(password, [user.SignInName, user.DisplayName, settings.NodeName]) is { } weakness)
            throw weakness.With();
        if (user.PasswordHash.Length > 0 && Verify(user, password))
            throw AccessProblems.PasswordUnchanged.With();
        var wasReset = user.MustChangePassword;
        user.PasswordHash = hasher.HashPassword(user, password);
        user.SecurityStamp = UserRows.NewStamp();
        user.MustChangePassword = false;
        await using var change = await db.BeginAsync(actor, "access.password_changed", user.Subject, cancellationToken);
        if (!await UserRows.UpdateAsync(change, user))
            throw PlatformProblems.Changed.With();
        await SessionStore.EndOthersAsync(change, user.Id, keepSessionHash);
        await change.ExecuteAsync("delete from platform_sign_in_links where user_id = @Id", new { user.Id });
        if (wasReset)
            await ApiTokens.EndAllAsync(change, user.Id);
        await change.CommitAsync(cancellationToken);
        user.Version++;
    }
}

/// <summary>Does the first hashing while the node starts, and not while the first unknown name waits.</summary>
internal sealed class PasswordWarming(PasswordDesk passwords) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(passwords.Warm, stoppingToken);
}
