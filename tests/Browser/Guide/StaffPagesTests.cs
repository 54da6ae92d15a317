using Microsoft.Playwright;
using Tambo.Guide.Directory;
using Tambo.Guide.Feedback;
using Tambo.Tests.Guide.Feedback;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>Staff pages can be used without seeing, without a script, and on a phone.</summary>
[TakesLong(50)]
public sealed class StaffPagesTests(BrowserOfTests browser)
{
    [Fact]
    public async Task A_button_tapped_twice_sends_its_form_once()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var page = await browser.OpenAsync(baseUrl: node.Address.ToString());
        await page.GotoAsync("/staff/sign-in");
        var sent = 0;
        await page.RouteAsync("**/staff/sign-in", async route =>
        {
            if (route.Request.Method == "POST")
                Interlocked.Increment(ref sent);
            await Task.Delay(300);
            await route.ContinueAsync();
        });
        await page.Locator("main input[name=name]").FillAsync("nobody");
        await page.Locator("main input[name=password]").FillAsync("not the right one");
        await page.Locator("main form button").First.DblClickAsync();
        await page.Locator("[role=alert]").WaitForAsync();
        Assert.Equal(1, sent);

        // The page that came back takes another attempt.
        await page.Locator("main input[name=password]").FillAsync("nor this one");
        await page.RunAndWaitForResponseAsync(() => page.Locator("main form button").First.ClickAsync(), "**/staff/sign-in");
        Assert.Equal(2, sent);
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "es")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "ht")]
    public async Task Staff_pages_pass_the_accessibility_rules(int width, ColorScheme scheme, string language)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite, Confidentiality.AreaOnly);
        using var alice = await desk.SignInAsync("alice", "administrator");
        await alice.SubmitAsync(
            await alice.OpenAsync(desk.ServicePath), desk.ServicePath, ("name", "Night shelter of the valley"), ("alert", ""),
            ("hours-0-days", "MO"), ("hours-0-from", "09:00"), ("hours-0-to", "17:00"));
        string[] paths =
        [
            "/staff", "/staff/guide/services", desk.ServicePath, desk.PlacePath, "/staff/guide/services/new",
            $"/staff/guide/history/service/{desk.Service.Id:D}?from=1&to=2", "/staff/guide/imports", "/staff/audit",
            "/staff/guide/notices", "/staff/guide/notices/new", "/staff/guide/subscriptions", "/staff/guide/organizations", $"/staff/guide/organizations/{desk.Records.Organizations[0].Id:D}",
            $"/staff/guide/translations/service/{desk.Service.Id:D}", $"/staff/guide/translations/location/{desk.Place.Id:D}",
            $"/staff/guide/translations/organization/{desk.Records.Organizations[0].Id:D}", $"/staff/guide/history/service_at_location/{desk.Offer.Id:D}",
            "/staff/guide/translations", "/staff/guide/translations?show=all&language=es", "/staff/guide/translations/import",
            $"/staff/guide/translations/service/{desk.Service.Id:D}?language=es",
            "/staff/guide/freshness", "/staff/guide/freshness?by=agency", $"/staff/guide/reviewers/service/{desk.Service.Id:D}",
            $"/staff/guide/reviewers/organization/{desk.Records.Organizations[0].Id:D}", "/staff/guide/services?all=1",
            "/staff/users", "/staff/users/teams", "/staff/users/roles", "/staff/account", "/staff/account/tokens", "/staff/account/password",
            "/staff/account/authenticator",
        ];
        var faults = await FaultsAsync(desk, alice, width, scheme, language, paths);

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "fr")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Dark, "pt")]
    public async Task A_place_that_others_look_after_too_passes_them_with_its_questions_disabled(int width, ColorScheme scheme, string language)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        await SharedPlaceTests.AddThereAsync(desk, "Lessons of others", Confidentiality.Public, Confidentiality.Public);
        Assert.NotNull((await nora.OpenAsync(desk.PlacePath)).QuerySelector("fieldset[disabled] [name=place_name]"));

        Assert.Empty(await FaultsAsync(desk, nora, width, scheme, language, [desk.PlacePath]));
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "fr")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "pt")]
    public async Task Both_inboxes_and_the_needs_pass_them_too(int width, ColorScheme scheme, string language)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bob = await desk.SignInAsync("bob", "editor");
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        using var reader = new FeedbackReader(desk);
        await reader.CodeAsync("closed", "Estaba cerrado el martes", $"services/{desk.Service.Id:D}");
        await reader.CodeAsync("mistreatment", "Nos gritaron", $"services/{desk.Service.Id:D}", language: "quc");
        var message = await FindAnswerTests.OnlyAsync(bob, Inbox.Ordinary);
        await FindAnswerTests.ActAsync(bob, message, "answer", ("text", "Gracias"), ("language", "es"));

        Assert.Empty(await FaultsAsync(desk, bob, width, scheme, language, [message, Inbox.Ordinary.Root + "?state=all", "/staff/guide/needs", "/staff"]));
        Assert.Empty(await FaultsAsync(desk, farah, width, scheme, language, [await FindAnswerTests.OnlyAsync(farah, Inbox.Sensitive), Inbox.Sensitive.Root, "/staff"]));
    }

    private async Task<List<string>> FaultsAsync(
        StaffDesk desk, StaffBrowser who, int width, ColorScheme scheme, string language, IEnumerable<string> paths)
    {
        var page = await browser.OpenAsync(width, scheme, baseUrl: desk.Node.Address.ToString());
        await page.Context.AddCookiesAsync(
            [new Cookie { Name = "tambo-session", Value = who.Session.Split('=', 2)[1], Url = desk.Node.Address.ToString() }]);
        var faults = new List<string>();
        foreach (var path in paths)
        {
            var answer = await page.GotoAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "lang=" + language);
            Assert.Equal((path, 200), (path, answer!.Status));
            faults.AddRange((await Axe.BreachesAsync(page)).Select(breach => $"{path} {breach}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
                faults.Add($"{path} needs scrolling sideways: {wide} px");
            if (await page.ContentAsync() is var html && html.Contains(">[", StringComparison.Ordinal))
                faults.Add($"{path} lacks a text: {html.Substring(html.IndexOf(">[", StringComparison.Ordinal), 60)}");
        }

        return faults;
    }

    [Fact]
    public async Task Rows_are_filled_in_on_a_phone_without_a_script()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        await bea.OpenAsync("/staff");
        var page = await browser.OpenAsync(BrowserOfTests.Phone, script: false, baseUrl: desk.Node.Address.ToString());
        await page.Context.AddCookiesAsync(
            [new Cookie { Name = "tambo-session", Value = bea.Session.Split('=', 2)[1], Url = desk.Node.Address.ToString() }]);
        await page.GotoAsync(desk.ServicePath);
        await page.Locator("details:not([open]):has([name=contact-1-name]) > summary").Or(page.Locator("[name=contact-1-name]")).First.ClickAsync();
        await page.FillAsync("[name=contact-1-name]", "Desk of the door");
        await page.FillAsync("[name=cost-0-currency]", "ZZZ");
        await page.ClickAsync($"form[action='{desk.ServicePath}'] button");
        Assert.Equal("Desk of the door", await page.InputValueAsync("[name=contact-1-name]"));
        await page.FillAsync("[name=cost-0-currency]", "HTG");
        await page.ClickAsync($"form[action='{desk.ServicePath}'] button");
        Assert.Equal("Desk of the door", (await EditServiceTests.ServiceAsync(desk)).Contacts[1].Name);
    }
}
