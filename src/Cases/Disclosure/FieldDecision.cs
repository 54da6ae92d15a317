namespace Tambo.Cases.Disclosure;

/// <summary>Whether a field may be seen, why, and what carried it.</summary>
/// <param name="Field">The field.</param>
/// <param name="Allowed">Whether.</param>
/// <param name="Reason">A code of <see cref="DisclosureReasons"/>.</param>
/// <param name="ConsentId">The consent that carried it.</param>
/// <param name="Basis">The legal basis that carried it.</param>
internal sealed record FieldDecision(AskedField Field, bool Allowed, string Reason, Guid? ConsentId = null, string? Basis = null);

/// <summary>What was decided of each field that was asked for, in the order in which they were.</summary>
/// <param name="Fields">One decision each.</param>
internal sealed record DisclosureAnswer(IReadOnlyList<FieldDecision> Fields)
{
    /// <summary>The names of the fields that may be seen.</summary>
    public IReadOnlySet<string> Allowed { get; } = Fields.Where(field => field.Allowed).Select(field => field.Field.Name)
        // One name in two compartments is seen only if both may be.
        .Except(Fields.Where(field => !field.Allowed).Select(field => field.Field.Name), StringComparer.Ordinal)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>True when a field may be seen.</summary>
    public bool Allows(string name) => Allowed.Contains(name);
}

/// <summary>Why a field may be seen or not; the names are the texts <c>disclosure.reason.{code}</c>.</summary>
internal static class DisclosureReasons
{
    /// <summary>The reader's agency looks after the person.</summary>
    public const string LooksAfter = "looks_after";

    /// <summary>The reader's grants reach the person, whichever agency looks after them: enough to look, and for nothing else.</summary>
    public const string GrantedReach = "granted_reach";

    /// <summary>The person agreed.</summary>
    public const string Consent = "consent";

    /// <summary>A legal basis allows it.</summary>
    public const string LegalBasis = "legal_basis";

    /// <summary>The glass was broken.</summary>
    public const string BreakGlass = "break_glass";

    /// <summary>Nobody knows the purpose.</summary>
    public const string PurposeUnknown = "purpose_unknown";

    /// <summary>Nobody knows the compartment.</summary>
    public const string CompartmentUnknown = "compartment_unknown";

    /// <summary>A user of another node: what goes there goes by referral or exchange.</summary>
    public const string OtherNode = "other_node";

    /// <summary>The person said: never to them.</summary>
    public const string Excluded = "excluded";

    /// <summary>It could reach the country the person needs protection from.</summary>
    public const string OriginLock = "origin_lock";

    /// <summary>Never for recipients of this kind.</summary>
    public const string ClosedToKind = "closed_to_kind";

    /// <summary>The person has not asked for their consulate.</summary>
    public const string ConsulateNotAsked = "consulate_not_asked";

    /// <summary>Such things are in no list, preview or export that the person did not choose.</summary>
    public const string NotChosen = "not_chosen";

    /// <summary>The purpose allows nothing that says who somebody is.</summary>
    public const string SaysWho = "says_who";

    /// <summary>The user lacks the right.</summary>
    public const string RightMissing = "right_missing";

    /// <summary>The user has the right elsewhere.</summary>
    public const string OutOfScope = "out_of_scope";

    /// <summary>The user may not export.</summary>
    public const string ExportRightMissing = "export_right_missing";

    /// <summary>The person took their consent back.</summary>
    public const string ConsentWithdrawn = "consent_withdrawn";

    /// <summary>The time of the consent is over.</summary>
    public const string ConsentExpired = "consent_expired";

    /// <summary>What is written down as a consent is none.</summary>
    public const string ConsentInvalid = "consent_invalid";

    /// <summary>The person agreed to something else.</summary>
    public const string ConsentElsewhere = "consent_elsewhere";

    /// <summary>The person agreed to nothing.</summary>
    public const string NoConsent = "no_consent";

    /// <summary>A basis was called upon that does not allow this.</summary>
    public const string BasisUnfit = "basis_unfit";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        LooksAfter, GrantedReach, Consent, LegalBasis, BreakGlass, PurposeUnknown, CompartmentUnknown, OtherNode, Excluded, OriginLock, ClosedToKind,
        ConsulateNotAsked, NotChosen, SaysWho, RightMissing, OutOfScope, ExportRightMissing, ConsentWithdrawn, ConsentExpired, ConsentInvalid,
        ConsentElsewhere, NoConsent, BasisUnfit,
    ];
}
