using System.Security.Cryptography;
using System.Text.Json;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>
/// What a service is given once it has accepted: the fields of its data profile that the person agreed to. It can be made by
/// deciding only, and holds for the moment of the decision.
/// </summary>
internal sealed class ReferralPayload
{
    private ReferralPayload(Guid referralId, string to, DateTimeOffset at, SortedDictionary<string, string> fields)
    {
        (ReferralId, To, At, Fields) = (referralId, to, at, fields);
        Hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(fields)));
    }

    /// <summary>Of which referral.</summary>
    public Guid ReferralId { get; }

    /// <summary>For whom.</summary>
    public string To { get; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Values by field, in the order of the names.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }

    /// <summary>SHA-256 of the fields as JSON, which the receiver signs for.</summary>
    public string Hash { get; }

    /// <summary>Decides, and takes what may be given.</summary>
    /// <param name="referral">The referral.</param>
    /// <param name="asked">The person, the receiver, consents and bases, and the moment.</param>
    /// <param name="values">What the file holds, as <c>compartment/field</c>.</param>
    /// <param name="rules">The data profiles.</param>
    public static (ReferralPayload? Payload, DisclosureAnswer Answer, Problem? Refused) Decide(
        Referral referral, DisclosureRequest asked, IReadOnlyDictionary<string, string> values, ReferralRules rules)
    {
        var answer = ReferralConsent.Decide(referral, asked, rules);
        if (ReferralConsent.Refusal(referral, asked, answer) is { } refused)
            return (null, answer, refused);
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in answer.Fields.Where(field => field.Allowed).Select(field => $"{field.Field.Compartment}/{field.Field.Name}"))
        {
            if (values.TryGetValue(field, out var value))
                fields[field] = value;
        }

        return (new ReferralPayload(referral.Id, referral.To, asked.Now, fields), answer, null);
    }

    /// <summary>Its referral alone: what is in it belongs in no log.</summary>
    public override string ToString() => $"payload of referral {ReferralId:D}";
}
