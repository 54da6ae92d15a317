using System.Numerics;
using System.Runtime.InteropServices;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>
/// Finds offers by words, forgiving accents, case, word endings still being typed, and slips of the finger. Each word is
/// compared with the vocabulary, not with the texts: a few thousand words, however many offers.
/// </summary>
internal sealed class WordIndex
{
    private readonly int rowCount;
    private readonly string[] vocabulary;

    // The letters of each word, one bit each: most words are told from a typed one by these alone.
    private readonly ulong[] letters;
    private readonly (int Row, float Weight)[][] postings;

    private WordIndex(int rowCount, string[] vocabulary, (int Row, float Weight)[][] postings)
    {
        this.rowCount = rowCount;
        this.vocabulary = vocabulary;
        this.postings = postings;
        letters = Array.ConvertAll(vocabulary, static word => Spelling.LettersOf(word));
    }

    /// <summary>Indexes the texts of so many rows; a word counts with the greatest weight of the texts it stands in.</summary>
    public static WordIndex Build(IEnumerable<(int Row, string Text, float Weight)> texts, int rowCount)
    {
        var words = new Dictionary<string, Dictionary<int, float>>(StringComparer.Ordinal);
        foreach (var (row, text, weight) in texts)
        {
            foreach (var word in Spelling.Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                ref var rows = ref CollectionsMarshal.GetValueRefOrAddDefault(words, word, out _);
                rows ??= [];
                rows[row] = Math.Max(rows.GetValueOrDefault(row), weight);
            }
        }

        var vocabulary = words.Keys.Order(StringComparer.Ordinal).ToArray();
        return new WordIndex(
            rowCount,
            vocabulary,
            [.. vocabulary.Select(word => words[word].OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)).ToArray())]);
    }

    /// <summary>The rows that have a folded word; how well it fits each (more is better) is put into <paramref name="scores"/>, which holds zeros.</summary>
    public RowSet ScoresOf(string word, float[] scores)
    {
        var rows = new RowSet(rowCount);
        var (typed, most) = (Spelling.LettersOf(word), WordCloseness.SlipsForgiven(word));
        for (var i = 0; i < vocabulary.Length; i++)
        {
            // Each slip loses at most one letter that was typed; more are missing, so it is another word.
            if (BitOperations.PopCount(typed & ~letters[i]) > most)
                continue;
            var closeness = WordCloseness.Of(word, vocabulary[i]);
            if (closeness <= 0)
                continue;
            foreach (var (row, weight) in postings[i])
            {
                rows.Add(row);
                scores[row] = Math.Max(scores[row], weight * closeness);
            }
        }

        return rows;
    }
}
