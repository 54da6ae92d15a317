using System.Text.Json;
using Tambo.Cases.Devices;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Tests.Cases.Screening;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Cases;

/// <summary>What a phone makes of answers without internet is what the node makes of them.</summary>
public sealed partial class RulesOnTheDeviceTests(BrowserOfTests browser)
{
    [Fact]
    public async Task Any_answers_of_anybody_lead_to_the_same_rules_urgency_and_modules()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var texts = ((Tambo.Platform.Languages.TextCatalog)node.Services.GetService(typeof(Tambo.Platform.Languages.TextCatalog))!).In("en");
        var instruments = InstrumentSet.Shipped;
        var chance = new Random(20261123);
        var asked = new List<(IReadOnlyList<StoredAnswer> Answers, KnownOfPerson Known)>();
        foreach (var vignette in Vignette.All.Where(vignette => vignette.Facts.All(fact => fact is "disaster_alert" or "interpreter_needed" or "no_nationality_claimed" or "no_consulate" or "nationality_outside_region")))
        {
            var range = vignette.Person.Age.Range;
            // On the device one side of a dispute stands in the record.
            if (!vignette.Person.Age.IsDisputed)
                asked.Add((vignette.Stored, new KnownOfPerson(range?.Least, range?.Most, false, vignette.Sex, vignette.Facts.Contains("interpreter_needed"), vignette.Facts.Contains("no_nationality_claimed"))
                {
                    NoConsulate = vignette.Facts.Contains("no_consulate"),
                    DisasterAlert = vignette.Facts.Contains("disaster_alert"),
                    OutsideRegion = vignette.Facts.Contains("nationality_outside_region"),
                }));
        }

        Assert.True(asked.Count > 50);
        for (var turn = 0; turn < 1500; turn++)
            asked.Add((Answers(instruments, chance), Known(chance)));
        var page = await ProofAsync();
        var told = await page.EvaluateAsync<JsonElement>(
            "([rules, all]) => { const read = JSON.parse(rules); return all.map(([answers, known]) => { const said = proof.screen(read, answers, known); return [said.urgency, said.rules.sort().join(), said.locks.sort().join(), said.pathways.sort().join(), said.profiles.sort().join(), said.triggered.map(at => read.modules[at].id).sort().join(), read.questions.filter(one => !proof.isFor(one, known)).map(one => one.id).sort().join()]; }); }",
            new object[] { RulesForDevices.Of(instruments, Surroundings.Of(node.Settings), texts), asked.Select(one => new object[] { one.Answers.Select(Sent).ToArray(), Said(one.Known) }).ToArray() });
        var wrong = new List<string>();
        foreach (var (one, answer) in asked.Zip(told.EnumerateArray()))
        {
            var result = Screen.Evaluate(instruments, [.. one.Answers.Select(instruments.Read)], one.Known.Facts);
            var kept = KeptScreening.Of(result);
            string[] expected =
            [
                kept.Urgency, Join(kept.Rules.Select(rule => rule.Rule)), Join(kept.Locks), Join(kept.Pathways), Join(kept.Profiles), Join(result.Triggered.Select(module => module.Instrument.Id)),
                Join(instruments.Questions.Where(question => !Screen.IsFor(instruments, question.Id, one.Known.Facts)).Select(question => question.Id)),
            ];
            var device = answer.EnumerateArray().Select(part => part.GetString()!).ToArray();
            if (!expected.SequenceEqual(device))
                wrong.Add($"{JsonSerializer.Serialize(Said(one.Known))} {Join(one.Answers.Select(said => $"{said.Question}={string.Join('+', said.Values)}"))}\n node   {string.Join(" | ", expected)}\n device {string.Join(" | ", device)}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(3)));
        Assert.Equal(3, told.EnumerateArray().Select(answer => answer[0].GetString()).Distinct().Count());
    }

    [Fact]
    public async Task An_age_is_as_many_years_as_on_the_node()
    {
        var page = await ProofAsync();
        var today = new DateOnly(2026, 3, 1);
        Birth[] births =
        [
            new() { Date = "2008-02-29" }, new() { Date = "2008-03-01" }, new() { Date = "2008-03-02" }, new() { InYear = 2008 }, new() { EarliestYear = 1990, LatestYear = 1995 },
            new() { Earliest = "2011-03-02", Latest = "2012-03-01" },
        ];
        var told = await page.EvaluateAsync<JsonElement>(
            "([births, day]) => births.map(one => proof.ageOf(JSON.parse(one), new Date(day)))",
            new object[] { births.Select(birth => JsonSerializer.Serialize(birth, Tambo.Cases.Access.CaseJson.Options)).ToArray(), "2026-03-01T12:00:00Z" });
        Assert.Equal(births.Select(birth => birth.AgeOn(today)!.Value), told.EnumerateArray().Select(range => (range[0].GetInt32(), range[1].GetInt32())));
    }

    [Fact]
    public async Task Whether_a_nationality_is_of_the_region_and_has_a_consulate_is_known_as_on_the_node()
    {
        var page = await ProofAsync();
        string[][] people = [[], ["CO"], ["ET"], ["VE"], ["ET", "CO"], ["ET", "NP"]];
        foreach (var around in new[] { new Surroundings(new HashSet<string> { "CO", "VE" }, new HashSet<string>()), new Surroundings(new HashSet<string> { "CO", "VE" }, new HashSet<string> { "CO", "NP" }) })
        {
            var told = await page.EvaluateAsync<JsonElement>(
                "([people, region, consulates]) => people.map(codes => { const known = proof.knownOf({ identity: { nationalities: codes.map(code => ({ code })) } }, { region, consulates }); return [known.outside, known.noConsulate]; })",
                new object[] { people, around.Region.ToArray(), around.Consulates.ToArray() });
            Assert.Equal(people.Select(codes => (around.AreOutside(codes), around.LackConsulate(codes))), told.EnumerateArray().Select(known => (known[0].GetBoolean(), known[1].GetBoolean())));
        }
    }

    [Fact]
    public async Task An_alert_counts_where_somebody_says_that_they_are_in_it_while_it_lasts()
    {
        var page = await ProofAsync();
        var told = await page.EvaluateAsync<JsonElement>(
            "days => days.flatMap(day => ['', 'PA-8', 'PA-9'].map(area => proof.knownOf({}, { region: [], consulates: [], alerts: [{ area: 'PA-8', name: 'x', from: '2026-03-02', until: '2026-03-04' }] }, area, day).disaster))",
            new[] { "2026-03-01", "2026-03-02", "2026-03-04", "2026-03-05" });
        Assert.Equal([false, false, false, false, true, false, false, true, false, false, false, false], told.EnumerateArray().Select(known => known.GetBoolean()));
    }

    private async Task<Microsoft.Playwright.IPage> ProofAsync()
    {
        var page = await browser.OpenAsync();
        await page.Context.RouteAsync("https://device.example/", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<!doctype html>" }));
        await page.GotoAsync("https://device.example/");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "web", "dist", "proof", "proof.js")));
        return page;
    }

    private static string Join(IEnumerable<string> codes) => string.Join(',', codes.Order(StringComparer.Ordinal));

    private static object Sent(StoredAnswer answer) => new { question = answer.Question, way = KeptScreening.Code(answer.Way), values = answer.Values };

    private static Dictionary<string, object> Said(KnownOfPerson known)
    {
        var said = new Dictionary<string, object>(StringComparer.Ordinal) { ["disputed"] = known.AgeDisputed, ["interpreter"] = known.InterpreterNeeded, ["noNationality"] = known.NoNationalityClaimed, ["outside"] = known.OutsideRegion, ["noConsulate"] = known.NoConsulate, ["disaster"] = known.DisasterAlert };
        if (known.AgeLeast is { } least)
            said["least"] = least;
        if (known.AgeMost is { } most)
            said["most"] = most;
        if (known.Sex is { } sex)
            said["sex"] = sex;
        return said;
    }

    private static KnownOfPerson Known(Random chance)
    {
        int? least = chance.Next(4) == 0 ? null : chance.Next(0, 90);
        return new KnownOfPerson(least, least + chance.Next(0, 8), chance.Next(5) == 0, new[] { "female", "male", "other", "unknown", "declined", null }[chance.Next(6)], chance.Next(3) == 0, chance.Next(4) == 0) { OutsideRegion = chance.Next(3) == 0, NoConsulate = chance.Next(3) == 0, DisasterAlert = chance.Next(3) == 0 };
    }

    private static List<StoredAnswer> Answers(InstrumentSet instruments, Random chance)
    {
        var (all, share) = (new List<StoredAnswer>(), chance.Next(1, 10));
        foreach (var question in instruments.Questions.Where(_ => chance.Next(10) < share))
        {
            var way = chance.Next(4) == 0 ? AnswerWay.Declined : question.Observed ? AnswerWay.Observed : AnswerWay.Said;
            IReadOnlyList<string> codes = InstrumentSet.Choices(question);
            IReadOnlyList<string> values = way == AnswerWay.Declined ? []
                : question.Kind == QuestionKind.WholeNumber ? [chance.Next(question.Least, Math.Min(question.Most, question.Least + 200) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)]
                : question.Kind == QuestionKind.ManyOf ? [.. codes.Where((_, at) => at == 0 || chance.Next(2) == 0)]
                : [codes[chance.Next(codes.Count)]];
            all.Add(new StoredAnswer(question.Id, way, values));
        }

        return all;
    }
}
