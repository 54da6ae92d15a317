using Tambo.Cases.Consent;
using Tambo.Platform.Access;

namespace Tambo.Cases.Disclosure;

/// <summary>Who would see data: a user of a node, or an organisation that it would go to.</summary>
internal sealed record Reader
{
    /// <summary>The country of those who belong to no state (UN M49: 001, the world).</summary>
    public const string NoState = "001";

    /// <summary>The key of the user or of the organisation.</summary>
    public required string Id { get; init; }

    /// <summary>True for a user, who needs rights; an organisation has none.</summary>
    public required bool IsUser { get; init; }

    /// <summary>The user's agency.</summary>
    public string? Agency { get; init; }

    /// <summary>Their node.</summary>
    public required string Node { get; init; }

    /// <summary>What kinds of recipient they are.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>What else they may be, as long as nobody has said what they are.</summary>
    public IReadOnlyList<string> MayBe { get; init; } = [];

    /// <summary>The country they act for or belong to, <see cref="NoState"/>, or null when nobody knows.</summary>
    public string? Country { get; init; }

    /// <summary>What a user may do, and where.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>True for the people of the agency that looks after a person, in its own node.</summary>
    public bool LooksAfter(PersonFacts person) => IsUser && Node == person.Node && Agency == person.Agency;

    /// <summary>
    /// True when a user holds a right. Only rights that are named count: what a job or the console may do in general opens no
    /// file.
    /// </summary>
    public bool Holds(string right) => IsUser && Grants.Any(grant => grant.Permission == right);

    /// <summary>True when a user holds a right where the person is looked after.</summary>
    public bool HoldsFor(string right, PersonFacts person) =>
        IsUser && Grants.Any(grant => grant.Permission == right && grant.Scope.Kind switch
        {
            "node" => true,
            "agency" => grant.Scope.Id == person.Agency,
            "team" => person.Team is { } team && grant.Scope.Id == team,
            "place" => person.Areas.Contains(grant.Scope.Id),
            "own" => person.CaseWorkers.Contains(Id),
            _ => false,
        });

    /// <summary>True when a scope means them.</summary>
    public bool IsMeantBy(RecipientName name) => name.Kind switch
    {
        RecipientName.OfClass => Classes.Contains(name.Code),
        RecipientName.One => Id == name.Code || Agency == name.Code,
        // What a register calls itself is typed: by its capitals alone nobody is told from another.
        RecipientName.Named => !IsUser && string.Equals(Id.Trim(), name.Code, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>True when an exclusion means them; of an authority of a country that nobody knows, it does.</summary>
    public bool IsExcludedBy(RecipientName name, Vocabulary vocabulary) =>
        name.Kind == RecipientName.OfCountry
            ? Classes.Any(code => vocabulary.FindClass(code)?.Authority == true) && (Country is null || CountryCodes.Same(Country, name.Code))
            : IsMeantBy(name);

    /// <summary>True when an exclusion would mean them if they were what they may be, and does not mean what they are known to be.</summary>
    public bool MayBeExcludedBy(RecipientName name, Vocabulary vocabulary) =>
        MayBe.Count > 0 && !IsExcludedBy(name, vocabulary) && (this with { Classes = [.. Classes, .. MayBe] }).IsExcludedBy(name, vocabulary);
}
