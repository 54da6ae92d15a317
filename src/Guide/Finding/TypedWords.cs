using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>The rows that have every word that was typed, each with how well it fits.</summary>
internal sealed class WordScores(RowSet rows, float[] scores)
{
    /// <summary>The rows.</summary>
    public RowSet Rows => rows;

    /// <summary>How well a row of them fits; more is better.</summary>
    public float Of(int row) => scores[row];
}

/// <summary>
/// What somebody typed to find services. A word is looked for in the texts of offers, and, since few texts say "lawyer"
/// where legal help is given, among the words by which people name a need, in every language at once.
/// </summary>
internal static class TypedWords
{
    private const int MostWords = 12;

    /// <summary>How much a need that a word names counts: as much as the name of a place, less than the name of a service.</summary>
    private const float NeedWeight = 2;

    private static readonly (string Word, int Need)[] Said =
        [.. Needs.All.SelectMany((need, index) => StemsFor(need).Select(word => (word, index))).Distinct()];

    /// <summary>The stems of the words for a need, in every language.</summary>
    internal static IEnumerable<string> StemsFor(Need need) =>
        need.Said.Values.SelectMany(words => words).Select(word => SearchWords.Stems.Of(Spelling.Fold(word)).ToString()).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// The rows that have every word that is known here, each with how well it fits (more is better). Words that nothing
    /// resembles are passed over as long as another is known. Null when nothing was typed.
    /// </summary>
    public static WordScores? Find(Offers offers, string typed)
    {
        var words = Spelling.Fold(typed).Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MostWords).ToList();
        if (words.Count == 0)
            return null;
        var telling = words.Where(word => !SearchWords.Small.Contains(word)).ToList();
        RowSet? found = null;
        var total = new float[offers.All.Count];
        var ofWord = new float[offers.All.Count];
        foreach (var word in telling.Count > 0 ? telling : words)
        {
            Array.Clear(ofWord);
            var rows = ScoresOf(offers, word, ofWord);
            if (rows.Count == 0)
                continue;
            if (found is null)
                found = rows;
            else
                found.Intersect(rows);
            foreach (var row in found.Rows())
                total[row] += ofWord[row];
        }

        return new WordScores(found ?? new RowSet(offers.All.Count), total);
    }

    /// <summary>The needs that a folded word names, each with how close the word is.</summary>
    internal static IEnumerable<(int Need, float Closeness)> NeedsSaid(string word) => NeedsOfStem(SearchWords.Stems.Of(word).ToString());

    private static IEnumerable<(int Need, float Closeness)> NeedsOfStem(string word) => Said
        .Select(said => (said.Need, Closeness: WordCloseness.Of(word, said.Word)))
        // One letter makes another word of a short one ("casa", "cama"): only longer words are forgiven it here.
        .Where(said => said.Closeness >= (word.Length >= 6 ? 0.6f : 0.8f) && word.Length >= 3)
        .GroupBy(said => said.Need, (need, group) => (need, group.Max(said => said.Closeness)));

    private static RowSet ScoresOf(Offers offers, string word, float[] scores)
    {
        var rows = offers.Words.ScoresOf(word, scores);
        foreach (var (need, closeness) in NeedsSaid(word))
        {
            var answering = offers.Sets.Answering(need);
            rows.Unite(answering);
            foreach (var row in answering.Rows())
                scores[row] = Math.Max(scores[row], NeedWeight * closeness);
        }

        return rows;
    }
}
