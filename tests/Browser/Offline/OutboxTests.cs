using Dapper;
using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Offline;

/// <summary>What somebody writes without internet is sent once there is some, counts once, and gives its code.</summary>
public sealed class OutboxTests(BrowserOfTests browser) : IAsyncLifetime
{
    private readonly TownNode town = new();
    private NetworkLine line = null!;

    public async ValueTask InitializeAsync()
    {
        await town.InitializeAsync();
        line = new NetworkLine(town.Node.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await line.DisposeAsync();
        await town.DisposeAsync();
    }

    [Fact]
    public async Task Written_in_flight_mode_it_waits_is_sent_once_and_its_code_is_shown()
    {
        var texts = town.In("es");
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/es");
        line.Cut();

        await page.GotoAsync($"/es/feedback?about=services/{TownNode.Open.Id:D}");
        await WriteAsync(page, "closed", "La puerta estaba cerrada el martes");
        await page.GetByText(texts["outbox.kept"]).WaitForAsync();
        await page.GotoAsync("/es/offline");
        await page.Locator("#waiting li").WaitForAsync();
        Assert.Contains(texts["outbox.waiting"], await page.Locator("#waiting li").TextContentAsync(), StringComparison.Ordinal);

        line.Mend();
        await page.GotoAsync("/es/emergency");
        var ribbon = page.Locator("header .ribbon");
        await ribbon.WaitForAsync();
        var code = (await ribbon.Locator(":scope").TextContentAsync())!;
        Assert.StartsWith(texts["outbox.sent"].Split('{')[0], code, StringComparison.Ordinal);
        Assert.Equal(1, await MessagesAsync());
        // The device may be anybody's: once it is sent, nothing of it stays but its code.
        Assert.DoesNotContain("puerta", await KeptAsync(page), StringComparison.Ordinal);

        await page.GotoAsync("/es/about");
        await ribbon.WaitForAsync();
        await ribbon.GetByRole(AriaRole.Button, new() { Name = texts["outbox.noted"] }).ClickAsync();
        await ribbon.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GotoAsync("/es/offline");
        Assert.False(await page.Locator("#waiting").IsVisibleAsync());
        Assert.Equal(1, await MessagesAsync());
    }

    [Fact]
    public async Task With_a_network_the_code_is_shown_at_once_and_nothing_stays_on_the_device()
    {
        var texts = town.In("ht");
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/ht/feedback");

        await WriteAsync(page, "thanks", "Mèsi anpil");

        await page.GetByText(texts["feedback.sent.code"]).WaitForAsync();
        Assert.NotEqual("", await page.Locator("main code").TextContentAsync());
        Assert.Equal(1, await MessagesAsync());
        await page.GotoAsync("/ht/offline");
        Assert.False(await page.Locator("#waiting").IsVisibleAsync());
    }

    [Fact]
    public async Task An_answer_that_was_lost_and_a_refusal_for_now_keep_it_and_sent_again_it_counts_once()
    {
        var texts = town.In("en");
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/en/feedback");
        var turns = 0;
        await page.Context.RouteAsync("**/api/guide/feedback*", async route =>
        {
            turns++;
            if (turns == 1)
            {
                // It arrives, and the answer does not.
                await route.FetchAsync();
                await route.AbortAsync();
            }
            else if (turns == 2)
            {
                await route.FulfillAsync(new() { Status = 429, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "5" } });
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        await WriteAsync(page, "full", "No beds since Monday");
        await page.GetByText(texts["outbox.kept"]).WaitForAsync();
        Assert.Equal(1, await MessagesAsync());
        await page.GotoAsync("/en/about", new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.GotoAsync("/en/contact");
        await page.Locator("header .ribbon").WaitForAsync();

        Assert.Equal(1, await MessagesAsync());
        Assert.True(turns >= 3);
    }

    [Fact]
    public async Task What_waits_can_be_deleted_and_is_never_sent_then()
    {
        var texts = town.In("fr");
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/fr");
        line.Cut();
        await page.GotoAsync("/fr/feedback");
        await WriteAsync(page, "mistreatment", "Quelqu’un m’a crié dessus");
        await page.GetByText(texts["outbox.kept"]).WaitForAsync();
        await page.GotoAsync("/fr/offline");
        // Whoever else holds the device is not told what it is about.
        Assert.DoesNotContain(texts["feedback.kind.mistreatment"], await page.ContentAsync(), StringComparison.Ordinal);
        await page.Locator("#waiting button").ClickAsync();
        await page.Locator("#waiting").WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        line.Mend();
        await page.GotoAsync("/fr/about", new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.Equal(0, await MessagesAsync());
    }

    [Fact]
    public async Task What_the_node_does_not_take_can_be_read_again_on_the_device()
    {
        var texts = town.In("es");
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/es");
        line.Cut();
        await page.GotoAsync("/es/feedback");
        await WriteAsync(page, "question", "¿A qué hora abre?");
        await page.GetByText(texts["outbox.kept"]).WaitForAsync();
        await page.Context.RouteAsync("**/api/guide/feedback*", route => route.FulfillAsync(new() { Status = 422 }));
        line.Mend();
        await page.GotoAsync("/es/offline");
        await page.GetByText(texts["outbox.refused"]).WaitForAsync();
        await page.GetByText(texts["outbox.show"]).ClickAsync();
        Assert.Equal("¿A qué hora abre?", await page.Locator("#waiting details p").TextContentAsync());
    }

    [Fact]
    public async Task Without_a_script_the_form_is_an_ordinary_form()
    {
        var page = await browser.OpenAsync(script: false, baseUrl: line.Address.ToString());
        await page.GotoAsync("/pt/feedback");
        await WriteAsync(page, "question", "A que horas abre?");
        await page.GetByText(town.In("pt")["feedback.sent.code"]).WaitForAsync();
        Assert.Equal(1, await MessagesAsync());
    }

    private static async Task WriteAsync(IPage page, string kind, string text)
    {
        await page.CheckAsync($"[name=kind][value={kind}]");
        await page.FillAsync("[name=text]", text);
        await page.Locator("form[data-outbox] button").Last.ClickAsync();
    }

    private static Task<string> KeptAsync(IPage page) => page.EvaluateAsync<string>(
        """
        new Promise((done, failed) => {
          const opening = indexedDB.open('tambo', 1);
          opening.onerror = failed;
          opening.onsuccess = () => {
            const asking = opening.result.transaction('outbox').objectStore('outbox').getAll();
            asking.onsuccess = () => done(JSON.stringify(asking.result));
            asking.onerror = failed;
          };
        })
        """);

    private async Task<int> MessagesAsync()
    {
        await using var connection = await town.Node.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<int>("select count(*) from guide_feedback");
    }
}
