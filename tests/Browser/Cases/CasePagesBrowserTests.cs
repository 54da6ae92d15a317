using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Cases;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Cases;

/// <summary>The pages of a case on a cheap phone and at a desk, without a script: readable, reachable, in every language.</summary>
public sealed class CasePagesBrowserTests(BrowserOfTests browser)
{
    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "es")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "en")]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "ht")]
    public async Task The_pages_of_a_case_pass_the_accessibility_rules(int width, ColorScheme scheme, string language)
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        await office.AddRoleAsync("everything", ["cases.register", "cases.read", "cases.edit", "cases.screen", "cases.refer", "cases.supervise", "cases.approve", "cases.statistics", "cases.htcds", "cases.deidentify", "cases.audit", "cases.see.safety", "cases.see.identity", "cases.see.general", "cases.see.health", "cases.see.violence", "cases.see.child"]);
        var (petra, ana) = (await office.OfficerAsync("petra", "protection_specialist"), await office.OfficerAsync("ana", "everything"));
        var one = await FilledAsync(office, petra, ana);
        var household = (await office.ReadAsync<Guid>("select id from cases_households")).Single();
        var member = (await office.ReadAsync<Guid>("select person_id from cases_household_members"))[0];
        var conflict = Guid.CreateVersion7(office.Time.GetUtcNow());
        await petra.PutAsync($"/api/cases/persons/{member:D}", new { general = new { notes = "by the office" } }, "\"v1\"");
        var phone = (await petra.PostAsync("/api/cases/devices", new { name = "Phone", proof = new string('a', 43) })).Id;
        var sent = await petra.PostAsync($"/api/cases/devices/{phone:D}/changes", new { changes = new[] { new { id = conflict, kind = "person", record = member, was = new { general = new { notes = "before" } }, now = new { general = new { notes = "by the phone" } } } } });
        Assert.Equal("conflict", sent.Json.GetProperty("answers")[0].GetProperty("answer").GetString());
        var page = await OpenAsync(office, width, scheme);
        var faults = new List<string>();
        string[] paths =
        [
            "/staff/cases", $"/staff/cases/{one:D}", .. new[] { "plan", "tasks", "conferences", "notes", "files", "timeline", "safety", "detention", "transfer", "family" }.Select(part => $"/staff/cases/{one:D}/{part}"),
            "/staff/cases/board", "/staff/cases/reviews", "/staff/cases/statistics", "/staff/cases/htcds", "/staff/cases/research", "/staff/cases/conflicts", $"/staff/cases/conflicts/{conflict:D}",
            $"/staff/cases/{one:D}/sheet", $"/staff/cases/persons/{member:D}/sheet", $"/staff/cases/persons/{member:D}/seen-by",
            $"/staff/cases/households/{household:D}", $"/staff/cases/households/{household:D}?add={member:D}", $"/staff/cases/households/{household:D}/find", $"/staff/cases/persons/{member:D}/family", $"/staff/cases/persons/new?household={household:D}",
        ];
        foreach (var path in paths)
        {
            var answer = await page.GotoAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang={language}");
            Assert.Equal((path, 200), (path, answer!.Status));
            faults.AddRange((await Axe.BreachesAsync(page)).Select(breach => $"{path} {breach}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
                faults.Add($"{path} needs scrolling sideways: {wide} px");
            if (await page.ContentAsync() is var html && html.Contains(">[", StringComparison.Ordinal))
                faults.Add($"{path} lacks a text: {html.Substring(html.IndexOf(">[", StringComparison.Ordinal), 60)}");
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    private static async Task<Guid> FilledAsync(CasesOffice office, Officer petra, Officer ana)
    {
        var year = office.Time.GetUtcNow().Year;
        var girl = (await petra.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Quesquén Torrealta" } }, birth = new { inYear = year - 12 } } })).Id;
        var brother = (await petra.RegisterAsync(new { identity = new { names = new[] { new { full = "Tovar Quesquén" } } } })).Id;
        await petra.PostAsync("/api/cases/households", new { kind = "household", members = new[] { girl, brother }, head = girl, links = new[] { new { a = girl, b = brother, relation = "sibling_of", verifiedBy = "family" } } });
        for (var number = 0; number < 24; number++)
            await petra.OpenAsync(new { person = girl, type = number % 2 == 0 ? "protection" : "health", urgency = "Urgent", profiles = new[] { "OLDER_PERSON" } });
        var one = (await petra.OpenAsync(new { person = girl, urgency = "Emergency", note = "She sleeps at the bus station." })).Id;
        var path = $"/api/cases/{one:D}";
        await petra.PutAsync(path + "/plan", new { needs = new object[] { new { code = "shelter", origin = "person", note = "Nowhere to sleep tonight", goal = "A bed in a house for girls", actions = new[] { new { what = "Ask the house by the river", responsible = ana.Id, dueAt = office.Time.GetUtcNow().AddDays(1) } } }, new { code = "guardian", origin = "screening" } } }, "\"v0\"");
        await petra.PostAsync(path + "/plan/submit", new { }, ("If-Match", "\"v1\""));
        await petra.PostAsync(path + "/tasks", new { what = "Call her aunt", responsible = ana.Id, dueAt = office.Time.GetUtcNow().AddHours(1) });
        await petra.PostAsync(path + "/conferences", new { on = "2026-01-02", participants = new[] { "person", "guardian", "lawyer" }, minutes = "She wants to stay with her brother.", decisions = new[] { new { what = "Find a school" } } });
        var note = await petra.PostAsync(path + "/notes", new { note = "She came on Monday." });
        await petra.PostAsync($"{path}/notes/{note.Id:D}/correct", new { note = "She came on Tuesday.\nHer brother was with her." });
        await petra.PutAsync(path + "/safety-plan", new { steps = "Go to the bakery and ask for Rosa." }, "\"v0\"");
        await petra.PostAsync(path + "/files", new { name = "passport.png", length = 5000, sha256 = new string('0', 64), note = "Her passport" });
        await petra.PostAsync(path + "/detentions", new { place = "Police station of Torrealta", authority = "Border police", source = "family" });
        await petra.PostAsync(path + "/splits", new { step = "close", reason = "The house takes girls alone." });
        var household = (await office.ReadAsync<Guid>("select id from cases_households")).Single();
        Assert.Equal(201, (await petra.PostAsync(path + "/splits", new { step = "leave_household", person = girl, household, reason = "He goes on to their uncle." })).Status);
        Assert.Equal(201, (await petra.PostAsync(path + "/splits", new { step = "transfer", kind = "shelter", place = "House by the river, second door", reason = "The house takes girls alone." })).Status);
        await office.WriteAsync("update cases_entries set state = 'approved', decided_at = changed_at where kind = 'split' and mark like 'transfer %'");
        Assert.Equal(200, (await petra.PostAsync(path + "/transfer", new { kind = "shelter", place = "House by the river, second door" }, ("If-Match", (await petra.GetAsync(path)).Tag!))).Status);
        office.Time.Advance(TimeSpan.FromDays(40));
        return one;
    }

    private async Task<IPage> OpenAsync(CasesOffice office, int width, ColorScheme scheme)
    {
        var user = await UserRows.ByNameAsync(office.Node.Db, "ana", CancellationToken.None);
        var secret = await office.Node.Services.GetRequiredService<SessionStore>().BeginAsync(user!, Stages.Open, "", null, CancellationToken.None);
        var page = await browser.OpenAsync(width, scheme, baseUrl: office.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = secret, Url = office.Node.Address.ToString() }]);
        return page;
    }
}
