using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Erasing;
using Tambo.Cases.Referrals;
using Tambo.Platform.Access;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Erasing;

/// <summary>Whoever received something of a person hears that the person is erased.</summary>
public sealed class ErasedReferralsTests
{
    [Theory, OnEachEngine]
    public async Task A_service_that_signed_for_something_finds_a_notice_and_confirms_though_nobody_is_left(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var given = await desk.HandOverAsync();
        var offered = await desk.OfferAsync(desk.Mats);
        Assert.Empty((await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray());

        await desk.Office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(desk.Consent.PersonId.ToString("D"), "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);

        var notice = (await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray().Single();
        Assert.Equal(Referral.CodeOf(given), notice.GetProperty("code").GetString());
        Assert.Equal(204, (await desk.Saul.PostAsync($"/api/cases/referrals/notices/{notice.GetProperty("id").GetGuid():D}/acknowledge", new { })).Status);
        Assert.Equal(["acknowledged"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        Assert.Equal("withdrawn", await desk.StateAsync(offered));
    }
}
