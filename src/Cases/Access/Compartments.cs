namespace Tambo.Cases.Access;

/// <summary>
/// The compartments of a file. Each is sealed by itself and opened by a right of its own, so that whoever helps with one
/// need never learns of another.
/// </summary>
internal static class Compartments
{
    /// <summary>Names, documents, contact: what says who somebody is.</summary>
    public const string Identity = "identity";

    /// <summary>What help needs to know of anybody: age band, sex, language, needs.</summary>
    public const string General = "general";

    /// <summary>Illness, pregnancy, disability, treatment.</summary>
    public const string Health = "health";

    /// <summary>Gender-based violence, trafficking, torture.</summary>
    public const string Violence = "violence";

    /// <summary>What somebody said of their orientation or gender identity.</summary>
    public const string Lgbti = "lgbti";

    /// <summary>Fear of return, a claim for protection and what was said in it.</summary>
    public const string Asylum = "asylum";

    /// <summary>Care, guardians and best interests of a child.</summary>
    public const string Child = "child";

    /// <summary>Relatives who are looked for, or who look.</summary>
    public const string Tracing = "tracing";

    /// <summary>Dealings with a consulate.</summary>
    public const string Consular = "consular";

    /// <summary>How somebody in danger stays safe. It is part of no list, preview or export, and of no consent: whoever holds its right opens it by itself.</summary>
    public const string Safety = "safety";

    /// <summary>The picture of somebody. It is part of no list and of no preview, and of an export only when that names it: whoever holds its right opens it by itself.</summary>
    public const string Photo = "photo";

    /// <summary>All of a file, in the order in which it shows them; the safety plan and the picture are none of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Identity, General, Health, Violence, Lgbti, Asylum, Child, Tracing, Consular];

    /// <summary>The right that opens a compartment.</summary>
    public static string Right(string compartment) => "cases.see." + compartment;
}
