using Tambo.Guide.NeedsSeen;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Notices;

/// <summary>A notice as a reader gets it.</summary>
/// <param name="Title">What it says first.</param>
/// <param name="Text">The rest, or empty.</param>
/// <param name="Language">Its language where that is not the reader's; else null.</param>
/// <param name="Urgent">True for what may not wait.</param>
public sealed record NoticeLine(string Title, string Text, string? Language, bool Urgent);

/// <summary>What a notice says in one language.</summary>
internal sealed record NoticeText
{
    public Guid NoticeId { get; init; }

    public string Language { get; init; } = "";

    public string Title { get; init; } = "";

    public string Words { get; init; } = "";
}

/// <summary>Something that readers of an area should know for some days, as staff wrote it.</summary>
internal sealed record AreaNotice
{
    public Guid Id { get; init; }

    /// <summary>The code of a country or of an area in one; empty for everywhere.</summary>
    public string Area { get; init; } = "";

    public DateOnly StartsOn { get; init; }

    /// <summary>The last day on which it is shown.</summary>
    public DateOnly EndsOn { get; init; }

    public bool Urgent { get; init; }

    /// <summary>The language it was written in, which is shown where there is no other.</summary>
    public string Language { get; init; } = "";

    public int Version { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public bool TakenBack { get; init; }

    public IReadOnlyList<NoticeText> Texts { get; init; } = [];

    /// <summary>True on its days, wherever in the world the area lies: from the first clock on which the first day begins (UTC+14) to the last on which the last one ends (UTC-12).</summary>
    public bool IsShown(DateTimeOffset now) =>
        !TakenBack && now >= Midnight(StartsOn).AddHours(-14) && now < Midnight(EndsOn.AddDays(1)).AddHours(12);

    /// <summary>True when it is of one of these areas, or of one around them.</summary>
    public bool IsOf(IEnumerable<string> areas) => Area.Length == 0 || areas.Any(area => NeedAreas.Around(area).Contains(Area, StringComparer.Ordinal));

    /// <summary>True when it says so itself in a language.</summary>
    public bool IsIn(string language) => Texts.Any(text => text.Language == language);

    /// <summary>What it says to a reader.</summary>
    public NoticeLine For(Texts texts)
    {
        var said = Texts.FirstOrDefault(text => text.Language == texts.Code) ?? Texts.First(text => text.Language == Language);
        return new NoticeLine(said.Title, said.Words, said.Language == texts.Code ? null : said.Language, Urgent);
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
