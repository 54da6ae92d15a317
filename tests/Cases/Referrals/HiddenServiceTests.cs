using Tambo.Cases.Consent;
using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>A referral to a house that is not shown to everybody names it to those alone who may know of it.</summary>
public sealed class HiddenServiceTests
{
    private const string House = "Casa Callada";
    private const string Instead = "A service that is not shown to everybody";

    [Theory, OnEachEngine]
    public async Task No_list_page_or_export_names_a_hidden_house_to_whoever_may_not_know_of_it(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var now = SettableTime.Noon;
        var hidden = new Organization { Id = Guid.CreateVersion7(now), Name = "Quiet association", Confidentiality = Confidentiality.Withheld, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        var house = new Service { Id = Guid.CreateVersion7(now), OrganizationId = hidden.Id, Name = House, Confidentiality = Confidentiality.Withheld, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        await using (var change = await desk.Office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None))
        {
            await DirectoryWriter.AddAsync(change, DirectoryRecords.Of([hidden, house]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        await desk.ChangeAsync(consent => consent with
        {
            Scopes = [.. consent.Scopes, .. new[] { "identity", "general" }.SelectMany(category => new[] { "view", "share" }
                .Select(action => new ConsentScope(category, new RecipientName(RecipientName.One, hidden.Id.ToString("D")), action)))],
        });
        // A frontline officer refers, and may not know of such houses.
        var flora = await desk.Office.OfficerAsync("flora", "frontline_officer");
        var id = await desk.OfferAsync(house);
        var (one, ofCase) = ($"/api/cases/referrals/{id:D}", $"/api/cases/{desk.Case:D}/referrals");
        Assert.Equal(House, (await desk.Nora.GetAsync(one)).Json.GetProperty("serviceName").GetString());
        foreach (var read in new[] { one, ofCase })
            NotNamed(await flora.GetAsync(read));
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "accept"))).Status);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "hand-over"), [])).Status);
        Assert.Equal(200, (await desk.WithdrawAsync(desk.Nora)).Status);

        using var nora = await desk.SignInAsync(desk.Nora);
        using var shown = await desk.Office.BrowserAsync("flora");
        foreach (var address in new[] { $"/staff/cases/referrals/{id:D}", $"/staff/cases/{desk.Case:D}/referrals", "/staff/cases/referrals", $"/staff/cases/persons/{desk.Consent.PersonId:D}/consent/{desk.Consent.Id:D}/ended" })
        {
            Assert.Contains(House, (await nora.OpenAsync(address)).DocumentElement.OuterHtml, StringComparison.Ordinal);
            var page = (await shown.OpenAsync(address)).DocumentElement;
            Assert.Equal(200, shown.Status);
            Assert.DoesNotContain(House, page.OuterHtml, StringComparison.Ordinal);
            Assert.Contains(Instead, page.TextContent, StringComparison.Ordinal);
        }

        // What leaves the node is read by whoever finds it.
        var dora = await desk.Office.OfficerAsync("dora", "data_protection_officer");
        var export = await dora.PostAsync($"/api/cases/persons/{desk.Consent.PersonId:D}/export", new { reason = "data_request" });
        Assert.Equal(200, export.Status);
        Assert.DoesNotContain(House, export.Text, StringComparison.Ordinal);
        Assert.Contains(Instead, export.Text, StringComparison.Ordinal);
    }

    private static void NotNamed(Told told)
    {
        Assert.Equal(200, told.Status);
        Assert.Contains("\"service\"", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(House, told.Text, StringComparison.Ordinal);
    }
}
