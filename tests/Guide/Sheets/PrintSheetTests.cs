using AngleSharp.Html.Parser;
using Tambo.Platform.Qr;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Sheets;

/// <summary>What is on the sheet, over HTTP.</summary>
public sealed class PrintSheetTests
{
    [Theory, OnEachEngine]
    public async Task The_sheet_lists_the_nearest_with_their_hours_and_leads_to_the_live_page_and_to_feedback(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine, new SettableTime(TownNode.Morning), settings => settings with { File = settings.File with { PublicUrl = "https://guia.example.org", Name = "Guía de la costa" } });
        await TownNode.AddAsync(node, Spot.Records([TownNode.Closed, TownNode.Open, TownNode.Unknown, TownNode.Shelter], TownNode.Morning));
        using var client = node.Client();
        var near = Uri.EscapeDataString(Spot.StartName);

        var html = await client.GetStringAsync($"/es/sheet?near={near}&need=health");
        var page = await new HtmlParser().ParseDocumentAsync(html);

        Assert.Equal(["Clínica del domingo", "Clínica del faro", "Casa de las hierbas"], page.QuerySelectorAll(".columns h2").Select(name => name.TextContent));
        var clinic = page.QuerySelector("#s2")!.TextContent;
        Assert.Contains("Calle del Faro 12, Puerto Lumen", clinic, StringComparison.Ordinal);
        Assert.Contains("+999 555 0117", clinic, StringComparison.Ordinal);
        Assert.Contains("8:00–18:00", clinic, StringComparison.Ordinal);
        Assert.Contains("Confirmado el 1 de marzo de 2026", clinic, StringComparison.Ordinal);
        Assert.Equal(3, page.QuerySelectorAll(".map-point a").Sum(marker => marker.TextContent.Contains('–', StringComparison.Ordinal) ? 2 : 1));
        // Ten o'clock on the clock of the town.
        Assert.Contains("4 de marzo de 2026, 10:00", page.QuerySelector(".top")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Guía de la costa", page.QuerySelector(".top")!.TextContent, StringComparison.Ordinal);
        var live = page.QuerySelectorAll(".code svg")[0].OuterHtml;
        var feedback = page.QuerySelectorAll(".code svg")[1].OuterHtml;
        Assert.Contains(PathOf($"https://guia.example.org/es/services?need=health&near={System.Text.Encodings.Web.UrlEncoder.Default.Encode(Spot.StartName)}"), live, StringComparison.Ordinal);
        Assert.Contains(PathOf("https://guia.example.org/es/feedback?about=services"), feedback, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_is_counted_and_the_list_offers_the_sheet()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        await TownNode.AddAsync(node, Spot.Records([.. Enumerable.Range(1, 50).Select(i => new Spot($"Comedor {i}") { Kilometres = i / 10d, Phone = "+999 555 0100", Street = $"Calle {i}" })], TownNode.Morning));
        using var client = node.Client();
        var near = Uri.EscapeDataString(Spot.StartName);

        var page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync($"/fr/sheet?near={near}"));
        var list = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync($"/fr/services?near={near}"));

        var shown = page.QuerySelectorAll(".columns li").Length;
        Assert.InRange(shown, 10, 30);
        Assert.Contains($"{50 - shown} autres services ne sont pas sur cette feuille.", page.QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(list.QuerySelector($"main a[href^='/fr/sheet?near=']"));
        Assert.NotNull(list.QuerySelector("main a[href^='/fr/screen?near=']"));
    }

    private static string PathOf(string address)
    {
        var drawn = QrSvg.Draw(QrCode.Encode(address), "");
        var from = drawn.LastIndexOf("d=\"", StringComparison.Ordinal);
        return drawn[from..drawn.LastIndexOf("\"/>", StringComparison.Ordinal)];
    }
}
