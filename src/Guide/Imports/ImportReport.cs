using System.Text.Json.Serialization;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Imports;

/// <summary>What an import did, or would do, with one record.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportOutcome>))]
public enum ImportOutcome
{
    /// <summary>New to the directory.</summary>
    Added,

    /// <summary>The source says something else than last time.</summary>
    Changed,

    /// <summary>The source says something else, and so does somebody here, if only that it is out: left as it is, for a person to compare.</summary>
    Kept,

    /// <summary>In the directory from this source, and no longer in the source.</summary>
    Vanished,

    /// <summary>Vanished, and taken out of the directory as asked.</summary>
    Retired,
}

/// <summary>One record of the report.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Kind">The kind of record.</param>
/// <param name="Id">Its identifier here.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Line">Its line in the file; 0 for what is not in the file.</param>
public sealed record ImportedRecord(ImportOutcome Outcome, string Kind, Guid Id, string Name, int Line);

/// <summary>What an import did, or would do: the same for a dry run and for the import itself.</summary>
public sealed record ImportReport
{
    /// <summary>How many records of each outcome the report names; it counts all.</summary>
    public const int NamedPerOutcome = 500;

    /// <summary>The import; null for a dry run.</summary>
    public Guid? ImportId { get; init; }

    /// <summary>The set its identifiers belong to.</summary>
    public required string SourceSet { get; init; }

    /// <summary>True when nothing was written.</summary>
    public bool DryRun { get; init; }

    /// <summary>New records.</summary>
    public int Added { get; init; }

    /// <summary>Records replaced by what the source now says.</summary>
    public int Changed { get; init; }

    /// <summary>Records of which the source says what it said before.</summary>
    public int Unchanged { get; init; }

    /// <summary>Records that were edited or taken out here, or belong to another source, and stay as they are.</summary>
    public int Kept { get; init; }

    /// <summary>Records no longer in the source.</summary>
    public int Vanished { get; init; }

    /// <summary>Those of them taken out.</summary>
    public int Retired { get; init; }

    /// <summary>How many records were left out.</summary>
    public long Errors { get; init; }

    /// <summary>The services, places and organisations among them, by outcome.</summary>
    public IReadOnlyList<ImportedRecord> Records { get; init; } = [];

    /// <summary>What was not in order, by line; the first of each kind.</summary>
    public IReadOnlyList<RowIssue> Issues { get; init; } = [];

    /// <summary>How often each issue was met.</summary>
    public IReadOnlyDictionary<string, long> IssueCounts { get; init; } = new Dictionary<string, long>();

    /// <summary>One of its issues as a sentence in the reader's language.</summary>
    public static string Sentence(RowIssue issue, Texts texts) => ImportIssues.Sentence(issue, texts);
}
