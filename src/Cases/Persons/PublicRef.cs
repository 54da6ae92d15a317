using System.Security.Cryptography;
using System.Text;

namespace Tambo.Cases.Persons;

/// <summary>
/// The reference by which people speak of a person or a case: 60 bits of chance in the alphabet of Crockford's base 32, which
/// has no I, L, O and U, and a check letter, in groups that can be read aloud: <c>7H3K-9QXM-2R4TW</c>.
/// </summary>
internal static class PublicRef
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Letters = 12;

    /// <summary>A new reference, which nobody can guess.</summary>
    public static string New()
    {
        Span<int> digits = stackalloc int[Letters];
        for (var i = 0; i < Letters; i++)
            digits[i] = RandomNumberGenerator.GetInt32(Alphabet.Length);
        return Write(digits);
    }

    /// <summary>The reference as it is kept, from how somebody wrote or heard it; null when it cannot be one.</summary>
    public static string? Read(string written)
    {
        Span<int> digits = stackalloc int[Letters + 1];
        var count = 0;
        foreach (var letter in written)
        {
            if (char.IsWhiteSpace(letter) || letter is '-' or '\u2010' or '\u2011' or '\u2013' or '.')
                continue;
            var digit = char.ToUpperInvariant(letter) switch
            {
                'I' or 'L' => 1,
                'O' => 0,
                var known => Alphabet.IndexOf(known, StringComparison.Ordinal),
            };
            if (digit < 0 || count > Letters)
                return null;
            digits[count++] = digit;
        }

        return count == Letters + 1 && Check(digits[..Letters]) == digits[Letters] ? Write(digits[..Letters]) : null;
    }

    private static string Write(ReadOnlySpan<int> digits)
    {
        var text = new StringBuilder(Letters + 3);
        for (var i = 0; i < digits.Length; i++)
        {
            if (i is 4 or 8)
                text.Append('-');
            text.Append(Alphabet[digits[i]]);
        }

        return text.Append(Alphabet[Check(digits)]).ToString();
    }

    // A polynomial over the field of 32 elements (x^5 + x^2 + 1), by Horner's rule: x has order 31, so each place has a
    // weight of its own, and one wrong letter or two that changed places are always noticed.
    private static int Check(ReadOnlySpan<int> digits)
    {
        var sum = 0;
        foreach (var digit in digits)
        {
            sum = (sum ^ digit) << 1;
            if (sum >= 32)
                sum ^= 0b100101;
        }

        return sum;
    }
}
