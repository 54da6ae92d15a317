using System.Globalization;
using System.Text.Json;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Checking;

/// <summary>Something that a check found, as it is kept.</summary>
public sealed record Finding
{
    /// <summary>The finding.</summary>
    public Guid Id { get; init; }

    /// <summary>The check.</summary>
    public string CheckCode { get; init; } = "";

    /// <summary>What it is about.</summary>
    public string FindingKey { get; init; } = "";

    /// <summary>What the check asks.</summary>
    public string Kind { get; init; } = "";

    /// <summary>How bad it is: error, warning or note.</summary>
    public string Severity { get; init; } = "";

    /// <summary>The series.</summary>
    public string Series { get; init; } = "";

    /// <summary>The period; empty when it is about none.</summary>
    public string Period { get; init; } = "";

    /// <summary>How much it is about.</summary>
    public long Size { get; init; }

    /// <summary>The values of its sentence.</summary>
    public string Said { get; init; } = "{}";

    /// <summary>Where its rows are.</summary>
    public string Places { get; init; } = "[]";

    /// <summary>Open, explained or gone.</summary>
    public string State { get; init; } = "";

    /// <summary>What somebody wrote to explain it; kept when it is open again.</summary>
    public string Note { get; init; } = "";

    /// <summary>Who wrote it.</summary>
    public string NotedBy { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset? NotedAt { get; init; }

    /// <summary>When it was found.</summary>
    public DateTimeOffset FoundAt { get; init; }

    /// <summary>Since when it is so no more.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>Counts its changes.</summary>
    public int Version { get; init; }

    /// <summary>The values of its sentence.</summary>
    public IReadOnlyDictionary<string, string> Values => JsonSerializer.Deserialize<Dictionary<string, string>>(Said)!;

    /// <summary>The codes of what it is about, as programs know them.</summary>
    public string Codes => string.Join(" · ", ((IEnumerable<string>)["series", "other", "what"]).Select(name => Values.GetValueOrDefault(name, "")).Where(said => said.Length > 0));

    /// <summary>It in one sentence; by codes where nobody says them in words.</summary>
    public string Sentence(Texts texts, Func<string, string, string?>? say = null) =>
        texts.Format($"flows.check.said.{Kind}", [.. Values.Select(pair => (pair.Key, (object)(say?.Invoke(pair.Key, pair.Value) ?? Shown(pair.Value, texts))))]);

    // Whole numbers, alone or as a range, in the reader's own format; what it is about stays as it is.
    private static string Shown(string value, Texts texts) =>
        string.Join('–', value.Split('–').Select(part => part.Length > 3 && long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (part[0] == '+' ? "+" : "") + number.ToString("#,0", texts.Culture) : part));
}

/// <summary>What came of running the checks.</summary>
/// <param name="Found">Findings that were not there before, or are again.</param>
/// <param name="Gone">Findings that are so no more.</param>
/// <param name="Open">Findings that nobody has explained.</param>
/// <param name="Failed">Checks that could not be run, with why.</param>
public sealed record ChecksReport(int Found, int Gone, IReadOnlyList<Finding> Open, IReadOnlyList<(string Check, string Why)> Failed);
