using System.Text.RegularExpressions;
using System.Text.Json;
using Tambo.Platform.Languages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Architecture;

/// <summary>Everything a person reads exists in every language, with the same places to fill.</summary>
public sealed partial class TextTests
{
    private static readonly string[] Complete = ["es", "en", "fr", "pt", "ht"];

    public static TheoryData<string> Parts => new(Directory
        .EnumerateDirectories(Path.Combine(Repository.Root, "src"))
        .Where(path => Directory.Exists(Path.Combine(path, "Text")))
        .Select(path => Path.GetFileName(path)!));

    [Theory, MemberData(nameof(Parts))]
    public void Every_key_exists_in_every_complete_language(string part)
    {
        var all = Complete.ToDictionary(code => code, code => Read(part, code));
        var keys = all.Values.SelectMany(texts => texts.Keys).Distinct().ToList();
        var missing = keys.SelectMany(key => Complete.Where(code => !all[code].ContainsKey(key) || (all[code][key].Length == 0 && all["en"][key].Length > 0)).Select(code => $"{code}: {key}"));
        Assert.Empty(missing.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Parts))]
    public void A_text_names_the_same_values_in_every_language(string part)
    {
        var english = Read(part, "en");
        var offenders = Languages(part).Where(code => code != "en").SelectMany(code => Read(part, code)
            .Where(text => OfEnglish(english, text.Key) is { } words && !MayStandFor(text.Key, Places(text.Value), Places(words)))
            .Select(text => $"{code}: {text.Key}"));
        Assert.Empty(offenders);
    }

    [Theory, MemberData(nameof(Parts))]
    public void A_further_language_has_no_key_that_nobody_asks_for(string part)
    {
        var english = Read(part, "en");
        var strangers = Languages(part).Except(Complete, StringComparer.Ordinal).SelectMany(code => Read(part, code).Keys
            .Where(key => OfEnglish(english, key) is null && !key.StartsWith("language.", StringComparison.Ordinal))
            .Select(key => $"{code}: {key}"));
        Assert.Empty(strangers);
    }

    [Theory, MemberData(nameof(Parts))]
    public void A_sentence_with_a_count_has_every_form_that_its_language_knows(string part)
    {
        var missing = Languages(part).SelectMany(code =>
        {
            var texts = Read(part, code);
            var forms = Read("Platform", code).Keys.Where(key => key.StartsWith("language.plural.", StringComparison.Ordinal)).Select(key => key["language.plural.".Length..]).ToList();
            return texts.Keys.Where(key => Form().IsMatch(key)).Select(key => Form().Replace(key, "")).Distinct(StringComparer.Ordinal)
                // "hours.at.one" is one o'clock and no count.
                .Where(key => texts.ContainsKey(key + ".other"))
                .SelectMany(key => forms.Where(form => !texts.ContainsKey($"{key}.{form}")).Select(form => $"{code}: {key}.{form}"));
        });
        Assert.Empty(missing);
    }

    [Theory, MemberData(nameof(Parts))]
    public void Kreyol_is_Kreyol_and_not_French(string part)
    {
        var french = Read(part, "fr");
        var kreyol = Read(part, "ht");
        var words = kreyol.Where(text => text.Value.Length > 3 && !text.Key.StartsWith("language.", StringComparison.Ordinal)).ToList();
        var same = words.Where(text => french.GetValueOrDefault(text.Key) == text.Value).Select(text => text.Key).ToList();
        Assert.True(same.Count * 3 <= words.Count, $"{same.Count} of {words.Count} are the same: {string.Join(", ", same.Take(20))}");
    }

    [Fact]
    public void What_the_audit_records_has_words()
    {
        var known = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
            .Where(path => Directory.Exists(Path.Combine(path, "Text")))
            .SelectMany(path => Read(Path.GetFileName(path)!, "en").Keys)
            .ToHashSet(StringComparer.Ordinal);
        var recorded = Repository.Files("src", ".cs")
            .SelectMany(path => Recording().Matches(File.ReadAllText(path)))
            .SelectMany(call => Code().Matches(call.Value).Select(code => code.Groups[1].Value))
            .Distinct()
            .ToList();
        Assert.True(recorded.Count > 20, $"Only {recorded.Count} were found: the pattern no longer sees how changes are begun.");
        Assert.Empty(recorded.Where(code => !known.Contains("audit.change." + code)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_languages_are_those_that_have_files()
    {
        var catalog = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly));
        Assert.Superset(Complete.ToHashSet(), catalog.Languages.Select(language => language.Code).ToHashSet());
    }

    private static Dictionary<string, string> Read(string part, string code) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(Path.Combine(Repository.Root, "src", part, "Text", code + ".json")))!;

    private static IEnumerable<string> Languages(string part) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", part, "Text"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    // A form that English has not is held against its plural.
    private static string? OfEnglish(Dictionary<string, string> english, string key) =>
        english.GetValueOrDefault(key) ?? (Form().IsMatch(key) ? english.GetValueOrDefault(Form().Replace(key, ".other")) : null);

    // "Two services" needs no number beside it; each other form does.
    private static bool MayStandFor(string key, HashSet<string> own, HashSet<string> english) =>
        own.SetEquals(english) || (FewNamed().IsMatch(key) && own.IsSubsetOf(english) && english.Except(own).All(place => place == "{count}"));

    private static HashSet<string> Places(string text) => Place().Matches(text).Select(match => match.Value).ToHashSet();

    // The three ways to name a change, up to the end of the statement.
    [GeneratedRegex(@"(BeginAsync|AlsoRecord|acting\.As)\([^;]*;")]
    private static partial Regex Recording();

    [GeneratedRegex(@"""([a-z]+(?:\.[a-z_]+)+)""")]
    private static partial Regex Code();

    [GeneratedRegex(@"\.(zero|one|two|few|many)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"\.(zero|one|two)$", RegexOptions.ExplicitCapture)]
    private static partial Regex FewNamed();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();
}
