namespace Tambo.Cases;

/// <summary>Who may do what with persons and cases.</summary>
internal static class CasesRights
{
    /// <summary>Register persons, their households and consent.</summary>
    public const string Register = "cases.register";

    /// <summary>See persons and cases.</summary>
    public const string Read = "cases.read";

    /// <summary>Screen persons.</summary>
    public const string Screen = "cases.screen";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Register, Read, Screen];
}
