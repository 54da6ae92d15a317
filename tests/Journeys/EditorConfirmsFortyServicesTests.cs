using System.Diagnostics;
using Microsoft.Playwright;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>An editor with a phone confirms the forty services that are due, within a minute, with and without a script.</summary>
public sealed class EditorConfirmsFortyServicesTests(BrowserOfTests browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_editor_confirms_forty_services_in_a_minute(bool script)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        var now = SettableTime.Noon;
        var due = Enumerable.Range(1, 40).Select(number => new Service
        {
            Id = Guid.CreateVersion7(now),
            Name = $"Kitchen {number}",
            CreatedAt = now,
            ChangedAt = now,
            ChangedBy = "test",
            ConfirmedAt = now.AddDays(-190),
            ReviewDue = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-10),
        }).ToList();
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of(due), "edited"));
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await browser.OpenAsync(BrowserOfTests.Phone, script: script, baseUrl: desk.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = bea.Session.Split('=', 2)[1], Url = desk.Node.Address.ToString() }]);

        var clock = Stopwatch.StartNew();
        await page.GotoAsync("/staff?lang=en");
        await page.ClickAsync("a[href='/staff/guide/services?show=due']");
        await page.ClickAsync("a:has-text('Tick all 40 on this page')");
        Assert.Equal(40, await page.Locator("input[name=pick]:checked").CountAsync());
        await page.FillAsync("[name=confirmed_by]", "Desk of the valley");
        await page.ClickAsync("form[action='/staff/guide/services/confirm'] button");
        await page.GetByText("40 services were confirmed.").WaitForAsync();
        var took = clock.Elapsed;

        Assert.True(took < TimeSpan.FromMinutes(1), $"It took {took.TotalSeconds:0.0} s.");
        Assert.Contains("show=due", page.Url, StringComparison.Ordinal);
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.All(due, service => Assert.Equal((now, "Desk of the valley"), (directory.Service(service.Id)!.ConfirmedAt!.Value, directory.Service(service.Id)!.ConfirmedBy)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalSeconds:0.00} s");
    }
}
