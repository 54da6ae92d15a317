namespace Tambo.Guide.Feedback;

/// <summary>
/// Where a message lies and who reads it: the ordinary inbox, or the one of the protection focal point, with tables, a
/// key, a permission and pages of its own.
/// </summary>
internal sealed record Inbox(string Name, string Permission, string Root, string Purpose)
{
    /// <summary>Messages about services, for those who look after them; about pages, for those who look after the node.</summary>
    public static Inbox Ordinary { get; } = new("ordinary", "guide.feedback", "/staff/guide/feedback", "guide feedback");

    /// <summary>Messages of harm, for the protection focal point of the node alone.</summary>
    public static Inbox Sensitive { get; } = new("sensitive", "guide.feedback.sensitive", "/staff/guide/protection", "guide sensitive feedback");

    public bool IsSensitive => this == Sensitive;

    /// <summary>The other inbox.</summary>
    public Inbox Other => IsSensitive ? Ordinary : Sensitive;

    public static Inbox Of(FeedbackKind kind) => kind.Sensitive ? Sensitive : Ordinary;

    public static Inbox Named(string name) => name == Sensitive.Name ? Sensitive : Ordinary;

    /// <summary>A statement about the ordinary tables, as it is said of this inbox's, which have the same columns.</summary>
    public string Sql(string ofOrdinary) =>
        IsSensitive ? ofOrdinary.Replace("guide_feedback", "guide_sensitive_feedback", StringComparison.Ordinal) : ofOrdinary;
}
