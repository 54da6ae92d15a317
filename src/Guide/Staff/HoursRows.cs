using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Schedules;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Staff;

/// <summary>
/// Opening hours as rows that an editor understands: some days of the week, from, to. Rules that say more (the first
/// Monday of the month, a season) are shown in words and stay as they are, or are taken out.
/// </summary>
internal static class HoursRows
{
    public const string Prefix = "hours";
    private const int SpareRows = 2;
    private static readonly string[] Days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>The days of a week, as a form sends them, Monday first.</summary>
    public static IReadOnlyList<string> Week => Days;

    /// <summary>True when a row can show all that the schedule says.</summary>
    public static bool FitsRow(PublishedSchedule schedule) => RowOf(schedule) is not null;

    /// <summary>The schedules that no row can show.</summary>
    public static IReadOnlyList<PublishedSchedule> Special(IReadOnlyList<PublishedSchedule> schedules) =>
        [.. schedules.Where(schedule => !FitsRow(schedule))];

    /// <summary>A schedule in the reader's words.</summary>
    public static string InWords(PublishedSchedule published, DateOnly today, Texts texts)
    {
        if (Understood(published) is { } schedule)
            return WeekInWords.Week(new OpeningHours(null, [schedule], [], complete: true, null), today, texts);
        string[] said = [published.Description, published.Freq, published.Byday, published.OpensAt, published.ClosesAt, published.Notes, published.ScheduleLink];
        return string.Join(' ', said.Where(word => word.Length > 0));
    }

    /// <summary>Fills the rows of a form, with some to spare.</summary>
    public static void Write(FormValues values, IReadOnlyList<PublishedSchedule> schedules)
    {
        var row = 0;
        foreach (var schedule in schedules)
        {
            if (RowOf(schedule) is not { } rule)
                continue;
            values[Name(row, "id")] = schedule.Id.ToString("D");
            values.Set(Name(row, "days"), [.. rule.Days.Select(day => Days[ScheduleDays.Monday0(day.Day)]).Distinct()]);
            values[Name(row, "from")] = Clock(rule.Hours.Opens);
            values[Name(row, "to")] = Clock(rule.Hours.Closes);
            values[Name(row, "next")] = rule.Hours.Closes > DayHours.Day ? "true" : "";
            values[Name(row, "holidays")] = rule.ClosedOnPublicHolidays ? "true" : "";
            row++;
        }

        for (var spare = 0; spare < SpareRows; spare++, row++)
            values[Name(row, "from")] = values[Name(row, "to")] = "";
    }

    /// <summary>The schedules that a form means. An emptied row takes its schedule out.</summary>
    public static IReadOnlyList<PublishedSchedule> Read(FormReading form, IReadOnlyList<PublishedSchedule> before, DateTimeOffset now)
    {
        var values = form.Values;
        var dropped = values.All(Prefix + "-drop");
        var rows = Enumerable.Range(0, values.Rows(Prefix, "from")).Where(row => !IsEmpty(values, row))
            .ToLookup(row => values[Name(row, "id")]);
        var kept = before.SelectMany<PublishedSchedule, PublishedSchedule>(schedule => !FitsRow(schedule)
            ? dropped.Contains(schedule.Id.ToString("D")) ? [] : [schedule]
            : rows[schedule.Id.ToString("D")].Take(1).Select(row => ReadRow(form, row, schedule)));
        var known = before.Select(schedule => schedule.Id.ToString("D")).ToHashSet(StringComparer.Ordinal);
        var added = rows.Where(group => !known.Contains(group.Key)).SelectMany(group => group).Order()
            .Select(row => ReadRow(form, row, new PublishedSchedule { Id = Guid.CreateVersion7(now), Freq = "WEEKLY" }));
        return [.. kept, .. added];
    }

    private static PublishedSchedule ReadRow(FormReading form, int row, PublishedSchedule before)
    {
        var values = form.Values;
        var read = before with
        {
            Freq = "WEEKLY",
            Byday = string.Join(',', Days.Where(values.All(Name(row, "days")).Contains)),
            OpensAt = values[Name(row, "from")],
            ClosesAt = values[Name(row, "to")],
            ClosesNextDay = values.Ticked(Name(row, "next")),
            ClosedOnPublicHolidays = values.Ticked(Name(row, "holidays")),
        };
        if (read.Byday.Length == 0)
            form.Refuse(Name(row, "days"), GuideProblems.HoursWithoutDays);
        else if (read.OpensAt.Length == 0 || read.ClosesAt.Length == 0)
            form.Refuse(Name(row, read.OpensAt.Length == 0 ? "from" : "to"), GuideProblems.HoursIncomplete);
        else if (Understood(read) is null)
            form.Refuse(Name(row, "to"), GuideProblems.HoursReversed);
        // The same hours in another spelling are no change: the source's own spelling stays.
        return RowOf(before) is { } old && RowOf(read) is { } now && old.Hours == now.Hours
            && old.ClosedOnPublicHolidays == now.ClosedOnPublicHolidays && old.Days.ToHashSet().SetEquals(now.Days)
            ? before
            : read;
    }

    private static bool IsEmpty(FormValues values, int row) =>
        values[Name(row, "from")].Length == 0 && values[Name(row, "to")].Length == 0 && values.All(Name(row, "days")).Count == 0;

    private static Schedule? RowOf(PublishedSchedule published) =>
        Understood(published) is
        {
            Frequency: Frequency.Weekly, Interval: 1, Count: null, Until: null, Start: null, ValidFrom: null, ValidTo: null,
            MonthDays.Count: 0, Days.Count: > 0,
        } schedule && schedule.Days.All(day => day.Nth == 0)
            ? schedule
            : null;

    // The clock does not matter to the row; times that bear an offset contradict a clock and are read without.
    private static Schedule? Understood(PublishedSchedule published)
    {
        var fields = PlaceHours.Fields(published);
        return fields.Check("UTC").Schedule ?? fields.Check(null).Schedule;
    }

    private static string Clock(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{minutes / 60 % 24:00}:{minutes % 60:00}");

    private static string Name(int row, string field) => FormValues.Row(Prefix, row, field);
}
