using System.Globalization;
using System.Text;
using Tambo.Guide.Schedules;

namespace Tambo.Guide.Offline;

/// <summary>
/// Opening hours in short, for a device that works out by itself whether a door is open. Parts stand between spaces: a rule
/// of plain weeks (<c>w12345@540+480</c>: Monday to Friday from minute 540, for 480 minutes), any other rule
/// (<c>m1/1.1,-1.5//1/2026-01-01////@…</c>: frequency and interval, days, days of the month, first day of the week, start,
/// until, count, valid from, valid to), and dated exceptions (<c>x2026-12-24~2026-12-26@540+120&amp;…</c>, closed without
/// times). An h at the end of a rule: closed on public holidays. A question mark: not all of it was understood.
/// </summary>
internal static class PackHours
{
    /// <summary>The hours in short; empty when nothing is known.</summary>
    public static string Of(OpeningHours hours)
    {
        if (!hours.HasHours)
            return "";
        var parts = hours.Schedules.Select(Rule).Concat(hours.Exceptions.Select(Exception));
        if (!hours.Complete)
            parts = parts.Append("?");
        return string.Join(' ', parts);
    }

    private static string Rule(Schedule schedule)
    {
        var text = new StringBuilder();
        var days = schedule.EffectiveDays;
        var isPlain = schedule is { Frequency: Frequency.Weekly, Interval: 1, Start: null, Until: null, Count: null, ValidFrom: null, ValidTo: null }
            && schedule.EffectiveMonthDays.Count == 0 && days.All(day => day.Nth == 0);
        if (isPlain)
        {
            text.Append('w').AppendJoin("", days.Select(day => ScheduleDays.Monday0(day.Day) + 1).Order());
        }
        else
        {
            text.Append(schedule.Frequency switch { Frequency.Daily => 'd', Frequency.Weekly => 'v', _ => 'm' }).Append(Number(schedule.Interval))
                .Append('/').AppendJoin(',', days.Select(day => $"{Number(day.Nth)}.{Number(ScheduleDays.Monday0(day.Day) + 1)}"))
                .Append('/').AppendJoin(',', schedule.EffectiveMonthDays.Select(Number))
                .Append('/').Append(Number(ScheduleDays.Monday0(schedule.WeekStart) + 1))
                .Append('/').Append(Date(schedule.Start)).Append('/').Append(Date(schedule.Until))
                .Append('/').Append(schedule.Count is { } count ? Number(count) : "")
                .Append('/').Append(Date(schedule.ValidFrom)).Append('/').Append(Date(schedule.ValidTo));
        }

        text.Append('@').Append(Times(schedule.Hours));
        if (schedule.ClosedOnPublicHolidays)
            text.Append('h');
        return text.ToString();
    }

    private static string Exception(ExceptionalHours exception) =>
        $"x{Date(exception.From)}~{Date(exception.To)}" + (exception.Closed ? "" : "@" + string.Join('&', exception.Hours.Select(Times)));

    private static string Times(DayHours hours) => $"{Number(hours.Opens)}+{Number(hours.Length)}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
