namespace Tambo.Platform.Languages;

/// <summary>One interface language, as its own text file declares it.</summary>
/// <param name="Code">BCP 47 tag, for example <c>ht</c>.</param>
/// <param name="Name">The language's name in itself.</param>
/// <param name="RightToLeft">True for scripts written from right to left.</param>
public sealed record Language(string Code, string Name, bool RightToLeft)
{
    /// <summary>The value of the HTML <c>dir</c> attribute.</summary>
    public string Direction => RightToLeft ? "rtl" : "ltr";

    /// <summary>False while no speaker of the language has read its texts over; every page in it says so.</summary>
    public bool IsReviewed { get; init; } = true;

    /// <summary>What stands beside the name in a menu while nobody has read it over, in the language itself; else empty.</summary>
    public string Mark { get; init; } = "";

    /// <summary>The name, and the mark of a language that nobody has read over.</summary>
    public string MarkedName => Mark.Length == 0 ? Name : $"{Name} ({Mark})";

    /// <summary>Which form of a sentence a count takes.</summary>
    internal PluralRules Plurals { get; init; } = PluralRules.Of(new Dictionary<string, string>());

    /// <summary>The language as its texts describe it.</summary>
    internal static Language Of(string code, IReadOnlyDictionary<string, string> texts, string fallbackMark)
    {
        var isReviewed = texts.GetValueOrDefault("language.reviewed") != "no";
        try
        {
            return new Language(code, texts["language.name"], texts.GetValueOrDefault("language.direction") == "rtl")
            {
                IsReviewed = isReviewed,
                Mark = isReviewed ? "" : texts.GetValueOrDefault("shell.unreviewed.mark") ?? fallbackMark,
                Plurals = PluralRules.Of(texts),
            };
        }
        catch (InvalidDataException unreadable)
        {
            throw new InvalidDataException($"The texts of '{code}' cannot be used: {unreadable.Message}", unreadable);
        }
    }
}
