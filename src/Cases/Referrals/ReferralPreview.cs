using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>
/// What a service sees before it accepts: enough to say whether it can help, and nothing that says who needs it or what
/// happened to them. Its values are choices out of lists, so that no text can get into it.
/// </summary>
internal sealed class ReferralPreview
{
    private ReferralPreview()
    {
    }

    /// <summary>Of which referral.</summary>
    public Guid ReferralId { get; private init; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>How old, roughly.</summary>
    public AgeBand Age { get; private init; }

    /// <summary>Woman or girl, man or boy; whatever else is written, and nothing, is not said.</summary>
    public PreviewSex Sex { get; private init; }

    /// <summary>The language, out of those of the world.</summary>
    public ListedCode Language { get; private init; }

    /// <summary>The area, of the first or second level.</summary>
    public ListedCode District { get; private init; }

    /// <summary>The kind of help, as the directory names it to everybody.</summary>
    public ListedCode Service { get; private init; }

    /// <summary>How urgent.</summary>
    public ListedCode Urgency { get; private init; }

    /// <summary>The fields that are asked for.</summary>
    public static IReadOnlyList<AskedField> Asked { get; } =
        [new("age_band", Compartments.General), new("sex", Compartments.General), new("language", Compartments.General), new("district", Compartments.General)];

    /// <summary>What may be seen of it, field by field.</summary>
    public static DisclosureAnswer AnswerOf(Referral referral, DisclosureRequest asked) =>
        DisclosureDecision.Decide(ReferralConsent.Narrowed(referral, asked) with { Route = DisclosureRoute.Preview, Fields = Asked });

    /// <summary>Makes it, with what may be seen; refused when nothing could be handed over afterwards.</summary>
    /// <param name="referral">The referral.</param>
    /// <param name="asked">The person, the receiver, consents and bases, and the moment.</param>
    /// <param name="facts">What the file says.</param>
    /// <param name="rules">Kinds of help and urgencies.</param>
    public static (ReferralPreview? Preview, Problem? Refused) Decide(Referral referral, DisclosureRequest asked, PreviewFacts facts, ReferralRules rules)
    {
        if (rules.FindKind(referral.KindOfHelp) is not { } type || rules.FindUrgency(referral.Urgency) is not { } urgency)
            return (null, ReferralProblems.KindUnknown.With());
        if (ReferralConsent.Refusal(referral, asked, ReferralConsent.Decide(referral, asked, rules)) is { } refused)
            return (null, refused);
        var answer = AnswerOf(referral, asked);
        return (new ReferralPreview
        {
            ReferralId = referral.Id,
            At = asked.Now,
            Age = answer.Allows("age_band") ? AgeBands.Of(facts.Age) : AgeBand.NotSaid,
            Sex = !answer.Allows("sex") ? PreviewSex.NotSaid : facts.Sex switch { "female" => PreviewSex.Female, "male" => PreviewSex.Male, _ => PreviewSex.NotSaid },
            Language = answer.Allows("language") ? ListedCode.OfLanguage(facts.Language) : default,
            District = answer.Allows("district") ? ListedCode.OfArea(facts.Area) : default,
            Service = ListedCode.OfKind(type, rules),
            Urgency = ListedCode.OfUrgency(urgency, rules),
        }, null);
    }
}

/// <summary>What a preview is made from.</summary>
/// <param name="Age">Years, or null.</param>
/// <param name="Sex">As it is written.</param>
/// <param name="Language">The code of a language.</param>
/// <param name="Area">The code of an area.</param>
internal sealed record PreviewFacts(int? Age, string? Sex, string? Language, string? Area);

/// <summary>How old somebody is, roughly; the names are the texts <c>referral.age.{name}</c>.</summary>
internal enum AgeBand
{
    /// <summary>Nothing is said.</summary>
    NotSaid,

    /// <summary>Up to 4.</summary>
    Under5,

    /// <summary>5 to 11.</summary>
    From5To11,

    /// <summary>12 to 17.</summary>
    From12To17,

    /// <summary>18 to 59.</summary>
    From18To59,

    /// <summary>60 and more.</summary>
    From60,
}

/// <summary>Woman or girl, man or boy; the names are the texts <c>referral.sex.{name}</c>.</summary>
internal enum PreviewSex
{
    /// <summary>Nothing is said.</summary>
    NotSaid,

    /// <summary>Woman or girl.</summary>
    Female,

    /// <summary>Man or boy.</summary>
    Male,
}

/// <summary>Ages in bands.</summary>
internal static class AgeBands
{
    /// <summary>The band of an age in years.</summary>
    public static AgeBand Of(int? years) => years switch
    {
        null or < 0 => AgeBand.NotSaid,
        < 5 => AgeBand.Under5,
        < 12 => AgeBand.From5To11,
        < 18 => AgeBand.From12To17,
        < 60 => AgeBand.From18To59,
        _ => AgeBand.From60,
    };
}

/// <summary>A code out of a list that ships; a text that is in none becomes no code.</summary>
internal readonly record struct ListedCode
{
    private ListedCode(string code) => Code = code;

    /// <summary>The code; null when nothing is said.</summary>
    public string? Code { get; }

    /// <summary>A language of the world.</summary>
    public static ListedCode OfLanguage(string? code) => SpokenLanguages.Find(code) is { } language ? new ListedCode(language.Code) : default;

    /// <summary>An area of the first or second level: none that is smaller ships.</summary>
    public static ListedCode OfArea(string? code) => AdminAreas.Find(code) is { } area ? new ListedCode(area.Code) : default;

    /// <summary>What the directory calls a kind of help.</summary>
    public static ListedCode OfKind(KindOfHelp type, ReferralRules rules) => rules.KindsOfHelp.Contains(type) ? new ListedCode(type.ShownAs) : default;

    /// <summary>An urgency.</summary>
    public static ListedCode OfUrgency(Urgency urgency, ReferralRules rules) => rules.Urgencies.Contains(urgency) ? new ListedCode(urgency.Code) : default;
}
