using System.Text;

namespace Tambo.Platform.Languages;

/// <summary>
/// Which characters a text of somebody may hold, at every door by which texts come in. Controls show nothing;
/// noncharacters are a program's own (Unicode, chapter 23.7), half a surrogate pair is no character; signs that turn letters
/// around or begin a direction and never end it (UAX #9, 2.1 to 2.4) make a text, and what stands beside it, read as
/// something else.
/// </summary>
public static class TextCharacters
{
    private const char PopEmbedding = '\u202C', PopIsolate = '\u2069';

    /// <summary>True when the text holds none of these; line ends and tabs may stand in it.</summary>
    public static bool AreFit(string text) => IsPlain(text) || Mended(text).Length == text.Length;

    /// <summary>True when the text holds characters that a person can see to be wrong, and has to correct.</summary>
    public static bool HasControls(string text) => text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));

    /// <summary>The text without what shows nothing and belongs in no text, controls too: nothing that is seen is lost.</summary>
    public static string Mended(string text)
    {
        if (IsPlain(text))
            return text;
        var dropped = LoneDirections(text);
        var kept = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (dropped.Contains(at) || IsControl(text[at]))
                continue;
            if (!Rune.TryGetRuneAt(text, at, out var rune))
                continue;
            if (!IsNoncharacter(rune.Value))
                kept.Append(text, at, rune.Utf16SequenceLength);
            at += rune.Utf16SequenceLength - 1;
        }

        return kept.ToString();
    }

    // Most texts: nothing to look at more closely.
    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (IsControl(c) || char.IsSurrogate(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or (>= '\uFDD0' and <= '\uFDEF') or >= '\uFFFE')
                return false;
        }

        return true;
    }

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    private static bool IsNoncharacter(int value) => value is >= 0xFDD0 and <= 0xFDEF || (value & 0xFFFE) == 0xFFFE;

    // Overrides never; of the others those that end within their line, in the order in which they began.
    private static HashSet<int> LoneDirections(string text)
    {
        var lone = new HashSet<int>();
        var open = new Stack<(int At, char End)>();
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\u202D' or '\u202E':
                    lone.Add(at);
                    open.Push((at, PopEmbedding));
                    break;
                case '\u202A' or '\u202B':
                    open.Push((at, PopEmbedding));
                    break;
                case '\u2066' or '\u2067' or '\u2068':
                    open.Push((at, PopIsolate));
                    break;
                case PopEmbedding or PopIsolate:
                    // An isolate that ends takes along what begins within it and has not ended.
                    while (text[at] == PopIsolate && open.TryPeek(out var within) && within.End == PopEmbedding && open.Any(begun => begun.End == PopIsolate))
                        lone.Add(open.Pop().At);
                    if (!open.TryPeek(out var last) || last.End != text[at])
                        lone.Add(at);
                    // What ends an override goes with it.
                    else if (lone.Contains(open.Pop().At))
                        lone.Add(at);
                    break;
                case '\n' or '\r' or '\u2029':
                    Drop();
                    break;
            }
        }

        Drop();
        return lone;

        void Drop()
        {
            while (open.TryPop(out var begun))
                lone.Add(begun.At);
        }
    }
}
