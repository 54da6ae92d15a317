using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;
using Tambo.Platform.Places;

namespace Tambo.Tests.Flows;

/// <summary>Months, nationalities and headings as tables write them.</summary>
public sealed class WordsOfTablesTests
{
    [Theory]
    [InlineData("enero de 2023", "MMMM yyyy", null, "2023-01-01")]
    [InlineData("Ene-23", "MMM yy", null, "2023-01-01")]
    [InlineData("2023 | Diciembre", "yyyy MMMM", null, "2023-12-01")]
    [InlineData("January 25, 2020", "MMMM d yyyy", null, "2020-01-25")]
    [InlineData("1er août 2021", "d MMMM yyyy", null, "2021-08-01")]
    [InlineData("3 de março de 2022", "d MMMM yyyy", null, "2022-03-03")]
    [InlineData("12 jiyè 2024", "d MMMM yyyy", null, "2024-07-12")]
    [InlineData("Setiembre 2019", "MMMM yyyy", null, "2019-09-01")]
    [InlineData("out/2022", "MMM yyyy", "pt", "2022-10-01")]
    [InlineData("out 2022", "MMM yyyy", "ht", "2022-08-01")]
    [InlineData("out 2022", "MMM yyyy", null, null)]
    [InlineData("enero", "MMMM yyyy", null, null)]
    [InlineData("30 febrero 2022", "d MMMM yyyy", null, null)]
    [InlineData("2023-01", "MMMM yyyy", null, null)]
    [InlineData("Total 2023", "MMMM yyyy", null, null)]
    public void Months_in_words_are_read_in_five_languages_and_never_guessed(string text, string pattern, string? language, string? day) =>
        Assert.Equal(day, DateWords.Read(text, pattern, language)?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("venezolanas", "VEN")]
    [InlineData("Haïtienne", "HTI")]
    [InlineData("ayisyen", "HTI")]
    [InlineData("brasileiros", "BRA")]
    [InlineData("Venezuela (Bolivarian Republic of)", "VEN")]
    [InlineData("EE.UU.", "USA")]
    [InlineData("Rep. Dominicana", "DOM")]
    [InlineData("ESTADOS UNIDOS", "USA")]
    [InlineData("Nigerian", "NGA")]
    [InlineData("nigérien", "NER")]
    [InlineData("Bosnia and Herzegovina", "BIH")]
    [InlineData("Trinidad y Tobago", "TTO")]
    [InlineData("C&#xF4;te d&#039;Ivoire", "CIV")]
    [InlineData("Congolese", null)]
    [InlineData("Otros", null)]
    public void Nationals_are_known_by_what_they_are_called(string word, string? code) => Assert.Equal(code, CountryWords.Find(word));

    [Fact]
    public void No_word_for_nationals_is_the_name_of_another_country()
    {
        var table = ShippedTable.Read("flow-words", "nationalities.csv");
        Assert.All(table.Rows, row => Assert.Equal(row[0], CountryWords.Find(row[2])));
        Assert.Contains("publisher", File.ReadAllText(Path.Combine(ShippedTable.Folder, "flow-words", "SOURCE.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_is_found_by_name_then_by_tag_then_by_the_last_part_of_its_name()
    {
        var columns = new TableColumns(["Mes\n  del año", "a/b/sex", "b.age", "Sex"], ["#date", "#affected+f", "#affected+f+children", ""]);
        Assert.Equal([0], columns.Find(" mes del año "));
        Assert.Equal([3], columns.Find("sex"));
        Assert.Equal([2], columns.Find("age"));
        Assert.Equal([1], columns.Find("#affected +F"));
        Assert.Equal([2], columns.Find("#affected+children"));
        Assert.Empty(columns.Find("#country"));
    }

    [Fact]
    public void A_pattern_of_names_gives_what_its_star_stands_for() =>
        Assert.Equal([(0, "2023"), (2, "2024")], new TableColumns(["Men | 2023", "Women | 2023", "men | 2024"], []).Fitting("Men | *"));

    [Fact]
    public void Headers_of_two_rows_are_joined_and_holes_filled_from_the_left()
    {
        RawRow[] rows = [new(1, ["Notes", null]), new(3, ["Month", "Men", null, "Women", null]), new(4, [null, "0-17", "18+", "0-17", "18+"]), new(5, ["2023-01", "1", "2", "3", "4"])];
        var choices = HeaderRows.Of(rows, null, null).ToList();
        Assert.Contains(choices, choice => choice.Line == 4 && choice.Columns.Names.SequenceEqual(["Month", "Men | 0-17", "Men | 18+", "Women | 0-17", "Women | 18+"]));
        Assert.Equal(["Month", "Men | 0-17", "Men | 18+", "Women | 0-17", "Women | 18+"], Assert.Single(HeaderRows.Of(rows, 3, 2)).Columns.Names);
    }
}
