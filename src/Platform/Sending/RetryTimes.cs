namespace Tambo.Platform.Sending;

/// <summary>When a message that could not be delivered is tried again.</summary>
internal static class RetryTimes
{
    /// <summary>After this many attempts, which take some two days, a message is dead.</summary>
    public const int MostAttempts = 16;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>
    /// Twice as long after each attempt, between half of that and all of it, so that what failed together does not come
    /// back together (full jitter would let some come back at once).
    /// </summary>
    /// <param name="attempts">Attempts made, at least 1.</param>
    /// <param name="chance">A random number from 0 to 1.</param>
    public static TimeSpan After(int attempts, double chance)
    {
        var whole = Math.Min(First.TotalSeconds * Math.Pow(2, attempts - 1), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (chance / 2)));
    }
}
