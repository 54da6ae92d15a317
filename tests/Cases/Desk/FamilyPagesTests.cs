using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>Households, moves and the choice of mail on pages alone, without a script.</summary>
public sealed class FamilyPagesTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_person_is_taken_out_of_a_household_on_its_page_by_two_people(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var (girl, woman) = ((await rita.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } } } })).Id, (await rita.RegisterAsync(new { identity = new { names = new[] { new { full = "Zora Quispe" } } } })).Id);
        var household = (await rita.PostAsync("/api/cases/households", new { kind = "travelling_group", members = new[] { girl, woman }, links = new[] { new { a = woman, b = girl, relation = "travels_with" } } })).Id;
        var page = $"/staff/cases/households/{household:D}";
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        using var saul = await office.SignInAsync("saul", "case_worker", CasesOffice.South);
        Assert.Contains((await rosa.OpenAsync($"/staff/cases/persons/{girl:D}")).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == page);
        await saul.OpenAsync(page);
        Assert.Equal(404, saul.Status);
        var shown = await rosa.OpenAsync(page);
        Assert.Equal("Travelling group", shown.QuerySelector("h1")!.TextContent);
        Assert.Contains(shown.QuerySelectorAll(".card"), card => card.TextContent.Contains("Zora Quispe", StringComparison.Ordinal) && PageParts.Plain(card).Contains("Travels with Ilmara Torrealta", StringComparison.Ordinal));

        var refused = await rosa.DoAsync(shown, page, "leave", ("person", girl.ToString("D")));
        Assert.Equal(409, rosa.Status);
        Assert.Contains("would split a family", refused.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        // A second person is asked within a case of hers; there is none yet.
        var none = await rosa.DoAsync(shown, page, "ask", ("person", girl.ToString("D")), ("reason", "They do not know each other"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(none.QuerySelector("#f-person-e"));
        var one = (await rita.OpenAsync(new { person = girl })).Id;
        var wrong = await rosa.DoAsync(shown, page, "ask", ("person", girl.ToString("D")));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-reason-e"));
        await rosa.DoAsync(shown, page, "ask", ("person", girl.ToString("D")), ("reason", "They do not know each other"));
        Assert.Equal((302, page), (rosa.Status, rosa.Location));

        // The reason, how it stands and where a second person answers are on the page; whoever asked does not answer.
        var waits = await susan.OpenAsync(page);
        Assert.All(["They do not know each other", "Waits for a second person"], words => Assert.Contains(words, waits.QuerySelector("main")!.TextContent, StringComparison.Ordinal));
        await rosa.DoAsync(await rosa.OpenAsync(page), page, "leave", ("person", girl.ToString("D")));
        Assert.Equal(409, rosa.Status);
        var family = waits.QuerySelectorAll<IHtmlAnchorElement>("main .card a").Select(link => link.GetAttribute("href")).Single(href => href == $"/staff/cases/{one:D}/family")!;
        var review = await susan.OpenAsync(family);
        Assert.Contains("Ilmara Torrealta", review.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var decide = review.QuerySelectorAll<IHtmlFormElement>("form").First(form => form.QuerySelector<IHtmlInputElement>("input[name=act]")?.Value == "decide");
        await susan.DoAsync(review, family, "decide", ("split_id", decide.QuerySelector<IHtmlInputElement>("input[name=split_id]")!.Value), ("approve", "yes"));
        Assert.Equal(302, susan.Status);
        var agreed = await rosa.OpenAsync(page);
        Assert.Contains("Agreed, not used yet", agreed.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await rosa.DoAsync(agreed, page, "leave", ("person", girl.ToString("D")));
        Assert.Equal((302, page), (rosa.Status, rosa.Location));
        Assert.Equal([woman], await office.ReadAsync<Guid>("select person_id from cases_household_members"));
        // The last one goes without a question, and with them the page.
        await rosa.DoAsync(await rosa.OpenAsync(page), page, "leave", ("person", woman.ToString("D")));
        Assert.Equal((302, "/staff/cases"), (rosa.Status, rosa.Location));
        // Every look at a name left its line.
        Assert.NotEmpty(await office.ReadAsync<string>("select id from cases_views where person_id = @woman and actor like 'user:%' and compartments like '%identity%' and how = 'list'", new { woman }));
    }

    [Theory]
    [OnEachEngine]
    public async Task Somebody_is_moved_on_a_page_and_alone_once_a_second_person_agreed(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        await Agencies.AddTeamAsync(office.Node.Db, TestDatabase.Alice, rita.Agency!.Value, "Office at the bridge", CancellationToken.None);
        var (mother, child) = ((await rita.RegisterAsync(new { identity = new { names = new[] { new { full = "Zora Quispe" } } } })).Id, (await rita.RegisterAsync(new { identity = new { names = new[] { new { full = "Tovar Quispe" } } } })).Id);
        var one = (await rita.OpenAsync(new { person = mother, otherPersons = new[] { child } })).Id;
        string At(string part) => $"/staff/cases/{one:D}/{part}";
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var page = await rosa.OpenAsync(At("transfer"));
        Assert.DoesNotContain("office", page.QuerySelectorAll<IHtmlOptionElement>("select[name=kind] option").Select(kind => kind.Value));
        Assert.Null(page.QuerySelector("select[name=team]"));
        var wrong = await rosa.DoAsync(page, At("transfer"), "move", ("kind", "shelter"), ("place", ""));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-place-e"));
        // Nobody is moved by the way: who of several is meant has to be said.
        var unsaid = await rosa.DoAsync(page, At("transfer"), "move", ("several", "yes"), ("kind", "shelter"), ("place", "House of boys"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(unsaid.QuerySelector("#f-person-e"));
        Assert.Empty(page.QuerySelectorAll<IHtmlInputElement>("input[name=person]").Where(radio => radio.IsChecked));
        var refused = await rosa.DoAsync(page, At("transfer"), "move", ("person", child.ToString("D")), ("kind", "shelter"), ("place", "House of boys"));
        Assert.Equal(409, rosa.Status);
        Assert.Contains("would split a family", refused.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("House of boys", refused.QuerySelector<IHtmlInputElement>("#f-place")!.Value);

        // The question is asked on the same page and stands with the others of the case.
        var whereTo = await rosa.DoAsync(page, At("transfer"), "ask", ("whom", child.ToString("D")), ("reason", "Only one bed is free"));
        Assert.Equal(422, rosa.Status);
        Assert.All(["#f-ask_kind-e", "#f-ask_place-e"], field => Assert.NotNull(whereTo.QuerySelector(field)));
        await rosa.DoAsync(page, At("transfer"), "ask", ("whom", child.ToString("D")), ("ask_kind", "shelter"), ("ask_place", "House of boys"), ("reason", "Only one bed is free"));
        Assert.Equal((302, At("family")), (rosa.Status, rosa.Location));
        var review = await susan.OpenAsync(At("family"));
        Assert.All(["Tovar Quispe", "Only one bed is free", "Move one person alone to another place or office", "Shelter: House of boys"], words => Assert.Contains(words, review.QuerySelector("main")!.TextContent, StringComparison.Ordinal));
        var decide = review.QuerySelectorAll<IHtmlFormElement>("form").First(form => form.QuerySelector<IHtmlInputElement>("input[name=act]")?.Value == "decide");
        await susan.DoAsync(review, At("family"), "decide", ("split_id", decide.QuerySelector<IHtmlInputElement>("input[name=split_id]")!.Value), ("approve", "yes"));
        Assert.Equal(302, susan.Status);
        await rosa.DoAsync(page, At("transfer"), "move", ("person", child.ToString("D")), ("kind", "shelter"), ("place", "House of boys"));
        Assert.Equal((302, At("transfer")), (rosa.Status, rosa.Location));
        var moved = await rosa.OpenAsync(At("transfer"));
        Assert.Contains(moved.QuerySelectorAll(".card"), card => card.TextContent.Contains("Tovar Quispe", StringComparison.Ordinal) && card.TextContent.Contains("Shelter: House of boys", StringComparison.Ordinal) && card.TextContent.Contains("Rosa", StringComparison.Ordinal));
        Assert.Contains("Moved to another place", (await rosa.OpenAsync(At("timeline"))).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // A supervisor gives the whole case to another office.
        var offices = await susan.OpenAsync(At("transfer"));
        var team = offices.QuerySelectorAll<IHtmlOptionElement>("select[name=team] option").Single(option => option.TextContent == "Office at the bridge").Value;
        await susan.DoAsync(offices, At("transfer"), "move", ("kind", "office"), ("place", "At the bridge"), ("team", team));
        Assert.Equal(302, susan.Status);
        Assert.Equal([team], await office.ReadAsync<string>("select team_id from cases_cases"));
    }

    [Fact]
    public async Task A_supervisor_chooses_the_mail_on_the_board_where_a_mail_can_come()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite, mail: true);
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var (board, choice) = ("/staff/cases/board", "/staff/cases/board/mail");
        Assert.Contains("You have no mail address here", (await susan.OpenAsync(board)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await office.WriteAsync("update platform_users set email = 'susan@oficina.example'");
        foreach (var wanted in new[] { "yes", "no" })
        {
            await susan.SubmitAsync(await susan.OpenAsync(board), choice, ("wanted", wanted));
            Assert.Equal((302, board), (susan.Status, susan.Location));
            Assert.Equal(wanted == "yes" ? 1L : 0L, (await office.ReadAsync<long>("select count(*) from cases_told_staff")).Single());
            Assert.Equal(wanted, (await susan.OpenAsync(board)).QuerySelectorAll<IHtmlInputElement>("input[name=wanted]").Single(radio => radio.IsChecked).Value);
        }
    }
}
