using System.Runtime.InteropServices;
using Tambo.Guide.Finding;
using Tambo.Platform.Places;

namespace Tambo.Guide.Hsds;

/// <summary>
/// The words of all records. A typed word is one without spaces, so a text contains it where one of the text's own words
/// does: only the different words of the directory are looked through, however many records there are.
/// </summary>
internal sealed class HsdsWords
{
    private readonly int records;
    private readonly string[] vocabulary;
    private readonly ulong[] letters;
    private readonly int[][] holders;

    /// <param name="texts">The texts of each record, by its number.</param>
    public HsdsWords(IReadOnlyList<IEnumerable<string>> texts)
    {
        records = texts.Count;
        var words = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var record = 0; record < records; record++)
        {
            foreach (var word in Spelling.Fold(string.Join(' ', texts[record])).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(words, word, out _);
                list ??= [];
                if (list.Count == 0 || list[^1] != record)
                    list.Add(record);
            }
        }

        vocabulary = [.. words.Keys];
        letters = Array.ConvertAll(vocabulary, static word => Spelling.LettersOf(word));
        holders = Array.ConvertAll(vocabulary, word => words[word].ToArray());
    }

    /// <summary>For each typed word, folded, the records that have it.</summary>
    public IReadOnlyList<RowSet> Find(IReadOnlyList<string> typed) => [.. typed.Distinct(StringComparer.Ordinal).Select(HoldersOf)];

    private RowSet HoldersOf(string typed)
    {
        var found = new RowSet(records);
        var wanted = Spelling.LettersOf(typed);
        for (var i = 0; i < vocabulary.Length; i++)
        {
            if ((wanted & ~letters[i]) != 0 || !vocabulary[i].Contains(typed, StringComparison.Ordinal))
                continue;
            foreach (var record in holders[i])
                found.Add(record);
        }

        return found;
    }
}
