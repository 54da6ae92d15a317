using Microsoft.Playwright;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Cases.Questions;

/// <summary>The pages of further questions can be used on a phone, on a desk, without seeing, and without a script.</summary>
public sealed class QuestionPagesTests(BrowserOfTests browser)
{
    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "ht")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Dark, "en")]
    public async Task They_pass_the_accessibility_rules_and_stay_within_the_screen(int width, ColorScheme scheme, string language)
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (supervisor, paula) = (await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("paula", "protection_specialist"));
        var form = (await AnswerFormTests.BringAsync(office, supervisor, Forms.Book())).Json.GetProperty("id").GetGuid();
        var person = await paula.RegisterAsync(new { identity = new { names = new[] { new { full = "Askeda Torrealta" } } }, general = new { languages = new[] { new { code = "es" } } } });
        var kept = await paula.PutAsync($"/api/cases/persons/{person.Id:D}/answers/{form:D}", new { answers = new { by_boat = new[] { "yes" }, days = new[] { "3" }, needs = new[] { "food", "other" } } }, "\"v0\"");
        Assert.True(kept.Status == 200, kept.Text);
        var faults = new List<string>();
        foreach (var (name, role, path) in new[]
        {
            ("rosa", "case_worker", $"/staff/cases/persons/{person.Id:D}"), ("rita", "case_worker", $"/staff/cases/persons/{person.Id:D}/questions/{form:D}?more=true"), ("sara", "cases_supervisor", "/staff/cases/forms"),
        })
        {
            using var staff = await office.SignInAsync(name, role);
            var page = await browser.OpenAsync(width, scheme, baseUrl: office.Node.Address.ToString());
            await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = staff.Session.Split('=', 2)[1], Url = office.Node.Address.ToString() }]);
            await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Accept-Language"] = language });
            Assert.Equal(200, (await page.GotoAsync(path))!.Status);
            if (Environment.GetEnvironmentVariable("TAMBO_PICTURES") is { Length: > 1 } folder)
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{width}.png"), FullPage = true });
            faults.AddRange((await Axe.BreachesAsync(page)).Select(breach => $"{path}: {breach}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") > width)
                faults.Add($"{path} is wider than the screen");
        }

        Assert.Empty(faults);
    }
}
