using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>One referral may rest on a legal basis other than consent: with a reason, a second person, and never to whom the person shut out.</summary>
public sealed class LegalBasisTests
{
    private const string Why = "She is unconscious, and nobody of hers can be reached";

    [Theory, OnEachEngine]
    public async Task To_save_a_life_it_holds_at_once_for_three_days_and_the_person_is_told_who_saw_what_without_consent(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var susan = await desk.Office.OfficerAsync("susan", "cases_supervisor");
        var id = await DraftAsync(desk);
        var path = $"/api/cases/referrals/{id:D}";
        Assert.Equal("referral.nothing_agreed", (await desk.TryAsync(id, "offer")).Code);
        Assert.Equal(["code cases.code_unknown", "reason form.missing"], (await desk.TryAsync(id, "basis", new { code = "own_wish", reason = " " })).Errors);
        // A law that nobody of the node has read opens nothing.
        Assert.Equal("referral.basis_unread", (await desk.TryAsync(id, "basis", new { code = "legal_obligation", reason = Why })).Code);
        await desk.DoneAsync(id, "basis", new { code = "vital_interests", reason = Why });
        Assert.Equal("referral.basis_unfit", (await desk.TryAsync(id, "basis", new { code = "vital_interests", reason = Why })).Code);
        var shown = (await desk.Nora.GetAsync(path)).Json.GetProperty("basis");
        Assert.Equal(("vital_interests", Why, "stands", false), (shown.GetProperty("code").GetString(), shown.GetProperty("reason").GetString(), shown.GetProperty("state").GetString(), shown.GetProperty("confirmed").GetBoolean()));
        Assert.Equal(SettableTime.Noon.AddDays(3), shown.GetProperty("until").GetDateTimeOffset());

        await ReceiveAsync(desk, id);
        var seen = (await susan.GetAsync($"/api/cases/persons/{desk.Consent.PersonId:D}/seen-by")).Json.EnumerateArray().Select(one => (one.GetProperty("who").GetString(), one.GetProperty("purpose").GetString(), one.GetProperty("purposeName").GetString())).ToList();
        Assert.Contains(("Saul", "legal_basis", "Referral without consent, on another legal basis"), seen);
        Assert.DoesNotContain(seen, one => one is ("Saul", "referral", _));

        // A second person looks at it afterwards, and not whoever called upon it.
        var tag = (await desk.Nora.GetAsync(path)).Tag!;
        Assert.Equal("cases.plan.same_person", (await desk.Nora.PostAsync(path + "/basis/decide", new { approve = true }, ("If-Match", tag))).Code);
        var waits = Assert.Single((await susan.GetAsync("/api/cases/referrals/bases")).Json.GetProperty("bases").EnumerateArray());
        Assert.Equal((id, "review", false), (waits.GetProperty("id").GetGuid(), waits.GetProperty("state").GetString(), waits.GetProperty("isOwn").GetBoolean()));
        Assert.Equal(200, (await susan.PostAsync(path + "/basis/decide", new { approve = true, reason = "right so" }, ("If-Match", tag))).Status);
        Assert.Empty((await susan.GetAsync("/api/cases/referrals/bases")).Json.GetProperty("bases").EnumerateArray());
        Assert.True((await desk.Nora.GetAsync(path)).Json.GetProperty("basis").GetProperty("confirmed").GetBoolean());

        // That somebody called upon a basis, and was looked at, stands in the audit; neither which nor why.
        var audit = string.Join('\n', await desk.Office.ReadAsync<string>("select coalesce(details, '') || change from platform_audit_entries where change like 'cases.referral.basis%'"));
        Assert.Contains("cases.referral.basis_recorded", audit, StringComparison.Ordinal);
        Assert.Contains("cases.referral.basis_decided", audit, StringComparison.Ordinal);
        Assert.All(["vital", "unconscious", "right so"], word => Assert.DoesNotContain(word, audit, StringComparison.Ordinal));
        Assert.Equal(["settled"], await desk.Office.ReadAsync<string>("select basis from cases_referrals where id = @id", new { id }));
    }

    [Theory, OnEachEngine]
    public async Task After_three_days_nothing_more_is_given_and_to_whom_the_person_shut_out_nothing_ever_is(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var late = await DraftAsync(desk, "normal");
        await desk.DoneAsync(late, "basis", new { code = "vital_interests", reason = Why });
        await desk.DoneAsync(late, "offer");
        var path = $"/api/cases/referrals/{late:D}";
        desk.Office.Time.Advance(ReferralBasis.NowHolds - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await desk.Saul.GetAsync(path + "/preview")).Status);
        desk.Office.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("referral.nothing_agreed", (await desk.Saul.GetAsync(path + "/preview")).Code);
        Assert.Equal("referral.nothing_agreed", (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await desk.Nora.GetAsync(path)).Tag!))).Code);

        // What was called upon before does not outlast her word either.
        var open = await DraftAsync(desk);
        await desk.DoneAsync(open, "basis", new { code = "vital_interests", reason = Why });
        await ShutOutAsync(desk);
        Assert.Equal("referral.locked", (await desk.TryAsync(open, "offer")).Code);
        var after = await DraftAsync(desk);
        Assert.Equal("referral.locked", (await desk.TryAsync(after, "basis", new { code = "vital_interests", reason = Why })).Code);
        // A consent carries no other basis beside it.
        var agreed = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id });
        Assert.Equal("referral.basis_unfit", (await desk.TryAsync(agreed.Id, "basis", new { code = "vital_interests", reason = Why })).Code);
    }

    [Theory, OnEachEngine]
    public async Task Any_other_basis_waits_for_a_second_person_whose_no_ends_it_and_has_erased_what_was_given(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine, bases: """{"confirmed": [{"code": "legal_obligation", "source": "Act on health of a made-up state, section 4"}]}""");
        var susan = await desk.Office.OfficerAsync("susan", "cases_supervisor");
        var (refused, id) = (await DraftAsync(desk), await DraftAsync(desk));
        async Task<Told> DecideAsync(Guid of, object body) => await susan.PostAsync($"/api/cases/referrals/{of:D}/basis/decide", body, ("If-Match", (await desk.Nora.GetAsync($"/api/cases/referrals/{of:D}")).Tag!));
        foreach (var one in new[] { refused, id })
        {
            Assert.Equal("referral.basis_unfit", (await DecideAsync(one, new { approve = true })).Code);
            await desk.DoneAsync(one, "basis", new { code = "legal_obligation", reason = "A disease that has to be told" });
            Assert.Equal("referral.basis_waits", (await desk.TryAsync(one, "offer")).Code);
        }

        var (given, offered) = (await DraftAsync(desk), await DraftAsync(desk));
        foreach (var one in new[] { given, offered })
            await desk.DoneAsync(one, "basis", new { code = "vital_interests", reason = Why });
        Assert.Equal(["reason form.missing"], (await DecideAsync(refused, new { approve = false })).Errors);
        Assert.Equal(200, (await DecideAsync(refused, new { approve = false, reason = "she can be asked" })).Status);
        Assert.Equal("referral.nothing_agreed", (await desk.TryAsync(refused, "offer")).Code);
        Assert.Equal("draft", await desk.StateAsync(refused));
        // Nobody gets past a no by calling it something else, in this draft or in a new one: a second person answers that, too.
        Assert.Equal("referral.basis_unfit", (await desk.TryAsync(refused, "basis", new { code = "vital_interests", reason = Why })).Code);
        var again = await DraftAsync(desk);
        await desk.DoneAsync(again, "basis", new { code = "vital_interests", reason = Why });
        Assert.Equal("referral.basis_waits", (await desk.TryAsync(again, "offer")).Code);

        Assert.Equal(200, (await DecideAsync(id, new { approve = true })).Status);
        Assert.Equal(SettableTime.Noon.AddDays(14), (await desk.Nora.GetAsync($"/api/cases/referrals/{id:D}")).Json.GetProperty("basis").GetProperty("until").GetDateTimeOffset());
        await ReceiveAsync(desk, id);

        // What nobody was waited for, and a second person finds wrong: the service hears that it is to be erased, and an open offer ends.
        await ReceiveAsync(desk, given);
        await desk.DoneAsync(offered, "offer");
        foreach (var one in new[] { given, offered })
            Assert.Equal(200, (await DecideAsync(one, new { approve = false, reason = "her life was not in danger" })).Status);
        Assert.Equal("withdrawn", await desk.StateAsync(offered));
        Assert.Equal("basis_refused", (await desk.Nora.GetAsync($"/api/cases/referrals/{offered:D}")).Json.GetProperty("steps").EnumerateArray().Last().GetProperty("reason").GetString());
        var notice = Assert.Single((await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray());
        Assert.Equal(Referral.CodeOf(given), notice.GetProperty("code").GetString());
    }

    [Theory, OnEachEngine]
    public async Task On_pages_an_officer_records_the_basis_and_a_supervisor_looks_at_it(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine, bases: """{"confirmed": [{"code": "legal_obligation", "source": "Act on health of a made-up state, section 4"}]}""");
        await desk.Office.OfficerAsync("susan", "cases_supervisor");
        var id = await DraftAsync(desk);
        var page = $"/staff/cases/referrals/{id:D}";
        using var nora = await desk.SignInAsync("nora");
        using var susan = await desk.SignInAsync("susan");
        var opened = await nora.OpenAsync(page);
        Assert.Equal(["legal_obligation", "vital_interests"], opened.QuerySelectorAll("input[name=basis]").Select(choice => choice.GetAttribute("value")!).Order(StringComparer.Ordinal));
        var unsaid = await nora.SubmitAsync(opened, page + "/basis", ("basis", "legal_obligation"), ("basisReason", ""));
        Assert.Equal((422, true), (nora.Status, unsaid.QuerySelector("#f-basisReason-e") is not null));
        await nora.SubmitAsync(unsaid, page + "/basis", ("basis", "legal_obligation"), ("basisReason", "A disease that has to be told"));
        Assert.Equal(302, nora.Status);
        var waiting = (await nora.OpenAsync(page)).QuerySelector("main")!.TextContent;
        Assert.Contains("A second person has not answered yet", waiting, StringComparison.Ordinal);
        Assert.Null((await nora.OpenAsync(page + "/review")).QuerySelector("input[name=approve]"));

        var queue = await susan.OpenAsync("/staff/cases/reviews");
        Assert.Contains(queue.QuerySelectorAll("main a"), link => link.GetAttribute("href") == page + "/review");
        var review = await susan.OpenAsync(page + "/review");
        Assert.Contains("A disease that has to be told", review.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await susan.SubmitAsync(review, page + "/review", ("approve", "yes"));
        Assert.Equal(302, susan.Status);
        var standing = await nora.OpenAsync(page);
        Assert.Contains("Confirmed by a second person", standing.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await nora.SubmitAsync(standing, page + "/step/offer");
        Assert.Equal("offered", await desk.StateAsync(id));
    }

    [Fact]
    public void A_node_names_the_law_that_it_read_or_does_not_start()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-bases-").FullName;
        try
        {
            NodeVocabulary With(string? json)
            {
                if (json is not null)
                    File.WriteAllText(Path.Combine(folder, NodeVocabulary.Name), json);
                return NodeVocabulary.Of(new NodeSettings { Folder = folder, File = new NodeFile() });
            }

            Assert.Equal(["vital_interests"], With(null).Read.Select(basis => basis.Code));
            Assert.Equal(["child_protection_duty", "vital_interests"], With("""{"confirmed": [{"code": "child_protection_duty", "source": "a made-up law"}]}""").Read.Select(basis => basis.Code).Order(StringComparer.Ordinal));
            foreach (var unfit in new[] { "{", "null", "{}", """{"confirmed": [{"code": "child_protection_duty"}]}""", """{"confirmed": [{"code": "own_wish", "source": "x"}]}""", """{"confirmed": [], "more": 1}""" })
                Assert.Equal("referral.bases_unreadable", Assert.Throws<Problem>(() => With(unfit)).Kind.Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // To a clinic, as somebody has said that it is, for a case in which nothing was agreed to for it.
    private static async Task<Guid> DraftAsync(ReferralOffice desk, string urgency = "emergency")
    {
        var draft = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Beds.Id, kind = "shelter", urgency, receiverClass = "health_provider" });
        Assert.True(draft.Status == 201, draft.Text);
        return draft.Id;
    }

    private static async Task ReceiveAsync(ReferralOffice desk, Guid id)
    {
        var path = $"/api/cases/referrals/{id:D}";
        await desk.DoneAsync(id, "offer");
        Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync(path + "/preview")).Tag!))).Status);
        await desk.DoneAsync(id, "hand-over");
        var received = await desk.Saul.PostAsync(path + "/receive", new { });
        Assert.Equal(ReferralOffice.Name, received.Json.GetProperty("fields").GetProperty("identity/name").GetString());
    }

    private static async Task ShutOutAsync(ReferralOffice desk)
    {
        var told = await desk.Nora.PostAsync($"/api/cases/persons/{desk.Consent.PersonId:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            purpose = "services",
            exclusions = new[] { new { kind = "class", code = "health_provider" } },
        });
        Assert.True(told.Status == 201, told.Text);
    }
}
