namespace Tambo.Guide.Finding;

/// <summary>How close a typed word is to a known one.</summary>
internal static class WordCloseness
{
    /// <summary>Shorter words are not forgiven a slip: too many others would be one letter away.</summary>
    private const int ShortestForgiven = 4;

    /// <summary>From this length two slips are forgiven.</summary>
    private const int ForgivenTwice = 8;

    /// <summary>How many slips are forgiven in a typed word.</summary>
    public static int SlipsForgiven(string typed) => typed.Length >= ForgivenTwice ? 2 : typed.Length >= ShortestForgiven ? 1 : 0;

    /// <summary>1 for the same word, less for a beginning and for each slip; 0 when they are different words.</summary>
    public static float Of(string typed, string word)
    {
        if (word.StartsWith(typed, StringComparison.Ordinal))
            return word.Length == typed.Length ? 1f : typed.Length >= 3 ? 0.8f : 0.3f;
        var most = SlipsForgiven(typed);
        if (most == 0)
            return 0;
        var slips = Slips(typed, word, most);
        if (slips <= most)
            return slips == 1 ? 0.6f : 0.4f;
        // The end of a longer word may be missing as well: "albegue" for "albergues".
        return word.Length > typed.Length && Slips(typed, word.AsSpan(0, typed.Length), 1) <= 1 ? 0.35f : 0;
    }

    /// <summary>
    /// Damerau-Levenshtein distance with neighbours exchanged as one slip (optimal string alignment), or
    /// <paramref name="most"/> + 1 when it is more.
    /// </summary>
    internal static int Slips(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most || a.Length > 64 || b.Length > 64)
            return most + 1;
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var value = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    value = Math.Min(value, before[j - 2] + 1);
                current[j] = value;
                least = Math.Min(least, value);
            }

            if (least > most)
                return most + 1;
            var free = before;
            before = last;
            last = current;
            current = free;
        }

        return Math.Min(last[b.Length], most + 1);
    }
}
