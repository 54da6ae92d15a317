using System.Globalization;
using Microsoft.Playwright;
using Tambo.Tests.Cases;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>A girl of 14 who travels with an adult who is no relative: an officer with a phone and a bad connection, and a children's desk in another agency.</summary>
public sealed class GirlIsReferredTests(BrowserOfTests browser)
{
    private const string Name = "Ilmara";

    // The whole flow of the officer, as the case says: register, consent, screen, refer.
    private const double MostSeconds = 6 * 60;

    [Fact]
    public async Task She_is_registered_screened_and_referred_within_six_minutes_and_the_childrens_desk_learns_her_name_when_it_accepts()
    {
        await using var crossing = await Crossing.OpenAsync();
        var flora = await crossing.SignInAsync(browser, "flora", "frontline_officer");
        var thumb = new Thumb(flora);
        await thumb.OpenAsync("/staff/cases");
        await thumb.SlowDownAsync();
        var person = await RegisterAsync(flora, thumb);
        await AgreeAsync(flora, thumb);
        await ScreenAsync(flora, thumb, person);
        var referral = await ReferAsync(flora, thumb);
        var words = string.Create(CultureInfo.InvariantCulture, $"{thumb.Seconds:0} s: {thumb.Pages} pages {thumb.Network:0} s, {thumb.Taps} taps and {thumb.Letters} letters {thumb.Hands:0} s, {thumb.WordsAloud} words aloud {thumb.Voice:0} s");
        TestContext.Current.TestOutputHelper?.WriteLine(words);
        Assert.True(thumb.Seconds < MostSeconds, words);

        // The agency that is asked sees that a girl needs it, how urgently, and no name; she is locked meanwhile.
        Assert.Equal([0], await crossing.Office.ReadAsync<int>("select urgency from cases_cases"));
        var sara = await crossing.SignInAsync(browser, "sara", "protection_specialist", CasesOffice.South);
        await sara.GotoAsync("/staff/cases/incoming");
        await NamesNobodyAsync(sara);
        await FitsAsync(sara);
        await sara.Locator("main .card a").ClickAsync();
        Assert.Contains("12 to 17 years", await sara.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Emergency", await sara.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await NamesNobodyAsync(sara);
        await FitsAsync(sara);
        await sara.GetByRole(AriaRole.Button, new() { Name = "We can help", Exact = true }).ClickAsync();
        await sara.GetByText("You said that you can help").WaitForAsync();
        await NamesNobodyAsync(sara);

        // The officer hands over, and only then is there a name, once somebody receives it.
        await flora.GotoAsync(referral);
        await flora.GetByRole(AriaRole.Button, new() { Name = "Hand over" }).ClickAsync();
        await flora.GetByText("The agency can receive it until").WaitForAsync();
        await sara.ReloadAsync();
        await NamesNobodyAsync(sara);
        await sara.GetByRole(AriaRole.Button, new() { Name = "Show it now" }).ClickAsync();
        await sara.GetByText(Name).WaitForAsync();
        Assert.Contains("Travels with a man who is no relative", await sara.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await FitsAsync(sara);
        await sara.GetByRole(AriaRole.Button, new() { Name = "We have met the person" }).ClickAsync();
        await sara.GetByText("Being helped").WaitForAsync();
        Assert.Equal(["offer", "accept", "hand_over", "start"], await crossing.Office.ReadAsync<string>("select act from cases_referral_steps order by version"));

        // An officer of the same post who controls migration finds neither the referral nor the case.
        var mario = await crossing.SignInAsync(browser, "mario", "migration_control");
        foreach (var hidden in new[] { referral, referral + "/slip", "/staff/cases/incoming" })
            Assert.NotEqual(200, (await mario.GotoAsync(hidden))!.Status);
    }

    private static async Task<string> RegisterAsync(IPage flora, Thumb thumb)
    {
        await thumb.GoAsync(flora.Locator("main .acts a", new() { HasTextString = "Register" }).First);
        await thumb.TypeAsync(flora.Locator("#f-given"), Name);
        await thumb.TypeAsync(flora.Locator("#f-ageLeast"), "14");
        await thumb.TapAsync(flora.Locator("input[name=sex][value=female]"));
        await thumb.ChooseAsync(flora.Locator("#f-nationality"), "VEN");
        await thumb.GoAsync(flora.Locator("main form button.button").Last);
        await FitsAsync(flora);
        return new Uri(flora.Url).AbsolutePath;
    }

    private static async Task AgreeAsync(IPage flora, Thumb thumb)
    {
        await thumb.GoAsync(flora.Locator("main a[href$='/consent']"));
        await flora.Locator("#f-purpose").SelectOptionAsync("referral");
        await thumb.GoAsync(flora.Locator("form[role=search] button"));
        await thumb.ReadAloudAsync(flora.Locator("main form p[lang]"));
        foreach (var box in await flora.Locator("input[name^=p_]").AllAsync())
            await thumb.TapAsync(box);
        foreach (var (name, value) in new[] { ("scopes", "identity"), ("scopes", "general"), ("scopes", "child"), ("to", "child_protection"), ("how", "view"), ("how", "share"), ("givenBy", "self"), ("form", "verbal") })
            await thumb.TapAsync(flora.Locator($"input[name={name}][value={value}]"));
        await thumb.ChooseAsync(flora.Locator("#f-whyNoGuardian"), "may_do_harm");
        await thumb.TypeAsync(flora.Locator("#f-bestInterestsBy"), "duty officer");
        await thumb.GoAsync(flora.Locator("form[action$='/record'] button.button"));
        await flora.GetByText("In force").WaitForAsync();
        await FitsAsync(flora);
    }

    private static async Task ScreenAsync(IPage flora, Thumb thumb, string person)
    {
        await thumb.GoAsync(flora.Locator($"main a[href='{person}']"));
        await thumb.GoAsync(flora.Locator("main a[href$='/screen']"));
        // Every question of the first step is read to her and answered.
        await thumb.ReadAloudAsync(flora.Locator("fieldset:has(input[name^='a_triage.']) legend"));
        foreach (var no in await flora.Locator("input[name^='a_triage.'][value=no]").AllAsync())
            await thumb.TapAsync(await no.GetAttributeAsync("name") == "a_triage.child_other_adult" ? flora.Locator("input[name='a_triage.child_other_adult'][value=yes]") : no);
        await thumb.GoAsync(flora.Locator("main form button.button").Last);
        await thumb.TapAsync(flora.Locator("input[name='a_unaccompanied_separated_child.adult_answers'][value=yes]"));
        await thumb.TapAsync(flora.Locator("input[name='a_unaccompanied_separated_child.afraid_of_adult'][value=yes]"));
        await thumb.GoAsync(flora.Locator("main form button.button").Last);
        // What may have been done to her is asked by people trained for it, at the children's desk.
        if (await flora.Locator("input[name='a_trafficking.job_lie']").CountAsync() > 0)
            await thumb.GoAsync(flora.Locator("main form button.button").Last);
        var told = await flora.Locator("main").InnerTextAsync();
        Assert.Equal("Emergency", await flora.Locator("main .rows .tag").First.InnerTextAsync());
        Assert.All(["Not to be detained", "No step towards return without a second reviewer"], expected => Assert.Contains(expected, told, StringComparison.Ordinal));
        await FitsAsync(flora);
        await flora.Locator("#f-kind").SelectOptionAsync("child");
        await thumb.GoAsync(flora.Locator("main form button.button").Last);
        Assert.Equal(person, new Uri(flora.Url).AbsolutePath);
    }

    private static async Task<string> ReferAsync(IPage flora, Thumb thumb)
    {
        await thumb.GoAsync(flora.Locator("main li a[href^='/staff/cases/']:not([href*='/persons/'])").First);
        await thumb.GoAsync(flora.GetByRole(AriaRole.Link, new() { Name = "Refer to a service" }));
        await thumb.ChooseAsync(flora.Locator("#f-kind"), "child_protection");
        await thumb.GoAsync(flora.Locator("form[role=search] button"));
        await FitsAsync(flora);
        await thumb.TapAsync(flora.GetByLabel("Children's desk"));
        Assert.True(await flora.Locator("input[name=urgency][value=emergency]").IsCheckedAsync());
        await thumb.TypeAsync(flora.Locator("#f-told_child_care"), "Travels with a man who is no relative");
        await thumb.GoAsync(flora.GetByRole(AriaRole.Button, new() { Name = "Write it down" }));
        // What the desk will see, before anybody sees it.
        Assert.Contains("12 to 17 years", await flora.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await FitsAsync(flora);
        await thumb.GoAsync(flora.GetByRole(AriaRole.Button, new() { Name = "Offer it" }));
        await flora.GetByText("It stands in the list of its agency").WaitForAsync();
        return new Uri(flora.Url).AbsolutePath;
    }

    private static async Task NamesNobodyAsync(IPage page) => Assert.DoesNotContain(Name, await page.ContentAsync(), StringComparison.Ordinal);

    private static async Task FitsAsync(IPage page) => Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
}
