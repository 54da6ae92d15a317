namespace Tambo.Platform.Places;

/// <summary>How well a name fits what was typed, the best first.</summary>
internal enum NameMatch
{
    Same,
    Begins,
    WordBegins,
    OneSlip,
    BeginsWithOneSlip,
    None,
}

/// <summary>Compares what a person typed with a name, both folded.</summary>
internal static class NameMatching
{
    /// <summary>Shorter texts are not forgiven a slip: too many names would be one letter away.</summary>
    private const int ShortestForgiven = 4;

    /// <summary>How many slips are forgiven in a typed text.</summary>
    internal static int SlipsForgiven(ReadOnlySpan<char> typed) => typed.Length < ShortestForgiven ? 0 : 1;

    internal static NameMatch Compare(ReadOnlySpan<char> typed, ReadOnlySpan<char> name)
    {
        if (name.StartsWith(typed, StringComparison.Ordinal))
            return name.Length == typed.Length ? NameMatch.Same : NameMatch.Begins;
        if (AWordBegins(typed, name))
            return NameMatch.WordBegins;
        if (typed.Length < ShortestForgiven || name.Length < typed.Length - 1)
            return NameMatch.None;
        if (Spelling.OneSlipApart(typed, name))
            return NameMatch.OneSlip;
        // The slip may add or lose a letter, so the beginning to compare with may be one longer or shorter.
        for (var length = typed.Length - 1; length <= Math.Min(typed.Length + 1, name.Length); length++)
        {
            if (Spelling.OneSlipApart(typed, name[..length]))
                return NameMatch.BeginsWithOneSlip;
        }

        return NameMatch.None;
    }

    private static bool AWordBegins(ReadOnlySpan<char> typed, ReadOnlySpan<char> name)
    {
        for (var gap = name.IndexOf(' '); gap >= 0;)
        {
            name = name[(gap + 1)..];
            if (name.StartsWith(typed, StringComparison.Ordinal))
                return true;
            gap = name.IndexOf(' ');
        }

        return false;
    }
}
