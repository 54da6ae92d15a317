using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Board;
using Tambo.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>How the person gets to a service, whom a supervisor calls for, and that every state of a referral is reached by those who work with it.</summary>
public sealed class ArrangementTests
{
    private static readonly string[] Words = ["Ofelia Marcapata", "night matron", "5551 0199", "along-word"];

    [Theory, OnEachEngine]
    public async Task Who_goes_along_and_whom_to_ask_for_is_for_those_who_refer_and_for_no_service(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Beds);
        var path = $"/api/cases/referrals/{id:D}";
        async Task<Told> ArrangeAsync(object said) => await desk.Nora.PutAsync(path + "/arrangements", said, (await desk.Nora.GetAsync(path)).Tag);
        object With(bool isPublic) => new { warmHandover = true, along = "case_worker", alongNote = "along-word", focalPoint = new { name = Words[0], role = Words[1], phone = Words[2], isPublic } };
        Assert.Equal(["along cases.code_unknown", "focalPoint.phone cases.text_too_long"], (await ArrangeAsync(new { along = "anybody", focalPoint = new { phone = new string('1', 41) } })).Errors);
        Assert.Equal(200, (await ArrangeAsync(With(false))).Status);
        Assert.Equal(412, (await desk.Nora.PutAsync(path + "/arrangements", With(false), "\"v1\"")).Status);
        var kept = (await desk.Nora.GetAsync(path)).Json.GetProperty("arrangements");
        Assert.Equal((true, "case_worker", "along-word", Words[0]), (kept.GetProperty("warmHandover").GetBoolean(), kept.GetProperty("along").GetString(), kept.GetProperty("alongNote").GetString(), kept.GetProperty("focalPoint").GetProperty("name").GetString()));

        // The agency that is asked reads nothing of it: neither before its yes nor in what it receives; nor does who comes by a link.
        async Task<string> SeenAsync() => string.Join('\n', (await desk.Saul.GetAsync(path + "/preview")).Text, (await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Text, (await desk.Saul.GetAsync($"/staff/cases/incoming/{id:D}")).Text);
        var before = await SeenAsync();
        Assert.All(Words, word => Assert.DoesNotContain(word, before, StringComparison.Ordinal));
        var mats = await desk.OfferAsync(desk.Mats);
        Assert.Equal(200, (await desk.Nora.PutAsync($"/api/cases/referrals/{mats:D}/arrangements", With(true), (await desk.Nora.GetAsync($"/api/cases/referrals/{mats:D}")).Tag)).Status);
        var link = await desk.PageAsync(await desk.LinkAsync(mats, "links"), null);
        Assert.Equal(200, link.Status);
        Assert.All(Words, word => Assert.DoesNotContain(word, link.Html, StringComparison.Ordinal));
        Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync(path + "/preview")).Tag!))).Status);
        await desk.DoneAsync(id, "hand-over");
        var received = await desk.Saul.PostAsync(path + "/receive", new { });
        Assert.Equal(200, received.Status);
        var after = received.Text + await SeenAsync();
        Assert.All(Words, word => Assert.DoesNotContain(word, after, StringComparison.Ordinal));

        // On paper it stands where it may be told to everybody.
        using var nora = await desk.SignInAsync("nora");
        string Main(AngleSharp.Html.Dom.IHtmlDocument page) => page.QuerySelector("main")!.TextContent;
        var plain = Main(await nora.OpenAsync($"/staff/cases/referrals/{id:D}/slip"));
        Assert.All(Words[..3], word => Assert.DoesNotContain(word, plain, StringComparison.Ordinal));
        var slip = Main(await nora.OpenAsync($"/staff/cases/referrals/{mats:D}/slip"));
        Assert.All(Words[..3], word => Assert.Contains(word, slip, StringComparison.Ordinal));
        Assert.DoesNotContain("along-word", slip, StringComparison.Ordinal);
        var page = await nora.OpenAsync($"/staff/cases/referrals/{id:D}");
        // Who goes along and whom to ask for stand there in words; what is typed stands in the form.
        Assert.All(Words, word => Assert.Contains(word, Main(page), StringComparison.Ordinal));
        await nora.SubmitAsync(page, $"/staff/cases/referrals/{id:D}/arrangements", ("along", "relative"), ("warm", null), ("focalPublic", "true"));
        Assert.Equal(302, nora.Status);
        var changed = (await desk.Nora.GetAsync(path)).Json.GetProperty("arrangements");
        Assert.Equal((false, "relative", true), (changed.GetProperty("warmHandover").GetBoolean(), changed.GetProperty("along").GetString(), changed.GetProperty("focalPoint").GetProperty("isPublic").GetBoolean()));
        var audit = string.Join('\n', await desk.Office.ReadAsync<string>("select coalesce(details, '') from platform_audit_entries"));
        Assert.All(Words, word => Assert.DoesNotContain(word, audit, StringComparison.Ordinal));
    }

    [Theory, OnEachEngine]
    public async Task A_supervisor_calls_for_an_answer_to_an_emergency_once_and_it_stands_on_the_board_and_in_mails(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine, "lantern@house.example", sends: true);
        var susan = await desk.Office.OfficerAsync("susan", "cases_supervisor");
        await desk.Office.WriteAsync("update platform_users set email = 'susan@oficina.example', language = 'en' where id = @Id", new { susan.Id });
        await desk.Office.WriteAsync("update cases_cases set due_at = @Far", new { Far = desk.Office.Time.GetUtcNow().AddDays(90) });
        var (urgent, id) = (await desk.OfferAsync(desk.Beds), await desk.OfferAsync(desk.Mats, "emergency"));
        async Task<Told> CallAsync(Guid of, object body) => await susan.PostAsync($"/api/cases/referrals/{of:D}/escalate", body, ("If-Match", (await desk.Nora.GetAsync($"/api/cases/referrals/{of:D}")).Tag!));
        object said = new { reason = "danger_grows", note = "call-word" };
        Assert.Equal(404, (await desk.Nora.PostAsync($"/api/cases/referrals/{id:D}/escalate", said, ("If-Match", "\"v2\""))).Status);
        Assert.Equal("referral.step_unfit", (await CallAsync(urgent, said)).Code);
        Assert.Equal("referral.reason_unfit", (await CallAsync(id, new { reason = "bored" })).Code);
        // Through the steps of those who refer nobody gets past the right.
        Assert.Equal(["act cases.code_unknown"], (await desk.TryAsync(id, "steps", new { act = "escalate_offer", reason = "danger_grows" })).Errors);
        Assert.Empty((await susan.GetAsync("/api/cases/board")).Json.GetProperty("overdueReferrals").EnumerateArray());
        Assert.Equal(200, (await CallAsync(id, said)).Status);
        Assert.Equal("referral.step_unfit", (await CallAsync(id, said)).Code);
        Assert.Equal("offered", await desk.StateAsync(id));

        var step = (await desk.Nora.GetAsync($"/api/cases/referrals/{id:D}")).Json.GetProperty("steps").EnumerateArray().Last();
        Assert.Equal(("escalate_offer", "danger_grows", "call-word"), (step.GetProperty("act").GetString(), step.GetProperty("reason").GetString(), step.GetProperty("note").GetString()));
        Assert.True(Assert.Single((await susan.GetAsync("/api/cases/board")).Json.GetProperty("overdueReferrals").EnumerateArray()).GetProperty("called").GetBoolean());
        using var nora = await desk.SignInAsync("nora");
        Assert.Contains("The danger grows", (await nora.OpenAsync("/staff/cases/referrals")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var mail = Assert.Single(await desk.Office.MailsAsync(1));
        Assert.Contains("lantern@house.example", mail, StringComparison.Ordinal);
        Assert.Contains(Referral.CodeOf(id), mail, StringComparison.Ordinal);
        Assert.All(["Zorayda", "Quispillo", "call-word", "danger", "female", "shelter"], word => Assert.DoesNotContain(word, mail, StringComparison.OrdinalIgnoreCase));

        // Supervisors who chose it hear of it, though nothing is late yet.
        Assert.Equal(200, (await susan.PutAsync("/api/cases/board/mail", new { wanted = true }, null)).Status);
        Assert.Equal("1", await desk.Office.Node.Services.GetRequiredService<TellOverdue>().RunAsync(CancellationToken.None));
        // Once it is answered it stands there no more.
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "decline"), ("reason", "full"))).Status);
        Assert.Empty((await susan.GetAsync("/api/cases/board")).Json.GetProperty("overdueReferrals").EnumerateArray());
    }

    [Fact]
    public void Only_an_emergency_that_waits_is_called_for()
    {
        ReferralMove Call(Referral referral, DateTimeOffset at) => ReferralMoves.Take(referral, Offers.Step("escalate_offer", "referrer", at, "no_answer"), Offers.Rules);
        var offered = Offers.Offered("emergency");
        Assert.Equal("referral.step_unfit", Call(Offers.Offered(), Offers.Noon).Refused?.Kind.Code);
        Assert.Equal("referral.step_unfit", Call(offered, offered.AnswerBy!.Value).Refused?.Kind.Code);
        var called = Offers.Done(Call(offered, offered.AnswerBy!.Value.AddSeconds(-1)));
        Assert.Equal(("offered", offered.AnswerBy!.Value.AddSeconds(-1)), (called.State, called.EscalatedAt!.Value));
        Assert.Equal("referral.step_unfit", Call(called, Offers.Noon.AddMinutes(5)).Refused?.Kind.Code);
        Assert.Null(Offers.Take(called, "accept", "receiver").EscalatedAt);
        Assert.NotNull(Offers.Take(Offers.Take(called, "escalate", "referrer"), "accept", "receiver").EscalatedAt);
        Assert.Equal("referral.reason_unfit", ReferralMoves.Take(offered, Offers.Step("escalate_offer", "referrer", Offers.Noon), Offers.Rules).Refused?.Kind.Code);
        Assert.Equal("referral.not_theirs", ReferralMoves.Take(offered, Offers.Step("escalate_offer", "receiver", Offers.Noon, "no_answer"), Offers.Rules).Refused?.Kind.Code);
    }

    [Theory, OnEachEngine]
    public async Task Every_state_is_reached_by_those_who_refer_and_those_who_are_asked(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        async Task<string> NoteAsync(Guid id)
        {
            var state = (await desk.Nora.GetAsync($"/api/cases/referrals/{id:D}")).Json.GetProperty("state").GetString()!;
            reached.Add(state);
            return state;
        }

        async Task AnswerAsync(Guid id, string act, string reason = "") =>
            Assert.Equal(200, (await desk.Saul.PostAsync($"/api/cases/referrals/{id:D}/answer", new { act, reason }, ("If-Match", (await desk.Nora.GetAsync($"/api/cases/referrals/{id:D}")).Tag!))).Status);
        await NoteAsync((await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Beds.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id })).Id);
        var id = await desk.OfferAsync(desk.Beds);
        await NoteAsync(id);
        await desk.DoneAsync(id, "steps", new { act = "withdraw", reason = "made_in_error" });
        await NoteAsync(id);
        await AnswerAsync(id = await desk.OfferAsync(desk.Beds), "accept");
        await NoteAsync(id);
        await AnswerAsync(id = await desk.OfferAsync(desk.Beds), "decline", "full");
        await NoteAsync(id);
        foreach (var (act, reason) in new[] { ("did_not_attend", ""), ("not_served", "no_place_left"), ("complete", "helped") })
        {
            id = await desk.HandOverAsync();
            Assert.Equal("handed_over", await NoteAsync(id));
            if (act == "complete")
            {
                await AnswerAsync(id, "start");
                Assert.Equal("in_service", await NoteAsync(id));
            }

            await AnswerAsync(id, act, reason);
            await NoteAsync(id);
        }

        // That somebody did not come is told by telephone as well.
        id = await desk.HandOverAsync();
        await desk.DoneAsync(id, "steps", new { act = "did_not_attend" });
        Assert.Equal("did_not_attend", await NoteAsync(id));
        id = await desk.OfferAsync(desk.Mats, "emergency");
        desk.Office.Time.Advance(TimeSpan.FromHours(2));
        await desk.Office.Node.Services.GetRequiredService<ReferralClock>().RunAsync(CancellationToken.None);
        await NoteAsync(id);
        Assert.Equal(ReferralStates.All.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
    }
}
