using Tambo.Platform.Problems;

namespace Tambo.Cases.Tracing;

/// <summary>Every way in which tracing refuses.</summary>
public static class TracingProblems
{
    /// <summary>The file is XML and no PFIF 1.4.</summary>
    public static readonly ProblemKind NoPfif = new("cases.tracing.no_pfif", 422);

    /// <summary>The file holds more records than are taken at once.</summary>
    public static readonly ProblemKind TooMany = new("cases.tracing.too_many", 422);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(TracingProblems));
}

/// <summary>What can be wrong with a record of another register; the text is <c>issue.&lt;code&gt;</c>.</summary>
internal static class TracingIssues
{
    /// <summary>The record does not say which it is: a domain, a slash and a name.</summary>
    public const string RecordUnnamed = "pfif_record_unnamed";

    /// <summary>The same record stands twice; the first is used.</summary>
    public const string RecordTwice = "pfif_record_twice";

    /// <summary>The record is this node's own; it is left out.</summary>
    public const string RecordOwn = "pfif_record_own";

    /// <summary>Something is missing that every record has to say.</summary>
    public const string FieldMissing = "pfif_field_missing";

    /// <summary>A field that the format does not know; it is left out.</summary>
    public const string FieldUnknown = "pfif_field_unknown";

    /// <summary>A field stands twice; the first is used.</summary>
    public const string FieldTwice = "pfif_field_twice";

    /// <summary>A value that the format does not allow; it is left out.</summary>
    public const string ValueUnfit = "pfif_value_unfit";
}
