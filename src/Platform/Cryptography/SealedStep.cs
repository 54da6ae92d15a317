using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// What somebody was shown and comes back to confirm: it travels through their form, sealed for them alone and for a time,
/// so that the node keeps nothing of it meanwhile and nobody can change it.
/// </summary>
public static class SealedStep
{
    /// <summary>Seals a step of a purpose for a person.</summary>
    public static string SealStep<T>(this IDataProtectionProvider protection, string purpose, Actor actor, T step, DateTimeOffset until) =>
        ProtectorOf(protection, purpose, actor).Protect(JsonSerializer.Serialize(step), until);

    /// <summary>The step that was sealed.</summary>
    /// <exception cref="Problem">It is not whole, too old, another's or of another purpose.</exception>
    public static T OpenStep<T>(this IDataProtectionProvider protection, string purpose, Actor actor, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(ProtectorOf(protection, purpose, actor).Unprotect(text, out _))!;
        }
        catch (CryptographicException)
        {
            throw PlatformProblems.StaleForm.With();
        }
    }

    /// <summary>The step that was sealed; the default when it is not whole, too old, another's or of another purpose.</summary>
    public static T? FindStep<T>(this IDataProtectionProvider protection, string purpose, Actor actor, string text)
    {
        try
        {
            return protection.OpenStep<T>(purpose, actor, text);
        }
        catch (Problem stale) when (stale.Kind == PlatformProblems.StaleForm)
        {
            return default;
        }
    }

    private static ITimeLimitedDataProtector ProtectorOf(IDataProtectionProvider protection, string purpose, Actor actor) =>
        protection.CreateProtector(purpose, actor.AuditName).ToTimeLimitedDataProtector();
}
