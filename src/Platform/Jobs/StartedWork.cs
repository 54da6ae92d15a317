using Tambo.Platform.Access;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Jobs;

/// <summary>How far work has come.</summary>
/// <param name="Count">What a person counts: rows.</param>
/// <param name="Done">How much of <paramref name="Total"/> is done, in any unit.</param>
/// <param name="Total">How much there is; 0 when nobody knows.</param>
public readonly record struct WorkSoFar(long Count, long Done, long Total)
{
    /// <summary>Whole per cent, at most 100; null when nobody knows.</summary>
    public int? Percent => Total > 0 ? (int)Math.Min(100, 100 * Done / Total) : null;
}

/// <summary>Work that is to be started.</summary>
/// <param name="Kind">Dotted code of what is done, as <c>flows.import</c>.</param>
/// <param name="Subject">What it is done with: of one subject one is done at a time.</param>
/// <param name="Details">What pages tell of it, as its kind writes and reads it.</param>
public sealed record NewWork(string Kind, string Subject, string Details);

/// <summary>Work that is being done, as whoever does it sees it.</summary>
/// <param name="id">Which work.</param>
/// <param name="actor">For whom, outside of the request in which they asked.</param>
/// <param name="tell">Takes how far it is.</param>
public sealed class RunningWork(Guid id, Actor actor, Action<WorkSoFar> tell) : IProgress<WorkSoFar>
{
    /// <summary>Which work.</summary>
    public Guid Id => id;

    /// <summary>For whom.</summary>
    public Actor Actor => actor;

    /// <summary>True when somebody has asked that it stop; false while the node itself stops.</summary>
    public bool IsCancelled { get; internal set; }

    /// <inheritdoc />
    public void Report(WorkSoFar value) => tell(value);
}

/// <summary>Work that somebody has started, as every process of the node sees it.</summary>
public sealed record StartedWork
{
    /// <summary>Which work.</summary>
    public Guid Id { get; init; }

    /// <summary>What is done.</summary>
    public string Kind { get; init; } = "";

    /// <summary>With what.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What its kind wrote of it.</summary>
    public string Details { get; init; } = "";

    /// <summary>Who started it, as the audit names them.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>running, done, refused, cancelled or broken_off.</summary>
    public string State { get; init; } = "";

    /// <summary>What a person counts.</summary>
    public long Counted { get; init; }

    /// <summary>How much of <see cref="Total"/> is done.</summary>
    public long Done { get; init; }

    /// <summary>How much there is; 0 when nobody knows.</summary>
    public long Total { get; init; }

    /// <summary>True when somebody has asked that it stop.</summary>
    public bool Stopping { get; init; }

    /// <summary>What came of it, as its kind writes and reads it.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>True while it is being done.</summary>
    public bool IsRunning => State == "running";

    /// <summary>How far it is.</summary>
    public WorkSoFar SoFar => new(Counted, Done, Total);

    /// <summary>Why it was refused; null when it was not.</summary>
    public Problem? Refusal => State == "refused" ? StoredProblem.Read(Outcome) : null;
}
