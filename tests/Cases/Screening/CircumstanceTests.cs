using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Screening;

/// <summary>How somebody was talked with stands beside what they answered, warns whoever reads it, and has somebody come back.</summary>
public sealed class CircumstanceTests
{
    [Theory, OnEachEngine]
    public async Task What_was_said_before_others_or_by_a_relative_is_kept_marked_and_asked_again(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var person = (await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1990 }, sexRecorded = "male" } })).Id;
        var path = $"/api/cases/persons/{person:D}/screenings";
        // Everything is answered, so that the rules alone ask nobody to come back.
        var answers = Tambo.Cases.Screening.InstrumentSet.Shipped["triage"].Questions.Select(question => new { question = question.Id, way = question.Observed ? "observed" : "said", values = new[] { "no" } }).ToList();
        async Task<Told> ScreenAsync(object? circumstances, string followUpOn = "") => await norma.PostAsync(path, new { answers, circumstances, followUpOn });
        Assert.Equal(
            ["circumstances.area cases.area_unknown", "circumstances.interpreter cases.code_unknown", "circumstances.private cases.code_unknown", "circumstances.setting cases.code_unknown", "followUpOn cases.date_unfit"],
            (await ScreenAsync(new { setting = "moon", @private = "perhaps", interpreter = "police", area = "XX99" }, "2026-01-01")).Errors);

        var alone = await ScreenAsync(new { setting = "border", @private = "yes", interpreter = "professional", trained = "yes", asAsked = "yes" });
        Assert.True(alone.Status == 201, alone.Text);
        Assert.False(alone.Json.TryGetProperty("followUpAt", out _), alone.Text);
        Assert.Empty(alone.Json.GetProperty("warnings").EnumerateArray());
        Assert.Equal("border", alone.Json.GetProperty("screening").GetProperty("circumstances").GetProperty("setting").GetString());
        foreach (var (said, warning) in new (object, string)[]
        {
            (new { @private = "no" }, "overheard"), (new { interpreter = "relative" }, "relative"), (new { trained = "no" }, "untrained"), (new { asAsked = "no" }, "not_as_asked"),
        })
        {
            var told = await ScreenAsync(said);
            Assert.Equal([warning], told.Json.GetProperty("warnings").EnumerateArray().Select(one => one.GetString()));
            Assert.Equal(SettableTime.Noon.AddDays(14), told.Json.GetProperty("followUpAt").GetDateTimeOffset());
            // No rule reads it.
            Assert.Equal(alone.Json.GetProperty("screening").GetProperty("result").GetRawText(), told.Json.GetProperty("screening").GetProperty("result").GetRawText());
        }

        // The earlier one counts, of what the rules ask and what somebody wants.
        var day = DateOnly.FromDateTime(SettableTime.Noon.UtcDateTime);
        string Iso(int days) => day.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        DateOnly Due(Told told) => DateOnly.FromDateTime(told.Json.GetProperty("followUpAt").GetDateTimeOffset().UtcDateTime);
        Assert.Equal(day.AddDays(3), Due(await ScreenAsync(new { @private = "no" }, Iso(3))));
        Assert.Equal(day.AddDays(14), Due(await ScreenAsync(new { @private = "no" }, Iso(40))));
        Assert.Equal(day.AddDays(40), Due(await ScreenAsync(null, Iso(40))));
        Assert.Equal(["followUpOn cases.date_unfit"], (await ScreenAsync(null, Iso(-1))).Errors);

        // Whoever looks again under other rules finds it, and nothing of it in the clear.
        var listed = (await norma.GetAsync(path)).Json.EnumerateArray().ToList();
        Assert.Contains(listed, one => one.GetProperty("warnings").GetArrayLength() == 1);
        Assert.DoesNotContain("relative", string.Join('\n', await office.ReadAsync<string>("select coalesce(details, '') from platform_audit_entries")), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task The_pages_ask_it_with_the_first_questions_say_what_not_to_ask_and_carry_it_to_the_end(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var person = desk.Consent.PersonId;
        using var nora = await desk.SignInAsync("nora");
        var address = $"/staff/cases/persons/{person:D}/screen";
        var first = await nora.OpenAsync(address);
        Assert.All(new[] { "c_setting", "c_private", "c_interpreter", "c_trained", "c_as_asked" }, name => Assert.NotNull(first.QuerySelector($"select[name={name}]")));
        // No alert is in force.
        Assert.Null(first.QuerySelector("select[name=c_area]"));
        Assert.DoesNotContain("do not ask this now", first.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var next = await nora.SubmitAsync(first, address + "/next", ("c_setting", "shelter"), ("c_private", "no"), ("c_interpreter", "relative"), ("a_triage.controlled", "yes"), ("a_triage.stuck", "yes"));
        var modules = next.QuerySelectorAll("main form h2").ToList();
        // What is asked of violence waits until they are alone; what strands somebody may be heard.
        Assert.True(modules.Count >= 2);
        bool IsNotNow(string part) => modules.Single(title => title.TextContent.Contains(part, StringComparison.OrdinalIgnoreCase)).NextElementSibling!.TextContent.Contains("do not ask this now", StringComparison.Ordinal);
        Assert.True(IsNotNow("trafficking"));
        Assert.False(IsNotNow("stranded"));
        var result = await nora.SubmitAsync(next, address + "/next");
        var text = result.QuerySelector("main")!.TextContent;
        Assert.Contains("Somebody else could hear", text, StringComparison.Ordinal);
        Assert.Contains("A relative or companion interpreted", text, StringComparison.Ordinal);
        await nora.SubmitAsync(result, address, ("case", null));
        Assert.Equal(302, nora.Status);
        var kept = Assert.Single((await desk.Nora.GetAsync($"/api/cases/persons/{person:D}/screenings")).Json.EnumerateArray());
        var said = kept.GetProperty("screening").GetProperty("circumstances");
        Assert.Equal(("shelter", "no", "relative"), (said.GetProperty("setting").GetString(), said.GetProperty("private").GetString(), said.GetProperty("interpreter").GetString()));
        var shown = (await nora.OpenAsync($"/staff/cases/persons/{person:D}/screenings/{kept.GetProperty("id").GetGuid():D}")).QuerySelector("main")!.TextContent;
        Assert.All(["Shelter", "No, somebody can hear", "Relative or companion", "Ask again by"], words => Assert.Contains(words, shown, StringComparison.Ordinal));
    }
}
