using Tambo.Platform.Languages;

namespace Tambo.Guide.Schedules;

/// <summary>Some days and what happens on them: "Mon–Fri" and "9:00–17:00".</summary>
internal readonly record struct HoursLine(string Days, string Hours, bool Closed);

/// <summary>Writes a place's regular hours as a person would put them on the door.</summary>
internal static class WeekInWords
{
    /// <summary>"Mon–Fri 9:00–17:00, Sat 9:00–13:00, Sun closed"; the rules that hold on a date or begin later.</summary>
    public static string Week(OpeningHours hours, DateOnly today, Texts texts)
    {
        var lines = Lines(hours, today, texts);
        if (lines.Count == 0)
            return texts["hours.unknown"];
        var parts = lines.Select(line => line.Days.Length == 0 ? line.Hours : texts.Format("hours.line", ("days", line.Days), ("hours", line.Hours))).ToList();
        var separator = parts.Exists(part => part.Contains(texts.Comma.Trim(), StringComparison.Ordinal)) ? texts.Semicolon : texts.Comma;
        var week = string.Join(separator, parts);
        return char.ToUpper(week[0], texts.Culture) + week[1..];
    }

    /// <summary>One line for each group of equal days, then one for each rule that is not weekly; none when hours are unknown.</summary>
    public static IReadOnlyList<HoursLine> Lines(OpeningHours hours, DateOnly today, Texts texts)
    {
        var current = hours.Schedules
            .Select(schedule => new ScheduleDays(schedule))
            .Where(days => days.Last >= today.DayNumber && days.ValidTo >= today.DayNumber)
            .ToList();
        var weekly = current.Where(days => IsPlainWeek(days.Schedule) && Begins(days.Schedule) <= today).Select(days => days.Schedule).ToList();
        var special = current.Where(days => !weekly.Contains(days.Schedule)).ToList();
        var lines = new List<HoursLine>();
        if (weekly.Count > 0)
            AddWeek(lines, weekly, nameClosedDays: special.Count == 0 && hours.Complete, texts);
        foreach (var rule in special.GroupBy(days => Rule(days, today, texts)))
            lines.Add(new HoursLine(rule.Key, HoursInWords.Ranges(DayHours.Merge(rule.Select(days => days.Schedule.Hours)), texts), Closed: false));
        return lines;
    }

    private static bool IsPlainWeek(Schedule schedule) =>
        schedule.Interval == 1 && schedule.EffectiveMonthDays.Count == 0 && schedule.Days.All(day => day.Nth == 0);

    private static bool IsSingleDay(Schedule schedule) => schedule.Start is { } start && schedule.Until == start;

    private static DateOnly Begins(Schedule schedule)
    {
        var (start, valid) = (schedule.Start ?? DateOnly.MinValue, schedule.ValidFrom ?? DateOnly.MinValue);
        return start > valid ? start : valid;
    }

    private static void AddWeek(List<HoursLine> lines, List<Schedule> weekly, bool nameClosedDays, Texts texts)
    {
        var week = Enumerable.Range(0, 7)
            .Select(day => DayHours.Merge(weekly
                .Where(s => s.EffectiveDays.Count == 0 || s.EffectiveDays.Any(named => ScheduleDays.Monday0(named.Day) == day))
                .Select(s => s.Hours)))
            .Select(hours => (Hours: hours, Words: HoursInWords.Ranges(hours, texts)))
            .ToList();
        if (week.TrueForAll(day => day.Hours is [{ AllDay: true }]))
        {
            lines.Add(new HoursLine("", texts["hours.always"], Closed: false));
            return;
        }
        var groups = Enumerable.Range(0, 7).GroupBy(day => week[day].Words).OrderBy(group => group.Key.Length == 0);
        foreach (var group in groups)
        {
            var closed = group.Key.Length == 0;
            if (!closed || nameClosedDays)
                lines.Add(new HoursLine(Days([.. group], texts), closed ? texts["hours.closed"] : group.Key, closed));
        }
    }

    /// <summary>"Mon–Fri", "Mon, Wed and Fri", "every day"; runs of three days and more become a range.</summary>
    private static string Days(IReadOnlyList<int> days, Texts texts)
    {
        if (days.Count == 7)
            return texts["hours.every_day"];
        var parts = new List<string>();
        for (var at = 0; at < days.Count;)
        {
            var end = at;
            while (end + 1 < days.Count && days[end + 1] == days[end] + 1)
                end++;
            if (end - at >= 2)
                parts.Add(texts.Format("hours.days", ("from", Short(days[at], texts)), ("to", Short(days[end], texts))));
            else
                parts.AddRange(days.Skip(at).Take(end - at + 1).Select(day => Short(day, texts)));
            at = end + 1;
        }
        return HoursInWords.Join(parts, texts);
    }

    private static string Short(int day, Texts texts) => texts["hours.day.short." + HoursInWords.Digits(day + 1)];

    /// <summary>A rule that is not simply weekly, with its next date when nobody could tell it from the rule.</summary>
    private static string Rule(ScheduleDays days, DateOnly today, Texts texts)
    {
        var schedule = days.Schedule;
        var rule = schedule.Frequency switch
        {
            Frequency.Monthly when !IsPlainWeek(schedule) => Monthly(schedule, texts),
            Frequency.Daily when IsSingleDay(schedule) => HoursInWords.Date(schedule.Start!.Value, texts),
            Frequency.Daily when schedule.Interval > 1 => texts.Format("hours.every_days", ("n", HoursInWords.Digits(schedule.Interval))),
            _ when schedule.EffectiveMonthDays.Count > 0 => texts["hours.monthly.other"],
            _ => Days(schedule.EffectiveDays.Count == 0 ? [.. Enumerable.Range(0, 7)] : [.. schedule.EffectiveDays.Select(day => ScheduleDays.Monday0(day.Day)).Distinct().Order()], texts),
        };
        if (schedule.Interval > 1 && schedule.Frequency != Frequency.Daily)
        {
            rule = texts.Format(
                schedule.Frequency == Frequency.Weekly ? "hours.every_weeks" : "hours.every_months",
                ("n", HoursInWords.Digits(schedule.Interval)), ("days", rule));
        }
        if (schedule.Interval > 1 && Next(days, today) is { } next)
            return texts.Format("hours.next_date", ("rule", rule), ("date", HoursInWords.Date(next, texts)));
        return Begins(schedule) > today && !IsSingleDay(schedule)
            ? texts.Format("hours.from_date", ("rule", rule), ("date", HoursInWords.Date(Begins(schedule), texts)))
            : rule;
    }

    private static DateOnly? Next(ScheduleDays days, DateOnly today)
    {
        for (var day = today.DayNumber; day <= Math.Min(days.Last, today.DayNumber + 800); day++)
        {
            if (days.On(day))
                return DateOnly.FromDayNumber(day);
        }
        return null;
    }

    private static string Monthly(Schedule schedule, Texts texts)
    {
        var (days, monthDays) = (schedule.EffectiveDays, schedule.EffectiveMonthDays);
        if (days.Count > 0 && monthDays.Count > 0)
            return texts["hours.monthly.other"];
        if (days.Count > 0)
        {
            return days.All(day => day.Nth is not 0 and >= -2)
                ? HoursInWords.Join([.. days.Select(day => Nth(day, texts))], texts)
                : texts["hours.monthly.other"];
        }
        if (monthDays is [-1])
            return texts["hours.monthly.last_day"];
        if (monthDays.Any(day => day < 0))
            return texts["hours.monthly.other"];
        return texts.Format(
            monthDays.Count == 1 ? "hours.monthly.day" : "hours.monthly.days",
            ("days", HoursInWords.Join([.. monthDays.Order().Select(HoursInWords.Digits)], texts)));
    }

    /// <summary>"first Monday of the month"; day names have a kind, as their grammatical gender differs in Portuguese.</summary>
    private static string Nth(ByDay day, Texts texts)
    {
        var number = HoursInWords.DayKey(day.Day);
        var nth = day.Nth > 0 ? HoursInWords.Digits(day.Nth) : "last." + HoursInWords.Digits(-day.Nth);
        return texts.Format($"hours.nth.{nth}.{texts["hours.day.kind." + number]}", ("day", texts["hours.day." + number]));
    }
}
