using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>What officers and case workers do on pages, without a script.</summary>
public sealed class CasesDeskTests
{
    private const string New = "/staff/cases/persons/new";

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_person_is_registered_found_and_helped_on_pages_alone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var rosa = await office.SignInAsync("rosa", "case_worker");

        await rosa.SubmitAsync(await rosa.OpenAsync(New), New, ("given", "Yudelka María"), ("family", "Peña Ochoa"), ("ageLeast", "14"), ("sex", "female"), ("nationality", "VEN"), ("phone", "+58 412 5550101"), ("phoneSafe", "no"), ("notes", "Travels with her aunt"));
        Assert.Equal(302, rosa.Status);
        var address = rosa.Location!;
        var file = await rosa.OpenAsync(address);
        Assert.Equal("Yudelka María Peña Ochoa", file.QuerySelector("h1")!.TextContent);
        var said = file.QuerySelector("main")!.TextContent;
        Assert.All(["Female", "Venezuela", "+58 412 5550101 (not safe)", "Travels with her aunt", "14 years"], expected => Assert.Contains(expected, said, StringComparison.Ordinal));

        await rosa.SubmitAsync(file, address + "/cases", ("kind", "protection"), ("urgency", "Urgent"), ("note", "Needs a bed tonight"));
        Assert.Equal(302, rosa.Status);
        var work = await rosa.OpenAsync("/staff/cases");
        var card = work.QuerySelectorAll<IHtmlAnchorElement>("main .card a").Single();
        Assert.Equal("Yudelka María Peña Ochoa", card.TextContent);
        var one = card.GetAttribute("href")!;

        var shown = await rosa.OpenAsync(one);
        Assert.Contains("Needs a bed tonight", shown.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var otherTab = await rosa.OpenAsync(one);
        await rosa.SubmitAsync(shown, one + "/state", ("state", "registered"));
        Assert.Equal(302, rosa.Status);
        // The page of before is of an older version: nothing is done over what was done since.
        var late = await rosa.SubmitAsync(otherTab, one + "/state", ("state", "closing"));
        Assert.Equal(412, rosa.Status);
        Assert.Contains("Registered", late.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        var found = await rosa.SubmitAsync(work, "/staff/cases/persons/search", ("name", "pena yud"));
        Assert.Equal(address, found.QuerySelectorAll<IHtmlAnchorElement>("main .card a").Single().GetAttribute("href"));
    }

    [Fact]
    public async Task What_is_wrong_stands_beside_its_question_and_nothing_that_was_typed_is_lost()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var again = await rosa.SubmitAsync(await rosa.OpenAsync(New), New, ("given", "Ana"), ("birthDay", "2090-01-01"), ("phone", "12"), ("notes", "By the bridge"));
        Assert.Equal(422, rosa.Status);
        Assert.Equal("Ana", again.QuerySelector<IHtmlInputElement>("#f-given")!.Value);
        Assert.Equal("By the bridge", again.QuerySelector<IHtmlTextAreaElement>("#f-notes")!.Value);
        Assert.NotNull(again.QuerySelector("#f-birthDay-e"));
        Assert.NotNull(again.QuerySelector("#f-phone-e"));
        Assert.Empty(await office.ReadAsync<string>("select id from cases_persons"));
    }

    [Fact]
    public async Task Nobody_has_to_say_anything_to_be_registered()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        await rosa.SubmitAsync(await rosa.OpenAsync(New), New);
        Assert.Equal(302, rosa.Status);
        Assert.Single(await office.ReadAsync<string>("select id from cases_persons"));
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_registers_once()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var form = await rosa.OpenAsync(New);
        await rosa.SubmitAsync(form, New, ("given", "Ana"));
        var first = rosa.Location;
        await rosa.SubmitAsync(form, New, ("given", "Ana"));
        Assert.Equal(first, rosa.Location);
        Assert.Single(await office.ReadAsync<string>("select id from cases_persons"));
    }

    [Fact]
    public async Task A_file_of_another_agency_is_no_file_at_all()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        await rosa.SubmitAsync(await rosa.OpenAsync(New), New, ("given", "Ana"));
        using var tomas = await office.SignInAsync("tomas", "case_worker", CasesOffice.South);
        await tomas.OpenAsync(rosa.Location!);
        Assert.Equal(404, tomas.Status);
        await tomas.OpenAsync(rosa.Location + "/seen-by");
        Assert.Equal(404, tomas.Status);
        var found = await tomas.SubmitAsync(await tomas.OpenAsync("/staff/cases"), "/staff/cases/persons/search", ("name", "Ana"));
        Assert.Empty(found.QuerySelectorAll("main .card"));
    }
}
