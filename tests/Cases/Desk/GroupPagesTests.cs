using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>Families and travelling groups are made, joined and corrected on pages alone, without a script.</summary>
public sealed class GroupPagesTests
{
    private const string New = "/staff/cases/persons/new";

    [Theory]
    [OnEachEngine]
    public async Task A_mother_and_her_children_are_registered_one_after_the_other_as_a_group(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var flora = await office.SignInAsync("flora", "frontline_officer");
        await flora.SubmitAsync(
            await flora.OpenAsync(New), New, ("given", "Zora"), ("family", "Quispe"), ("ageLeast", "34"), ("nationality", "VEN"), ("language", "es"), ("interpreter", "true"), ("phone", "+58 412 5550101"), ("phoneSafe", "no"));
        var mother = flora.Location!;
        var family = mother + "/family";
        Assert.Contains((await flora.OpenAsync(mother)).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == family);

        // What is missing is told in place, and nothing is made.
        var wrong = await flora.SubmitAsync(await flora.OpenAsync(family), family, ("next", "registered"));
        Assert.Equal(422, flora.Status);
        Assert.All(["#f-kind-e", "#f-ref-e"], fault => Assert.NotNull(wrong.QuerySelector(fault)));
        Assert.Empty(await office.ReadAsync<string>("select id from cases_households"));
        await flora.SubmitAsync(wrong, family, ("kind", "travelling_group"), ("head", "true"), ("next", "register"));
        Assert.Equal(302, flora.Status);
        var household = (await office.ReadAsync<Guid>("select id from cases_households")).Single();
        var (next, page) = ($"{New}?household={household:D}", $"/staff/cases/households/{household:D}");
        Assert.Equal(next, flora.Location);

        // What she said is proposed for the child; how they are related is asked.
        var form = await flora.OpenAsync(next);
        Assert.Equal(("VEN", "es", "+58 412 5550101"), (PageParts.Chosen(form, "nationality"), PageParts.Chosen(form, "language"), form.QuerySelector<IHtmlInputElement>("#f-phone")!.Value));
        Assert.True(form.QuerySelector<IHtmlInputElement>("#f-interpreter")!.IsChecked);
        Assert.Equal("no", form.QuerySelectorAll<IHtmlInputElement>("input[name=phoneSafe]").Single(radio => radio.IsChecked).Value);
        Assert.Equal(("", mother.Split('/')[^1]), (PageParts.Chosen(form, "newRelation"), PageParts.Chosen(form, "newTo")));
        Assert.Contains("Zora Quispe", form.QuerySelector("main .notice")!.TextContent, StringComparison.Ordinal);
        var again = await flora.SubmitAsync(form, New, ("given", "Ilmara"), ("birthDay", "2090-01-01"), ("newRelation", "child_of"), ("language", "qu"));
        Assert.Equal(422, flora.Status);
        Assert.Equal(("Ilmara", "child_of", "qu"), (again.QuerySelector<IHtmlInputElement>("#f-given")!.Value, PageParts.Chosen(again, "newRelation"), PageParts.Chosen(again, "language")));
        Assert.Single(await office.ReadAsync<string>("select id from cases_persons"));

        // Sent twice, she is registered once and a member once.
        office.Time.Advance(TimeSpan.FromMinutes(2));
        foreach (var _ in new[] { 1, 2 })
        {
            await flora.SubmitAsync(again, New, ("birthDay", ""), ("ageLeast", "14"));
            Assert.Equal(302, flora.Status);
            Assert.StartsWith(page + "?registered=", flora.Location, StringComparison.Ordinal);
        }

        Assert.Equal((2L, 2L, 1L), ((await CountAsync(office, "cases_persons")), await CountAsync(office, "cases_household_members"), await CountAsync(office, "cases_family_links")));
        var came = flora.Location!;
        var shown = await flora.OpenAsync(came);
        var reference = (await office.ReadAsync<string>("select public_ref from cases_persons where id = @Id", new { Id = Guid.Parse(came.Split('=')[1]) })).Single();
        Assert.Contains(reference, PageParts.Plain(shown.QuerySelector("main .notice")!), StringComparison.Ordinal);
        Assert.Equal((next, "Register another of this group"), shown.QuerySelector<IHtmlAnchorElement>("main .acts a.button") is { } act ? (act.GetAttribute("href"), act.TextContent.Trim()) : default);
        Assert.All(["Child of Zora Quispe", "Parent of Ilmara", "14 years", "34 years", "Speaks for the group"], words => Assert.Contains(words, PageParts.Plain(shown.QuerySelector("main")!), StringComparison.Ordinal));
        Assert.DoesNotContain("no parent or legal guardian", shown.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // The next is proposed to be what the last was; a form that is older than a change is shown with it, and sent again it counts.
        office.Time.Advance(TimeSpan.FromMinutes(2));
        var (late, third) = (await flora.OpenAsync(next), await flora.OpenAsync(next));
        Assert.Equal(("child_of", mother.Split('/')[^1]), (PageParts.Chosen(third, "newRelation"), PageParts.Chosen(third, "newTo")));
        // What the two do not have in common is left open.
        Assert.Equal(("VEN", ""), (PageParts.Chosen(third, "nationality"), PageParts.Chosen(third, "language")));
        await flora.SubmitAsync(third, New, ("given", "Tovar"), ("ageLeast", "9"));
        Assert.Equal(302, flora.Status);
        var stale = await flora.SubmitAsync(late, New, ("given", "Lina"), ("ageLeast", "3"));
        Assert.Equal(412, flora.Status);
        Assert.Contains("Tovar", stale.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Lina", stale.QuerySelector<IHtmlInputElement>("#f-given")!.Value);
        Assert.Equal(3L, await CountAsync(office, "cases_persons"));
        await flora.SubmitAsync(stale, New);
        Assert.Equal(302, flora.Status);
        Assert.Equal((4L, 4L, 3L), ((await CountAsync(office, "cases_persons")), await CountAsync(office, "cases_household_members"), await CountAsync(office, "cases_family_links")));
        Assert.Equal(4, (await flora.OpenAsync(page)).QuerySelectorAll("main .card").Length);
        // Every look at a name left its line.
        Assert.NotEmpty(await office.ReadAsync<string>("select id from cases_views where person_id = @Id and compartments like '%identity%' and how = 'list'", new { Id = Guid.Parse(mother.Split('/')[^1]) }));
    }

    [Theory]
    [OnEachEngine]
    public async Task Somebody_registered_joins_by_reference_or_search_and_what_was_said_is_put_right(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (rita, saul) = (await office.OfficerAsync("rita", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        Task<Told> Named(Officer officer, string name, int born) => officer.RegisterAsync(new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = born } } });
        var (mother, girl, aunt, stranger) = (await Named(rita, "Zora Quispe", 1990), await Named(rita, "Ilmara Quispe", 2014), await Named(rita, "Amaru Torrealta", 1980), await Named(saul, "Yaku Forastero", 1985));
        var one = (await rita.OpenAsync(new { person = girl.Id })).Ref;
        var household = (await rita.PostAsync("/api/cases/households", new { kind = "travelling_group", members = new[] { girl.Id } })).Id;
        var page = $"/staff/cases/households/{household:D}";
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var far = await office.SignInAsync("sara", "case_worker", CasesOffice.South);
        using var consul = await office.SignInAsync("cleo", "consular_officer");
        foreach (var path in new[] { page, page + "/find", $"/staff/cases/persons/{girl.Id:D}/family", $"{New}?household={household:D}" })
        {
            await far.OpenAsync(path);
            Assert.Equal((path, 404), (path, far.Status));
        }

        // Nobody of them has asked for their consulate.
        await consul.OpenAsync(page + "/find");
        Assert.Equal(404, consul.Status);

        // Alone in the group, the girl is marked, with her case and the way to her screening.
        var shown = await rosa.OpenAsync(page);
        var card = shown.QuerySelectorAll("main .card").Single();
        Assert.Contains("Child with no parent or legal guardian here", card.TextContent, StringComparison.Ordinal);
        Assert.Contains(one, PageParts.Plain(card), StringComparison.Ordinal);
        Assert.Contains(card.QuerySelectorAll<IHtmlAnchorElement>("a"), link => link.GetAttribute("href") == $"/staff/cases/persons/{girl.Id:D}/screen");

        // Who is out of reach is not told from none: the same words, the same status.
        async Task<string> RefusedAsync(string reference)
        {
            var refused = await rosa.DoAsync(shown, page, "add", ("ref", reference), ("newRelation", "parent_of"), ("newTo", girl.Id.ToString("D")));
            Assert.Equal(422, rosa.Status);
            Assert.Equal("parent_of", PageParts.Chosen(refused, "newRelation"));
            return refused.QuerySelector("#f-ref-e")!.TextContent;
        }

        Assert.Equal(await RefusedAsync("0000-0000-00000"), await RefusedAsync(stranger.Ref));
        Assert.DoesNotContain("Yaku", (await rosa.DoAsync(await rosa.OpenAsync(page + "/find"), page + "/find", "find", ("name", "Yaku"))).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Yaku", (await rosa.OpenAsync($"{page}?add={stranger.Id:D}")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var unsaid = await rosa.DoAsync(shown, page, "add", ("ref", ""), ("newRelation", "parent_of"));
        Assert.All(["#f-ref-e", "#f-newTo-e"], fault => Assert.NotNull(unsaid.QuerySelector(fault)));

        // By the reference that she carries, as somebody wrote it down.
        await rosa.DoAsync(shown, page, "add", ("ref", mother.Ref.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)), ("newRelation", "parent_of"), ("newTo", girl.Id.ToString("D")), ("newVerified", "document"));
        Assert.Equal((302, page), (rosa.Status, rosa.Location));
        Assert.Contains("Child of Zora Quispe (A document shows it)", PageParts.Plain((await rosa.OpenAsync(page)).QuerySelector("main")!), StringComparison.Ordinal);
        // What was drawn before is of an older version.
        await rosa.DoAsync(shown, page, "add", ("ref", aunt.Ref));
        Assert.Equal(412, rosa.Status);

        // Found by name, and added from there.
        var none = await rosa.DoAsync(await rosa.OpenAsync(page + "/find"), page + "/find", "find", ("name", ""));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(none.QuerySelector("#f-name-e"));
        var found = await rosa.DoAsync(none, page + "/find", "find", ("name", "amaru"));
        var add = found.QuerySelectorAll<IHtmlAnchorElement>("main .card a").Single().GetAttribute("href")!;
        Assert.Equal($"{page}?add={aunt.Id:D}", add);
        var adding = await rosa.OpenAsync(add);
        await rosa.DoAsync(adding, page, "add", ("who", aunt.Id.ToString("D")), ("newRelation", "sibling_of"), ("newTo", mother.Id.ToString("D")));
        Assert.Equal(302, rosa.Status);

        // She was not the mother, but the aunt is the guardian; and she speaks for them.
        shown = await rosa.OpenAsync(page);
        Assert.DoesNotContain("no parent or legal guardian", shown.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await rosa.DoAsync(shown, page, "relate", ("first", girl.Id.ToString("D")), ("relation", "relative_of"), ("second", mother.Id.ToString("D")), ("verified", "declared"));
        Assert.Equal(302, rosa.Status);
        shown = await rosa.OpenAsync(page);
        Assert.Contains("Child with no parent or legal guardian here", shown.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Relative of Zora Quispe", PageParts.Plain(shown.QuerySelector("main")!), StringComparison.Ordinal);
        var refusedPair = await rosa.DoAsync(shown, page, "relate", ("first", girl.Id.ToString("D")), ("relation", "ward_of"), ("second", girl.Id.ToString("D")));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(refusedPair.QuerySelector("#f-second-e"));
        await rosa.DoAsync(shown, page, "relate", ("first", girl.Id.ToString("D")), ("relation", "ward_of"), ("second", aunt.Id.ToString("D")), ("verified", "authority"), ("basis", "court"));
        Assert.Equal(302, rosa.Status);
        await rosa.DoAsync(await rosa.OpenAsync(page), page, "relate", ("first", girl.Id.ToString("D")), ("relation", "none"), ("second", mother.Id.ToString("D")));
        Assert.Equal(302, rosa.Status);
        await rosa.DoAsync(await rosa.OpenAsync(page), page, "about", ("kind", "household"), ("head", aunt.Id.ToString("D")));
        Assert.Equal(302, rosa.Status);
        shown = await rosa.OpenAsync(page);
        var said = PageParts.Plain(shown.QuerySelector("main")!);
        Assert.Equal("Household", shown.QuerySelector("h1")!.TextContent);
        Assert.All(["Has Amaru Torrealta as legal guardian (An authority confirms it)", "Legal guardian of Ilmara Quispe", "Speaks for the group"], words => Assert.Contains(words, said, StringComparison.Ordinal));
        Assert.DoesNotContain("no parent or legal guardian", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Relative of", shown.QuerySelectorAll("main .card").Aggregate("", (all, one) => all + PageParts.Plain(one)), StringComparison.Ordinal);

        // Whom the aunt shuts out sees nothing of her here, neither her case, and says nothing of her.
        var hers = (await rita.OpenAsync(new { person = aunt.Id })).Ref;
        Assert.Contains(hers, PageParts.Plain((await rosa.OpenAsync(page)).QuerySelector("main")!), StringComparison.Ordinal);
        var user = (await UserRows.ByNameAsync(office.Node.Db, "rosa", CancellationToken.None))!.Id;
        await rita.AgreeAsync(aunt.Id, "services", [Officer.Scope("identity", "health_provider")], [new { kind = "one", code = user.ToString("D") }]);
        shown = await rosa.OpenAsync(page);
        Assert.All(["Amaru", hers, "46 years", "45 years"], word => Assert.DoesNotContain(word, PageParts.Plain(shown.QuerySelector("main")!), StringComparison.Ordinal));
        Assert.DoesNotContain(aunt.Id.ToString("D"), shown.QuerySelectorAll<IHtmlOptionElement>("option").Select(option => option.Value));
        Assert.DoesNotContain(aunt.Id.ToString("D"), shown.QuerySelectorAll<IHtmlInputElement>("input[name=head]").Select(radio => radio.Value));
        await rosa.DoAsync(shown, page, "about", ("kind", "household"), ("head", aunt.Id.ToString("D")));
        Assert.Equal(422, rosa.Status);
    }

    private static async Task<long> CountAsync(CasesOffice office, string table) => (await office.ReadAsync<long>("select count(*) from " + table)).Single();
}
