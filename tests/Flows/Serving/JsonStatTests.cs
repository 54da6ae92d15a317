using System.Globalization;
using System.Text.Json;

namespace Tambo.Tests.Flows.Serving;

/// <summary>Cubes keep the rules of JSON-stat 2.0 (json-stat.org/full), and say what the figures say.</summary>
public sealed class JsonStatTests(FiguresNode figures) : IClassFixture<FiguresNode>
{
    [Theory]
    [InlineData("by=year&where=series=PAN_DARIEN_NAT")]
    [InlineData("by=month,citizenship&where=series=PAN_DARIEN_NAT,HND_IRR_NAT&where=time=2023")]
    [InlineData("by=year,point&where=series=USA_SWB&where=age=0-17")]
    [InlineData("dataflow=STOCK&by=year,ref_area,pop_group&where=series=UNHCR_POPULATION&where=time=2022..2024")]
    [InlineData("dataflow=INCIDENT&by=year,cause&measure=CHILDREN")]
    [InlineData("by=year&where=series=NONE")]
    public async Task A_cube_keeps_the_rules(string question)
    {
        var cube = await figures.JsonAsync("/api/flows/data?format=json-stat&" + question);
        Assert.Equal(("2.0", "dataset"), (cube.GetProperty("version").GetString(), cube.GetProperty("class").GetString()));
        var ids = cube.GetProperty("id").EnumerateArray().Select(id => id.GetString()!).ToList();
        var sizes = cube.GetProperty("size").EnumerateArray().Select(size => size.GetInt32()).ToList();
        Assert.Equal(ids.Count, sizes.Count);
        Assert.Equal(ids.Distinct(), ids);
        var dimensions = cube.GetProperty("dimension").EnumerateObject().ToDictionary(dimension => dimension.Name, dimension => dimension.Value);
        Assert.Equal(ids.Order(), dimensions.Keys.Order());
        for (var at = 0; at < ids.Count; at++)
        {
            var category = dimensions[ids[at]].GetProperty("category");
            var index = category.GetProperty("index").EnumerateArray().Select(code => code.GetString()!).ToList();
            Assert.Equal(sizes[at], index.Count);
            Assert.Equal(index.Distinct(), index);
            if (category.TryGetProperty("label", out var labels))
                Assert.All(labels.EnumerateObject(), label => Assert.Contains(label.Name, index));
        }

        var roles = cube.GetProperty("role").EnumerateObject().ToList();
        Assert.All(roles, role => Assert.Contains(role.Name, new[] { "time", "geo", "metric" }));
        var named = roles.SelectMany(role => role.Value.EnumerateArray().Select(id => id.GetString()!)).ToList();
        Assert.Equal(named.Distinct(), named);
        Assert.All(named, id => Assert.Contains(id, ids));
        var cells = sizes.Aggregate(1L, (product, size) => product * size);
        foreach (var sparse in (string[])["value", "status"])
        {
            Assert.All(cube.GetProperty(sparse).EnumerateObject(), cell =>
                Assert.InRange(long.Parse(cell.Name, NumberStyles.None, CultureInfo.InvariantCulture), 0, cells - 1));
        }

        Assert.All(cube.GetProperty("value").EnumerateObject(), cell => Assert.True(cell.Value.ValueKind is JsonValueKind.Number or JsonValueKind.Null));
        Assert.All(cube.GetProperty("status").EnumerateObject(), cell => Assert.Equal(JsonValueKind.String, cell.Value.ValueKind));
        if (cube.TryGetProperty("updated", out var updated))
            Assert.True(DateTimeOffset.TryParse(updated.GetString(), CultureInfo.InvariantCulture, out _));
    }

    [Fact]
    public async Task A_cell_is_found_where_its_labels_say()
    {
        var cube = await figures.JsonAsync("/api/flows/data?format=json-stat&by=year,citizenship&where=series=PAN_DARIEN_NAT&where=time=2021..2024");
        var ids = cube.GetProperty("id").EnumerateArray().Select(id => id.GetString()!).ToList();
        var place = 0;
        foreach (var id in ids)
        {
            var index = cube.GetProperty("dimension").GetProperty(id).GetProperty("category").GetProperty("index").EnumerateArray().Select(code => code.GetString()!).ToList();
            place = (place * index.Count) + index.IndexOf(id switch { "year" => "2023", "citizenship" => "HTI", "figure" => "value", _ => index[0] });
        }

        var expected = ShippedFigures.Rows("panama/darien-nationality.csv")
            .Where(row => row["nat"] == "HTI" && row["t"].StartsWith("2023", StringComparison.Ordinal)).Sum(row => ShippedFigures.Number(row["n"]));
        Assert.Equal(expected, cube.GetProperty("value").GetProperty(place.ToString(CultureInfo.InvariantCulture)).GetInt64());
    }
}
