using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;

namespace Tambo.Platform.Access.Account;

/// <summary>What somebody sees of their own account.</summary>
/// <param name="User">They themselves.</param>
/// <param name="Current">The session they look from.</param>
/// <param name="Sessions">Where they are signed in.</param>
/// <param name="Factors">What they have beside the password.</param>
/// <param name="Passkeys">Their passkeys: name in forms, name they gave, and when.</param>
public sealed record AccountView(
    User User,
    Session Current,
    IReadOnlyList<Session> Sessions,
    OwnedFactors Factors,
    IReadOnlyList<(string Credential, string Name, DateTimeOffset CreatedAt)> Passkeys);

/// <summary>Collects what the account page shows.</summary>
internal sealed class AccountDesk(SessionStore sessions, SecondFactorDesk factors, PasskeyDesk passkeys)
{
    public async Task<AccountView> LookAsync(User user, Session current, CancellationToken cancellationToken) => new(
        user,
        current,
        await sessions.OfAsync(user.Id, cancellationToken),
        await factors.OfAsync(user, cancellationToken),
        [.. (await passkeys.OfAsync(user)).Select(passkey => (PasskeyDesk.CredentialName(passkey), passkey.Name ?? "", passkey.CreatedAt))]);
}
