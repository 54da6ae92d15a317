namespace Tambo.Platform.Access.SignIn;

/// <summary>How many wrong attempts are borne before waiting is asked for.</summary>
/// <param name="Borne">Attempts without any waiting.</param>
/// <param name="ForgetEvery">One attempt is forgotten after this long.</param>
/// <param name="FirstWait">The first waiting time; it doubles with every further attempt.</param>
/// <param name="LongestWait">No waiting is longer.</param>
internal sealed record FailureLimit(double Borne, TimeSpan ForgetEvery, TimeSpan FirstWait, TimeSpan LongestWait)
{
    /// <summary>For one account, or one known device of it: five, then a minute, two, four, up to an hour.</summary>
    public static FailureLimit Account { get; } = new(5, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    /// <summary>For one network, wide enough for an office or a shelter behind one address: 60, then 6 a minute.</summary>
    public static FailureLimit Network { get; } = new(60, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));

    /// <summary>The count after one more attempt, and until when the next one is refused.</summary>
    public (double Count, DateTimeOffset BlockedUntil) After(double count, DateTimeOffset countedAt, DateTimeOffset now)
    {
        var next = Math.Max(0, count - ((now - countedAt) / ForgetEvery)) + 1;
        // Rounded up: what a few seconds have let fade must not make the fifth attempt count as less than five.
        var counted = Math.Ceiling(next);
        if (counted < Borne)
            return (next, now);
        var doublings = Math.Min(20, counted - Borne);
        var wait = FirstWait * Math.Pow(2, doublings);
        return (next, now + (wait < LongestWait ? wait : LongestWait));
    }
}
