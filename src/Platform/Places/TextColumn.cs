namespace Tambo.Platform.Places;

/// <summary>Many short texts in one array: each text as an object of its own would take twice the memory.</summary>
internal sealed class TextColumn
{
    private readonly char[] letters;
    private readonly int[] ends;

    public TextColumn(string[] texts)
    {
        letters = string.Concat(texts).ToCharArray();
        ends = new int[texts.Length];
        var end = 0;
        for (var at = 0; at < texts.Length; at++)
            ends[at] = end += texts[at].Length;
    }

    /// <summary>One of the texts.</summary>
    public ReadOnlySpan<char> this[int at] => letters.AsSpan((at == 0 ? 0 : ends[at - 1])..ends[at]);
}
