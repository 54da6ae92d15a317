using Microsoft.Playwright;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Guide.Screens;

/// <summary>A screen is read from across a room, hung either way: nothing is cut off, nothing is tiny, and little is said large.</summary>
public sealed class ScreenOnAWallTests(BrowserOfTests browser)
{
    [Theory]
    [InlineData(1920, 1080)]
    [InlineData(1080, 1920)]
    public async Task Every_slide_fits_and_fills_the_wall(int width, int height)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        Spot[] spots = [new Spot("Casa"), new Spot("Instituto Nacional para la Educación de Adultos, Coordinación de la Zona Quinta") { Need = "shelter", Kilometres = 0.8 }];
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, Spot.Records(spots, SettableTime.Noon), "edited"));
        using var eva = await desk.SignInAsync("eva", "editor");
        foreach (var (title, words) in new[] { ("Agua", ""), (Long(120), Long(500)) })
        {
            await eva.SubmitAsync(
                await eva.OpenAsync("/staff/guide/notices/new"), "/staff/guide/notices/new", ("area", "everywhere"), ("urgent", "true"), ("language", "es"), ("title-en", ""), ("title-es", title), ("words-es", words));
            Assert.Equal("/staff/guide/notices?done=saved", eva.Location);
        }

        var page = await browser.OpenAsync(width, baseUrl: desk.Node.Address.ToString());
        await page.SetViewportSizeAsync(width, height);
        await page.GotoAsync($"/es/screen/on?near={Uri.EscapeDataString(Spot.StartName)}&in=es&in=en&in=fr&in=pt&in=ht&in=ar&seconds=120");
        var wrong = await page.EvaluateAsync<string[]>(Measure);
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
        Assert.True(await page.Locator("section.slide").CountAsync() >= 16);
    }

    private static string Long(int letters) => string.Concat(Enumerable.Repeat("La carretera del norte queda cerrada por la tormenta. ", 12))[..letters].Trim();

    // A letter's height is measured against that of the wall: 1080 pixels are about 54 cm on 43 inches.
    private const string Measure = """
        () => {
          const wrong = [], all = [...document.querySelectorAll("section.slide")], least = Math.min(innerWidth, innerHeight) / 34;
          for (const slide of all) {
            for (const one of all) one.classList.toggle("on", one === slide);
            dispatchEvent(new Event("resize"));
            const told = [...slide.querySelectorAll(".tell > *, .code > *")].filter(part => part.offsetHeight || part.getBoundingClientRect().height).map(part => part.getBoundingClientRect());
            const [top, bottom] = [Math.min(...told.map(part => part.top)), Math.max(...told.map(part => part.bottom))], wall = slide.getBoundingClientRect();
            if (top < wall.top - 1 || bottom > wall.bottom + 1 || slide.scrollWidth > slide.clientWidth + 1) wrong.push(`${slide.dataset.key}: cut off`);
            const filled = (bottom - top) / wall.height;
            if (filled < 0.7) wrong.push(`${slide.dataset.key}: ${Math.round(100 * filled)} % of the wall`);
            const right = Math.max(...told.map(part => part.right)) - Math.min(...told.map(part => part.left));
            if (right < 0.75 * wall.width) wrong.push(`${slide.dataset.key}: one side stays empty`);
          }
          for (const part of document.querySelectorAll("main p, main h1, main figcaption, main .mark"))
            if (part.offsetHeight && parseFloat(getComputedStyle(part).fontSize) < least) wrong.push(`${part.className} ${getComputedStyle(part).fontSize}`);
          return wrong;
        }
        """;
}
