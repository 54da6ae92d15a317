using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Screening;

/// <summary>What a screening finds reaches those who have to act, by itself.</summary>
public sealed class WaitingScreeningTests
{
    private static readonly object Adult = new { identity = new { birth = new { inYear = 1990 } } };

    [Theory]
    [OnEachEngine]
    public async Task Open_cases_are_raised_to_what_is_found_and_never_lowered(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var (person, other) = ((await norma.RegisterAsync(Adult)).Id, (await norma.RegisterAsync(Adult)).Id);
        var (general, family) = (await norma.OpenAsync(new { person }), await norma.OpenAsync(new { person = other, otherPersons = new[] { person }, urgency = "Urgent" }));
        var (closed, foreign, consular) = (await norma.OpenAsync(new { person }), await norma.OpenAsync(new { person = other }), await norma.OpenAsync(new { person, type = "consular" }));
        await office.WriteAsync("update cases_cases set state = 'closed', closed_at = changed_at where id = @Id", new { closed.Id });
        async Task<int> UrgencyAsync(Told one) => (await office.ReadAsync<int>("select urgency from cases_cases where id = @Id", new { one.Id })).Single();

        var normal = await ScreenAsync(norma, person, "normal");
        Assert.Equal(2, await UrgencyAsync(general));
        // Decided otherwise by a person, as if found so.
        Assert.Equal(200, (await norma.PostAsync($"{PathOf(person)}/{normal.Id:D}/decisions", new { urgency = "urgent", reason = "what her aunt said" })).Status);
        Assert.Equal(1, await UrgencyAsync(general));
        office.Time.Advance(TimeSpan.FromHours(1));
        await ScreenAsync(norma, person, "emergency");
        foreach (var (one, expected) in new[] { (general, 0), (family, 0), (closed, 2), (foreign, 2), (consular, 2) })
            Assert.Equal((one.Ref, expected), (one.Ref, await UrgencyAsync(one)));
        Assert.Equal(SettableTime.Noon.AddHours(25), (await norma.GetAsync($"/api/cases/{general.Id:D}")).Json.GetProperty("dueAt").GetDateTimeOffset());
        Assert.Equal("\"v3\"", (await norma.GetAsync($"/api/cases/{general.Id:D}")).Tag);
        await ScreenAsync(norma, person, "normal");
        Assert.Equal(0, await UrgencyAsync(general));
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_was_found_in_need_and_has_no_case_stands_on_list_and_board_until_one_is_opened(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, susan) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("susan", "cases_supervisor"));
        var south = await office.OfficerAsync("sara", "cases_supervisor", CasesOffice.South);
        using var page = await office.SignInAsync("nadia", "protection_specialist");
        using var mario = await office.SignInAsync("mario", "migration_control");
        var (urgent, calm, later) = (await norma.RegisterAsync(Adult), await norma.RegisterAsync(Adult), await norma.RegisterAsync(Adult));
        await ScreenAsync(norma, urgent.Id, "emergency");
        await ScreenAsync(norma, calm.Id, "normal");
        // A question that was declined is to be come back to.
        Assert.Equal(201, (await norma.PostAsync(PathOf(later.Id), new { answers = new[] { new { question = "triage.fear", way = "declined" } }, @override = new { urgency = "normal", reason = "calm" } })).Status);
        async Task<string[]> BoardAsync(Officer by) =>
            [.. (await by.GetAsync("/api/cases/board")).Json.GetProperty("screenings").EnumerateArray().Select(one => $"{one.GetProperty("ref").GetString()} {one.GetProperty("urgency").GetString()} {one.GetProperty("followUp").GetBoolean()}")];

        Assert.Equal([$"{urgent.Ref} Emergency False"], await BoardAsync(susan));
        Assert.Empty(await BoardAsync(south));
        var address = $"/staff/cases/persons/{urgent.Id:D}/screenings";
        Assert.Contains((await page.OpenAsync("/staff/cases")).QuerySelectorAll<IHtmlAnchorElement>("main .card a"), link => link.GetAttribute("href") == address);
        Assert.DoesNotContain(address, (await mario.OpenAsync("/staff/cases")).QuerySelector("main")!.OuterHtml, StringComparison.Ordinal);
        using var board = await office.SignInAsync("sofia", "cases_supervisor");
        Assert.Contains(urgent.Ref, (await board.OpenAsync("/staff/cases/board")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        await norma.OpenAsync(new { person = urgent.Id, urgency = "Emergency" });
        Assert.Empty(await BoardAsync(susan));
        office.Time.Advance(TimeSpan.FromDays(15));
        // All three were to be come back to; who has a case is there for that alone.
        Assert.Equal(
            new[] { $"{calm.Ref} Normal True", $"{later.Ref} Normal True", $"{urgent.Ref} Emergency True" }.Order(StringComparer.Ordinal),
            (await BoardAsync(susan)).Order(StringComparer.Ordinal));
        await ScreenAsync(norma, later.Id, "normal");
        Assert.DoesNotContain(later.Ref, string.Join(' ', await BoardAsync(susan)), StringComparison.Ordinal);
        Assert.Contains($"user:{susan.Id:D}", await office.ReadAsync<string>("select actor from cases_views where person_id = @Id and purpose = 'supervision'", new { urgent.Id }));
    }

    [Theory]
    [OnEachEngine]
    public async Task Lists_of_who_waits_are_short_and_whole(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, susan) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("susan", "cases_supervisor"));
        async Task<string[]> BoardAsync() => [.. (await susan.GetAsync("/api/cases/board")).Json.GetProperty("screenings").EnumerateArray().Select(one => one.GetProperty("ref").GetString()!)];
        async Task<int> MarkedAsync(string mark) => (await office.ReadAsync<int>($"select count(*) from cases_screenings where {mark} = 1")).Single();
        async Task MoveAsync(Told one, string step, object said)
        {
            var told = await norma.PostAsync($"/api/cases/{one.Id:D}/{step}", said, ("If-Match", (await norma.GetAsync($"/api/cases/{one.Id:D}")).Tag!));
            Assert.True(told.Status == 200, told.Text);
        }

        // Somebody who was asked again and again crowds nobody out.
        var (often, once) = (await norma.RegisterAsync(Adult), await norma.RegisterAsync(Adult));
        for (var time = 0; time < 110; time++)
        {
            office.Time.Advance(TimeSpan.FromSeconds(1));
            await ScreenAsync(norma, often.Id, "urgent");
        }

        office.Time.Advance(TimeSpan.FromMinutes(1));
        await ScreenAsync(norma, once.Id, "urgent");
        Assert.Equal([often.Ref, once.Ref], await BoardAsync());

        // What somebody takes charge of is not looked at again, whether the case or the screening came first; a consulate takes charge of nothing.
        await norma.OpenAsync(new { person = once.Id, type = "consular" });
        Assert.Equal(0, await MarkedAsync("taken"));
        var (first, second) = (await norma.OpenAsync(new { person = often.Id }), await norma.OpenAsync(new { person = once.Id }));
        Assert.Equal(111, await MarkedAsync("taken"));
        await ScreenAsync(norma, once.Id, "urgent");
        Assert.Equal(112, await MarkedAsync("taken"));
        Assert.Empty(await BoardAsync());

        // They were to be come back to: whose case is closed no longer, until it is opened again.
        office.Time.Advance(TimeSpan.FromDays(15));
        Assert.Equal(new[] { often.Ref, once.Ref }.Order(StringComparer.Ordinal), (await BoardAsync()).Order(StringComparer.Ordinal));
        await MoveAsync(second, "state", new { state = "closing" });
        await MoveAsync(second, "close", new { reason = "needs_met", personAgreed = "yes" });
        Assert.Equal([often.Ref], await BoardAsync());
        var answered = await MarkedAsync("answered");
        await MoveAsync(second, "reopen", new { reason = "came back" });
        Assert.InRange(await MarkedAsync("answered"), 0, answered - 2);
        Assert.Equal(new[] { often.Ref, once.Ref }.Order(StringComparer.Ordinal), (await BoardAsync()).Order(StringComparer.Ordinal));
        await ScreenAsync(norma, once.Id, "normal");
        Assert.Equal([often.Ref], await BoardAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_urgent_stands_before_whoever_waits_for_less_however_often_somebody_was_asked(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var susan = await office.OfficerAsync("susan", "cases_supervisor");
        var now = office.Time.GetUtcNow();
        // One was asked more often than the board has lines; behind them wait others, as urgently, and as many as fill it for less.
        var (often, urgent, normal) = (Persons("O", 1), Persons("U", 10), Persons("N", 60));
        await office.WriteAsync(
            "insert into cases_persons (id, public_ref, status, agency_id, area, area_path, created_at, created_by, changed_at, version) values (@Id, @Ref, 'active', @Agency, '', '/', @now, 'test', @now, 1)",
            often.Concat(urgent).Concat(normal).Select(one => new { one.Id, one.Ref, Agency = susan.Agency!.Value, now }).ToList());
        await office.WriteAsync(
            "insert into cases_screenings (id, person_id, agency_id, at, urgency, follow_up_at, created_by, version) values (@Id, @Person, (select agency_id from cases_persons where id = @Person), @At, @Rank, @FollowUp, 'test', 1)",
            Enumerable.Range(0, 120).Select(time => Screening(often[0].Id, 1, now.AddDays(-30).AddMinutes(time)))
                .Concat(urgent.Select(one => Screening(one.Id, 1, now.AddDays(-20)))).Concat(normal.Select(one => Screening(one.Id, 2, now.AddDays(-40)))).ToList());
        var shown = (await susan.GetAsync("/api/cases/board")).Json.GetProperty("screenings").EnumerateArray().Select(one => one.GetProperty("ref").GetString()!).ToList();
        Assert.Equal(50, shown.Count);
        Assert.Equal(often.Concat(urgent).Select(one => one.Ref).Order(StringComparer.Ordinal), shown.Take(11).Order(StringComparer.Ordinal));
        Assert.Equal("O0", shown[0]);

        List<(Guid Id, string Ref)> Persons(string name, int count) => [.. Enumerable.Range(0, count).Select(number => (Guid.CreateVersion7(now), $"{name}{number}"))];

        object Screening(Guid person, int rank, DateTimeOffset at) => new { Id = Guid.CreateVersion7(now), Person = person, At = at, Rank = rank, FollowUp = rank == 2 ? at.AddDays(1) : (DateTimeOffset?)null };
    }

    [Theory]
    [OnEachEngine]
    public async Task A_screening_and_the_case_that_follows_it_are_kept_together_or_not_at_all(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("asker", "cases.read", "cases.screen", "cases.see.identity", "cases.see.general", "cases.see.child", "cases.see.violence");
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var person = $"/staff/cases/persons/{(await norma.RegisterAsync(Adult)).Id:D}";
        using var asker = await office.SignInAsync("asker", "asker");
        await asker.SubmitAsync(await ResultAsync(asker, person), person + "/screen", ("case", "true"), ("kind", "protection"));
        Assert.Equal(403, asker.Status);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_screenings"));

        using var nadia = await office.SignInAsync("nadia", "protection_specialist");
        await nadia.SubmitAsync(await ResultAsync(nadia, person), person + "/screen", ("case", "true"), ("kind", "protection"));
        Assert.Equal((302, person), (nadia.Status, nadia.Location));
        Assert.Equal(await office.ReadAsync<int>("select urgency from cases_screenings"), await office.ReadAsync<int>("select urgency from cases_cases"));
        // Kept by one line of commit: both are of the same transaction.
        Assert.Equal(["cases.case.opened", "cases.screening.recorded"], (await office.ReadAsync<string>("select change from platform_audit_entries where change in ('cases.case.opened', 'cases.screening.recorded')")).Order(StringComparer.Ordinal));
    }

    private static async Task<IHtmlDocument> ResultAsync(Tambo.Tests.Guide.Staff.StaffBrowser browser, string person)
    {
        var triage = await browser.OpenAsync(person + "/screen");
        return await browser.SubmitAsync(triage, person + "/screen/next", ("a_triage.deep_distress", "no"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_was_to_be_come_back_to_is_waited_for_again_once_they_have_a_new_case(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, susan) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("susan", "cases_supervisor"));
        async Task<string[]> BoardAsync() => [.. (await susan.GetAsync("/api/cases/board")).Json.GetProperty("screenings").EnumerateArray().Select(one => one.GetProperty("ref").GetString()!)];
        var person = await norma.RegisterAsync(Adult);
        await ScreenAsync(norma, person.Id, "urgent");
        office.Time.Advance(TimeSpan.FromMinutes(1));
        var one = await norma.OpenAsync(new { person = person.Id });
        foreach (var (step, said) in new (string, object)[] { ("state", new { state = "closing" }), ("close", new { reason = "lost_contact", personAgreed = "not_asked" }) })
        {
            var told = await norma.PostAsync($"/api/cases/{one.Id:D}/{step}", said, ("If-Match", (await norma.GetAsync($"/api/cases/{one.Id:D}")).Tag!));
            Assert.True(told.Status == 200, told.Text);
        }

        office.Time.Advance(TimeSpan.FromDays(15));
        Assert.Empty(await BoardAsync());
        // She comes back, and a new case begins.
        await norma.OpenAsync(new { person = person.Id });
        Assert.Equal([person.Ref], await BoardAsync());
    }

    private static string PathOf(Guid person) => $"/api/cases/persons/{person:D}/screenings";

    private static async Task<Told> ScreenAsync(Officer by, Guid person, string urgency)
    {
        var told = await by.PostAsync(PathOf(person), new { answers = Array.Empty<object>(), @override = new { urgency, reason = "said so" } });
        Assert.True(told.Status == 201, told.Text);
        return told;
    }
}
