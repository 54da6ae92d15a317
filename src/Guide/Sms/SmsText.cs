using System.Globalization;
using System.Text;

namespace Tambo.Guide.Sms;

/// <summary>A text that one message carries.</summary>
/// <param name="Text">What is sent.</param>
/// <param name="Encoding">GSM-7, or UCS-2 where the language needs it.</param>
/// <param name="Units">How much of the message it takes: septets, or units of UTF-16.</param>
/// <param name="Limit">How much one message holds.</param>
public sealed record SmsMessage(string Text, string Encoding, int Units, int Limit);

/// <summary>What is to be told of a service, in the reader's words; empty where there is nothing to say.</summary>
internal sealed record SmsParts
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>What must be known before all else, for example that it is closed for the time being.</summary>
    public string Warning { get; init; } = "";

    /// <summary>A number to call; never cut.</summary>
    public string Phone { get; init; } = "";

    /// <summary>Street, town, country: left out from the end, never cut inside, for half a house number leads to another door.</summary>
    public IReadOnlyList<string> Address { get; init; } = [];

    /// <summary>Today's hours.</summary>
    public string Hours { get; init; } = "";

    /// <summary>Where everything else stands.</summary>
    public string Link { get; init; } = "";
}

/// <summary>Says of a service what one text message holds: who, where, when, and a number to call. Pure.</summary>
internal static class SmsText
{
    /// <summary>Units of a message outside of the GSM alphabet (3GPP TS 23.038, clause 6.2.3): 140 bytes in pairs.</summary>
    private const int Ucs2Limit = 70;

    /// <summary>Longer than any telephone number with its extension; what is longer is a sentence, and is left out whole.</summary>
    private const int LongestPhone = 40;

    // What gives way, in this order, until one message holds the rest.
    private static readonly Func<SmsParts, SmsParts>[] Shorter =
    [
        parts => parts with { Name = Shorten(parts.Name, 40) },
        parts => parts with { Address = [.. parts.Address.Take(2)] },
        parts => parts with { Address = [.. parts.Address.Take(1)] },
        parts => parts with { Name = Shorten(parts.Name, 28) },
        parts => parts with { Link = "" },
        parts => parts with { Hours = "" },
        parts => parts with { Name = Shorten(parts.Name, 18) },
        parts => parts with { Address = [] },
        // Last of all: whoever goes to a closed door had better not be told of it.
        parts => parts with { Name = Shorten(parts.Name, 10) },
        parts => parts with { Warning = "" },
    ];

    /// <summary>The message; never more than one.</summary>
    public static SmsMessage Of(SmsParts parts)
    {
        var told = parts with
        {
            Name = Clean(parts.Name),
            Warning = Clean(parts.Warning),
            Phone = Clean(parts.Phone) is { Length: <= LongestPhone } phone ? phone : "",
            Address = [.. parts.Address.Select(Clean).Where(part => part.Length > 0)],
            Hours = Clean(parts.Hours),
            Link = Clean(parts.Link),
        };
        var message = Encode(told);
        foreach (var shorter in Shorter)
        {
            if (message.Units <= message.Limit)
                break;
            told = shorter(told);
            message = Encode(told);
        }

        return message;
    }

    /// <summary>Cut at a word, with a mark that something is missing.</summary>
    internal static string Shorten(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var end = text.LastIndexOf(' ', most - 1);
        if (end < most / 2)
            end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return text[..end].TrimEnd(' ', ',', ';', '.', '-', '(', '/') + "…";
    }

    private static SmsMessage Encode(SmsParts parts)
    {
        var text = string.Join('\n', new[] { parts.Name, parts.Warning, string.Join(", ", parts.Address), parts.Phone, parts.Hours, parts.Link }.Where(line => line.Length > 0));
        var folded = Gsm7.Fold(text);
        return Gsm7.Septets(folded) is { } septets
            ? new SmsMessage(folded, "GSM-7", septets, Gsm7.Limit)
            : new SmsMessage(text, "UCS-2", text.Length, Ucs2Limit);
    }

    /// <summary>One line, without drawings and without characters that show nothing: a single one would more than halve the message.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
                clean.Append(clean.Length > 0 && clean[^1] != ' ' ? " " : "");
            else if (rune.Value != Rune.ReplacementChar.Value && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.OtherSymbol or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.EnclosingMark) && !IsVariation(rune))
                clean.Append(rune.ToString());
        }

        return clean.ToString().Trim();
    }

    private static bool IsVariation(Rune rune) => rune.Value is >= 0xFE00 and <= 0xFE0F;
}
