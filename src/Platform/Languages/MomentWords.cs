using System.Globalization;
using Tambo.Platform.Clocks;

namespace Tambo.Platform.Languages;

/// <summary>Moments as people read them: by the clocks of the node, and how far away they are.</summary>
public static class MomentWords
{
    private const int MinutesOfHour = 60;
    private const int MinutesOfDay = 24 * MinutesOfHour;

    // Whoever has some hours left is told the minutes too.
    private const int ToTheMinute = 6 * MinutesOfHour;

    /// <summary>The day of a moment by the clocks of the node.</summary>
    public static DateOnly DayOf(this Texts texts, DateTimeOffset moment) => texts.Zone.DayOf(moment);

    /// <summary>
    /// A moment with its day and its time, and how far the clocks are from UTC: offices of one node, and those who are written to, may
    /// lie in other zones. <c>23 Nov 2026, 08:00 (UTC−6)</c>.
    /// </summary>
    public static string Moment(this Texts texts, DateTimeOffset moment) => $"{texts.DayOf(moment).ToString("d MMM yyyy", texts.Culture)}, {texts.Clock(moment)}";

    /// <summary>What the clocks of the node show at a moment, and how far they are from UTC then: <c>08:00 (UTC−6)</c>.</summary>
    public static string Clock(this Texts texts, DateTimeOffset moment, string format = "HH:mm")
    {
        var local = TimeZoneInfo.ConvertTime(moment, texts.Zone);
        return local.ToString(format, CultureInfo.InvariantCulture) + Distance(local.Offset);
    }

    /// <summary>A moment until which something is to be done, and how far away it is.</summary>
    public static string Due(this Texts texts, DateTimeOffset moment, DateTimeOffset now) => $"{texts.Moment(moment)}{texts.Comma}{texts.Away(moment, now)}";

    /// <summary>How far away a moment is, in whole units, never more than there are: in 2 hours, 3 days ago.</summary>
    public static string Away(this Texts texts, DateTimeOffset moment, DateTimeOffset now)
    {
        // Seconds are no time to do anything in, and a page takes some to come.
        var minutes = (long)Math.Round((moment - now).TotalMinutes, MidpointRounding.AwayFromZero);
        return minutes == 0 ? texts["time.now"] : texts.Format(minutes > 0 ? "time.in" : "time.ago", ("span", Span(Math.Abs(minutes), texts)));
    }

    private static string Span(long minutes, Texts texts) => minutes switch
    {
        < MinutesOfHour => texts.Count("time.minutes", minutes),
        < ToTheMinute when minutes % MinutesOfHour is > 0 and var rest => texts.Format("time.and", ("hours", texts.Count("time.hours", minutes / MinutesOfHour)), ("minutes", texts.Count("time.minutes", rest))),
        < 2 * MinutesOfDay => texts.Count("time.hours", minutes / MinutesOfHour),
        _ => texts.Count("time.days", minutes / MinutesOfDay),
    };

    // Of no language: "UTC", "UTC−6", "UTC+5:30".
    private static string Distance(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
            return " UTC";
        var size = offset.Duration();
        return string.Create(CultureInfo.InvariantCulture, $" (UTC{(offset < TimeSpan.Zero ? '−' : '+')}{(int)size.TotalHours}{(size.Minutes == 0 ? "" : $":{size.Minutes:00}")})");
    }
}
