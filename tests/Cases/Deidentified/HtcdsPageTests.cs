using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Deidentified;

/// <summary>Cases of trafficking are counted and taken out on a page, without a script, by those who hold the right.</summary>
public sealed class HtcdsPageTests
{
    private const string Page = "/staff/cases/htcds";

    [Fact]
    public async Task An_analyst_counts_first_then_takes_the_file_and_each_is_noted()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var setting = Path.Combine(office.Node.Settings.Folder, "deidentified.json");
        await File.WriteAllTextAsync(setting, """{"k": 5}""");
        await office.AddRoleAsync("taker", "cases.htcds");
        var paula = await office.OfficerAsync("paula", "protection_specialist");
        for (var at = 0; at < 7; at++)
        {
            // Six alike, and one whom nobody is like.
            var person = (await paula.RegisterAsync(new { identity = new { names = new[] { new { full = $"Traffickeda{at}" } }, sexRecorded = at < 6 ? "female" : "male", birth = new { date = at < 6 ? "1994-06-17" : "1950-01-01" }, nationalities = new[] { new { code = at < 6 ? "HTI" : "JPN" } } } })).Id;
            await ExportDeidentifiedTests.AgreeAsync(paula, person, ["general", "violence"]);
            await paula.OpenAsync(new { person, type = "trafficking" });
        }

        using var tess = await office.SignInAsync("tess", "htcds_analyst");
        using var tom = await office.SignInAsync("tom", "taker");
        using var nora = await office.SignInAsync("nora", "protection_specialist");
        using var client = office.Node.Client();
        // In the menu and behind the door for those alone who hold the right.
        await nora.OpenAsync(Page);
        Assert.Equal(404, nora.Status);
        Assert.DoesNotContain((await nora.OpenAsync("/staff/cases")).QuerySelectorAll<IHtmlAnchorElement>("a"), link => link.GetAttribute("href") == Page);
        var page = await tess.OpenAsync(Page);
        Assert.Contains(page.QuerySelectorAll<IHtmlAnchorElement>("a"), link => link.GetAttribute("href") == Page);

        var wrong = await tess.SubmitAsync(page, Page, ("act", "give"), ("country", "PAN"));
        Assert.Equal(422, tess.Status);
        Assert.NotNull(wrong.QuerySelector("#f-to-e"));
        Assert.Equal("PAN", wrong.QuerySelector<IHtmlSelectElement>("#f-country")!.Value);
        Assert.Equal("csv", wrong.QuerySelectorAll<IHtmlInputElement>("input[name=form]").Single(radio => radio.IsChecked).Value);

        var counted = await tess.SubmitAsync(wrong, Page, ("act", "count"), ("to", "University of Andora"), ("kind", "researcher"), ("country", "001"));
        Assert.Equal(200, tess.Status);
        var said = counted.QuerySelector("main")!.TextContent.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal);
        Assert.All(["6 cases would be in the file.", "at most 5 persons", "fewer than 5 are alike"], words => Assert.Contains(words, said, StringComparison.Ordinal));
        Assert.DoesNotContain("Traffickeda", said, StringComparison.Ordinal);
        Assert.Equal("University of Andora", counted.QuerySelector<IHtmlInputElement>("#f-to")!.Value);
        // Counting shows nobody: it leaves its own line, and none that anybody was read.
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_views where purpose = 'research_deidentified'")).Single());
        Assert.Single(await office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.deidentified.counted'"));

        var file = await tess.SubmitAsync(counted, Page, ("act", "give"));
        Assert.Equal(200, tess.Status);
        Assert.Equal(7, file.Body!.TextContent.TrimEnd().Split('\n').Length);
        Assert.All(["prs_Gender", "Feminine", "2026"], words => Assert.Contains(words, file.Body!.TextContent, StringComparison.Ordinal));
        // Each of them can be told of it, and whoever is not in it was not given.
        Assert.Equal(6, (await office.ReadAsync<long>("select count(distinct person_id) from cases_views where purpose = 'research_deidentified'")).Single());
        using var form = new FormUrlEncodedContent(counted.QuerySelectorAll<IHtmlInputElement>($"form[action='{Page}'] input[type=hidden]").Select(field => KeyValuePair.Create(field.Name!, field.Value))
            .Concat([KeyValuePair.Create("act", "give"), KeyValuePair.Create("to", "University"), KeyValuePair.Create("kind", "researcher"), KeyValuePair.Create("country", "001"), KeyValuePair.Create("form", "json")]));
        using var again = await PostAsync(tess, client, form);
        Assert.Equal(("application/json", "htcds.json"), (again.Content.Headers.ContentType?.MediaType, again.Content.Headers.ContentDisposition?.FileName));

        // Without the compartment nothing is counted or given, and a setting that hides nobody refuses both.
        var closed = await tom.OpenAsync(Page);
        Assert.Contains("closed to you", closed.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await tom.SubmitAsync(closed, Page, ("act", "count"), ("to", "University"), ("kind", "researcher"));
        Assert.Equal(403, tom.Status);
        await File.WriteAllTextAsync(setting, """{"k": 1}""");
        var unfit = await tess.SubmitAsync(page, Page, ("act", "count"), ("to", "University"), ("kind", "researcher"));
        Assert.Equal(422, tess.Status);
        Assert.Contains("deidentified.json", unfit.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(StaffBrowser browser, HttpClient client, FormUrlEncodedContent form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Page) { Content = form };
        request.Headers.Add("Cookie", browser.Cookies);
        return await client.SendAsync(request);
    }
}
