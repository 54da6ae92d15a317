using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Consent;

/// <summary>Consents are kept, shown as far as they are open, and taken back with all that rests on them.</summary>
public sealed class KeptConsentTests
{
    private static readonly object Adult = new { identity = new { birth = new { inYear = 1990 } } };

    [Theory]
    [OnEachEngine]
    public async Task A_consent_is_kept_shown_and_taken_back_once(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var person = await norma.RegisterAsync(Adult);
        var path = $"/api/cases/persons/{person.Id:D}/consents";

        var kept = await norma.PostAsync(path, Said());
        Assert.True(kept.Status == 201, kept.Text);
        var shown = (await norma.GetAsync(path)).Json[0];
        Assert.Equal("inforce", shown.GetProperty("standing").GetString());
        Assert.Equal("referral", shown.GetProperty("consent").GetProperty("purpose").GetString());
        Assert.Equal(SettableTime.Noon.AddDays(30), shown.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal($"user:{norma.Id:D}", shown.GetProperty("consent").GetProperty("form").GetProperty("recordedBy").GetString());

        office.Time.Advance(TimeSpan.FromHours(2));
        var ended = await norma.PostAsync($"{path}/{kept.Id:D}/withdraw", new { });
        Assert.True(ended.Status == 200, ended.Text);
        Assert.Equal("withdrawn", ended.Json.GetProperty("standing").GetString());
        Assert.Equal(SettableTime.Noon.AddHours(2).AddDays(30), ended.Json.GetProperty("ending").GetProperty("eraseOwnBy").GetDateTimeOffset());
        office.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ended.Text, (await norma.PostAsync($"{path}/{kept.Id:D}/withdraw", new { })).Text);
        Assert.Single(await office.ReadAsync<string>("select id from cases_consents where withdrawn_at is not null and version = 2"));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_child_and_whoever_may_be_one_needs_somebody_beside_them(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        object[] births = [new { inYear = 2013 }, new { earliestYear = 2000, latestYear = 2010 }, new { inYear = 1990, disputed = true }];
        object[] children = [new { }, .. births.Select(birth => new { identity = new { birth } })];
        foreach (var child in children)
        {
            var path = $"/api/cases/persons/{(await norma.RegisterAsync(child)).Id:D}/consents";
            Assert.Equal(["givenBy consent.guardian_missing"], (await norma.PostAsync(path, Said())).Errors);
            Assert.Equal(201, (await norma.PostAsync(path, Said(giver: new { kind = "assent_with_guardian", who = "her grandmother" }))).Status);
        }

        var adult = $"/api/cases/persons/{(await norma.RegisterAsync(Adult)).Id:D}/consents";
        Assert.Equal(["givenBy consent.adult_decides"], (await norma.PostAsync(adult, Said(giver: new { kind = "guardian", who = "an uncle" }))).Errors);
        Assert.Equal(["freeToRefuse consent.not_free"], (await norma.PostAsync(adult, Said(free: false))).Errors);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_a_consent_tells_of_closed_compartments_is_shown_to_nobody_to_whom_they_are_closed(Engine engine)
    {
        // An authority of a node that names no country counts as of any, and sees nobody who asks for asylum.
        await using var office = await CasesOffice.OpenAsync(engine, prepare: settings => settings with { File = settings.File with { Country = "PA" } });
        var (norma, flora) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("flora", "frontline_officer"));
        var (mario, saul) = (await office.OfficerAsync("mario", "migration_control"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Adult)).Id:D}/consents";
        await norma.PostAsync(path, Said());
        // Later, so that it stands behind the first.
        office.Time.Advance(TimeSpan.FromSeconds(1));
        var asylum = await norma.PostAsync(path, Said(purpose: "asylum"));

        var seen = (await flora.GetAsync(path)).Json;
        Assert.Equal(["general"], seen[0].GetProperty("consent").GetProperty("scopes").EnumerateArray().Select(scope => scope.GetProperty("category").GetString()!));
        Assert.False(seen[1].TryGetProperty("consent", out _));
        Assert.Equal(2, (await norma.GetAsync(path)).Json[0].GetProperty("consent").GetProperty("scopes").GetArrayLength());
        Assert.Equal("[]", (await mario.GetAsync(path)).Text);
        Assert.Equal(404, (await saul.GetAsync(path)).Status);
        Assert.Equal(404, (await saul.PostAsync($"{path}/{asylum.Id:D}/withdraw", new { })).Status);

        // To stop is not to see.
        var ended = await flora.PostAsync($"{path}/{asylum.Id:D}/withdraw", new { });
        Assert.Equal("withdrawn", ended.Json.GetProperty("standing").GetString());
        Assert.False(ended.Json.TryGetProperty("consent", out _));
        Assert.False(ended.Json.TryGetProperty("ending", out _));
    }

    [Theory]
    [OnEachEngine]
    public async Task Whatever_rests_on_a_consent_stops_with_it_or_it_does_not_end(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var person = (await norma.RegisterAsync(Adult)).Id;
        var id = (await norma.PostAsync($"/api/cases/persons/{person:D}/consents", Said())).Id;
        var offer = Guid.CreateVersion7(SettableTime.Noon);
        var stopped = new List<Guid>();
        WithdrawConsent With(Func<Task> stop) => new(
            office.Node.Db, Of<KeptConsents>(), Of<PersonFiles>(), Of<ReadTrail>(),
            new EndConsent(office.Node.Db, Of<DataKeys>(), Of<KeptConsents>(), [new UseOfConsent(
                (_, _, _) => Task.FromResult(new ResultsOfConsent([new PastDisclosure("clinic", id, ["health"]), new PastDisclosure("shelter", id, ["general"])], [new RestsOn(offer, "clinic", id)], [])),
                async (_, ending) =>
                {
                    stopped.AddRange(ending.WithdrawOffers);
                    await stop();
                })], NullLogger<EndConsent>.Instance));
        T Of<T>()
            where T : notnull => office.Node.Services.GetRequiredService<T>();

        await Assert.ThrowsAsync<TimeoutException>(() => With(() => throw new TimeoutException()).RunAsync(person, id, norma.Actor, CancellationToken.None));
        Assert.Single(await office.ReadAsync<string>("select id from cases_consents where withdrawn_at is null"));
        Assert.Empty(await ToldAsync());

        stopped.Clear();
        var ended = await With(() => Task.CompletedTask).RunAsync(person, id, norma.Actor, CancellationToken.None);
        Assert.Equal([offer], stopped);
        Assert.Equal(["clinic", "shelter"], ended.Ending!.Tell.Select(told => told.Recipient));
        // One line for each, and none names anybody.
        var lines = await ToldAsync();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.DoesNotContain("clinic", line, StringComparison.Ordinal));

        Task<IReadOnlyList<string>> ToldAsync() => office.ReadAsync<string>("select details from platform_audit_entries where change = @ToTell", new { WithdrawConsent.ToTell });
    }

    internal static object Said(object? giver = null, string purpose = "referral", bool free = true, object[]? exclusions = null) => new
    {
        givenBy = giver ?? new { kind = "self" },
        form = "verbal",
        language = "es",
        interpreter = "interpreter-word",
        explained = NoticeWording.Points,
        freeToRefuse = free,
        purpose,
        scopes = new[]
        {
            new { category = "general", recipient = new { kind = "class", code = "health_provider" }, action = "share" },
            new { category = "violence", recipient = new { kind = "class", code = "legal_aid" }, action = "view" },
        },
        exclusions = exclusions ?? [new { kind = "country", code = "AND" }],
        expiresAt = SettableTime.Noon.AddDays(30),
    };
}
