using System.Globalization;
using Tambo.Flows.Charts;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Flows.Pages;

/// <summary>Codes, periods and figures in the reader's words.</summary>
internal static class CodeWords
{
    /// <summary>A code of a component: a country's name, a unit, a sex, an age; a code that has no words stands for itself.</summary>
    public static string Of(string component, string code, Texts texts)
    {
        if (component == "AGE")
            return Age(code, texts);
        if (component == "POINT" && PointNames.Find(code, texts) is { } point)
            return point;
        if (texts.Knows($"flows.page.code.{component}.{code}".ToLowerInvariant()))
            return texts[$"flows.page.code.{component}.{code}".ToLowerInvariant()];
        if (texts.Knows($"flows.page.code.{code}".ToLowerInvariant()))
            return texts[$"flows.page.code.{code}".ToLowerInvariant()];
        return component is "CITIZENSHIP" or "REF_AREA" || component.StartsWith("C_", StringComparison.Ordinal) ? Countries.Name(code, texts) : code;
    }

    /// <summary>An interval of ages.</summary>
    public static string Age(string code, Texts texts) => code == "_T" || AgeInterval.Read(code) is not { } ages || ages == AgeInterval.All
        ? texts[code == "_U" ? "flows.page.age.unknown" : "flows.page.age.all"]
        : ages.Least == 0 ? texts.Format("flows.page.age.under", ("age", ages.Most + 1))
        : ages.Most == AgeInterval.NoLimit ? texts.Format("flows.page.age.from", ("age", ages.Least))
        : texts.Format("flows.page.age.between", ("least", ages.Least), ("most", ages.Most));

    /// <summary>A span of time.</summary>
    public static string Of(Period period, Texts texts)
    {
        var year = period.From.Year.ToString("0000", CultureInfo.InvariantCulture);
        return period.Frequency switch
        {
            'A' => year,
            'Q' => texts.Format("flows.page.period.quarter", ("quarter", (period.From.Month + 2) / 3), ("year", year)),
            'M' => texts.Format("flows.page.period.month", ("month", texts[$"date.month.{period.From.Month.ToString(CultureInfo.InvariantCulture)}"]), ("year", year)),
            'W' => texts.Format("flows.page.period.week", ("week", ISOWeek.GetWeekOfYear(period.From.ToDateTime(default))), ("year", ISOWeek.GetYear(period.From.ToDateTime(default)).ToString("0000", CultureInfo.InvariantCulture))),
            _ => Day(period.From, texts),
        };
    }

    /// <summary>A day.</summary>
    public static string Day(DateOnly day, Texts texts) => texts.Format(
        "flows.page.period.day",
        ("day", day.Day), ("month", texts[$"date.month.{day.Month.ToString(CultureInfo.InvariantCulture)}"]), ("year", day.Year.ToString("0000", CultureInfo.InvariantCulture)));

    /// <summary>A day, of a moment in UTC.</summary>
    public static string Day(DateTimeOffset moment, Texts texts) => Day(DateOnly.FromDateTime(moment.UtcDateTime), texts);

    /// <summary>A count in the reader's figures.</summary>
    public static string Figure(double value, Texts texts) => value.ToString("#,0", texts.Culture);

    /// <summary>Hours, to the tenth.</summary>
    public static string Hours(double hours, Texts texts) => Collecting.CountingHours.Told(hours).ToString("#,0.#", texts.Culture);

    /// <summary>A count, or between which two it lies; unknown is said and never zero.</summary>
    public static string Range(long? least, long? most, Texts texts) => least is not { } from || most is not { } to ? texts["shell.unknown"]
        : from == to ? Figure(from, texts)
        : texts.Format("flows.page.range", ("least", Figure(from, texts)), ("most", Figure(to, texts)));

    /// <summary>A count, or between which two it lies; when something of it has no number, no upper end is said.</summary>
    public static string Range(long? least, long? most, bool isOpen, Texts texts) =>
        isOpen && least is { } from ? texts.Format("flows.page.open", ("least", Figure(from, texts))) : Range(least, most, texts);

    /// <summary>A figure in words.</summary>
    public static string Range(AskedFigure figure, Texts texts) => Range(figure.Least, figure.Most, figure.IsOpen, texts);

    /// <summary>A figure over time in words.</summary>
    public static string Range(ChartPoint point, Texts texts) => Range(point.Least, point.Most, point.IsOpen, texts);

    /// <summary>A share of a whole, or between which two it lies, in per cent.</summary>
    public static string Share(long least, long most, long whole, Texts texts)
    {
        if (whole == 0)
            return texts["shell.unknown"];
        var (from, to) = (Percent(least), Percent(most));
        return from == to ? from : texts.Format("flows.page.range", ("least", from), ("most", to));

        string Percent(long part) => texts.Format("flows.page.percent", ("number", (100.0 * part / whole).ToString(part * 10 < whole && part > 0 ? "0.0" : "0", texts.Culture)));
    }
}
