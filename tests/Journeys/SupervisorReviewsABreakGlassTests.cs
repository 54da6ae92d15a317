using Microsoft.Playwright;
using Tambo.Tests.Cases;
using Tambo.Tests.Security;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>A case worker opens a file in an emergency; a supervisor finds it on their desk, reads why, sees what was looked at and judges it.</summary>
public sealed class SupervisorReviewsABreakGlassTests(BrowserOfTests browser)
{
    [Theory]
    [InlineData(BrowserOfTests.Phone)]
    [InlineData(BrowserOfTests.Desk)]
    public async Task A_supervisor_reviews_a_break_glass(int width)
    {
        var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(SettableTime.Noon));
        await using var office = CasesOffice.Of(node);
        var norma = await office.OfficerAsync("norma", "protection_specialist", null);
        var person = await Cases.Glass.BreakGlassTests.RegisterAsync(norma);
        var screening = await norma.PostAsync($"/api/cases/persons/{person.Id:D}/screenings", new { answers = new[] { new { question = "triage.child_other_adult", way = "said", values = new[] { "yes" } } } });
        var twin = await norma.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Q. Torrealta" } }, birth = new { inYear = 2001 } }, general = new { notes = "Speaks softly" } });
        var faults = new List<string>();

        // The case worker, from the file that shows only a part.
        var carla = await SignedInAsync(node, "carla", "case_worker", width);
        await carla.GotoAsync($"/staff/cases/persons/{person.Id:D}?lang=en");
        Assert.DoesNotContain("violence-word", await carla.InnerTextAsync("main"), StringComparison.Ordinal);
        await carla.ClickAsync("main a:has-text('Open a file in an emergency')");
        await LookAsync(carla, "break");
        Assert.Equal(person.Ref, await carla.InputValueAsync("#f-person"));
        await carla.CheckAsync("input[name=purpose][value=medical]");
        await carla.FillAsync("#f-reason", "too short");
        await carla.ClickAsync("main form .acts button");
        await LookAsync(carla, "refused");
        Assert.Equal("too short", await carla.InputValueAsync("#f-reason"));
        await carla.FillAsync("#f-reason", "She fainted and the clinic asks what she takes");
        await carla.ClickAsync("main form .acts button");
        await carla.Locator("main", new() { HasText = "violence-word" }).WaitForAsync();
        await LookAsync(carla, "open");
        await carla.ClickAsync("main form:has(button:has-text('Close it now')) button");
        await carla.GotoAsync($"/staff/cases/persons/{person.Id:D}");
        Assert.DoesNotContain("violence-word", await carla.InnerTextAsync("main"), StringComparison.Ordinal);

        // The supervisor: the figure on the start page, the queue, the reason, the judgement.
        var sara = await SignedInAsync(node, "sara", "cases_supervisor", width);
        await sara.GotoAsync("/staff?lang=en");
        await sara.ClickAsync("main a[href='/staff/cases/emergencies']");
        await LookAsync(sara, "queue");
        await sara.ClickAsync("main .card a");
        await LookAsync(sara, "review");
        var read = await sara.InnerTextAsync("main");
        Assert.All(["She fainted and the clinic asks what she takes", "A medical emergency", person.Ref, "To be judged"], expected => Assert.Contains(expected, read, StringComparison.Ordinal));
        await sara.CheckAsync("input[name=judgement][value=follow_up]");
        await sara.ClickAsync("main form .acts button");
        await sara.Locator(".wrong").First.WaitForAsync();
        await LookAsync(sara, "note missing");
        await sara.CheckAsync("input[name=judgement][value=justified]");
        await sara.FillAsync("#f-note", "The clinic confirmed it");
        await sara.ClickAsync("main form .acts button");
        await sara.Locator("main .card", new() { HasText = "Justified" }).WaitForAsync();
        await sara.GotoAsync($"/staff/cases/persons/{person.Id:D}/seen-by");
        Assert.Contains("Emergency: opened beyond the reader’s rights", await sara.InnerTextAsync("main"), StringComparison.Ordinal);

        // The other desks of this kind: a screening with its locks, and two files side by side.
        var nadia = await SignedInAsync(node, "nadia", "protection_specialist", width);
        await nadia.GotoAsync($"/staff/cases/persons/{person.Id:D}/screenings?lang=en");
        await LookAsync(nadia, "screenings");
        await nadia.ClickAsync("main .card a");
        await LookAsync(nadia, "screening");
        await nadia.CheckAsync("input[name=locks][value=return]");
        await nadia.FillAsync("#f-why", "Her aunt came for her");
        await nadia.ClickAsync("main form[action$='/lifts'] .acts button");
        await nadia.Locator("main", new() { HasText = "Waits for a second person" }).WaitForAsync();
        await LookAsync(nadia, "lift asked");
        await nadia.ClickAsync("main a[href$='/replay']");
        await LookAsync(nadia, "replay");
        await nadia.GotoAsync("/staff/cases/merges");
        await LookAsync(nadia, "merges");
        await nadia.FillAsync("#f-survivor", person.Ref);
        await nadia.FillAsync("#f-absorbed", twin.Ref);
        await nadia.ClickAsync("main form[action$='/find'] .acts button");
        await LookAsync(nadia, "compare");
        await nadia.CheckAsync("input[name='d_identity.names'][value=absorbed]");
        await nadia.FillAsync("#f-note", "The same scar");
        await nadia.ClickAsync("main form[action$='/propose'] .acts button");
        await nadia.Locator("main", new() { HasText = "a second person decides" }).WaitForAsync();
        await LookAsync(nadia, "proposed");
        var page = await SignedInAsync(node, "noemi", "protection_specialist", width);
        await page.GotoAsync("/staff/cases/merges?lang=en");
        await page.ClickAsync("main .card a");
        await LookAsync(page, "decide");
        await page.ClickAsync("main form:has(button:has-text('Make one file of them')) button");
        await page.Locator("main .tag", new() { HasText = "One file" }).WaitForAsync();
        await LookAsync(page, "merged");
        await page.GotoAsync($"/staff/cases/persons/{twin.Id:D}");
        Assert.EndsWith($"{person.Id:D}", page.Url, StringComparison.Ordinal);
        Assert.Contains("Merged from: " + twin.Ref, await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await LookAsync(page, "survivor");
        Assert.Equal(201, screening.Status);
        Assert.Empty(faults);

        async Task LookAsync(IPage at, string name)
        {
            faults.AddRange((await Axe.BreachesAsync(at)).Select(breach => $"{name} {breach}"));
            if (await at.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
                faults.Add($"{name} needs scrolling sideways: {wide} px");
            if (await at.ContentAsync() is var html && html.Contains(">[", StringComparison.Ordinal))
                faults.Add($"{name} lacks a text: {html.Substring(html.IndexOf(">[", StringComparison.Ordinal), 60)}");
            if (Environment.GetEnvironmentVariable("TAMBO_PICTURES") is { } folder)
                await at.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name.Replace(' ', '-')}-{width}.png"), FullPage = true });
        }
    }

    private async Task<IPage> SignedInAsync(TestNode node, string name, string role, int width)
    {
        var page = await browser.OpenAsync(width, baseUrl: node.Address.ToString());
        var value = (await Caller.SessionAsync(node, name, role)).Value;
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = value.Split('=', 2)[1], Url = node.Address.ToString() }]);
        return page;
    }
}
