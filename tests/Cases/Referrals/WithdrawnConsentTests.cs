using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>A consent that is taken back: what is under way stops with it, whoever received something is told, and nothing slips through between.</summary>
public sealed class WithdrawnConsentTests
{
    [Theory, OnEachEngine]
    public async Task To_an_office_that_was_shut_out_meanwhile_nothing_is_offered_shown_or_handed_over_until_it_is_let_back_in(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Beds);
        var path = $"/api/cases/referrals/{id:D}";
        Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync(path + "/preview")).Tag!))).Status);
        var draft = (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Beds.Id, kind = "food", urgency = "normal", consent = desk.Consent.Id })).Id;
        // The house is an organisation; it is the office behind it that she has named.
        var never = new Exclusion(new RecipientName(RecipientName.One, desk.Saul.Agency!.Value.ToString("D")));
        await desk.ChangeAsync(consent => consent with { Exclusions = [never] });

        var preview = await desk.Saul.GetAsync(path + "/preview");
        Assert.True(preview.Status == 404 || (preview.Status, preview.Code) == (409, "referral.locked"), preview.Text);
        foreach (var refused in new[] { await desk.TryAsync(id, "hand-over"), await desk.TryAsync(draft, "offer") })
            Assert.Equal((409, "referral.locked"), (refused.Status, refused.Code));
        Assert.NotEqual(200, (await desk.Saul.PostAsync(path + "/receive", new { })).Status);

        await desk.ChangeAsync(consent => consent with { Exclusions = [never with { LiftedAt = desk.Office.Time.GetUtcNow() }] });
        Assert.Equal(200, (await desk.Saul.GetAsync(path + "/preview")).Status);
        await desk.DoneAsync(id, "hand-over");
        await desk.DoneAsync(draft, "offer");
    }

    [Theory, OnEachEngine]
    public async Task Whoever_received_something_is_told_and_confirms_and_what_is_under_way_stops(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var erna = await desk.Office.OfficerAsync("erna", "protection_specialist", "East office");
        var given = await desk.HandOverAsync();
        var offered = await desk.OfferAsync(desk.Mats);
        var link = await desk.LinkAsync(offered, "links");
        var draft = (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "food", urgency = "normal", consent = desk.Consent.Id })).Id;
        Assert.Equal(200, (await desk.PageAsync(link, null)).Status);
        Assert.Empty((await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray());

        desk.Office.Time.Advance(TimeSpan.FromMinutes(5));
        var ended = await desk.WithdrawAsync(desk.Nora);
        Assert.True(ended.Status == 200, ended.Text);
        Assert.Equal("withdrawn", ended.Json.GetProperty("standing").GetString());
        Assert.Equal([.. new[] { offered, draft }.Order()], ended.Json.GetProperty("ending").GetProperty("withdrawOffers").EnumerateArray().Select(one => one.GetGuid()).Order());
        foreach (var (id, state) in new[] { (given, "handed_over"), (offered, "withdrawn"), (draft, "withdrawn") })
            Assert.Equal(state, await desk.StateAsync(id));
        Assert.Equal(410, (await desk.PageAsync(link, ("act", "accept"))).Status);
        var step = (await desk.Nora.GetAsync($"/api/cases/referrals/{offered:D}")).Json.GetProperty("steps").EnumerateArray().Last();
        Assert.Equal(("withdraw", "node", "consent_ended"), (step.GetProperty("act").GetString(), step.GetProperty("by").GetString(), step.GetProperty("reason").GetString()));

        // The agency that has the name finds the notice in its list, and no other agency does.
        var notice = (await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray().Single();
        Assert.Equal((Referral.CodeOf(given), "told"), (notice.GetProperty("code").GetString(), notice.GetProperty("state").GetString()));
        Assert.Equal(desk.Office.Time.GetUtcNow().AddDays(30), notice.GetProperty("eraseBy").GetDateTimeOffset());
        Assert.Equal("""{"referrals":[],"notices":[]}""", (await erna.GetAsync("/api/cases/referrals/incoming")).Text);
        var confirm = $"/api/cases/referrals/notices/{notice.GetProperty("id").GetGuid():D}/acknowledge";
        Assert.Equal(404, (await erna.PostAsync(confirm, new { })).Status);
        Assert.Equal(404, (await desk.Nora.PostAsync(confirm, new { })).Status);
        Assert.Equal(204, (await desk.Saul.PostAsync(confirm, new { })).Status);
        Assert.Equal(204, (await desk.Saul.PostAsync(confirm, new { })).Status);
        Assert.Equal(["acknowledged"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        Assert.Single(await desk.Office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.referral.recipient_erased'"));
        // What was handed over is not shown once more, either.
        Assert.Equal(409, (await desk.Saul.PostAsync($"/api/cases/referrals/{given:D}/receive", new { })).Status);
    }

    [Theory, OnEachEngine]
    public async Task A_house_without_accounts_is_written_to_and_one_without_mail_stands_on_the_board_until_somebody_has_called(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine, mail: "desk@lantern.example", sends: true);
        var id = await desk.OfferAsync(desk.Mats);
        var asked = await desk.DoneAsync(id, "links", new { mail = true });
        Assert.False(asked.Json.TryGetProperty("token", out _));
        var mail = (await desk.Office.MailsAsync(1)).Single();
        Assert.Contains("desk@lantern.example", mail, StringComparison.Ordinal);
        Assert.All(["Zorayda", "Quispillo", "albergue", "mujer", "urgente", "Camas", "Colchonetas"], telling => Assert.DoesNotContain(telling, mail, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(200, (await desk.PageAsync(LinkOf(mail, "referral"), ("act", "accept"))).Status);
        Assert.Equal(410, (await desk.PageAsync(LinkOf(mail, "referral"), ("act", "accept"))).Status);
        // What holds a name is mailed to nobody, whatever is asked.
        var fields = await desk.DoneAsync(id, "hand-over", new { mail = true });
        Assert.Contains(ReferralOffice.Name, (await desk.PageAsync("/en/" + fields.Json.GetProperty("path").GetString(), [])).Html, StringComparison.Ordinal);

        Assert.Equal(200, (await desk.WithdrawAsync(desk.Nora)).Status);
        var told = (await desk.Office.MailsAsync(2)).Single(one => one.Contains("referral-notice/", StringComparison.Ordinal));
        Assert.Contains(Referral.CodeOf(id), told, StringComparison.Ordinal);
        Assert.DoesNotContain("Zorayda", told, StringComparison.Ordinal);
        var page = LinkOf(told, "referral-notice");
        Assert.Contains(Referral.CodeOf(id), (await desk.PageAsync(page, null)).Html, StringComparison.Ordinal);
        Assert.Equal(["told"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        Assert.Equal(200, (await desk.PageAsync(page, [])).Status);
        Assert.Equal(["acknowledged"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        Assert.Equal(404, (await desk.PageAsync("/en/referral-notice/" + new string('A', 43), null)).Status);
        // Three times the time to erase, and no longer.
        desk.Office.Time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await desk.PageAsync(page, null)).Status);
        desk.Office.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(404, (await desk.PageAsync(page, null)).Status);
    }

    [Fact]
    public async Task A_recipient_who_cannot_be_written_to_is_to_be_called_and_the_board_says_so()
    {
        await using var desk = await ReferralOffice.OpenAsync(Engine.Sqlite);
        var id = await desk.OfferAsync(desk.Mats);
        Assert.Equal("referral.no_mail", (await desk.TryAsync(id, "links", new { mail = true })).Code);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "accept"))).Status);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "hand-over"), [])).Status);
        using var nora = await desk.SignInAsync(desk.Nora);
        var address = $"/staff/cases/persons/{desk.Consent.PersonId:D}/consent";
        var consents = await nora.OpenAsync(address);
        await nora.SubmitAsync(consents, $"{address}/{desk.Consent.Id:D}/withdraw");
        Assert.Equal($"{address}/{desk.Consent.Id:D}/ended", nora.Location);
        var ended = await nora.OpenAsync(nora.Location!);
        Assert.Contains("Colchonetas", ended.QuerySelector("main .card")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("To be told: call them", ended.QuerySelector("main .card")!.TextContent, StringComparison.Ordinal);

        var board = await nora.OpenAsync("/staff/cases/referrals");
        var action = board.QuerySelectorAll("main .card form").Select(form => form.GetAttribute("action")!).Single(one => one.EndsWith("/told", StringComparison.Ordinal));
        await nora.SubmitAsync(board, action);
        Assert.Equal(302, nora.Status);
        Assert.Equal(["told"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        using var saul = await desk.SignInAsync(desk.Saul);
        Assert.Empty((await saul.OpenAsync("/staff/cases/referrals")).QuerySelectorAll("main .card"));
        await nora.SubmitAsync(await nora.OpenAsync($"/staff/cases/referrals/{id:D}"), action.Replace("/told", "/acknowledged", StringComparison.Ordinal));
        Assert.Equal(["acknowledged"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        Assert.Empty((await nora.OpenAsync("/staff/cases/referrals")).QuerySelectorAll("main .card"));
    }

    [Theory, OnEachEngine]
    public async Task To_whom_somebody_was_referred_is_told_to_nobody_to_whom_that_help_is_closed(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var flora = await desk.Office.OfficerAsync("flora", "frontline_officer");
        await desk.ChangeAsync(consent => consent with { Scopes = [.. consent.Scopes, .. consent.Scopes.Where(scope => scope.Category == "general").Select(scope => scope with { Category = "violence" })] });
        var draft = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "gender_violence", urgency = "urgent", consent = desk.Consent.Id });
        await desk.DoneAsync(draft.Id, "offer");
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(draft.Id, "links"), ("act", "accept"))).Status);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(draft.Id, "hand-over"), [])).Status);
        var open = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Beds.Id, kind = "gender_violence", urgency = "urgent", consent = desk.Consent.Id });

        // She may stop it and learns nothing of what it stopped; whoever may see violence does.
        var ended = await desk.WithdrawAsync(flora);
        Assert.Equal(200, ended.Status);
        Assert.Empty(ended.Json.GetProperty("ending").GetProperty("tell").EnumerateArray());
        Assert.Empty(ended.Json.GetProperty("ending").GetProperty("withdrawOffers").EnumerateArray());
        var seen = await desk.WithdrawAsync(desk.Nora);
        Assert.Single(seen.Json.GetProperty("ending").GetProperty("tell").EnumerateArray());
        Assert.Equal(open.Id, seen.Json.GetProperty("ending").GetProperty("withdrawOffers").EnumerateArray().Single().GetGuid());
        Assert.Equal(["to_tell"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        // The lines of readings say what each reader's role opens, and nothing of the person.
        var lines = await desk.Office.ReadAsync<string>("select distinct actor || ' ' || compartments from cases_views where actor = @who and how <> 'list'", new { who = $"user:{flora.Id:D}" });
        Assert.Equal([$"user:{flora.Id:D} identity general health child"], lines);
    }

    [Theory, OnEachEngine]
    public async Task A_consent_that_ends_between_reading_and_writing_stops_the_handover_the_yes_and_the_offer(Engine engine)
    {
        foreach (var (end, code) in new[] { ("update cases_consents set withdrawn_at = @now", "referral.consent_withdrawn"), ("update cases_consents set expires_at = @now", "referral.consent_expired") })
        {
            await using var desk = await ReferralOffice.OpenAsync(engine);
            var draft = (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id })).Id;
            var asked = await desk.OfferAsync(desk.Beds);
            var waiting = await desk.OfferAsync(desk.Beds);
            var linked = await desk.OfferAsync(desk.Mats);
            Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(linked, "links"), ("act", "accept"))).Status);
            var fields = await desk.LinkAsync(linked, "hand-over");
            var path = $"/api/cases/referrals/{waiting:D}";
            Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync(path + "/preview")).Tag!))).Status);
            await desk.DoneAsync(waiting, "hand-over");
            var tag = (await desk.Saul.GetAsync($"/api/cases/referrals/{asked:D}/preview")).Tag!;

            // Each step reads a consent that holds; before it is written, the consent has ended.
            await BetweenAsync(desk, end);
            Assert.Equal(code, (await desk.TryAsync(draft, "offer")).Code);
            await BetweenAsync(desk, end);
            Assert.Equal(code, (await desk.Saul.PostAsync($"/api/cases/referrals/{asked:D}/answer", new { act = "accept" }, ("If-Match", tag))).Code);
            await BetweenAsync(desk, end);
            var received = await desk.Saul.PostAsync(path + "/receive", new { });
            Assert.Equal(code, received.Code);
            Assert.DoesNotContain("Zorayda", received.Text, StringComparison.Ordinal);
            await BetweenAsync(desk, end);
            var page = await desk.PageAsync(fields, []);
            Assert.Equal(410, page.Status);
            Assert.DoesNotContain("Zorayda", page.Html, StringComparison.Ordinal);
            Assert.Equal(["accepted", "accepted", "draft", "offered"], (await desk.Office.ReadAsync<string>("select state from cases_referrals")).Order(StringComparer.Ordinal));
        }
    }

    [Theory, OnEachEngine]
    public async Task A_link_that_is_taken_back_or_ends_between_reading_and_writing_hands_nothing_over(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        foreach (var (service, end) in new[] { (desk.Mats, "update cases_referral_links set revoked_at = @now where kind = 'fields'"), (desk.Beds, "update cases_referral_links set revoked_at = @now where kind = 'fields'"), (desk.Mats, "update cases_referral_links set expires_at = @now where kind = 'fields'") })
        {
            var id = await desk.OfferAsync(service);
            var isHere = service == desk.Beds;
            if (isHere)
                Assert.Equal(200, (await desk.Saul.PostAsync($"/api/cases/referrals/{id:D}/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync($"/api/cases/referrals/{id:D}/preview")).Tag!))).Status);
            else
                Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "accept"))).Status);
            var fields = await desk.LinkAsync(id, "hand-over");
            await BetweenAsync(desk, end);
            if (isHere)
                Assert.Equal(409, (await desk.Saul.PostAsync($"/api/cases/referrals/{id:D}/receive", new { })).Status);
            else
                Assert.Equal(410, (await desk.PageAsync(fields, [])).Status);
            Assert.Equal("accepted", await desk.StateAsync(id));
        }
    }

    [Theory, OnEachEngine]
    public async Task Of_a_handover_and_a_withdrawal_at_once_either_nothing_is_given_or_the_recipient_is_told(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            var id = await desk.OfferAsync(desk.Beds);
            Assert.Equal(200, (await desk.Saul.PostAsync($"/api/cases/referrals/{id:D}/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync($"/api/cases/referrals/{id:D}/preview")).Tag!))).Status);
            await desk.DoneAsync(id, "hand-over");
            ids.Add(id);
        }

        var received = ids.ConvertAll(id => desk.Saul.PostAsync($"/api/cases/referrals/{id:D}/receive", new { }));
        var ended = desk.WithdrawAsync(desk.Nora);
        var answers = await Task.WhenAll(received);
        Assert.Equal(200, (await ended).Status);
        foreach (var (id, answer) in ids.Zip(answers))
        {
            var isGiven = answer.Status == 200;
            Assert.Equal(isGiven, answer.Text.Contains("Zorayda", StringComparison.Ordinal));
            Assert.Equal(isGiven ? "handed_over" : "withdrawn", await desk.StateAsync(id));
            Assert.Equal(isGiven ? 1 : 0, (await desk.Office.ReadAsync<string>("select id from cases_referral_notices where referral_id = @id", new { id })).Count);
        }
    }

    [Theory, OnEachEngine]
    public async Task A_case_is_not_closed_while_services_are_asked_or_help(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats);
        await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Beds.Id, kind = "food", urgency = "normal", consent = desk.Consent.Id });
        async Task<Told> StepAsync(string step, object body) => await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/{step}", body, ("If-Match", (await desk.Nora.GetAsync($"/api/cases/{desk.Case:D}")).Tag!));
        Assert.Equal(200, (await StepAsync("state", new { state = "closing" })).Status);
        var refused = await StepAsync("close", new { reason = "needs_met", personAgreed = "yes" });
        Assert.Equal((409, "cases.referrals_running"), (refused.Status, refused.Code));
        Assert.Contains("2", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await desk.WithdrawAsync(desk.Nora)).Status);
        Assert.Equal("withdrawn", await desk.StateAsync(id));
        Assert.Equal(200, (await StepAsync("close", new { reason = "needs_met", personAgreed = "yes" })).Status);
        Assert.Equal("cases.state_unfit", (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", consent = desk.Consent.Id })).Code);
    }

    // The next time that consents are read for a step, something is written before the step goes on with what it read.
    private static async Task BetweenAsync(ReferralOffice desk, string sql)
    {
        await desk.ChangeAsync(consent => consent);
        var consents = desk.Office.Node.Services.GetRequiredService<PersonConsents>();
        var kept = desk.Office.Node.Services.GetRequiredService<KeptConsents>();
        consents.Source = async (connection, person) =>
        {
            var read = await kept.AllAsync(connection, person, CancellationToken.None);
            consents.Source = (again, one) => kept.AllAsync(again, one, CancellationToken.None);
            await desk.Office.WriteAsync(sql, new { now = desk.Office.Time.GetUtcNow() });
            return read;
        };
    }

    private static string LinkOf(string mail, string page) =>
        System.Text.RegularExpressions.Regex.Match(mail, "https://cases.example(?<path>/[a-z]+/" + page + "/[A-Za-z0-9_-]+)").Groups["path"].Value;
}
