using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tambo.Guide.Cards;

/// <summary>
/// The phrases that two people without a common language can show each other, in every language that has a file:
/// <c>Languages/{code}.json</c> here, or in the folder <c>cards</c> of a node's data. A language is a file and nothing else.
/// </summary>
internal sealed class CardDeck
{
    private const string Resources = "Tambo.Guide.Cards.";
    private const string LanguageResources = Resources + "Languages.";

    /// <summary>The group of the answers, which stand beside every phrase.</summary>
    public const string Answers = "answers";

    private static readonly JsonSerializerOptions Reading = new(JsonSerializerOptions.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private readonly FrozenDictionary<string, CardLanguage> languages;

    private CardDeck(PhraseFile phrases, IEnumerable<CardLanguage> languages)
    {
        Groups = phrases.Groups;
        Phrases = phrases.Phrases;
        this.languages = languages.ToFrozenDictionary(language => language.Code, StringComparer.Ordinal);
    }

    /// <summary>The groups in order, the answers first.</summary>
    public IReadOnlyList<CardGroup> Groups { get; }

    /// <summary>Every phrase in order.</summary>
    public IReadOnlyList<CardPhrase> Phrases { get; }

    /// <summary>The languages with a file, by code.</summary>
    public IEnumerable<CardLanguage> Languages => languages.Values.OrderBy(language => language.Code, StringComparer.Ordinal);

    /// <summary>A language of the deck, or null.</summary>
    public CardLanguage? Find(string code) => languages.GetValueOrDefault(code);

    /// <summary>The deck that ships, with the languages of a folder added or put in their place.</summary>
    /// <exception cref="InvalidDataException">A file says what no phrase asks for; its name is in the message.</exception>
    public static CardDeck Load(string? folder = null)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var phraseStream = assembly.GetManifestResourceStream(Resources + "phrases.json")!;
        var phrases = JsonSerializer.Deserialize<PhraseFile>(phraseStream, Reading)!;
        var known = phrases.Phrases.Select(phrase => phrase.Id).ToFrozenSet(StringComparer.Ordinal);
        var found = new Dictionary<string, CardLanguage>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(LanguageResources, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            Add(found, name[LanguageResources.Length..^".json".Length], stream, known);
        }

        if (folder is not null && System.IO.Directory.Exists(folder))
        {
            foreach (var path in System.IO.Directory.EnumerateFiles(folder, "*.json"))
            {
                using var stream = File.OpenRead(path);
                Add(found, Path.GetFileNameWithoutExtension(path), stream, known);
            }
        }

        return new CardDeck(phrases, found.Values);
    }

    private static void Add(Dictionary<string, CardLanguage> found, string code, Stream stream, FrozenSet<string> known)
    {
        LanguageFile file;
        try
        {
            file = JsonSerializer.Deserialize<LanguageFile>(stream, Reading) is { Phrases: not null } read && read.Phrases.Values.All(phrase => phrase?.Text is not null)
                ? read
                : throw new JsonException("A phrase, its text, or all phrases are missing.");
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"The cards of '{code}' cannot be read: {unreadable.Message}", unreadable);
        }

        if (file.Direction is not ("ltr" or "rtl"))
            throw new InvalidDataException($"The cards of '{code}' have the direction '{file.Direction}', which is neither ltr nor rtl.");
        if (file.Phrases.Keys.FirstOrDefault(id => !known.Contains(id)) is { } stranger)
            throw new InvalidDataException($"The cards of '{code}' have a phrase '{stranger}', which is not in phrases.json.");
        var texts = file.Phrases.Where(phrase => phrase.Value.Text.Trim().Length > 0).ToFrozenDictionary(StringComparer.Ordinal);
        found[code] = new CardLanguage(code, file.Direction, texts);
    }

    private sealed record PhraseFile(IReadOnlyList<CardGroup> Groups, IReadOnlyList<CardPhrase> Phrases);

    private sealed record LanguageFile(string Direction, Dictionary<string, CardText> Phrases);
}

/// <summary>A subject of phrases.</summary>
/// <param name="Id">Its name is the text <c>cards.group.{id}</c>.</param>
/// <param name="Careful">True where a wrong word can do harm (law, protection): an unreviewed translation is hidden until it is asked for, and never read aloud.</param>
internal sealed record CardGroup(string Id, bool Careful);

/// <summary>A phrase.</summary>
/// <param name="Id">Stands in addresses and language files.</param>
/// <param name="Group">Its subject.</param>
/// <param name="From">Who says it: person, helper or either.</param>
/// <param name="Picture">Its drawing in cards.svg.</param>
internal sealed record CardPhrase(string Id, string Group, string From, string Picture);

/// <summary>The phrases of one language.</summary>
/// <param name="Code">Language tag.</param>
/// <param name="Direction">ltr or rtl.</param>
/// <param name="Texts">By the id of the phrase; a phrase whose translation nobody was sure of is left out.</param>
internal sealed record CardLanguage(string Code, string Direction, IReadOnlyDictionary<string, CardText> Texts);

/// <summary>A phrase in one language.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Reviewed">Who of those that speak the language has looked it over; null while nobody has.</param>
internal sealed record CardText(string Text, CardReview? Reviewed);

/// <summary>That a speaker has looked a sentence over.</summary>
/// <param name="By">Who, as readers may see it.</param>
/// <param name="On">When.</param>
internal sealed record CardReview(string By, DateOnly On);
