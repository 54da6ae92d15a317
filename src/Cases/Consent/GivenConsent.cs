namespace Tambo.Cases.Consent;

/// <summary>
/// What a person agreed to: one purpose, what of their file to whom for what, and to whom never. A later consent does not
/// change an earlier one; it stands beside it until one of them ends.
/// </summary>
internal sealed record GivenConsent
{
    /// <summary>The basis of a consent that carries disclosures; any other is written down and carries none.</summary>
    public const string ConsentItself = "consent";

    /// <summary>Its key.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose data it is about.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>Who gave it.</summary>
    public required ConsentGiver GivenBy { get; init; }

    /// <summary>True when notes say that the person cannot decide alone: very young, unconscious, or otherwise.</summary>
    public bool CapacityNoted { get; init; }

    /// <summary>What was seen of how far the person can decide; empty when nothing was written.</summary>
    public string CapacityNote { get; set; } = "";

    /// <summary>How it was given.</summary>
    public required ConsentForm Form { get; init; }

    /// <summary>The language in which the person was told.</summary>
    public required string Language { get; init; }

    /// <summary>Who interpreted, or empty when nobody had to.</summary>
    public string Interpreter { get; init; } = "";

    /// <summary>Which wording of the notice the person was told, <see cref="NoticeWording"/>.</summary>
    public required string NoticeVersion { get; init; }

    /// <summary>The points that were explained, out of <see cref="NoticeWording.Points"/>.</summary>
    public required IReadOnlyList<string> Explained { get; init; }

    /// <summary>True when the person was told that help does not depend on it.</summary>
    public required bool FreeToRefuse { get; init; }

    /// <summary>What for.</summary>
    public required string Purpose { get; init; }

    /// <summary>True when this was asked for alone, after everything else.</summary>
    public bool AskedApart { get; init; }

    /// <summary>What of the file, to whom, to do what.</summary>
    public required IReadOnlyList<ConsentScope> Scopes { get; init; }

    /// <summary>To whom never.</summary>
    public IReadOnlyList<Exclusion> Exclusions { get; init; } = [];

    /// <summary>True when the person agreed to nothing and said to whom never: whoever refuses everything can do that too.</summary>
    public bool Refuses { get; init; }

    /// <summary>On what the use of the data rests: <c>consent</c>, or the code of a legal basis of which the person was told.</summary>
    public string LegalBasis { get; init; } = ConsentItself;

    /// <summary>Since when it holds.</summary>
    public required DateTimeOffset GrantedAt { get; init; }

    /// <summary>From when it no longer holds.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the person took it back.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>How it stands at a moment.</summary>
    public ConsentStanding StandingAt(DateTimeOffset now) =>
        WithdrawnAt <= now ? ConsentStanding.Withdrawn
        : now >= ExpiresAt ? ConsentStanding.Expired
        : now < GrantedAt ? ConsentStanding.NotYet
        : ConsentStanding.InForce;

    /// <summary>Its key alone: what is in it belongs in no log.</summary>
    public override string ToString() => $"consent {Id:D}";
}

/// <summary>How a consent stands at a moment.</summary>
internal enum ConsentStanding
{
    /// <summary>It begins later.</summary>
    NotYet,

    /// <summary>It holds.</summary>
    InForce,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The person took it back.</summary>
    Withdrawn,
}
