using System.Globalization;
using System.Net;
using System.Text.Json;
using Tambo.Tests.Security;

namespace Tambo.Tests.Flows.Serving;

/// <summary>Programs ask for figures and are told how far each can be relied on.</summary>
public sealed class FiguresApiTests(FiguresNode figures) : IClassFixture<FiguresNode>
{
    private const string Darien = "/api/flows/data?by=year&where=series=PAN_DARIEN_NAT&where=time=2021..2024";

    [Fact]
    public async Task Figures_come_with_bounds_sources_and_vintages_and_equal_the_published_totals()
    {
        var answer = await figures.JsonAsync(Darien);
        var rows = answer.GetProperty("figures").EnumerateArray().ToList();
        Assert.Equal(["2021", "2022", "2023", "2024"], rows.Select(row => row.GetProperty("year").GetString()));
        foreach (var name in (string[])["value", "at_least", "at_most"])
            Assert.Equal([133_726, 248_284, 520_085, 302_203], rows.Select(row => row.GetProperty(name).GetInt64()));
        Assert.All(rows, row => Assert.Equal(("exact", "PS"), (row.GetProperty("status").GetString(), row.GetProperty("unit_measure").GetString())));
        var series = Assert.Single(answer.GetProperty("series").EnumerateArray());
        Assert.Equal("Servicio Nacional de Migración de Panamá", series.GetProperty("publisher").GetString());
        Assert.NotEqual("", series.GetProperty("licence").GetString());
        Assert.Equal(2387, Assert.Single(series.GetProperty("vintages").EnumerateArray()).GetProperty("observations").GetInt64());
    }

    [Fact]
    public async Task Children_at_the_southwest_border_are_bounds_and_never_one_number()
    {
        var rows = ShippedFigures.Rows("usa/southwest-border.csv.gz").Where(row => row["t"].StartsWith("2023", StringComparison.Ordinal)).ToList();
        long Sum(params string[] kinds) => rows.Where(row => kinds.Contains(row["demog"])).Sum(row => ShippedFigures.Number(row["n"]) ?? 0);
        var least = Sum("UAC", "UC / Single Minors", "Accompanied Minors");
        var answer = await figures.JsonAsync("/api/flows/data?by=year&where=series=USA_SWB&where=time=2023&where=age=0-17");
        var figure = Assert.Single(answer.GetProperty("figures").EnumerateArray());
        Assert.Equal((least, least + Sum("FMUA")), (figure.GetProperty("at_least").GetInt64(), figure.GetProperty("at_most").GetInt64()));
        Assert.Equal(JsonValueKind.Null, figure.GetProperty("value").ValueKind);
        Assert.Equal("bounded", figure.GetProperty("status").GetString());
        Assert.Equal(["family_units_mix_ages"], figure.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!));
        Assert.Contains("Families", answer.GetProperty("reasons").GetProperty("family_units_mix_ages").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_hold_everything_once_and_the_table_says_the_same_as_the_json()
    {
        const string Question = "/api/flows/data?by=month,citizenship&where=series=PAN_DARIEN_NAT&where=time=2023";
        var expected = ShippedFigures.Rows("panama/darien-nationality.csv").Where(row => row["t"].StartsWith("2023", StringComparison.Ordinal))
            .Select(row => (row["t"], ShippedFigures.Number(row["n"])!.Value)).Order().ToList();
        var got = new List<(string, long)>();
        var pages = 0;
        for (var address = Question + "&limit=100"; address.Length > 0; pages++)
        {
            var page = await figures.JsonAsync(address);
            got.AddRange(page.GetProperty("figures").EnumerateArray().Select(row => (row.GetProperty("month").GetString()!, row.GetProperty("value").GetInt64())));
            address = page.TryGetProperty("next", out var next) ? next.GetString()! : "";
        }

        Assert.Equal(expected, got.Order());
        Assert.Equal((expected.Count + 99) / 100, pages);

        var table = await figures.AskAsync(Question + "&format=csv");
        Assert.StartsWith("text/csv", table.Header("Content-Type"), StringComparison.Ordinal);
        var lines = table.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("series,unit_measure,month,citizenship,value,at_least,at_most,rows,unknown,status", lines[0], StringComparison.Ordinal);
        Assert.Equal(expected, lines.Skip(1).Select(line => line.Split(',')).Select(cells => (cells[2], long.Parse(cells[4], CultureInfo.InvariantCulture))).Order());
    }

    [Fact]
    public async Task Figures_of_longer_periods_are_paged_with_the_others()
    {
        const string Question = "/api/flows/data?by=month,ref_area&where=series=PAN_DARIEN_NAT&window=3";
        var all = await figures.JsonAsync(Question + "&limit=100000");
        var total = all.GetProperty("figures").GetArrayLength() + all.GetProperty("apart").GetArrayLength();
        Assert.Equal(total, all.GetProperty("total").GetInt32());
        Assert.NotEqual(0, all.GetProperty("apart").GetArrayLength());
        var (got, pages) = (0, 0);
        for (var address = Question + "&limit=7"; address.Length > 0; pages++)
        {
            var page = await figures.JsonAsync(address);
            var count = page.GetProperty("figures").GetArrayLength() + (page.TryGetProperty("apart", out var apart) ? apart.GetArrayLength() : 0);
            Assert.InRange(count, 1, 7);
            got += count;
            address = page.TryGetProperty("next", out var next) ? next.GetString()! : "";
        }

        Assert.Equal((total, (total + 6) / 7), (got, pages));
    }

    [Theory]
    [InlineData("/api/flows/data?by=citizenship,Citizenship")]
    [InlineData("/compat/unhcr/population/v1/population/?yearFrom=2024&yearTo=2020")]
    public async Task What_contradicts_itself_is_refused(string address) =>
        Assert.Equal(HttpStatusCode.BadRequest, (HttpStatusCode)(int)(await figures.AskAsync(address)).Status);

    [Fact]
    public async Task The_largest_with_the_rest_and_shares_come_to_the_whole()
    {
        var answer = await figures.JsonAsync("/api/flows/data?by=citizenship&where=series=PAN_DARIEN_NAT&where=time=2023&top=3&share=citizenship");
        var rows = answer.GetProperty("figures").EnumerateArray().ToList();
        Assert.Equal(520_085, rows.Sum(row => row.GetProperty("value").GetInt64()));
        Assert.Contains("_REST", rows.Select(row => row.GetProperty("citizenship").GetString()));
        Assert.Equal(1.0, rows.Sum(row => row.GetProperty("share").GetProperty("at_least").GetDouble()), 6);
    }

    [Theory]
    [InlineData("by=month&limit=7", "by=month&limit=7&page=2")]
    [InlineData("by=month&where=ref_area=PAN", "by=month&where=ref_area=HND")]
    [InlineData("by=sex,age", "by=sex,age&format=csv")]
    [InlineData("by=year", "by=year&training=true")]
    [InlineData("by=ref_area&where=time=2023", "by=ref_area&where=time=2023&asOf=2020-01-01")]
    public async Task What_is_asked_again_is_answered_with_the_same_bytes_and_headers_and_another_question_with_its_own(string question, string other)
    {
        async Task<(string Headers, string Text)> AskAsync(string asked, string language)
        {
            var answer = await figures.AskAsync("/api/flows/data?" + asked, ("Accept-Language", language));
            return (string.Join('\n', new[] { "ETag", "Link", "X-Total-Count", "Content-Type", "Content-Disposition", "Vary", "Cache-Control" }.Select(name => answer.Header(name))), answer.Text);
        }

        var (first, of) = (await AskAsync(question, "en"), await AskAsync(other, "en"));
        Assert.NotEqual(first, of);
        Assert.Equal(first, await AskAsync(question, "en"));
        Assert.Equal(of, await AskAsync(other, "en"));
        Assert.NotEqual(first.Headers, (await AskAsync(question, "ht")).Headers);
    }

    [Fact]
    public async Task Whoever_has_an_answer_is_told_so_until_figures_change()
    {
        var first = await figures.AskAsync(Darien);
        var again = await figures.AskAsync(Darien, ("If-None-Match", first.Header("ETag")));
        Assert.Equal((HttpStatusCode.NotModified, 0), (again.Status, again.Body.Length));
        Assert.Equal("no-cache, private", first.Header("Cache-Control"));
        Assert.Equal("", first.Header("Access-Control-Allow-Origin"));
        Assert.NotEqual(first.Header("ETag"), (await figures.AskAsync(Darien + "&format=csv")).Header("ETag"));
    }

    [Theory]
    [InlineData("/api/flows/data?by=colour", "flows.question_unknown")]
    [InlineData("/api/flows/data?dataflow=WEATHER", "flows.question_unknown")]
    [InlineData("/api/flows/data?groupBy=month", "flows.parameter_unknown")]
    [InlineData("/api/flows/data?format=xml", "flows.parameter_unknown")]
    [InlineData("/api/flows/data?top=-1", "flows.parameter_unknown")]
    [InlineData("/api/flows/data?asOf=yesterday", "flows.parameter_unknown")]
    [InlineData("/api/flows/data?format=json-stat&limit=5", "flows.parameter_unknown")]
    [InlineData("/api/flows/series?colour=red", "flows.parameter_unknown")]
    [InlineData("/compat/unhcr/population/v1/population/?coo=ZZZZ", "flows.parameter_unknown")]
    public async Task What_is_not_understood_is_refused_by_name(string address, string code)
    {
        var answer = await figures.AskAsync(address);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.Header("Content-Type")));
        using var problem = JsonDocument.Parse(answer.Body);
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Nobody_reads_figures_without_signing_in()
    {
        using var reader = new Reader(figures.Node);
        foreach (var address in (string[])[Darien, "/api/flows/series", "/api/flows/structure", "/compat/dtm/v3/displacement/country-list", "/compat/unhcr/population/v1/population/"])
        {
            var answer = await reader.GetAsync(address, ("Accept", "text/html"));
            Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (answer.Status, answer.Header("Content-Type")));
        }
    }

    [Fact]
    public async Task What_is_made_up_for_training_is_told_only_when_asked_and_then_alone()
    {
        static IEnumerable<string> Codes(JsonElement answer) => answer.GetProperty("series").EnumerateArray().Select(series => series.GetProperty("code").GetString()!);
        Assert.Equal(["TRAINING_POINT"], Codes(await figures.JsonAsync("/api/flows/series?training=true")));
        Assert.DoesNotContain("TRAINING_POINT", Codes(await figures.JsonAsync("/api/flows/series")));
        Assert.Equal(["TRAINING_POINT"], Codes(await figures.JsonAsync("/api/flows/data?training=true&by=day")));
    }

    [Fact]
    public async Task The_structure_names_dataflows_components_and_the_codes_that_figures_use()
    {
        var structure = await figures.JsonAsync("/api/flows/structure");
        var flows = structure.GetProperty("dataflows").EnumerateArray().ToDictionary(flow => flow.GetProperty("code").GetString()!);
        Assert.Equal(["FLOW", "INCIDENT", "RETURN", "STOCK", "SURVEY"], flows.Keys.Order(StringComparer.Ordinal));
        var citizenship = flows["FLOW"].GetProperty("components").EnumerateArray().Single(component => component.GetProperty("code").GetString() == "CITIZENSHIP");
        Assert.Equal(("dimension", "CL_AREA"), (citizenship.GetProperty("role").GetString(), citizenship.GetProperty("codelist").GetString()));
        var groups = structure.GetProperty("codelists").EnumerateArray().Single(list => list.GetProperty("code").GetString() == "CL_POP_GROUP");
        Assert.Equal(["ASY", "HST", "IDP", "OIP", "OOC", "REF", "STA"], groups.GetProperty("codes").EnumerateArray().Select(code => code.GetProperty("code").GetString()!));
    }

    [Fact]
    public async Task A_line_of_hashtags_stands_under_the_header_and_periods_have_two_ends()
    {
        var lines = (await figures.AskAsync("/api/flows/data?by=month,point,citizenship,c_origin&where=series=PAN_DARIEN_NAT&where=time=2023-08&format=hxl")).Text.Split("\r\n");
        var tags = lines[0].Split(',').Zip(lines[1].Split(',')).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.All(tags.Values, tag => Assert.Matches("^#[a-z_]+([+][a-z0-9_]+)*$", tag));
        Assert.Equal(
            ("#loc+fmp+code", "#country+code+nationality", "#country+code+origin", "#date+start", "#date+end", "#meta+unit"),
            (tags["point"], tags["citizenship"], tags["c_origin"], tags["month_start"], tags["month_end"], tags["unit_measure"]));
        Assert.Contains(",2023-08,2023-08-01,2023-08-31,DARIEN,", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sexes_and_ages_stand_beside_each_other_under_hashtags_that_say_so()
    {
        var expected = ShippedFigures.Rows("honduras/demography.csv").Where(row => row["t"] == "2023-08").ToDictionary(row => row["demog"], row => row["n"]);
        var lines = (await figures.AskAsync("/api/flows/data?by=month,sex,age&where=series=HND_IRR_SADD&where=time=2023-08&format=hxl")).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        var cells = lines[1].Split(',').Zip(lines[2].Split(',')).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal(
            (expected["girls"], expected["boys"], expected["women"], expected["men"]),
            (cells["#affected+ind+f+children+age_0_17"], cells["#affected+ind+m+children+age_0_17"], cells["#affected+ind+f+adults+age_18"], cells["#affected+ind+m+adults+age_18"]));
        Assert.Equal(expected.Values.Sum(count => long.Parse(count, CultureInfo.InvariantCulture)), long.Parse(cells["#affected+ind"], CultureInfo.InvariantCulture));
    }
}
