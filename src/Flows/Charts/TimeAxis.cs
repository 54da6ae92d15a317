using System.Globalization;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Charts;

/// <summary>The axis of days, on which a month is as wide as its days and a year is twelve months.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="Left">Pixels.</param>
/// <param name="Width">Pixels.</param>
internal readonly record struct TimeAxis(DateOnly From, DateOnly Until, double Left, double Width)
{
    /// <summary>The axis that holds all periods.</summary>
    public static TimeAxis Of(IEnumerable<Period> periods, double left, double width)
    {
        var (from, until) = (DateOnly.MaxValue, DateOnly.MinValue);
        foreach (var period in periods)
            (from, until) = (period.From < from ? period.From : from, period.Until > until ? period.Until : until);
        return from > until ? new TimeAxis(new DateOnly(2000, 1, 1), new DateOnly(2000, 12, 31), left, width) : new TimeAxis(from, until, left, width);
    }

    private double Days => Until.DayNumber - From.DayNumber + 1;

    /// <summary>Where a day begins, in pixels.</summary>
    public double At(DateOnly day) => Left + ((day.DayNumber - From.DayNumber) / Days * Width);

    /// <summary>The middle of a period, in pixels.</summary>
    public double Middle(Period period) => (At(period.From) + At(period.Until.AddDays(1))) / 2;

    /// <summary>Days at which a line with words stands: beginnings of years, or of months where the axis is short, as many as there is room for.</summary>
    public IEnumerable<(double X, string Words)> Ticks()
    {
        var months = ((Until.Year - From.Year) * 12) + Until.Month - From.Month + 1;
        var (each, isYears) = months > 30 ? (12, true) : (1, false);
        var room = isYears ? 44 : 64;
        while (Width / months * each < room)
            each += isYears ? 12 : each switch { 1 => 1, 2 => 1, 3 => 3, _ => 6 };
        for (var day = new DateOnly(From.Year, 1, 1); day <= Until; day = day.AddMonths(isYears ? 12 : 1))
        {
            var place = (day.Year * 12) + day.Month - 1;
            if (day >= From && place % each == 0)
                yield return (At(day), day.ToString(isYears ? "yyyy" : "MM/yyyy", CultureInfo.InvariantCulture));
        }
    }
}
