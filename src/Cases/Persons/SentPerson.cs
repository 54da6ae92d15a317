using Tambo.Cases.Access;

namespace Tambo.Cases.Persons;

/// <summary>A person as an officer's device or a program sends them. A compartment that is left out is not touched.</summary>
internal sealed record SentPerson
{
    public PersonIdentity? Identity { get; init; }

    public PersonGeneral? General { get; init; }

    public CompartmentNotes? Health { get; init; }

    public CompartmentNotes? Violence { get; init; }

    public CompartmentNotes? Lgbti { get; init; }

    public CompartmentNotes? Asylum { get; init; }

    public CompartmentNotes? Child { get; init; }

    public CompartmentNotes? Tracing { get; init; }

    public CompartmentNotes? Consular { get; init; }

    /// <summary>Where they are, as an area's or a country's code.</summary>
    public string? Area { get; init; }

    /// <summary>Whose record it is, when the sender works for several agencies.</summary>
    public Guid? Agency { get; init; }

    public Guid? Team { get; init; }

    /// <summary>The compartments that were sent, with their contents.</summary>
    public IReadOnlyDictionary<string, object> Contents => new (string Name, object? Content)[]
    {
        (Compartments.Identity, Identity),
        (Compartments.General, General),
        (Compartments.Health, Health),
        (Compartments.Violence, Violence),
        (Compartments.Lgbti, Lgbti),
        (Compartments.Asylum, Asylum),
        (Compartments.Child, Child),
        (Compartments.Tracing, Tracing),
        (Compartments.Consular, Consular),
    }.Where(one => one.Content is not null).ToDictionary(one => one.Name, one => one.Content!, StringComparer.Ordinal);

    /// <summary>What is wrong with it, by field.</summary>
    public void LookOver(DateOnly today, List<(string Field, Platform.Problems.ProblemKind Kind)> wrong)
    {
        if (Identity is not null)
            PersonChecks.Of(Identity, today, wrong);
        if (General is not null)
            PersonChecks.Of(General, wrong);
        if (Area is not null && CaseAreas.Find(Area) is null)
            wrong.Add(("area", CasesProblems.AreaUnknown));
    }

    public override string ToString() => "•••";
}
