using System.Collections.Frozen;
using System.Globalization;
using Tambo.Platform.Places;

namespace Tambo.Flows.Harmonising;

/// <summary>Reads dates with months in words: <c>enero de 2023</c>, <c>Feb-23</c>, <c>25 janvye 2020</c>; pure on the shipped words.</summary>
internal static class DateWords
{
    private static readonly Lazy<FrozenDictionary<string, IReadOnlyList<(string Language, int Month)>>> Months = new(Read);

    /// <summary>True when a pattern has months in words.</summary>
    public static bool Has(string pattern) => pattern.Contains("MMM", StringComparison.Ordinal);

    /// <summary>The month of a word, 0 for a word that only joins (<c>de</c>); null when it is none, or another month in another language and the language is not said.</summary>
    public static int? MonthOf(string word, string? language)
    {
        var meant = Months.Value.GetValueOrDefault(Spelling.Fold(word));
        var months = meant?.Where(one => language is null || one.Language == language).Select(one => one.Month).Distinct().ToList();
        return months is [var only] ? only : null;
    }

    /// <summary>Reads a text by a pattern whose parts are runs of <c>d</c>, <c>M</c> and <c>y</c>; what stands between them does not matter.</summary>
    public static DateOnly? Read(string text, string pattern, string? language)
    {
        var (parts, said) = (Runs(pattern, static letter => letter is 'd' or 'M' or 'y', static (a, b) => a == b), Runs(Spelling.Fold(text), static letter => letter != ' ', static (a, b) => char.IsAsciiDigit(a) == char.IsAsciiDigit(b)));
        var (day, month, year, at) = (1, 1, 0, 0);
        foreach (var word in said)
        {
            int number;
            if (!char.IsAsciiDigit(word[0]))
            {
                if (MonthOf(word, language) is not { } meant)
                    return null;
                if (meant == 0)
                    continue;
                if (at >= parts.Count || !parts[at].StartsWith("MMM", StringComparison.Ordinal))
                    return null;
                number = meant;
            }
            else if (word.Length > 4 || !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) || at >= parts.Count || parts[at].StartsWith("MMM", StringComparison.Ordinal))
            {
                return null;
            }

            switch (parts[at][0])
            {
                case 'd':
                    day = number;
                    break;
                case 'M':
                    month = number;
                    break;
                default:
                    if (word.Length != (parts[at].Length > 2 ? 4 : 2))
                        return null;
                    // Two digits are of this century: no table of movements that is brought in is older.
                    year = parts[at].Length > 2 ? number : 2000 + number;
                    break;
            }

            at++;
        }

        return at == parts.Count && year is >= 1 and <= 9998 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
    }

    private static List<string> Runs(string text, Predicate<char> counts, Func<char, char, bool> same)
    {
        var runs = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = at + 1;
            while (end < text.Length && counts(text[at]) && counts(text[end]) && same(text[at], text[end]))
                end++;
            if (counts(text[at]))
                runs.Add(text[at..end]);
            at = end;
        }

        return runs;
    }

    private static FrozenDictionary<string, IReadOnlyList<(string, int)>> Read()
    {
        var table = ShippedTable.Read("flow-words", "months.csv");
        var (month, language, word) = (table.Column("month"), table.Column("language"), table.Column("word"));
        return table.Rows.GroupBy(row => Spelling.Fold(row[word]), StringComparer.Ordinal).ToFrozenDictionary(
            same => same.Key,
            same => (IReadOnlyList<(string, int)>)[.. same.Select(row => (row[language], int.Parse(row[month], CultureInfo.InvariantCulture)))],
            StringComparer.Ordinal);
    }
}
