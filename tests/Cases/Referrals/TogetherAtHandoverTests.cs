using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>Who came to belong to a person after the offer is asked about before a service takes them alone; the service is told nothing of it.</summary>
public sealed class TogetherAtHandoverTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_service_takes_nobody_from_who_came_to_them_since_the_offer_unless_a_second_person_agreed(Engine engine)
    {
        await using var referring = await ReferralOffice.OpenAsync(engine);
        var (office, nora, saul) = (referring.Office, referring.Nora, referring.Saul);
        var susan = await office.OfficerAsync("susan", "cases_supervisor");
        var person = referring.Consent.PersonId;
        var household = await nora.PostAsync("/api/cases/households", new { members = new[] { person } });
        var sister = await JoinAsync("\"v1\"");
        var draft = await nora.PostAsync($"/api/cases/{referring.Case:D}/referrals", new { service = referring.Beds.Id, kind = "shelter", urgency = "urgent", consent = referring.Consent.Id });
        var path = $"/api/cases/referrals/{draft.Id:D}";
        await AgreeAsync();
        await referring.DoneAsync(draft.Id, "offer");

        // A brother comes: nobody has thought of him yet.
        var brother = await JoinAsync("\"v2\"");
        await AskedAgainAsync(() => AnswerAsync("accept"), "offered");
        Assert.Contains("would take a member of a family", await PageAsync(), StringComparison.Ordinal);
        // He goes on: what was agreed to before the offer holds for the sister, and counts no second time for another referral.
        await office.WriteAsync("delete from cases_household_members where person_id = @brother", new { brother });
        Assert.DoesNotContain("would take a member of a family", await PageAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await AnswerAsync("accept")).Status);
        Assert.Equal(["used"], await office.ReadAsync<string>("select state from cases_entries where kind = 'split'"));
        await referring.DoneAsync(draft.Id, "hand-over");

        await office.WriteAsync("insert into cases_household_members (household_id, person_id, joined_at) values (@Id, @brother, @Now)", new { household.Id, brother, Now = office.Time.GetUtcNow() });
        await AskedAgainAsync(() => saul.PostAsync(path + "/receive", new { }), "accepted");
        await AgreeAsync();
        var received = await saul.PostAsync(path + "/receive", new { });
        Assert.True(received.Status == 200, received.Text);
        Assert.Equal(["used", "used"], await office.ReadAsync<string>("select state from cases_entries where kind = 'split'"));
        Assert.NotEqual(sister, brother);

        async Task<Guid> JoinAsync(string tag)
        {
            var other = (await nora.RegisterAsync(new { })).Id;
            Assert.Equal(200, (await nora.PostAsync($"/api/cases/households/{household.Id:D}/members", new { members = new[] { other } }, ("If-Match", tag))).Status);
            return other;
        }

        async Task<Told> AnswerAsync(string act) => await saul.PostAsync(path + "/answer", new { act }, ("If-Match", (await saul.GetAsync(path + "/preview")).Tag!));

        async Task AskedAgainAsync(Func<Task<Told>> take, string state)
        {
            var told = await take();
            Assert.Equal((409, "referral.look_again"), (told.Status, told.Code));
            Assert.All(["family", "household", referring.Case.ToString("D")], word => Assert.DoesNotContain(word, told.Text, StringComparison.OrdinalIgnoreCase));
            Assert.Equal(state, await referring.StateAsync(draft.Id));
        }

        async Task AgreeAsync()
        {
            var asked = await nora.PostAsync($"/api/cases/{referring.Case:D}/splits", new { step = "refer", referral = draft.Id, reason = "one bed is free" });
            Assert.True(asked.Status == 201, asked.Text);
            Assert.Equal(200, (await susan.PostAsync($"/api/cases/{referring.Case:D}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        }

        async Task<string> PageAsync()
        {
            using var browser = await referring.SignInAsync(nora);
            return (await browser.OpenAsync($"/staff/cases/referrals/{draft.Id:D}")).QuerySelector("main")!.TextContent;
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task A_yes_is_for_one_referral_and_for_one_colleague(Engine engine)
    {
        await using var referring = await ReferralOffice.OpenAsync(engine);
        var (office, nora) = (referring.Office, referring.Nora);
        var (susan, carla, norma) = (await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("norma", "protection_specialist"));
        var sister = (await nora.RegisterAsync(new { })).Id;
        await nora.OpenAsync(new { person = sister });
        await nora.PostAsync("/api/cases/households", new { members = new[] { referring.Consent.PersonId, sister } });
        var path = $"/api/cases/{referring.Case:D}";
        async Task<Guid> DraftAsync(Guid service) => (await nora.PostAsync(path + "/referrals", new { service, kind = "shelter", urgency = "urgent", consent = referring.Consent.Id })).Id;
        async Task AgreeAsync(object question)
        {
            var asked = await nora.PostAsync(path + "/splits", question);
            Assert.True(asked.Status == 201, asked.Text);
            Assert.Equal(200, (await susan.PostAsync($"{path}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        }

        async Task<Told> GiveAsync(Officer owner) => await susan.PostAsync(path + "/assign", new { owner = owner.Id }, ("If-Match", (await susan.GetAsync(path)).Tag!));

        var (beds, mats) = (await DraftAsync(referring.Beds.Id), await DraftAsync(referring.Mats.Id));
        Assert.Equal(["referral form.missing"], (await nora.PostAsync(path + "/splits", new { step = "refer", reason = "x" })).Errors);
        Assert.Equal(["referral cases.value_unfit"], (await nora.PostAsync(path + "/splits", new { step = "refer", referral = referring.Case, reason = "x" })).Errors);
        await AgreeAsync(new { step = "refer", referral = beds, reason = "one bed is free" });
        Assert.Equal("cases.family.split", (await referring.TryAsync(mats, "offer")).Code);
        await referring.DoneAsync(beds, "offer");

        await AgreeAsync(new { step = "assign", owner = carla.Id, reason = "she speaks her language" });
        Assert.Equal("cases.family.split", (await GiveAsync(norma)).Code);
        Assert.Equal(200, (await GiveAsync(carla)).Status);
        // What they were asked stands on the page in words, for the second person too.
        using var browser = await referring.SignInAsync(nora);
        var page = (await browser.OpenAsync($"/staff/cases/{referring.Case:D}/family")).QuerySelector("main")!;
        Assert.All(["Camas", "Carla"], words => Assert.Contains(page.QuerySelectorAll(".card"), card => card.TextContent.Contains(words, StringComparison.Ordinal)));
        Assert.Equal([mats.ToString("D")], page.QuerySelectorAll("select[name=referral] option").Select(option => option.GetAttribute("value")).Where(value => value!.Length > 0 && value != beds.ToString("D")));
    }
}
