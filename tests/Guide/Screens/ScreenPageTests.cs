using System.Net;
using AngleSharp.Html.Parser;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Screens;

/// <summary>The screen's page and the page that makes its address.</summary>
public sealed class ScreenPageTests(TownNode town) : IClassFixture<TownNode>
{
    private static readonly string Near = Uri.EscapeDataString(Spot.StartName);

    [Fact]
    public async Task Services_take_turns_nearest_first_each_in_every_language_and_then_what_everybody_should_know()
    {
        using var client = town.Node.Client();
        var page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync($"/es/screen/on?near={Near}&in=es&in=ht&count=3"));

        var slides = page.QuerySelectorAll("section.slide").ToList();
        Assert.Equal(
            [("es", "Clínica del domingo"), ("ht", "Klinik dimanch"), ("es", "Albergue del muelle"), ("ht", "Albergue del muelle (panyòl)"), ("es", "Clínica del faro"), ("ht", "Klinik Fa a")],
            slides.Take(6).Select(slide => (slide.GetAttribute("lang")!, slide.QuerySelector("h1")!.TextContent)));
        Assert.Equal(slides.Count, slides.Select(slide => slide.GetAttribute("data-key")).Distinct(StringComparer.Ordinal).Count());
        Assert.All(slides, slide => Assert.NotNull(slide.QuerySelector(".code svg")));
        Assert.Equal("Abierto ahora, hasta las 18:00", slides[4].QuerySelector(".state span")!.TextContent);
        Assert.Equal("Confirmado el 1 de marzo de 2026", slides[4].QuerySelector(".sure")!.TextContent);
        Assert.Equal("10:00", page.QuerySelector(".clock")!.TextContent);
        Assert.Equal("America/Bogota", page.QuerySelector("main")!.GetAttribute("data-zone"));
        Assert.Single(page.QuerySelectorAll(".slide.on"));
    }

    [Fact]
    public async Task Without_script_each_page_leads_to_the_next_and_the_last_to_the_first()
    {
        using var client = town.Node.Client();
        var count = (await SlidesAsync(client, 0)).Count;
        var seen = new List<int>();
        for (var slide = 0; ;)
        {
            seen.Add(slide);
            var page = await new HtmlParser(new HtmlParserOptions { IsScripting = false }).ParseDocumentAsync(await client.GetStringAsync($"/es/screen/on?near={Near}&seconds=20&slide={slide}"));
            Assert.Equal(slide, page.QuerySelectorAll(".slide").ToList().FindIndex(s => s.ClassList.Contains("on")));
            var refresh = page.QuerySelector("noscript meta[http-equiv=refresh]")!.GetAttribute("content")!;
            Assert.StartsWith("20;url=/es/screen/on?near=", refresh, StringComparison.Ordinal);
            var next = refresh.Contains("slide=", StringComparison.Ordinal) ? int.Parse(refresh.Split("slide=")[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            if (next == 0)
                break;
            slide = next;
        }

        Assert.Equal(Enumerable.Range(0, count), seen);
    }

    [Fact]
    public async Task A_screen_may_hang_at_a_position_which_is_rounded_to_a_kilometre()
    {
        using var client = town.Node.Client();
        var (latitude, longitude) = (Spot.Start.Latitude, Spot.Start.Longitude);
        var page = await client.GetStringAsync(FormattableString.Invariant($"/es/screen?lat={latitude + 0.00123}&lon={longitude}"));
        Assert.Contains(FormattableString.Invariant($"lat={latitude:0.00}&amp;lon={longitude:0.00}"), page, StringComparison.Ordinal);
        var screen = await client.GetStringAsync(FormattableString.Invariant($"/es/screen/on?lat={latitude:0.00}&lon={longitude:0.00}"));
        Assert.Contains("Clínica del domingo", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_setup_page_makes_an_address_that_works_and_says_when_it_does_not_know_the_place()
    {
        using var client = town.Node.Client();
        var made = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync($"/fr/screen?near={Near}&need=health&in=fr&in=ht&seconds=30&count=4"));
        var address = made.QuerySelector("textarea#address")!.TextContent;
        var screen = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(new Uri(address).PathAndQuery));

        Assert.Equal("30", screen.QuerySelector("main")!.GetAttribute("data-seconds"));
        Assert.DoesNotContain(screen.QuerySelectorAll("h1"), title => title.TextContent == TownNode.Shelter.Name);
        Assert.NotNull(made.QuerySelector("input[name=in][value=ht][checked]"));

        var unknown = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync("/fr/screen?near=Nowhereville"));
        Assert.Null(unknown.QuerySelector("textarea#address"));
        Assert.Contains("Nowhereville", unknown.QuerySelector(".notice.warn")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/fr/screen/on?near=Nowhereville")).StatusCode);
    }

    [Theory]
    [InlineData("seconds=1")]
    [InlineData("seconds=x")]
    [InlineData("count=21")]
    [InlineData("need=gold")]
    [InlineData("in=tlh")]
    [InlineData("lat=91&lon=0")]
    [InlineData("lat=9")]
    public async Task What_cannot_be_is_refused(string query)
    {
        using var client = town.Node.Client();
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/es/screen?" + query)).StatusCode);
    }

    private static async Task<List<AngleSharp.Dom.IElement>> SlidesAsync(HttpClient client, int slide) =>
        [.. (await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync($"/es/screen/on?near={Near}&slide={slide}"))).QuerySelectorAll(".slide")];
}
