using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Erasing;
using Tambo.Cases.Persons;
using Tambo.Cases.Retention;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Retention;

/// <summary>Whoever's time is over is erased, with the rule that said so; all others stay.</summary>
public sealed class RetentionRunTests
{
    private static readonly Actor Console = Actor.OperatingSystem("operator");

    // Short periods, so that what falls due can be counted by hand from the clock's 4 March 2026.
    private const string Rules = """
        { "version": 1, "rules": [
        { "code": "unfinished", "from": "registered", "when": "never_completed", "months": 1, "source": "test", "verified": false },
        { "code": "alone", "from": "last_contact", "when": "without_case", "months": 3, "source": "test", "verified": false },
        { "code": "taken_back", "from": "consent_withdrawn", "when": "consent_only", "months": 1, "source": "test", "verified": false },
        { "code": "over", "from": "closed", "when": "closed_case", "months": 2, "source": "test", "verified": false },
        { "code": "health_over", "from": "closed", "when": "closed_case", "caseType": "health", "months": 1, "source": "test", "verified": false },
        { "code": "grown", "from": "of_age", "when": "was_child", "months": 2, "source": "test", "verified": false } ] }
        """;

    [Theory]
    [OnEachEngine]
    public async Task Those_whose_time_is_over_go_with_their_rule_and_all_others_stay(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "retention.json"), Rules);
        var begun = await carla.RegisterAsync(new { general = new { notes = "word" } });
        var alone = await carla.RegisterAsync(Adult);
        await ConsentAsync(carla, alone);
        var closed = await WithClosedCaseAsync(office, carla, "protection");
        var health = await WithClosedCaseAsync(office, carla, "health");
        // Sixteen on 1 May 2026: of age on 1 May 2028.
        var child = await WithClosedCaseAsync(office, carla, "protection", "2010-05-01");
        var open = await carla.RegisterAsync(new { });
        await carla.OpenAsync(new { person = open.Id });
        var held = await carla.RegisterAsync(new { });
        var console = office.Node.Services.GetRequiredService<PersonsAtConsole>();
        await console.HoldAsync(held.Ref, "claim", Console, CancellationToken.None);

        async Task<IReadOnlyList<(string Ref, string Rule, DateOnly Day)>> RunAsync(bool dryRun) =>
            [.. (await console.RetainAsync(dryRun, Console, CancellationToken.None)).OrderBy(due => due.Rule, StringComparer.Ordinal)];
        office.Time.Set(new DateTimeOffset(2026, 4, 3, 23, 0, 0, TimeSpan.Zero));
        Assert.Empty(await RunAsync(dryRun: true));
        office.Time.Set(new DateTimeOffset(2026, 4, 4, 1, 0, 0, TimeSpan.Zero));
        Assert.Equal([(health.Ref, "health_over", new DateOnly(2026, 4, 4)), (begun.Ref, "unfinished", new DateOnly(2026, 4, 4))], await RunAsync(dryRun: true));
        office.Time.Set(new DateTimeOffset(2026, 6, 4, 1, 0, 0, TimeSpan.Zero));
        (string, string, DateOnly)[] due = [(alone.Ref, "alone", new(2026, 6, 4)), (health.Ref, "health_over", new(2026, 4, 4)), (closed.Ref, "over", new(2026, 5, 4)), (begun.Ref, "unfinished", new(2026, 4, 4))];
        Assert.Equal(due, await RunAsync(dryRun: true));
        Assert.Equal(7, (await office.ReadAsync<long>("select count(*) from cases_persons where status = 'active'")).Single());

        Assert.Equal(due, await RunAsync(dryRun: false));
        Assert.Equal(
            new[] { child.Ref, open.Ref, held.Ref }.Order(StringComparer.Ordinal),
            (await office.ReadAsync<string>("select public_ref from cases_persons where status = 'active'")).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["alone retention done", "health_over retention done", "over retention done", "unfinished retention done"],
            (await office.ReadAsync<string>("select rule || ' ' || reason || ' ' || state from cases_erasures")).Order(StringComparer.Ordinal));
        Assert.Empty(await RunAsync(dryRun: false));
        office.Time.Set(new DateTimeOffset(2028, 7, 1, 1, 0, 0, TimeSpan.Zero));
        Assert.Equal([(child.Ref, "grown", new DateOnly(2028, 7, 1))], await RunAsync(dryRun: false));
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_takes_back_the_consent_on_which_alone_everything_stood_is_erased_as_was_said(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "retention.json"), Rules);
        async Task<Told> WithdrawnAsync(Func<Told, Task>? before = null)
        {
            var person = await norma.RegisterAsync(Adult);
            var consent = await ConsentAsync(norma, person);
            if (before is not null)
                await before(person);
            Assert.Equal(200, (await norma.PostAsync($"{PathOf(person)}/consents/{consent.Id:D}/withdraw", new { })).Status);
            return person;
        }

        var gone = await WithdrawnAsync();
        var other = await WithdrawnAsync(person => ConsentAsync(norma, person, "asylum"));
        var helped = await WithdrawnAsync(person => norma.OpenAsync(new { person = person.Id }));
        var duty = await WithdrawnAsync(person => ConsentAsync(norma, person, "services", "vital_interests"));
        var back = await WithdrawnAsync();
        // Who agrees to nothing any more, and says to whom never, keeps nothing by it; whoever said no more than that took nothing back.
        var (refusing, before) = (await WithdrawnAsync(), await WithdrawnAsync(person => RefuseAsync(norma, person)));
        await RefuseAsync(norma, refusing);
        var only = await norma.RegisterAsync(Adult);
        await RefuseAsync(norma, only);
        office.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(201, (await norma.PostAsync(PathOf(back) + "/screenings", new { })).Status);

        var console = office.Node.Services.GetRequiredService<PersonsAtConsole>();
        // All consents of these have run out by then; of the one nobody took anything back since.
        office.Time.Set(new DateTimeOffset(2026, 4, 4, 1, 0, 0, TimeSpan.Zero));
        var due = (await console.RetainAsync(dryRun: true, Console, CancellationToken.None)).ToList();
        Assert.All(new[] { gone, refusing, before }, one => Assert.Contains((one.Ref, "taken_back", new DateOnly(2026, 4, 4)), due));
        Assert.DoesNotContain(due, one => one.Ref == only.Ref && one.Rule == "taken_back");
        Assert.All(new[] { helped, duty, back }, kept => Assert.DoesNotContain(due, one => one.Ref == kept.Ref));
        Assert.DoesNotContain(due, one => one.Ref == other.Ref && one.Day < new DateOnly(2026, 4, 4));
        await console.RetainAsync(dryRun: false, Console, CancellationToken.None);
        Assert.Equal(["erased"], await office.ReadAsync<string>("select status from cases_persons where id = @Id union all select 'erased' where not exists (select 1 from cases_persons where id = @Id)", new { gone.Id }));
        Assert.Equal(["active"], await office.ReadAsync<string>("select distinct status from cases_persons where id in (@A, @B, @C)", new { A = helped.Id, B = duty.Id, C = back.Id }));
    }

    private static async Task RefuseAsync(Officer officer, Told person)
    {
        var told = await officer.PostAsync(PathOf(person) + "/consents", new { givenBy = new { kind = "self" }, form = "verbal", language = "es", purpose = "services", exclusions = new[] { new { kind = "class", code = "police" } } });
        Assert.True(told.Status == 201, told.Text);
    }

    [Fact]
    public async Task By_rules_that_cannot_be_read_nobody_is_erased()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var carla = await office.OfficerAsync("carla", "case_worker");
        await carla.RegisterAsync(new { });
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "retention.json"), Rules.Replace("\"months\": 3", "\"months\": 0", StringComparison.Ordinal));
        office.Time.Advance(TimeSpan.FromDays(10_000));
        var refused = await Assert.ThrowsAsync<Problem>(() =>
            office.Node.Services.GetRequiredService<PersonsAtConsole>().RetainAsync(false, Console, CancellationToken.None));
        Assert.Equal("erasing.rules_unfit", refused.Kind.Code);
        Assert.Equal(["active"], await office.ReadAsync<string>("select status from cases_persons"));
    }

    [Theory]
    [InlineData("2010-05-01", "2028-05-01")]
    [InlineData("2008-02-29", "2026-03-01")]
    [InlineData("2001-01-01", null)]
    public void Somebody_comes_of_age_on_their_eighteenth_birthday(string born, string? ofAge) =>
        Assert.Equal(ofAge is null ? null : DateOnly.Parse(ofAge, System.Globalization.CultureInfo.InvariantCulture), KeptPersons.ComesOfAge(new Birth { Date = born }, new DateOnly(2026, 1, 1)));

    [Fact]
    public void Of_whom_only_years_are_known_the_last_of_them_counts() =>
        Assert.Equal(new DateOnly(2030, 12, 31), KeptPersons.ComesOfAge(new Birth { EarliestYear = 2008, LatestYear = 2012 }, new DateOnly(2026, 1, 1)));

    private static readonly object Adult = new { identity = new { birth = new { inYear = 1990 } } };

    private static string PathOf(Told person) => $"/api/cases/persons/{person.Id:D}";

    private static async Task<Told> ConsentAsync(Officer officer, Told person, string purpose = "referral", string basis = "consent")
    {
        var told = await officer.PostAsync(PathOf(person) + "/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            explained = Tambo.Cases.Consent.NoticeWording.Points,
            freeToRefuse = true,
            purpose,
            legalBasis = basis,
            scopes = new[] { new { category = "general", recipient = new { kind = "class", code = "health_provider" }, action = "share" } },
            expiresAt = SettableTime.Noon.AddDays(20),
        });
        Assert.True(told.Status == 201, told.Text);
        return told;
    }

    private static async Task<Told> WithClosedCaseAsync(CasesOffice office, Officer officer, string type, string? born = null)
    {
        var person = await officer.RegisterAsync(born is null ? (object)new { } : new { identity = new { birth = new { date = born } } });
        var one = await officer.OpenAsync(new { person = person.Id, type });
        await office.WriteAsync("update cases_cases set state = 'closed', closed_at = changed_at where id = @Id", new { one.Id });
        return person;
    }
}
