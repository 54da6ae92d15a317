namespace Tambo.Cases.Screening;

/// <summary>Locks that two people lift together.</summary>
internal sealed record LockLift
{
    private LockLift(Locks locks, string reviewer) => (Locks, SecondReviewer) = (locks, reviewer);

    /// <summary>What is lifted.</summary>
    public Locks Locks { get; }

    /// <summary>Who looked at it as the second person.</summary>
    public string SecondReviewer { get; }

    /// <summary>A lift of locks, which needs somebody else than the one who asks for it.</summary>
    /// <exception cref="ArgumentException">Nobody is named, the same person is, or nothing is lifted.</exception>
    internal static LockLift Of(Locks locks, string by, string secondReviewer)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(secondReviewer);
        if (string.Equals(by.Trim(), secondReviewer.Trim(), StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException("The second reviewer is somebody else.", nameof(secondReviewer));
        if (locks == Locks.None)
            throw new ArgumentException("Nothing is lifted.", nameof(locks));
        return new LockLift(locks, secondReviewer);
    }
}

/// <summary>What a person decided other than the rules; it stands beside their result and never instead of it.</summary>
internal sealed record ScreeningOverride
{
    private ScreeningOverride(string by, string why, Urgency urgency, LockLift? lift) => (By, Why, Urgency, Lift) = (by, why, urgency, lift);

    /// <summary>Who decided.</summary>
    public string By { get; }

    /// <summary>Why.</summary>
    public string Why { get; }

    /// <summary>The urgency that counts from now on.</summary>
    public Urgency Urgency { get; }

    /// <summary>The locks that are lifted, with who reviewed it; none without a second reviewer.</summary>
    public LockLift? Lift { get; }

    /// <summary>Another urgency; locks stay.</summary>
    /// <exception cref="ArgumentException">Nobody or no reason is named.</exception>
    public static ScreeningOverride Of(string by, string why, Urgency urgency)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        ArgumentException.ThrowIfNullOrWhiteSpace(why);
        return new ScreeningOverride(by, why, urgency, null);
    }

    /// <summary>Another urgency, and locks lifted by two people.</summary>
    /// <exception cref="ArgumentException">Nobody, no reason or no second person is named.</exception>
    public static ScreeningOverride Of(string by, string why, Urgency urgency, Locks lifts, string secondReviewer) =>
        new(by, Of(by, why, urgency).Why, urgency, LockLift.Of(lifts, by, secondReviewer));
}

/// <summary>A result with what a person decided beside it.</summary>
/// <param name="Computed">What the rules say.</param>
/// <param name="Override">What was decided otherwise; null when nothing was.</param>
internal sealed record DecidedScreening(ScreenResult Computed, ScreeningOverride? Override = null)
{
    /// <summary>The urgency that counts.</summary>
    public Urgency Urgency => Override?.Urgency ?? Computed.Urgency;

    /// <summary>The locks that stand.</summary>
    public Locks Locks => Computed.Locks & ~(Override?.Lift?.Locks ?? Locks.None);
}
