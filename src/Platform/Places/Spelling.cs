using System.Globalization;
using System.Text;

namespace Tambo.Platform.Places;

/// <summary>How two spellings of a name are compared: without accents, case or punctuation, and with one slip forgiven.</summary>
public static class Spelling
{
    /// <summary>Tatweel, which makes an Arabic word wider and says nothing.</summary>
    private const char Stretch = '\u0640';

    /// <summary>Lower case without accents; anything but letters and digits becomes one space: <c>"São  Paulo!"</c> is <c>"sao paulo"</c>.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        var gap = false;
        foreach (var letter in Ascii.IsValid(text) ? text : Normalise(text, NormalizationForm.FormD))
        {
            if (letter > 127 && (letter == Stretch || CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark))
                continue;
            if (!char.IsLetterOrDigit(letter))
            {
                gap = folded.Length > 0;
                continue;
            }

            if (gap)
                folded.Append(' ');
            gap = false;
            folded.Append(Plain(letter));
        }

        return folded.ToString();
    }

    // Letters that the same word is written with from one hand and keyboard to the next: alef with its wasla, yeh with or
    // without dots (Arabic, Persian, Pashto), kaf, and the heh at the end of a word. What carries a hamza or a madda has
    // lost it with the accents. Digits of any script are those of ASCII.
    private static char Plain(char letter) => letter switch
    {
        < '\u0660' => char.ToLowerInvariant(letter) switch
        {
            '\u0629' => '\u0647',
            '\u0649' => '\u064A',
            var plain => plain,
        },
        '\u0671' => '\u0627',
        '\u06CC' or '\u06D0' => '\u064A',
        '\u06A9' => '\u0643',
        _ when CharUnicodeInfo.GetDecimalDigitValue(letter) is var digit and >= 0 => (char)('0' + digit),
        _ => char.ToLowerInvariant(letter),
    };

    /// <summary>
    /// The letters of a folded text, one bit each (some share one): a text that comes of another by so many slips lacks
    /// at most as many of its letters, which tells most texts apart without comparing them.
    /// </summary>
    public static ulong LettersOf(ReadOnlySpan<char> folded)
    {
        var bits = 0ul;
        foreach (var letter in folded)
            bits |= 1ul << (letter & 63);
        return bits;
    }

    /// <summary>
    /// The text in a normal form of Unicode. Halves of characters and U+FFFE, on which .NET's own normalisation throws,
    /// become the replacement character: what people send is compared, never a reason to fail.
    /// </summary>
    public static string Normalise(string text, NormalizationForm form)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            whole.Append(rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        return whole.ToString().Normalize(form);
    }

    /// <summary>
    /// True when one text becomes the other by at most one slip: a letter too many, too few, a wrong one, or two
    /// neighbours exchanged (a Damerau-Levenshtein distance of at most one).
    /// </summary>
    internal static bool OneSlipApart(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
            return false;
        var start = a.CommonPrefixLength(b);
        a = a[start..];
        b = b[start..];
        if (a.Length == b.Length)
        {
            return a.Length == 0
                || a[1..].SequenceEqual(b[1..])
                || (a.Length > 1 && a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..]));
        }

        return a.Length > b.Length ? a[1..].SequenceEqual(b) : b[1..].SequenceEqual(a);
    }
}
