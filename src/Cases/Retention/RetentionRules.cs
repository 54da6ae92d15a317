using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tambo.Cases.Retention;

/// <summary>One rule of how long what is kept of a person is kept.</summary>
internal sealed record RetentionRule
{
    /// <summary>Its name, which receipts and lists show.</summary>
    public required string Code { get; init; }

    /// <summary>The event from which its period runs: registered, last_contact, consent_withdrawn, closed, of_age.</summary>
    public required string From { get; init; }

    /// <summary>Whom it is about: never_completed, without_case, consent_only, closed_case, was_child.</summary>
    public required string When { get; init; }

    /// <summary>The one type of case that it is about; null for all that have no rule of their own.</summary>
    public string? CaseType { get; init; }

    /// <summary>How long, from 1 to 1,200.</summary>
    public required int Months { get; init; }

    /// <summary>Who says so.</summary>
    public required string Source { get; init; }

    /// <summary>True when it was checked against its source.</summary>
    public required bool Verified { get; init; }
}

/// <summary>The rules of a node: those shipped, or its own in their place.</summary>
internal sealed record RetentionRules
{
    private const int MostMonths = 1200;

    private static readonly Dictionary<string, string> EventOf = new(StringComparer.Ordinal)
    {
        ["never_completed"] = "registered",
        ["without_case"] = "last_contact",
        ["consent_only"] = "consent_withdrawn",
        ["closed_case"] = "closed",
        ["was_child"] = "of_age",
    };

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false };

    /// <summary>Counts up with every change.</summary>
    public required int Version { get; init; }

    /// <summary>What its readers should know.</summary>
    public string Note { get; init; } = "";

    /// <summary>The rules.</summary>
    public required IReadOnlyList<RetentionRule> Rules { get; init; }

    /// <summary>The rules that come with the program.</summary>
    public static RetentionRules Shipped { get; } = Read(Resource());

    /// <summary>Reads rules, and refuses those by which somebody would be kept for ever or judged twice.</summary>
    /// <exception cref="FormatException">They are not in order; the message says where.</exception>
    public static RetentionRules Read(string text)
    {
        RetentionRules rules;
        try
        {
            rules = JsonSerializer.Deserialize<RetentionRules>(text, Json) ?? throw new FormatException("retention rules: nothing there");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"retention rules: {broken.Message}", broken);
        }

        foreach (var rule in rules.Rules)
        {
            if (!EventOf.TryGetValue(rule.When, out var from) || from != rule.From)
                throw new FormatException($"retention rule {rule.Code}: \"{rule.When}\" runs from \"{from ?? "?"}\", not from \"{rule.From}\"");
            if (rule.Months is < 1 or > MostMonths)
                throw new FormatException($"retention rule {rule.Code}: {rule.Months} months");
            if (rule.CaseType is not null && rule.When != "closed_case")
                throw new FormatException($"retention rule {rule.Code}: only a closed case has a type");
            if (rule.CaseType is { } type && !Register.CaseKinds.Homes.ContainsKey(type))
                throw new FormatException($"retention rule {rule.Code}: there is no case of the type \"{type}\"");
            if (rule.Source.Length == 0)
                throw new FormatException($"retention rule {rule.Code}: no source");
        }

        if (rules.Rules.GroupBy(rule => rule.Code, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new FormatException($"retention rule {twice.Key} stands twice");
        if (rules.Rules.GroupBy(rule => (rule.When, rule.CaseType)).FirstOrDefault(same => same.Count() > 1) is { } both)
            throw new FormatException($"two retention rules are about \"{both.Key.When}\"");
        if (EventOf.Keys.FirstOrDefault(when => !rules.Rules.Any(rule => rule.When == when && rule.CaseType is null)) is { } missing)
            throw new FormatException($"no retention rule is about \"{missing}\"");
        return rules;
    }

    /// <summary>The rule about a kind of person or case.</summary>
    public RetentionRule About(string when, string? caseType = null) =>
        Rules.FirstOrDefault(rule => rule.When == when && rule.CaseType == caseType) ?? Rules.First(rule => rule.When == when && rule.CaseType is null);

    private static string Resource()
    {
        using var stream = typeof(RetentionRules).Assembly.GetManifestResourceStream("Tambo.Cases.Retention.rules.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
