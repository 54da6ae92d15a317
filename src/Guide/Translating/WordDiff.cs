using System.Globalization;
using System.Text;

namespace Tambo.Guide.Translating;

/// <summary>What became of a stretch of text.</summary>
public enum PieceKind
{
    /// <summary>It stands in both.</summary>
    Same,

    /// <summary>It stood in the older text only.</summary>
    Removed,

    /// <summary>It stands in the newer text only.</summary>
    Added,
}

/// <summary>A stretch of text and what became of it.</summary>
public sealed record Piece(PieceKind Kind, string Text);

/// <summary>
/// The words in which two texts differ, by the algorithm of Myers (1986). Without what was added the pieces spell the older
/// text, without what was removed the newer one. Words are told apart by spaces, in scripts without spaces each letter is one.
/// </summary>
internal static class WordDiff
{
    // Beyond it nobody reads two texts as one with changes, and the work and the memory grow with its square.
    private const int MostChanges = 1_000;

    /// <summary>The pieces of both texts in reading order; in each change what was removed comes first.</summary>
    public static IReadOnlyList<Piece> Of(string before, string after)
    {
        var (old, now) = (Tokens(before), Tokens(after));
        var start = 0;
        while (start < old.Count && start < now.Count && old[start] == now[start])
            start++;
        var end = 0;
        while (end < old.Count - start && end < now.Count - start && old[^(end + 1)] == now[^(end + 1)])
            end++;
        var changes = new List<Piece> { new(PieceKind.Same, string.Concat(old.Take(start))) };
        changes.AddRange(Middle(old[start..^end], now[start..^end]));
        changes.Add(new Piece(PieceKind.Same, string.Concat(old.Skip(old.Count - end))));
        return Joined(changes);
    }

    /// <summary>The changes with a little of what stands around them, for a list.</summary>
    /// <param name="pieces">What <see cref="Of"/> gave.</param>
    /// <param name="around">About how many characters before and after each change.</param>
    public static IReadOnlyList<Piece> Excerpt(IReadOnlyList<Piece> pieces, int around)
    {
        var shown = new List<Piece>();
        foreach (var (piece, index) in pieces.Take(40).Select((piece, index) => (piece, index)))
        {
            var text = piece.Text;
            if (piece.Kind != PieceKind.Same)
                text = Begin(text, 4 * around);
            else if (index == 0 && text.Length > around)
                text = "…" + End(text, around);
            else if (index == pieces.Count - 1)
                text = Begin(text, around);
            else if (text.Length > 2 * around)
                text = Begin(text, around) + End(text, around);
            shown.Add(piece with { Text = text });
        }

        return shown;
    }

    /// <summary>The beginning of a text, with a sign where it was cut.</summary>
    public static string Begin(string text, int length)
    {
        if (text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
    }

    private static string End(string text, int length)
    {
        var from = text.Length - length;
        return text[(char.IsLowSurrogate(text[from]) ? from + 1 : from)..];
    }

    private static List<Piece> Middle(List<string> old, List<string> now)
    {
        if (old.Count > 0 && now.Count > 0 && Path(old, now) is { } path)
            return path;
        return [new Piece(PieceKind.Removed, string.Concat(old)), new Piece(PieceKind.Added, string.Concat(now))];
    }

    // The shortest way from one list to the other; null when it is longer than anybody would read. Furthest[k] is how far in
    // the old list one comes with so many changes on the diagonal k, which is the place in the old list less that in the new.
    private static List<Piece>? Path(List<string> old, List<string> now)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int Number(string token) => numbers.TryGetValue(token, out var number) ? number : numbers[token] = numbers.Count;
        int[] a = [.. old.Select(Number)], b = [.. now.Select(Number)];
        var most = Math.Min(a.Length + b.Length, MostChanges);
        var furthest = new int[(2 * most) + 3];
        var zero = most + 1;
        var trace = new List<int[]>();
        for (var changes = 0; changes <= most; changes++)
        {
            trace.Add(furthest[(zero - changes - 1)..(zero + changes + 2)]);
            for (var k = -changes; k <= changes; k += 2)
            {
                var x = k == -changes || (k != changes && furthest[zero + k - 1] < furthest[zero + k + 1])
                    ? furthest[zero + k + 1]
                    : furthest[zero + k - 1] + 1;
                while (x < a.Length && x - k < b.Length && a[x] == b[x - k])
                    x++;
                furthest[zero + k] = x;
                if (x >= a.Length && x - k >= b.Length)
                    return WayBack(trace, old, now);
            }
        }

        return null;
    }

    private static List<Piece> WayBack(List<int[]> trace, List<string> old, List<string> now)
    {
        var pieces = new List<Piece>();
        var (x, y) = (old.Count, now.Count);
        for (var changes = trace.Count - 1; changes >= 0; changes--)
        {
            var (furthest, zero, k) = (trace[changes], changes + 1, x - y);
            var down = k == -changes || (k != changes && furthest[zero + k - 1] < furthest[zero + k + 1]);
            var from = changes == 0 ? 0 : down ? furthest[zero + k + 1] : furthest[zero + k - 1];
            var cameFrom = changes == 0 ? 0 : down ? from - k - 1 : from - k + 1;
            while (x > from && y > cameFrom)
                (x, y) = Step(new Piece(PieceKind.Same, old[x - 1]), x - 1, y - 1);
            if (changes > 0)
                (x, y) = down ? Step(new Piece(PieceKind.Added, now[y - 1]), x, y - 1) : Step(new Piece(PieceKind.Removed, old[x - 1]), x - 1, y);
        }

        pieces.Reverse();
        return pieces;

        (int X, int Y) Step(Piece piece, int toX, int toY)
        {
            pieces.Add(piece);
            return (toX, toY);
        }
    }

    // Pieces of one kind become one; a space between two changes belongs to them, so that a rewritten sentence is not striped.
    private static List<Piece> Joined(List<Piece> pieces)
    {
        var joined = new List<Piece>();
        StringBuilder removed = new(), added = new(), same = new();
        foreach (var piece in pieces.Where(piece => piece.Text.Length > 0))
        {
            if (piece.Kind == PieceKind.Same)
            {
                same.Append(piece.Text);
                continue;
            }

            if (removed.Length + added.Length == 0 || !string.IsNullOrWhiteSpace(same.ToString()))
            {
                // Without a space between them two changes are one.
                if (same.Length > 0)
                    Flush();
            }
            else
            {
                removed.Append(same);
                added.Append(same);
                same.Clear();
            }

            (piece.Kind == PieceKind.Removed ? removed : added).Append(piece.Text);
        }

        Flush();
        return joined;

        void Flush()
        {
            foreach (var (kind, text) in new[] { (PieceKind.Removed, removed), (PieceKind.Added, added), (PieceKind.Same, same) })
            {
                if (text.Length > 0)
                    joined.Add(new Piece(kind, text.ToString()));
                text.Clear();
            }
        }
    }

    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var from = at;
            var first = Next(text, ref at);
            if (Rune.IsWhiteSpace(first))
                Run(text, ref at, Rune.IsWhiteSpace);
            else if (IsOfWord(first) && !IsWithoutSpaces(first))
                Run(text, ref at, rune => IsOfWord(rune) && !IsWithoutSpaces(rune));
            else
                Run(text, ref at, IsMark);
            tokens.Add(text[from..at]);
        }

        return tokens;
    }

    private static void Run(string text, ref int at, Predicate<Rune> belongs)
    {
        while (at < text.Length)
        {
            var next = at;
            if (!belongs(Next(text, ref next)))
                return;
            at = next;
        }
    }

    // Half a pair counts as one letter of its own, and stays as it is.
    private static Rune Next(string text, ref int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
        at += length;
        return rune;
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || IsMark(rune) || rune.Value == '_';

    // With the joiners that hold letters of Arabic, Indic scripts and pictures together.
    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        || rune.Value is 0x200C or 0x200D;

    // Thai, Lao, Tibetan, Burmese, Khmer, kana and the ideographs.
    private static bool IsWithoutSpaces(Rune rune) => rune.Value is (>= 0x0E00 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);
}
