using System.Globalization;

namespace Tambo.Guide.Schedules;

/// <summary>Reads single fields of written hours and keeps what is wrong with them.</summary>
internal sealed class FieldReader
{
    private const int LongestValueShown = 60;
    private static readonly string[] DayCodes = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
    private readonly List<ScheduleIssue> _issues = [];

    public IReadOnlyList<ScheduleIssue> Issues => _issues;

    public bool Failed => _issues.Exists(issue => issue.Fatal);

    public void Refuse(string code, string field, string? value) => _issues.Add(new(code, field, Shown(value), Fatal: true));

    public void Note(string code, string field, string? value) => _issues.Add(new(code, field, Shown(value), Fatal: false));

    public DateOnly? Date(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (DateOnly.TryParseExact(text.Trim(), ["yyyy-MM-dd", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Refuse(ScheduleIssue.BadDate, field, text);
        return null;
    }

    /// <summary>A whole number above zero.</summary>
    public int? Positive(string field, string? text, string code)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return number;
        Refuse(code, field, text);
        return null;
    }

    /// <summary>Each named day once; the first that is none is the issue, so that a hostile list makes one issue.</summary>
    public IReadOnlyList<ByDay> Days(string field, string? text)
    {
        var days = new List<ByDay>();
        foreach (var part in Parts(text))
        {
            var code = part.Length < 2 ? -1 : Array.FindIndex(DayCodes, day => part.EndsWith(day, StringComparison.OrdinalIgnoreCase));
            var nth = 0;
            if (code < 0 || (part.Length > 2 && !(int.TryParse(part[..^2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out nth) && nth is >= -5 and <= 5 and not 0)))
            {
                Refuse(ScheduleIssue.UnknownDay, field, part);
                return [];
            }
            days.Add(new ByDay(nth, (DayOfWeek)code));
        }
        return [.. days.Distinct()];
    }

    public IReadOnlyList<int> MonthDays(string field, string? text)
    {
        var days = new List<int>();
        foreach (var part in Parts(text))
        {
            if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var day) || day is < -31 or > 31 or 0)
            {
                Refuse(ScheduleIssue.BadMonthDay, field, part);
                return [];
            }
            days.Add(day);
        }
        return [.. days.Distinct()];
    }

    /// <summary>The hours of a day; null without an issue when neither time is given.</summary>
    /// <param name="offset">Minutes east of UTC when the times say so.</param>
    public DayHours? Hours(string? opensAt, string? closesAt, bool closesNextDay, out int? offset)
    {
        offset = null;
        var (noOpening, noClosing) = (string.IsNullOrWhiteSpace(opensAt), string.IsNullOrWhiteSpace(closesAt));
        if (noOpening && noClosing)
            return null;
        if (noOpening || noClosing)
        {
            Refuse(ScheduleIssue.HalfHours, noOpening ? "opens_at" : "closes_at", noOpening ? closesAt : opensAt);
            return null;
        }
        var (opens, closes) = (WrittenTime.Read(opensAt!), WrittenTime.Read(closesAt!));
        if (opens is not { Minutes: < DayHours.Day } from)
        {
            Refuse(ScheduleIssue.BadTime, "opens_at", opensAt);
            return null;
        }
        if (closes is not { } to || (to.Offset != from.Offset && to.Offset is not null && from.Offset is not null))
        {
            Refuse(ScheduleIssue.BadTime, "closes_at", closesAt);
            return null;
        }
        offset = from.Offset ?? to.Offset;
        return Span(from.Minutes, to.Minutes, closesNextDay, $"{opensAt!.Trim()}-{closesAt!.Trim()}");
    }

    private DayHours? Span(int opens, int closes, bool closesNextDay, string written)
    {
        // 00:00 as a closing time is the midnight that ends the day; 23:59 is how forms without 24:00 write the same.
        if (closes is DayHours.Day - 1 || (closes == 0 && !closesNextDay))
            closes = DayHours.Day;
        else if (closesNextDay && closes < DayHours.Day)
            closes += DayHours.Day;
        // A night shelter must say that it closes on the next day: 17:00-09:00 is more often two columns swapped.
        var code = closes == opens ? ScheduleIssue.NoLength
            : closes < opens ? ScheduleIssue.EndsBeforeStart
            : closes - opens > DayHours.Day ? ScheduleIssue.LongerThanADay
            : null;
        if (code is null)
            return new DayHours(opens, closes - opens);
        Refuse(code, "closes_at", written);
        return null;
    }

    private static string[] Parts(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Shown(string? value) =>
        value is null ? "" : value.Length <= LongestValueShown ? value : value[..LongestValueShown] + "…";
}
