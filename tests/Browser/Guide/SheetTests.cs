using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>One sheet is one sheet: printed by Chromium itself, in every language, with names as long as real ones.</summary>
public sealed partial class SheetTests(BrowserOfTests browser)
{
    // As long and as loud as the names of real directories get.
    private static readonly string[] Names =
    [
        "CENTRO DE ATENCIÓN INTEGRAL AL MIGRANTE Y REFUGIADO “PADRE FLORENCIO MARÍA RIGONI”",
        "Delegación Regional de la Comisión Nacional de los Derechos Humanos, Oficina Foránea de la Frontera Norte",
        "Casa",
        "Programa Municipal de Acompañamiento Psicosocial a Niñas, Niños y Adolescentes No Acompañados",
    ];

    [Fact]
    public async Task The_sheet_takes_one_page_of_A4_and_of_Letter_in_every_language()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        await TownNode.AddAsync(node, Spot.Records([.. Enumerable.Range(0, 40).Select(i => new Spot($"{Names[i % Names.Length]} {i}")
        {
            Kilometres = 0.3 + (i * 0.37),
            KilometresEast = (i * 7 % 11) - 5,
            Street = i % 3 == 0 ? "Calle 5" : "Boulevard General Lázaro Cárdenas del Río esquina con Avenida de los Insurgentes 12345, interior 6",
            Phone = i % 5 == 0 ? "" : "+999 (555) 010-0117 ext. 12",
            Days = i % 2 == 0 ? "MO,WE,FR" : "MO,TU,WE,TH,FR,SA,SU",
            TownOnly = i % 7 == 0,
        })], TownNode.Morning));
        var page = await browser.OpenAsync(BrowserOfTests.Desk, baseUrl: node.Address.ToString());
        foreach (var language in new[] { "es", "en", "fr", "pt", "ht", "ar" })
        {
            foreach (var question in new[] { $"near={Uri.EscapeDataString(Spot.StartName)}&need=health", "q=" + Uri.EscapeDataString("centro de atención integral al migrante y refugiado padre florencio maría rigoni") })
            {
                await page.GotoAsync($"/{language}/sheet?{question}");
                Assert.InRange(await page.Locator(".columns li").CountAsync(), 6, 30);
                foreach (var format in new[] { "A4", "Letter" })
                {
                    var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new PagePdfOptions { Format = format, PreferCSSPageSize = true }));
                    Assert.Equal((language, question, format, 1), (language, question, format, PdfPage().Count(pdf)));
                }
            }
        }
    }

    [Fact]
    public async Task A_poster_takes_one_page_of_A4_and_of_Letter_in_every_language()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        var spot = new Spot(Names[3]) { Street = "Boulevard General Lázaro Cárdenas del Río esquina con Avenida de los Insurgentes 12345, interior 6" };
        await TownNode.AddAsync(node, Spot.Records([spot], TownNode.Morning));
        var page = await browser.OpenAsync(BrowserOfTests.Desk, baseUrl: node.Address.ToString());
        foreach (var path in new[] { "poster", $"poster/{spot.Id:D}" })
        {
            foreach (var language in new[] { "es", "en", "fr", "pt", "ht", "ar" })
            {
                await page.GotoAsync($"/{language}/{path}");
                foreach (var format in new[] { "A4", "Letter" })
                {
                    var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new PagePdfOptions { Format = format, PreferCSSPageSize = true }));
                    Assert.Equal((language, path, format, 1), (language, path, format, PdfPage().Count(pdf)));
                }
            }
        }
    }

    [GeneratedRegex(@"/Type\s*/Page[^s]")]
    private static partial Regex PdfPage();
}
