using System.Numerics;
using System.Runtime.InteropServices;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>
/// Finds offers by words, forgiving accents, case, what is written in one with a word, endings still being typed, and slips of the finger. Each word is
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

    /// <summary>Indexes the texts of so many rows, in the order of their rows; a word counts with the greatest weight of the texts it stands in.</summary>
    public static WordIndex Build(IEnumerable<(int Row, string Text, float Weight)> texts, int rowCount)
    {
        var words = new Dictionary<string, List<(int Row, float Weight)>>(StringComparer.Ordinal);
        var byLetters = words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (row, text, weight) in texts)
        {
            var folded = Spelling.Fold(text).AsSpan();
            foreach (var word in folded.Split(' '))
            {
                if (folded[word].IsEmpty)
                    continue;
                ref var postings = ref CollectionsMarshal.GetValueRefOrAddDefault(byLetters, SearchWords.Stems.Of(folded[word]), out _);
                Note(postings ??= [], row, weight);
            }
        }

        var vocabulary = words.Keys.Order(StringComparer.Ordinal).ToArray();
        return new WordIndex(rowCount, vocabulary, Array.ConvertAll(vocabulary, word => words[word].ToArray()));
    }

    // Rows come one after the other, so that a word's row is its last one or a new one.
    private static void Note(List<(int Row, float Weight)> postings, int row, float weight)
    {
        if (postings is [.., var last] && last.Row == row)
            postings[^1] = (row, Math.Max(last.Weight, weight));
        else
            postings.Add((row, weight));
    }

    /// <summary>The rows that have a folded word; how well it fits each (more is better) is put into <paramref name="scores"/>, which holds zeros.</summary>
    public RowSet ScoresOf(string word, float[] scores)
    {
        var rows = new RowSet(rowCount);
        word = SearchWords.Stems.Of(word).ToString();
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
