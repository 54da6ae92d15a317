using Microsoft.Playwright;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Cases;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Cases;

/// <summary>Cases on a phone without internet: nothing is lost, nothing written over, and nobody else sees them.</summary>
[TakesLong(230)]
public sealed partial class OfflineCasesTests(BrowserOfTests browser) : IAsyncLifetime
{
    private CasesOffice office = null!;
    private NetworkLine line = null!;

    public async ValueTask InitializeAsync()
    {
        office = await CasesOffice.OpenAsync(Engine.Sqlite, at: TimeProvider.System.GetUtcNow());
        line = new NetworkLine(office.Node.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await line.DisposeAsync();
        await office.DisposeAsync();
    }

    [Fact]
    public async Task Two_officers_change_one_case_without_internet_and_the_second_decides_field_by_field()
    {
        var (nora, omar, sofia) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("sofia", "cases_supervisor"));
        var (person, one) = await CaseAsync(nora, "Anahira Quimbal");
        var noras = await PhoneAsync("nora");
        await noras.EnrolAsync();
        Assert.Equal(200, (await sofia.SendAsync(HttpMethod.Post, $"/api/cases/{one:D}/assign", new { owner = omar.Id }, ("If-Match", "\"v1\""))).Status);
        var omars = await PhoneAsync("omar");
        await omars.EnrolAsync();

        line.Cut();
        foreach (var (phone, notes, sex, note) in new[] { (omars, "Knows a cousin in the port", "female", "omar was there"), (noras, "Has nobody here", "", "nora was there") })
        {
            await phone.UnlockAsync();
            await phone.ClickAsync("#vault-list button");
            await phone.ClickAsync("#vault-steps button >> nth=0");
            await phone.FillAsync("[name=notes]", notes);
            if (sex.Length > 0)
                await phone.CheckAsync($"[name=sex][value={sex}]");
            else
                await phone.FillAsync("[name=phone]", "+999 555 0188");
            await phone.ClickAsync("#vault-person form button:not([type])");
            await phone.Locator("#vault-facts", new() { HasText = notes }).WaitForAsync();
            await phone.FillAsync("#vault-change [name=note]", note);
            await phone.ClickAsync("#vault-change button");
            await phone.Locator("#vault-facts", new() { HasText = note }).WaitForAsync();
            await phone.ClickAsync("[data-do=back]");
            await phone.Locator("#vault-outbox", new() { HasText = "To send: 2. Refused: 0. To decide: 0." }).WaitForAsync();
        }

        line.Mend();
        await omars.SendAsync();
        await omars.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        await noras.SendAsync();
        await noras.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 2." }).WaitForAsync();
        // Nothing of Omar's is written over, and what only Nora wrote is there.
        var file = (await omar.GetAsync($"/api/cases/persons/{person:D}")).Json;
        Assert.Equal(
            ("Knows a cousin in the port", "female", "+999 555 0188"),
            (file.GetProperty("general").GetProperty("notes").GetString(), file.GetProperty("identity").GetProperty("sexRecorded").GetString(), file.GetProperty("identity").GetProperty("contact")[0].GetProperty("value").GetString()));

        // Closed and opened again, what is to be decided is still there.
        await noras.UnlockAsync();
        await noras.ClickAsync("#vault-outbox button >> nth=0");
        var choices = await noras.Locator("#vault-choices").InnerTextAsync();
        Assert.All(["It was: general-notes", "You wrote: Has nobody here", "Somebody else wrote: Knows a cousin in the port"], said => Assert.Contains(said, choices, StringComparison.Ordinal));
        Assert.DoesNotContain("0188", choices, StringComparison.Ordinal);
        Assert.Empty(await Axe.BreachesAsync(noras));
        await noras.CheckAsync("#vault-choices input[value=mine]");
        await noras.ClickAsync("#vault-conflict button");
        await noras.Locator("#vault-outbox", new() { HasText = "To decide: 1." }).WaitForAsync();
        await noras.ClickAsync("#vault-outbox button >> nth=0");
        await noras.Locator("#vault-choices", new() { HasText = "omar was there" }).WaitForAsync();
        await noras.CheckAsync("#vault-choices input[value=theirs]");
        await noras.ClickAsync("#vault-conflict button");
        await noras.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal("Has nobody here", (await omar.GetAsync($"/api/cases/persons/{person:D}")).Json.GetProperty("general").GetProperty("notes").GetString());
        Assert.Equal("omar was there", (await omar.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("note").GetString());
        var history = (await omar.GetAsync($"/api/cases/persons/{person:D}/conflicts")).Json;
        Assert.All(history.EnumerateArray(), conflict => Assert.Equal("settled", conflict.GetProperty("state").GetString()));
        Assert.All(["Has nobody here", "Knows a cousin in the port", "omar was there", "nora was there"], said => Assert.Contains(said, history.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_girl_of_14_is_registered_screened_and_given_a_case_without_internet_and_arrives_once_through_twenty_cuts()
    {
        var (flora, omar) = (await office.OfficerAsync("flora", "frontline_officer"), await office.OfficerAsync("omar", "case_worker"));
        var phone = await PhoneAsync("flora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.UnlockAsync();
        await RegisterAsync(phone, "Ilmara", 14);
        await phone.ClickAsync("#vault-steps button:has-text('Consent')");
        foreach (var box in await phone.Locator("#vault-consent [name^=p_]").AllAsync())
            await box.CheckAsync();
        foreach (var choice in new[] { "[name=scopes][value=general]", "[name=to][value=child_protection]", "[name=how][value=share]", "[name=givenBy][value=self]", "[name=form][value=verbal]" })
            await phone.CheckAsync("#vault-consent " + choice);
        Assert.True(await phone.Locator("#vault-child").IsVisibleAsync());
        await phone.SelectOptionAsync("[name=lang]", "es");
        Assert.Contains("Le voy a hacer", await phone.Locator("#vault-consent [data-aloud] >> nth=0").InnerTextAsync(), StringComparison.Ordinal);
        await phone.DoneAsync(() => phone.ClickAsync("#vault-consent button:not([type])"));
        Assert.Contains("not a consent yet", await phone.SaysAsync(), StringComparison.Ordinal);
        await phone.SelectOptionAsync("[name=whyNoGuardian]", "may_do_harm");
        await phone.FillAsync("[name=bestInterestsBy]", "the child protection officer");
        await phone.ClickAsync("#vault-consent button:not([type])");

        await phone.ClickAsync("#vault-steps button:has-text('Screening')");
        await phone.CheckAsync("[name='a_triage.child_other_adult'][value=yes]");
        await phone.ClickAsync("#vault-screen button:not([type])");
        await phone.CheckAsync("[name='a_unaccompanied_separated_child.adult_answers'][value=yes]");
        await phone.CheckAsync("[name='a_unaccompanied_separated_child.afraid_of_adult'][value=yes]");
        await phone.ClickAsync("#vault-screen button:not([type])");
        if (!await phone.Locator("#vault-result").IsVisibleAsync())
            await phone.ClickAsync("#vault-screen button:not([type])");
        var result = await phone.Locator("#vault-result").InnerTextAsync();
        Assert.All(["Emergency", "do not wait for the internet", "Not to be detained", "Child protection"], said => Assert.Contains(said, result, StringComparison.Ordinal));
        await phone.ClickAsync("#vault-result button");
        await phone.Locator("#vault-opening").WaitForAsync();
        Assert.True(await phone.Locator("[name=caseUrgency][value=Emergency]").IsCheckedAsync());
        await phone.SelectOptionAsync("[name=kind]", "child");
        await phone.ClickAsync("#vault-opening button:not([type])");
        await phone.Locator("#vault-case").WaitForAsync();
        for (var more = 0; more < 9; more++)
        {
            await phone.ClickAsync("[data-do=back]");
            await RegisterAsync(phone, "Person " + more, 30);
        }

        // The last of them agrees to nothing, hears no more, and says who must never see their file: of each kind as many as they want.
        await phone.ClickAsync("#vault-steps button:has-text('Consent')");
        await phone.ClickAsync("#vault-consent summary");
        foreach (var choice in new[] { "[name=never][value=police]", "[name=never][value=media]", "[name=neverCountry][value=AND]", "[name=neverCountry][value=SMR]", $"[name=neverOne][value='{omar.Id:D}']", "[name=givenBy][value=self]", "[name=form][value=verbal]" })
            await phone.CheckAsync("#vault-consent " + choice);
        await phone.FillAsync("#vault-consent [name=neverNamed]", "A bad register\nAnother one");
        Assert.Empty(await Axe.BreachesAsync(phone));
        await phone.ClickAsync("#vault-consent button:not([type])");

        await phone.ClickAsync("[data-do=back]");
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 14." }).WaitForAsync();

        // Twenty times the line is cut: before it arrives, or after, with the answer lost.
        var cuts = 0;
        await phone.Context.RouteAsync("**/api/cases/devices/*/c*", async route =>
        {
            if (cuts++ >= 20)
            {
                await route.ContinueAsync();
                return;
            }

            if (cuts % 2 == 0)
                await route.FetchAsync();
            await route.AbortAsync();
        });
        line.Mend();
        for (var turn = 0; turn < 40 && cuts <= 20; turn++)
            await phone.SendAsync();
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.True(cuts > 20);
        foreach (var (table, count) in new[] { ("cases_persons", 10L), ("cases_consents", 2L), ("cases_screenings", 1L), ("cases_cases", 1L) })
            Assert.Equal([count], await office.ReadAsync<long>("select count(*) from " + table));
        var agreed = new List<System.Text.Json.JsonElement>();
        foreach (var person in await office.ReadAsync<Guid>("select distinct person_id from cases_consents"))
            agreed.AddRange((await flora.GetAsync($"/api/cases/persons/{person:D}/consents")).Json.EnumerateArray().Select(one => one.GetProperty("consent")));
        var refusal = agreed.Single(one => one.GetProperty("refuses").GetBoolean());
        Assert.Equal(
            ["A bad register", "AND", "Another one", "SMR", "media", omar.Id.ToString("D"), "police"],
            refusal.GetProperty("exclusions").EnumerateArray().Select(one => one.GetProperty("recipient").GetProperty("code").GetString()!).OrderBy(code => code == omar.Id.ToString("D") ? "n" : code, StringComparer.Ordinal));
        // The node makes of the answers what the phone has said.
        Assert.Equal([0], await office.ReadAsync<int>("select urgency from cases_screenings"));
        Assert.Equal([0], await office.ReadAsync<int>("select urgency from cases_cases"));
        await phone.Locator("#vault-list .card", new() { HasText = "Ilmara" }).WaitForAsync();
        Assert.Equal(1, await phone.Locator("#vault-list .card").CountAsync());
    }

    [Fact]
    public async Task What_is_refused_says_why_and_is_corrected_on_the_phone()
    {
        await office.OfficerAsync("flora", "frontline_officer");
        var phone = await PhoneAsync("flora");
        await phone.EnrolAsync();
        await phone.ClickAsync("[data-do=new]");
        await phone.FillAsync("[name=given]", "Ilmara");
        await phone.FillAsync("[name=birthYear]", "2999");
        await phone.ClickAsync("#vault-person form button:not([type])");
        await phone.Locator("#vault-case").WaitForAsync();
        await phone.ClickAsync("[data-do=back]");
        await phone.Locator("#vault-outbox", new() { HasText = "Refused: 1." }).WaitForAsync();
        Assert.Contains("Check the day or year of bir", await phone.Locator("#vault-outbox").InnerTextAsync(), StringComparison.Ordinal);
        await phone.ClickAsync("#vault-outbox button:has-text('Correct')");
        Assert.Equal("2999", await phone.InputValueAsync("[name=birthYear]"));
        await phone.FillAsync("[name=birthYear]", "1999");
        await phone.DoneAsync(() => phone.ClickAsync("#vault-person form button:not([type])"));
        Assert.Equal([1L], await office.ReadAsync<long>("select count(*) from cases_persons"));
    }

    [Fact]
    public async Task Two_people_on_one_phone_see_nothing_of_each_other_and_signing_out_locks()
    {
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        await ServicesAsync();
        await AgreeAsync(nora, (await CaseAsync(nora, "Anahira Quimbal")).Person);
        await CaseAsync(omar, "Belisar Torpana");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        await phone.Locator("#vault-list", new() { HasText = "Anahira" }).WaitForAsync();
        // A referral that waits is Nora's alone too.
        line.Cut();
        await phone.UnlockAsync();
        await ReferAsync(phone, "a-note-of-nora");
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 1." }).WaitForAsync();
        line.Mend();
        await phone.Context.RouteAsync("**/changes*", route => route.AbortAsync());
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.ClickAsync("form[action='/staff/sign-out'] button");
        await phone.WaitForURLAsync(url => !url.Contains("offline", StringComparison.Ordinal));
        // Signed out, nothing opens without the node: neither the page nor, had somebody kept it, the vault.
        Assert.False(await phone.EvaluateAsync<bool>("async () => !!(await (await caches.open('tambo-vault')).match('/staff/cases/offline'))"));

        await phone.SignInAsync(office, "omar");
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.Locator("#vault-enrol").WaitForAsync();
        Assert.DoesNotContain("Anahira", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        await phone.EnrolAsync("katydid-9");
        Assert.DoesNotContain("Anahira", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.DoesNotContain("Nora", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.Contains("To send: 0.", await phone.InnerTextAsync("#vault-outbox"), StringComparison.Ordinal);
        Assert.Equal(1, await phone.Locator("#vault-list .card").CountAsync());
        Assert.Equal(2, (await phone.CountAsync()).Vaults);
        // Offline it is Omar's that opens, with his PIN alone.
        line.Cut();
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.TryPinAsync(OfficersPhone.Pin);
        Assert.Contains("Wrong PIN", await phone.SaysAsync(), StringComparison.Ordinal);
        await phone.UnlockAsync("katydid-9");
        Assert.Contains("Belisar", await phone.InnerTextAsync("#vault-list"), StringComparison.Ordinal);
        line.Mend();

        await phone.SignInAsync(office, "nora");
        await phone.UnlockAsync();
        var shown = await phone.InnerTextAsync("body");
        Assert.Contains("Anahira", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Belisar", shown, StringComparison.Ordinal);
        Assert.Contains(Beds.Name, await phone.InnerTextAsync("#vault-outbox"), StringComparison.Ordinal);
        Assert.Equal([0L], await office.ReadAsync<long>("select count(*) from cases_referrals"));
    }

    [Fact]
    public async Task Ten_wrong_pins_destroy_what_is_kept_offline_and_online()
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        await CaseAsync(nora, "Anahira Quimbal");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.GotoAsync(OfficersPhone.Page);
        for (var attempt = 1; attempt < 10; attempt++)
        {
            await phone.TryPinAsync("80531" + attempt);
            Assert.Contains($"{10 - attempt} tr", await phone.SaysAsync(), StringComparison.Ordinal);
        }

        // Neither closing the page nor pulling the plug gives a try back.
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.UntilAsync("() => /1 try/.test(document.querySelector('#vault-state').textContent)");
        await phone.TryPinAsync("805310");
        Assert.Contains("deleted", await phone.SaysAsync(), StringComparison.Ordinal);
        Assert.Equal((0, 0), await phone.CountAsync());
        line.Mend();
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.Locator("#vault-enrol").WaitForAsync();
        Assert.Equal("wiped", (await nora.GetAsync("/api/cases/devices")).Json[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_weak_pin_is_not_taken()
    {
        await office.OfficerAsync("nora", "case_worker");
        var phone = await PhoneAsync("nora");
        await phone.GotoAsync(OfficersPhone.Page);
        foreach (var pin in new[] { "12345", "123456", "987654", "111111", "121212", "123123", "15061990", "150690", "147258", "112211" })
        {
            await phone.FillAsync("[name=deviceName]", "Phone");
            await phone.FillAsync("[name=pin]", pin);
            await phone.FillAsync("[name=pinAgain]", pin);
            await phone.DoneAsync(() => phone.ClickAsync("#vault-enrol button"));
            Assert.Contains("first that anybody", await phone.SaysAsync(), StringComparison.Ordinal);
        }

        Assert.Equal([0L], await office.ReadAsync<long>("select count(*) from cases_devices"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_phone_that_is_to_be_wiped_destroys_what_it_keeps_and_says_so_signed_in_or_not(bool signedIn)
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        await ServicesAsync();
        await AgreeAsync(nora, (await CaseAsync(nora, "Anahira Quimbal")).Person);
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        var sofia = await office.OfficerAsync("sofia", "cases_supervisor");
        var boss = await PhoneAsync("sofia");
        line.Cut();
        await phone.UnlockAsync();
        await ReferAsync(phone, "a-note");
        await RegisterAsync(phone, "Unsent", 30);
        line.Mend();
        await boss.GotoAsync("/staff/cases/devices?lang=en");
        Assert.Contains("Blue phone", await boss.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Empty(await Axe.BreachesAsync(boss));
        await boss.ClickAsync("main summary");
        Assert.Contains("What it has not sent is lost", await boss.InnerTextAsync("main"), StringComparison.Ordinal);
        await boss.ClickAsync("main .stop");
        await boss.Locator("main", new() { HasText = "To be wiped" }).WaitForAsync();

        if (signedIn)
        {
            // While it is open: at its next contact.
            await phone.EvaluateAsync("dispatchEvent(new Event('online'))");
            await phone.UntilAsync("() => /deleted/.test(document.querySelector('#vault-state').textContent)");
        }
        else
        {
            // Found by somebody else, without a session, and opened on another staff page.
            await phone.Context.ClearCookiesAsync();
            await phone.GotoAsync("/staff/sign-in");
            await phone.UntilAsync("() => !localStorage.getItem('tambo-vault')");
        }

        Assert.Equal((0, 0), await phone.CountAsync());
        Assert.DoesNotContain("Anahira", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.Equal("wiped", (await sofia.GetAsync("/api/cases/devices")).Json[0].GetProperty("state").GetString());
        Assert.Equal([1L], await office.ReadAsync<long>("select count(*) from cases_persons"));
        Assert.Equal([0L], await office.ReadAsync<long>("select count(*) from cases_referrals"));
    }

    [Fact]
    public async Task Without_contact_it_opens_for_three_days_and_is_destroyed_after_fourteen()
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        await ServicesAsync();
        await AgreeAsync(nora, (await CaseAsync(nora, "Anahira Quimbal")).Person);
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.UnlockAsync();
        await ReferAsync(phone, "a-note");
        await RegisterAsync(phone, "Draft", 30);

        // Four days on, it needs the node, and loses nothing meanwhile. A clock that is put back does not help.
        var later = await phone.Context.NewPageAsync();
        await later.SetClockAsync(TimeSpan.FromDays(4));
        await phone.CloseAsync();
        await later.GotoAsync(OfficersPhone.Page);
        await later.TryPinAsync(OfficersPhone.Pin);
        Assert.Contains("too long", await later.SaysAsync(), StringComparison.Ordinal);
        var back = await later.Context.NewPageAsync();
        await later.CloseAsync();
        await back.GotoAsync(OfficersPhone.Page);
        await back.TryPinAsync(OfficersPhone.Pin);
        Assert.Contains("too long", await back.SaysAsync(), StringComparison.Ordinal);
        line.Mend();
        await back.UnlockAsync();
        Assert.Equal([2L], await office.ReadAsync<long>("select count(*) from cases_persons"));
        Assert.Equal(["draft"], await office.ReadAsync<string>("select state from cases_referrals"));

        // Fifteen days on nothing is left, by the clock of the phone or, where it can be asked, of the node.
        line.Cut();
        var last = await back.Context.NewPageAsync();
        await last.SetClockAsync(TimeSpan.FromDays(15));
        await back.CloseAsync();
        await last.GotoAsync(OfficersPhone.Page);
        await last.UntilAsync("() => /deleted/.test(document.querySelector('#vault-state').textContent)");
        Assert.Equal((0, 0), await last.CountAsync());
    }

    [Fact]
    public async Task The_node_orders_a_phone_to_forget_by_its_own_clock()
    {
        await office.OfficerAsync("nora", "case_worker");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        office.Time.Advance(TimeSpan.FromDays(15));
        await phone.GotoAsync("/staff/sign-in");
        await phone.UntilAsync("() => !localStorage.getItem('tambo-vault')");
        Assert.Equal((0, 0), await phone.CountAsync());
    }

    [Fact]
    public async Task What_arrives_while_a_form_is_open_is_not_taken_back_by_it()
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        var (person, one) = await CaseAsync(nora, "Anahira Quimbal");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button >> nth=0");
        Assert.Equal(200, (await nora.PutAsync($"/api/cases/persons/{person:D}", new { general = new { notes = "written at the office" } }, "\"v1\"")).Status);
        Assert.Equal(200, (await nora.PutAsync($"/api/cases/{one:D}", new { note = "noted at the office" }, "\"v1\"")).Status);
        await phone.DoneAsync(() => phone.EvaluateAsync("dispatchEvent(new Event('online'))"));
        await phone.CheckAsync("[name=sex][value=female]");
        await phone.DoneAsync(() => phone.ClickAsync("#vault-person form button:not([type])"));
        await phone.Locator("#vault-facts", new() { HasText = "written at the office" }).WaitForAsync();
        Assert.StartsWith("Sent", await phone.SaysAsync(), StringComparison.Ordinal);
        var file = (await nora.GetAsync($"/api/cases/persons/{person:D}")).Json;
        Assert.Equal(("written at the office", "female"), (file.GetProperty("general").GetProperty("notes").GetString(), file.GetProperty("identity").GetProperty("sexRecorded").GetString()));
        Assert.Equal("noted at the office", (await nora.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("note").GetString());
    }

    private static async Task RegisterAsync(IPage phone, string name, int age)
    {
        await phone.ClickAsync("[data-do=new]");
        await phone.FillAsync("[name=given]", name);
        await phone.FillAsync("[name=ageLeast]", age.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await phone.ClickAsync("#vault-person form button:not([type])");
        await phone.Locator("#vault-who", new() { HasText = name }).WaitForAsync();
    }

    private static async Task<(Guid Person, Guid Case)> CaseAsync(Officer officer, string name)
    {
        var person = (await officer.RegisterAsync(new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = 1990 } }, general = new { notes = "general-notes" } })).Id;
        return (person, (await officer.OpenAsync(new { person, urgency = "Urgent", note = "case-note" })).Id);
    }

    private async Task<IPage> PhoneAsync(string name, int width = BrowserOfTests.Phone, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await browser.OpenAsync(width, scheme, baseUrl: line.Address.ToString());
        await page.GotoAsync("/en");
        await page.SignInAsync(office, name);
        return page;
    }
}
