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

    /// <summary>The code of three letters, or null when the word names no country.</summary>
    public static string? Find(string word)
    {
        var trimmed = word.Trim();
        return trimmed.Length == 0 ? null
            : ByWord.Value.GetValueOrDefault(trimmed.Length <= 3 ? trimmed.ToUpperInvariant() : Spelling.Fold(trimmed))
            ?? ByWord.Value.GetValueOrDefault(Spelling.Fold(trimmed));
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
