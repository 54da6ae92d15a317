using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.SecondFactors;

/// <summary>What a user has beside the password.</summary>
/// <param name="Totp">An authenticator app.</param>
/// <param name="Passkeys">How many passkeys.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
public sealed record OwnedFactors(bool Totp, int Passkeys, int RecoveryCodes)
{
    /// <summary>True when signing in asks for a second step.</summary>
    public bool Any => Totp || Passkeys > 0;
}

/// <summary>A new authenticator secret on its way to somebody's app.</summary>
/// <param name="Sealed">As the form carries it back.</param>
/// <param name="Spelled">As people type it.</param>
/// <param name="Address">As the app reads it from a QR code.</param>
public sealed record AuthenticatorOffer(string Sealed, string Spelled, string Address);

/// <summary>Sets up and proves second factors.</summary>
internal sealed class SecondFactorDesk(NodeDb db, IDataProtectionProvider protection, AccessSettings settings)
{
    private readonly IDataProtector secrets = protection.CreateProtector("tambo.totp");

    public async Task<OwnedFactors> OfAsync(User user, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var passkeys = await connection.ExecuteScalarAsync<int>(
            "select count(*) from platform_passkeys where user_id = @Id", new { user.Id });
        var codes = await connection.ExecuteScalarAsync<int>(
            "select count(*) from platform_recovery_codes where user_id = @Id", new { user.Id });
        return new OwnedFactors(user.TotpSecret.Length > 0, passkeys, codes);
    }

    /// <summary>A secret that is offered and not yet kept, as the form carries it: sealed, for this user alone.</summary>
    public string Offer(User user, byte[] secret) =>
        secrets.CreateProtector(user.Id.ToString("D")).Protect(Convert.ToBase64String(secret));

    /// <summary>An offered secret as its page shows it.</summary>
    public AuthenticatorOffer OfferTo(User user, string sealedSecret, byte[] secret) =>
        new(sealedSecret, Totp.Spell(secret), Totp.Address(secret, settings.NodeName, user.SignInName));

    /// <summary>Opens an offered or stored secret; null when it is not this user's or not ours.</summary>
    public byte[]? Open(User user, string sealedSecret)
    {
        try
        {
            return Convert.FromBase64String(secrets.CreateProtector(user.Id.ToString("D")).Unprotect(sealedSecret));
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Keeps an offered secret once its first code was typed, gives recovery codes, and ends other sessions.</summary>
    /// <returns>The recovery codes, shown this once.</returns>
    /// <exception cref="Problem">The code is wrong.</exception>
    public async Task<IReadOnlyList<string>> EnrolAsync(
        Actor actor, User user, string offered, string typed, string? keepSessionHash, CancellationToken cancellationToken)
    {
        var secret = Open(user, offered) ?? throw AccessProblems.SignInExpired.With();
        var step = Totp.Match(secret, typed, db.Time.GetUtcNow(), lastAccepted: 0) ?? throw AccessProblems.WrongCode.With();
        var codes = RecoveryCodes.New();
        user.TotpSecret = offered;
        user.SecurityStamp = UserRows.NewStamp();
        await using var change = await db.BeginAsync(actor, "access.authenticator_set_up", user.Subject, cancellationToken);
        if (!await UserRows.UpdateAsync(change, user))
            throw PlatformProblems.Changed.With();
        await AcceptStepAsync(change, user, step);
        await RecoveryCodes.ReplaceAsync(change, user, codes);
        await SessionStore.EndOthersAsync(change, user.Id, keepSessionHash);
        await change.CommitAsync(cancellationToken);
        user.Version++;
        return codes;
    }

    /// <summary>True when the text is a fresh code of the user's app, or an unused recovery code; either is used up.</summary>
    public async Task<bool> ProveAsync(User user, string typed, CancellationToken cancellationToken)
    {
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, []);
        var isRecovery = typed.Count(char.IsLetterOrDigit) > 8;
        // Opened before the change begins: opening may read or make protection keys, which the open change would keep waiting.
        var secret = isRecovery || user.TotpSecret.Length == 0 ? null : Open(user, user.TotpSecret);
        await using var change = await db.BeginAsync(
            actor, isRecovery ? "access.recovery_code_used" : "access.code_used", user.Subject, cancellationToken);
        var right = isRecovery
            ? await change.ExecuteAsync(
                "delete from platform_recovery_codes where hash = @hash and user_id = @Id", new { hash = RecoveryCodes.HashOf(typed), user.Id }) == 1
            : secret is not null && await ProveCodeAsync(change, user, secret, typed);
        if (right)
            await change.CommitAsync(cancellationToken);
        return right;
    }

    /// <summary>New recovery codes in place of all others.</summary>
    public async Task<IReadOnlyList<string>> RenewCodesAsync(Actor actor, User user, CancellationToken cancellationToken)
    {
        var codes = RecoveryCodes.New();
        await using var change = await db.BeginAsync(actor, "access.recovery_codes_renewed", user.Subject, cancellationToken);
        await RecoveryCodes.ReplaceAsync(change, user, codes);
        await change.CommitAsync(cancellationToken);
        return codes;
    }

    /// <summary>
    /// Takes the app, the passkeys and the recovery codes away and ends the user's sessions and API tokens: for who lost
    /// them all.
    /// </summary>
    public async Task ResetAsync(Actor actor, User user, CancellationToken cancellationToken)
    {
        user.TotpSecret = "";
        user.SecurityStamp = UserRows.NewStamp();
        await using var change = await db.BeginAsync(actor, "access.second_factor_reset", user.Subject, cancellationToken);
        if (!await UserRows.UpdateAsync(change, user))
            throw PlatformProblems.Changed.With();
        await change.ExecuteAsync("delete from platform_passkeys where user_id = @Id", new { user.Id });
        await change.ExecuteAsync("delete from platform_recovery_codes where user_id = @Id", new { user.Id });
        await SessionStore.EndOthersAsync(change, user.Id, keepHash: null);
        await ApiTokens.EndAllAsync(change, user.Id);
        await change.CommitAsync(cancellationToken);
        user.Version++;
    }

    private async Task<bool> ProveCodeAsync(Change change, User user, byte[] secret, string typed)
    {
        // Writing first makes two uses of one code wait for each other on both engines.
        await change.ExecuteAsync(
            """
            insert into platform_totp_steps (user_id, step) values (@Id, 0)
            on conflict (user_id) do update set step = platform_totp_steps.step
            """,
            new { user.Id });
        var last = await change.QuerySingleOrDefaultAsync<long>("select step from platform_totp_steps where user_id = @Id", new { user.Id });
        if (Totp.Match(secret, typed, db.Time.GetUtcNow(), last) is not { } step)
            return false;
        await AcceptStepAsync(change, user, step);
        return true;
    }

    private static async Task AcceptStepAsync(Change change, User user, long step) => await change.ExecuteAsync(
        """
        insert into platform_totp_steps (user_id, step) values (@Id, @step)
        on conflict (user_id) do update set step = excluded.step
        """,
        new { user.Id, step });
}
