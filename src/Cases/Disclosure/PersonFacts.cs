using Tambo.Platform.Access;

namespace Tambo.Cases.Disclosure;

/// <summary>A place by which somebody is reached: where a file of theirs lies, or one of their cases.</summary>
internal sealed record PersonPlace
{
    /// <summary>The agency that holds it; empty where none does.</summary>
    public required string Agency { get; init; }

    /// <summary>Its team, where there is one.</summary>
    public string? Team { get; init; }

    /// <summary>The users to whom it is given.</summary>
    public IReadOnlyList<string> CaseWorkers { get; init; } = [];

    /// <summary>The area where it lies, and every area that contains it.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>The compartment that the kind of a case belongs to: whoever may not see that one does not see that there is a case. Null of a file.</summary>
    public string? Home { get; init; }

    /// <summary>True of a case that is only for whoever looks after it, their team and those who supervise it.</summary>
    public bool Restricted { get; init; }

    /// <summary>The place of a record.</summary>
    public static PersonPlace Of(RecordPlace place, string? home = null, bool restricted = false) => new()
    {
        Agency = place.Agency?.ToString("D") ?? "",
        Team = place.Team?.ToString("D"),
        CaseWorkers = place.Owner is { } owner ? [owner.ToString("D")] : [],
        Areas = place.Areas,
        Home = home,
        Restricted = restricted,
    };
}

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

    /// <summary>Where else they are reached: the files that were merged into theirs, and their cases.</summary>
    public IReadOnlyList<PersonPlace> Further { get; init; } = [];

    /// <summary>Where their own file lies.</summary>
    public PersonPlace Own => new() { Agency = Agency, Team = Team, CaseWorkers = CaseWorkers, Areas = Areas };

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
