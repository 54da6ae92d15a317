using System.Collections.Frozen;
using System.Text.Json;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>
/// What somebody typed to find services. A word is looked for in the texts of offers, and, since few texts say "lawyer"
/// where legal help is given, among the words by which people name a need, in every language at once.
/// </summary>
internal static class TypedWords
{
    private const int MostWords = 12;

    /// <summary>How much a need that a word names counts: as much as the name of a place, less than the name of a service.</summary>
    private const float NeedWeight = 2;

    /// <summary>Words that say nothing of what is looked for: "I need a…", in every language.</summary>
    private static readonly FrozenSet<string> Small = ReadSmall();

    private static readonly (string Word, int Need)[] Said =
        [.. Needs.All.SelectMany((need, index) => need.Said.Values.SelectMany(words => words).Select(word => (Spelling.Fold(word), index))).Distinct()];

    /// <summary>
    /// The rows that have every word that is known here, each with how well it fits (more is better). Words that nothing
    /// resembles are passed over as long as another is known. Null when nothing was typed.
    /// </summary>
    public static Dictionary<int, float>? Find(Offers offers, string typed)
    {
        var words = Spelling.Fold(typed).Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MostWords).ToList();
        if (words.Count == 0)
            return null;
        var telling = words.Where(word => !Small.Contains(word)).ToList();
        Dictionary<int, float>? found = null;
        foreach (var word in telling.Count > 0 ? telling : words)
        {
            var rows = RowsOf(offers, word);
            if (rows.Count == 0)
                continue;
            if (found is null)
                found = rows;
            else
                Keep(found, rows);
        }

        return found ?? [];
    }

    /// <summary>The needs that a folded word names, each with how close the word is.</summary>
    internal static IEnumerable<(int Need, float Closeness)> NeedsSaid(string word) => Said
        .Select(said => (said.Need, Closeness: WordIndex.Closeness(word, said.Word)))
        // One letter makes another word of a short one ("casa", "cama"): only longer words are forgiven it here.
        .Where(said => said.Closeness >= (word.Length >= 6 ? 0.6f : 0.8f) && word.Length >= 3)
        .GroupBy(said => said.Need, (need, group) => (need, group.Max(said => said.Closeness)));

    private static Dictionary<int, float> RowsOf(Offers offers, string word)
    {
        var rows = offers.Words.RowsOf(word);
        foreach (var (need, closeness) in NeedsSaid(word))
        {
            foreach (var row in offers.Answering(need))
                rows[row] = Math.Max(rows.GetValueOrDefault(row), NeedWeight * closeness);
        }

        return rows;
    }

    private static void Keep(Dictionary<int, float> found, Dictionary<int, float> rows)
    {
        foreach (var row in found.Keys.ToList())
        {
            if (rows.TryGetValue(row, out var score))
                found[row] += score;
            else
                found.Remove(row);
        }
    }

    private static FrozenSet<string> ReadSmall()
    {
        using var stream = typeof(TypedWords).Assembly.GetManifestResourceStream("Tambo.Guide.Finding.small-words.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string[]>>(stream)!
            .SelectMany(language => language.Value).Select(Spelling.Fold).ToFrozenSet(StringComparer.Ordinal);
    }
}
