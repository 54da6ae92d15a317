using Tambo.Platform.Languages;

namespace Tambo.Guide.Schedules;

/// <summary>Says in the reader's language whether a door is open: "Open now, until 17:00".</summary>
internal static class HoursInWords
{
    /// <param name="hours">The hours.</param>
    /// <param name="now">Any offset; days are those of the place.</param>
    /// <param name="texts">The reader's language.</param>
    /// <param name="canBeCalled">True when there is a number to ask at.</param>
    public static string State(OpeningHours hours, DateTimeOffset now, Texts texts, bool canBeCalled = false)
    {
        var state = hours.StateAt(now);
        return state switch
        {
            { Opening: Opening.Open, Until: { } until } => texts.Format("hours.open_now", ("until", Until(until, now, texts))),
            { Opening: Opening.Open } => texts["hours.open_endless"],
            { Opening: Opening.Closed, OpensNext: { } next } => Closed(next, now, texts),
            { Opening: Opening.Closed } => texts["hours.closed_no_next"],
            _ => texts[canBeCalled ? "hours.unknown_call" : "hours.unknown"],
        };
    }

    /// <summary>"Today is a public holiday (name): hours may differ."</summary>
    public static string Holiday(PublicHoliday holiday, Texts texts) =>
        texts.Format("hours.holiday", ("name", holiday.NameIn(texts)));

    /// <summary>The exceptions that touch the days from one date on, as lines.</summary>
    public static IReadOnlyList<HoursLine> Exceptions(OpeningHours hours, DateOnly from, int days, Texts texts) =>
    [
        .. hours.Exceptions
            .Where(exception => exception.To >= from && exception.From < from.AddDays(days))
            .OrderBy(exception => exception.From)
            .Select(exception => new HoursLine(
                exception.From == exception.To
                    ? Date(exception.From, texts)
                    : texts.Format("hours.dates", ("from", Date(exception.From, texts)), ("to", Date(exception.To, texts))),
                exception.Closed ? texts["hours.closed"] : Ranges(DayHours.Merge(exception.Hours), texts),
                exception.Closed)),
    ];

    /// <summary>"9:00–12:00 and 14:00–17:00".</summary>
    public static string Ranges(IReadOnlyList<DayHours> hours, Texts texts) =>
        Join([.. hours.Select(range => Range(range, texts))], texts);

    /// <summary>"3 December".</summary>
    public static string Date(DateOnly date, Texts texts) => texts.Format(
        date.Day == 1 ? "hours.date.first" : "hours.date",
        ("day", Digits(date.Day)),
        ("month", texts["date.month." + Digits(date.Month)]));

    /// <summary>"9:00"; midnight at the end of a day has its own word.</summary>
    public static string Time(int minutes, Texts texts)
    {
        var (hour, minute) = Math.DivRem(minutes % DayHours.Day, 60);
        return minutes == DayHours.Day
            ? texts["hours.midnight"]
            : texts.Format(minute == 0 ? "hours.time.full" : "hours.time", ("h", Digits(hour)), ("mm", minute.ToString("00", null)));
    }

    /// <summary>"a, b and c".</summary>
    internal static string Join(IReadOnlyList<string> parts, Texts texts) => parts.Count switch
    {
        0 => "",
        1 => parts[0],
        _ => texts.Format("hours.and", ("first", string.Join(texts.Comma, parts.Take(parts.Count - 1))), ("last", parts[^1])),
    };

    internal static string Digits(int number) => number.ToString("0", null);

    internal static string DayKey(DayOfWeek day) => Digits(ScheduleDays.Monday0(day) + 1);

    private static string Range(DayHours hours, Texts texts)
    {
        if (hours.AllDay)
            return texts["hours.all_day"];
        var key = hours.Closes > DayHours.Day ? "hours.range.next_day" : "hours.range";
        var closes = hours.Closes > DayHours.Day ? hours.Closes - DayHours.Day : hours.Closes;
        return texts.Format(key, ("from", Time(hours.Opens, texts)), ("to", Time(closes, texts)));
    }

    private static string Until(DateTimeOffset until, DateTimeOffset now, Texts texts)
    {
        var midnight = until.TimeOfDay == TimeSpan.Zero;
        // Midnight ends the day before: open "until midnight", not "until tomorrow at 0:00".
        var date = DateOnly.FromDateTime(midnight ? until.AddMinutes(-1).Date : until.Date);
        var time = midnight ? DayHours.Day : (int)until.TimeOfDay.TotalMinutes;
        var at = ("at", At("hours.at", time, texts));
        return DaysFrom(now, until, date) switch
        {
            0 => At("hours.until", time, texts),
            1 => texts.Format("hours.until.tomorrow", at),
            < 7 => texts.Format("hours.until.weekday", ("day", texts["hours.day." + DayKey(date.DayOfWeek)]), at),
            _ => texts.Format("hours.until.date", ("date", Date(date, texts)), at),
        };
    }

    private static string Closed(DateTimeOffset next, DateTimeOffset now, Texts texts)
    {
        var date = DateOnly.FromDateTime(next.Date);
        var at = ("at", At("hours.at", (int)next.TimeOfDay.TotalMinutes, texts));
        return DaysFrom(now, next, date) switch
        {
            0 => texts.Format("hours.opens.today", at),
            1 => texts.Format("hours.opens.tomorrow", at),
            < 7 => texts.Format("hours.opens.weekday", ("on", texts["hours.on." + DayKey(date.DayOfWeek)]), at),
            _ => texts.Format("hours.opens.date", ("on", texts["hours.on." + DayKey(date.DayOfWeek)]), ("date", Date(date, texts)), at),
        };
    }

    /// <summary>Days on the calendar of the place; the other instant carries its offset, which a change of clocks may move.</summary>
    private static int DaysFrom(DateTimeOffset now, DateTimeOffset local, DateOnly date) =>
        date.DayNumber - DateOnly.FromDateTime(now.ToOffset(local.Offset).Date).DayNumber;

    /// <summary>Some languages say one o'clock in the singular: "a la 1:00", "a las 2:00".</summary>
    private static string At(string key, int minutes, Texts texts)
    {
        if (minutes == DayHours.Day)
            return texts[key + ".midnight"];
        return texts.Format(minutes / 60 == 1 ? key + ".one" : key, ("time", Time(minutes, texts)));
    }
}
