using Tambo.Guide.Directory;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Pages;
using Tambo.Guide.Schedules;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Notices;

/// <summary>A notice as a reader gets it.</summary>
/// <param name="Title">What it says first, with what is to be said of its language.</param>
/// <param name="Text">The rest, or empty.</param>
/// <param name="Urgent">True for what may not wait.</param>
/// <param name="Area">Whom it is for: the area in words; empty for everywhere.</param>
/// <param name="Days">Its days in words.</param>
public sealed record NoticeLine(Words Title, Words Text, bool Urgent, string Area, string Days)
{
    /// <summary>For whom and on which days, in one line.</summary>
    public string WhereAndWhen => Area.Length == 0 ? Days : $"{Area} · {Days}";
}

/// <summary>What a notice says in one language.</summary>
internal sealed record NoticeText
{
    public Guid NoticeId { get; init; }

    public string Language { get; init; } = "";

    public string Title { get; init; } = "";

    public string Words { get; init; } = "";

    /// <summary><see cref="Hash"/> of the first language's text from which it was made; empty where that was not kept.</summary>
    public string SourceHash { get; init; } = "";

    /// <summary>human, machine or post_edited.</summary>
    public string Method { get; init; } = "human";

    public string Translator { get; init; } = "";

    public DateTimeOffset? TranslatedAt { get; init; }

    public string Reviewer { get; init; } = "";

    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>The hash by which translations know this text.</summary>
    public string Hash => TextHash.Of($"{Title}\n{Words}");

    /// <summary>What it says first, and the rest below it.</summary>
    public string Whole => Words.Length == 0 ? Title : $"{Title}\n{Words}";

    /// <summary>The same as what the desk knows of any translation.</summary>
    public Translation AsTranslation() => new()
    {
        Field = "notice",
        Language = Language,
        Value = Whole,
        SourceHash = SourceHash,
        Method = Method,
        Translator = Translator,
        TranslatedAt = TranslatedAt,
        Reviewer = Reviewer,
        ReviewedAt = ReviewedAt,
    };
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

    /// <summary>The clocks on the walls of its area; none where nobody knows them.</summary>
    public IReadOnlyList<ZoneClock> Clocks { get; init; } = [];

    /// <summary>When its days begin and end.</summary>
    public NoticeSpan Span => NoticeSpan.Of(StartsOn, EndsOn, Clocks);

    /// <summary>What it says in its first language.</summary>
    public NoticeText First => Texts.First(text => text.Language == Language);

    /// <summary>True on its days.</summary>
    public bool IsShown(DateTimeOffset now) => !TakenBack && Span.Holds(now);

    /// <summary>True when it is of one of these areas, or of one around them.</summary>
    public bool IsOf(IEnumerable<string> areas) => Area.Length == 0 || areas.Any(area => NeedAreas.Around(area).Contains(Area, StringComparer.Ordinal));

    /// <summary>True when it says so itself in a language, and what it says there still belongs to the first.</summary>
    public bool IsIn(string language) => Texts.Any(text => text.Language == language && !IsOutdated(text));

    /// <summary>True for a text whose first language has changed since: readers are not shown it.</summary>
    public bool IsOutdated(NoticeText text) => text.Language != Language && BasisOf(text) != First.Hash;

    /// <summary>The hash of what it was made from; where that was not kept, it counts as made from what stands there now.</summary>
    public string BasisOf(NoticeText text) => text.SourceHash.Length > 0 ? text.SourceHash : First.Hash;

    /// <summary>What it says to a reader: in their language while that belongs to the first, else in the first, marked.</summary>
    public NoticeLine For(Texts texts)
    {
        var said = Texts.FirstOrDefault(text => text.Language == texts.Code && !IsOutdated(text)) ?? First;
        var foreign = said.Language == texts.Code ? null : said.Language;
        var unread = foreign is null && said is { Method: "machine", ReviewedAt: null };
        return new NoticeLine(
            new Words(said.Title, foreign) { IsUnread = unread }, new Words(said.Words, foreign) { IsUnread = unread }, Urgent,
            Area.Length == 0 ? "" : NoticeAreas.NameOf(Area, texts), DaysIn(texts));
    }

    private string DaysIn(Texts texts) => StartsOn == EndsOn
        ? HoursInWords.Date(StartsOn, texts)
        : texts.Format("hours.dates", ("from", HoursInWords.Date(StartsOn, texts)), ("to", HoursInWords.Date(EndsOn, texts)));
}
