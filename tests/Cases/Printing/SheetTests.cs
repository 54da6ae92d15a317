using Tambo.Tests.Cases.Disclosure;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Printing;

/// <summary>What goes onto paper goes by the decision of paper, and leaves its line; the pages themselves print nothing.</summary>
public sealed class SheetTests
{
    // Forms of questions, kinds of agencies, devices and figures name nobody; a phone prints slips that it decides itself.
    private static readonly string[] NameNobody = ["DevicesPage", "FormsPage", "HtcdsPage", "KindsPage", "OfflinePage", "ResearchPage"];

    [Fact]
    public void No_page_that_names_somebody_is_printed_but_the_sheets()
    {
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "src", "Cases"), "*.razor", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains("<StaffFrame ", StringComparison.Ordinal)).ToList();
        Assert.True(pages.Count > 30);
        Assert.Equal(NameNobody, pages.Where(file => !File.ReadAllText(file).Contains(" OnPaper=", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_looks_after_somebody_prints_a_sheet_and_who_only_looks_over_their_agency_prints_none(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("overseer", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var (nora, looksOver) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("olga", "overseer", null));
        var person = await nora.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } } }, general = new { notes = "told-word" } });
        var one = await nora.OpenAsync(new { person = person.Id, type = "protection", note = "note-word" });
        var (file, sheet, ofCase) = ($"/staff/cases/persons/{person.Id:D}", $"/staff/cases/persons/{person.Id:D}/sheet", $"/staff/cases/{one.Id:D}/sheet");

        var printed = await nora.GetAsync(sheet);
        Assert.Equal(200, printed.Status);
        Assert.All(["Ilmara Torrealta", "told-word", "data-print", "Printed on"], words => Assert.Contains(words, printed.Text, StringComparison.Ordinal));
        var line = Assert.Single(await DecisionTrailTests.LinesAsync(office, person.Id), line => line.Route == "print");
        Assert.Equal((0L, "looks_after"), (line.Refused, Assert.Single(line.Decided!.Given).Why));
        var caseSheet = await nora.GetAsync(ofCase);
        Assert.All(["note-word", "Ilmara Torrealta", "data-print"], words => Assert.Contains(words, caseSheet.Text, StringComparison.Ordinal));
        Assert.Equal(2, (await DecisionTrailTests.LinesAsync(office, person.Id)).Count(line => line.Route == "print"));
        // The page itself leads there, and says on paper that it is not printed.
        var page = (await nora.GetAsync(file)).Text;
        Assert.Contains(sheet, page, StringComparison.Ordinal);
        Assert.Contains("class=\"unprinted\"", page, StringComparison.Ordinal);
        Assert.Contains("This page is not printed", page, StringComparison.Ordinal);
        Assert.Contains(ofCase, (await nora.GetAsync($"/staff/cases/{one.Id:D}")).Text, StringComparison.Ordinal);

        // Enough to look on a screen, and to look only.
        Assert.Contains("told-word", (await looksOver.GetAsync(file)).Text, StringComparison.Ordinal);
        foreach (var address in new[] { sheet, ofCase })
        {
            var none = await looksOver.GetAsync(address);
            Assert.Equal(200, none.Status);
            Assert.All(["Ilmara", "told-word", "note-word", "data-print"], words => Assert.DoesNotContain(words, none.Text, StringComparison.Ordinal));
            Assert.Contains("The person has not agreed to this.", none.Text, StringComparison.Ordinal);
        }

        var refused = (await DecisionTrailTests.LinesAsync(office, person.Id)).Where(line => line.Route == "print" && line.Refused == 1).ToList();
        Assert.Equal(2, refused.Count);
        Assert.All(refused, one => Assert.Contains("no_consent", one.Decided!.Withheld.Select(withheld => withheld.Why)));
        // Nothing is printed by whoever does not reach them, nor by whom they shut out.
        var saul = await office.OfficerAsync("saul", "case_worker", CasesOffice.South);
        var omar = await office.OfficerAsync("omar", "case_worker");
        await ShutOutTests.ShutOutAsync(nora, person.Id, omar.Id);
        foreach (var address in new[] { sheet, ofCase })
        {
            Assert.Equal(404, (await saul.GetAsync(address)).Status);
            Assert.Equal(404, (await omar.GetAsync(address)).Status);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task A_slip_names_its_service_by_the_hand_of_who_looks_after_the_person_and_has_the_code_alone_by_another(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var office = desk.Office;
        await office.AddRoleAsync("overseer", "cases.read", "cases.refer", "cases.see.identity", "cases.see.general");
        var looksOver = await office.OfficerAsync("olga", "overseer", null);
        var slip = $"/staff/cases/referrals/{await desk.OfferAsync(desk.Mats):D}/slip";
        var own = await desk.Nora.GetAsync(slip);
        Assert.Contains("Colchonetas", own.Text, StringComparison.Ordinal);
        var line = Assert.Single(await DecisionTrailTests.LinesAsync(office, desk.Consent.PersonId), line => line.Route == "print");
        Assert.Equal(("person", "general/service", 0L), (line.Decided!.To, Assert.Single(Assert.Single(line.Decided.Given).Fields), line.Refused));
        var foreign = await looksOver.GetAsync(slip);
        Assert.Equal(200, foreign.Status);
        Assert.DoesNotContain("Colchonetas", foreign.Text, StringComparison.Ordinal);
        Assert.Contains("The service does not stand on this slip", foreign.Text, StringComparison.Ordinal);
        // What the person agreed to is that the house helps, and not that olga keeps anything.
        Assert.Equal("consent_elsewhere", Assert.Single(Assert.Single(await DecisionTrailTests.LinesAsync(office, desk.Consent.PersonId), one => one is { Route: "print", Refused: 1 }).Decided!.Withheld).Why);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_somebody_said_of_their_orientation_stands_in_no_list_of_whom_they_did_not_choose_by_name(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (paula, petra) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("petra", "protection_specialist"));
        var person = await paula.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } }, birth = new { date = "1994-06-17" } }, lgbti = new { notes = "chosen-word" } });
        var one = await paula.OpenAsync(new { person = person.Id, type = "protection", profiles = new[] { "LGBTI_AT_RISK", "OLDER_PERSON" } });
        Assert.Equal(201, (await paula.PostAsync($"/api/cases/{one.Id:D}/tasks", new { what = "task-word", compartment = "lgbti", dueAt = office.Time.GetUtcNow().AddDays(1) })).Status);
        string[] lists = ["/api/cases/worklist", "/api/cases/tasks", "/staff/cases"];
        foreach (var list in lists)
        {
            var told = (await paula.GetAsync(list)).Text;
            Assert.All(["LGBTI_AT_RISK", "LGBTI at risk", "task-word"], word => Assert.DoesNotContain(word, told, StringComparison.OrdinalIgnoreCase));
        }

        // What else there is stays in the list, that something is due too, and the case itself says all of it.
        Assert.Contains("OLDER_PERSON", (await paula.GetAsync("/api/cases/worklist")).Text, StringComparison.Ordinal);
        Assert.Contains(one.Ref, (await paula.GetAsync("/api/cases/tasks")).Text, StringComparison.Ordinal);
        Assert.Contains("LGBTI_AT_RISK", (await paula.GetAsync($"/api/cases/{one.Id:D}")).Text, StringComparison.Ordinal);
        Assert.Contains("task-word", (await paula.GetAsync($"/api/cases/{one.Id:D}/tasks")).Text, StringComparison.Ordinal);

        var agreed = await paula.PostAsync($"/api/cases/persons/{person.Id:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            explained = Tambo.Cases.Consent.NoticeWording.Points,
            freeToRefuse = true,
            purpose = "services",
            scopes = new[] { new { category = "lgbti", recipient = new { kind = "one", code = paula.Id.ToString("D") }, action = "view" } },
        });
        Assert.True(agreed.Status == 201, agreed.Text);
        Assert.Contains("LGBTI_AT_RISK", (await paula.GetAsync("/api/cases/worklist")).Text, StringComparison.Ordinal);
        Assert.Contains("task-word", (await paula.GetAsync("/api/cases/tasks")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("LGBTI_AT_RISK", (await petra.GetAsync("/api/cases/worklist")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("task-word", (await petra.GetAsync("/api/cases/tasks")).Text, StringComparison.Ordinal);
    }
}
