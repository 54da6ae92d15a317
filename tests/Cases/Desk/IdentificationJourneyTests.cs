using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Cases.Consent;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>From the first word to the open case on pages alone, without a script.</summary>
public sealed class IdentificationJourneyTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_girl_of_14_with_an_unrelated_adult_is_asked_for_consent_screened_and_protected(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var omar = await office.OfficerAsync("omar", "case_worker");
        using var flora = await office.SignInAsync("flora", "frontline_officer");
        const string register = "/staff/cases/persons/new";
        await flora.SubmitAsync(await flora.OpenAsync(register), register, ("given", "Ilmara"), ("ageLeast", "14"), ("sex", "female"), ("nationality", "VEN"));
        var person = flora.Location!;
        var file = await flora.OpenAsync(person);
        Assert.All(["/consent", "/screen"], step => Assert.Contains(file.QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == person + step));

        // Consent: the guardian is asked for, since the girl is a child.
        var page = await flora.OpenAsync(person + "/consent?lang=es&purpose=referral");
        var record = person + "/consent/record";
        Assert.Equal(8, page.QuerySelectorAll("main form p[lang=es]").Length);
        (string, string?)[] said =
        [
            .. NoticeWording.Points.Append("free_to_refuse").Select(point => ("p_" + point, (string?)"true")),
            ("scopes", "general"), ("to", "child_protection"), ("how", "share"), ("never", "police"), ("neverOne", omar.Id.ToString("D")), ("givenBy", "self"), ("form", "verbal"),
        ];
        var again = await flora.SubmitAsync(page, record, said);
        Assert.Equal(422, flora.Status);
        Assert.True(again.QuerySelector<IHtmlInputElement>($"input[name=neverOne][value='{omar.Id:D}']")!.IsChecked);
        Assert.NotNull(again.QuerySelector("#f-whyNoGuardian-e"));
        Assert.True(again.QuerySelector<IHtmlInputElement>("#f-p_interview")!.IsChecked);
        Assert.True(again.QuerySelector<IHtmlInputElement>("input[name=to][value=child_protection]")!.IsChecked);
        await flora.SubmitAsync(again, record, [.. said, ("whyNoGuardian", "may_do_harm"), ("bestInterestsBy", "the child protection officer")]);
        Assert.Equal((302, person + "/consent"), (flora.Status, flora.Location));
        Assert.Contains("In force", (await flora.OpenAsync(person + "/consent")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // Whom she named knows nothing of her, though of the same office.
        Assert.DoesNotContain("Ilmara", (await omar.GetAsync("/api/cases/persons")).Text, StringComparison.Ordinal);

        // Screening: the first questions, then what they lead to, then the result.
        var triage = await flora.OpenAsync(person + "/screen");
        Assert.Contains("never with the companion", triage.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Null(triage.QuerySelector("[name='a_unaccompanied_separated_child.alone']"));
        var next = person + "/screen/next";
        var child = await flora.SubmitAsync(triage, next, ("a_triage.child_other_adult", "yes"), ("a_triage.fear", "declined"));
        Assert.Equal(200, flora.Status);
        Assert.Contains("Observed, not asked: The adult answers for the child", child.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Null(child.QuerySelector("[name='a_trafficking.job_lie']"));
        var trafficking = await flora.SubmitAsync(child, next, ("a_unaccompanied_separated_child.adult_answers", "yes"), ("a_unaccompanied_separated_child.afraid_of_adult", "yes"));
        Assert.NotNull(trafficking.QuerySelector("[name='a_trafficking.job_lie']"));
        var result = await flora.SubmitAsync(trafficking, next);
        var told = result.QuerySelector("main")!.TextContent;
        Assert.All(
            ["Emergency", "Not to be detained", "No step towards return without a second reviewer", "Child protection", "Child at risk", "The child is afraid of the adult Seen"],
            expected => Assert.Contains(expected, told, StringComparison.Ordinal));
        Assert.Empty(await office.ReadAsync<string>("select id from cases_screenings"));

        // Another decision needs its reason.
        var refused = await flora.SubmitAsync(result, person + "/screen", ("override", "urgent"));
        Assert.Equal(422, flora.Status);
        Assert.NotNull(refused.QuerySelector("#f-reason-e"));
        await flora.SubmitAsync(refused, person + "/screen", ("override", ""), ("case", "true"), ("kind", "child"));
        Assert.Equal((302, person), (flora.Status, flora.Location));
        Assert.Equal([0], await office.ReadAsync<int>("select urgency from cases_screenings"));
        Assert.Equal([0], await office.ReadAsync<int>("select urgency from cases_cases"));
        var one = (await flora.OpenAsync("/staff/cases")).QuerySelectorAll<IHtmlAnchorElement>("main .card a").Single().GetAttribute("href")!;
        Assert.Contains("Emergency", (await flora.OpenAsync(one)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // Migration control of the same office knows who she is, and nothing of all this.
        using var mario = await office.SignInAsync("mario", "migration_control");
        foreach (var hidden in new[] { person + "/screen", one })
        {
            await mario.OpenAsync(hidden);
            Assert.Equal(404, mario.Status);
        }

        var reference = (await office.ReadAsync<string>("select public_ref from cases_cases")).Single();
        foreach (var open in new[] { person, person + "/consent", "/staff/cases" })
        {
            var text = (await mario.OpenAsync(open)).QuerySelector("main")!.OuterHtml;
            Assert.Equal(200, mario.Status);
            Assert.All(["In force", "Child at risk", reference, one], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_consent_is_taken_back_on_its_page_and_the_page_says_what_follows()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var rosa = await office.OfficerAsync("rita", "case_worker");
        var id = (await rosa.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        var consent = (await rosa.PostAsync($"/api/cases/persons/{id:D}/consents", Consent.KeptConsentTests.Said())).Id;
        using var browser = await office.SignInAsync("rosa", "case_worker");
        var address = $"/staff/cases/persons/{id:D}/consent";
        await browser.SubmitAsync(await browser.OpenAsync(address), $"{address}/{consent:D}/withdraw");
        Assert.Equal(302, browser.Status);
        var page = await browser.OpenAsync(address);
        Assert.Contains("Taken back", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(page.QuerySelectorAll("form"), form => form.GetAttribute("action")!.EndsWith("/withdraw", StringComparison.Ordinal));
    }
}
