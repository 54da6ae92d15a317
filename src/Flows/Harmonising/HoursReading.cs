using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Harmonising;

/// <summary>Reads for how long people were counted, in whole minutes, as files write it; pure.</summary>
internal static partial class HoursReading
{
    private const int Day = 24 * 60;
    private const int Longest = 100;
    private const int Milliseconds = 1000;

    /// <summary>
    /// Hours as a number (<c>7.5</c>, <c>8 h</c>), by the clock (<c>7:30</c>), as a duration of ISO 8601 (<c>PT7H30M</c>), or from when to
    /// when (<c>06:00-10:00, 14:00-18:00</c>, also over midnight). False when it is none of these; minutes are null when it says nothing.
    /// </summary>
    public static bool TryRead(string value, NumberForm form, out int? minutes)
    {
        var text = value.Trim();
        minutes = null;
        if (text.Length == 0 || form.Unknown.Contains(text))
            return true;
        if (text.Length > Longest)
            return false;
        if (Clock().Match(text) is { Success: true } clock)
            minutes = (Number(clock, "hours") * 60) + Number(clock, "minutes");
        else if (text[0] is 'P' && TryDuration(text) is { } duration)
            minutes = duration;
        else if (Spans(text) is { } spans)
            minutes = spans;
        else if (ValueReading.Number(Unit().Match(text) is { Success: true } said ? said.Groups["number"].Value : text, form, ComponentKind.Number) is { Issue: null } number)
            minutes = (int)Math.Clamp(Math.Round(number.Measure * 60m / 1_000_000m, MidpointRounding.AwayFromZero), int.MinValue, int.MaxValue);
        return minutes is not null;
    }

    /// <summary>Hours observed, and those open where the text says them too: <c>8/12</c>, <c>8 of 12</c>.</summary>
    public static bool TryReadBoth(string value, NumberForm form, out int? observed, out int? open)
    {
        open = null;
        return value.Length <= Longest && Both().Match(value) is { Success: true } both
            ? TryRead(both.Groups["observed"].Value, form, out observed) & TryRead(both.Groups["open"].Value, form, out open)
            : TryRead(value, form, out observed);
    }

    // Minutes of the day in any of the spans: two that overlap count once.
    private static int? Spans(string text)
    {
        var minutes = new bool[Day];
        foreach (var part in text.Split([';', ',', '+'], StringSplitOptions.TrimEntries))
        {
            if (Span().Match(part) is not { Success: true } span)
                return null;
            var (from, until) = ((Number(span, "from") * 60) + Number(span, "past"), (Number(span, "until") * 60) + Number(span, "to"));
            if (from >= Day || until > Day)
                return null;
            for (var at = from; at < (until > from ? until : until + Day); at++)
                minutes[at % Day] = true;
        }

        return minutes.Count(static one => one);
    }

    private static int? TryDuration(string text)
    {
        try
        {
            return (int)Math.Clamp(Math.Round(XmlConvert.ToTimeSpan(text).TotalMinutes), int.MinValue, int.MaxValue);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<hours>[0-9]{1,3})(\s*h\s*|:)(?<minutes>[0-5][0-9])(:[0-5][0-9])?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Clock();

    [GeneratedRegex(@"^(?<number>[^\p{L}]+?)\s*(h|hs|hrs?|hours?|horas?|heures?|è|èdtan)\.?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Unit();

    [GeneratedRegex(@"^(?<from>[0-9]{1,2}):(?<past>[0-5][0-9])(:00)?\s*(-|–|—|to|a|à|às|até|rive)\s*(?<until>[0-9]{1,2}):(?<to>[0-5][0-9])(:00)?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Span();

    [GeneratedRegex(@"^\s*(?<observed>[^/]+?)\s*(/|\b(of|de|sur|sou)\b)\s*(?<open>[^/]+?)\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Both();
}
