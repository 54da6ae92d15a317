namespace Tambo.Platform.Access;

/// <summary>What the operator of a node decides about signing in.</summary>
public sealed record AccessSettings
{
    /// <summary>The node's name, shown by authenticator apps beside the user's name.</summary>
    public string NodeName { get; init; } = "Tambo";

    /// <summary>The address people know the node by, to which passkeys belong; the address asked for when null.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>True when staff set up a second factor before anything else opens to them.</summary>
    public bool RequireSecondFactor { get; init; } = true;

    /// <summary>A session ends after this long without a request.</summary>
    public TimeSpan IdleFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A session ends this long after sign-in, whatever happens in it.</summary>
    public TimeSpan SessionFor { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long a sign-in may stand between two of its steps.</summary>
    public TimeSpan StepFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A one-time sign-in link opens for this long.</summary>
    public TimeSpan LinkFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A device on which somebody signed in stays known for this long.</summary>
    public TimeSpan DeviceFor { get; init; } = TimeSpan.FromDays(180);

    /// <summary>
    /// Rounds of PBKDF2-HMAC-SHA512 for a password: 210,000 by the OWASP Password Storage Cheat Sheet (2023).
    /// </summary>
    public int PasswordRounds { get; init; } = 210_000;
}
