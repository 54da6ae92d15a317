namespace Tambo.Guide.NeedsSeen;

/// <summary>What was counted of one thing in one week; never shown as it is.</summary>
/// <param name="Week">The Monday on which the week began.</param>
/// <param name="Area">The area's code, a country's, or empty.</param>
/// <param name="Need">The code of a need, <c>other</c> or <c>any</c>.</param>
/// <param name="Kind">search_none, search_far, or a kind of feedback.</param>
/// <param name="Language">The tag of the language, or empty.</param>
/// <param name="Count">How often.</param>
internal sealed record NeedCell(DateOnly Week, string Area, string Need, string Kind, string Language, long Count);

/// <summary>One row of what is shown.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Area">The area's code; a country's, or empty, where rows were joined.</param>
/// <param name="Need">The code of a need; empty where rows were joined.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Language">The tag of a language; empty where rows were joined.</param>
/// <param name="AtLeast">How often, at least: rounded down to a multiple of five.</param>
public sealed record NeedRow(DateOnly From, DateOnly To, string Area, string Need, string Kind, string Language, long AtLeast);

/// <summary>
/// What may be shown of the counts. Every count goes into one row or into none: a row of fewer than ten is not shown but
/// joined with its like, first over languages, then over four weeks, over the areas of a country, over all areas, and over
/// needs; what is then still fewer than ten is dropped. No total is made of anything but the rows shown, rows are rounded
/// down, and a week appears when it is over. So no row, and no difference of rows, tells of fewer than ten. Pure.
/// </summary>
internal static class PublishedNeeds
{
    /// <summary>Fewer than this are not shown.</summary>
    public const int Least = 10;

    /// <summary>Counts are rounded down to a multiple of this.</summary>
    public const int Step = 5;

    /// <summary>Days of the blocks over which weeks are joined: always the same four weeks, whatever is asked for.</summary>
    public const int BlockDays = 28;

    // Each joins over one thing more than the one before.
    private static readonly Func<NeedRow, NeedRow>[] Joins =
    [
        row => row,
        row => row with { Language = "" },
        row => row with { From = BlockOf(row.From), To = BlockOf(row.From).AddDays(BlockDays - 1) },
        row => row with { Area = NeedAreas.CountryOf(row.Area) },
        row => row with { Area = "" },
        row => row with { Need = "" },
    ];

    /// <summary>The steps that join within a week; the others wait until four weeks are over.</summary>
    private const int WithinWeek = 2;

    /// <summary>The rows, the newest and largest first.</summary>
    /// <param name="cells">What was counted.</param>
    /// <param name="today">The present day, whose week is not over.</param>
    public static IReadOnlyList<NeedRow> Of(IEnumerable<NeedCell> cells, DateOnly today)
    {
        var shown = new List<NeedRow>();
        var rest = cells.Where(cell => cell.Week.AddDays(7) <= today)
            .Select(cell => new NeedRow(cell.Week, cell.Week.AddDays(6), cell.Area, cell.Need, cell.Kind, cell.Language, cell.Count)).ToList();
        for (var step = 0; step < Joins.Length; step++)
        {
            if (step == WithinWeek)
                rest.RemoveAll(row => BlockOf(row.From).AddDays(BlockDays) > today);
            var join = Joins[step];
            var groups = rest.GroupBy(row => join(row) with { AtLeast = 0 }).Select(group => group.Key with { AtLeast = group.Sum(row => row.AtLeast) }).ToList();
            shown.AddRange(groups.Where(row => row.AtLeast >= Least));
            rest = [.. groups.Where(row => row.AtLeast < Least)];
        }

        return
        [
            // What was counted without a language or an area has the name of what was joined over them: one row tells of both.
            .. shown.GroupBy(row => row with { AtLeast = 0 }).Select(same => same.Key with { AtLeast = same.Sum(row => row.AtLeast) })
                .Select(row => row with { AtLeast = row.AtLeast - (row.AtLeast % Step) })
                .OrderByDescending(row => row.To).ThenByDescending(row => row.AtLeast)
                .ThenBy(row => row.Area, StringComparer.Ordinal).ThenBy(row => row.Need, StringComparer.Ordinal)
                .ThenBy(row => row.Kind, StringComparer.Ordinal).ThenBy(row => row.Language, StringComparer.Ordinal),
        ];
    }

    /// <summary>The Monday of a day's week.</summary>
    public static DateOnly WeekOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    /// <summary>The first day of the four weeks in which a day lies, counted from Monday, 5 January 1970.</summary>
    public static DateOnly BlockOf(DateOnly day)
    {
        var first = new DateOnly(1970, 1, 5);
        return first.AddDays((day.DayNumber - first.DayNumber) / BlockDays * BlockDays);
    }
}
