namespace Tambo.Cases.Disclosure;

/// <summary>What a decision needs to know of a person, and no more.</summary>
internal sealed record PersonFacts
{
    /// <summary>Their key.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>The node that holds the file.</summary>
    public required string Node { get; init; }

    /// <summary>The agency that looks after them.</summary>
    public required string Agency { get; init; }

    /// <summary>Its team, where there is one.</summary>
    public string? Team { get; init; }

    /// <summary>The users to whom the case is given.</summary>
    public IReadOnlyList<string> CaseWorkers { get; init; } = [];

    /// <summary>The area where they are looked after, and every area that contains it.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>True when they are under 18, or may be.</summary>
    public bool TreatedAsChild { get; init; }

    /// <summary>True when they said, or a screening found, that they need protection from their country.</summary>
    public bool ProtectionNeed { get; init; }

    /// <summary>The nationalities they have or claim.</summary>
    public IReadOnlyList<string> Nationalities { get; init; } = [];

    /// <summary>The countries they come from or fled, where these are others.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>True when they asked that their consulate be told (VCCR art. 36(1)(b): only then).</summary>
    public bool AskedForConsulate { get; init; }
}
