namespace Tambo.Cases.Register;

/// <summary>
/// Who of those whose rights reach a case see it. It stands in the clear beside urgency, for lists and counts ask it of every case;
/// it is an instruction and says nothing of what the case is about.
/// </summary>
internal static class Confidentiality
{
    /// <summary>All whose rights reach it.</summary>
    public const string Standard = "standard";

    /// <summary>Only whoever looks after it, the team that it was given to, and those who supervise where it lies.</summary>
    public const string Restricted = "restricted";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Standard, Restricted];

    /// <summary>The level of a row.</summary>
    public static string Of(bool restricted) => restricted ? Restricted : Standard;
}
