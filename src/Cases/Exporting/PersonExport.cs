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

    /// <summary>The households and groups that they are in, with how they are related to others of them.</summary>
    public IReadOnlyList<ExportedHousehold> Households { get; init; } = [];

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

    /// <summary>The picture; null when there is none, or none was asked for or may leave.</summary>
    public ExportedPhoto? Photo { get; init; }
    /// <summary>The same in words: of every whole file the same ones, so that they tell nothing of what else there may be.</summary>
    public required string Note { get; init; }

    /// <summary>Files that were merged into this one, as they were kept; null where none were or none may leave.</summary>
    public IReadOnlyList<ExportedFile>? Merged { get; init; }

    /// <summary>Who has seen the file; null where whoever exports may not know.</summary>
    public IReadOnlyList<FileReader>? SeenBy { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A household or group of the person.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Kind">household, travelling_group.</param>
/// <param name="JoinedAt">Since when they are in it.</param>
/// <param name="Relations">How they are related to others of it; nobody else who is in it is named, or counted.</param>
internal sealed record ExportedHousehold(Guid Id, string Kind, DateTimeOffset JoinedAt, IReadOnlyList<ExportedRelation> Relations)
{
    public override string ToString() => "•••";
}

/// <summary>How the person is related to somebody, said of the person.</summary>
/// <param name="As">As they say it: child_of, parent_of, …</param>
/// <param name="VerifiedBy">How that is known.</param>
/// <param name="Name">Of whom, where whoever writes the export sees them; null otherwise.</param>
internal sealed record ExportedRelation(string As, string VerifiedBy, string? Name)
{
    /// <summary>On what the care for a child rests; null where nothing was said, or that is closed.</summary>
    public string? LegalBasis { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A picture as it is handed over.</summary>
/// <param name="MediaType">What it is.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record ExportedPhoto(string MediaType, byte[] Data)
{
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

    /// <summary>Who of those whose rights reach it sees it.</summary>
    public string Confidentiality { get; init; } = Register.Confidentiality.Standard;

    /// <summary>Approvals of assessment and closure.</summary>
    public IReadOnlyList<CaseApproval> Approvals { get; init; } = [];

    /// <summary>What was found and decided about their best interests.</summary>
    public BestInterests? BestInterests { get; init; }

    /// <summary>Who represents them, and who did before.</summary>
    public IReadOnlyList<Representative> Representatives { get; init; } = [];

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

    /// <summary>Households and groups: what each is, and how they are related to others of it, a line each.</summary>
    public IReadOnlyList<(string Title, IReadOnlyList<string> Lines)> Households { get; init; } = [];

    /// <summary>The picture as an address that holds it; null without one.</summary>
    public string? Picture { get; init; }

    /// <summary>Consents, screenings, referrals: a title, and a line each.</summary>
    public required IReadOnlyList<(string Title, IReadOnlyList<string> Lines)> Records { get; init; }

    /// <summary>Who has seen the file, one line each.</summary>
    public required IReadOnlyList<string> SeenBy { get; init; }

    /// <summary>All of it, word for word.</summary>
    public required string Whole { get; init; }
}
