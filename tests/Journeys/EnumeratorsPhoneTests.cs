using Dapper;
using Microsoft.Playwright;
using Tambo.Tests.Browser.Offline;

namespace Tambo.Tests.Journeys;

/// <summary>What goes wrong with a phone loses no group, doubles none, and puts none into another day.</summary>
public sealed partial class EnumeratorRecordsTwentyGroupsTests
{
    // Milliseconds that the device's clock is wrong by from now on.
    private const string WrongClock = "off => { const Real = Date; globalThis.Date = class extends Real { constructor(...all) { if (all.length) super(...all); else super(Real.now() + off); } static now() { return Real.now() + off; } }; }";

    private const string Remembered = "async change => { const open = indexedDB.open('tambo-field', 1); const db = await new Promise(done => open.onsuccess = () => done(open.result)); const store = db.transaction('memory', 'readwrite').objectStore('memory'); const one = await new Promise(done => { const all = store.openCursor(); all.onsuccess = () => { const at = all.result; if (at.key === 'current') at.continue(); else done(at); }; }); const memory = one.value; Object.assign(memory.shift, change); const put = one.update(memory); await new Promise(done => put.onsuccess = done); }";

    [Theory]
    [InlineData(3)]
    [InlineData(-24 * 40)]
    public async Task A_clock_that_is_wrong_is_set_right_by_the_nodes_and_that_is_kept(int hours)
    {
        var page = await AtWorkAsync();
        line.Cut();
        await page.EvaluateAsync(WrongClock, hours * 3_600_000L);
        await SaveAsync(page, 2);
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 1." }).WaitForAsync();
        line.Mend();
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 0. Sent in this shift: 1. Refused: 0." }).WaitForAsync();
        // From now on the device knows by how much.
        await SaveAsync(page, 1);
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 0. Sent in this shift: 2. Refused: 0." }).WaitForAsync();
        await using var connection = await node.Db.ReadAsync(CancellationToken.None);
        foreach (var (observed, payload) in await connection.QueryAsync<(DateTimeOffset, string)>("select observed_at, payload from flows_groups"))
        {
            Assert.InRange(observed, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(1));
            Assert.InRange(System.Text.Json.JsonDocument.Parse(payload).RootElement.GetProperty("clockOff").GetInt32(), (-hours * 3600) - 60, (-hours * 3600) + 60);
        }
    }

    [Fact]
    public async Task A_shift_that_nobody_ended_was_over_with_its_last_group()
    {
        var page = await AtWorkAsync();
        await SaveAsync(page, 1);
        await page.Locator("#collect-outbox", new() { HasText = "Sent in this shift: 1." }).WaitForAsync();
        var now = TimeProvider.System.GetUtcNow();
        await page.EvaluateAsync(Remembered, new { startedAt = now.AddHours(-30).ToString("O"), lastAt = now.AddHours(-25).ToString("O") });
        // The form stood open all the time: the next group begins a shift of its own.
        await SaveAsync(page, 1);
        await page.Locator("#collect-state", new() { HasText = "a new one has begun" }).WaitForAsync();
        await page.UntilAsync($"async () => !await ({Waiting})(['', 'waiting'])");
        Assert.Equal((2L, 1L, 2L), (await CountAsync("select count(*) from flows_shifts"), await CountAsync("select count(*) from flows_shifts where ended_at is not null"), await CountAsync("select count(distinct shift_id) from flows_groups")));
        await page.EvaluateAsync(Remembered, new { startedAt = now.AddHours(-30).ToString("O"), lastAt = now.AddHours(-25).ToString("O") });
        await page.GotoAsync("/staff/flows/collect");
        await page.Locator("#collect-state", new() { HasText = "never ended" }).WaitForAsync();
        await page.Locator("#collect-begin button:not([type])").WaitForAsync();
        await page.UntilAsync($"async () => !await ({Waiting})(['', 'waiting'])");
        Assert.False(await page.Locator("#collect-outbox li").IsVisibleAsync());
        Assert.Equal(2L, await CountAsync("select count(*) from flows_shifts where ended_at is not null"));
    }

    [Fact]
    public async Task A_shift_that_was_ended_stays_so_in_every_window_and_after_the_page_is_opened_again()
    {
        var page = await AtWorkAsync();
        await page.UntilAsync($"async () => !await ({Waiting})(['', 'waiting'])");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/staff/flows/collect?lang=en");
        await other.Locator("#collect-group").WaitForAsync();
        await page.Context.RouteAsync("**/api/flows/groups*", route => route.AbortAsync());
        await page.ClickAsync("#collect-end summary");
        await page.ClickAsync("#collect-end button:not([type])");
        await page.Locator("#collect-begin button:not([type])").WaitForAsync();
        await page.GotoAsync("/staff/flows/collect?lang=en");
        await page.Locator("#collect-begin button:not([type])").WaitForAsync();
        await SaveAsync(other, 1);
        await other.Locator("#collect-begin button:not([type])").WaitForAsync();
        Assert.Equal(1, await page.EvaluateAsync<int>($"({Waiting})(['', 'waiting'])"));
        await page.Context.UnrouteAllAsync();
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await page.UntilAsync($"async () => !await ({Waiting})(['', 'waiting'])");
        Assert.Equal((1L, 0L), (await CountAsync("select count(*) from flows_shifts where ended_at is not null"), await GroupsAsync()));
    }

    [Fact]
    public async Task A_group_that_could_not_be_kept_at_first_is_kept_once()
    {
        var page = await AtWorkAsync();
        await page.EvaluateAsync("() => { const real = IDBObjectStore.prototype.put; let fails = 2; IDBObjectStore.prototype.put = function (...all) { if (all[0].last && fails-- > 0) throw new DOMException('full', 'QuotaExceededError'); return real.apply(this, all); }; }");
        await TapAsync(page, "men", 3);
        for (var tap = 0; tap < 2; tap++)
        {
            await page.ClickAsync("#collect-save");
            await page.Locator("#collect-state", new() { HasText = "could not be kept" }).WaitForAsync();
            await page.UntilAsync("() => !document.getElementById('collect-save').disabled");
        }

        Assert.Equal("3", await page.InputValueAsync("[name=men]"));
        await page.ClickAsync("#collect-save");
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 0. Sent in this shift: 1. Refused: 0." }).WaitForAsync();
        Assert.Equal(1L, await GroupsAsync());
    }

    private const string Busy = """{"groups":[{"id":"","answer":"try_again","code":"request.in_progress"}],"shifts":[]}""";
    private const string Unfit = """{"groups":[{"id":"","answer":"refused","code":"flows.group_time_unfit","detail":"In the future"}],"shifts":[]}""";

    [Fact]
    public async Task What_is_refused_for_its_time_can_have_another_and_what_can_be_sent_again_waits()
    {
        var page = await AtWorkAsync();
        var turns = 0;
        await page.Context.RouteAsync("**/api/flows/groups*", async route =>
        {
            // First the node is busy with it, then it refuses it, then it takes it.
            turns++;
            if (turns > 2)
                await route.ContinueAsync();
            else
                await route.FulfillAsync(new() { ContentType = "application/json", Body = turns == 1 ? Busy : Unfit });
        });
        await SaveAsync(page, 1);
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 1." }).WaitForAsync();
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        var refused = page.Locator("#collect-outbox li");
        await refused.WaitForAsync();
        await refused.GetByRole(AriaRole.Button, new() { Name = "Correct it" }).ClickAsync();
        await page.FillAsync("[name=observed]", "2026-11-20T06:30");
        await page.ClickAsync("#collect-save");
        await page.Locator("#collect-outbox", new() { HasText = "Groups waiting: 0. Sent in this shift: 1. Refused: 0." }).WaitForAsync();
        Assert.Equal(1L, await CountAsync("select count(*) from flows_groups where observed_at like '2026-11-20%'"));
    }

    private async Task<IPage> AtWorkAsync()
    {
        var page = await SignedInAsync("enzo", "enumerator");
        await page.VisitAsync("/staff/flows/collect?lang=en");
        await page.SelectOptionAsync("[name=point]", "QUIMERA");
        await page.ClickAsync("#collect-begin button:not([type])");
        await page.Locator("#collect-group").WaitForAsync();
        await page.UntilAsync($"async () => !await ({Waiting})(['', 'waiting'])");
        return page;
    }

    private static async Task SaveAsync(IPage page, int women)
    {
        await TapAsync(page, "women", women);
        await page.ClickAsync("#collect-save");
    }
}
