using Tambo.Cases.Access;

namespace Tambo.Cases;

/// <summary>Who may do what with persons and cases. Each right holds in a scope: own, team, agency, place or node.</summary>
internal static class CasesRights
{
    /// <summary>Register persons, their households and consent, and open cases.</summary>
    public const string Register = "cases.register";

    /// <summary>See that persons and cases are there; what is in them is opened compartment by compartment.</summary>
    public const string Read = "cases.read";

    /// <summary>Change persons and cases.</summary>
    public const string Edit = "cases.edit";

    /// <summary>Screen persons.</summary>
    public const string Screen = "cases.screen";

    /// <summary>Refer persons to services.</summary>
    public const string Refer = "cases.refer";

    /// <summary>Give cases to colleagues and look over their work.</summary>
    public const string Supervise = "cases.supervise";

    /// <summary>See one person beyond one's rights in an emergency, with a reason and for a time.</summary>
    public const string BreakGlass = "cases.break_glass";

    /// <summary>Erase persons for good.</summary>
    public const string Erase = "cases.erase";

    /// <summary>Take a person's file out of the node.</summary>
    public const string Export = "cases.export";

    /// <summary>See who has seen a person's file.</summary>
    public const string Audit = "cases.audit";

    /// <summary>Take records of persons without anything that says who they are out of the node, for statistics.</summary>
    public const string Deidentify = "cases.deidentify";

    /// <summary>Add further questions to the registration, and retire them.</summary>
    public const string Forms = "cases.forms";

    /// <summary>All of them, those that open a compartment included.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Register, Read, Edit, Screen, Refer, Supervise, BreakGlass, Erase, Export, Audit, Deidentify, Forms, .. Compartments.All.Select(Compartments.Right)];
}
