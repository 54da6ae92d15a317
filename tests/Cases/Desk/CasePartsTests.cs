using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>Plans, notes, files, detention and family reviews on pages alone, without a script.</summary>
public sealed class CasePartsTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_plan_is_written_submitted_and_approved_by_two_people_on_pages(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var one = await OpenAsync(rita);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var (page, plan) = (await rosa.OpenAsync($"/staff/cases/{one:D}"), $"/staff/cases/{one:D}/plan");
        Assert.All(["/plan", "/tasks", "/conferences", "/notes", "/files", "/timeline", "/detention", "/transfer", "/family", "/safety"], part => Assert.Contains(page.QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == $"/staff/cases/{one:D}{part}"));
        Assert.DoesNotContain((await susan.OpenAsync($"/staff/cases/{one:D}")).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href")!.EndsWith("/safety", StringComparison.Ordinal));

        var empty = await rosa.OpenAsync(plan);
        var wrong = await rosa.DoAsync(empty, plan, "add", ("code", ""), ("origin", "person"), ("what", "ask the house"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-code-e"));
        Assert.Equal("ask the house", wrong.QuerySelector<IHtmlInputElement>("#f-what")!.Value);
        await rosa.DoAsync(wrong, plan, "add", ("code", "shelter"), ("origin", "person"), ("goal", "a bed"), ("what", "ask the house"), ("due", office.Time.GetUtcNow().AddDays(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Assert.Equal((302, plan), (rosa.Status, rosa.Location));
        await rosa.DoAsync(await rosa.OpenAsync(plan), plan, "submit");
        Assert.Equal(302, rosa.Status);
        Assert.DoesNotContain("decide", (await rosa.OpenAsync(plan)).QuerySelectorAll<IHtmlInputElement>("input[name=act]").Select(act => act.Value));
        Assert.Contains((await susan.OpenAsync("/staff/cases/reviews")).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == plan);
        await susan.DoAsync(await susan.OpenAsync(plan), plan, "decide", ("approve", "yes"));
        Assert.Equal(302, susan.Status);
        Assert.Contains("It is approved", (await rosa.OpenAsync(plan)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // The action is a task now, on the case and in the list of work.
        var work = (await rosa.OpenAsync("/staff/cases")).QuerySelectorAll<IHtmlAnchorElement>("main .card a").First(link => link.TextContent == "ask the house");
        var tasks = await rosa.OpenAsync(work.GetAttribute("href")!);
        var done = tasks.QuerySelectorAll<IHtmlButtonElement>("main .card button[name=state]").Single(button => button.Value == "done");
        await rosa.DoAsync(tasks, work.GetAttribute("href")!, "step", ("task_id", done.Form!.QuerySelector<IHtmlInputElement>("input[name=task_id]")!.Value), ("state", "done"));
        Assert.Equal(302, rosa.Status);
        Assert.Equal(["done"], await office.ReadAsync<string>("select state from cases_entries where kind = 'task'"));
        var told = (await rosa.OpenAsync($"/staff/cases/{one:D}/timeline")).QuerySelector("main")!.TextContent;
        Assert.All(["Plan written", "Plan: Approved", "Task: Done", "Susan"], words => Assert.Contains(words, told, StringComparison.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task Notes_safety_detention_conference_and_family_are_written_on_pages(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var one = await OpenAsync(rita);
        var sister = (await rita.RegisterAsync(new { })).Id;
        var girl = (await rita.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("persons")[0].GetGuid();
        await rita.OpenAsync(new { person = sister });
        await rita.PostAsync("/api/cases/households", new { members = new[] { girl, sister } });
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        string At(string part) => $"/staff/cases/{one:D}/{part}";

        await rosa.DoAsync(await rosa.OpenAsync(At("notes")), At("notes"), "write", ("note", "She came on Monday"), ("compartment", "general"));
        var notes = await rosa.OpenAsync(At("notes"));
        var correct = notes.QuerySelectorAll<IHtmlAnchorElement>("main .card a").Single().GetAttribute("href")!;
        var form = await rosa.OpenAsync(correct);
        Assert.Equal("She came on Monday", form.QuerySelector<IHtmlTextAreaElement>("#f-note")!.Value);
        await rosa.DoAsync(form, At("notes"), "correct", ("note_id", correct.Split('=')[1]), ("note", "She came on Tuesday"));
        Assert.Equal(302, rosa.Status);
        var both = (await rosa.OpenAsync(At("notes"))).QuerySelector("main")!.TextContent;
        Assert.All(["She came on Tuesday", "She came on Monday"], words => Assert.Contains(words, both, StringComparison.Ordinal));

        await rosa.DoAsync(await rosa.OpenAsync(At("safety")), At("safety"), "write", ("version", "0"), ("steps", "Go to the bakery"));
        Assert.Equal("Go to the bakery", (await rosa.OpenAsync(At("safety"))).QuerySelector<IHtmlTextAreaElement>("#f-steps")!.Value);
        await susan.OpenAsync(At("safety"));
        Assert.Equal(404, susan.Status);

        await rosa.DoAsync(await rosa.OpenAsync(At("conferences")), At("conferences"), "add", ("on", "2026-01-02"), ("participants", "person"), ("decisions", "Find a school\nCall her aunt"), ("compartment", "general"));
        Assert.Equal(302, rosa.Status);
        Assert.Equal(2, (await office.ReadAsync<long>("select count(*) from cases_entries where kind = 'task'")).Single());

        // Nobody knows her age: the rules of a child hold, in words with their sources.
        await rosa.DoAsync(await rosa.OpenAsync(At("detention")), At("detention"), "add", ("person", girl.ToString("D")), ("place", "a station"), ("source", "family"));
        Assert.Equal(302, rosa.Status);
        var detention = await rosa.OpenAsync(At("detention"));
        Assert.Contains("Children are not to be detained", detention.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var again = await rosa.DoAsync(detention, At("detention"), "step", ("which", detention.QuerySelector<IHtmlInputElement>("input[name=which]")!.Value), ("done", "end"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(again.QuerySelector("#f-outcome-e"));
        Assert.Contains("1 child is detained", (await susan.OpenAsync("/staff/cases/board")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // Closing one of two sisters is refused, asked for, and agreed to by another.
        await office.WriteAsync("update cases_cases set state = 'closing' where id = @one", new { one });
        var refused = await rosa.SubmitAsync(await rosa.OpenAsync($"/staff/cases/{one:D}"), $"/staff/cases/{one:D}/close", ("reason", "needs_met"), ("agreed", "yes"));
        Assert.Equal(409, rosa.Status);
        Assert.Contains("would split a family", refused.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await rosa.DoAsync(await rosa.OpenAsync(At("family")), At("family"), "ask", ("step", "close"), ("reason", "She goes to her aunt"));
        Assert.Equal(302, rosa.Status);
        var review = await susan.OpenAsync(At("family"));
        var decide = review.QuerySelectorAll<IHtmlFormElement>("form").First(one => one.QuerySelector<IHtmlInputElement>("input[name=act]")?.Value == "decide");
        await susan.DoAsync(review, At("family"), "decide", ("split_id", decide.QuerySelector<IHtmlInputElement>("input[name=split_id]")!.Value), ("version", "1"), ("approve", "yes"));
        Assert.Equal(302, susan.Status);
        await rosa.SubmitAsync(await rosa.OpenAsync($"/staff/cases/{one:D}"), $"/staff/cases/{one:D}/close", ("reason", "needs_met"), ("agreed", "yes"));
        Assert.Equal(302, rosa.Status);
    }

    [Fact]
    public async Task A_file_is_brought_saved_and_removed_on_its_page_and_refused_in_words()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var one = await OpenAsync(rita);
        var files = $"/staff/cases/{one:D}/files";
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var photo = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "docs/screenshots/home-360.jpg"));
        var refused = await BringAsync(office, rosa, await rosa.OpenAsync(files), files, "<svg/>"u8.ToArray());
        Assert.Equal(415, refused.Status);
        Assert.Contains("Bring a photo", refused.Text, StringComparison.Ordinal);
        var kept = await BringAsync(office, rosa, await rosa.OpenAsync(files), files, photo);
        Assert.Equal(302, kept.Status);
        var page = await rosa.OpenAsync(files);
        var link = page.QuerySelectorAll<IHtmlAnchorElement>("main .card a").Single().GetAttribute("href")!;
        await rosa.OpenAsync(link);
        Assert.Equal(200, rosa.Status);
        await rosa.DoAsync(page, files, "remove", ("file_id", link.Split('/')[^1]), ("version", "2"));
        Assert.Equal(302, rosa.Status);
        await rosa.OpenAsync(link);
        Assert.Equal(409, rosa.Status);
    }

    private static async Task<(int Status, string Text)> BringAsync(CasesOffice office, StaffBrowser browser, IHtmlDocument page, string action, byte[] bytes)
    {
        using var client = office.Node.Client();
        var token = page.QuerySelector<IHtmlInputElement>("form[method=post] input[type=hidden][name^='__Request']")!;
        using var content = new MultipartFormDataContent
        {
            { new StringContent(token.Value), token.Name! }, { new StringContent("bring"), "act" }, { new StringContent("general"), "compartment" }, { new ByteArrayContent(bytes), "file", "photo.jpg" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(action, UriKind.Relative)) { Content = content };
        request.Headers.Add("Cookie", browser.Cookies);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", "en");
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<Guid> OpenAsync(Officer by) => (await by.OpenAsync(new { person = (await by.RegisterAsync(new { })).Id })).Id;
}
