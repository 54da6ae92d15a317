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

    /// <summary>Look at what was opened in an emergency, and judge it.</summary>
    public const string ReviewGlass = "cases.review_glass";

    /// <summary>Make one file of two that are of the same person, and take it back; each takes two people.</summary>
    public const string Merge = "cases.merge";

    /// <summary>Lift what a screening locked; it takes two people.</summary>
    public const string LiftLocks = "cases.lift_locks";

    /// <summary>Erase persons for good.</summary>
    public const string Erase = "cases.erase";

    /// <summary>Take a person's file out of the node.</summary>
    public const string Export = "cases.export";

    /// <summary>See who has seen a person's file.</summary>
    public const string Audit = "cases.audit";

    /// <summary>Approve plans, and decide whether a family may be split; never one's own.</summary>
    public const string Approve = "cases.approve";

    /// <summary>See figures of cases, small ones left out.</summary>
    public const string Statistics = "cases.statistics";

    /// <summary>Take records of persons without anything that says who they are out of the node, for statistics.</summary>
    public const string Deidentify = "cases.deidentify";

    /// <summary>Give registers for tracing what persons chose that they may have.</summary>
    public const string Trace = "cases.trace";

    /// <summary>Take cases of trafficking out of the node in the words of HTCDS, without anything that says who somebody is.</summary>
    public const string Htcds = "cases.htcds";

    /// <summary>Add further questions to the registration, and retire them.</summary>
    public const string Forms = "cases.forms";

    /// <summary>Work for migration control: it opens nothing, and keeps closed what is closed to migration control.</summary>
    public const string AsMigrationControl = "cases.as.migration_control";

    /// <summary>Work for the police: it opens nothing, and keeps closed what is closed to the police.</summary>
    public const string AsPolice = "cases.as.police";

    /// <summary>What kind of recipient somebody is by holding a right, whatever their agency has said.</summary>
    public static IReadOnlyDictionary<string, string> Kinds { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [AsMigrationControl] = "migration_control",
        [AsPolice] = "police",
        [Compartments.Right(Compartments.Consular)] = "consulate",
    };

    /// <summary>All of them, those that open a compartment included.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Register, Read, Edit, Screen, Refer, Supervise, BreakGlass, ReviewGlass, Merge, LiftLocks, Erase, Export, Audit, Approve, Statistics, Deidentify, Trace, Htcds, Forms, AsMigrationControl, AsPolice,
        .. Compartments.All.Append(Compartments.Safety).Append(Compartments.Photo).Select(Compartments.Right),
    ];
}
