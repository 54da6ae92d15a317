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
        var offenders = Complete.Where(code => code != "en").SelectMany(code => Read(part, code)
            .Where(text => english.ContainsKey(text.Key) && !Places(text.Value).SetEquals(Places(english[text.Key])) && !text.Key.EndsWith(".one", StringComparison.Ordinal))
            .Select(text => $"{code}: {text.Key}"));
        Assert.Empty(offenders);
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
    public void The_languages_are_those_that_have_files()
    {
        var catalog = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly));
        Assert.Superset(Complete.ToHashSet(), catalog.Languages.Select(language => language.Code).ToHashSet());
    }

    private static Dictionary<string, string> Read(string part, string code) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(Path.Combine(Repository.Root, "src", part, "Text", code + ".json")))!;

    private static HashSet<string> Places(string text) => Place().Matches(text).Select(match => match.Value).ToHashSet();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();
}
