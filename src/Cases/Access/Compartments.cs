namespace Tambo.Cases.Access;

/// <summary>
/// The compartments of a file. Each is sealed by itself and opened by a right of its own, so that whoever helps with one
/// need never learns of another.
/// </summary>
internal static class Compartments
{
    public const string Identity = "identity";
    public const string General = "general";
    public const string Health = "health";

    /// <summary>Gender-based violence and trafficking.</summary>
    public const string Violence = "violence";

    public const string Lgbti = "lgbti";
    public const string Asylum = "asylum";
    public const string Child = "child";
    public const string Tracing = "tracing";
    public const string Consular = "consular";

    /// <summary>All of them, in the order in which a file shows them.</summary>
    public static IReadOnlyList<string> All { get; } = [Identity, General, Health, Violence, Lgbti, Asylum, Child, Tracing, Consular];

    /// <summary>The right that opens a compartment.</summary>
    public static string Right(string compartment) => "cases.see." + compartment;
}
