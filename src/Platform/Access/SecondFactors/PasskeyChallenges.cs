using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.SecondFactors;

/// <summary>
/// Challenges on their way to a device and back. Each travels in a sealed cookie of the browser that asked for it, belongs
/// to one session, or to a sign-in that has none yet, lasts five minutes, and is answered once.
/// </summary>
internal sealed class PasskeyChallenges(NodeDb db, IDataProtectionProvider protection)
{
    private const string Cookie = "tambo-passkey";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private readonly IDataProtector sealing = protection.CreateProtector("tambo.passkey");

    /// <param name="Session">Hash of the session it belongs to; empty before there is one.</param>
    /// <param name="Until">When it is too old.</param>
    /// <param name="Mark">What tells it from every other.</param>
    /// <param name="State">What the framework wants back.</param>
    private sealed record Challenge(string Session, DateTimeOffset Until, string Mark, string State);

    /// <summary>Gives a challenge to the browser, in place of one it may hold.</summary>
    public void Keep(HttpContext context, Session? session, string? state)
    {
        var challenge = new Challenge(session?.Hash ?? "", db.Time.GetUtcNow() + Life, Secrets.New(), state ?? "");
        context.Response.Cookies.Append(Cookie, sealing.Protect(JsonSerializer.Serialize(challenge)), Options(context));
    }

    /// <summary>
    /// Takes the challenge back from the browser, right before its answer is judged; null when there is none, it is too
    /// old, it belongs to another session, or it was taken before. Of two who take it at once, one gets it.
    /// </summary>
    public async Task<string?> TakeAsync(HttpContext context, Session? session, CancellationToken cancellationToken)
    {
        context.Response.Cookies.Delete(Cookie, Options(context));
        if (Open(context.Request.Cookies[Cookie]) is not { } challenge
            || challenge.Session != (session?.Hash ?? "") || challenge.Until <= db.Time.GetUtcNow())
            return null;
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var taken = await change.ExecuteAsync(
            "insert into platform_spent_challenges (hash, expires_at) values (@hash, @Until) on conflict (hash) do nothing",
            new { hash = Secrets.Hash(challenge.Mark), challenge.Until });
        await change.CommitAsync(cancellationToken);
        return taken == 1 ? challenge.State : null;
    }

    private Challenge? Open(string? cookie)
    {
        try
        {
            return JsonSerializer.Deserialize<Challenge>(sealing.Unprotect(cookie ?? ""));
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException or FormatException)
        {
            // Not ours, or not whole: the same as none.
            return null;
        }
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
