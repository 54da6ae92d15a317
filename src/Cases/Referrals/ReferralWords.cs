using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>Previews, fields and reasons in the words of a reader's language.</summary>
internal static class ReferralWords
{
    /// <summary>A preview: names and values.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(ReferralPreview preview, Texts texts) =>
    [
        (texts["referral.link.need"], preview.Service.Code is { } need ? texts["need." + need] : ""),
        (texts["referral.link.urgency"], preview.Urgency.Code is { } urgency ? texts["referral.urgency." + urgency] : ""),
        (texts["referral.link.age"], texts["referral.age." + preview.Age.ToString().ToLowerInvariant()]),
        (texts["referral.link.sex"], texts["referral.sex." + preview.Sex.ToString().ToLowerInvariant()]),
        (texts["referral.link.language"], preview.Language.Code is { } language ? SpokenLanguages.Name(language, texts) : texts["shell.unknown"]),
        (texts["referral.link.district"], preview.District.Code is { } district ? AdminAreas.Find(district)!.Name : texts["shell.unknown"]),
    ];

    /// <summary>What a field is called.</summary>
    public static string Name(string field, Texts texts) => texts["referral.field." + field.Replace('/', '.')];

    /// <summary>A field that was handed over.</summary>
    public static (string Name, string Value) Field(string field, string value, Texts texts) => (Name(field, texts), field switch
    {
        "identity/contact" when value == ReferralQuestions.AskThem => texts["referral.contact.ask"],
        "general/sex" => texts["cases.sex." + value],
        "general/age_band" => texts["referral.age." + value.ToLowerInvariant()],
        "general/interpreter" when value is "yes" or "no" => texts["cases.answer." + value],
        "general/language" => string.Join(texts.Comma, value.Split(", ").Select(code => SpokenLanguages.Name(code, texts))),
        _ => value,
    });

    /// <summary>The reasons that somebody may give for a step.</summary>
    public static IReadOnlyList<Choice> Reasons(string act, string by, Texts texts) =>
        [.. ReferralRules.Shipped.Reasons.Where(reason => reason.Act == act && reason.By.Contains(by)).Select(reason => new Choice(reason.Code, texts["referral.reason." + reason.Code]))];
}
