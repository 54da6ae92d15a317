using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Tambo.Guide.Pages;
using Tambo.Guide.Sms;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Sms;

/// <summary>A service as one text message, over HTTP.</summary>
public sealed class TextServiceTests
{
    private static readonly Spot Clinic = new("Clínica del faro")
    {
        NameHt = "Klinik Fa a",
        Kilometres = 1.2,
        Days = "MO,TU,WE,TH,FR,SA,SU",
        Opens = "08:00",
        Closes = "18:00",
        Phone = "+999 555 0117",
        Street = "Calle del Faro 12",
    };

    [Theory, OnEachEngine]
    public async Task A_program_gets_the_message_in_the_language_it_asks_for_with_todays_hours_and_a_short_link(Engine engine)
    {
        await using var node = await StartAsync(engine, "https://guia.example.org");
        using var client = node.Client();

        var spanish = await client.GetFromJsonAsync<JsonObject>($"/api/guide/services/{Clinic.Id:D}/sms?lang=es");
        var kreyol = await client.GetFromJsonAsync<JsonObject>($"/api/guide/services/{Clinic.Id:D}/sms?lang=ht");

        var lines = spanish!["text"]!.ToString().Split('\n');
        Assert.Equal(["Clinica del faro", "Calle del Faro 12, Puerto Lumen", "+9995550117", "Hoy 8:00-18:00"], lines[..4]);
        Assert.StartsWith("https://guia.example.org/s/", lines[4], StringComparison.Ordinal);
        Assert.Equal(("GSM-7", 160, "es"), (spanish["encoding"]!.ToString(), (int)spanish["limit"]!, spanish["language"]!.ToString()));
        Assert.Equal(spanish["text"]!.ToString().Length, (int)spanish["units"]!);
        Assert.StartsWith("Klinik Fa a\n", kreyol!["text"]!.ToString(), StringComparison.Ordinal);

        // The link is short, and leads to the page in the language of whoever follows it.
        var path = new Uri(lines[4]).AbsolutePath;
        Assert.Equal(25, path.Length);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptLanguage.ParseAdd("ht");
        Assert.Equal($"/ht/services/{Clinic.Id:D}", (await client.SendAsync(request)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Without_a_public_address_there_is_no_link_and_on_the_page_the_message_can_be_written()
    {
        await using var node = await StartAsync(Engine.Sqlite, null);
        using var client = node.Client();

        Assert.DoesNotContain("/s/", (await client.GetFromJsonAsync<JsonObject>($"/api/guide/services/{Clinic.Id:D}/sms"))!["text"]!.ToString(), StringComparison.Ordinal);
        var page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync($"/es/services/{Clinic.Id:D}"), CancellationToken.None);
        var text = page.QuerySelector("textarea#sms")!.TextContent;
        Assert.StartsWith("Clinica del faro\n", text, StringComparison.Ordinal);
        Assert.Equal("sms:?body=" + Uri.EscapeDataString(text), page.QuerySelector("a[href^='sms:']")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("/api/guide/services/00000000-0000-4000-8000-000000000000/sms")]
    [InlineData("/api/guide/services/x/sms")]
    [InlineData("/s/AAAA")]
    [InlineData("/s/!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("/f/AAAA")]
    [InlineData("/f/%2F%2Fevil.example.org")]
    [InlineData("/es/poster/00000000-0000-4000-8000-000000000000")]
    [InlineData("/es/poster/x")]
    public async Task What_names_no_service_is_not_found(string address)
    {
        await using var node = await StartAsync(Engine.Sqlite, null);
        using var client = node.Client();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(address)).StatusCode);
    }

    [Fact]
    public void A_short_link_names_its_service_and_no_other()
    {
        var service = new Guid("0190a0b0-1234-7abc-8def-001122334455");
        var link = ShortLinks.ToService(new Uri("https://guia.example.org/anything"), service);
        Assert.Equal(service, ShortLinks.OfCode(link.Split('/')[^1]));
        Assert.Null(ShortLinks.OfCode(link.Split('/')[^1] + "A"));
        Assert.Equal(service, ShortLinks.OfCode(ShortLinks.ToFeedback(new Uri("https://guia.example.org/"), service).Split('/')[^1]));
        Assert.Equal("https://guia.example.org/f", ShortLinks.ToFeedback(new Uri("https://guia.example.org/"), null));
    }

    private static async Task<TestNode> StartAsync(Engine engine, string? publicUrl)
    {
        var node = await TestNode.StartAsync(engine, new SettableTime(TownNode.Morning), settings => settings with { File = settings.File with { PublicUrl = publicUrl } });
        await TownNode.AddAsync(node, Spot.Records([Clinic], TownNode.Morning));
        return node;
    }
}
