using System.Globalization;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>A country or area, a point and a period, by their codes.</summary>
internal readonly record struct CountedAt(string Area, string Point, string Period);

/// <summary>What a row says of the hours of its point and period.</summary>
/// <param name="At">The point and the period.</param>
/// <param name="Observed">Minutes in which somebody was counting; null where that is not known.</param>
/// <param name="Open">Minutes in which somebody could have been.</param>
/// <param name="Issue">Why they cannot be right, or null.</param>
/// <param name="Told">As the file says it.</param>
/// <param name="Line">The first line that says so.</param>
/// <param name="Column">The column, from 1; null where a constant says it.</param>
internal sealed record SaidHours(CountedAt At, int? Observed, int? Open, string? Issue, string Told, int Line, int? Column);

/// <summary>What a mapping says of hours, ready to be asked of rows; pure.</summary>
/// <param name="said">Where they stand.</param>
/// <param name="columns">The places of its columns among those that are read.</param>
/// <param name="wanted">Where these stand in the file, from 0.</param>
/// <param name="codes">The places of area, point and period among the codes of an observation.</param>
internal sealed class HoursRule(MappedHours said, int[] columns, int[] wanted, int[] codes)
{
    private const int Day = 24 * 60;

    /// <summary>What observations say, each point, period and pair of cells once; rows whose hours cannot be right are told.</summary>
    /// <param name="made">The observations.</param>
    /// <param name="rows">The rows that they are of.</param>
    /// <param name="rowOf">The row of an observation.</param>
    /// <param name="issues">Is told.</param>
    public IReadOnlyList<SaidHours> In(ObservationBatch made, ValueBatch rows, Func<int, int> rowOf, IssueReport issues)
    {
        var met = new Dictionary<(int, int, int, int, int), SaidHours>();
        // There are few ways to say hours, and many points and days that say them.
        var decided = new Dictionary<(int First, int Second, int Days), (int? Observed, int? Open, string? Issue, string Told)>();
        var (last, before) = ((-1, -1, -1, -1, -1), default(SaidHours));
        var told = -1;
        for (var row = 0; row < made.Rows; row++)
        {
            var at = rowOf(row);
            var key = (made.Codes[codes[0]][row], made.Codes[codes[1]][row], made.Codes[codes[2]][row], Cell(0), Cell(1));
            if (key != last && !met.TryGetValue(key, out before))
                met[key] = before = Said(made, key, decided, rows, rows.Lines[at]);
            last = key;
            if (before!.Issue is { } issue && told != at)
                issues.Add(new RowIssue(rows.Lines[told = at], before.Column, issue, before.Told, IssueSeverity.Warning));

            int Cell(int column) => column < columns.Length ? rows.Values[columns[column]][at] : -1;
        }

        return [.. met.Values];
    }

    private SaidHours Said(
        ObservationBatch made, (int Area, int Point, int Period, int First, int Second) key,
        Dictionary<(int First, int Second, int Days), (int? Observed, int? Open, string? Issue, string Told)> decided, ValueBatch rows, int line)
    {
        string Code(int component, int number) => made.Books[codes[component]].Codes[number];
        var at = new CountedAt(Code(0, key.Area), Code(1, key.Point), Code(2, key.Period));
        var days = Period.Read(at.Period) is { } period ? period.Until.DayNumber - period.From.DayNumber + 1 : 1;
        if (!decided.TryGetValue((key.First, key.Second, days), out var one))
        {
            string[] cells = [.. new[] { key.First, key.Second }.Take(columns.Length).Select((number, column) => rows.Books[columns[column]][number])];
            var (observed, open, issue) = Decide(cells, days);
            decided[(key.First, key.Second, days)] = one = (issue is null ? observed : null, issue is null ? open : null, issue, string.Join(" / ", cells));
        }

        return new SaidHours(at, one.Observed, one.Open, one.Issue, one.Told, line, columns.Length > 0 ? wanted[columns[0]] + 1 : null);
    }

    private (int? Observed, int? Open, string? Issue) Decide(string[] cells, int days)
    {
        int? observed = Each(said.ObservedEachDay), open = Each(said.OpenEachDay), both = null;
        var isRead = said.Observed is not null ? HoursReading.TryRead(cells[0], said.Number, out observed)
            : said.Coverage is null || HoursReading.TryReadBoth(cells[0], said.Number, out observed, out both);
        if (said.Open is not null)
            isRead &= HoursReading.TryRead(cells[^1], said.Number, out open);
        open = both ?? open;
        return (observed, open, !isRead ? HarmonisingIssues.HoursUnknown
            : observed < 0 || open < 0 ? HarmonisingIssues.HoursNegative
            : observed > days * Day || open > days * Day ? HarmonisingIssues.HoursBeyondDay
            : observed > open ? HarmonisingIssues.HoursBeyondOpen : null);

        int? Each(decimal? hours) => hours is { } each ? (int)Math.Round(each * 60 * days) : null;
    }

    /// <summary>Minutes as hours, to be told.</summary>
    public static string Told(int? observed, int? open) =>
        string.Create(CultureInfo.InvariantCulture, $"{Hours(observed)}/{Hours(open)}");

    private static string Hours(int? minutes) => minutes is { } known ? (known / 60m).ToString("0.##", CultureInfo.InvariantCulture) : "?";
}
