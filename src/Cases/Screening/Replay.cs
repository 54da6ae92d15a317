namespace Tambo.Cases.Screening;

/// <summary>What stored answers say under other instruments than those they were given to.</summary>
/// <param name="Before">What they say under the former ones.</param>
/// <param name="After">What they say under the newer ones.</param>
/// <param name="NotCarried">Answers that the newer ones cannot read, each with why; the screening must be asked again for them.</param>
internal sealed record ReplayDifference(ScreenResult Before, ScreenResult After, IReadOnlyList<(StoredAnswer Answer, string Why)> NotCarried)
{
    /// <summary>Rules that fire only under the newer instruments.</summary>
    public IReadOnlyList<Rule> RulesGained => [.. Without(After, Before)];

    /// <summary>Rules that fired only under the former ones.</summary>
    public IReadOnlyList<Rule> RulesLost => [.. Without(Before, After)];

    /// <summary>Rules that fire under both, in different versions.</summary>
    public IReadOnlyList<(Rule Before, Rule After)> RulesChanged =>
        [.. Before.Fired.Select(fired => fired.Rule).Join(After.Fired.Select(fired => fired.Rule), rule => rule.Id, rule => rule.Id, (before, after) => (before, after)).Where(pair => pair.before.Version != pair.after.Version)];

    /// <summary>Profiles that show, or show more surely, only under the newer instruments.</summary>
    public IReadOnlyList<ShownProfile> ProfilesGained => [.. After.Profiles.Except(Before.Profiles)];

    /// <summary>Profiles that showed, or showed more surely, only under the former ones.</summary>
    public IReadOnlyList<ShownProfile> ProfilesLost => [.. Before.Profiles.Except(After.Profiles)];

    /// <summary>What the newer instruments lock besides.</summary>
    public Locks LocksGained => After.Locks & ~Before.Locks;

    /// <summary>What they would no longer lock.</summary>
    public Locks LocksLost => Before.Locks & ~After.Locks;

    /// <summary>True when a person should look before the newer result counts: it helps less, or answers were left behind.</summary>
    public bool NeedsReview => After.Urgency < Before.Urgency || LocksLost != Locks.None || ProfilesLost.Count > 0 || NotCarried.Count > 0;

    /// <summary>True when both say the same.</summary>
    public bool IsSame =>
        NotCarried.Count == 0 && After.Urgency == Before.Urgency && After.Locks == Before.Locks
        && RulesGained.Count == 0 && RulesLost.Count == 0 && RulesChanged.Count == 0 && After.Profiles.SequenceEqual(Before.Profiles) && After.Pathways.SequenceEqual(Before.Pathways, StringComparer.Ordinal);

    private static IEnumerable<Rule> Without(ScreenResult one, ScreenResult other)
    {
        var known = other.Fired.Select(fired => fired.Rule.Id).ToHashSet(StringComparer.Ordinal);
        return one.Fired.Select(fired => fired.Rule).Where(rule => !known.Contains(rule.Id));
    }
}

/// <summary>Evaluates stored answers again.</summary>
internal static class Replay
{
    /// <summary>What has changed for these answers between two sets of instruments.</summary>
    /// <param name="before">The instruments that the answers were given to.</param>
    /// <param name="after">The newer ones.</param>
    /// <param name="answers">The answers as they are kept.</param>
    /// <param name="facts">The facts of then.</param>
    /// <exception cref="ArgumentException">The former instruments cannot read an answer.</exception>
    public static ReplayDifference Under(InstrumentSet before, InstrumentSet after, IReadOnlyList<StoredAnswer> answers, in Facts facts)
    {
        var faults = answers.Select(after.Fault).ToList();
        return new ReplayDifference(
            Screen.Evaluate(before, [.. answers.Select(before.Read)], facts),
            Screen.Evaluate(after, [.. answers.Where((_, at) => faults[at] is null).Select(after.Read)], facts),
            [.. answers.Select((answer, at) => (answer, faults[at])).Where(pair => pair.Item2 is not null).Select(pair => (pair.answer, pair.Item2!))]);
    }
}
