using System.IO.Enumeration;
using System.Text;
using System.Globalization;
using Tambo.Platform.Places;

namespace Tambo.Flows.Harmonising;

/// <summary>How the words of tables are compared; pure.</summary>
internal static class WordForms
{
    /// <summary>Lower case, without accents, one blank for each gap; marks stay, because <c>18+</c> is not 18.</summary>
    public static string Plain(string text)
    {
        var trimmed = text.Trim();
        if (Ascii.IsValid(trimmed) && !trimmed.Any(char.IsWhiteSpace))
            return trimmed.ToLowerInvariant();
        var plain = new StringBuilder(trimmed.Length);
        foreach (var letter in Spelling.Normalise(trimmed, NormalizationForm.FormD))
        {
            if (char.IsWhiteSpace(letter))
            {
                if (plain.Length > 0 && plain[^1] != ' ')
                    plain.Append(' ');
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
            {
                plain.Append(char.ToLowerInvariant(letter));
            }
        }

        return plain.ToString();
    }

    /// <summary>True when a value fits a pattern in which <c>*</c> stands for anything.</summary>
    public static bool Fits(string value, string pattern) => FileSystemName.MatchesSimpleExpression(Plain(pattern), Plain(value), ignoreCase: false);

    /// <summary>
    /// True when letters were read in a wrong encoding: the replacement character, or what two bytes of UTF-8 look like as one
    /// letter each (<c>Ã©</c>).
    /// </summary>
    public static bool IsGarbled(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\uFFFD' || (text[at] is '\u00C2' or '\u00C3' && at + 1 < text.Length && text[at + 1] is >= '\u0080' and <= '\u00BF'))
                return true;
        }

        return false;
    }
}
