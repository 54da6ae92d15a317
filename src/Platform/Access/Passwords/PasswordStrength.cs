using System.Globalization;
using System.Text;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Passwords;

/// <summary>
/// Says whether a password can be guessed. No rule about capitals and signs: the length, the words and the patterns are
/// weighed together (the advice of NIST SP 800-63B section 3.1.1, which asks for length and a list of what is common).
/// </summary>
internal static class PasswordStrength
{
    /// <summary>Fewest characters.</summary>
    public const int Shortest = 12;

    /// <summary>Most characters; longer text is refused before any work is done on it.</summary>
    public const int Longest = 256;

    /// <summary>Bits below which guessing is refused: 2^40 guesses at 10,000 a second last three years and a half.</summary>
    private const double FewestBits = 40;

    // Bits for a piece that a guesser tries first; one of about 500 words, a year, a row of keys, a repetition.
    private const double WordBits = 9;
    private const double YearBits = 7;
    private const double RunBits = 6;

    private static readonly string[] KeyRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "1234567890"];
    private static readonly HashSet<string> Words = ReadWords();
    private static readonly int LongestWord = Words.Max(word => word.Length);

    /// <summary>What is wrong with the password, or null when it may be used.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="personal">Names a guesser would try: the user's, the node's.</param>
    public static ProblemKind? Check(string password, IEnumerable<string> personal)
    {
        if (password.EnumerateRunes().Count() < Shortest)
            return AccessProblems.PasswordTooShort;
        if (password.Length > Longest)
            return AccessProblems.PasswordTooLong;
        var plain = Fold(password);
        var names = personal.SelectMany(name => name.Split([' ', '@', '.', '-', '_'])).Select(Fold).Where(name => name.Length >= 4);
        if (names.Any(name => plain.Contains(name, StringComparison.Ordinal)) && Bits(Without(plain, names)) < FewestBits)
            return AccessProblems.PasswordPersonal;
        return Bits(plain) < FewestBits ? AccessProblems.PasswordGuessable : null;
    }

    /// <summary>An estimate, in bits, of how many guesses a patient guesser needs; the text is folded.</summary>
    internal static double Bits(string plain)
    {
        var bits = 0.0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < plain.Length;)
        {
            var (length, cost) = Piece(plain, at);
            // A piece said twice is worth one bit the second time.
            bits += length > 1 && !seen.Add(plain.Substring(at, length)) ? 1 : cost;
            at += length;
        }

        var period = Period(plain);
        return period < plain.Length ? Math.Min(bits, Bits(plain[..period]) + 4) : bits;
    }

    private static (int Length, double Bits) Piece(string plain, int at)
    {
        var word = WordAt(plain, at);
        var run = RunAt(plain, at);
        if (run > word && run >= 3)
            return (run, RunBits + Math.Log2(run));
        if (word > 0)
            return (word, WordBits);
        return IsYear(plain, at) ? (4, YearBits) : (1, CharacterBits(plain[at]));
    }

    private static int WordAt(string plain, int at)
    {
        var letters = Unleet(plain.Substring(at, Math.Min(LongestWord, plain.Length - at)));
        for (var length = letters.Length; length >= 3; length--)
        {
            if (Words.Contains(letters[..length]))
                return length;
        }

        return 0;
    }

    /// <summary>How many characters from here are equal, count up or down, or lie side by side on a keyboard.</summary>
    private static int RunAt(string plain, int at)
    {
        if (at + 1 >= plain.Length)
            return 1;
        var step = plain[at + 1] - plain[at];
        var length = 1;
        if (step is >= -1 and <= 1)
        {
            while (at + length < plain.Length && plain[at + length] - plain[at + length - 1] == step)
                length++;
        }

        return Math.Max(length, KeyRows.Max(row => Math.Max(AlongRow(row, plain, at, 1), AlongRow(row, plain, at, -1))));
    }

    private static int AlongRow(string row, string plain, int at, int direction)
    {
        var key = row.IndexOf(plain[at], StringComparison.Ordinal);
        if (key < 0)
            return 1;
        var length = 1;
        while (at + length < plain.Length && key + (length * direction) is var next and >= 0 && next < row.Length && row[next] == plain[at + length])
            length++;
        return length;
    }

    private static bool IsYear(string plain, int at) =>
        at + 4 <= plain.Length && plain.AsSpan(at, 4).ContainsAnyExceptInRange('0', '9') is false
        && (plain.AsSpan(at, 2).SequenceEqual("19") || plain.AsSpan(at, 2).SequenceEqual("20"));

    // Letters of a language are not random: about 4 bits a letter without knowing the words.
    private static double CharacterBits(char c) => char.IsAsciiDigit(c) ? 3.3 : char.IsAsciiLetter(c) ? 4.0 : 5.0;

    /// <summary>The shortest length after which the text repeats itself; its own length when it does not.</summary>
    private static int Period(string text)
    {
        for (var period = 1; period <= text.Length / 2; period++)
        {
            var repeats = true;
            for (var i = period; i < text.Length && repeats; i++)
                repeats = text[i] == text[i - period];
            if (repeats)
                return period;
        }

        return text.Length;
    }

    private static string Without(string plain, IEnumerable<string> names)
    {
        foreach (var name in names)
            plain = plain.Replace(name, "", StringComparison.Ordinal);
        return plain;
    }

    /// <summary>Lower case without accents, so that <c>Contraseña</c> is <c>contrasena</c>.</summary>
    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in Places.Spelling.Normalise(text, NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                folded.Append(c);
        }

        return folded.ToString();
    }

    private static string Unleet(string text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = source[i] switch
            {
                '0' => 'o',
                '1' or '!' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                var c => c,
            };
        }
    });

    private static HashSet<string> ReadWords()
    {
        using var stream = typeof(PasswordStrength).Assembly.GetManifestResourceStream("Tambo.Platform.Access.common-words.txt")
            ?? throw new InvalidOperationException("The embedded common-words.txt is missing.");
        using var reader = new StreamReader(stream);
        return
        [
            .. reader.ReadToEnd().Split('\n')
                .Where(line => !line.StartsWith('#'))
                .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
    }
}
