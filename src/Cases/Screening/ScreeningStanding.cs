namespace Tambo.Cases.Screening;

/// <summary>What somebody decided about a screening later: another urgency, or profiles that show or do not.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Urgency">emergency, urgent, normal; null when it stays.</param>
/// <param name="Added">Profiles that show although no rule says so.</param>
/// <param name="Removed">Profiles that a rule shows and that do not hold.</param>
/// <param name="Reason">Why.</param>
internal sealed record KeptDecision(string By, DateTimeOffset At, string? Urgency, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, string Reason)
{
    public override string ToString() => "•••";
}

/// <summary>Locks that somebody asks to lift; a second person decides.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Locks">Which.</param>
/// <param name="By">Who asks.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why.</param>
/// <param name="State">asked, lifted, declined.</param>
/// <param name="DecidedBy">The second person.</param>
/// <param name="DecidedAt">When they decided.</param>
/// <param name="Note">What they wrote.</param>
internal sealed record KeptLift(
    Guid Id, IReadOnlyList<string> Locks, string By, DateTimeOffset At, string Reason, string State = KeptLift.Asked, string? DecidedBy = null, DateTimeOffset? DecidedAt = null, string? Note = null)
{
    public const string Asked = "asked";
    public const string Lifted = "lifted";

    /// <summary>The signs of a claim for asylum that both of them knew of; null of a lift from before these were written down.</summary>
    public IReadOnlyList<string>? Knew { get; init; }

    /// <summary>True when it lifts a lock for a sign: one that came later, or that one of them could not see, locks on.</summary>
    public bool Answers(string locked, AsylumSign sign) => State == Lifted && Locks.Contains(locked, StringComparer.Ordinal)
        && (Knew is null ? sign.At <= DecidedAt : Knew.Contains(sign.Key, StringComparer.Ordinal));

    public override string ToString() => "•••";
}

/// <summary>What the answers said under later rules.</summary>
internal sealed record KeptReplay(string By, DateTimeOffset At, IReadOnlyDictionary<string, int> Instruments, KeptResult Result)
{
    public override string ToString() => "•••";
}

/// <summary>What counts of a screening: a pure function of what was computed and of what stands beside it.</summary>
/// <param name="Urgency">emergency, urgent, normal.</param>
/// <param name="Locks">What must not be done.</param>
/// <param name="Lifted">What two people have lifted since it was locked last.</param>
/// <param name="Profiles">What shows.</param>
internal sealed record ScreeningStanding(string Urgency, IReadOnlyList<string> Locks, IReadOnlyList<string> Lifted, IReadOnlyList<string> Profiles)
{
    private const string Need = "protection_need";
    private static readonly IReadOnlyList<string> MostUrgentFirst = ["emergency", "urgent", "normal"];

    /// <summary>
    /// What stands of a screening. A decision counts from when it was made; later rules only add: they make nothing less urgent and
    /// unlock nothing. Whoever needs protection is locked for, by rules or by an officer who says so; to say that they do not unlocks
    /// nothing. What is lifted stays so until it is locked again.
    /// </summary>
    public static ScreeningStanding Of(KeptScreening kept)
    {
        var urgency = kept.Override?.Urgency ?? kept.Result.Urgency;
        var profiles = kept.Result.Profiles.ToList();
        foreach (var (_, decided, replayed) in kept.Decisions.Select(one => (one.At, Decided: (KeptDecision?)one, Replayed: (KeptReplay?)null))
            .Concat(kept.Replays.Select(one => (one.At, Decided: (KeptDecision?)null, Replayed: (KeptReplay?)one))).OrderBy(one => one.At))
        {
            if (decided is not null)
            {
                urgency = decided.Urgency ?? urgency;
                profiles = [.. profiles.Except(decided.Removed, StringComparer.Ordinal).Union(decided.Added, StringComparer.Ordinal)];
            }
            else if (replayed is not null)
            {
                urgency = Rank(replayed.Result.Urgency) < Rank(urgency) ? replayed.Result.Urgency : urgency;
                profiles = [.. profiles.Union(replayed.Result.Profiles, StringComparer.Ordinal)];
            }
        }

        var locked = LockedAt(kept);
        var lifted = locked.Keys.Where(one => kept.Lifts.Any(lift => lift.State == KeptLift.Lifted && lift.Locks.Contains(one) && lift.At >= locked[one])).ToList();
        return new ScreeningStanding(urgency, [.. locked.Keys.Except(lifted, StringComparer.Ordinal)], lifted, profiles);
    }

    /// <summary>Each lock that was ever set, with when it was set last: what was locked after somebody asked to lift it, they did not know of.</summary>
    public static IReadOnlyDictionary<string, DateTimeOffset> LockedAt(KeptScreening kept)
    {
        var locked = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (at, locks, shown) in kept.Replays.Select(one => (one.At, one.Result.Locks, one.Result.Profiles))
            .Concat(kept.Decisions.Select(one => (one.At, (IReadOnlyList<string>)[], one.Added)))
            .Prepend((DateTimeOffset.MinValue, kept.Result.Locks, kept.Result.Profiles)).OrderBy(one => one.Item1))
        {
            foreach (var one in locks.Concat(shown.Contains(Need, StringComparer.Ordinal) ? StandingLocks.OfNeed : []))
                locked[one] = at;
        }

        return locked;
    }

    private static int Rank(string urgency) => MostUrgentFirst.ToList().IndexOf(urgency);
}
