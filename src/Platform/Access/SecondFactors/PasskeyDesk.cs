using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;

namespace Tambo.Platform.Access.SecondFactors;

/// <summary>
/// Adds passkeys and proves them, through the framework's own WebAuthn. The challenge travels in a sealed cookie that
/// belongs to one session and lasts five minutes; every step gives the session a new secret, so it serves once.
/// </summary>
internal sealed class PasskeyDesk(
    UserManager<User> users, IPasskeyHandler<User> webAuthn, Acting acting, IDataProtectionProvider protection, TimeProvider time)
{
    private const string Cookie = "tambo-passkey";
    private const int MostPasskeys = 10;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private readonly IDataProtector sealing = protection.CreateProtector("tambo.passkey");

    private sealed record Challenge(string Session, DateTimeOffset Until, string State);

    /// <summary>The options by which a device makes a passkey, as WebAuthn JSON.</summary>
    public async Task<string> CreationOptionsAsync(HttpContext context, User user, Session session)
    {
        var entity = new PasskeyUserEntity { Id = user.Id.ToString("D"), Name = user.SignInName, DisplayName = user.DisplayName };
        var options = await webAuthn.MakeCreationOptionsAsync(entity, context);
        Keep(context, session, options.AttestationState);
        return options.CreationOptionsJson;
    }

    /// <summary>Keeps the passkey that a device made.</summary>
    /// <exception cref="Problems.Problem">The device's answer is not right, or there are ten already.</exception>
    public async Task AddAsync(HttpContext context, Actor actor, User user, Session session, string name, string credential)
    {
        var result = await webAuthn.PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = context,
            CredentialJson = credential,
            AttestationState = Take(context, session),
        });
        if (!result.Succeeded || result.UserEntity.Id != user.Id.ToString("D") || (await users.GetPasskeysAsync(user)).Count >= MostPasskeys)
            throw AccessProblems.PasskeyRefused.With();
        result.Passkey.Name = name.Trim() is { Length: > 0 and <= 100 } given ? given : UserAgentFamily.Of(context.Request.Headers.UserAgent.ToString());
        acting.As(actor, "access.passkey_added");
        await users.AddOrUpdatePasskeyAsync(user, result.Passkey);
    }

    /// <summary>The options by which a device proves one of the user's passkeys, as WebAuthn JSON.</summary>
    public async Task<string> RequestOptionsAsync(HttpContext context, User user, Session session)
    {
        var options = await webAuthn.MakeRequestOptionsAsync(user, context);
        Keep(context, session, options.AssertionState);
        return options.RequestOptionsJson;
    }

    /// <summary>True when the device's answer proves a passkey of this user.</summary>
    public async Task<bool> ProveAsync(HttpContext context, User user, Session session, string credential)
    {
        var result = await webAuthn.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = context,
            CredentialJson = credential,
            AssertionState = Take(context, session),
        });
        if (!result.Succeeded || result.User.Id != user.Id)
            return false;
        acting.As(new Actor(user.Subject, user.Id, user.DisplayName, []), "access.passkey_used");
        await users.AddOrUpdatePasskeyAsync(user, result.Passkey);
        return true;
    }

    /// <summary>The passkeys of a user.</summary>
    public Task<IList<UserPasskeyInfo>> OfAsync(User user) => users.GetPasskeysAsync(user);

    /// <summary>Removes a passkey by the name that <see cref="CredentialName"/> gives it.</summary>
    public async Task RemoveAsync(Actor actor, User user, string credentialName)
    {
        var passkey = (await users.GetPasskeysAsync(user)).FirstOrDefault(known => CredentialName(known) == credentialName)
            ?? throw AccessProblems.Unknown.With();
        acting.As(actor, "access.passkey_removed");
        await users.RemovePasskeyAsync(user, passkey.CredentialId);
    }

    /// <summary>A passkey's name in addresses and forms.</summary>
    public static string CredentialName(UserPasskeyInfo passkey) => Base64Url.EncodeToString(passkey.CredentialId);

    private void Keep(HttpContext context, Session session, string? state)
    {
        var challenge = new Challenge(session.Hash, time.GetUtcNow() + Life, state ?? "");
        context.Response.Cookies.Append(Cookie, sealing.Protect(JsonSerializer.Serialize(challenge)), Options(context));
    }

    private string? Take(HttpContext context, Session session)
    {
        context.Response.Cookies.Delete(Cookie, Options(context));
        try
        {
            var challenge = JsonSerializer.Deserialize<Challenge>(sealing.Unprotect(context.Request.Cookies[Cookie] ?? ""));
            if (challenge is not null && challenge.Session == session.Hash && challenge.Until > time.GetUtcNow())
                return challenge.State;
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException or FormatException)
        {
            // Not ours, or not whole: the same as none.
        }

        throw AccessProblems.PasskeyRefused.With();
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/staff",
        MaxAge = Life,
        IsEssential = true,
    };
}
