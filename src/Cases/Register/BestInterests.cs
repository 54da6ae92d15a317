namespace Tambo.Cases.Register;

/// <summary>
/// The best interests procedure of the children of a case (UNHCR, Best Interests Procedure Guidelines, 2021): assessments by whoever looks
/// after the child, and determinations by a panel. What was found or decided before stays.
/// </summary>
internal sealed record BestInterests
{
    public IReadOnlyList<BestInterestsAssessment> Assessments { get; set; } = [];

    public IReadOnlyList<BestInterestsDetermination> Determinations { get; set; } = [];

    /// <summary>What an assessment may come to; the names are the texts <c>cases.child.outcome.{code}</c>.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = ["services", "tracing", "family_reunification", "care_arrangement", "determination_needed", "no_further_step"];

    /// <summary>What a panel may decide; the names are the texts <c>cases.child.decision.{code}</c>.</summary>
    public static IReadOnlyList<string> Decisions { get; } = ["return", "family_reunification", "stay", "other_country", "care_arrangement", "not_decided"];

    /// <summary>The decisions with which a child may be returned.</summary>
    public static IReadOnlyList<string> AllowReturn { get; } = ["return", "family_reunification"];

    public override string ToString() => "•••";
}

/// <summary>An assessment (BIA).</summary>
internal sealed record BestInterestsAssessment
{
    /// <summary>Of which child of the case.</summary>
    public required Guid Person { get; init; }

    /// <summary>The day.</summary>
    public required string On { get; init; }

    /// <summary>Who made it.</summary>
    public required string By { get; init; }

    /// <summary>One of <see cref="BestInterests.Outcomes"/>.</summary>
    public required string Outcome { get; init; }

    public string? Summary { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A determination (BID).</summary>
internal sealed record BestInterestsDetermination
{
    /// <summary>Of which child of the case.</summary>
    public required Guid Person { get; init; }

    /// <summary>The day.</summary>
    public required string On { get; init; }

    /// <summary>Who sat on the panel, by name or role; at least two.</summary>
    public required IReadOnlyList<string> Panel { get; init; }

    /// <summary>One of <see cref="BestInterests.Decisions"/>.</summary>
    public required string Decision { get; init; }

    public string? Summary { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A legal representative or guardian of a child.</summary>
internal sealed record Representative
{
    /// <summary>Of which child of the case.</summary>
    public required Guid Person { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="Roles"/>.</summary>
    public required string Role { get; init; }

    /// <summary>How they are reached.</summary>
    public string? Contact { get; init; }

    /// <summary>Who appointed them.</summary>
    public string? AppointedBy { get; init; }

    /// <summary>Since which day.</summary>
    public string? Since { get; init; }

    /// <summary>Until which day; null while they are it.</summary>
    public string? Until { get; init; }

    /// <summary>The names are the texts <c>cases.child.role.{code}</c>.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["guardian", "temporary_guardian", "legal_representative", "parent", "other"];

    /// <summary>True when one follows the other: a child has one guardian, for a time or for good, beside a lawyer and others.</summary>
    public static bool SameCharge(string one, string other) => one == other || (one is "guardian" or "temporary_guardian" && other is "guardian" or "temporary_guardian");

    public override string ToString() => "•••";
}

/// <summary>Whether a supervisor approved something of a case.</summary>
/// <param name="What">One of <see cref="ApproveCase.Whats"/>.</param>
/// <param name="State">asked, approved, returned; left when the case went on without it.</param>
/// <param name="AskedAt">When it was asked for.</param>
/// <param name="AskedBy">By whom.</param>
internal sealed record CaseApproval(string What, string State, DateTimeOffset AskedAt, string AskedBy)
{
    public string? Note { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? DecidedBy { get; init; }

    public string? Reason { get; init; }

    public override string ToString() => "•••";
}
