using System.Collections.Frozen;
using Tambo.Platform.Places;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// Understands how tables name countries: ISO 3166-1 codes of two and three letters, names in the languages that the code list has,
/// and what their nationals are called.
/// </summary>
internal static class CountryWords
{
    private static readonly Lazy<FrozenDictionary<string, string>> ByWord = new(Read);

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

    private static FrozenDictionary<string, string> Read()
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var country in Countries.All)
        {
            words[country.Alpha2] = words[country.Alpha3] = country.Alpha3;
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
