using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Platform.Languages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Screening;

/// <summary>Screenings are kept whole, and shown to those alone to whom everything in them is open.</summary>
public sealed class KeptScreeningTests
{
    private static readonly object Girl = new { identity = new { birth = new { inYear = 2011 }, sexRecorded = "female" } };

    [Theory]
    [OnEachEngine]
    public async Task A_screening_keeps_answers_facts_versions_result_and_what_was_decided_beside_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";

        var told = await norma.PostAsync(path, new
        {
            answers = new object[] { Yes("triage.child_other_adult"), new { question = "triage.deep_distress", way = "observed", values = new[] { "no" } }, new { question = "triage.fear", way = "declined" } },
            @override = new { urgency = "emergency", reason = "override-word" },
        });
        Assert.True(told.Status == 201, told.Text);
        var kept = (await norma.GetAsync($"{path}/{told.Id:D}")).Json;
        Assert.Equal(told.Json.GetProperty("screening").GetRawText(), kept.GetProperty("screening").GetRawText());
        Assert.Equal("emergency", kept.GetProperty("urgency").GetString());
        var screening = kept.GetProperty("screening");
        // The rule triage.child_other_adult is urgent; what was decided stands beside it.
        Assert.Equal("urgent", screening.GetProperty("result").GetProperty("urgency").GetString());
        Assert.Equal("override-word", screening.GetProperty("override").GetProperty("reason").GetString());
        Assert.Equal(["return", "detention"], Strings(screening.GetProperty("result").GetProperty("locks")));
        Assert.Equal(["child_at_risk"], Strings(screening.GetProperty("result").GetProperty("profiles")));
        Assert.Contains("unaccompanied_separated_child", Strings(screening.GetProperty("result").GetProperty("modules")));
        Assert.Equal(["declined", "observed", "said"], screening.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("way").GetString()!).Order());
        Assert.Equal(1, screening.GetProperty("instruments").GetProperty("triage").GetInt32());
        // A declined question asks for somebody to come back, within the time of an emergency.
        Assert.Equal(SettableTime.Noon.AddHours(24), kept.GetProperty("followUpAt").GetDateTimeOffset());
        Assert.Equal([0], await office.ReadAsync<int>("select urgency from cases_screenings"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Others_see_how_urgent_it_is_and_that_it_was_done_and_migration_control_nothing(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, flora) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("flora", "frontline_officer"));
        var (mario, saul) = (await office.OfficerAsync("mario", "migration_control"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        var told = await norma.PostAsync(path, new { answers = new[] { Yes("triage.controlled") } });
        var one = $"{path}/{told.Id:D}";

        Assert.Contains("trafficking", Strings((await norma.GetAsync(one)).Json.GetProperty("screening").GetProperty("result").GetProperty("modules")));
        var seen = (await flora.GetAsync(one)).Json;
        Assert.Equal(told.Json.GetProperty("urgency").GetString(), seen.GetProperty("urgency").GetString());
        Assert.False(seen.TryGetProperty("screening", out _));
        foreach (var nobody in new[] { mario, saul })
        {
            Assert.Equal(404, (await nobody.GetAsync(one)).Status);
            Assert.Equal(404, (await nobody.GetAsync(path)).Status);
            Assert.Equal(404, (await nobody.PostAsync(path, new { answers = Array.Empty<object>() })).Status);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Whose_age_is_unknown_or_disputed_is_screened_as_a_child(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        foreach (var (person, child) in new (object, bool)[]
        {
            (new { }, true), (new { identity = new { birth = new { inYear = 1996, disputed = true } } }, true), (Girl, true), (new { identity = new { birth = new { inYear = 1996 } } }, false),
        })
        {
            var told = await norma.PostAsync($"/api/cases/persons/{(await norma.RegisterAsync(person)).Id:D}/screenings", new { answers = new[] { Yes("triage.child_alone") } });
            Assert.Equal(child, told.Json.GetProperty("screening").GetProperty("result").GetProperty("treatedAsChild").GetBoolean());
        }
    }

    [Fact]
    public async Task Answers_that_are_none_and_another_urgency_without_a_reason_are_refused()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        Assert.Equal(
            ["answers[0] cases.value_unfit", "answers[1] cases.value_unfit", "answers[2] cases.value_unfit", "override.reason form.missing"],
            (await norma.PostAsync(path, new
            {
                answers = new object[] { Yes("triage.nothing"), new { question = "triage.fear", way = "guessed" }, new { question = "triage.fear", way = "observed", values = new[] { "maybe" } } },
                @override = new { urgency = "normal", reason = " " },
            })).Errors);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_screenings"));
    }

    [Fact]
    public async Task A_screening_of_a_former_version_is_shown_in_its_words_and_read_again_by_the_newest()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var person = (await norma.RegisterAsync(Girl)).Id;
        var told = await norma.PostAsync($"/api/cases/persons/{person:D}/screenings", new { answers = new object[] { Yes("triage.controlled"), new { question = "trafficking.controller_near", way = "observed", values = new[] { "yes" } } } });
        Assert.True(told.Status == 201, told.Text);
        // As it was kept before the second version came.
        var files = office.Node.Services.GetRequiredService<ScreeningFiles>();
        var open = await files.OpenAsync(person, told.Id, null, norma.Actor, CancellationToken.None);
        var former = new Dictionary<string, int>(open.Kept.Instruments) { ["trafficking"] = 1 };
        await files.WriteAsync(open, open.Kept with { Instruments = former }, "test.screening", new { }, TestDatabase.Alice, CancellationToken.None);

        using var browser = await office.BrowserAsync("norma");
        var page = (await browser.OpenAsync($"/staff/cases/persons/{person:D}/screenings/{told.Id:D}")).DocumentElement.TextContent;
        var english = office.Node.Services.GetRequiredService<TextCatalog>().In("en");
        var then = InstrumentSet.Of(former);
        foreach (var question in new[] { "triage.controlled", "trafficking.controller_near" })
            Assert.Contains(english[then.Questions[then.PlaceOf(question)!.Value].Text], page, StringComparison.Ordinal);
        Assert.NotEmpty(open.Kept.Result.Rules);
        Assert.All(open.Kept.Result.Rules, fired => Assert.Contains(english.Format(then.Rules.Single(rule => rule.Id == fired.Rule).Text, ("count", fired.Answers.Count)), page, StringComparison.Ordinal));
        var again = (await norma.GetAsync($"/api/cases/persons/{person:D}/screenings/{told.Id:D}/replay")).Json;
        Assert.Equal([1, 2], again.GetProperty("versions").GetProperty("trafficking").EnumerateArray().Select(version => version.GetInt32()));
        Assert.Empty(again.GetProperty("notCarried").EnumerateArray());
    }

    [Fact]
    public async Task Questions_come_in_the_language_that_is_asked_for()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (norma, nadia) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist", language: "ht"));
        string Fear(Told told) => told.Json.EnumerateArray().SelectMany(one => one.GetProperty("questions").EnumerateArray()).Single(one => one.GetProperty("id").GetString() == "triage.fear").GetProperty("text").GetString()!;
        Assert.StartsWith("Are you afraid", Fear(await norma.GetAsync("/api/cases/screening/instruments")), StringComparison.Ordinal);
        Assert.NotEqual(Fear(await norma.GetAsync("/api/cases/screening/instruments")), Fear(await nadia.GetAsync("/api/cases/screening/instruments")));
    }

    [Fact]
    public void Every_profile_and_instrument_has_its_compartment_and_no_profile_grows_on_its_way_into_a_case()
    {
        Assert.Empty(InstrumentSet.Shipped.Profiles.Except(ScreeningSeals.OfProfile.Keys));
        Assert.Empty(InstrumentSet.Shipped.Instruments.Select(instrument => instrument.Id).Except(ScreeningSeals.OfInstrument.Keys));
        Assert.All(ScreeningSeals.OfInstrument.Values.Concat(ScreeningSeals.OfProfile.Values.Select(one => one.Compartment)), compartment => Assert.Contains(compartment, Compartments.All));
        Assert.All(ScreeningSeals.OfProfile.Values.Where(one => one.OfCase is not null), one => Assert.Equal(one.Compartment, CaseKinds.Profiles[one.OfCase!]));
    }

    private static object Yes(string question) => new { question, way = "said", values = new[] { "yes" } };

    private static IReadOnlyList<string> Strings(System.Text.Json.JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString()!)];
}
