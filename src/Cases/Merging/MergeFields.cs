using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Cases.Access;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Merging;

/// <summary>A field of two files beside each other, and what may be done with it; nothing where both say the same.</summary>
/// <param name="Compartment">The compartment it lies in.</param>
/// <param name="Field">Its name there.</param>
/// <param name="Survivor">What the file says that stays; null when nothing.</param>
/// <param name="Absorbed">What the other says.</param>
/// <param name="Choices">survivor, absorbed, both; the first is what is usual.</param>
internal sealed record FieldPair(string Compartment, string Field, JsonElement? Survivor, JsonElement? Absorbed, IReadOnlyList<string> Choices)
{
    /// <summary>How a decision names it: <c>identity.birth</c>.</summary>
    public string Name => $"{Compartment}.{Field}";

    public override string ToString() => $"{Name} •••";
}

/// <summary>
/// Two contents field by field: pure functions. What leads to a person (names, documents, ways to reach them) is never left out by
/// a merge; there the choice says whose stand first.
/// </summary>
internal static class MergeFields
{
    public const string Survivor = "survivor";
    public const string Absorbed = "absorbed";
    public const string Both = "both";

    private static readonly IReadOnlyList<string> NeverLost = ["identity.names", "identity.documents", "identity.contact"];

    /// <summary>True when both sides of a field always stay, and the choice is about their order.</summary>
    public static bool IsNeverLost(string name) => NeverLost.Contains(name, StringComparer.Ordinal);

    /// <summary>Every field that either file has.</summary>
    public static IReadOnlyList<FieldPair> Pairs(IReadOnlyDictionary<string, JsonElement> survivor, IReadOnlyDictionary<string, JsonElement> absorbed) =>
    [
        .. from compartment in Compartments.All
           let one = Fields(survivor, compartment)
           let other = Fields(absorbed, compartment)
           from field in one.Keys.Union(other.Keys, StringComparer.Ordinal)
           select Pair(compartment, field, one.TryGetValue(field, out var here) ? here : null, other.TryGetValue(field, out var there) ? there : null),
    ];

    /// <summary>What is wrong with decisions: those that are missing where both say something else, and those that cannot be.</summary>
    public static IEnumerable<(string Field, ProblemKind Kind)> Faults(IReadOnlyList<FieldPair> pairs, IReadOnlyDictionary<string, string> decisions) =>
        pairs.Where(pair => pair.Choices.Count > 0).Select(pair => (pair, Said: decisions.GetValueOrDefault(pair.Name)))
            .Where(one => one.Said is null ? one.pair is { Survivor: not null, Absorbed: not null } : !one.pair.Choices.Contains(one.Said))
            .Select(one => ("decisions." + one.pair.Name, one.Said is null ? FormProblems.Missing : CasesProblems.CodeUnknown))
            .Concat(decisions.Keys.Where(name => !pairs.Any(pair => pair.Name == name)).Select(name => ("decisions." + name, CasesProblems.CodeUnknown)));

    /// <summary>The compartments of the file that stays that become others, as they become.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Merged(IReadOnlyList<FieldPair> pairs, IReadOnlyDictionary<string, string> decisions)
    {
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var same in pairs.GroupBy(pair => pair.Compartment))
        {
            var (content, differs) = (new JsonObject(), false);
            foreach (var pair in same)
            {
                var value = Picked(pair, decisions.GetValueOrDefault(pair.Name) ?? (pair.Choices is [var usual, ..] ? usual : Survivor));
                differs |= !Same(value, pair.Survivor);
                if (value is { } kept)
                    content[pair.Field] = JsonNode.Parse(kept.GetRawText());
            }

            if (differs)
                merged[same.Key] = JsonSerializer.SerializeToElement(content, CaseJson.Options);
        }

        return merged;
    }

    /// <summary>
    /// A content as it is to be once a merge is taken back: fields that nobody has changed since are as they were before; others stay,
    /// and are named. Null when nothing is left.
    /// </summary>
    public static (JsonElement? Content, IReadOnlyList<string> Stayed) Restored(JsonElement? before, JsonElement merged, JsonElement? now)
    {
        if (Same(merged, now))
            return (before, []);
        var (was, became, fields) = (Fields(before), Fields(merged), Fields(now));
        var (content, stayed) = (new JsonObject(), new List<string>());
        foreach (var field in fields.Keys.Union(became.Keys, StringComparer.Ordinal).Union(was.Keys, StringComparer.Ordinal))
        {
            var (present, then) = (fields.TryGetValue(field, out var a) ? a : (JsonElement?)null, became.TryGetValue(field, out var b) ? b : (JsonElement?)null);
            var earlier = was.TryGetValue(field, out var c) ? c : (JsonElement?)null;
            var isUntouched = Same(present, then);
            if (!isUntouched && !Same(present, earlier))
                stayed.Add(field);
            if ((isUntouched ? earlier : present) is { } value)
                content[field] = JsonNode.Parse(value.GetRawText());
        }

        return (content.Count == 0 ? null : JsonSerializer.SerializeToElement(content, CaseJson.Options), stayed);
    }

    private static FieldPair Pair(string compartment, string field, JsonElement? survivor, JsonElement? absorbed)
    {
        var name = $"{compartment}.{field}";
        if (IsEmpty(survivor) && IsEmpty(absorbed) || Same(survivor, absorbed))
            return new FieldPair(compartment, field, survivor, absorbed, []);
        string[] choices = IsNeverLost(name) ? IsEmpty(absorbed) ? [] : IsEmpty(survivor) ? [Absorbed] : [Survivor, Absorbed]
            : IsEmpty(survivor) ? [Absorbed, Survivor]
            : IsEmpty(absorbed) ? [Survivor, Absorbed]
            : survivor!.Value.ValueKind == JsonValueKind.Array || field == "notes" ? [Both, Survivor, Absorbed] : [Survivor, Absorbed];
        return new FieldPair(compartment, field, IsEmpty(survivor) ? null : survivor, IsEmpty(absorbed) ? null : absorbed, choices);
    }

    private static JsonElement? Picked(FieldPair pair, string choice) => (choice, IsNeverLost(pair.Name)) switch
    {
        (Survivor, true) or (Both, _) => Joined(pair.Survivor, pair.Absorbed),
        (Absorbed, true) => Joined(pair.Absorbed, pair.Survivor),
        (Absorbed, _) => pair.Absorbed,
        _ => pair.Survivor,
    };

    private static JsonElement? Joined(JsonElement? first, JsonElement? second)
    {
        if (first is not { } one || second is not { } other)
            return first ?? second;
        if (one.ValueKind == JsonValueKind.String)
            return JsonSerializer.SerializeToElement($"{one.GetString()}\n\n{other.GetString()}", CaseJson.Options);
        var list = one.EnumerateArray().ToList();
        list.AddRange(other.EnumerateArray().Where(item => !list.Exists(known => JsonElement.DeepEquals(known, item))).ToList());
        return JsonSerializer.SerializeToElement(list, CaseJson.Options);
    }

    private static bool Same(JsonElement? one, JsonElement? other) => one is { } a ? other is { } b && JsonElement.DeepEquals(a, b) : other is null;

    private static bool IsEmpty(JsonElement? value) => value is null or { ValueKind: JsonValueKind.Null or JsonValueKind.False }
        || (value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0)
        || (value is { ValueKind: JsonValueKind.String } text && string.IsNullOrWhiteSpace(text.GetString()));

    private static Dictionary<string, JsonElement> Fields(IReadOnlyDictionary<string, JsonElement> contents, string compartment) =>
        Fields(contents.TryGetValue(compartment, out var content) ? content : null);

    private static Dictionary<string, JsonElement> Fields(JsonElement? content) =>
        content is { ValueKind: JsonValueKind.Object } group ? group.EnumerateObject().ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal) : [];
}
