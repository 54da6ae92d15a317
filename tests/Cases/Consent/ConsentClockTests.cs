using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Cases.Referrals;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Consent;

/// <summary>A consent whose time is over ends as one that was taken back does.</summary>
public sealed class ConsentClockTests
{
    [Theory, OnEachEngine]
    public async Task When_its_time_is_over_whoever_received_something_is_told_once_and_what_is_under_way_stops(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var given = await desk.HandOverAsync();
        var offered = await desk.OfferAsync(desk.Mats);
        var link = await desk.LinkAsync(offered, "links");
        var until = desk.Office.Time.GetUtcNow().AddHours(1);
        await desk.ChangeAsync(consent => consent with { ExpiresAt = until });
        var clock = desk.Office.Node.Services.GetRequiredService<ConsentClock>();
        desk.Office.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.Equal("0 ended", await clock.RunAsync(CancellationToken.None));
        Assert.Equal("offered", await desk.StateAsync(offered));

        desk.Office.Time.Advance(TimeSpan.FromSeconds(1));
        var runs = await Task.WhenAll(clock.RunAsync(CancellationToken.None), clock.RunAsync(CancellationToken.None));
        Assert.Equal(["0 ended", "1 ended"], runs.Order(StringComparer.Ordinal));
        Assert.Equal("0 ended", await clock.RunAsync(CancellationToken.None));
        Assert.Equal(("handed_over", "withdrawn"), (await desk.StateAsync(given), await desk.StateAsync(offered)));
        Assert.Equal(410, (await desk.PageAsync(link, ("act", "accept"))).Status);
        Assert.Single(await desk.Office.ReadAsync<string>("select act from cases_referral_steps where act = 'withdraw'"));
        Assert.Single(await desk.Office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.consent.expired'"));
        var notice = (await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray().Single();
        Assert.Equal((Referral.CodeOf(given), until.AddDays(30)), (notice.GetProperty("code").GetString(), notice.GetProperty("eraseBy").GetDateTimeOffset()));

        var shown = (await desk.Nora.GetAsync($"/api/cases/persons/{desk.Consent.PersonId:D}/consents")).Json.EnumerateArray().Single();
        Assert.Equal(("expired", offered), (shown.GetProperty("standing").GetString(), shown.GetProperty("ending").GetProperty("withdrawOffers").EnumerateArray().Single().GetGuid()));
        using var nora = await desk.SignInAsync(desk.Nora);
        var page = await nora.OpenAsync($"/staff/cases/persons/{desk.Consent.PersonId:D}/consent/{desk.Consent.Id:D}/ended");
        Assert.Equal(200, nora.Status);
        Assert.Contains("Camas", page.QuerySelector("main .card")!.TextContent, StringComparison.Ordinal);

        // To take it back as well changes nothing of what followed.
        Assert.Equal("withdrawn", (await desk.WithdrawAsync(desk.Nora)).Json.GetProperty("standing").GetString());
        Assert.Single(await desk.Office.ReadAsync<string>("select id from cases_referral_notices"));
        Assert.Single(await desk.Office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.consent.recipient_to_tell'"));
    }

    [Theory, OnEachEngine]
    public async Task A_consent_that_cannot_be_read_keeps_no_other_from_ending_and_the_run_says_so(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var consents = new List<Guid>();
        for (var at = 0; at < 3; at++)
        {
            var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
            var given = await nora.PostAsync($"/api/cases/persons/{person:D}/consents", KeptConsentTests.Said());
            Assert.True(given.Status == 201, given.Text);
            consents.Add(given.Id);
        }

        // The version is part of what a content is sealed with.
        await office.WriteAsync("update cases_sealed set version = version + 7 where record_id = @Id", new { Id = consents[1] });
        office.Time.Advance(TimeSpan.FromDays(31));
        var clock = office.Node.Services.GetRequiredService<ConsentClock>();
        var failed = await Assert.ThrowsAsync<AggregateException>(() => clock.RunAsync(CancellationToken.None));
        Assert.Contains($"consent:{consents[1]:D}", Assert.Single(failed.InnerExceptions).Message, StringComparison.Ordinal);
        Assert.Equal([consents[1]], await office.ReadAsync<Guid>("select id from cases_consents where ended_at is null"));

        await office.WriteAsync("update cases_sealed set version = version - 7 where record_id = @Id", new { Id = consents[1] });
        Assert.Equal("1 ended", await clock.RunAsync(CancellationToken.None));
    }

    [Theory, OnEachEngine]
    public async Task A_consent_that_cannot_be_read_keeps_no_other_of_the_same_person_from_ending(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        var path = $"/api/cases/persons/{person:D}/consents";
        var (first, damaged, last) = ((await nora.PostAsync(path, KeptConsentTests.Said())).Id, (await nora.PostAsync(path, KeptConsentTests.Said())).Id, (await nora.PostAsync(path, KeptConsentTests.Said())).Id);
        await office.WriteAsync("update cases_sealed set version = version + 7 where record_id = @damaged", new { damaged });
        office.Time.Advance(TimeSpan.FromDays(31));
        var clock = office.Node.Services.GetRequiredService<ConsentClock>();
        for (var run = 0; run < 2; run++)
        {
            var failed = await Assert.ThrowsAsync<AggregateException>(() => clock.RunAsync(CancellationToken.None));
            Assert.StartsWith(run == 0 ? "2 ended, 1 cannot be read" : "0 ended, 1 cannot be read", failed.Message, StringComparison.Ordinal);
            Assert.Contains($"consent:{damaged:D}", Assert.Single(failed.InnerExceptions).Message, StringComparison.Ordinal);
        }

        Assert.Equal([damaged], await office.ReadAsync<Guid>("select id from cases_consents where ended_at is null"));
        Assert.Equal(new[] { first, last }.Order(), (await office.ReadAsync<Guid>("select id from cases_consents where ended_at is not null")).Order());
        await office.WriteAsync("update cases_sealed set version = version - 7 where record_id = @damaged", new { damaged });
        Assert.Equal("1 ended", await clock.RunAsync(CancellationToken.None));
    }

    [Theory, OnEachEngine]
    public async Task What_was_taken_back_is_not_ended_again_when_its_time_is_over(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        Assert.Equal(200, (await desk.WithdrawAsync(desk.Nora)).Status);
        desk.Office.Time.Advance(TimeSpan.FromDays(11));
        Assert.Equal("0 ended", await desk.Office.Node.Services.GetRequiredService<ConsentClock>().RunAsync(CancellationToken.None));
        Assert.Empty(await desk.Office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.consent.expired'"));
    }
}
