using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.SecondFactors;

/// <summary>
/// Adds passkeys and proves them, through the framework's own WebAuthn, which asks the device to make sure by finger, face
/// or code who holds it, every time.
/// </summary>
internal sealed class PasskeyDesk(
    UserManager<User> users, IPasskeyHandler<User> webAuthn, Acting acting, PasskeyChallenges challenges, NodeDb db)
{
    private const int MostPasskeys = 10;

    /// <summary>The options by which a device makes a passkey, as WebAuthn JSON.</summary>
    public async Task<string> CreationOptionsAsync(HttpContext context, User user, Session session)
    {
        var entity = new PasskeyUserEntity { Id = user.Id.ToString("D"), Name = user.SignInName, DisplayName = user.DisplayName };
        var options = await webAuthn.MakeCreationOptionsAsync(entity, context);
        challenges.Keep(context, session, options.AttestationState);
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
            AttestationState = await challenges.TakeAsync(context, session, context.RequestAborted),
        });
        if (!result.Succeeded || result.UserEntity.Id != user.Id.ToString("D") || (await users.GetPasskeysAsync(user)).Count >= MostPasskeys)
            throw AccessProblems.PasskeyRefused.With();
        result.Passkey.Name = name.Trim() is { Length: > 0 and <= 100 } given ? given : UserAgentFamily.Of(context.Request.Headers.UserAgent.ToString());
        acting.As(actor, "access.passkey_added");
        await users.AddOrUpdatePasskeyAsync(user, result.Passkey);
    }

    /// <summary>
    /// The options by which a device proves a passkey, as WebAuthn JSON: one of the user's who is at their second step; or,
    /// before anybody is known, whichever the device keeps for this node. The latter name no account and no passkey.
    /// </summary>
    public async Task<string> RequestOptionsAsync(HttpContext context, User? user, Session? session)
    {
        var options = await webAuthn.MakeRequestOptionsAsync(user, context);
        challenges.Keep(context, session, options.AssertionState);
        return options.RequestOptionsJson;
    }

    /// <summary>
    /// Whose passkey the device's answer proves. Null when it proves none, when it answers no challenge of this browser and
    /// session, and when it is somebody's who is shut out.
    /// </summary>
    public async Task<User?> ProveAsync(HttpContext context, Session? session, string credential, CancellationToken cancellationToken)
    {
        var result = await webAuthn.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = context,
            CredentialJson = credential,
            AssertionState = await challenges.TakeAsync(context, session, cancellationToken),
        });
        if (!result.Succeeded || result.User.DisabledAt is not null)
            return null;
        var user = result.User;
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, []);
        await using var change = await db.BeginAsync(actor, "access.passkey_used", user.Subject, cancellationToken);
        if (!await StoredPasskey.NoteUseAsync(change, user, result.Passkey))
            return null;
        await change.CommitAsync(cancellationToken);
        return user;
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
}
