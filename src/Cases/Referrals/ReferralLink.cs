using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>
/// A link by which an organisation without accounts answers an offer, or reads the agreed fields: 256 bits of chance that are
/// shown once and kept as a hash; it works once, for a time, until it is taken back. Pure.
/// </summary>
/// <param name="ReferralId">Of which referral.</param>
/// <param name="Opens"><see cref="Answer"/> or <see cref="Fields"/>.</param>
/// <param name="Hash">SHA-256 of what the link holds.</param>
/// <param name="ExpiresAt">From when it no longer works.</param>
internal sealed record ReferralLink(Guid ReferralId, string Opens, string Hash, DateTimeOffset ExpiresAt)
{
    /// <summary>Shows the preview, as often as it is opened, and takes one answer: programs that look at mail open links too.</summary>
    public const string Answer = "answer";

    /// <summary>Shows the agreed fields once, on the press of a button.</summary>
    public const string Fields = "fields";

    /// <summary>Bytes of chance in a link.</summary>
    public const int Bytes = 32;

    /// <summary>When it was used up.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>When it was taken back.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>A link to answer an offer by; it ends with the time to answer.</summary>
    /// <exception cref="InvalidOperationException">There is nothing to answer.</exception>
    public static (ReferralLink Link, string Token) ToAnswer(Referral referral, ReadOnlySpan<byte> chance, ReferralRules rules, DateTimeOffset now) =>
        referral is { State: ReferralStates.Offered, AnswerBy: { } by }
            ? Make(referral, Answer, chance, Earlier(by, now.AddHours(rules.LinkHours)))
            : throw new InvalidOperationException("There is no offer to answer.");

    /// <summary>A link to read the agreed fields by, once they were handed over.</summary>
    /// <exception cref="InvalidOperationException">Nothing was handed over.</exception>
    public static (ReferralLink Link, string Token) ToFields(Referral referral, ReadOnlySpan<byte> chance, ReferralRules rules, DateTimeOffset now) =>
        referral.State is ReferralStates.Accepted or ReferralStates.HandedOver
            ? Make(referral, Fields, chance, now.AddHours(rules.FieldsLinkHours))
            : throw new InvalidOperationException("There is nothing to read.");

    /// <summary>Why the link does not open this; null when it does.</summary>
    public Problem? Refusal(string token, string opens, DateTimeOffset now) =>
        Opens != opens || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(HashOf(token))) ? ReferralProblems.LinkUnknown.With()
        : RevokedAt is not null ? ReferralProblems.LinkRevoked.With()
        : UsedAt is not null ? ReferralProblems.LinkUsed.With()
        : now >= ExpiresAt ? ReferralProblems.LinkExpired.With()
        : null;

    /// <summary>The link after it was used up.</summary>
    public ReferralLink Used(DateTimeOffset now) => this with { UsedAt = UsedAt ?? now };

    /// <summary>The link after it was taken back.</summary>
    public ReferralLink Revoked(DateTimeOffset now) => this with { RevokedAt = RevokedAt ?? now };

    /// <summary>By which a link is found in its table.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static (ReferralLink, string) Make(Referral referral, string opens, ReadOnlySpan<byte> chance, DateTimeOffset until)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(chance.Length, Bytes);
        var token = Base64Url.EncodeToString(chance);
        return (new ReferralLink(referral.Id, opens, HashOf(token), until), token);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
