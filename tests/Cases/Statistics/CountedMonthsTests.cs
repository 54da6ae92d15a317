using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases;
using Tambo.Cases.Access;
using Tambo.Cases.Statistics;
using Tambo.Platform.Access;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Statistics;

/// <summary>A month is counted by a job once it has ended; who asks for it before waits for nothing large.</summary>
public sealed class CountedMonthsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [OnEachEngine]
    public async Task The_job_counts_an_ended_month_as_it_was_for_everybody_who_may_ask(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (petra, sara) = (await office.OfficerAsync("petra", "protection_specialist"), await office.OfficerAsync("sara", "protection_specialist", CasesOffice.South));
        var (stan, sonia) = (await office.OfficerAsync("stan", "statistician"), await office.OfficerAsync("sonia", "statistician", CasesOffice.South));
        var nadia = await office.OfficerAsync("nadia", "statistician", null);
        var (north, south) = ((await petra.RegisterAsync(new { area = "PA" })).Id, (await sara.RegisterAsync(new { area = "CR" })).Id);
        for (var number = 0; number < 30; number++)
            await petra.OpenAsync(new { person = north, type = number < 20 ? "protection" : "trafficking", profiles = number < 15 ? new[] { "DISABILITY" } : ["GBV", "LGBTI_AT_RISK"] });
        for (var number = 0; number < 15; number++)
            await sara.OpenAsync(new { person = south, type = "protection" });
        await MoveAsync("north", 10, office.Time.GetUtcNow().AddDays(20), petra.Agency!.Value);
        var statistics = office.Node.Services.GetRequiredService<CaseStatistics>();
        // The month that runs is none.
        Assert.Equal("0", await statistics.CountEndedAsync(None));

        office.Time.Advance(TimeSpan.FromDays(40));
        // What happens afterwards is of the next month.
        await MoveAsync("later", 25, office.Time.GetUtcNow(), petra.Agency!.Value);
        await statistics.CountEndedAsync(None);
        Assert.Equal("0", await statistics.CountEndedAsync(None));
        var kept = await office.ReadAsync<(string Reach, string AsOf)>("select reach, as_of from cases_figures order by reach");
        Assert.Equal(new[] { $"agency:{petra.Agency:D}", $"agency:{sara.Agency:D}", "node" }.Order(StringComparer.Ordinal), kept.Select(one => one.Reach));
        Assert.All(kept, one => Assert.StartsWith("2026-04-01", one.AsOf, StringComparison.Ordinal));
        Assert.All(await office.ReadAsync<string>("select actor from platform_audit_entries where change = 'cases.statistics.kept'"), actor => Assert.Equal("job:cases.figures", actor));

        // Everybody is told what the job has counted, though cases have gone elsewhere since.
        await office.WriteAsync("update cases_cases set agency_id = @South", new { South = sara.Agency!.Value });
        var (ofNorth, ofSouth, ofAll) = (await AskAsync(stan), await AskAsync(sonia), await AskAsync(nadia));
        Assert.Equal((30, 15, 45), (Number(ofNorth, "all", "total", "total"), Number(ofSouth, "all", "total", "total"), Number(ofAll, "all", "total", "total")));
        Assert.Equal((20, 20, 10), (Number(ofNorth, "state", "protection", "total"), Number(ofNorth, "state", "total", "identified"), Number(ofNorth, "state", "total", "registered")));
        Assert.Equal((10, 35, 35), (Number(ofNorth, "state", "trafficking", "total"), Number(ofAll, "state", "protection", "total"), Number(ofAll, "state", "total", "identified")));
        // What lies in another compartment than the case's own is opened too, and what no figure tells is not there.
        Assert.Equal((15, 15), (Number(ofNorth, "profile", "health", "total"), Number(ofNorth, "profile", "violence", "total")));
        Assert.DoesNotContain("lgbti", ofNorth, StringComparison.Ordinal);
        Assert.Equal(3, (await office.ReadAsync<string>("select reach from cases_figures")).Count);

        // The month after that is one of its own.
        office.Time.Advance(TimeSpan.FromDays(30));
        await statistics.CountEndedAsync(None);
        Assert.Equal((45, 25), (Number(await AskAsync(sonia), "all", "total", "total"), Number(await AskAsync(sonia), "state", "total", "registered")));

        async Task MoveAsync(string name, int count, DateTimeOffset at, Guid agency) => await office.WriteAsync(
            "insert into cases_case_states (case_id, version, state, at, actor) select id, 2 + (select max(version) from cases_case_states s where s.case_id = cases_cases.id), 'registered', @at, @name from cases_cases where agency_id = @agency order by id limit @count",
            new { name, count, at, agency });
    }

    [Theory]
    [OnEachEngine]
    public async Task Of_a_large_register_nobody_waits_for_the_counting_and_a_small_one_simply_answers(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (petra, sara) = (await office.OfficerAsync("petra", "protection_specialist"), await office.OfficerAsync("sara", "protection_specialist", CasesOffice.South));
        var stan = await office.OfficerAsync("stan", "statistician", language: "fr");
        var guard = office.Node.Services.GetRequiredService<CaseGuards>().Of(Compartments.General);
        await AddAsync(await petra.RegisterAsync(new { }), petra.Agency, CaseStatistics.MostAtOnce);
        Assert.Equal(CaseStatistics.MostAtOnce, Number(await AskAsync(stan), "state", "unknown", "total"), 4.0);
        await AddAsync(await sara.RegisterAsync(new { }), sara.Agency, 40);

        // Whoever has the right since, over a register that is large now, is told when to come again.
        var sonia = await office.OfficerAsync("sonia", "statistician", CasesOffice.South, language: "fr");
        using (var client = office.Node.Client())
        {
            foreach (var path in new[] { "/api/cases/statistics", "/api/cases/statistics.csv" })
            {
                using var asked = new HttpRequestMessage(HttpMethod.Get, path);
                asked.Headers.TryAddWithoutValidation(sonia.Credential.Name, sonia.Credential.Value);
                asked.Headers.TryAddWithoutValidation("Accept-Language", "fr");
                using var answer = await client.SendAsync(asked);
                Assert.Equal((503, TimeSpan.FromMinutes(1)), ((int)answer.StatusCode, answer.Headers.RetryAfter?.Delta));
                var said = await answer.Content.ReadAsStringAsync();
                Assert.Contains("cases.figures_counting", said, StringComparison.Ordinal);
                Assert.Contains("en cours de comptage", said, StringComparison.Ordinal);
            }
        }

        // Nothing was told but what stan was.
        Assert.Single(await office.ReadAsync<string>("select actor from platform_audit_entries where change = 'cases.statistics.made'"));
        Assert.Empty(await office.ReadAsync<string>("select reach from cases_figures where reach = @reach", new { reach = $"agency:{sonia.Agency:D}" }));
        var statistics = office.Node.Services.GetRequiredService<CaseStatistics>();
        Assert.Equal(CasesProblems.FiguresCounting, (await Assert.ThrowsAsync<Problem>(() => statistics.RunAsync(sonia.Actor, None))).Kind);
        // The console waits, for nobody sits in front of a page.
        Assert.NotEmpty((await statistics.RunAsync(Actor.OperatingSystem("root"), None)).Tables);
        // What was told of a month stays told; the rest is counted at the next turn.
        Assert.Equal("1", await statistics.CountEndedAsync(None));
        Assert.Equal(40, Number(await AskAsync(sonia), "state", "unknown", "total"));

        async Task AddAsync(Told person, Guid? agency, int count) => await office.WriteAsync(
            """
            insert into cases_cases (id, public_ref, person_id, state, guard, urgency, due_at, agency_id, area, area_path, created_at, created_by, changed_at, version)
            values (@Id, @Ref, @Person, 'identified', @guard, 2, @At, @agency, '', '/', @At, 'test', @At, 1)
            """,
            Enumerable.Range(0, count).Select(number => new { Id = Guid.CreateVersion7(Before), Ref = $"R{agency:N}{number}", Person = person.Id, guard, At = Before, agency }).ToList());
    }

    /// <summary>What is handed over are the kept figures, of every month, and not a word more.</summary>
    [Theory]
    [OnEachEngine]
    public async Task Figures_are_handed_over_as_they_are_told_month_by_month_and_hold_numbers_and_codes_alone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var petra = await office.OfficerAsync("petra", "protection_specialist");
        var (stan, nadia) = (await office.OfficerAsync("stan", "statistician"), await office.OfficerAsync("nadia", "statistician", null));
        var people = new List<Told>();
        for (var number = 0; number < 3; number++)
            people.Add(await petra.RegisterAsync(new { area = "PA", identity = new { names = new[] { new { full = "Ilmara Quesquén" } } } }));
        for (var number = 0; number < 30; number++)
            await petra.OpenAsync(new { person = people[number % 3].Id, type = number < 28 ? "protection" : "asylum_referral", note = "Secretword", profiles = number < 15 ? new[] { "DISABILITY" } : [] });
        office.Time.Advance(TimeSpan.FromDays(40));
        var march = await HandedAsync(stan.Actor);
        office.Time.Advance(TimeSpan.FromDays(30));
        var both = await HandedAsync(stan.Actor);
        Assert.Equal(["2026-03", "2026-04"], both.Select(figure => figure.Period).Distinct());
        Assert.Equal(march.Select(Said), both.Where(figure => figure.Period == "2026-03").Select(Said));

        // Each number is what the page tells, small ones suppressed: two of a kind are not there by name.
        var told = await AskAsync(stan);
        Assert.All(both, figure => Assert.True(figure.Value is null or >= 10 && (figure.Value ?? 0) % 5 == 0 && figure.Step == 5, Said(figure)));
        Assert.Contains(both, figure => figure is { Indicator: "cases.at_month_end", Dimensions.Count: 0, Value: 30 });
        Assert.Contains(both, figure => figure.Value is null);
        Assert.Equal(Number(told, "state", "protection", "total"), (int)both.Last(figure => Said(figure).Contains(" kind=protection =", StringComparison.Ordinal)).Value!);
        Assert.Equal(15, both.Single(figure => figure is { Period: "2026-04", Indicator: "cases.profiles_at_month_end" } && figure.Dimensions["profile"] == "health").Value);
        var all = string.Join('\n', both.Select(Said));
        foreach (var word in people.SelectMany(person => new[] { person.Id.ToString("D"), person.Ref }).Concat(["Ilmara", "Secretword", "asylum_referral", "lgbti", petra.Agency!.Value.ToString("D")]))
            Assert.DoesNotContain(word, all, StringComparison.OrdinalIgnoreCase);

        // Within the reach of whoever asks, of the whole node at the console, and of nothing without the right.
        Assert.Equal(30, (await HandedAsync(Actor.OperatingSystem("root"))).First(figure => figure.Dimensions.Count == 0).Value);
        Assert.Equal(30, (await HandedAsync(nadia.Actor)).First(figure => figure.Dimensions.Count == 0).Value);
        Assert.Empty(await HandedFigures.ReadAsync(Node.Parts.All, office.Node.Services, petra.Actor, None));
        Assert.Contains($"user:{stan.Id:D}", await office.ReadAsync<string>("select actor from platform_audit_entries where change = 'cases.statistics.made'"));

        async Task<IReadOnlyList<HandedFigure>> HandedAsync(Actor actor) =>
            [.. (await HandedFigures.ReadAsync(Node.Parts.All, office.Node.Services, actor, None)).SelectMany(one => one.Figures)];
    }

    // A day of the month before the one in which the office opens.
    private static DateTimeOffset Before { get; } = SettableTime.Noon.AddDays(-20);

    private static string Said(HandedFigure figure) =>
        $"{figure.Indicator} {figure.Period} {string.Join(' ', figure.Dimensions.Select(one => $"{one.Key}={one.Value}"))} ={figure.Value?.ToString(CultureInfo.InvariantCulture) ?? "-"}/{figure.Step}";

    private static async Task<string> AskAsync(Officer officer)
    {
        var told = await officer.GetAsync("/api/cases/statistics.csv");
        Assert.True(told.Status == 200, told.Text);
        return told.Text;
    }

    private static int Number(string csv, string table, string row, string column) => int.Parse(
        csv.Split("\r\n").Single(line => line.StartsWith($"\"{table}\",\"{row}\",\"{column}\",", StringComparison.Ordinal)).Split(',')[3], CultureInfo.InvariantCulture);
}
