using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.NeedsSeen;

namespace Tambo.Tests.Guide.NeedsSeen;

/// <summary>What is shown of the counts tells of no fewer than ten, however its rows are added and subtracted.</summary>
public sealed class PublishedNeedsTests
{
    // Monday, 2 March 2026, is 2,930 weeks after Monday, 5 January 1970: its four weeks begin two weeks before.
    private static readonly DateOnly Monday = new(2026, 3, 2);
    private static readonly DateOnly Later = Monday.AddDays(70);

    [Fact]
    public void Weeks_begin_on_Mondays_and_four_of_them_are_always_the_same_four()
    {
        Assert.Equal(Monday, PublishedNeeds.WeekOf(Monday));
        Assert.Equal(Monday, PublishedNeeds.WeekOf(Monday.AddDays(6)));
        Assert.Equal(Monday.AddDays(7), PublishedNeeds.WeekOf(Monday.AddDays(7)));
        Assert.Equal(2930, (Monday.DayNumber - new DateOnly(1970, 1, 5).DayNumber) / 7);
        Assert.Equal(Monday.AddDays(-14), PublishedNeeds.BlockOf(Monday));
        Assert.Equal(Monday.AddDays(-14), PublishedNeeds.BlockOf(Monday.AddDays(13)));
    }

    [Fact]
    public void A_row_of_ten_is_shown_and_one_of_nine_is_not()
    {
        Assert.Equal(10, Assert.Single(PublishedNeeds.Of([Cell(10)], Later)).AtLeast);
        Assert.Equal(15, Assert.Single(PublishedNeeds.Of([Cell(19)], Later)).AtLeast);
        Assert.Empty(PublishedNeeds.Of([Cell(9)], Later));
    }

    [Fact]
    public void Small_rows_are_joined_over_languages_then_weeks_then_areas_then_needs()
    {
        var languages = PublishedNeeds.Of([Cell(12, language: "es"), Cell(7, language: "ht"), Cell(6, language: "fr")], Later);
        Assert.Equal([("", 10L), ("es", 10L)], languages.Select(row => (row.Language, row.AtLeast)).Order());
        var weeks = Assert.Single(PublishedNeeds.Of([Cell(6), Cell(6, week: Monday.AddDays(7))], Later));
        Assert.Equal((Monday.AddDays(-14), Monday.AddDays(13), "MX02", "shelter", 10), (weeks.From, weeks.To, weeks.Area, weeks.Need, weeks.AtLeast));
        Assert.Equal("MX", Assert.Single(PublishedNeeds.Of([Cell(6), Cell(6, area: "MX07")], Later)).Area);
        Assert.Equal(("", "shelter"), Assert.Single(PublishedNeeds.Of([Cell(6), Cell(6, area: "HT01")], Later)) is var row ? (row.Area, row.Need) : default);
        Assert.Equal("", Assert.Single(PublishedNeeds.Of([Cell(6), Cell(6, need: "food")], Later)).Need);
        Assert.Empty(PublishedNeeds.Of([Cell(6), Cell(6, kind: "full")], Later));
    }

    [Fact]
    public void A_week_appears_when_it_is_over_and_joined_weeks_when_all_four_are()
    {
        Assert.Empty(PublishedNeeds.Of([Cell(50)], Monday.AddDays(6)));
        Assert.Single(PublishedNeeds.Of([Cell(50)], Monday.AddDays(7)));
        NeedCell[] two = [Cell(6, week: Monday.AddDays(-7)), Cell(6)];
        Assert.Empty(PublishedNeeds.Of(two, Monday.AddDays(13)));
        Assert.Single(PublishedNeeds.Of(two, Monday.AddDays(14)));
    }

    [Fact]
    public void No_row_tells_of_fewer_than_ten_and_no_count_is_in_two_rows() => Cells(1, 30, cells =>
    {
        var rows = PublishedNeeds.Of(cells, Later);
        return rows.All(row => row.AtLeast >= PublishedNeeds.Least && row.AtLeast % PublishedNeeds.Step == 0)
            && rows.Select(row => row with { AtLeast = 0 }).Distinct().Count() == rows.Count
            && rows.GroupBy(row => row.Kind).All(kind => kind.Sum(row => row.AtLeast) <= cells.Where(cell => cell.Kind == kind.Key).Sum(cell => cell.Count));
    });

    [Fact]
    public void What_has_no_language_and_what_was_joined_over_languages_are_one_row() =>
        Assert.Equal(
            [30L],
            PublishedNeeds.Of([Cell(20, language: ""), Cell(6, language: "ht"), Cell(5, language: "es")], Later).Select(row => row.AtLeast));

    [Fact]
    public void What_is_large_enough_by_itself_is_all_shown() => Cells(10, 40, cells =>
    {
        var even = cells.Select(cell => cell with { Count = cell.Count / 5 * 5 }).ToList();
        return PublishedNeeds.Of(even, Later).Sum(row => row.AtLeast) == even.Sum(cell => cell.Count);
    });

    // Whoever adds one search changes no row but one, and hides none.
    [Fact]
    public void A_row_that_is_shown_stays_when_more_is_counted_elsewhere() => Cells(1, 30, cells =>
    {
        var before = PublishedNeeds.Of(cells.Where(cell => cell.Kind == "full"), Later);
        var after = PublishedNeeds.Of(cells, Later).Where(row => row.Kind == "full");
        return before.SequenceEqual(after);
    });

    private static NeedCell Cell(
        long count, string area = "MX02", string need = "shelter", string kind = "search_none", string language = "es", DateOnly? week = null) =>
        new(week ?? Monday, area, need, kind, language, count);

    private static void Cells(int least, int most, Func<IReadOnlyList<NeedCell>, bool> holds)
    {
        var cell = from week in Gen.Choose(0, 7)
                   from area in Gen.Elements("MX02", "MX07", "HT01", "")
                   from need in Gen.Elements("shelter", "food", "other")
                   from kind in Gen.Elements("search_none", "full")
                   from language in Gen.Elements("es", "ht", "")
                   from count in Gen.Choose(least, most)
                   select new NeedCell(Monday.AddDays(7 * week - 28), area, need, kind, language, count);
        Prop.ForAll(cell.ListOf().ToArbitrary(), all =>
        {
            // One count for each thing, as the counters hold it.
            var cells = all.GroupBy(one => one with { Count = 0 }).Select(same => same.First()).ToList();
            return holds(cells);
        }).QuickCheckThrowOnFailure();
    }
}
