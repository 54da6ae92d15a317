namespace Tambo.Cases.Register;

/// <summary>How urgent a case is, and by when somebody first stands by the person.</summary>
internal static class Urgency
{
    public const string Emergency = "Emergency";
    public const string Urgent = "Urgent";
    public const string Normal = "Normal";

    // First contact, by the inter-agency referral form: within 24 hours, 72 hours, two weeks.
    private static readonly (string Code, TimeSpan Due)[] All = [(Emergency, TimeSpan.FromHours(24)), (Urgent, TimeSpan.FromHours(72)), (Normal, TimeSpan.FromDays(14))];

    /// <summary>Its place in the order, the most urgent first; -1 for no such urgency.</summary>
    public static int RankOf(string code) => Array.FindIndex(All, urgency => urgency.Code == code);

    /// <summary>The urgency at a place of the order.</summary>
    public static string At(int rank) => All[rank].Code;

    /// <summary>By when, counted from now.</summary>
    public static DateTimeOffset Due(int rank, DateTimeOffset now) => now + All[rank].Due;
}
