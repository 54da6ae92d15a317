namespace Tambo.Node.Diagnosis;

/// <summary>How a check of the doctor came out.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, and should be looked at.</summary>
    Warning,

    /// <summary>Does not work, or puts data at risk.</summary>
    Failed,
}

/// <summary>What one check of the doctor found.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Health">How it came out.</param>
/// <param name="Text">What was found, and what to do where something is.</param>
internal sealed record Finding(string Check, Health Health, string Text)
{
    public static Finding Ok(string check, string text) => new(check, Health.Ok, text);

    public static Finding Warn(string check, string text) => new(check, Health.Warning, text);

    public static Finding Fail(string check, string text) => new(check, Health.Failed, text);
}
