using System.Globalization;
using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>
/// What the nearest twenty-five services with their map cost somebody who pays for each kilobyte: measured by Chromium
/// itself on a cold cache, bodies as they were encoded on the way, headers left out.
/// </summary>
public sealed class FirstViewTests(BrowserOfTests browser, TownOfManyServices town) : IClassFixture<TownOfManyServices>
{
    private const int WithoutScript = 14_000;
    private const int WithScript = 30_000;

    [Theory]
    [InlineData(false, WithoutScript)]
    [InlineData(true, WithScript)]
    public async Task The_nearest_twenty_five_with_their_map_weigh_little_in_every_language(bool script, int most)
    {
        var tooHeavy = new List<string>();
        foreach (var language in town.Languages)
        {
            var parts = await WeighAsync($"/{language}/services?near={Uri.EscapeDataString(Spot.StartName)}", script);
            var sum = parts.Sum(part => part.Bytes);
            var told = $"{language}: {sum} bytes = {string.Join(" + ", parts.Select(part => $"{part.Bytes} {part.Name}"))}";
            TestContext.Current.TestOutputHelper?.WriteLine(told);
            Assert.All(parts, part => Assert.Equal("br", part.Encoding));
            if (sum > most)
                tooHeavy.Add(told);
        }

        Assert.Empty(tooHeavy);
    }

    [Fact]
    public async Task The_menu_takes_one_line_on_a_narrow_phone_in_every_language()
    {
        var page = await browser.OpenAsync(script: false, baseUrl: town.Node.Address.ToString());
        await page.SetViewportSizeAsync(360, 740);
        foreach (var language in town.Languages)
        {
            await page.GotoAsync("/" + language);
            var links = await page.Locator("nav.menu a").EvaluateAllAsync<int[]>("links => links.map(link => link.offsetTop)");
            Assert.True(links.Distinct().Count() == 1, $"{language}: {string.Join(' ', links)}");
        }
    }

    private async Task<List<PagePart>> WeighAsync(string address, bool script)
    {
        var page = await browser.OpenAsync(script: script, baseUrl: town.Node.Address.ToString());
        var parts = await PageWeight.OfAsync(page, address);
        Assert.Equal(25, await page.Locator(".offers > li").CountAsync());
        Assert.True(await page.Locator("svg .map-point a").CountAsync() > 5);
        await page.Context.CloseAsync();
        return parts;
    }
}

/// <summary>A node with sixty services in a made-up town, with names, streets and hours as long as those of real directories.</summary>
public sealed class TownOfManyServices : IAsyncLifetime
{
    private static readonly string[] Kinds =
        ["Centro de salud", "Albergue", "Comedor comunitario", "Casa de acogida", "Oficina de orientación", "Consultorio jurídico", "Escuela puente", "Punto de agua", "Centro de mujeres", "Clínica móvil"];

    private static readonly string[] Names =
        ["del faro viejo", "Luz del camino", "San Telmo", "de la estación", "Las dos orillas", "Manos abiertas", "del mercado norte", "Brisa del sur", "El almendro", "Tierra firme", "Puerta del sol", "Los tres puentes", "Cielo abierto"];

    private static readonly string[] Needs = ["health", "shelter", "food", "legal", "school", "water", "women"];

    public TestNode Node { get; private set; } = null!;

    public IReadOnlyList<string> Languages { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        var spots = Enumerable.Range(0, 60).Select(i => new Spot($"{Kinds[i % Kinds.Length]} {Names[i % Names.Length]} {i / Names.Length + 1}")
        {
            Need = Needs[i % Needs.Length],
            Kilometres = Math.Round(0.3 + (i * 1.7 % 23), 2),
            KilometresEast = Math.Round((i * 3.1 % 29) - 9, 2),
            Days = i % 3 == 0 ? "" : i % 3 == 1 ? "MO,TU,WE,TH,FR" : "MO,TU,WE,TH,FR,SA,SU",
            Opens = (6 + (i % 4)).ToString("00", CultureInfo.InvariantCulture) + ":00",
            Closes = (15 + (i % 6)).ToString("00", CultureInfo.InvariantCulture) + ":30",
            Street = $"Calle {Names[(i * 5) % Names.Length]} {100 + (i * 37)}, colonia {Names[(i * 7) % Names.Length]}",
            Phone = "+999 555 " + (1000 + (i * 113)).ToString(CultureInfo.InvariantCulture),
        }).ToList();
        await TownNode.AddAsync(Node, Spot.Records(spots, TownNode.Morning));
        var catalog = (Tambo.Platform.Languages.TextCatalog)Node.Services.GetService(typeof(Tambo.Platform.Languages.TextCatalog))!;
        Languages = [.. catalog.Languages.Select(language => language.Code)];
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
