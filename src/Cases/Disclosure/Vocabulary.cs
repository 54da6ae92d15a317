using System.Text.Json;

namespace Tambo.Cases.Disclosure;

/// <summary>What personal data may be used for; its name is the text <c>consent.purpose.{code}</c>.</summary>
/// <param name="Code">Stands in consents and requests.</param>
/// <param name="RightsSuffice">True when the agency that looks after the person needs no further consent to read for it.</param>
/// <param name="Deidentified">True when nothing that says who somebody is may be used.</param>
/// <param name="AskedApart">True when it is never asked for together with anything else, and never ticked beforehand.</param>
/// <param name="LongestDays">For how many days a consent may be given.</param>
internal sealed record Purpose(string Code, bool RightsSuffice, bool Deidentified, bool AskedApart, int LongestDays);

/// <summary>A kind of recipient; its name is the text <c>consent.recipient.{code}</c>.</summary>
/// <param name="Code">Stands in scopes and exclusions.</param>
/// <param name="Authority">True for those who act for a state.</param>
/// <param name="Consular">True for those who act for a state abroad, or for several: a consulate may stand in for another state's (VCCR art. 8).</param>
/// <param name="NeverReceives">Compartments that never go to them.</param>
/// <param name="UsersNeverSee">Compartments that their people never open in this node.</param>
internal sealed record RecipientClass(string Code, bool Authority, bool Consular, IReadOnlyList<string> NeverReceives, IReadOnlyList<string> UsersNeverSee);

/// <summary>A reason other than consent for which data may go out; its name is the text <c>disclosure.basis.{code}</c>.</summary>
/// <param name="Code">Stands in requests.</param>
/// <param name="Verified">Whether its source was read. One that was not opens nothing.</param>
/// <param name="Source">Where it is laid down.</param>
/// <param name="OnlyForChildren">True when it holds for children alone.</param>
/// <param name="Purposes">What it allows data to be used for.</param>
/// <param name="Categories">The compartments that it reaches.</param>
/// <param name="RecipientClasses">To whom.</param>
/// <param name="Actions">What they may do.</param>
internal sealed record LegalBasis(
    string Code,
    bool Verified,
    string Source,
    bool OnlyForChildren,
    IReadOnlyList<string> Purposes,
    IReadOnlyList<string> Categories,
    IReadOnlyList<string> RecipientClasses,
    IReadOnlyList<string> Actions);

/// <summary>What consents and disclosures are written in: a data file, to which a node adds what its own law allows.</summary>
internal sealed record Vocabulary(IReadOnlyList<Purpose> Purposes, IReadOnlyList<RecipientClass> RecipientClasses, IReadOnlyList<LegalBasis> LegalBases, int BreakGlassHours)
{
    /// <summary>Seeing on a screen.</summary>
    public const string View = "view";

    /// <summary>Being sent it.</summary>
    public const string Share = "share";

    /// <summary>Keeping a copy.</summary>
    public const string Retain = "retain";

    /// <summary>What a recipient may do; the names are the texts <c>consent.action.{code}</c>.</summary>
    public static IReadOnlyList<string> Actions { get; } = [View, Share, Retain];

    /// <summary>What ships.</summary>
    public static Vocabulary Shipped { get; } = Read();

    /// <summary>The purpose of a code, or null.</summary>
    public Purpose? FindPurpose(string code) => Purposes.FirstOrDefault(purpose => purpose.Code == code);

    /// <summary>The kind of recipient of a code, or null.</summary>
    public RecipientClass? FindClass(string code) => RecipientClasses.FirstOrDefault(kind => kind.Code == code);

    private static Vocabulary Read()
    {
        using var stream = typeof(Vocabulary).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.vocabulary.json")!;
        return JsonSerializer.Deserialize<Vocabulary>(stream, JsonSerializerOptions.Web)!;
    }
}
