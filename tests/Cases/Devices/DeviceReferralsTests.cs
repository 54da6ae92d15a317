using System.Text.Json;
using Tambo.Cases;
using Tambo.Cases.Consent;
using Tambo.Cases.Devices;
using Tambo.Guide.Directory;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Devices;

/// <summary>A referral that was drafted without internet becomes one at the node, or says why not; and what became of it comes back to the device.</summary>
public sealed class DeviceReferralsTests
{
    private const string Root = "/api/cases/devices";
    private static readonly Spot Beds = new("Albergue del muelle") { Need = "shelter", Days = "MO,TU", Phone = "+999 555 0117", Street = "Calle del Faro 12" };
    private static readonly Spot Soup = new("Olla del puerto") { Need = "food" };
    private static readonly Spot Quiet = new("Casa callada") { Need = "shelter", Street = "Calle oculta 7", ServiceLevel = Confidentiality.Withheld };
    private static readonly Spot Shut = new("Comedor cerrado") { Need = "food" };

    [Theory]
    [OnEachEngine]
    public async Task It_becomes_one_draft_or_one_offer_however_often_it_is_sent(Engine engine)
    {
        await using var office = await OfficeAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var device = await DeviceAsync(nora);
        var (person, one, consent) = await Crossing.WomanAsync(nora);
        object Sent(Guid id, Spot service, string kind, bool offer) => new { id, kind = "referral", person, record = one, body = new { service = service.Id, kind, urgency = "urgent", consent, note = "asked at the gate", offer, told = new Dictionary<string, string> { ["general/people_with"] = "two children" } } };
        var (draft, offer) = (Key(), Key());
        var first = await SendAllAsync(nora, device, Sent(draft, Beds, "shelter", false), Sent(offer, Soup, "food", true));
        Assert.Equal(first.Select(answer => answer.GetRawText()), (await SendAllAsync(nora, device, Sent(draft, Beds, "shelter", false), Sent(offer, Soup, "food", true))).Select(answer => answer.GetRawText()));
        Assert.All(first, answer => Assert.Equal(("done", false), (answer.GetProperty("answer").GetString(), answer.TryGetProperty("code", out _))));
        var (written, offered) = (first[0].GetProperty("record").GetGuid(), first[1].GetProperty("record").GetGuid());
        Assert.Equal(["draft", "offered"], (await office.ReadAsync<string>("select state from cases_referrals")).Order());
        var shown = (await nora.GetAsync($"/api/cases/referrals/{written:D}")).Json;
        Assert.Equal(("draft", "asked at the gate", consent), (shown.GetProperty("state").GetString(), shown.GetProperty("note").GetString(), shown.GetProperty("consent").GetGuid()));

        // The line broke when the draft was written and before it was offered: sent again, the rest is done, and that once.
        for (var turn = 0; turn < 2; turn++)
            Assert.Equal("done", (await SendAsync(nora, device, Sent(draft, Beds, "shelter", true))).GetProperty("answer").GetString());
        Assert.Equal(["offered", "offered"], await office.ReadAsync<string>("select state from cases_referrals"));
        Assert.Equal(2, (await office.ReadAsync<string>("select act from cases_referral_steps")).Count);
        // Taken back at the office, it is not offered anew by an answer that was lost.
        await Crossing.StepAsync(nora, offered, "steps", new { act = "withdraw", reason = "other_help_found" });
        Assert.Equal("done", (await SendAsync(nora, device, Sent(offer, Soup, "food", true))).GetProperty("answer").GetString());
        Assert.Equal(["offered", "withdrawn"], (await office.ReadAsync<string>("select state from cases_referrals")).Order());

        // Of somebody who was registered on the phone, with a consent that the node did not know either.
        var (registered, agreed, opened) = (Key(), Key(), Key());
        var all = await SendAllAsync(
            nora, device,
            new { id = registered, kind = "register", body = new { identity = new { names = new[] { new { full = "Ilmara" } }, birth = new { inYear = 1990 } } } },
            new { id = agreed, kind = "consent", person = registered, body = Agreed("general") },
            new { id = Key(), kind = "screening", person = registered, body = new { answers = Array.Empty<object>() } },
            new { id = opened, kind = "case", person = registered, body = new { type = "protection", urgency = "Normal" } },
            new { id = Key(), kind = "referral", person = registered, record = opened, body = new { service = Soup.Id, kind = "food", urgency = "normal", consent = agreed, offer = true } });
        Assert.All(all, answer => Assert.True(answer.GetProperty("answer").GetString() == "done" && !answer.TryGetProperty("code", out _), answer.GetRawText()));
        Assert.Equal(all[1].GetProperty("record").GetGuid(), (await nora.GetAsync($"/api/cases/referrals/{all[4].GetProperty("record").GetGuid():D}")).Json.GetProperty("consent").GetGuid());
        // Of the note nothing stands in the clear.
        Assert.Equal([0L], await office.ReadAsync<long>("select count(*) from platform_audit_entries where details like '%gate%'"));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_not_taken_or_not_offered_says_what_to_do_and_nothing_is_lost(Engine engine)
    {
        await using var office = await OfficeAsync(engine);
        var (nora, saul) = (await office.OfficerAsync("nora", "case_worker", language: "es"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var device = await DeviceAsync(nora);
        var (person, one, consent) = await Crossing.WomanAsync(nora);
        object Sent(Guid id, Guid service, string kind = "shelter", bool offer = true, Guid? rests = null, string? note = null) =>
            new { id, kind = "referral", person, record = one, body = new { service, kind, urgency = "urgent", consent = rests ?? consent, offer, note = note ?? "" } };
        async Task RefusedAsync(string code, object sent, Officer? by = null, Guid? from = null)
        {
            var before = (await office.ReadAsync<long>("select count(*) from cases_referrals")).Single();
            var answer = await SendAsync(by ?? nora, from ?? device, sent);
            Assert.Equal(("refused", code), (answer.GetProperty("answer").GetString(), answer.GetProperty("code").GetString()));
            Assert.Equal([before], await office.ReadAsync<long>("select count(*) from cases_referrals"));
        }

        await RefusedAsync("referral.service_closed", Sent(Key(), Shut.Id, "food"));
        await RefusedAsync("referral.service_closed", Sent(Key(), Key()));
        await RefusedAsync("referral.nothing_agreed", Sent(Key(), Beds.Id, rests: Key()));
        await RefusedAsync("cases.compartment_closed", Sent(Key(), Beds.Id, "trafficking"));
        await RefusedAsync("form.refused", Sent(Key(), Beds.Id, "nothing"));
        await RefusedAsync("form.refused", Sent(Key(), Beds.Id, note: new string('n', 1001)));
        await RefusedAsync("request.not_found", Sent(Key(), Beds.Id), saul, await DeviceAsync(saul));
        await RefusedAsync("cases.device_unfit", new { id = Key(), kind = "referral", person, record = one });
        // A house that is not shown to everybody is closed to whoever may not know of it.
        var flora = await office.OfficerAsync("flora", "frontline_officer");
        await RefusedAsync("referral.service_closed", Sent(Key(), Quiet.Id), flora, await DeviceAsync(flora));
        Assert.Equal("El directorio ya no tiene este servicio, o cerró. Elija otro.", (await SendAsync(nora, device, Sent(Key(), Shut.Id, "food"))).GetProperty("detail").GetString());

        // Corrected under the same key it is taken; the colleague who asked the same meanwhile is told of it.
        var key = Key();
        await RefusedAsync("referral.service_closed", Sent(key, Shut.Id, "food"));
        var made = await SendAsync(nora, device, Sent(key, Soup.Id, "food", offer: false));
        Assert.Equal("done", made.GetProperty("answer").GetString());
        await RefusedAsync("referral.asked_already", Sent(Key(), Soup.Id, "food"));
        Assert.Equal("done", (await SendAsync(nora, device, Sent(key, Soup.Id, "food", offer: false))).GetProperty("answer").GetString());
        await Crossing.StepAsync(nora, made.GetProperty("record").GetGuid(), "steps", new { act = "withdraw", reason = "made_in_error" });
        Assert.Equal("done", (await SendAsync(nora, device, Sent(Key(), Soup.Id, "food", offer: false))).GetProperty("answer").GetString());

        // Shut out since, by the person: it stays a draft and says why, each time it is sent.
        Assert.Equal(201, (await nora.PostAsync($"/api/cases/persons/{person:D}/consents", new { givenBy = new { kind = "self" }, form = "verbal", language = "es", purpose = "referral", exclusions = new[] { new { kind = "one", code = Beds.Id.ToString("D") } } })).Status);
        var shut = Sent(Key(), Beds.Id);
        for (var turn = 0; turn < 2; turn++)
        {
            var stays = await SendAsync(nora, device, shut);
            Assert.Equal(("done", "referral.locked"), (stays.GetProperty("answer").GetString(), stays.GetProperty("code").GetString()));
        }

        Assert.Equal(["draft", "draft", "withdrawn"], (await office.ReadAsync<string>("select state from cases_referrals")).Order());
        // And where the consent was taken back before it arrived.
        var other = await Crossing.WomanAsync(nora);
        Assert.Equal(200, (await nora.PostAsync($"/api/cases/persons/{other.Person:D}/consents/{other.Consent:D}/withdraw", new { })).Status);
        var ended = await SendAsync(nora, device, new { id = Key(), kind = "referral", person = other.Person, record = other.Case, body = new { service = Beds.Id, kind = "shelter", urgency = "normal", consent = other.Consent, offer = true } });
        Assert.Equal(("done", "referral.consent_withdrawn"), (ended.GetProperty("answer").GetString(), ended.GetProperty("code").GetString()));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_device_is_given_how_referrals_stand_and_the_services_near_its_user_that_they_may_know_of(Engine engine)
    {
        await using var office = await OfficeAsync(engine);
        var (vera, flora) = (await office.OfficerAsync("vera", "protection_specialist"), await office.OfficerAsync("flora", "frontline_officer"));
        var (_, one, consent) = await Crossing.WomanAsync(vera);
        var referral = (await vera.PostAsync($"/api/cases/{one:D}/referrals", new { service = Beds.Id, kind = "shelter", urgency = "urgent", consent, note = "a word" })).Id;
        await vera.PostAsync($"/api/cases/{one:D}/referrals", new { service = Beds.Id, kind = "gender_violence", urgency = "urgent", consent });
        var (veras, floras) = (await DeviceAsync(vera), await DeviceAsync(flora));
        async Task<JsonElement> FetchAsync(Officer by, Guid device, object body)
        {
            var told = await by.PostAsync($"{Root}/{device:D}/cases", body);
            Assert.True(told.Status == 200, told.Text);
            return told.Json;
        }

        var given = await FetchAsync(vera, veras, new { services = "" });
        var kept = given.GetProperty("cases")[0];
        // What may not lie on a device is not on it: not that help after violence was asked for, nor from whom.
        var known = Assert.Single(kept.GetProperty("referrals").EnumerateArray());
        Assert.Equal((referral, "draft", Beds.Name, "a word", Tambo.Cases.Referrals.Referral.CodeOf(referral)), (known.GetProperty("id").GetGuid(), known.GetProperty("state").GetString(), known.GetProperty("name").GetString(), known.GetProperty("note").GetString(), known.GetProperty("code").GetString()));
        Assert.DoesNotContain("gender_violence", given.GetRawText(), StringComparison.Ordinal);
        var (list, tag) = (given.GetProperty("referring").GetProperty("services").GetProperty("list").EnumerateArray().ToList(), given.GetProperty("referring").GetProperty("services").GetProperty("tag").GetString());
        Assert.Equal([Beds.Id, Quiet.Id, Soup.Id], list.Select(service => service.GetProperty("id").GetGuid()).OrderBy(id => id == Beds.Id ? 0 : id == Quiet.Id ? 1 : 2));
        var beds = list.Single(service => service.GetProperty("id").GetGuid() == Beds.Id);
        Assert.Contains("Calle del Faro 12", beds.GetProperty("places")[0].GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, "+999 555 0117", "shelter"), (beds.GetProperty("places")[0].GetProperty("hours").GetArrayLength() > 0 ? 1 : 0, beds.GetProperty("phones")[0].GetString(), beds.GetProperty("needs")[0].GetString()));
        // A house that is not shown to everybody is named to those alone who may know of it, and its address to nobody.
        var quiet = list.Single(service => service.GetProperty("id").GetGuid() == Quiet.Id);
        Assert.Equal((true, 0), (quiet.GetProperty("hidden").GetBoolean(), quiet.GetProperty("places").GetArrayLength()));
        Assert.DoesNotContain("Calle oculta", given.GetRawText(), StringComparison.Ordinal);
        var floraHas = await FetchAsync(flora, floras, new { services = "" });
        Assert.DoesNotContain(Quiet.Name, floraHas.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(Beds.Name, floraHas.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["identity", "general", "health", "child"], floraHas.GetProperty("referring").GetProperty("open").EnumerateArray().Select(open => open.GetString()));

        // Not asked for, or there already, they are not sent again.
        Assert.False((await FetchAsync(vera, veras, new { })).GetProperty("referring").TryGetProperty("services", out _));
        Assert.False((await FetchAsync(vera, veras, new { services = tag })).GetProperty("referring").GetProperty("services").TryGetProperty("list", out _));

        // What became of it is given anew, with the reason.
        var have = given.GetProperty("cases").EnumerateArray().Concat(given.GetProperty("persons").EnumerateArray()).ToDictionary(record => record.GetProperty("id").GetString()!, record => record.GetProperty("tag").GetString()!);
        Assert.Equal(0, (await FetchAsync(vera, veras, new { have })).GetProperty("cases").GetArrayLength());
        await Crossing.StepAsync(vera, referral, "steps", new { act = "withdraw", reason = "other_help_found" });
        var after = (await FetchAsync(vera, veras, new { have })).GetProperty("cases")[0].GetProperty("referrals")[0];
        Assert.Equal(("withdrawn", "other_help_found"), (after.GetProperty("state").GetString(), after.GetProperty("reason").GetString()));

        // Whoever refers nobody is given neither.
        await office.AddRoleAsync("keeper", CasesRights.Read, CasesRights.Edit, CasesRights.Register, "cases.see.identity", "cases.see.general");
        var kim = await office.OfficerAsync("kim", "keeper");
        var mine = (await kim.RegisterAsync(new { })).Id;
        await kim.OpenAsync(new { person = mine });
        var without = await FetchAsync(kim, await DeviceAsync(kim), new { services = "" });
        Assert.Equal((1, false, false), (without.GetProperty("cases").GetArrayLength(), without.TryGetProperty("referring", out _), without.GetProperty("cases")[0].TryGetProperty("referrals", out _)));
    }

    [Fact]
    public async Task However_many_services_there_are_a_device_keeps_few_and_the_nearest_of_each_kind()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { Country = "MX" } });
        string[] needs = ["shelter", "food", "health", "legal", "school", "work", "transport", "office", "mind"];
        // Long texts: each kind has more than fits. What is farther north is farther from the largest town of the country.
        await TownNode.AddAsync(office.Node, Spot.Records([.. needs.SelectMany(need => Enumerable.Range(1, 40).Select(number => new Spot($"{need} {number:00}") { Need = need, Kilometres = 41 - number, Street = new string('s', 2000), Days = "MO,TU,WE", Phone = "+999 555 0117" }))], SettableTime.Noon));
        var nora = await office.OfficerAsync("nora", "case_worker");
        var told = await nora.PostAsync($"{Root}/{await DeviceAsync(nora):D}/cases", new { services = "" });
        var list = told.Json.GetProperty("referring").GetProperty("services").GetProperty("list");
        Assert.InRange(list.GetArrayLength(), needs.Length, KeptServices.Most);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(list.GetRawText()), 1, KeptServices.MostBytes);
        Assert.All(list.EnumerateArray(), service => Assert.InRange(int.Parse(service.GetProperty("name").GetString()![^2..], System.Globalization.CultureInfo.InvariantCulture), 33, 40));
        // Those that are legal's alone may not lie on a device; of every other kind there is some.
        Assert.Equal(needs.Where(need => need != "legal").Order(StringComparer.Ordinal), list.EnumerateArray().SelectMany(service => service.GetProperty("needs").EnumerateArray()).Select(need => need.GetString()!).Distinct().Order(StringComparer.Ordinal));
    }

    private static async Task<CasesOffice> OfficeAsync(Engine engine)
    {
        var office = await CasesOffice.OpenAsync(engine);
        var records = Spot.Records([Beds, Soup, Quiet, Shut], SettableTime.Noon);
        await TownNode.AddAsync(office.Node, records with { Services = [.. records.Services.Select(service => service.Id == Shut.Id ? service with { Status = "inactive" } : service)] });
        return office;
    }

    private static object Agreed(string category) => new
    {
        givenBy = new { kind = "self" },
        form = "verbal",
        language = "en",
        noticeVersion = NoticeWording.All[0].Version,
        explained = NoticeWording.Points,
        freeToRefuse = true,
        purpose = "referral",
        scopes = new[] { new { category, recipient = new { kind = "class", code = "service_provider" }, action = "share" } },
    };

    private static Guid Key() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private static async Task<Guid> DeviceAsync(Officer officer) => (await officer.PostAsync(Root, new { name = "Phone", proof = new string('a', 43) })).Id;

    private static async Task<JsonElement> SendAsync(Officer officer, Guid device, object change) => (await SendAllAsync(officer, device, change)).Single();

    private static async Task<List<JsonElement>> SendAllAsync(Officer officer, Guid device, params object[] changes)
    {
        var told = await officer.PostAsync($"{Root}/{device:D}/changes", new { changes });
        Assert.True(told.Status == 200, told.Text);
        return [.. told.Json.GetProperty("answers").EnumerateArray()];
    }
}
