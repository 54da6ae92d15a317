using Tambo.Platform.Places;

namespace Tambo.Tests.Platform.Places;

public sealed class AdminAreaTests
{
    // Counts as OCHA's common operational datasets state them for each country.
    [Theory]
    [InlineData("MX", 32, 2457)]
    [InlineData("CO", 33, 1122)]
    [InlineData("GT", 22, 342)]
    [InlineData("HN", 18, 298)]
    [InlineData("PA", 13, 76)]
    [InlineData("HT", 10, 140)]
    public void A_country_has_as_many_areas_as_published(string country, int first, int second)
    {
        var areas = AdminAreas.OfCountry(country);
        Assert.Equal(first, areas.Count);
        Assert.Equal(second, areas.Sum(a => AdminAreas.Children(a.Code).Count));
    }

    [Fact]
    public void Tijuana_lies_in_baja_california()
    {
        var area = AdminAreas.Find("mx02004");
        Assert.Equal(new AdminArea("MX02004", "pcode", "MX", 2, "Tijuana", "MX02"), area);
        Assert.Equal("Baja California", AdminAreas.Find(area!.Parent)!.Name);
        Assert.Contains(area, AdminAreas.Children("MX02"));
    }

    [Fact]
    public void Countries_without_pcodes_have_iso_3166_2()
    {
        Assert.Equal("iso3166-2", AdminAreas.Find("US-CA")!.Scheme);
        Assert.Equal(13, AdminAreas.OfCountry("CA").Count); // ten provinces and three territories
    }

    [Theory]
    [InlineData("CO05001", "Medellín")]
    [InlineData("CO05", "Antioquia")]
    [InlineData("HT01", "Ouest")]
    [InlineData("EC0103", "Gualaceo")]
    public void Names_are_the_local_ones_with_their_accents(string code, string name) =>
        Assert.Equal(name, AdminAreas.Find(code)!.Name);

    [Fact]
    public void Every_second_level_area_lies_in_a_first_level_area_of_its_country() =>
        Assert.All(AdminAreas.All, area =>
        {
            Assert.NotNull(Countries.Find(area.Country));
            if (area.Level == 1)
            {
                Assert.Null(area.Parent);
                return;
            }

            var parent = AdminAreas.Find(area.Parent);
            Assert.Equal((1, area.Country), (parent?.Level, parent?.Country));
        });

    [Fact]
    public void An_unknown_area_has_no_children() => Assert.Empty(AdminAreas.Children("ZZ99"));
}
