using AngleSharp.Html.Parser;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Deidentified;

/// <summary>Persons without names are counted and taken out on a page, without a script, by those who hold the right, with the rules of the interface.</summary>
public sealed class ResearchPageTests
{
    private const string Page = "/staff/cases/research";

    [Theory]
    [OnEachEngine]
    public async Task Who_holds_the_right_counts_first_then_takes_the_file_of_a_study_and_each_is_noted(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "deidentified.json"), """{"k": 5}""");
        var (paula, dora, dario) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer"), await office.OfficerAsync("dario", "data_protection_officer"));
        for (var at = 0; at < 7; at++)
        {
            // Six alike, and one whom nobody is like.
            var person = (await paula.RegisterAsync(new { identity = new { names = new[] { new { full = $"Countedword{at}" } }, sexRecorded = at < 6 ? "female" : "male", birth = new { date = at < 6 ? "1994-06-17" : "1950-01-01" }, nationalities = new[] { new { code = at < 6 ? "HTI" : "JPN" } } } })).Id;
            var agreed = await paula.PostAsync($"/api/cases/persons/{person:D}/consents", new
            {
                givenBy = new { kind = "self" },
                form = "verbal",
                language = "en",
                explained = Tambo.Cases.Consent.NoticeWording.Points,
                freeToRefuse = true,
                purpose = "research_deidentified",
                scopes = new[] { new { category = "general", recipient = new { kind = "class", code = "researcher" }, action = "retain" } },
            });
            Assert.True(agreed.Status == 201, agreed.Text);
        }

        // In the menu and behind the door for those alone who hold the right.
        Assert.Equal(404, (await paula.GetAsync(Page)).Status);
        Assert.DoesNotContain(Page, (await paula.GetAsync("/staff/cases")).Text, StringComparison.Ordinal);
        var opened = await dora.GetAsync(Page);
        Assert.Equal(200, opened.Status);
        // Who may, which columns, which studies, under which rule.
        Assert.All(["Dora", "Dario", "Region of nationality", "Kinds of cases", "You have begun none.", "research without names"], words => Assert.Contains(words, Plain(opened.Text), StringComparison.Ordinal));
        Assert.DoesNotContain("Paula", opened.Text, StringComparison.Ordinal);

        Assert.Equal(422, (await SendAsync(dora, ("act", "give"))).Status);
        var unfit = await SendAsync(dora, ("act", "give"), ("to", "University"), ("kind", "researcher"), ("study", "Not A Code"));
        Assert.Equal(422, unfit.Status);
        Assert.Contains("f-study-e", unfit.Text, StringComparison.Ordinal);
        Assert.Contains("Not A Code", unfit.Text, StringComparison.Ordinal);

        var counted = await SendAsync(dora, ("act", "count"), ("to", "University of Andora"), ("kind", "researcher"), ("country", "001"), ("study", "routes-2026"));
        Assert.Equal(200, counted.Status);
        Assert.All(["6 persons would be in the file.", "at most 5 persons"], words => Assert.Contains(words, Plain(counted.Text), StringComparison.Ordinal));
        Assert.Contains("routes-2026", counted.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Countedword", counted.Text, StringComparison.Ordinal);
        // Counting begins no study and shows nobody.
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_studies")).Single());
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_views where purpose = 'research_deidentified'")).Single());
        Assert.Equal(["statistics"], await office.ReadAsync<string>("select subject from platform_audit_entries where change = 'cases.deidentified.counted'"));

        (string, string)[] asked = [("act", "give"), ("to", "University of Andora"), ("kind", "researcher"), ("country", "001"), ("study", "routes-2026"), ("form", "csv")];
        var (first, again, others) = (await SendAsync(dora, asked), await SendAsync(dora, asked), await SendAsync(dario, asked));
        Assert.Equal(7, first.Text.TrimEnd().Split("\r\n").Length);
        Assert.StartsWith("pseudonym,sex,age_band,", first.Text, StringComparison.Ordinal);
        // A study has its names each time, of its owner alone.
        Assert.Equal(Names(first), Names(again));
        Assert.Empty(Names(first).Intersect(Names(others)));
        Assert.Equal(6, (await office.ReadAsync<long>("select count(distinct person_id) from cases_views where purpose = 'research_deidentified' and route = 'export' and refused = 0 and decision is not null")).Single());
        var known = new HtmlParser().ParseDocument((await dora.GetAsync(Page)).Text);
        Assert.Equal(["routes-2026"], known.QuerySelectorAll("ul.cards h3").Select(title => title.TextContent));
        Assert.Contains("North office", known.QuerySelector("ul.cards")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_shut_the_receiver_out_is_not_in_it_and_that_is_kept()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "deidentified.json"), """{"k": 5}""");
        var (paula, dora) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer"));
        var person = (await paula.RegisterAsync(new { identity = new { names = new[] { new { full = "Countedword" } }, birth = new { date = "1994-06-17" } } })).Id;
        var agreed = await paula.PostAsync($"/api/cases/persons/{person:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "en",
            explained = Tambo.Cases.Consent.NoticeWording.Points,
            freeToRefuse = true,
            purpose = "research_deidentified",
            scopes = new[] { new { category = "general", recipient = new { kind = "class", code = "researcher" }, action = "retain" } },
            exclusions = new[] { new { kind = "class", code = "researcher" } },
            leftConfirmed = true,
        });
        Assert.True(agreed.Status == 201, agreed.Text);
        Assert.Equal(200, (await SendAsync(dora, ("act", "give"), ("to", "University"), ("kind", "researcher"), ("country", "001"))).Status);
        var line = Assert.Single(await Disclosure.DecisionTrailTests.LinesAsync(office, person), one => one.Purpose == "research_deidentified");
        Assert.Equal((1L, "export", "name:University"), (line.Refused, line.Route, line.Decided!.To));
        Assert.Contains("excluded", line.Decided.Withheld.Select(one => one.Why));
    }

    private static List<string> Names(Told told) => [.. told.Text.TrimEnd().Split("\r\n").Skip(1).Select(line => line.Split(',')[0])];

    private static string Plain(string said) => said.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal);

    private static async Task<Told> SendAsync(Officer officer, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await officer.SendAsync(HttpMethod.Post, Page, form, ("Accept", "text/html"));
    }
}
