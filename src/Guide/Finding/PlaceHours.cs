using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Guide.Schedules;

namespace Tambo.Guide.Finding;

/// <summary>Reads the published schedules of an offer as opening hours: those of the offer itself, else of the service, else of the place.</summary>
internal static class PlaceHours
{
    /// <summary>The hours of a service at a place; unknown when nothing usable is said.</summary>
    public static OpeningHours Of(Service service, ServiceAtLocation? at, Location? location)
    {
        var (schedules, holidays) = (at, location) switch
        {
            ({ Schedules.Count: > 0 }, _) => (at.Schedules, at.HolidaySchedules),
            _ when service.Schedules.Count > 0 => (service.Schedules, service.HolidaySchedules),
            (_, { Schedules.Count: > 0 }) => (location.Schedules, location.HolidaySchedules),
            _ => (Array.Empty<PublishedSchedule>(), at?.HolidaySchedules ?? []),
        };
        if (schedules.Count == 0 && holidays.Count == 0)
            return OpeningHours.Unknown;
        var zone = location?.TimeZone is { Length: > 0 } known ? known : null;
        var read = schedules.Select(schedule => Fields(schedule).Check(zone)).ToList();
        var exceptions = holidays.Select(holiday => Fields(holiday).Check()).ToList();
        var clock = read.Select(schedule => schedule.Clock).FirstOrDefault(c => c is not null) ?? ZoneClock.Find(zone);
        var country = location?.Country ?? "";
        return new OpeningHours(
            clock,
            read.Select(schedule => schedule.Schedule).OfType<Schedule>(),
            exceptions.Select(pair => pair.Exception).OfType<ExceptionalHours>(),
            complete: read.TrueForAll(schedule => schedule.Understood) && exceptions.TrueForAll(pair => pair.Exception is not null),
            isPublicHoliday: date => PublicHolidays.Shipped.On(country, date) is not null);
    }

    /// <summary>What is published about one schedule, as the reader of schedules takes it.</summary>
    public static ScheduleFields Fields(PublishedSchedule schedule) => new()
    {
        ValidFrom = schedule.ValidFrom,
        ValidTo = schedule.ValidTo,
        Dtstart = schedule.Dtstart,
        Timezone = schedule.Timezone?.ToString(CultureInfo.InvariantCulture),
        Until = schedule.Until,
        Count = schedule.Count?.ToString(CultureInfo.InvariantCulture),
        Wkst = schedule.Wkst,
        Freq = schedule.Freq,
        Interval = schedule.Interval?.ToString(CultureInfo.InvariantCulture),
        Byday = schedule.Byday,
        Byweekno = schedule.Byweekno,
        Bymonthday = schedule.Bymonthday,
        Byyearday = schedule.Byyearday,
        OpensAt = schedule.OpensAt,
        ClosesAt = schedule.ClosesAt,
        ClosesNextDay = schedule.ClosesNextDay,
        ClosedOnPublicHolidays = schedule.ClosedOnPublicHolidays,
    };

    /// <summary>What is published about other hours on some dates.</summary>
    public static ExceptionFields Fields(HolidaySchedule holiday) =>
        new(holiday.StartDate, holiday.EndDate, holiday.Closed, holiday.OpensAt, holiday.ClosesAt, holiday.ClosesNextDay);
}
