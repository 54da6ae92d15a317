using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>The cards in a browser: large without script, aloud only where the device itself can, light, and on paper.</summary>
public sealed partial class CardsTests(BrowserOfTests browser, TownNode town) : IClassFixture<TownNode>
{
    private const int WithoutScript = 14_000;
    private const int WithScript = 30_000;

    // Two voices: one of the device for Russian, one of a company's server for Arabic.
    private const string Voices = """
        window.spoken = [];
        window.SpeechSynthesisUtterance = function (text) { this.text = text; };
        const voices = [
          { lang: "ru_RU", localService: true, name: "made up" },
          { lang: "ar-SA", localService: false, name: "made up, far away" }];
        Object.defineProperty(window, "speechSynthesis", { value: {
          getVoices: () => voices, cancel() {}, speak: (said) => window.spoken.push(said.text), addEventListener() {} } });
        """;

    [Fact]
    public async Task A_tap_fills_the_screen_with_one_phrase_and_the_answers_without_script()
    {
        var page = await OpenAsync("/es/cards?with=ar", script: false);

        await page.Locator("#doctor h3 a").ClickAsync();

        var box = await page.Locator("#doctor").BoundingBoxAsync();
        Assert.Equal((0d, 0d, 360d, 740d), (box!.X, box.Y, box.Width, box.Height));
        Assert.True(await page.Locator("#doctor .theirs").EvaluateAsync<double>("e => parseFloat(getComputedStyle(e).fontSize)") >= 32);
        var answer = await page.Locator("#yes").BoundingBoxAsync();
        Assert.InRange(answer!.Y, 370, 740);
        await page.Locator("#doctor .shut").ClickAsync();
        Assert.True((await page.Locator("#doctor").BoundingBoxAsync())!.Width < 200);
    }

    [Fact]
    public async Task A_sentence_is_read_aloud_only_by_a_voice_of_the_device_itself()
    {
        var page = await OpenAsync("/es/cards?with=ru#doctor", before: Voices);
        await page.Locator("#doctor button[data-say]").ClickAsync();
        Assert.Equal(["Мне нужен врач."], await page.EvaluateAsync<string[]>("window.spoken"));

        var other = await OpenAsync("/es/cards?with=ar#doctor", before: Voices);
        Assert.False(await other.Locator("#doctor button[data-say]").IsVisibleAsync());
    }

    [Fact]
    public async Task Without_script_nothing_offers_to_read()
    {
        var page = await OpenAsync("/es/cards?with=ru#doctor", script: false);
        Assert.False(await page.Locator("#doctor button[data-say]").IsVisibleAsync());
    }

    [Fact]
    public async Task Escape_closes_what_is_shown_large()
    {
        var page = await OpenAsync("/es/cards?with=ru#doctor");
        await page.Keyboard.PressAsync("Escape");
        await page.WaitForURLAsync("**#c-doctor");
    }

    [Fact]
    public async Task The_cards_of_any_pair_weigh_little()
    {
        var tooHeavy = new List<string>();
        foreach (var (address, script, most) in new[]
        {
            ("/es/cards", false, WithoutScript), ("/en/cards?with=bn&unreviewed=true", false, WithoutScript),
            ("/fr/cards?mine=hi&with=am&unreviewed=true", false, WithoutScript), ("/fr/cards?mine=hi&with=am&unreviewed=true", true, WithScript),
        })
        {
            var page = await browser.OpenAsync(script: script, baseUrl: town.Node.Address.ToString());
            var parts = await PageWeight.OfAsync(page, address);
            var told = $"{address}: {parts.Sum(part => part.Bytes)} bytes = {string.Join(" + ", parts.Select(part => $"{part.Bytes} {part.Name}"))}";
            TestContext.Current.TestOutputHelper?.WriteLine(told);
            if (parts.Sum(part => part.Bytes) > most)
                tooHeavy.Add(told);
            await page.Context.CloseAsync();
        }

        Assert.Empty(tooHeavy);
    }

    [Theory]
    [InlineData("/es/cards?with=am")]
    [InlineData("/fr/cards?mine=hi&with=ru&unreviewed=true")]
    public async Task On_paper_a_pair_takes_two_sides_or_three_with_two_long_notes(string address)
    {
        var page = await OpenAsync(address);
        var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true }));
        Assert.InRange(PdfPage().Count(pdf), 1, 3);
    }

    private async Task<IPage> OpenAsync(string address, bool script = true, string? before = null)
    {
        var page = await browser.OpenAsync(script: script, baseUrl: town.Node.Address.ToString());
        if (before is not null)
            await page.AddInitScriptAsync(before);
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });
        return page;
    }

    [GeneratedRegex(@"/Type\s*/Page[^s]")]
    private static partial Regex PdfPage();
}
