using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>Every way in which a consent is refused.</summary>
internal static class ConsentProblems
{
    /// <summary>The purpose is none that is known.</summary>
    public static readonly ProblemKind PurposeUnknown = new("consent.purpose_unknown", 422);

    /// <summary>Neither consent nor a basis that is known.</summary>
    public static readonly ProblemKind BasisUnknown = new("consent.basis_unknown", 422);

    /// <summary>Nobody knows such a form, or nobody is named who heard it.</summary>
    public static readonly ProblemKind FormUnfit = new("consent.form_unfit", 422);

    /// <summary>Nothing says in which language the person was told.</summary>
    public static readonly ProblemKind LanguageMissing = new("consent.language_missing", 422);

    /// <summary>Nobody knows with which words the person was told.</summary>
    public static readonly ProblemKind NoticeUnknown = new("consent.notice_unknown", 422);

    /// <summary>A point was not explained.</summary>
    public static readonly ProblemKind PointMissing = new("consent.point_missing", 422);

    /// <summary>The person was not told that help does not depend on it.</summary>
    public static readonly ProblemKind NotFree = new("consent.not_free", 422);

    /// <summary>It allows nothing, or something nobody knows.</summary>
    public static readonly ProblemKind ScopeUnfit = new("consent.scope_unfit", 422);

    /// <summary>An exclusion names nobody.</summary>
    public static readonly ProblemKind ExclusionUnfit = new("consent.exclusion_unfit", 422);

    /// <summary>The node knows no such agency, member of staff, organisation or service.</summary>
    public static readonly ProblemKind RecipientUnknown = new("consent.recipient_unknown", 422);

    /// <summary>Those who look after the person would be shut out, and nobody has said that the person knows who is left.</summary>
    public static readonly ProblemKind ShutsOutOwn = new("consent.shuts_out_own", 409);

    /// <summary>Nobody would be left who could help.</summary>
    public static readonly ProblemKind NobodyLeft = new("consent.nobody_left", 409);

    /// <summary>The person has shut out nobody of that name, or has let them back in.</summary>
    public static readonly ProblemKind NotExcluded = new("consent.not_excluded", 409);

    /// <summary>The person themselves asks, or whoever said it for them.</summary>
    public static readonly ProblemKind NotTheirs = new("consent.not_theirs", 422);

    /// <summary>It was asked already, and waits for a second member of staff.</summary>
    public static readonly ProblemKind LiftAsked = new("consent.lift_asked", 409);

    /// <summary>Nobody confirms what they have written down themselves.</summary>
    public static readonly ProblemKind OwnLift = new("consent.own_lift", 409);

    /// <summary>It was decided.</summary>
    public static readonly ProblemKind LiftDecided = new("consent.lift_decided", 409);

    /// <summary>What says who somebody is cannot be used without saying who they are.</summary>
    public static readonly ProblemKind NamesPerson = new("consent.names_person", 422);

    /// <summary>It ends before it begins, or later than its purpose allows.</summary>
    public static readonly ProblemKind TimeUnfit = new("consent.time_unfit", 422);

    /// <summary>The purpose is asked for alone.</summary>
    public static readonly ProblemKind NotAskedApart = new("consent.not_asked_apart", 422);

    /// <summary>Nobody knows such a giver, or the parent or guardian is not named.</summary>
    public static readonly ProblemKind GiverUnfit = new("consent.giver_unfit", 422);

    /// <summary>A child needs a guardian too, or the reason why none can be asked.</summary>
    public static readonly ProblemKind GuardianMissing = new("consent.guardian_missing", 422);

    /// <summary>A child is asked as well.</summary>
    public static readonly ProblemKind AssentMissing = new("consent.assent_missing", 422);

    /// <summary>An adult decides alone, unless notes say why not.</summary>
    public static readonly ProblemKind AdultDecides = new("consent.adult_decides", 422);

    /// <summary>Every refusal.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(ConsentProblems));
}
