using System.Text;

namespace Tambo.Guide.Feedback;

/// <summary>
/// The code by which a writer finds the answer: 80 bits in the alphabet of Crockford's base 32 (no I, L, O, U; read
/// without regard to case, I and L as 1, O as 0) and a check letter, in groups that are easy to copy by hand.
/// </summary>
internal static class FeedbackCode
{
    /// <summary>Bytes of chance in a code.</summary>
    public const int Bytes = 10;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Letters = 16;

    /// <summary>The code of ten bytes: <c>7H3K-9QXM-2R4T-VB6WZ</c>.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<int> digits = stackalloc int[Letters];
        for (var i = 0; i < Letters; i++)
        {
            // Five bits at a time, the highest first.
            var bit = 5 * i;
            var two = (bytes[bit / 8] << 8) | (bit / 8 + 1 < Bytes ? bytes[bit / 8 + 1] : 0);
            digits[i] = (two >> (11 - bit % 8)) & 31;
        }

        var code = new StringBuilder(Letters + 4);
        for (var i = 0; i < Letters; i++)
        {
            if (i is 4 or 8 or 12)
                code.Append('-');
            code.Append(Alphabet[digits[i]]);
        }

        return code.Append(Alphabet[Check(digits)]).ToString();
    }

    /// <summary>The code as it was given out, from how somebody wrote it; null when it cannot be one.</summary>
    public static string? Read(string written)
    {
        Span<int> digits = stackalloc int[Letters + 1];
        var count = 0;
        foreach (var letter in written)
        {
            if (char.IsWhiteSpace(letter) || letter is '-' or '\u2010' or '\u2011' or '\u2013' or '.')
                continue;
            var digit = Digit(letter);
            if (digit < 0 || count > Letters)
                return null;
            digits[count++] = digit;
        }

        if (count != Letters + 1 || Check(digits[..Letters]) != digits[Letters])
            return null;
        Span<byte> bytes = stackalloc byte[Bytes];
        for (var i = 0; i < Letters; i++)
        {
            var bit = 5 * i;
            var two = digits[i] << (11 - bit % 8);
            bytes[bit / 8] |= (byte)(two >> 8);
            if (bit / 8 + 1 < Bytes)
                bytes[bit / 8 + 1] |= (byte)two;
        }

        return Of(bytes);
    }

    private static int Digit(char letter) => char.ToUpperInvariant(letter) switch
    {
        'I' or 'L' => 1,
        'O' => 0,
        var known => Alphabet.IndexOf(known, StringComparison.Ordinal),
    };

    /// <summary>
    /// A sum over the field of 32 elements (x⁵ + x² + 1), each letter with a weight of its own: it notices any one letter
    /// that was changed and any two that changed places.
    /// </summary>
    private static int Check(ReadOnlySpan<int> digits)
    {
        // Horner's rule: the weights are the powers of x, which has order 31, more than there are letters.
        var sum = 0;
        foreach (var digit in digits)
            sum = Times(sum ^ digit);
        return sum;
    }

    private static int Times(int element)
    {
        var shifted = element << 1;
        return shifted >= 32 ? shifted ^ 0b100101 : shifted;
    }
}
