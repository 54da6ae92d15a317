namespace Tambo.Cases.Register;

/// <summary>The states of a case, and which one follows which. There is no other way from one to another.</summary>
internal static class CaseStates
{
    public const string Identified = "identified";
    public const string Registered = "registered";
    public const string Assessed = "assessed";
    public const string Planned = "planned";
    public const string Active = "active";
    public const string Closing = "closing";
    public const string Closed = "closed";
    public const string Reopened = "reopened";

    /// <summary>What may follow each state.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Next { get; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        [Identified] = [Registered, Closing],
        [Registered] = [Assessed, Closing],
        [Assessed] = [Planned, Closing],
        // What was found out changes: a plan or an active case is assessed anew.
        [Planned] = [Active, Assessed, Closing],
        [Active] = [Assessed, Planned, Closing],
        [Closing] = [Active, Assessed, Closed],
        [Closed] = [Reopened],
        [Reopened] = [Assessed, Planned, Active, Closing],
    };

    /// <summary>True when a case goes from one state to another.</summary>
    public static bool May(string from, string to) => Next.TryGetValue(from, out var following) && following.Contains(to, StringComparer.Ordinal);
}
