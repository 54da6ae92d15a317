using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Platform.Access;
using Tambo.Platform.Places;

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

    /// <summary>Other keys and names that they go by: an exclusion that says one of them means them, however it is spelt; a consent does not.</summary>
    public FoldedNames AlsoKnownAs { get; init; } = FoldedNames.None;

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

    /// <summary>True when a user holds a right where the person's own file lies.</summary>
    public bool HoldsFor(string right, PersonFacts person) => HoldsAt(right, person.Own);

    /// <summary>True when their grants let a user know of a person at all: by a file of theirs, or by a case whose kind they may know.</summary>
    public bool Reaches(PersonFacts person) => PlacesOf(person).Any();

    /// <summary>True when their grants open a compartment of a person, at one of the places by which they reach them.</summary>
    public bool Reaches(PersonFacts person, string compartment) => PlacesOf(person).Any(place => HoldsAt(Compartments.Right(compartment), place));

    /// <summary>True for those who act for a state.</summary>
    public bool IsAuthority(Vocabulary vocabulary) => Classes.Any(code => vocabulary.FindClass(code)?.Authority == true);

    /// <summary>True for those who act for a state abroad.</summary>
    public bool IsConsular(Vocabulary vocabulary) => Classes.Any(code => vocabulary.FindClass(code)?.Consular == true);

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
    public bool IsExcludedBy(RecipientName name, Vocabulary vocabulary) => name.Kind switch
    {
        RecipientName.OfCountry => IsAuthority(vocabulary) && (Country is null || CountryCodes.Same(Country, name.Code)),
        RecipientName.One or RecipientName.Named => IsMeantBy(name) || GoesBy(name.Code) || (name.Typed is { } typed && GoesBy(typed)),
        _ => IsMeantBy(name),
    };

    private bool GoesBy(string said) => Spelling.Fold(said) is { Length: > 0 } folded && (AlsoKnownAs.Has(folded) || Spelling.Fold(Id) == folded);

    /// <summary>True when an exclusion would mean them if they were what they may be, and does not mean what they are known to be.</summary>
    public bool MayBeExcludedBy(RecipientName name, Vocabulary vocabulary) =>
        MayBe.Count > 0 && !IsExcludedBy(name, vocabulary) && (this with { Classes = [.. Classes, .. MayBe] }).IsExcludedBy(name, vocabulary);

    private IEnumerable<PersonPlace> PlacesOf(PersonFacts person) => person.Further.Prepend(person.Own)
        .Where(place => HoldsAt(CasesRights.Read, place) && (place.Home is not { } home || HoldsAt(Compartments.Right(home), place)) && (!place.Restricted || IsNamedFor(place)));

    // Whoever looks after a restricted case, the team that it was given to, and those who supervise where it lies.
    private bool IsNamedFor(PersonPlace place) =>
        place.CaseWorkers.Contains(Id, StringComparer.Ordinal)
        || Grants.Any(grant => grant.Permission == CasesRights.Read && grant.Scope is { Kind: "team", Id.Length: > 0 } && grant.Scope.Id == place.Team)
        || HoldsAt(CasesRights.Supervise, place);

    // A team counts where the record lies with that very team, whatever agency holds it; what is unknown is never inside.
    private bool HoldsAt(string right, PersonPlace place) =>
        IsUser && Grants.Any(grant => grant.Permission == right && grant.Scope.Kind switch
        {
            "node" => true,
            "agency" => grant.Scope.Id.Length > 0 && grant.Scope.Id == place.Agency,
            "team" => grant.Scope.Id.Length > 0 && grant.Scope.Id == place.Team,
            "place" => grant.Scope.Id.Length > 0 && place.Areas.Contains(grant.Scope.Id, StringComparer.Ordinal),
            "own" => place.CaseWorkers.Contains(Id, StringComparer.Ordinal),
            _ => false,
        });
}
