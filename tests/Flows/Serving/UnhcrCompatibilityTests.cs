using System.Globalization;
using System.Text.Json;

namespace Tambo.Tests.Flows.Serving;

/// <summary>Programs made for UNHCR's interface get UNHCR's own rows back.</summary>
public sealed class UnhcrCompatibilityTests(FiguresNode figures) : IClassFixture<FiguresNode>
{
    private const string Root = "/compat/unhcr/population/v1";

    private static readonly string[] Numbers = ["refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps", "stateless", "ooc", "oip", "hst"];
    private static readonly string[] Countries = ["coo_name", "coo", "coo_iso", "coa_name", "coa", "coa_iso"];

    [Fact]
    public async Task Each_row_of_the_population_table_comes_back_as_it_was_published()
    {
        var expected = ShippedFigures.Rows("unhcr/population.csv.gz").Where(row => row["year"] is "1990" or "2008" or "2021" or "2022" or "2023" or "2024" or "2025")
            .Select(row => string.Join('|', [row["year"], .. Countries.Select(column => row[column]), .. Numbers.Select(column => Number(row[column]))]));
        var got = (await AllAsync("population/?coo_all=true&coa_all=true&limit=1000&cf_type=ISO&year=1990,2008&yearFrom=2021&yearTo=2025"))
            .Select(item => string.Join('|', [Text(item, "year"), .. Countries.Select(column => Text(item, column)), .. Numbers.Select(column => Text(item, column))]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_row_of_the_applications_comes_back_as_it_was_published()
    {
        string[] columns = ["year", .. Countries, "procedure_type", "app_type", "dec_level", "app_pc", "applied"];
        var expected = ShippedFigures.Rows("unhcr/asylum-applications.csv.gz").Where(row => row["year"] is "2005" or "2023")
            .Select(row => string.Join('|', columns.Select(column => row[column])));
        var got = (await AllAsync("asylum-applications/?coo_all=true&coa_all=true&limit=10000&year=2005,2023")).Select(item => string.Join('|', columns.Select(column => Text(item, column))));
        Assert.Equal(expected.Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Countries_that_are_not_told_apart_stand_together_under_a_dash()
    {
        var rows = ShippedFigures.Rows("unhcr/population.csv.gz").Where(row => row["year"] == "2023").ToList();
        var all = Assert.Single(await AllAsync("population/?year=2023"));
        Assert.Equal(("-", "-", "-"), (Text(all, "coo"), Text(all, "coa_iso"), Text(all, "coo_name")));
        Assert.Equal(rows.Sum(row => ShippedFigures.Number(row["refugees"])), all.GetProperty("refugees").GetInt64());

        var venezuelans = Assert.Single(await AllAsync("population/?coo=VEN&year=2023"));
        Assert.Equal(("VEN", "-"), (Text(venezuelans, "coo_iso"), Text(venezuelans, "coa")));
        Assert.Equal(rows.Where(row => row["coo_iso"] == "VEN").Sum(row => ShippedFigures.Number(row["oip"])), venezuelans.GetProperty("oip").GetInt64());

        // Costa Rica is COS to UNHCR and CRI to ISO.
        var byOwn = await AllAsync("population/?coa=COS&coo_all=true&year=2023");
        var byIso = await AllAsync("population/?coa=CRI&coo_all=true&year=2023&cf_type=ISO");
        Assert.Equal(rows.Count(row => row["coa_iso"] == "CRI"), byOwn.Count);
        Assert.Equal(byOwn.Select(item => item.GetRawText()), byIso.Select(item => item.GetRawText()));
    }

    [Fact]
    public async Task The_envelope_is_the_one_its_programs_page_through()
    {
        var answer = await figures.JsonAsync($"{Root}/population/?coo_all=true&coa_all=true&year=2023&limit=100&page=2");
        var count = ShippedFigures.Rows("unhcr/population.csv.gz").Count(row => row["year"] == "2023");
        Assert.Equal((2, (count + 99) / 100, 100), (answer.GetProperty("page").GetInt32(), answer.GetProperty("maxPages").GetInt32(), answer.GetProperty("items").GetArrayLength()));
    }

    private async Task<List<JsonElement>> AllAsync(string question)
    {
        var items = new List<JsonElement>();
        for (var (page, last) = (1, 1); page <= last; page++)
        {
            var answer = await figures.JsonAsync(string.Create(CultureInfo.InvariantCulture, $"{Root}/{question}&page={page}"));
            last = answer.GetProperty("maxPages").GetInt32();
            items.AddRange(answer.GetProperty("items").EnumerateArray());
        }

        return items;
    }

    private static string Number(string cell) => ShippedFigures.Number(cell) is { } number ? number.ToString(CultureInfo.InvariantCulture) : "-";

    private static string Text(JsonElement item, string name) => item.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : item.GetProperty(name).GetRawText();
}
