using System.Runtime.InteropServices;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>
/// Finds offers by words, forgiving accents, case, word endings still being typed, and slips of the finger. Each word is
/// compared with the vocabulary, not with the texts: a few thousand words, however many offers.
/// </summary>
internal sealed class WordIndex
{
    /// <summary>Shorter words are not forgiven a slip: too many others would be one letter away.</summary>
    private const int ShortestForgiven = 4;

    /// <summary>From this length two slips are forgiven.</summary>
    private const int ForgivenTwice = 8;

    private readonly string[] vocabulary;
    private readonly (int Row, float Weight)[][] postings;

    private WordIndex(string[] vocabulary, (int Row, float Weight)[][] postings)
    {
        this.vocabulary = vocabulary;
        this.postings = postings;
    }

    /// <summary>Indexes the texts of rows; a word counts with the greatest weight of the texts it stands in.</summary>
    public static WordIndex Build(IEnumerable<(int Row, string Text, float Weight)> texts)
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
            vocabulary,
            [.. vocabulary.Select(word => words[word].OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)).ToArray())]);
    }

    /// <summary>The rows that have a folded word, each with how well it fits (more is better).</summary>
    public Dictionary<int, float> RowsOf(string word)
    {
        var rows = new Dictionary<int, float>();
        for (var i = 0; i < vocabulary.Length; i++)
        {
            var closeness = Closeness(word, vocabulary[i]);
            if (closeness <= 0)
                continue;
            foreach (var (row, weight) in postings[i])
                rows[row] = Math.Max(rows.GetValueOrDefault(row), weight * closeness);
        }

        return rows;
    }

    /// <summary>1 for the same word, less for a beginning and for each slip; 0 when they are different words.</summary>
    internal static float Closeness(string typed, string word)
    {
        if (word.StartsWith(typed, StringComparison.Ordinal))
            return word.Length == typed.Length ? 1f : typed.Length >= 3 ? 0.8f : 0.3f;
        if (typed.Length < ShortestForgiven)
            return 0;
        var most = typed.Length >= ForgivenTwice ? 2 : 1;
        var slips = Slips(typed, word, most);
        if (slips <= most)
            return slips == 1 ? 0.6f : 0.4f;
        // The end of a longer word may be missing as well: "albegue" for "albergues".
        return word.Length > typed.Length && Slips(typed, word.AsSpan(0, typed.Length), 1) <= 1 ? 0.35f : 0;
    }

    /// <summary>
    /// Damerau-Levenshtein distance with neighbours exchanged as one slip (optimal string alignment), or
    /// <paramref name="most"/> + 1 when it is more.
    /// </summary>
    internal static int Slips(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most || a.Length > 64 || b.Length > 64)
            return most + 1;
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var value = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    value = Math.Min(value, before[j - 2] + 1);
                current[j] = value;
                least = Math.Min(least, value);
            }

            if (least > most)
                return most + 1;
            var free = before;
            before = last;
            last = current;
            current = free;
        }

        return Math.Min(last[b.Length], most + 1);
    }
}
