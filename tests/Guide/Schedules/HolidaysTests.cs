using System.Globalization;
using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

public class HolidaysTests
{
    /// <summary>Dates that Meeus gives with the algorithm (Astronomical Algorithms, 2nd ed., chapter 8), and the two extremes.</summary>
    [Theory]
    [InlineData("1991-03-31")]
    [InlineData("1992-04-19")]
    [InlineData("1993-04-11")]
    [InlineData("1954-04-18")]
    [InlineData("2000-04-23")]
    [InlineData("1818-03-22")]
    [InlineData("1943-04-25")]
    [InlineData("2026-04-05")]
    public void Easter_falls_on(string date) => Assert.Equal(Hours.Day(date), Easter.Sunday(Hours.Day(date).Year));

    [Theory]
    [InlineData("MX", "2026-02-02", "Constitution Day")]
    [InlineData("MX", "2026-03-16", "Birthday of Benito Juárez")]
    [InlineData("US", "2026-11-26", "Thanksgiving")]
    [InlineData("US", "2026-05-25", "Memorial Day")]
    [InlineData("CO", "2026-01-12", "Epiphany")]
    [InlineData("CO", "2026-06-29", "Saints Peter and Paul")]
    [InlineData("CO", "2026-05-18", "Ascension")]
    [InlineData("HT", "2026-05-18", "Flag and University Day")]
    [InlineData("ht", "2026-06-04", "Corpus Christi")]
    [InlineData("BR", "2026-04-03", "Good Friday")]
    [InlineData("AR", "2026-02-17", "Carnival Tuesday")]
    [InlineData("MX", "2026-02-03", null)]
    [InlineData("XX", "2026-12-25", null)]
    public void A_date_is_a_public_holiday(string country, string date, string? name) =>
        Assert.Equal(name, PublicHolidays.Shipped.On(country, Hours.Day(date))?.NameIn(WordsTests.Catalog.In("en")));

    [Fact]
    public void Every_entry_has_a_date_in_every_year_and_a_name_in_every_language()
    {
        var shipped = PublicHolidays.Shipped;
        Assert.True(shipped.Countries.Count >= 16);
        foreach (var holiday in shipped.Countries.SelectMany(shipped.Of))
        {
            for (var year = 2020; year <= 2040; year++)
                Assert.Equal(year, holiday.In(year).Year);
            foreach (var code in WordsTests.Catalog.Languages.Select(language => language.Code))
                Assert.False(string.IsNullOrWhiteSpace(holiday.Names.GetValueOrDefault(code)), holiday.Rule + " " + code);
        }
    }

    [Fact]
    public void Holidays_that_move_to_Monday_fall_on_Mondays()
    {
        foreach (var holiday in PublicHolidays.Shipped.Of("CO").Where(holiday => holiday.Rule.EndsWith(">MO", StringComparison.Ordinal)))
        {
            for (var year = 2020; year <= 2040; year++)
            {
                var moved = holiday.In(year);
                var fixedDate = DateOnly.ParseExact($"{year}-{holiday.Rule[..5]}", "yyyy-MM-dd", CultureInfo.InvariantCulture);
                Assert.Equal(DayOfWeek.Monday, moved.DayOfWeek);
                Assert.InRange(moved.DayNumber - fixedDate.DayNumber, 0, 6);
            }
        }
    }
}
