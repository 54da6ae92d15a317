namespace Tambo.Cases.Detention;

/// <summary>A notice of detention as it is sent.</summary>
internal sealed record SentDetention
{
    /// <summary>Who is detained; the person of the case when left out.</summary>
    public Guid? Person { get; init; }

    public string Place { get; set; } = "";

    public string Authority { get; set; } = "";

    public DateTimeOffset? Since { get; init; }

    /// <summary>How it is known: person, family, authority, lawyer, visit, other.</summary>
    public string Source { get; set; } = "other";

    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What was done since.</summary>
internal sealed record DetentionStep(string Act, DateTimeOffset At, string? Note)
{
    public override string ToString() => "•••";
}

/// <summary>What is sealed of a detention.</summary>
internal sealed record DetentionContent
{
    public string Place { get; set; } = "";

    public string Authority { get; set; } = "";

    public DateTimeOffset Since { get; init; }

    public string Source { get; set; } = "other";

    public string? Note { get; init; }

    /// <summary>True when the person is a child, or may be.</summary>
    public bool IsChild { get; init; }

    /// <summary>True once the person was told that they may ask for their consulate.</summary>
    public bool ToldRight { get; init; }

    /// <summary>yes, no; null while the person has not said.</summary>
    public string? ConsulateWanted { get; init; }

    public IReadOnlyList<DetentionStep> Steps { get; set; } = [];

    /// <summary>How it ended: released, alternative, transferred, removed, other.</summary>
    public string? Outcome { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A step as it is sent.</summary>
internal sealed record SentDetentionStep
{
    /// <summary>told_right, consulate_wanted, consulate_declined, legal_help, alternatives, review, end.</summary>
    public string Act { get; set; } = "";

    public string? Note { get; init; }

    /// <summary>The next review, for a review.</summary>
    public DateTimeOffset? NextReview { get; init; }

    /// <summary>How it ended, for the end.</summary>
    public string? Outcome { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A detention as it is shown.</summary>
internal sealed record ShownDetention(Guid Id, Guid Person, string State, int Version, DateTimeOffset? ReviewDueAt, bool Late, DetentionContent? Detention)
{
    public override string ToString() => "•••";
}
