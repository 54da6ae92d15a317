using System.Text.Json;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;

namespace Tambo.Cases.Exporting;

/// <summary>One file of a person: what is kept in it, by compartment, and every record that hangs on it.</summary>
internal record ExportedFile
{
    public required Guid Id { get; init; }

    public required string Ref { get; init; }

    /// <summary>What is kept, by compartment.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Kept { get; init; }

    public required IReadOnlyList<ExportedCase> Cases { get; init; }

    /// <summary>What the person said of how they are related to others; who the others are is theirs.</summary>
    public required IReadOnlyList<JsonElement> Relations { get; init; }

    /// <summary>Consents, screenings, referrals and whatever else is kept, by kind.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<ExportedRecord>> Records { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Everything that is kept of one person, as it is handed to them.</summary>
internal sealed record PersonExport : ExportedFile
{

    public Guid? Agency { get; init; }

    public string? Area { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>True of a file for the person's own request: all that is open to whoever gives it out. False when something was left out that may not leave this way.</summary>
    public required bool Complete { get; init; }

    /// <summary>The same in words: of every whole file the same ones, so that they tell nothing of what else there may be.</summary>
    public required string Note { get; init; }

    /// <summary>Files that were merged into this one, as they were kept; null where none were or none may leave.</summary>
    public IReadOnlyList<ExportedFile>? Merged { get; init; }

    /// <summary>Who has seen the file; null where whoever exports may not know.</summary>
    public IReadOnlyList<FileReader>? SeenBy { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A case of the person. What was written of several people at once is not repeated.</summary>
internal sealed record ExportedCase
{
    public required Guid Id { get; init; }

    public required string Ref { get; init; }

    public required string State { get; init; }

    public string? Type { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public IReadOnlyList<string> Profiles { get; init; } = [];

    public string? Note { get; init; }

    public Closure? Closure { get; init; }

    public string? ReopenedBecause { get; init; }

    public bool OfSeveral { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What the page of an export says.</summary>
public sealed record ExportView
{
    /// <summary>The reference of the person.</summary>
    public required string Ref { get; init; }

    /// <summary>When it was written, in words.</summary>
    public required string At { get; init; }

    /// <summary>What it is: all that is open to whoever gave it out, or only what may leave in this way.</summary>
    public required string Note { get; init; }

    /// <summary>What is kept, as names and values.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The cases: what each is, and what was written of it.</summary>
    public required IReadOnlyList<(string Line, string Written)> Cases { get; init; }

    /// <summary>Consents, screenings, referrals: a title, and a line each.</summary>
    public required IReadOnlyList<(string Title, IReadOnlyList<string> Lines)> Records { get; init; }

    /// <summary>Who has seen the file, one line each.</summary>
    public required IReadOnlyList<string> SeenBy { get; init; }

    /// <summary>All of it, word for word.</summary>
    public required string Whole { get; init; }
}
