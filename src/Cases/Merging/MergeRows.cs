using System.Text.Json;

namespace Tambo.Cases.Merging;

/// <summary>A merge as the table has it.</summary>
internal sealed record MergeRow
{
    public const string Proposed = "proposed";
    public const string Done = "done";
    public const string UndoAsked = "undo_asked";

    public Guid Id { get; init; }

    public Guid SurvivorId { get; init; }

    public Guid AbsorbedId { get; init; }

    public string State { get; init; } = Proposed;

    public int SurvivorVersion { get; init; }

    public int AbsorbedVersion { get; init; }

    public DateTimeOffset ProposedAt { get; init; }

    public string ProposedBy { get; init; } = "";

    public DateTimeOffset? DecidedAt { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? UndoAskedAt { get; init; }

    public string? UndoAskedBy { get; init; }

    public DateTimeOffset? UndoneAt { get; init; }

    public string? UndoneBy { get; init; }

    public int Version { get; init; } = 1;
}

/// <summary>What is sealed of a merge, under the key of the file that stays.</summary>
internal sealed record MergeContent
{
    /// <summary>What was picked, by field: survivor, absorbed, both.</summary>
    public IReadOnlyDictionary<string, string> Decisions { get; set; } = new Dictionary<string, string>();

    public string? Note { get; init; }

    /// <summary>What it takes to make two of it again; gone once that is done.</summary>
    public MergeMemory? Memory { get; init; }

    /// <summary>What stayed with the file when it was taken back.</summary>
    public IReadOnlyList<StayedWork> Stayed { get; set; } = [];

    public override string ToString() => "•••";
}

/// <summary>Something that was done after a merge and stays where it was done: a field, case, household, consent, screening or referral.</summary>
internal sealed record StayedWork(string Kind, string What);

/// <summary>How it was before.</summary>
internal sealed record MergeMemory
{
    /// <summary>The compartments of the file that stays: before (null when empty) and after.</summary>
    public IReadOnlyDictionary<string, JsonElement?> Before { get; set; } = new Dictionary<string, JsonElement?>();

    public IReadOnlyDictionary<string, JsonElement> After { get; set; } = new Dictionary<string, JsonElement>();

    /// <summary>The cases and households of the file that went.</summary>
    public IReadOnlyList<Membership> Moved { get; set; } = [];

    /// <summary>Everything that the file that stays had: what it has beside this was done since.</summary>
    public IReadOnlyList<Guid> Had { get; set; } = [];

    public override string ToString() => "•••";
}

/// <summary>A case, or a household with the day on which they joined; and whether the file that stays was in it too.</summary>
internal sealed record Membership(Guid Of, DateTimeOffset? JoinedAt, bool BothWere);
