using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>What is handed over is decided for who would read it at that moment, not for whom was asked once.</summary>
public sealed class ReceiverChangedTests
{
    [Theory, OnEachEngine]
    public async Task Nothing_is_handed_to_an_agency_that_no_longer_works_for_the_house_that_was_asked(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Beds);
        var path = $"/api/cases/referrals/{id:D}";
        var preview = await desk.Saul.GetAsync(path + "/preview");
        Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", preview.Tag!))).Status);
        await desk.DoneAsync(id, "hand-over");

        await ChangeAsync(desk, house => house with { AgencyId = desk.Nora.Agency });
        var refused = await desk.Saul.PostAsync(path + "/receive", new { });
        Assert.Equal((409, "referral.receiver_changed"), (refused.Status, refused.Code));
        Assert.DoesNotContain(ReferralOffice.Name, refused.Text, StringComparison.Ordinal);
        Assert.Equal(409, (await desk.Saul.GetAsync(path + "/preview")).Status);
        Assert.Equal("accepted", await desk.StateAsync(id));
        // Whoever refers reads on the page why it stands still, and takes it back.
        using var nora = await desk.SignInAsync(desk.Nora);
        Assert.Contains("another agency works for it", (await nora.OpenAsync($"/staff/cases/referrals/{id:D}")).DocumentElement.TextContent, StringComparison.Ordinal);
        Assert.Equal(200, nora.Status);
        await desk.DoneAsync(id, "steps", new { act = "withdraw", reason = "other_help_found" });
    }

    [Theory, OnEachEngine]
    public async Task Nothing_is_handed_to_another_organisation_that_took_the_service_over(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "accept"))).Status);
        var link = await desk.LinkAsync(id, "hand-over");
        await MoveAsync(desk, desk.Mats, desk.Beds.OrganizationId);
        var shown = await desk.PageAsync(link, []);
        Assert.Equal(410, shown.Status);
        Assert.DoesNotContain(ReferralOffice.Name, shown.Html, StringComparison.Ordinal);
        Assert.Equal("accepted", await desk.StateAsync(id));
    }

    [Theory, OnEachEngine]
    public async Task An_office_that_somebody_excluded_gets_nothing_by_way_of_a_house_that_it_works_for_and_neither_does_a_name(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        async Task<string> OfferedAsync(Service service, string never)
        {
            await desk.ChangeAsync(consent => consent with { Exclusions = [new Exclusion(new RecipientName(RecipientName.One, never))] });
            var draft = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = service.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id });
            Assert.True(draft.Status == 201, draft.Text);
            var offer = await desk.TryAsync(draft.Id, "offer");
            return offer.Status == 200 ? "offered" : offer.Code;
        }

        Assert.Equal("referral.locked", await OfferedAsync(desk.Beds, desk.Saul.Agency!.Value.ToString("D")));
        Assert.Equal("referral.locked", await OfferedAsync(desk.Mats, "house of the  LANTERN"));
        Assert.Equal("referral.locked", await OfferedAsync(desk.Mats, desk.Mats.Id.ToString("D")));

        // A house that had no agency gets the one that was excluded after it had said yes.
        Assert.Equal("offered", await OfferedAsync(desk.Mats, desk.Saul.Agency!.Value.ToString("D")));
        var id = (await desk.Office.ReadAsync<Guid>("select id from cases_referrals where state = 'offered'")).Single();
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "accept"))).Status);
        var link = await desk.LinkAsync(id, "hand-over");
        await ChangeAsync(desk, house => house with { AgencyId = desk.Saul.Agency }, desk.Mats);
        Assert.DoesNotContain(ReferralOffice.Name, (await desk.PageAsync(link, [])).Html, StringComparison.Ordinal);
        Assert.Equal("accepted", await desk.StateAsync(id));
    }

    private static async Task ChangeAsync(ReferralOffice desk, Func<Organization, Organization> change, Service? of = null)
    {
        var moment = await desk.Office.Node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None);
        var house = moment.Staff.Organization((of ?? desk.Beds).OrganizationId)!;
        await WriteAsync(desk, change(house), moment);
    }

    private static async Task MoveAsync(ReferralOffice desk, Service service, Guid? to)
    {
        var moment = await desk.Office.Node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None);
        await WriteAsync(desk, moment.Staff.Service(service.Id)! with { OrganizationId = to }, moment);
    }

    private static async Task WriteAsync(ReferralOffice desk, DirectoryRecord record, DirectoryMoment moment)
    {
        await using var change = await desk.Office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None);
        Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([record]), "edited", moment.Staff));
        await change.CommitAsync(CancellationToken.None);
    }
}
