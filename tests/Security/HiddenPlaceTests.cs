using System.Globalization;
using System.Net;
using AngleSharp.Html.Parser;
using Tambo.Guide.Directory;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>What must not be known of a place is on no page, in no data, no search and no order of distances.</summary>
public sealed class HiddenPlaceTests(HiddenPlaceTests.Town town) : IClassFixture<HiddenPlaceTests.Town>
{
    private static readonly Spot Open = new("Comedor abierto") { Kilometres = 1, Street = "Calle Mayor 1", Need = "food" };

    private static readonly Spot Withheld = new("Casa sin nombre")
    {
        Kilometres = 21.37,
        KilometresEast = 3.71,
        Street = "Pasaje Murmullo 77",
        Phone = "+999 555 0771",
        Description = "Portón violeta",
        ServiceLevel = Confidentiality.Withheld,
        PlaceLevel = Confidentiality.Withheld,
        Days = "MO,TU,WE,TH,FR,SA,SU",
    };

    private static readonly Spot AreaOnly = new("Refugio resguardado")
    {
        Kilometres = 33.11,
        KilometresEast = 5.91,
        Street = "Callejón Susurro 55",
        Phone = "+999 555 0552",
        ServiceLevel = Confidentiality.AreaOnly,
        PlaceLevel = Confidentiality.AreaOnly,
    };

    private static readonly Spot ContactOnly = new("Línea de la noche")
    {
        Kilometres = 45.83,
        KilometresEast = 8.23,
        Street = "Vereda Sigilo 33",
        Phone = "+999 555 0333",
        ServiceLevel = Confidentiality.ContactOnly,
        PlaceLevel = Confidentiality.ContactOnly,
    };

    // The service may be known, the house may not.
    private static readonly Spot HiddenHouse = new("Taller de las manos")
    {
        Kilometres = 57.29,
        KilometresEast = 11.17,
        Street = "Rincón Callado 99",
        Phone = "+999 555 0994",
        PlaceLevel = Confidentiality.Withheld,
    };

    private static readonly Spot[] Hidden = [Withheld, AreaOnly, ContactOnly, HiddenHouse];

    [Fact]
    public async Task No_address_no_position_and_nothing_of_a_withheld_service_is_on_any_page_or_in_any_data()
    {
        using var reader = new Reader(town.Node);
        string[] secrets =
        [
            Withheld.Name, Withheld.Id.ToString("D"), Withheld.Phone, Withheld.Description, .. Hidden.Select(spot => spot.PlaceId.ToString("D")).Except([AreaOnly.PlaceId.ToString("D"), ContactOnly.PlaceId.ToString("D")]),
            .. Hidden.Select(spot => spot.Street), .. Hidden.SelectMany(Degrees),
        ];
        var answers = new List<(string Address, Answer Answer)>();
        foreach (var address in Addresses())
            answers.Add((address, await reader.GetAsync(address)));
        foreach (var spot in Hidden.Append(Open))
            answers.Add(("from " + spot.Name, await NearAsync(reader, spot)));

        // The tests look where something is to be seen.
        Assert.True(answers.Exists(answer => WithoutQuestion(answer.Answer).Contains(AreaOnly.Name, StringComparison.Ordinal)));
        Assert.True(answers.Exists(answer => WithoutQuestion(answer.Answer).Contains(ContactOnly.Phone, StringComparison.Ordinal)));
        Assert.True(answers.Exists(answer => WithoutQuestion(answer.Answer).Contains(Open.Street, StringComparison.Ordinal)));
        var leaks = answers.SelectMany(answer => secrets
            .Where(secret => WithoutQuestion(answer.Answer).Contains(secret, StringComparison.Ordinal))
            .Select(secret => $"{secret} in {answer.Address}"));
        Assert.Empty(leaks);
    }

    [Fact]
    public async Task A_withheld_service_is_not_found_just_as_one_that_never_was()
    {
        using var reader = new Reader(town.Node);
        foreach (var address in new[] { "/es/services/", "/hsds/services/" })
        {
            var hidden = await reader.GetAsync($"{address}{Withheld.Id:D}");
            var never = await reader.GetAsync($"{address}{Guid.Empty:D}");

            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (hidden.Status, never.Status));
            Assert.Equal(never.Text.Replace(Guid.Empty.ToString("D"), "", StringComparison.Ordinal), hidden.Text.Replace(Withheld.Id.ToString("D"), "", StringComparison.Ordinal));
            Assert.Equal(never.Headers.Keys.Order(StringComparer.Ordinal), hidden.Headers.Keys.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("Murmullo")]
    [InlineData("Portón violeta")]
    [InlineData("Casa sin nombre")]
    [InlineData("Susurro")]
    [InlineData("Sigilo")]
    [InlineData("Rincón Callado")]
    public async Task No_search_finds_anything_by_what_is_hidden(string words)
    {
        using var reader = new Reader(town.Node);

        Assert.Empty(await NamesAsync(await reader.GetAsync($"/es/services?q={Uri.EscapeDataString(words)}")));
        Assert.Contains("\"features\":[]", (await reader.GetAsync($"/es/services.geojson?q={Uri.EscapeDataString(words)}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_wherever_one_asks_the_order_tells_nothing_of_a_hidden_place()
    {
        using var reader = new Reader(town.Node);
        var orders = new List<string>();
        foreach (var spot in Hidden)
        {
            var answer = await NearAsync(reader, spot);
            var names = (await NamesAsync(answer)).ToList();
            Assert.DoesNotContain(Withheld.Name, names);
            var page = await new HtmlParser().ParseDocumentAsync(answer.Text);
            foreach (var card in page.QuerySelectorAll(".offers > li").Where(card => !card.TextContent.Contains(Open.Name, StringComparison.Ordinal)))
                Assert.DoesNotMatch(@"\d\s?(km|m)\b", card.TextContent);
            Assert.Equal(1, page.QuerySelectorAll("svg .map-point a").Length);
            orders.Add(string.Join(", ", names));

            // Nor does a limit of distance, moved around, single it out.
            var within = await NearAsync(reader, spot, ("km", "2"));
            Assert.Empty(await NamesAsync(within));
        }

        Assert.Single(orders.Distinct(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Addresses()
    {
        foreach (var language in new[] { "es", "ht" })
        {
            yield return $"/{language}";
            yield return $"/{language}/services";
            yield return $"/{language}/services?near={Uri.EscapeDataString(Spot.StartName)}";
            yield return $"/{language}/services?open=true";
            yield return $"/{language}/services.geojson";
            yield return $"/{language}/sheet";
            yield return $"/{language}/sheet?near={Uri.EscapeDataString(Spot.StartName)}";
            yield return $"/{language}/screen/on?near={Uri.EscapeDataString(Spot.StartName)}&count=20&in=es&in=ht";
            yield return $"/{language}/about";
            yield return $"/{language}/map";
            foreach (var spot in Hidden)
            {
                yield return $"/{language}/services/{spot.Id:D}";
                yield return $"/{language}/services?q={Uri.EscapeDataString(spot.Name)}";
            }
        }

        foreach (var list in new[] { "services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms" })
            yield return $"/hsds/{list}?full=true&full_service=true&per_page=100";
        foreach (var spot in Hidden)
        {
            yield return $"/hsds/services/{spot.Id:D}";
            yield return $"/api/guide/services/{spot.Id:D}/sms?lang=es";
            yield return $"/hsds/service_at_locations/{StableId.Of("spot offer", spot.Name):D}";
            yield return $"/hsds/services?search={Uri.EscapeDataString(spot.Street)}";
        }
    }

    /// <summary>What would tell the place to about a kilometre: each coordinate with two decimals, also as the page's own numbers write it.</summary>
    private static IEnumerable<string> Degrees(Spot spot) =>
        new[] { spot.Latitude, spot.Longitude }.Select(degrees => Math.Abs(degrees).ToString("0.00", CultureInfo.InvariantCulture));

    // What was asked stands in the form and in what can be taken out of it; that is the reader's own.
    private static string WithoutQuestion(Answer answer)
    {
        if (!answer.Header("Content-Type").StartsWith("text/html", StringComparison.Ordinal))
            return answer.Text;
        var page = new HtmlParser().ParseDocument(answer.Text);
        foreach (var own in page.QuerySelectorAll("form, .tongues, .drop, link, [data-map]"))
            own.Remove();
        return page.DocumentElement.OuterHtml + string.Concat(new HtmlParser().ParseDocument(answer.Text).QuerySelectorAll("svg").Select(svg => svg.OuterHtml));
    }

    private static async Task<IEnumerable<string>> NamesAsync(Answer answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return (await new HtmlParser().ParseDocumentAsync(answer.Text)).QuerySelectorAll(".offers h2 a").Select(link => link.TextContent);
    }

    private static Task<Answer> NearAsync(Reader reader, Spot spot, params (string Name, string Value)[] more) => reader.AskAsync(
        HttpMethod.Post, "/es/services", new FormUrlEncodedContent(
        [
            KeyValuePair.Create("lat", spot.Latitude.ToString("0.0", CultureInfo.InvariantCulture)), KeyValuePair.Create("lon", spot.Longitude.ToString("0.0", CultureInfo.InvariantCulture)),
            .. more.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ]));

    /// <summary>A node with one open house and four that hide something, far from it and from each other.</summary>
    public sealed class Town : IAsyncLifetime
    {
        public TestNode Node { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
            await TownNode.AddAsync(Node, Spot.Records([Open, .. Hidden], TownNode.Morning));
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}
