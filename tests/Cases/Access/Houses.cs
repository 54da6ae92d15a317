using System.Text;
using Tambo.Guide.Directory;
using Tambo.Tests.Cases.Questions;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Access;

/// <summary>
/// What stands before anybody is looked after: a house with beds of the northern office and one of a third, forms of both offices, and
/// somebody whom a register seeks at each.
/// </summary>
internal sealed record Houses(Service North, Service East, (Guid Own, Guid Foreign) Form, (Guid Own, Guid Foreign) Sought)
{
    /// <summary>The name of whoever is sought in the south.</summary>
    public const string SoughtInSouth = "Soughtofthesouth";

    public static async Task<Houses> OpenAsync(CasesOffice office, Officer north, Officer south)
    {
        var (east, now) = (await office.OfficerAsync("esme", "protection_specialist", "East office"), office.Time.GetUtcNow());
        Organization House(string name, Guid? agency) => new() { Id = Guid.CreateVersion7(now), Name = name, AgencyId = agency, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        Service Of(Organization house) => new() { Id = Guid.CreateVersion7(now), OrganizationId = house.Id, Name = "Camas", TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        var (ofNorth, ofEast) = (House("House of the North", north.Agency), House("House of the East", east.Agency));
        var (beds, mats) = (Of(ofNorth), Of(ofEast));
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None))
        {
            await DirectoryWriter.AddAsync(change, DirectoryRecords.Of([ofNorth, ofEast, beds, mats]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        async Task<Guid> FormAsync(string name, string agency)
        {
            var supervisor = await office.OfficerAsync(name, "cases_supervisor", agency);
            var brought = await AnswerFormTests.BringAsync(office, supervisor, Forms.Book(), $"?agency={supervisor.Agency:D}");
            Assert.True(brought.Status is 200 or 201, brought.Text);
            return brought.Json.GetProperty("id").GetGuid();
        }

        async Task<Guid> SoughtAsync(Officer by, string name)
        {
            var document = $"<p:pfif xmlns:p=\"http://zesty.ca/pfif/1.4\"><p:person><p:person_record_id>a.example/{name}</p:person_record_id><p:entry_date>2026-03-04T05:06:07Z</p:entry_date><p:expiry_date>{now.AddDays(20).UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}T00:00:00Z</p:expiry_date><p:source_date>2026-03-04T05:06:07Z</p:source_date><p:full_name>{name}</p:full_name></p:person></p:pfif>";
            using var content = new StringContent(document, Encoding.UTF8, "application/xml");
            var brought = await by.SendAsync(HttpMethod.Post, "/api/cases/tracing/import", content);
            Assert.True(brought.Status == 200, brought.Text);
            return (await office.ReadAsync<Guid>("select id from cases_sought where agency_id = @Agency", new { Agency = by.Agency!.Value })).Single();
        }

        return new Houses(
            beds, mats, (await FormAsync("formnorth", CasesOffice.North), await FormAsync("formsouth", CasesOffice.South)), (await SoughtAsync(north, "Soughtofthenorth"), await SoughtAsync(south, SoughtInSouth)));
    }

    /// <summary>A referral of an adult's case to a house: a draft, or offered, and then in its second version.</summary>
    public static async Task<Guid> ReferAsync(Officer by, Guid person, Guid one, Service to, bool isOffered)
    {
        var scopes = from category in new[] { "identity", "general" }
                     from action in new[] { "view", "share" }
                     select Officer.Scope(category, $"{to.OrganizationId:D}", action, "one");
        var consent = await by.AgreeAsync(person, "referral", scopes, language: "en");
        var draft = await by.PostAsync($"/api/cases/{one:D}/referrals", new { service = to.Id, kind = "shelter", urgency = "urgent", consent = consent.Id });
        Assert.True(draft.Status == 201, draft.Text);
        if (isOffered)
        {
            var offered = await by.PostAsync($"/api/cases/referrals/{draft.Id:D}/offer", new { }, ("If-Match", "\"v1\""));
            Assert.True(offered.Status == 200, offered.Text);
        }

        return draft.Id;
    }

    /// <summary>What a receiver is told of a consent that ended.</summary>
    public static async Task<Guid> TellAsync(CasesOffice office, Guid referral)
    {
        var (id, now) = (Guid.CreateVersion7(office.Time.GetUtcNow()), office.Time.GetUtcNow());
        await office.WriteAsync(
            """
            insert into cases_referral_notices (id, referral_id, consent_id, state, in_list, mailed, at, erase_by, told_at, acknowledged_by)
            values (@id, @referral, @consent, 'told', 1, 0, @now, @by, @now, '')
            """,
            new { id, referral, consent = Guid.CreateVersion7(now), now, by = now.AddDays(30) });
        return id;
    }
}
