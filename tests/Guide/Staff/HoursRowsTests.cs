using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Hours become rows and rows become hours, with nothing lost on the way.</summary>
public sealed class HoursRowsTests
{
    private static readonly DateTimeOffset Now = SettableTime.Noon;

    [Fact]
    public void What_was_not_touched_stays_letter_by_letter()
    {
        PublishedSchedule[] before =
        [
            new() { Id = Id(1), Freq = "WEEKLY", Byday = "TU,MO", OpensAt = "9:00", ClosesAt = "17:00-05:00", Description = "Desk" },
            new() { Id = Id(2), Freq = "MONTHLY", Byday = "1MO", OpensAt = "10:00", ClosesAt = "12:00" },
            new() { Id = Id(3), Byday = "FR", OpensAt = "22:00", ClosesAt = "06:00", ClosesNextDay = true },
            new() { Id = Id(4), Description = "Ask at the door" },
        ];
        Assert.Equal(before, Again(before, _ => { }));
        Assert.Equal([before[1], before[3]], HoursRows.Special(before));
    }

    [Fact]
    public void A_row_changed_changes_only_its_days_and_hours()
    {
        PublishedSchedule[] before = [new() { Id = Id(1), Freq = "WEEKLY", Byday = "MO", OpensAt = "09:00", ClosesAt = "17:00", Description = "Desk" }];
        var after = Again(before, values =>
        {
            values.Set("hours-0-days", ["SA", "SU"]);
            values["hours-0-to"] = "02:00";
            values["hours-0-next"] = "true";
        });
        Assert.Equal([before[0] with { Byday = "SA,SU", ClosesAt = "02:00", ClosesNextDay = true }], after);
    }

    [Fact]
    public void An_emptied_row_and_a_ticked_special_rule_go()
    {
        PublishedSchedule[] before =
        [
            new() { Id = Id(1), Freq = "WEEKLY", Byday = "MO", OpensAt = "09:00", ClosesAt = "17:00" },
            new() { Id = Id(2), Freq = "MONTHLY", Byday = "1MO", OpensAt = "10:00", ClosesAt = "12:00" },
        ];
        Assert.Empty(Again(before, values =>
        {
            values.Set("hours-0-days", []);
            values["hours-0-from"] = values["hours-0-to"] = "";
            values.Set("hours-drop", [Id(2).ToString("D")]);
        }));
    }

    [Theory]
    [InlineData("", "09:00", "10:00", false, "hours-0-days")]
    [InlineData("MO", "09:00", "", false, "hours-0-to")]
    [InlineData("MO", "", "10:00", false, "hours-0-from")]
    [InlineData("MO", "10:00", "09:00", false, "hours-0-to")]
    [InlineData("MO", "10:00", "10:00", false, "hours-0-to")]
    [InlineData("MO", "25:00", "26:00", false, "hours-0-to")]
    public void What_cannot_be_hours_is_refused_at_its_field(string days, string from, string to, bool next, string field)
    {
        var values = new FormValues { ["hours-0-from"] = from, ["hours-0-to"] = to, ["hours-0-next"] = next ? "true" : "" };
        values.Set("hours-0-days", days.Length == 0 ? [] : [days]);
        var form = new FormReading(values);
        HoursRows.Read(form, [], Now);
        Assert.Equal([field], form.Refusal!.Fields.Keys);
    }

    [Fact]
    public void Any_weekly_hours_come_back_as_they_went_in()
    {
        var week = from mask in Gen.Choose(1, 127) from opens in Gen.Choose(0, 1439) from length in Gen.Choose(1, 1440) select (mask, opens, length);
        Prop.ForAll(week.ToArbitrary(), drawn =>
        {
            var (mask, opens, length) = drawn;
            var closes = opens + length;
            var schedule = new PublishedSchedule
            {
                Id = Id(1),
                Freq = "WEEKLY",
                Byday = string.Join(',', HoursRows.Week.Where((_, day) => (mask >> day & 1) == 1)),
                OpensAt = Clock(opens),
                ClosesAt = Clock(closes % 1440),
                ClosesNextDay = closes > 1440,
            };
            return Again([schedule], _ => { }) is [var same] && same == schedule;
        }).QuickCheckThrowOnFailure();
    }

    private static IReadOnlyList<PublishedSchedule> Again(IReadOnlyList<PublishedSchedule> before, Action<FormValues> change)
    {
        var values = new FormValues();
        HoursRows.Write(values, before);
        change(values);
        var form = new FormReading(values);
        var after = HoursRows.Read(form, before, Now);
        Assert.Null(form.Refusal);
        return after;
    }

    private static string Clock(int minutes) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    private static Guid Id(int number) => StableId.Of("hours", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
