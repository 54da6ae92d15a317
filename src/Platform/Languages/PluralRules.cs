using System.Globalization;
using System.Text.RegularExpressions;

namespace Tambo.Platform.Languages;

/// <summary>
/// Which form of a sentence a count takes, by the rules that a language's file states in the syntax of Unicode's plural
/// rules (UTS #35, part 3, "Plural rules syntax"): <c>n % 100 = 3..10</c>, joined by <c>and</c> and <c>or</c>. Counts are
/// whole numbers here, so that n and i are the count itself, and v, w, f, t, c and e are zero.
/// </summary>
internal sealed partial class PluralRules
{
    /// <summary>What a file declares them by: <c>language.plural.few</c>.</summary>
    public const string KeyPrefix = "language.plural.";

    /// <summary>The form of every count that no rule names; each sentence with a count has it.</summary>
    public const string Other = "other";

    // The order in which rules are asked (UTS #35): the first that holds gives the form.
    private static readonly string[] Named = ["zero", "one", "two", "few", "many"];

    /// <summary>What most languages do, and what is done where a file says nothing.</summary>
    private const string Usual = "n = 1";

    private readonly List<(string Form, Relation[][] Rule)> rules = [];

    private PluralRules(IEnumerable<(string Form, string Rule)> written)
    {
        foreach (var (form, rule) in written)
        {
            Written.Add((form, rule));
            rules.Add((form, Parse(rule)));
        }
    }

    /// <summary>The rules as they are written, in their order; a device reads them itself.</summary>
    public List<(string Form, string Rule)> Written { get; } = [];

    /// <summary>The rules of a language's texts.</summary>
    /// <exception cref="InvalidDataException">A rule or the name of a form is not understood.</exception>
    public static PluralRules Of(IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Keys.FirstOrDefault(key => key.StartsWith(KeyPrefix, StringComparison.Ordinal) && !Named.Contains(key[KeyPrefix.Length..])) is { } stranger)
            throw new InvalidDataException($"'{stranger}' names no plural form: there are {string.Join(", ", Named)}, and {Other} for the rest.");
        var written = Named.Where(form => texts.ContainsKey(KeyPrefix + form)).Select(form => (form, texts[KeyPrefix + form])).ToList();
        return new PluralRules(written.Count > 0 ? written : [("one", Usual)]);
    }

    /// <summary>The form of a count: zero, one, two, few, many or other.</summary>
    public string FormOf(long count)
    {
        // The rules are about how a number is read, which is the same below zero.
        var number = Math.Abs((decimal)count);
        foreach (var (form, rule) in rules)
        {
            if (Array.Exists(rule, all => Array.TrueForAll(all, relation => relation.Holds(number))))
                return form;
        }

        return Other;
    }

    // A sample of numbers may follow a rule, as in Unicode's own files: "n = 1 @integer 1".
    private static Relation[][] Parse(string rule) =>
    [
        .. rule.Split('@')[0].Split(" or ").Select(any => any.Split(" and ").Select(one => ReadRelation(one.Trim(), rule)).ToArray()),
    ];

    private static Relation ReadRelation(string text, string rule)
    {
        var match = RelationSyntax().Match(text);
        if (!match.Success)
            throw new InvalidDataException($"The plural rule '{rule}' is not understood at '{text}'.");
        var modulus = match.Groups["mod"] is { Success: true, Value: var mod } ? Number(mod, rule) : (long?)null;
        if (modulus == 0)
            throw new InvalidDataException($"The plural rule '{rule}' divides by zero.");
        var ranges = match.Groups["ranges"].Value.Split(',').Select(range =>
        {
            var ends = range.Split("..");
            return (From: Number(ends[0], rule), To: Number(ends[^1], rule));
        });
        return new Relation(match.Groups["operand"].Value is "n" or "i", modulus, match.Groups["not"].Success, [.. ranges]);
    }

    private static long Number(string text, string rule) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"The plural rule '{rule}' has a number that is too large: '{text.Trim()}'.");

    /// <summary>"n % 100 = 3..10": of the count or of what is zero for whole numbers, its remainder, and where that must lie.</summary>
    private sealed record Relation(bool OfCount, long? Modulus, bool Negated, (long From, long To)[] Ranges)
    {
        public bool Holds(decimal count)
        {
            var value = OfCount ? count : 0;
            if (Modulus is { } modulus)
                value %= modulus;
            return Array.Exists(Ranges, range => value >= range.From && value <= range.To) != Negated;
        }
    }

    [GeneratedRegex(@"^(?<operand>[nivwftce])(\s*%\s*(?<mod>[0-9]+))?\s*(?<not>!)?=\s*(?<ranges>[0-9]+(\.\.[0-9]+)?(\s*,\s*[0-9]+(\.\.[0-9]+)?)*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RelationSyntax();
}
