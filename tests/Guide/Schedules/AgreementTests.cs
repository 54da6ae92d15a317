using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

/// <summary>The fast answers equal those of writing out every occurrence.</summary>
public class AgreementTests
{
    private static readonly string[] Zones =
    [
        "America/Tijuana", "America/Havana", "America/Sao_Paulo", "America/Port-au-Prince", "America/St_Johns",
        "Pacific/Auckland", "Pacific/Pago_Pago", "Pacific/Kiritimati", "Asia/Kathmandu", "Australia/Lord_Howe", "Etc/UTC",
    ];

    /// <summary>Over the whole range: the default generator of int stays near zero, which repeats few cases.</summary>
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    private static readonly string?[] Written =
    [
        null, "", " ", "0", "-1", "1e9", "99999999999999999999", "2026-13-01", "0000-00-00", "9999-12-31", "24:00", "24:00:00", "::", ":::::", "-", "+", "Z",
        "09:00+99:99", "09:00-", "٠٩:٠٠", "12:00\0", "MO,,TU", "0MO", "-53MO", "++1MO", "'; drop table x", "<b>", "{day}", "\ud800", "é", "-0.25", "NaN", "14", "../UTC",
    ];

    [Fact]
    public void State_boundary_intervals_and_mask_agree_with_the_slow_oracle() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Seeds, Agrees));

    [Fact]
    public void Whatever_a_file_writes_is_hours_or_issues_and_never_an_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Seeds, StaysCalm));

    private static void StaysCalm(int seed)
    {
        var random = new Random(seed);
        string? Any() => Written[random.Next(Written.Length)];
        string? Some(params string?[] good) => random.Next(4) == 0 ? Any() : good[random.Next(good.Length)];
        var read = new ScheduleFields
        {
            Freq = Some("WEEKLY", "MONTHLY", "DAILY", null),
            Byday = Some("MO", "1MO,-1FR", "MO,TU,SU", null),
            OpensAt = Some("09:00", "20:00"),
            ClosesAt = Some("17:00", "08:00", "24:00"),
            ClosesNextDay = random.Next(2) == 0,
            Bymonthday = Some(null, null, "1,-1", "31"),
            Interval = Some("1", "2", "2147483647", null),
            Count = Some(null, null, "3", "2147483647"),
            Timezone = Some(null, "-5"),
            Dtstart = Some(null, "2026-01-01", "0001-01-01", "9999-12-31"),
            Until = Some(null, "2027-01-01", "9999-12-31"),
            ValidFrom = Some(null, "0001-01-01", "2026-01-01"),
            ValidTo = Some(null, "9999-12-31", "2026-12-31"),
            Wkst = Some(null, "SU"),
        }.Check(Some(Zones));
        Assert.True(read.Schedule is null || read.Understood);
        var (exception, _) = new ExceptionFields(Some("2026-12-24", "0001-01-01"), Some(null, "9999-12-31"), random.Next(2) == 0, Any(), Any()).Check();

        var hours = new OpeningHours(read.Clock, read.Schedule is { } schedule ? [schedule] : [], exception is null ? [] : [exception]);
        var now = Utc(new DateOnly(2026, 1, 1)).AddMinutes(random.Next(800 * 24 * 60));
        var today = DateOnly.FromDateTime(now.Date);
        foreach (var language in WordsTests.Catalog.Languages)
        {
            var texts = WordsTests.Catalog.In(language.Code);
            var words = HoursInWords.State(hours, now, texts) + WeekInWords.Week(hours, today, texts)
                + string.Concat(HoursInWords.Exceptions(hours, today, 60, texts));
            // A key without its sentence shows as [key], a place that nothing filled as {name}; HoursLine prints one brace.
            Assert.DoesNotContain("[", words, StringComparison.Ordinal);
            Assert.DoesNotContain("{", words.Replace("HoursLine {", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
        Assert.True(hours.NextBoundary(now) is not { } boundary || boundary > now);
        hours.Week(now, now.AddDays(8));
    }

    private static void Agrees(int seed)
    {
        var random = new Random(seed);
        var zone = Zones[random.Next(Zones.Length)];
        // Three times of four around a change of clocks in March or November.
        var middle = new DateOnly(random.Next(2015, 2030), random.Next(4) == 0 ? random.Next(1, 13) : random.Next(2) == 0 ? 3 : 11, random.Next(1, 15));
        var schedules = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomSchedule(random, middle)).ToList();
        var exceptions = Enumerable.Range(0, random.Next(3)).Select(_ => RandomException(random, middle)).ToList();
        var hours = new OpeningHours(ZoneClock.Find(zone), schedules, exceptions);
        var slow = new SlowOracle(TimeZoneInfo.FindSystemTimeZoneById(zone), schedules, exceptions, middle.AddDays(-60), middle.AddDays(480));

        var (from, to) = (Utc(middle.AddDays(-20)), Utc(middle.AddDays(20)));
        var mask = hours.Week(from, to);
        var instants = slow.Open.Where(open => open.To > from && open.From < to)
            .SelectMany(open => new[] { open.From, open.From.AddMinutes(-1), open.To, open.To.AddMinutes(-1) })
            .Concat(Enumerable.Range(0, 20).Select(_ => from.AddMinutes(random.Next(40 * 24 * 60))))
            .Where(instant => instant >= from && instant < to);
        foreach (var instant in instants)
            AgreesAt(hours, slow, instant, mask, $"{seed} {zone} {instant:u}");

        var expected = slow.Open
            .Select(open => (From: open.From < from ? from : open.From, To: open.To > to ? to : open.To))
            .Where(open => open.To > open.From);
        Assert.Equal(expected, hours.Intervals(from, to).Select(i => (i.From.ToUniversalTime(), i.To.ToUniversalTime())));
    }

    private static void AgreesAt(OpeningHours hours, SlowOracle slow, DateTimeOffset instant, WeekMask mask, string where)
    {
        var state = hours.StateAt(instant);
        var until = slow.Until(instant);
        Assert.True((state.Opening == Opening.Open) == (until is not null), where);
        Assert.Equal(state.Opening, hours.OpeningAt(instant));
        if (state.Opening == Opening.Open)
        {
            Assert.True(mask.MayBeOpen(instant), where);
            // Beyond eight days the place counts as always open.
            if (until - instant < TimeSpan.FromDays(8))
                Assert.True(state.Until == until, where);
        }
        else if (state.Opening == Opening.Closed && slow.Next(instant) is { } next && next - instant < TimeSpan.FromDays(395))
        {
            Assert.True(state.OpensNext == next, $"{where}: {state.OpensNext:u} {next:u}");
        }
        if (hours.NextBoundary(instant) is { } boundary)
        {
            Assert.True(boundary > instant, where);
            Assert.True(state.Opening == hours.OpeningAt(boundary.AddMinutes(-1)), where);
            Assert.True(state.Opening == hours.OpeningAt(instant + (boundary - instant) / 2), where);
        }
    }

    private static Schedule RandomSchedule(Random random, DateOnly middle)
    {
        var frequency = (Frequency)random.Next(3);
        var start = random.Next(2) == 0 ? middle.AddDays(random.Next(-700, 30)) : (DateOnly?)null;
        var days = Enumerable.Range(0, random.Next(start is null ? 1 : 0, 5))
            .Select(_ => new ByDay(frequency == Frequency.Monthly && random.Next(2) == 0 ? random.Next(1, 6) * (random.Next(2) * 2 - 1) : 0, (DayOfWeek)random.Next(7)))
            .ToList();
        DateOnly? Sometimes(int least, int most) => random.Next(4) == 0 ? middle.AddDays(random.Next(least, most)) : null;
        return new Schedule
        {
            Hours = RandomHours(random),
            Frequency = frequency,
            Days = days,
            MonthDays = random.Next(6) == 0 ? [random.Next(1, 32), -random.Next(1, 32)] : [],
            WeekStart = (DayOfWeek)random.Next(7),
            Interval = start is null ? 1 : random.Next(1, 4),
            Start = start,
            Count = start is not null && random.Next(4) == 0 ? random.Next(1, 200) : null,
            Until = Sometimes(30, 60),
            ValidFrom = Sometimes(-20, 0),
            ValidTo = Sometimes(0, 20),
        };
    }

    private static ExceptionalHours RandomException(Random random, DateOnly middle)
    {
        var from = middle.AddDays(random.Next(-6, 6));
        return new ExceptionalHours(from, from.AddDays(random.Next(4)), random.Next(2) == 0 ? [] : [RandomHours(random)]);
    }

    /// <summary>Often at the hours at which clocks change.</summary>
    private static DayHours RandomHours(Random random)
    {
        var opens = random.Next(2) == 0 ? random.Next(0, 13) * 15 : random.Next(0, 96) * 15;
        return new DayHours(opens, random.Next(4) == 0 ? DayHours.Day : random.Next(1, 97) * 15);
    }

    private static DateTimeOffset Utc(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
