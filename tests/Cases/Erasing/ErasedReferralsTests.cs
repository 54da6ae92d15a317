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

    [Theory, OnEachEngine]
    public async Task A_service_that_has_to_be_called_stands_on_the_board_by_its_name_until_it_has_confirmed(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var given = await desk.OfferAsync(desk.Mats);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(given, "links"), ("act", "accept"))).Status);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(given, "hand-over"), [])).Status);
        await desk.Office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(desk.Consent.PersonId.ToString("D"), "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);
        Assert.Equal(["to_tell"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));

        using var nora = await desk.SignInAsync(desk.Nora);
        var board = await nora.OpenAsync("/staff/cases/referrals");
        var card = board.QuerySelectorAll("main .card").Single();
        Assert.Contains("Colchonetas", card.TextContent, StringComparison.Ordinal);
        Assert.Contains(Referral.CodeOf(given), card.TextContent, StringComparison.Ordinal);
        var told = card.QuerySelectorAll("form").Select(form => form.GetAttribute("action")!).Single(one => one.EndsWith("/told", StringComparison.Ordinal));
        // Another agency neither sees it nor writes anything down of it.
        using var saul = await desk.SignInAsync(desk.Saul);
        var others = await saul.OpenAsync("/staff/cases/referrals");
        Assert.Empty(others.QuerySelectorAll("main .card"));
        await nora.SubmitAsync(board, told);
        Assert.Equal(302, nora.Status);
        Assert.Equal(["told"], await desk.Office.ReadAsync<string>("select state from cases_referral_notices"));
        var confirm = told.Replace("/told", "/acknowledged", StringComparison.Ordinal);
        await nora.SubmitAsync(await nora.OpenAsync("/staff/cases/referrals"), confirm);
        Assert.Equal(302, nora.Status);
        // Once it has confirmed, nothing is left that says who it was.
        Assert.Equal([("acknowledged", 0L)], await desk.Office.ReadAsync<(string, long)>("select state, case when receiver is null then 0 else 1 end from cases_referral_notices"));
        Assert.Empty((await nora.OpenAsync("/staff/cases/referrals")).QuerySelectorAll("main .card"));
    }
}
