using DocumentFormat.OpenXml.Spreadsheet;
using Microsoft.Playwright;
using Tambo.Tests.Flows.Pages;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Platform.Files;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Flows;

/// <summary>A statistician brings a workbook that nobody has seen before, and is done within minutes; next month within seconds.</summary>
[TakesLong(50)]
public sealed class BringFiguresBrowserTests(BrowserOfTests browser)
{
    private const string Excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Theory]
    [InlineData(BrowserOfTests.Desk, true)]
    [InlineData(BrowserOfTests.Phone, false)]
    public async Task A_statistician_maps_an_unknown_workbook_corrects_what_was_not_understood_and_next_month_needs_two_clicks(int width, bool script)
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        var page = await OpenAsync(office, dora, width, ColorScheme.Light, script);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await page.GotoAsync("/staff");
        await page.ClickAsync("nav a:has-text('Import figures')");
        await page.SetInputFilesAsync("[name=file]", File("Ingresos valle 2024-01.xlsx", 12));
        await page.ClickAsync("main form button");

        // Everything but one place and the institution was understood.
        Assert.Equal("CITIZENSHIP", await page.InputValueAsync("[name=c1]"));
        Assert.Equal("SEX_AGE", await page.InputValueAsync("[name=c2]"));
        await page.Locator("section", new PageLocatorOptions { HasText = "Valluna" }).GetByLabel("Valluna").FillAsync("Panama");
        await page.FillAsync("[name=publisher]", "Office of the valley");
        await page.ClickAsync("button:has-text('See what becomes of it')");
        Assert.Contains("What would come of it", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Equal("4", await page.Locator(".tiles li:has-text('observations') b").InnerTextAsync());
        await page.ClickAsync("button:has-text('Import and keep the mapping')");
        await page.WaitForURLAsync("**/staff/flows/import/*-*");
        Assert.Contains("Its figures count.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(5), "A person has five minutes.");

        office.Time.Set(office.Time.GetUtcNow().AddMinutes(1));
        // The next file is known by its columns, and what it changes is shown.
        await page.ClickAsync("nav[aria-label] a:has-text('Import figures') >> nth=0");
        var corrected = File("Ingresos valle 2024-02.xlsx", 15);
        await page.SetInputFilesAsync("[name=file]", corrected);
        await page.ClickAsync("main form button");
        Assert.Contains("ingresos-valle", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.ClickAsync("main form button:has-text('Import')");
        await page.WaitForURLAsync("**/staff/flows/import/*-*");
        Assert.Contains("+3", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        // The same file changes nothing.
        await page.GotoAsync("/staff/flows/import");
        await page.SetInputFilesAsync("[name=file]", corrected);
        await page.ClickAsync("main form button");
        await page.ClickAsync("main form button:has-text('Import')");
        await page.WaitForURLAsync("**/staff/flows/import?same=*");
        Assert.Contains("Nothing was changed.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_of_which_many_rows_are_refused_counts_only_after_a_box_is_ticked()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        var page = await OpenAsync(office, dora, BrowserOfTests.Phone, ColorScheme.Light, script: false);
        static FilePayload Months(string second) => new() { Name = "valle.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes($"Fecha;Nacionalidad;Personas\n2023-01;Venezolana;10\n{second};Venezolana;20\n") };
        async Task LookAsync(FilePayload file)
        {
            await page.GotoAsync("/staff/flows/import");
            await page.SetInputFilesAsync("[name=file]", file);
            await page.ClickAsync("main form button");
        }

        await LookAsync(Months("2023-02"));
        await page.FillAsync("[name=publisher]", "Office of the valley");
        await page.ClickAsync("button:has-text('See what becomes of it')");
        await page.ClickAsync("button:has-text('Import and keep the mapping')");
        await page.WaitForURLAsync("**/staff/flows/import/*-*");

        office.Time.Set(office.Time.GetUtcNow().AddMinutes(1));
        await LookAsync(Months("02/2023"));
        Assert.Contains("this file counts only when you say below", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.ClickAsync("main form button:has-text('Import')");
        Assert.Contains("Nothing was changed.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.CheckAsync("[name=accept_refused]");
        await page.ClickAsync("main form button:has-text('Import')");
        await page.WaitForURLAsync("**/staff/flows/import/*-*");
        Assert.Contains("Its figures count.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, true)]
    [InlineData(BrowserOfTests.Phone, false)]
    public async Task A_statistician_follows_a_long_import_stops_it_and_lets_the_next_one_come_to_its_end(int width, bool script)
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        var page = await OpenAsync(office, dora, width, ColorScheme.Light, script);
        async Task BeginAsync()
        {
            await page.GotoAsync("/staff/flows/import");
            await page.SetInputFilesAsync("[name=file]", new FilePayload { Name = "valle.csv", MimeType = "text/csv", Buffer = "Fecha;Nacionalidad;Personas\n2023-01;Venezolana;10\n"u8.ToArray() });
            await page.ClickAsync("main form button");
            await page.FillAsync("[name=publisher]", "Office of the valley");
            await page.ClickAsync("button:has-text('See what becomes of it')");
            await page.ClickAsync("button:has-text('Import and keep the mapping')");
            await page.WaitForURLAsync("**/staff/flows/import/*-*");
            Assert.Contains("Rows read: 1", await page.InnerTextAsync(".underway"), StringComparison.Ordinal);
        }

        using (var gate = new WorkGate(office.Node))
        {
            await BeginAsync();
            // Without a script nothing moves by itself, and axe finds nothing either.
            Assert.Empty(await page.QuerySelectorAllAsync("meta[http-equiv]"));
            if (script)
                await CheckAsync(page, width);
            await page.ClickAsync("button:has-text('Stop the import')");
            Assert.Contains("being stopped", await page.InnerTextAsync("main"), StringComparison.Ordinal);
            gate.Open();
            await EndAsync("Somebody stopped it before it was done; nothing of it counts.");
            if (script)
                await CheckAsync(page, width);
        }

        using (var gate = new WorkGate(office.Node))
        {
            await BeginAsync();
            gate.Open();
            await EndAsync("Its figures count.");
        }

        // With a script the page says it by itself; without one a link does.
        async Task EndAsync(string words)
        {
            for (var look = 0; !script && look < 50 && await page.Locator("a:has-text('Look how far it is')").CountAsync() > 0; look++)
                await page.ClickAsync("a:has-text('Look how far it is')");
            await page.GetByText(words).WaitForAsync();
        }
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "es")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "ht")]
    public async Task Pages_of_imports_pass_the_accessibility_rules(int width, ColorScheme scheme, string language)
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,families,20\nnever,VEN,adults,20\n");
        await office.ValleyAsync("2024-01,VEN,adults,11\n2024-02,VEN,families,20\n");
        var page = await OpenAsync(office, dora, width, scheme);
        await page.GotoAsync($"/staff/flows/import?lang={language}");
        await CheckAsync(page, width);
        // What was first and what corrected it: their pages differ.
        var imports = await page.EvaluateAsync<string[]>("[...new Set([...document.querySelectorAll('main table a')].map(link => link.pathname))]");
        Assert.Equal(2, imports.Count(static path => path.StartsWith("/staff/flows/import/", StringComparison.Ordinal)));
        foreach (var import in imports)
        {
            await page.GotoAsync(import);
            await CheckAsync(page, width);
        }

        await page.GotoAsync("/staff/flows/import");
        await page.SetInputFilesAsync("[name=file]", File("Ingresos valle 2024-01.xlsx", 12));
        await page.ClickAsync("main form button");
        await CheckAsync(page, width);
        await page.ClickAsync("main form button >> nth=-1");
        await CheckAsync(page, width);
        await page.FillAsync("[name=publisher]", "X");
        await page.ClickAsync("main form button >> nth=-1");
        await CheckAsync(page, width);
    }

    private static async Task CheckAsync(IPage page, int width)
    {
        await page.EvaluateAsync("for (const one of document.querySelectorAll('details')) one.open = true");
        Assert.Empty(await Axe.BreachesAsync(page));
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, page.Url + " needs scrolling sideways for " + await page.EvaluateAsync<string>(
            "width => [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > width && !one.closest('.scroll, svg')).map(one => one.outerHTML.slice(0, 120)).join(' | ')", width));
        var html = await page.ContentAsync();
        Assert.False(html.Contains(">[", StringComparison.Ordinal), "lacks a text");
    }

    // Made up, of a made-up valley.
    private static FilePayload File(string name, int first)
    {
        using var book = Workbooks.New("Cuadro 1", ["A1:D1"],
            Workbooks.Row(1, Workbooks.Text("A1", "Ingresos al valle, cifras preliminares")),
            Workbooks.Row(3, Workbooks.Text("A3", "Mes"), Workbooks.Text("B3", "Nacionalidad"), Workbooks.Text("C3", "Grupo"), Workbooks.Text("D3", "Personas")),
            Line(4, "Enero de 2024", "Venezolana", "Mujeres", first),
            Line(5, "Enero de 2024", "Haitiana", "Niñas", 3),
            Line(6, "Enero de 2024", "Valluna", "Hombres", 4),
            Line(7, "Enero de 2024", "Otros", "Niños", 5),
            Workbooks.Row(8, Workbooks.Text("A8", "Total"), Workbooks.Number("D8", "24")),
            Workbooks.Row(9, Workbooks.Text("A9", "Fuente: registros de la oficina")));
        return new FilePayload { Name = name, MimeType = Excel, Buffer = book.ToArray() };
    }

    private static Row Line(uint at, string month, string who, string group, int count) => Workbooks.Row(
        at, Workbooks.Text($"A{at}", month), Workbooks.Text($"B{at}", who), Workbooks.Text($"C{at}", group), Workbooks.Number($"D{at}", count.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private async Task<IPage> OpenAsync(FiguresOffice office, StaffBrowser who, int width, ColorScheme scheme, bool script = true)
    {
        var page = await browser.OpenAsync(width, scheme, script, office.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = who.Session.Split('=', 2)[1], Url = office.Node.Address.ToString() }]);
        return page;
    }
}
