using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Cases.Disclosure;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>A case is given to somebody, changed and linked, and a person's file is given out or erased, on pages alone, without a script.</summary>
public sealed class CaseHandlingPagesTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_case_is_given_to_those_alone_who_may_have_it_and_taken_by_others_for_themselves(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        using var saul = await office.OfficerAsync("saul", "case_worker", CasesOffice.South);
        using var victor = await office.OfficerAsync("victor", "case_worker");
        var person = await rita.RegisterAsync(new { });
        var one = (await rita.OpenAsync(new { person = person.Id })).Id;
        await ShutOutTests.ShutOutAsync(rita, person.Id, victor.Id);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var (address, give) = ($"/staff/cases/{one:D}", $"/staff/cases/{one:D}/give");
        Assert.Contains("Rita", (await susan.OpenAsync(address)).QuerySelector("main")!.TextContent, StringComparison.OrdinalIgnoreCase);

        // To a colleague; not to another agency, nor to whom the person shut out.
        var page = await susan.OpenAsync(give);
        var offered = page.QuerySelectorAll<IHtmlOptionElement>("#f-owner option").Select(option => option.Value).ToList();
        Assert.Contains(rita.Id.ToString("D"), offered);
        Assert.DoesNotContain(saul.Id.ToString("D"), offered);
        Assert.DoesNotContain(victor.Id.ToString("D"), offered);
        var refused = await susan.DoAsync(page, give, "give", ("owner", victor.Id.ToString("D")));
        Assert.Equal(422, susan.Status);
        Assert.NotNull(refused.QuerySelector("#f-owner-e"));
        await susan.DoAsync(page, give, "give", ("owner", ""));
        Assert.Equal(302, susan.Status);
        Assert.Equal(1, (await office.ReadAsync<long>("select count(*) from cases_cases where owner_id is null")).Single());

        // It stands on the board, and the board leads to where it is given.
        Assert.Contains((await susan.OpenAsync("/staff/cases/board")).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == give);
        var rosas = await rosa.OpenAsync(give);
        Assert.Null(rosas.QuerySelector("#f-owner"));
        await rosa.DoAsync(rosas, give, "take");
        Assert.Equal((302, give), (rosa.Status, rosa.Location));
        Assert.Contains("You", (await rosa.OpenAsync(give)).QuerySelector("main .card")!.TextContent, StringComparison.Ordinal);

        // What somebody else has done meanwhile is not written over.
        await susan.DoAsync(page, give, "give", ("owner", rita.Id.ToString("D")));
        Assert.Equal(412, susan.Status);
        Assert.DoesNotContain(rita.Id, await office.ReadAsync<Guid>("select owner_id from cases_cases"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Urgency_deadline_profiles_and_links_are_changed_on_a_page(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var person = await rita.RegisterAsync(new { });
        var (one, other) = (await rita.OpenAsync(new { person = person.Id, note = "She waits at the station" }), await rita.OpenAsync(new { person = person.Id }));
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var change = $"/staff/cases/{one.Id:D}/change";
        var page = await rosa.OpenAsync(change);
        Assert.Equal("She waits at the station", page.QuerySelector<IHtmlTextAreaElement>("#f-note")!.Value);
        var due = office.Time.GetUtcNow().AddDays(5).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await rosa.DoAsync(page, change, "change", ("urgency", "Urgent"), ("due", due), ("profiles", "STRANDED"), ("profiles", "DISABILITY"), ("note", "She found a bed"));
        Assert.Equal((302, change), (rosa.Status, rosa.Location));
        var kept = (await rita.GetAsync($"/api/cases/{one.Id:D}")).Json;
        Assert.Equal(("Urgent", "She found a bed"), (kept.GetProperty("urgency").GetString(), kept.GetProperty("note").GetString()));
        Assert.Equal(["DISABILITY", "STRANDED"], kept.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetString()));
        Assert.StartsWith(due, kept.GetProperty("dueAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(["DISABILITY", "STRANDED"], (await rosa.OpenAsync(change)).QuerySelectorAll<IHtmlInputElement>("input[name=profiles]").Where(box => box.IsChecked).Select(box => box.Value).Order(StringComparer.Ordinal));
        var wrong = await rosa.DoAsync(page, change, "change", ("urgency", ""), ("due", "yesterday"), ("note", "typed"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-due-e"));
        Assert.Equal("typed", wrong.QuerySelector<IHtmlTextAreaElement>("#f-note")!.Value);

        // By its reference, as it is written on paper; one that is none, or out of reach, is refused at the field.
        await rosa.DoAsync(page, change, "link", ("ref", "AAAA-BBBB-CCCCC"), ("kind", "family"));
        Assert.Equal(422, rosa.Status);
        await rosa.DoAsync(page, change, "link", ("ref", one.Ref), ("kind", "family"));
        Assert.Equal(422, rosa.Status);
        await rosa.DoAsync(page, change, "link", ("ref", other.Ref.ToLowerInvariant()), ("kind", "family"));
        Assert.Equal(302, rosa.Status);
        var linked = await rosa.OpenAsync($"/staff/cases/{other.Id:D}/change");
        Assert.Contains(linked.QuerySelectorAll<IHtmlAnchorElement>("main .card a"), link => link.TextContent == one.Ref);
        await rosa.DoAsync(linked, $"/staff/cases/{other.Id:D}/change", "unlink", ("other", one.Id.ToString("D")));
        Assert.Equal(302, rosa.Status);
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_case_links")).Single());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_file_is_given_to_its_person_and_a_person_is_erased_by_two_who_say_whom_they_mean(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var person = await rita.RegisterAsync(new { identity = new { names = new[] { new { full = "Qumarila Zaruni" } } } });
        using var dana = await office.SignInAsync("dana", "data_protection_officer");
        using var dora = await office.SignInAsync("dora", "data_protection_officer");
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var data = $"/staff/cases/persons/{person.Id:D}/data";
        await rosa.OpenAsync(data);
        Assert.Equal(403, rosa.Status);
        Assert.Contains((await dana.OpenAsync($"/staff/cases/persons/{person.Id:D}")).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == data);

        // In the person's own language, whatever that of the page is.
        var page = await dana.OpenAsync(data);
        var file = await dana.DoAsync(page, data + "/file", "give", ("reason", "data_request"), ("tongue", "ht"), ("form", "html"));
        Assert.Equal(200, dana.Status);
        Assert.Equal("ht", file.DocumentElement.GetAttribute("lang"));
        Assert.Contains("Qumarila Zaruni", file.DocumentElement.TextContent, StringComparison.Ordinal);
        await dana.DoAsync(page, data + "/file", "give", ("reason", "curiosity"), ("tongue", "en"), ("form", "html"));
        Assert.Equal(422, dana.Status);

        await dana.DoAsync(page, data, "ask", ("reason", ""));
        Assert.Equal(422, dana.Status);
        await dana.DoAsync(page, data, "ask", ("reason", "person_asked"));
        Assert.Equal((302, data), (dana.Status, dana.Location));
        Assert.DoesNotContain("confirm", (await dana.OpenAsync(data)).QuerySelectorAll<IHtmlInputElement>("input[name=act]").Select(act => act.Value));
        var second = await dora.OpenAsync(data);
        var asked = second.QuerySelector<IHtmlInputElement>("input[name=asked]")!.Value;
        await dora.DoAsync(second, data, "confirm", ("asked", asked), ("ref", "AAAA-BBBB-CCCCC"));
        Assert.Equal(422, dora.Status);
        Assert.Equal(["active"], await office.ReadAsync<string>("select status from cases_persons"));
        await dora.DoAsync(second, data, "confirm", ("asked", asked), ("ref", person.Ref));
        Assert.Equal((302, "/staff/cases/erasures"), (dora.Status, dora.Location));
        Assert.DoesNotContain("active", await office.ReadAsync<string>("select status from cases_persons"));
        Assert.Contains(person.Ref, (await dora.OpenAsync("/staff/cases/erasures")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }
}
