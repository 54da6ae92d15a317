using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Tambo.Guide.Sms;

/// <summary>
/// The alphabet in which a text message holds 160 characters (3GPP TS 23.038, clause 6.2.1); in any other it holds 70. Pure.
/// </summary>
internal static class Gsm7
{
    /// <summary>Units of a message in this alphabet.</summary>
    public const int Limit = 160;

    // Table 6.2.1, without the escape itself.
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    // Table 6.2.1.1, without the page break: each of these is an escape and a letter.
    private const string Extension = "^{}\\[~]|€";

    private static readonly FrozenDictionary<char, int> Septet =
        Basic.Select(letter => KeyValuePair.Create(letter, 1)).Concat(Extension.Select(letter => KeyValuePair.Create(letter, 2))).ToFrozenDictionary();

    // What looks or reads alike; letters with marks are found by taking the mark away.
    private static readonly FrozenDictionary<char, string> Alike = new[]
    {
        ("’‘‚‹›ʼʻ`´", "'"), ("“”„«»", "\""), ("–—‐‑−·•", "-"), ("…", "..."), ("º°", "o"), ("ª", "a"), ("×", "x"),
        ("œ", "oe"), ("Œ", "OE"), ("ł", "l"), ("Ł", "L"), ("đ", "d"), ("Đ", "D"), ("ı", "i"),
    }.SelectMany(pair => pair.Item1.Select(letter => KeyValuePair.Create(letter, pair.Item2))).ToFrozenDictionary();

    /// <summary>How much of a message the text takes; null when it needs another alphabet.</summary>
    public static int? Septets(string text)
    {
        var sum = 0;
        foreach (var letter in text)
        {
            if (!Septet.TryGetValue(letter, out var septets))
                return null;
            sum += septets;
        }

        return sum;
    }

    /// <summary>The text in this alphabet as far as it can be said in it; what cannot stays as it is.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text.Normalize(NormalizationForm.FormC))
            folded.Append(Septet.ContainsKey(letter) ? letter.ToString() : Alike.TryGetValue(letter, out var alike) ? alike : Plain(letter));
        return folded.ToString();
    }

    private static string Plain(char letter)
    {
        if (char.IsWhiteSpace(letter))
            return " ";
        if (char.IsSurrogate(letter))
            return letter.ToString();
        var bare = string.Concat(letter.ToString().Normalize(NormalizationForm.FormD).Where(part => CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark));
        return bare.Length > 0 && bare.All(Septet.ContainsKey) ? bare : letter.ToString();
    }
}
