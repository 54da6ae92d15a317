using System.Collections.Frozen;
using Tambo.Platform.Places;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// Understands how tables name countries: ISO 3166-1 codes, names in the languages that the code list has, and what their
/// nationals are called. Codes of two letters only where the mapping says that the column has them: elsewhere NA is what a program
/// writes for nothing, SD for without data, and no country.
/// </summary>
internal static class CountryWords
{
    /// <summary>What a mapping calls this list.</summary>
    public const string List = "countries";

    /// <summary>What it calls this list with codes of two letters.</summary>
    public const string ShortList = "countries-2";

    // The code of Namibia, which R and others write where nothing is known: too dangerous to be taken without a word.
    private const string Nothing = "NA";

    private static readonly Lazy<FrozenDictionary<string, string>> ByWord = new(Read);
    private static readonly Lazy<FrozenDictionary<string, string>> ByTwoLetters = new(static () => Countries.All.ToFrozenDictionary(country => country.Alpha2, country => country.Alpha3, StringComparer.Ordinal));

    // "Bosnia and Herzegovina" is "Bosnia & Herzegovina", whose mark says nothing.
    private static readonly FrozenSet<string> Joining = FrozenSet.ToFrozenSet(["and", "y", "et", "e", "ak"], StringComparer.Ordinal);

    /// <summary>The code of three letters, or null when the word names no country.</summary>
    public static string? Find(string word)
    {
        // Some interfaces write what they took from web pages.
        var trimmed = (word.Contains('&', StringComparison.Ordinal) && word.Contains(';', StringComparison.Ordinal) ? System.Net.WebUtility.HtmlDecode(word) : word).Trim();
        if (trimmed.Length == 0)
            return null;
        if (trimmed.Length <= 3 && ByWord.Value.GetValueOrDefault(trimmed.ToUpperInvariant()) is { } code)
            return code;
        var folded = Spelling.Fold(trimmed);
        return ByWord.Value.GetValueOrDefault(folded)
            ?? (folded.Contains(' ', StringComparison.Ordinal) ? ByWord.Value.GetValueOrDefault(string.Join(' ', folded.Split(' ').Where(part => !Joining.Contains(part)))) : null);
    }

    /// <summary>The code of three letters, where the column may have codes of two; null for <c>NA</c>, which only a value map can say.</summary>
    public static string? Find(string word, string list) => list == ShortList && FindShort(word) is { } code ? code : Find(word);

    /// <summary>The code of three letters of one of two; null for <c>NA</c>.</summary>
    public static string? FindShort(string word) => word.Trim().ToUpperInvariant() is { Length: 2 } two && two != Nothing ? ByTwoLetters.Value.GetValueOrDefault(two) : null;

    private static FrozenDictionary<string, string> Read()
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var country in Countries.All)
        {
            words[country.Alpha3] = country.Alpha3;
            foreach (var name in country.AllNames)
                words.TryAdd(Spelling.Fold(name), country.Alpha3);
        }

        var said = ShippedTable.Read("flow-words", "nationalities.csv");
        var (alpha3, word) = (said.Column("alpha3"), said.Column("word"));
        foreach (var row in said.Rows)
            words.TryAdd(Spelling.Fold(row[word]), row[alpha3]);
        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
