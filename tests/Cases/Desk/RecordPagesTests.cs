using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>Who sees a case, approvals, what is best for a child, goals of a plan and the details of an identity on pages alone, without a script.</summary>
public sealed class RecordPagesTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_case_is_restricted_approved_and_its_child_represented_on_pages(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var person = await rita.RegisterAsync(new { identity = new { names = new[] { new { full = "Nimalo Torrealta" } }, birth = new { inYear = 2014 } } });
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var file = await rosa.OpenAsync($"/staff/cases/persons/{person.Id:D}");
        await rosa.PostAsync($"/staff/cases/persons/{person.Id:D}/cases", file, ("kind", "protection"), ("urgency", "Normal"), ("restricted", "true"));
        Assert.Equal(302, rosa.Status);
        var one = (await office.ReadAsync<Guid>("select id from cases_cases where restricted = 1")).Single();
        Assert.Equal(404, (await rita.GetAsync($"/staff/cases/{one:D}")).Status);
        await office.WriteAsync("update cases_cases set state = 'assessed' where id = @one", new { one });
        var (handling, child, plan) = ($"/staff/cases/{one:D}/handling", $"/staff/cases/{one:D}/child", $"/staff/cases/{one:D}/plan");
        var page = await rosa.OpenAsync($"/staff/cases/{one:D}");
        Assert.All([handling, child], address => Assert.Contains(page.QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == address));
        Assert.Contains("Restricted", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // Whoever looks after it asks, and does not open it to others; a supervisor does both.
        var shown = await rosa.OpenAsync(handling);
        Assert.Empty(shown.QuerySelectorAll("#f-confidentiality"));
        await rosa.DoAsync(shown, handling, "ask", ("what", "assessment"), ("note", "please look"));
        Assert.Equal(302, rosa.Status);
        var asked = await susan.OpenAsync(handling);
        Assert.Contains("please look", asked.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var wrong = await susan.DoAsync(asked, handling, "decide", ("approve", "no"));
        Assert.Equal(422, susan.Status);
        Assert.NotNull(wrong.QuerySelector("#f-reason-e"));
        await susan.DoAsync(await susan.OpenAsync(handling), handling, "decide", ("approve", "yes"));
        await susan.DoAsync(await susan.OpenAsync(handling), handling, "confidentiality", ("confidentiality", "standard"));
        Assert.Equal(302, susan.Status);
        Assert.Equal(200, (await rita.GetAsync($"/staff/cases/{one:D}")).Status);

        wrong = await rosa.DoAsync(await rosa.OpenAsync(child), child, "determination", ("d_on", "2026-01-03"), ("panel", "one alone"), ("decision", "stay"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-panel-e"));
        await rosa.DoAsync(await rosa.OpenAsync(child), child, "determination", ("d_on", "2026-01-03"), ("panel", "judge\noffice"), ("decision", "stay"));
        await rosa.DoAsync(await rosa.OpenAsync(child), child, "assessment", ("on", "2026-01-02"), ("by", "Rosa"), ("outcome", "services"), ("notes", "she sleeps well"));
        await rosa.DoAsync(await rosa.OpenAsync(child), child, "represent", ("name", "Ana Guardian"), ("role", "guardian"), ("since", "2026-01-02"));
        Assert.Equal(302, rosa.Status);
        var told = Plain((await rosa.OpenAsync(child)).QuerySelector("main")!.TextContent);
        Assert.All(["judge, office", "she sleeps well", "Ana Guardian", "since 2 Jan 2026"], words => Assert.Contains(words, told, StringComparison.Ordinal));
        Assert.Contains("Ana Guardian", (await rosa.OpenAsync($"/staff/cases/{one:D}")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await rosa.DoAsync(await rosa.OpenAsync(child), child, "release");
        Assert.DoesNotContain("Ana Guardian", (await rosa.OpenAsync($"/staff/cases/{one:D}")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        await rosa.DoAsync(await rosa.OpenAsync(plan), plan, "add", ("code", "shelter"), ("origin", "person"), ("goal", "a bed"), ("indicator", "sleeps there"), ("agreed", "yes"), ("target", "2026-09-01"), ("what", "ask"), ("service", "House by the river"));
        await rosa.DoAsync(await rosa.OpenAsync(plan), plan, "review", ("review", "2026-06-01"));
        Assert.Equal(302, rosa.Status);
        var goals = await rosa.OpenAsync(plan);
        await rosa.DoAsync(goals, plan, "goal", ("need_id", goals.QuerySelector<IHtmlInputElement>("input[name=need_id]")!.Value), ("state", "reached"));
        told = (await rosa.OpenAsync(plan)).QuerySelector("main")!.TextContent;
        Assert.All(["sleeps there", "1 Sep 2026", "The person agrees", "House by the river", "1 Jun 2026", "Reached"], words => Assert.Contains(words, told, StringComparison.Ordinal));
        await rosa.DoAsync(await rosa.OpenAsync(plan), plan, "unreview", ("day", "2026-06-01"));
        Assert.DoesNotContain("1 Jun 2026", (await rosa.OpenAsync(plan)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task The_details_of_an_identity_are_said_and_taken_back_on_a_page_and_stand_in_the_file(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var person = await rita.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } }, sexRecorded = "female" } });
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var (file, details) = ($"/staff/cases/persons/{person.Id:D}", $"/staff/cases/persons/{person.Id:D}/identity");
        async Task DoAsync(string act, params (string, string)[] answers)
        {
            await rosa.DoAsync(await rosa.OpenAsync(details), details, act, answers);
            Assert.Equal((act, 302), (act, rosa.Status));
        }

        await DoAsync("sure", ("confidence", "verified"), ("birthCountry", "HTI"), ("birthText", "Kanboloy"));
        await DoAsync("add_name", ("nameKind", "birth"), ("full", "Ilmara Quesquen"), ("script", "Arab"), ("romanisation", "of the passport"), ("certainty", "unsure"));
        await DoAsync("add_nationality", ("code", "HTI"), ("basis", "document"), ("since", "2001-02-03"));
        await DoAsync("add_document", ("type", "passport"), ("number", "AN-773"), ("issuer", "HTI"), ("seenOriginal", "true"), ("expires", "2030-01-31"));
        var wrong = await rosa.DoAsync(await rosa.OpenAsync(details), details, "add_name", ("nameKind", "birth"), ("full", "X"), ("script", "arab"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-script-e"));
        var told = (await rosa.OpenAsync(file)).QuerySelector("main")!.TextContent;
        Assert.All(["Verified", "Kanboloy, Haiti", "Ilmara Quesquen (Unsure, Arab, in Latin letters by of the passport)", "a document shows it, since 3 Feb 2001", "AN-773 (Haiti, original seen, valid until 31 Jan 2030)"], words => Assert.Contains(words, Plain(told), StringComparison.Ordinal));
        // What was there stays, and what is found by it is found.
        Assert.Equal("female", (await rita.GetAsync($"/api/cases/persons/{person.Id:D}")).Json.GetProperty("identity").GetProperty("sexRecorded").GetString());
        Assert.Contains(person.Ref, (await rita.PostAsync("/api/cases/persons/search", new { document = "AN773" })).Text, StringComparison.Ordinal);
        await DoAsync("remove_document", ("at", "0"));
        Assert.DoesNotContain("AN-773", (await rosa.OpenAsync(file)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        // Drawn from a version that somebody has changed since, it changes nothing.
        var old = await rosa.OpenAsync(details);
        await DoAsync("remove_name", ("at", "1"));
        await rosa.DoAsync(old, details, "remove_name", ("at", "0"));
        Assert.Equal(412, rosa.Status);
        Assert.Equal(1, (await rita.GetAsync($"/api/cases/persons/{person.Id:D}")).Json.GetProperty("identity").GetProperty("names").GetArrayLength());
    }

    // Without the marks that keep names apart from the sentence around them.
    private static string Plain(string text) => text.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal);
}
