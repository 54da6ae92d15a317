using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Tests.Platform.Places;

public sealed class CodeListTests
{
    [Theory]
    [InlineData("HT", "HTI", "332", "HTG", "509")]
    [InlineData("MX", "MEX", "484", "MXN", "52")]
    [InlineData("TR", "TUR", "792", "TRY", "90")]
    public void A_country_is_found_by_any_of_its_codes(string alpha2, string alpha3, string numeric, string currency, string calling)
    {
        foreach (var code in new[] { alpha2, alpha3, numeric, alpha2.ToLowerInvariant(), $" {alpha3.ToLowerInvariant()} " })
        {
            var country = Countries.Find(code);
            Assert.NotNull(country);
            Assert.Equal((alpha2, alpha3, numeric, currency), (country.Alpha2, country.Alpha3, country.Numeric, country.Currency));
            Assert.Equal([calling], country.CallingCodes);
        }
    }

    [Fact]
    public void The_dominican_republic_has_its_three_calling_codes() =>
        Assert.Equal(["1809", "1829", "1849"], Countries.Find("DO")!.CallingCodes);

    [Theory]
    [InlineData("")]
    [InlineData("XX")]
    [InlineData("Haiti")]
    [InlineData(null)]
    public void An_unknown_code_finds_nothing(string? code)
    {
        Assert.Null(Countries.Find(code));
        Assert.Null(Currencies.Find(code));
        Assert.Null(AdminAreas.Find(code));
    }

    [Theory]
    [InlineData("ht", "Etazini")]
    [InlineData("es", "Estados Unidos")]
    [InlineData("es-MX", "Estados Unidos")]
    [InlineData("FR-ca", "États-Unis")]
    [InlineData("qu", "United States")]
    [InlineData("", "United States")]
    public void A_name_falls_back_from_region_to_language_to_english(string tag, string expected) =>
        Assert.Equal(expected, Countries.Name("US", tag));

    [Fact]
    public void An_unknown_code_is_shown_as_it_is() =>
        Assert.Equal(["XX", "xxx", "XYZ"], [Countries.Name("XX", "ht"), SpokenLanguages.Name("xxx", "es"), Currencies.Name("XYZ", "fr")]);

    [Fact]
    public void There_are_as_many_countries_as_iso_3166_1_lists()
    {
        Assert.Equal(249, Countries.All.Count); // ISO 3166-1 since 2011
        Assert.All(Countries.All, c => Assert.Matches("^[A-Z]{2}$", c.Alpha2));
        Assert.All(Countries.All, c => Assert.Matches("^[A-Z]{3}$", c.Alpha3));
        Assert.All(Countries.All, c => Assert.All(c.CallingCodes, code => Assert.Matches("^[0-9]+$", code)));
        Assert.Equal(249, Countries.All.Select(c => c.Alpha3).Distinct().Count());
    }

    [Fact]
    public void Every_country_has_a_name_in_every_language_of_the_table()
    {
        var table = ShippedTable.Read("countries", "countries.csv");
        Assert.Contains("ht", table.LanguageTags);
        Assert.All(Countries.All, c => Assert.All(table.LanguageTags, tag => Assert.NotNull(c.Names.Exactly(tag))));
    }

    [Fact]
    public void The_currency_of_every_country_is_a_currency() =>
        Assert.All(Countries.All.Where(c => c.Currency is not null), c => Assert.NotNull(Currencies.Find(c.Currency)));

    [Fact]
    public void Countries_stand_in_the_alphabetical_order_of_the_reader()
    {
        var french = Countries.InOrderOf("fr").Select(c => c.Alpha2).ToList();
        // Égypte sorts among the E in French, not after Z as its code point would.
        Assert.InRange(french.IndexOf("EG"), 0, french.IndexOf("FR"));
        Assert.Equal(249, Countries.InOrderOf("no such language").Count);
    }

    [Theory]
    [InlineData("es", "spa", "spa", "es")]
    [InlineData("fr", "fra", "fre", "fr")]
    [InlineData("ht", "hat", "hat", "ht")]
    [InlineData("quc", "quc", "quc", "quc")]
    public void A_language_is_found_by_two_and_three_letters(string two, string terminological, string bibliographic, string code)
    {
        foreach (var given in new[] { two, terminological, bibliographic, two.ToUpperInvariant() })
            Assert.Equal(code, SpokenLanguages.Find(given)?.Code);
    }

    [Theory]
    [InlineData("cab", "ht", "garifouna")]
    [InlineData("es", "ht", "panyòl")]
    [InlineData("kek", "es", "q’eqchi’")]
    [InlineData("guc", "pt", "wayuu")]
    [InlineData("ht", "en", "Haitian Creole")]
    public void Languages_have_names_in_the_readers_language(string code, string tag, string expected) =>
        Assert.Equal(expected, SpokenLanguages.Name(code, tag));

    [Theory]
    [InlineData("ht", "kreyòl ayisyen")]
    [InlineData("es", "español")]
    [InlineData("ace", null)]
    public void A_language_says_its_own_name_where_it_is_known(string code, string? own) =>
        Assert.Equal(own, SpokenLanguages.Find(code)!.OwnName);

    [Fact]
    public void A_language_without_a_kreyol_name_is_shown_in_english()
    {
        var nameless = SpokenLanguages.All.First(l => l.Names.Exactly("ht") is null);
        Assert.Equal(nameless.Name("en"), nameless.Name("ht"));
    }

    // Names that Unicode CLDR publishes; Acehnese has none in Kreyòl.
    [Theory]
    [InlineData("MX", "المكسيك")]
    [InlineData("HT", "هايتي")]
    public void A_further_file_names_countries_in_a_further_language(string code, string name) => Assert.Equal(name, Countries.Name(code, "ar"));

    [Fact]
    public void On_a_page_a_name_of_another_language_is_marked()
    {
        var texts = TextCatalog.Load([typeof(TextCatalog).Assembly]).In("ht");
        Assert.Equal($"{FallbackMark.Begin}Acehnese{FallbackMark.End}", SpokenLanguages.Name("ace", texts.OnPage));
        Assert.Equal("Acehnese", SpokenLanguages.Name("ace", texts));
        Assert.Equal("panyòl", SpokenLanguages.Name("es", texts.OnPage));
        Assert.Equal("zz", SpokenLanguages.Name("zz", texts.OnPage));
    }

    [Theory]
    [InlineData("HTG", "332", 2, "ht", "goud ayisyen")]
    [InlineData("CLP", "152", 0, "es", "peso chileno")]
    public void A_currency_has_its_number_decimals_and_name(string code, string numeric, int decimals, string tag, string name)
    {
        var currency = Currencies.Find(code)!;
        Assert.Equal((numeric, decimals, name), (currency.Numeric, currency.Decimals, currency.Name(tag)));
    }

    [Theory]
    [InlineData("countries", "countries.csv")]
    [InlineData("languages", "languages.csv")]
    [InlineData("currencies", "currencies.csv")]
    public void Kreyol_is_not_a_copy_of_french(string set, string file)
    {
        var table = ShippedTable.Read(set, file);
        var named = table.Rows.Select(table.Names).Where(n => n.Exactly("ht") is not null).ToList();
        var same = named.Count(n => string.Equals(n.Exactly("ht"), n.Exactly("fr"), StringComparison.OrdinalIgnoreCase));
        Assert.NotEmpty(named);
        Assert.True(same * 3 <= named.Count, $"{same} of {named.Count} Kreyòl names of {file} are the French ones.");
    }

    [Theory]
    [InlineData("countries", "countries.csv")]
    [InlineData("languages", "languages.csv")]
    [InlineData("currencies", "currencies.csv")]
    public void Every_row_says_whether_its_kreyol_name_was_reviewed(string set, string file)
    {
        var table = ShippedTable.Read(set, file);
        var reviewed = table.Column("ht_reviewed");
        Assert.All(table.Rows, row => Assert.Contains(row[reviewed], new[] { "true", "false" }));
    }

    [Fact]
    public void Every_shipped_set_names_its_source_and_licence()
    {
        string[] sets = ["countries", "languages", "currencies", "admin-areas", "gazetteer", "outlines"];
        Assert.All(sets, set =>
        {
            var text = File.ReadAllText(Path.Combine(ShippedTable.Folder, set, "SOURCE.md"));
            Assert.Contains("publisher", text, StringComparison.Ordinal);
            Assert.Contains("licence", text, StringComparison.Ordinal);
        });
    }
}
