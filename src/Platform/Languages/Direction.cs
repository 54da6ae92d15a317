using System.Text;

namespace Tambo.Platform.Languages;

/// <summary>
/// Which way a text is written. A name, an address or a number that runs the other way than the sentence around it would
/// take the words and signs beside it along; isolates (Unicode UAX #9, 2.4) keep each in its own order.
/// </summary>
internal static class Direction
{
    private const char FirstStrongIsolate = '\u2068';
    private const char PopIsolate = '\u2069';

    /// <summary>The text as it may stand in a sentence: between isolates where it has letters or digits of the other direction.</summary>
    public static string Isolated(string text, bool inRightToLeft) =>
        text.Length > 0 && text[0] != FirstStrongIsolate && RunsAgainst(text, inRightToLeft) ? $"{FirstStrongIsolate}{text}{PopIsolate}" : text;

    /// <summary>True when something in the text is written against the direction of what is around it.</summary>
    internal static bool RunsAgainst(string text, bool inRightToLeft)
    {
        bool hasRight = false, hasDigit = false, hasSign = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsRightToLeft(rune))
                hasRight = true;
            else if (Rune.IsLetter(rune) && inRightToLeft)
                return true;
            else if (Rune.IsDigit(rune))
                hasDigit = true;
            else
                hasSign = true;
        }

        // Digits run from left to right in every script; the signs of a telephone number among them would change places.
        return inRightToLeft ? hasDigit && hasSign && !hasRight : hasRight;
    }

    // The blocks that Unicode gives the classes R and AL by default (DerivedBidiClass.txt), whose letters all run so.
    private static bool IsRightToLeft(Rune rune) => rune.Value
        is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDCF) or (>= 0xFDF0 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE)
        or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
