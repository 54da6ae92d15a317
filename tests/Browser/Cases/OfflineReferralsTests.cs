using Microsoft.Playwright;
using Tambo.Cases.Consent;
using Tambo.Cases.Referrals;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Cases;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Cases;

/// <summary>Referrals that are drafted on a phone without internet.</summary>
public sealed partial class OfflineCasesTests
{
    private static readonly Spot Beds = new("Albergue del muelle") { Need = "shelter", Days = "MO,TU,WE,TH,FR,SA,SU", Phone = "+999 555 0117", Street = "Calle del Faro 12" };
    private static readonly Spot Soup = new("Olla del puerto") { Need = "food" };

    [Fact]
    public async Task Referrals_are_drafted_without_internet_shown_to_the_person_sent_once_and_come_back_with_what_became_of_them()
    {
        await ServicesAsync();
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var (person, one) = await CaseAsync(nora, "Anahira Quimbal");
        var consent = await AgreeAsync(nora, person);
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.UnlockAsync();

        // Somebody who is kept: what would be handed over is what they agreed to.
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button:has-text('Refer to a service')");
        await ChooseAsync(phone, "shelter", Beds.Name);
        Assert.True(await phone.IsCheckedAsync("[name=helpUrgency][value=urgent]"));
        await phone.FillAsync("[name='helpTold_general/people_with']", "two children");
        await phone.FillAsync("[name=helpNote]", "her cousin waits in the port");
        await phone.CheckAsync("[name=helpOffer]");
        var given = await phone.InnerTextAsync("#vault-refer-fields");
        Assert.All(["Name: Anahira Quimbal", "Age: 18 to 59 years", "People who come along: two children", "Language: Nothing"], said => Assert.Contains(said, given, StringComparison.Ordinal));
        Assert.Empty(await Axe.BreachesAsync(phone));
        await SaveAsync(phone);
        // Where to go, for the person: no name of theirs, and nothing of the need.
        var slip = await phone.InnerTextAsync("#vault-slip");
        Assert.All([Beds.Name, "Calle del Faro 12", "+999 555 0117", "8:00", "come from the office once this is sent"], said => Assert.Contains(said, slip, StringComparison.Ordinal));
        Assert.All(["Anahira", "cousin", "shelter", "A bed"], said => Assert.DoesNotContain(said, slip, StringComparison.Ordinal));
        Assert.Empty(await Axe.BreachesAsync(phone));

        // It is changed until it is sent; another one is drafted and deleted, and a third stays.
        await phone.ClickAsync("[data-do=back]");
        await phone.ClickAsync("#vault-facts button:has-text('Change it')");
        Assert.Equal("two children", await phone.InputValueAsync("[name='helpTold_general/people_with']"));
        await phone.FillAsync("[name='helpTold_general/people_with']", "three children");
        await SaveAsync(phone);
        await phone.ClickAsync("[data-do=back]");
        for (var turn = 0; turn < 2; turn++)
        {
            await phone.ClickAsync("#vault-steps button:has-text('Refer to a service')");
            await ChooseAsync(phone, "food", Soup.Name);
            await SaveAsync(phone);
            await phone.ClickAsync("[data-do=back]");
        }

        phone.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await phone.ClickAsync("[data-do=back]");
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 3." }).WaitForAsync();
        await phone.ClickAsync($"#vault-outbox li:has-text('{Soup.Name}') >> nth=0 >> button:has-text('Delete')");
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 2." }).WaitForAsync();

        // Somebody who was registered here: not before there is a consent, a screening and a case.
        await RegisterAsync(phone, "Ilmara", 30);
        Assert.Contains("record a consent for referral", await phone.InnerTextAsync("#vault-steps"), StringComparison.Ordinal);
        await phone.ClickAsync("#vault-steps button:has-text('Consent')");
        await phone.SelectOptionAsync("#vault-consent [name=purpose]", "referral");
        foreach (var box in await phone.Locator("#vault-consent [name^=p_]").AllAsync())
            await box.CheckAsync();
        foreach (var choice in new[] { "[name=scopes][value=general]", "[name=to][value=service_provider]", "[name=how][value=share]", "[name=givenBy][value=self]", "[name=form][value=verbal]" })
            await phone.CheckAsync("#vault-consent " + choice);
        await phone.DoneAsync(() => phone.ClickAsync("#vault-consent button:not([type])"));
        await phone.ClickAsync("#vault-steps button:has-text('Screening')");
        await phone.ClickAsync("#vault-screen button:not([type])");
        await phone.ClickAsync("#vault-result button");
        await phone.Locator("#vault-opening").WaitForAsync();
        await phone.DoneAsync(() => phone.ClickAsync("#vault-opening button:not([type])"));
        await phone.ClickAsync("#vault-steps button:has-text('Refer to a service')");
        await ChooseAsync(phone, "shelter", Beds.Name);
        Assert.Contains("Name: No.", await phone.InnerTextAsync("#vault-refer-fields"), StringComparison.Ordinal);
        await phone.CheckAsync("[name=helpOffer]");
        await SaveAsync(phone);
        await phone.ClickAsync("[data-do=back]");
        await phone.ClickAsync("[data-do=back]");

        // Meanwhile a colleague has asked the same of the second service; the phone is told so, and nothing of the rest is held up.
        Assert.Equal(201, (await omar.PostAsync($"/api/cases/{one:D}/referrals", new { service = Soup.Id, kind = "food", urgency = "normal", consent })).Status);
        line.Mend();
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 1. To decide: 0." }).WaitForAsync();
        Assert.Contains("There is a referral of this person to this service for the same help", await phone.InnerTextAsync("#vault-outbox"), StringComparison.Ordinal);
        Assert.Equal(["draft", "offered", "offered"], (await office.ReadAsync<string>("select state from cases_referrals")).Order());
        await phone.SendAsync();
        Assert.Equal([3L], await office.ReadAsync<long>("select count(*) from cases_referrals"));
        await phone.ClickAsync("#vault-outbox button:has-text('Delete')");
        await phone.Locator("#vault-outbox", new() { HasText = "Refused: 0." }).WaitForAsync();
        var id = (await office.ReadAsync<Guid>("select id from cases_referrals where case_id = @one and state = 'offered'", new { one })).Single();
        Assert.Equal("her cousin waits in the port", (await nora.GetAsync($"/api/cases/referrals/{id:D}")).Json.GetProperty("note").GetString());

        // How it stands, its code, and at the next contact what became of it.
        await phone.ClickAsync("#vault-list .card:has-text('Anahira') button");
        await phone.Locator("#vault-facts .card", new() { HasText = "Offered" }).WaitForAsync();
        await phone.ClickAsync("#vault-facts .card:has-text('Offered') button");
        Assert.Contains("Code: " + Referral.CodeOf(id), await phone.InnerTextAsync("#vault-slip"), StringComparison.Ordinal);
        await Crossing.StepAsync(nora, id, "steps", new { act = "withdraw", reason = "person_changed_mind" });
        await phone.ClickAsync("[data-do=back]");
        await phone.ClickAsync("[data-do=back]");
        await phone.SendAsync();
        await phone.ClickAsync("#vault-list .card:has-text('Anahira') button");
        Assert.Contains("The person changed their mind", await phone.InnerTextAsync("#vault-facts"), StringComparison.Ordinal);
        Assert.True(await phone.EvaluateAsync<int>("document.documentElement.scrollWidth") <= BrowserOfTests.Phone);
    }

    private Task ServicesAsync() => TownNode.AddAsync(office.Node, Spot.Records([Beds, Soup], SettableTime.Noon));

    private static async Task<Guid> AgreeAsync(Officer officer, Guid person)
    {
        var agreed = await officer.PostAsync($"/api/cases/persons/{person:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            explained = NoticeWording.Points,
            freeToRefuse = true,
            purpose = "referral",
            scopes = from category in new[] { "identity", "general" }
                     from action in new[] { "view", "share" }
                     select new { category, recipient = new { kind = "class", code = "service_provider" }, action },
        });
        Assert.True(agreed.Status == 201, agreed.Text);
        return agreed.Id;
    }

    // A draft of somebody who is kept, from the list on.
    private static async Task ReferAsync(IPage phone, string note)
    {
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button:has-text('Refer to a service')");
        await ChooseAsync(phone, "shelter", Beds.Name);
        await phone.FillAsync("[name=helpNote]", note);
        await SaveAsync(phone);
        await phone.ClickAsync("[data-do=back]");
        await phone.ClickAsync("[data-do=back]");
    }

    private static async Task ChooseAsync(IPage phone, string kind, string service)
    {
        await phone.SelectOptionAsync("[name=helpKind]", kind);
        await phone.CheckAsync($"#vault-refer-services label:has-text('{service}') input");
    }

    private static async Task SaveAsync(IPage phone)
    {
        await phone.DoneAsync(() => phone.ClickAsync("#vault-refer form button:not([type])"));
        await phone.Locator("#vault-slip h2").WaitForAsync();
    }
}
