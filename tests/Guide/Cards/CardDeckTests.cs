using System.Text.Json;
using System.Text.RegularExpressions;
using Tambo.Guide.Cards;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Tests.Guide.Cards;

/// <summary>The phrases that ship are whole, and a language is a file and nothing else.</summary>
public sealed partial class CardDeckTests
{
    // What the brief of the page names; each code is that of ISO 639-1.
    private static readonly string[] Promised = ["es", "en", "fr", "pt", "ht", "ar", "bn", "ne", "hi", "so", "ti", "am", "zh", "ru", "uz"];

    private static readonly CardDeck Deck = CardDeck.Load();

    [Fact]
    public void Fifteen_languages_ship_and_each_has_a_name_of_its_own()
    {
        Assert.Equal(Promised.Order(StringComparer.Ordinal), Deck.Languages.Select(language => language.Code));
        Assert.All(Promised, code => Assert.False(string.IsNullOrEmpty(SpokenLanguages.Find(code)?.OwnName), code));
    }

    [Fact]
    public void The_languages_of_the_pages_have_every_phrase()
    {
        var missing = new[] { "es", "en", "fr", "pt", "ht" }
            .SelectMany(code => Deck.Phrases.Where(phrase => !Deck.Find(code)!.Texts.ContainsKey(phrase.Id)).Select(phrase => $"{code}: {phrase.Id}"));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_phrase_has_a_picture_of_its_own_and_every_picture_a_phrase()
    {
        var drawn = Symbol().Matches(SiteAssets.Text("cards.svg")).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(drawn.Order(StringComparer.Ordinal), Deck.Phrases.Select(phrase => phrase.Picture).Order(StringComparer.Ordinal));
        Assert.Equal(drawn.Count, drawn.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_phrase_belongs_to_a_group_and_is_said_by_somebody_known()
    {
        var groups = Deck.Groups.Select(group => group.Id).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(CardDeck.Answers, groups);
        Assert.All(Deck.Phrases, phrase => Assert.Contains(phrase.Group, groups));
        Assert.All(Deck.Phrases, phrase => Assert.Contains(phrase.From, (string[])["person", "helper", "either"]));
        Assert.Equal(Deck.Phrases.Count, Deck.Phrases.Select(phrase => phrase.Id).Distinct(StringComparer.Ordinal).Count());
        var texts = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)).In("en");
        Assert.All(groups, group => Assert.True(texts.Has("cards.group." + group), group));
    }

    [Fact]
    public void Law_protection_and_rights_are_handled_with_care()
    {
        string[] careful = ["protection", "rights"];
        Assert.Equal(careful, Deck.Groups.Where(group => group.Careful).Select(group => group.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nobody_has_reviewed_a_sentence_yet_and_none_says_otherwise() =>
        Assert.DoesNotContain(Deck.Languages.SelectMany(language => language.Texts.Values), text => text.Reviewed is not null);

    [Fact]
    public void Only_the_languages_written_so_run_from_right_to_left()
    {
        var written = Deck.Languages.Where(language => language.Texts.Values.Any(text => ArabicLetter().IsMatch(text.Text))).Select(language => language.Code);
        Assert.Equal(written, Deck.Languages.Where(language => language.Direction == "rtl").Select(language => language.Code));
    }

    [Fact]
    public void No_two_languages_say_the_same_sentence_where_they_should_differ()
    {
        // A file copied and left untranslated shows as many equal sentences; short words may coincide.
        var pairs = from first in Deck.Languages
                    from second in Deck.Languages
                    where string.CompareOrdinal(first.Code, second.Code) < 0
                    let same = first.Texts.Count(text => second.Texts.TryGetValue(text.Key, out var other) && other.Text == text.Value.Text)
                    where same > 3
                    select $"{first.Code} and {second.Code}: {same}";
        Assert.Empty(pairs);
    }

    [Fact]
    public void A_further_language_is_a_further_file()
    {
        using var folder = new CardFolder();
        folder.Write("gn", """{ "direction": "ltr", "phrases": { "yes": { "text": "Heẽ", "reviewed": { "by": "A made-up reviewer", "on": "2026-03-01" } } } }""");

        var deck = CardDeck.Load(folder.Path);

        var yes = deck.Find("gn")!.Texts["yes"];
        Assert.Equal(("Heẽ", "A made-up reviewer", new DateOnly(2026, 3, 1)), (yes.Text, yes.Reviewed!.By, yes.Reviewed.On));
        Assert.Equal(Promised.Length + 1, deck.Languages.Count());
    }

    [Fact]
    public void A_file_of_the_node_stands_in_place_of_the_one_that_ships()
    {
        using var folder = new CardFolder();
        folder.Write("so", """{ "direction": "ltr", "phrases": { "no": { "text": "Maya", "reviewed": null } } }""");

        Assert.Equal(["no"], CardDeck.Load(folder.Path).Find("so")!.Texts.Keys);
    }

    [Theory]
    [InlineData("""{ "direction": "ltr", "phrases": { "no-such-phrase": { "text": "x", "reviewed": null } } }""")]
    [InlineData("""{ "direction": "up", "phrases": {} }""")]
    [InlineData("""{ "direction": "ltr", "phrases": {}, "notes": "x" }""")]
    [InlineData("""{ "direction": "ltr", "phrases": { "yes": { "text": "x", "reviewed": { "by": "x", "on": "soon" } } } }""")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{ "direction": "ltr" }""")]
    [InlineData("""{ "direction": "ltr", "phrases": { "yes": null } }""")]
    [InlineData("""{ "direction": "ltr", "phrases": { "yes": { "text": null, "reviewed": null } } }""")]
    public void A_file_that_cannot_be_right_is_refused_by_its_name(string content)
    {
        using var folder = new CardFolder();
        folder.Write("gn", content);

        var refused = Assert.Throws<InvalidDataException>(() => CardDeck.Load(folder.Path));
        Assert.Contains("'gn'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_that_ship_state_a_review_for_every_sentence()
    {
        var folder = System.IO.Path.Combine(Support.Repository.Root, "src", "Guide", "Cards", "Languages");
        foreach (var path in System.IO.Directory.EnumerateFiles(folder, "*.json"))
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            Assert.All(file.RootElement.GetProperty("phrases").EnumerateObject(), phrase => Assert.True(phrase.Value.TryGetProperty("reviewed", out _), $"{path}: {phrase.Name}"));
        }
    }

    [GeneratedRegex("<symbol id=\"([^\"]+)\"")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"\p{IsArabic}")]
    private static partial Regex ArabicLetter();
}

/// <summary>A folder of language files that a test writes.</summary>
internal sealed class CardFolder : IDisposable
{
    public string Path { get; } = System.IO.Directory.CreateTempSubdirectory("tambo-cards-").FullName;

    public void Write(string code, string content) => File.WriteAllText(System.IO.Path.Combine(Path, code + ".json"), content);

    public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);
}
