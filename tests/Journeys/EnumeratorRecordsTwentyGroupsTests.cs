using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Security;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>An enumerator records twenty groups without internet, and they are counted once there is some: none lost, none doubled.</summary>
[TakesLong(100)]
public sealed partial class EnumeratorRecordsTwentyGroupsTests(BrowserOfTests browser) : IAsyncLifetime
{
    private const string Waiting = "async ([user, state]) => { const open = indexedDB.open('tambo-field', 1); const db = await new Promise(done => open.onsuccess = () => done(open.result)); const all = db.transaction('records').objectStore('records').getAll(); return (await new Promise(done => all.onsuccess = () => done(all.result))).filter(one => one.state === state && (!user || one.user === user)).length; }";

    private TestNode node = null!;
    private NetworkLine line = null!;

    public async ValueTask InitializeAsync()
    {
        node = await TestNode.StartAsync(Engine.Sqlite);
        foreach (var (code, training) in new[] { ("QUIMERA", false), ("SCHOOL", true) })
        {
            await node.Services.GetRequiredService<LivePoints>().SaveAsync(
                new Point
                {
                    Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
                    Code = code,
                    Names = new Dictionary<string, string> { ["en"] = "Puerto " + code },
                    Country = "PAN",
                    TimeZone = "America/Panama",
                    Series = "FM-" + code,
                    Training = training,
                },
                TestDatabase.Alice, CancellationToken.None);
        }

        line = new NetworkLine(node.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await line.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Twenty_groups_recorded_offline_are_counted_once_when_the_network_is_back()
    {
        var page = await SignedInAsync("enzo", "enumerator");
        await page.VisitAsync("/staff/flows/collect?lang=en");
        await FormKeptAsync(page);
        line.Cut();

        // Opened anew in flight mode, the page is there, with the person's own shift.
        await page.GotoAsync("/staff/flows/collect");
        await page.SelectOptionAsync("[name=point]", "QUIMERA");
        await page.ClickAsync("#collect-begin button:not([type])");
        await page.Locator("#collect-group").WaitForAsync();
        var people = 0;
        for (var group = 0; group < 20; group++)
        {
            await TapAsync(page, "women", 1 + (group % 3));
            await TapAsync(page, "boys", group % 2);
            people += 1 + (group % 3) + (group % 2);
            if (group == 0)
            {
                await page.SelectOptionAsync("[name='nationality-other']", "HTI");
                await page.SelectOptionAsync("[name='next-other']", "CRI");
                await ChooseAsync(page, "[name=transport][value=FOOT]");
                await ChooseAsync(page, "[name=direction][value=IN]");
            }
            else
            {
                // From the second on one tap says the nationality; the next place is remembered.
                await ChooseAsync(page, "[name=nationality][value=HTI]");
            }

            await page.ClickAsync("#collect-save");
            await page.Locator("#collect-outbox", new() { HasText = $"Groups waiting: {group + 1}." }).WaitForAsync();
        }

        // The page closed and opened again in between loses nothing.
        await page.GotoAsync("/staff/flows/collect");
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 20." }).WaitForAsync();
        Assert.Equal(0L, await GroupsAsync());

        line.Mend();
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 0. Sent in this shift: 20. Refused: 0." }).WaitForAsync();
        Assert.Equal(20L, await GroupsAsync());
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await page.GotoAsync("/staff/flows/collect");
        await page.ClickAsync("#collect-end summary");
        await page.ClickAsync("#collect-end button:not([type])");
        await page.Locator("#collect-begin").WaitForAsync();
        await page.UntilAsync($"async () => !await ({Waiting})(['', 'waiting'])");
        var answer = await node.Services.GetRequiredService<QueryFlows>().RunAsync(new FlowsQuery { By = ["citizenship", "c_next", "trans_mode", "direction"] }, CancellationToken.None);
        Assert.Equal([$"HTI CRI FOOT IN {people}"], answer.Figures.Select(figure => $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}"));
        Assert.Equal(1L, await CountAsync("select count(*) from flows_shifts where ended_at is not null"));
    }

    [Fact]
    public async Task An_answer_that_was_lost_and_two_devices_count_each_group_once()
    {
        var pages = new[] { await SignedInAsync("enzo", "enumerator"), await SignedInAsync("elsa", "enumerator") };
        foreach (var page in pages)
        {
            var turns = 0;
            await page.Context.RouteAsync("**/api/flows/groups*", async route =>
            {
                // Every other time it arrives, and the answer does not.
                if (turns++ % 2 == 0)
                {
                    await route.FetchAsync();
                    await route.AbortAsync();
                }
                else
                {
                    await route.ContinueAsync();
                }
            });
            await page.VisitAsync("/staff/flows/collect?lang=en");
            await page.SelectOptionAsync("[name=point]", "QUIMERA");
            await page.ClickAsync("#collect-begin button:not([type])");
            await page.Locator("#collect-group").WaitForAsync();
        }

        for (var group = 0; group < 5; group++)
        {
            foreach (var page in pages)
            {
                await TapAsync(page, "men", 1);
                await page.ClickAsync("#collect-save");
                await page.Locator("#collect-state", new() { HasText = "Kept: 1" }).WaitForAsync();
                await page.UntilAsync("() => document.querySelector('[name=men]').value === ''");
            }
        }

        foreach (var page in pages)
        {
            for (var turn = 0; turn < 6; turn++)
                await page.EvaluateAsync("dispatchEvent(new Event('online'))");
            await page.UntilAsync($"async () => {{ dispatchEvent(new Event('online')); return !await ({Waiting})(['', 'waiting']); }}");
        }

        Assert.Equal(10L, await GroupsAsync());
    }

    [Fact]
    public async Task What_is_refused_says_why_and_can_be_mended()
    {
        var page = await SignedInAsync("enzo", "enumerator");
        await page.VisitAsync("/staff/flows/collect?lang=en");
        await page.SelectOptionAsync("[name=point]", "QUIMERA");
        await page.ClickAsync("#collect-begin button:not([type])");
        await page.Locator("#collect-group").WaitForAsync();
        await TapAsync(page, "women", 2);
        await page.ClickAsync("#collect-group details summary");
        await page.FillAsync("[name=note]", "Ana, +507 6123 4567");
        await page.ClickAsync("#collect-save");
        var refused = page.Locator("#collect-outbox li");
        await refused.WaitForAsync();
        Assert.Contains("nothing that points at a person", await refused.TextContentAsync(), StringComparison.Ordinal);
        await refused.GetByRole(AriaRole.Button, new() { Name = "Correct it" }).ClickAsync();
        Assert.Equal("2", await page.InputValueAsync("[name=women]"));
        await page.FillAsync("[name=note]", "Two, tired");
        await page.ClickAsync("#collect-save");
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 0. Sent in this shift: 1. Refused: 0." }).WaitForAsync();
        Assert.Equal(1L, await GroupsAsync());
    }

    [Fact]
    public async Task Somebody_else_on_the_same_phone_sees_and_sends_nothing_of_it_and_signing_out_takes_the_form_away()
    {
        var page = await SignedInAsync("enzo", "enumerator");
        await page.VisitAsync("/staff/flows/collect?lang=en");
        await page.SelectOptionAsync("[name=point]", "QUIMERA");
        await page.ClickAsync("#collect-begin button:not([type])");
        await page.Locator("#collect-group").WaitForAsync();
        await FormKeptAsync(page);
        // The kept page is of nobody: no name, no token.
        var kept = await page.EvaluateAsync<string>("async () => (await (await caches.open('tambo-field')).match('/staff/flows/collect')).text()");
        Assert.DoesNotContain("enzo", kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("__RequestVerificationToken", kept, StringComparison.Ordinal);
        await page.Context.RouteAsync("**/api/flows/groups*", route => route.AbortAsync());
        await TapAsync(page, "women", 3);
        await page.ClickAsync("#collect-save");
        await page.UntilAsync($"async () => await ({Waiting})(['', 'waiting']) > 0");

        await page.ClickAsync("form[action='/staff/sign-out'] button");
        await page.WaitForURLAsync(url => !url.Contains("/staff/flows", StringComparison.Ordinal));
        Assert.False(await page.EvaluateAsync<bool>("async () => !!(await (await caches.open('tambo-field')).match('/staff/flows/collect'))"));
        await page.Context.UnrouteAllAsync();

        await SignInAsync(page, "elsa", "enumerator");
        await page.GotoAsync("/staff/flows/collect?lang=en");
        await page.Locator("#collect-begin").WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.False(await page.Locator("#collect-outbox").IsVisibleAsync());
        Assert.Equal(0L, await GroupsAsync());

        await SignInAsync(page, "enzo", null);
        await page.GotoAsync("/staff/flows/collect?lang=en");
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 0." }).WaitForAsync();
        Assert.Equal(1L, await CountAsync("select count(*) from flows_groups g join platform_users u on 'user:' || u.id = g.person where u.sign_in_name = 'enzo'"));
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "es")]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "ht")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "fr")]
    public async Task The_pages_of_collection_pass_the_accessibility_rules(int width, ColorScheme scheme, string language)
    {
        var page = await SignedInAsync("sofia", "field_supervisor", width, scheme);
        var faults = new List<string>();
        await page.VisitAsync("/staff/flows/collect?lang=" + language);
        await LookAsync("collect");
        await page.SelectOptionAsync("[name=point]", "SCHOOL");
        await page.ClickAsync("#collect-begin button:not([type])");
        await page.Locator("#collect-group").WaitForAsync();
        await page.SelectOptionAsync("[name='nationality-other']", "HTI");
        for (var group = 0; group < 2; group++)
        {
            await TapAsync(page, "girls", 60);
            await page.ClickAsync("#collect-save");
            await page.UntilAsync("() => document.querySelector('[name=girls]').value === ''");
        }

        await page.UntilAsync($"async () => !await ({Waiting})(['', 'waiting'])");
        await LookAsync("group");
        foreach (var path in new[] { "/staff/flows/points", "/staff/flows/points/new", "/staff/flows/points/SCHOOL", "/staff/flows/points/SCHOOL/edit" })
        {
            await page.GotoAsync(path);
            await LookAsync(path);
        }

        await page.GotoAsync("/staff/flows/points/SCHOOL");
        await page.ClickAsync("main table th a >> nth=0");
        await LookAsync("record");
        Assert.Empty(faults);

        async Task LookAsync(string name)
        {
            await page.EvaluateAsync("for (const one of document.querySelectorAll('details')) one.open = true");
            faults.AddRange((await Axe.BreachesAsync(page)).Select(breach => $"{name} {breach}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
                faults.Add($"{name} needs scrolling sideways: {wide} px");
            if ((await page.InnerTextAsync("main")).Contains("undefined", StringComparison.Ordinal))
                faults.Add($"{name} says undefined");
            if (await page.ContentAsync() is var html && html.Contains(">[", StringComparison.Ordinal))
                faults.Add($"{name} lacks a text: {html.Substring(html.IndexOf(">[", StringComparison.Ordinal), 60)}");
        }
    }

    private static async Task TapAsync(IPage page, string name, int times)
    {
        for (var tap = 0; tap < times; tap++)
            await page.ClickAsync($"[name={name}] + button");
    }

    // As a thumb does it: the chip in the middle of the screen, away from the button that saves.
    private static Task ChooseAsync(IPage page, string chip) => page.Locator(chip).EvaluateAsync("one => { one.scrollIntoView({ block: 'center' }); one.click(); }");

    private static Task FormKeptAsync(IPage page) => page.UntilAsync("async () => !!(await (await caches.open('tambo-field')).match('/staff/flows/collect'))");

    private async Task<IPage> SignedInAsync(string name, string role, int width = BrowserOfTests.Phone, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await browser.OpenAsync(width, scheme, baseUrl: line.Address.ToString());
        await SignInAsync(page, name, role);
        return page;
    }

    private async Task SignInAsync(IPage page, string name, string? role)
    {
        var value = role is null ? await AgainAsync(name) : (await Caller.SessionAsync(node, name, role)).Value;
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = value.Split('=', 2)[1], Url = line.Address.ToString() }]);
    }

    private async Task<string> AgainAsync(string name)
    {
        var user = (await Tambo.Platform.Access.Users.UserRows.ByNameAsync(node.Db, name, CancellationToken.None))!;
        return "tambo-session=" + await node.Services.GetRequiredService<Tambo.Platform.Access.Sessions.SessionStore>()
            .BeginAsync(user, Tambo.Platform.Access.Sessions.Stages.Open, "", null, CancellationToken.None);
    }

    private Task<long> GroupsAsync() => CountAsync("select count(*) from flows_groups");

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = await node.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(sql);
    }
}
