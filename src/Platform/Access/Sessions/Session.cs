namespace Tambo.Platform.Access.Sessions;

/// <summary>A sign-in that goes on: complete (stage <c>open</c>), or waiting for its next step.</summary>
public sealed class Session
{
    /// <summary>How pages and the audit name it; not the secret.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid UserId { get; init; }

    /// <summary>Hash of the secret in the cookie.</summary>
    public string Hash { get; init; } = "";

    /// <summary>One of <see cref="Stages"/>.</summary>
    public string Stage { get; init; } = "";

    /// <summary>Browser and system, for example <c>Firefox, Android</c>; nothing finer is kept.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its last request, to half a minute.</summary>
    public DateTimeOffset LastSeenAt { get; init; }

    /// <summary>When it ends at the latest.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>True while it stands, by both of its limits.</summary>
    public bool IsAlive(DateTimeOffset now, TimeSpan idleFor) => now < ExpiresAt && now - LastSeenAt < idleFor;
}

/// <summary>The steps of a sign-in, in their order.</summary>
internal static class Stages
{
    /// <summary>A code, a recovery code or a passkey is asked for.</summary>
    public const string SecondFactor = "second_factor";

    /// <summary>A new password is asked for.</summary>
    public const string Password = "password";

    /// <summary>A second factor must be set up.</summary>
    public const string Enrolment = "enrolment";

    /// <summary>Signed in.</summary>
    public const string Open = "open";

    /// <summary>
    /// The step after one that was passed. The second factor comes before the new password, so that a stolen first
    /// password or link changes nothing by itself.
    /// </summary>
    /// <param name="passed">The step passed; null after name and password, or a one-time link.</param>
    /// <param name="hasSecondFactor">Whether the user has one.</param>
    /// <param name="mustChangePassword">Whether a new password is asked for.</param>
    /// <param name="requireSecondFactor">Whether the node asks everybody for one.</param>
    public static string After(string? passed, bool hasSecondFactor, bool mustChangePassword, bool requireSecondFactor) => passed switch
    {
        null when hasSecondFactor => SecondFactor,
        null or SecondFactor when mustChangePassword => Password,
        null or SecondFactor or Password when !hasSecondFactor && requireSecondFactor => Enrolment,
        _ => Open,
    };
}

/// <summary>Browser and system as people name them.</summary>
internal static class UserAgentFamily
{
    // Order matters: Edge and Opera say "Chrome" too, Chrome says "Safari", and Android says "Linux".
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")];

    public static string Of(string userAgent)
    {
        var browser = Array.Find(Browsers, b => userAgent.Contains(b.Mark, StringComparison.Ordinal)).Name;
        var system = Array.Find(Systems, s => userAgent.Contains(s.Mark, StringComparison.Ordinal)).Name;
        return string.Join(", ", new[] { browser, system }.Where(name => name is not null));
    }
}
