using System.Globalization;
using System.Text;

namespace Tambo.Guide.Sheets;

/// <summary>
/// Chooses how many services fit on one sheet, on A4 and on Letter, whatever the printer's typeface: lines are counted with
/// letters as wide as those of the widest usual one. The lengths are those of sheet.css, in millimetres. Pure.
/// </summary>
internal static class SheetFit
{
    /// <summary>What Letter leaves between margins of 11 mm, less a little that printers take.</summary>
    private const double Page = 255;

    /// <summary>Node and day above, what is left out and the sources below.</summary>
    private const double Frame = 25;

    private const double TitleLine = 7.2;
    private const double Map = 74;
    private const double CodesAlone = 36;
    private const double NameLine = 4.7;
    private const double TextLine = 4;
    private const double Gap = 2.4;

    // Notices take no more than half of what is left below the title, so that it stays a list of services.
    private const double MostForNotices = 105;

    // Letters of a line at 16, 10 and 8.5 points, of 186 and of 84 mm, each 0.6 of the height of its type; capitals count a quarter more.
    private const int TitleLetters = 54, NameLetters = 39, TextLetters = 47, WideLetters = 98;

    /// <summary>The notices that fit, each in full, in their order; the first always does.</summary>
    public static IReadOnlyList<string> Notices(IReadOnlyList<string> notices)
    {
        var used = 0d;
        return [.. notices.TakeWhile((notice, at) => (used += HeightOf(notice)) <= MostForNotices || at == 0)];
    }

    /// <summary>The list in two columns; what no longer fits is left out.</summary>
    public static IReadOnlyList<IReadOnlyList<SheetEntry>> Columns(string title, IReadOnlyList<string> notices, bool hasMap, IEnumerable<SheetEntry> entries)
    {
        var height = Page - Frame - (TitleLine * Lines(title, TitleLetters)) - (hasMap ? Map : CodesAlone) - notices.Sum(HeightOf);
        List<SheetEntry>[] columns = [[], []];
        double[] used = [0, 0];
        var at = 0;
        foreach (var entry in entries)
        {
            var takes = Height(entry);
            if (used[at] + takes > height && ++at == columns.Length)
                break;
            columns[at].Add(entry);
            used[at] += takes;
        }

        return columns;
    }

    private static double HeightOf(string notice) => Gap + (TextLine * notice.Split('\n').Sum(line => Lines(line, WideLetters)));

    private static double Height(SheetEntry entry) =>
        Gap + (NameLine * Lines(entry.NameMark.Length == 0 ? entry.Name.Text : $"{entry.Name.Text} ({entry.NameMark})", NameLetters))
        + (TextLine * (Lines(entry.Address, TextLetters) + Lines(entry.Phone, TextLetters) + Lines(entry.Hours, TextLetters) + Lines(entry.Languages, TextLetters) + Lines(entry.Freshness, TextLetters)));

    /// <summary>Lines that a text takes, broken between words and, where a word is too long, inside it.</summary>
    internal static int Lines(string text, int letters)
    {
        if (text.Length == 0)
            return 0;
        var (lines, used) = (1, 0);
        foreach (var word in text.Split(' '))
        {
            var wide = Width(word);
            if (used > 0 && used + 1 + wide > letters)
            {
                lines++;
                used = 0;
            }

            used += (used > 0 ? 1 : 0) + wide;
            if (used > letters)
            {
                lines += (used - 1) / letters;
                used = ((used - 1) % letters) + 1;
            }
        }

        return lines;
    }

    // Letters of Chinese, Japanese and Korean take two; capitals are wider than small letters.
    private static int Width(string word)
    {
        var quarters = 0;
        foreach (var rune in word.EnumerateRunes())
            quarters += rune.Value >= 0x1100 ? 8 : Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter ? 5 : 4;
        return (quarters + 3) / 4;
    }
}
