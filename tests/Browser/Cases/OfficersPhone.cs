using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Cases;
using Tambo.Tests.Support;

namespace Tambo.Tests.Browser.Cases;

/// <summary>What tests of kept cases do with an officer's phone.</summary>
internal static class OfficersPhone
{
    public const string Page = "/staff/cases/offline";
    public const string Pin = "770415";

    // Milliseconds by which the phone's clock is wrong from the next page on.
    private const string WrongClock = "(() => { const off = {0}, Real = Date; globalThis.Date = class extends Real { constructor(...all) { if (all.length) super(...all); else super(Real.now() + off); } static now() { return Real.now() + off; } }; })()";

    /// <summary>Everything that lies on the phone for this address, as text: databases, caches with their addresses, and the rest.</summary>
    public const string EverythingKept = """
        async () => {
          const said = [], text = new TextDecoder();
          const tell = (value) => {
            if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) said.push(text.decode(value));
            else if (value && typeof value === 'object') for (const [key, one] of Object.entries(value)) { said.push(key); tell(one); }
            else said.push(String(value));
          };
          const done = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
          for (const { name } of await indexedDB.databases()) {
            const db = await done(indexedDB.open(name));
            said.push(name);
            for (const store of db.objectStoreNames) {
              const all = db.transaction(store).objectStore(store);
              tell(await done(all.getAllKeys()));
              tell(await done(db.transaction(store).objectStore(store).getAll()));
            }
            db.close();
          }
          for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) said.push(name, request.url, await (await (await caches.open(name)).match(request)).text());
          tell({ ...localStorage });
          tell({ ...sessionStorage });
          said.push(document.cookie);
          return said.join('\n');
        }
        """;

    /// <summary>Signs somebody in who is there already.</summary>
    public static async Task SignInAsync(this IPage page, CasesOffice office, string name)
    {
        var user = (await UserRows.ByNameAsync(office.Node.Db, name, CancellationToken.None))!;
        var secret = await office.Node.Services.GetRequiredService<SessionStore>().BeginAsync(user, Stages.Open, "", null, CancellationToken.None);
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = secret, Url = page.Context.Pages[0].Url.StartsWith("http", StringComparison.Ordinal) ? new Uri(page.Url).GetLeftPart(UriPartial.Authority) : office.Node.Address.ToString() }]);
    }

    /// <summary>Makes the phone one that keeps cases.</summary>
    public static async Task EnrolAsync(this IPage page, string pin = Pin, string language = "en")
    {
        await page.GotoAsync($"{Page}?lang={language}");
        await page.Locator("#vault-enrol").WaitForAsync();
        await page.FillAsync("[name=deviceName]", "Blue phone");
        await page.FillAsync("[name=pin]", pin);
        await page.FillAsync("[name=pinAgain]", pin);
        await page.DoneAsync(() => page.ClickAsync("#vault-enrol button"));
        await page.Locator("#vault-work").WaitForAsync();
        await page.UntilAsync("async () => !!(await (await caches.open('tambo-vault')).match('/staff/cases/offline'))");
    }

    /// <summary>Opens the phone's cases.</summary>
    public static async Task UnlockAsync(this IPage page, string pin = Pin, int seconds = 20)
    {
        await page.GotoAsync(Page);
        await page.TryPinAsync(pin, seconds);
        await page.Locator("#vault-work").WaitForAsync();
    }

    /// <summary>Types a PIN.</summary>
    public static async Task TryPinAsync(this IPage page, string pin, int seconds = 20)
    {
        await page.Locator("#vault-open").WaitForAsync();
        await page.FillAsync("[name=openPin]", pin);
        await page.DoneAsync(() => page.ClickAsync("#vault-open button"), seconds);
    }

    /// <summary>Does something of which the page makes work, and waits until that and all that came of it is over: whatever the page said before plays no part.</summary>
    /// <param name="page">The page.</param>
    /// <param name="act">What is done.</param>
    /// <param name="seconds">The most that it may take.</param>
    public static async Task DoneAsync(this IPage page, Func<Task> act, int seconds = 20)
    {
        var before = await page.EvaluateAsync<int>("() => Number(document.querySelector('#vault').dataset.begun ?? 0)");
        await act();
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(seconds); ; await Task.Delay(20))
        {
            if (await page.EvaluateAsync<bool>("before => { const { begun, ended } = document.querySelector('#vault').dataset; return Number(begun ?? 0) > before && begun === ended; }", before))
                return;
            Assert.True(TimeProvider.System.GetUtcNow() < until, $"It never came to an end: {await page.SaysAsync()}");
        }
    }

    /// <summary>Sends and fetches, and waits for the end of it.</summary>
    public static Task SendAsync(this IPage page, int seconds = 20) => page.DoneAsync(() => page.ClickAsync("[data-do=send]"), seconds);

    /// <summary>What the page says.</summary>
    public static Task<string> SaysAsync(this IPage page) => page.Locator("#vault-state").InnerTextAsync();

    /// <summary>The clock of the phone is wrong from the next page on.</summary>
    public static Task SetClockAsync(this IPage page, TimeSpan by) => page.AddInitScriptAsync(WrongClock.Replace("{0}", ((long)by.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>How many vaults lie on the phone, and how many records.</summary>
    public static async Task<(int Vaults, int Rows)> CountAsync(this IPage page)
    {
        var counts = await page.EvaluateAsync<int[]>("async () => { const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); }); const db = await done(indexedDB.open('tambo-vault')); const all = await Promise.all(['heads', 'rows'].map((name) => done(db.transaction(name).objectStore(name).count()))); db.close(); return all; }");
        return (counts[0], counts[1]);
    }
}
