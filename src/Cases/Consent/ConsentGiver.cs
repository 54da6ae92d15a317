namespace Tambo.Cases.Consent;

/// <summary>Who gave a consent.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Who">The parent or guardian, as the file names them; empty when the person gave it alone.</param>
/// <param name="WhyNoGuardian">Of a child that decides without one: a code of <see cref="ReasonsForNoGuardian"/>.</param>
/// <param name="BestInterestsBy">Who weighed the child's best interests then.</param>
internal sealed record ConsentGiver(string Kind, string Who = "", string WhyNoGuardian = "", string BestInterestsBy = "")
{
    /// <summary>The person alone.</summary>
    public const string Self = "self";

    /// <summary>A parent, for the person.</summary>
    public const string Parent = "parent";

    /// <summary>A guardian, for the person.</summary>
    public const string Guardian = "guardian";

    /// <summary>The person agrees, together with a parent or guardian.</summary>
    public const string AssentWithGuardian = "assent_with_guardian";

    /// <summary>All kinds; the names are the texts <c>consent.given_by.{code}</c>.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Self, Parent, Guardian, AssentWithGuardian];

    /// <summary>Why no guardian can be asked; the names are the texts <c>consent.no_guardian.{code}</c>.</summary>
    public static IReadOnlyList<string> ReasonsForNoGuardian { get; } = ["none_known", "not_reachable", "may_do_harm"];

    /// <summary>The kind alone: who it was belongs in no log.</summary>
    public override string ToString() => $"{Kind} •••";
}

/// <summary>How a consent was given.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="RecordedBy">Who heard it and wrote it down; needed for what was said, and for other forms.</param>
internal sealed record ConsentForm(string Kind, string RecordedBy = "")
{
    /// <summary>Said aloud.</summary>
    public const string Verbal = "verbal";

    /// <summary>Signed, or marked with a finger.</summary>
    public const string Signature = "signature";

    /// <summary>In another way, such as by signs.</summary>
    public const string Other = "other";

    /// <summary>All of them; the names are the texts <c>consent.form.{code}</c>.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Verbal, Signature, Other];
}
