using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tambo.Guide.Directory;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Cases;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;
using Location = Tambo.Guide.Directory.Location;

namespace Tambo.Tests.Journeys;

/// <summary>
/// A made-up border town: an office in the north that registers people, an agency in the south that protects children and has
/// accounts, a shelter that publishes a mail address, and one that publishes none.
/// </summary>
internal sealed class Crossing : IAsyncDisposable
{
    private Crossing(CasesOffice office) => Office = office;

    public CasesOffice Office { get; }

    /// <summary>Of the south, which has accounts.</summary>
    public Service Children { get; private init; } = null!;

    /// <summary>A shelter that can be written to.</summary>
    public Service Lantern { get; private init; } = null!;

    /// <summary>A shelter that publishes no address.</summary>
    public Service Harbour { get; private init; } = null!;

    public static async Task<Crossing> OpenAsync(Engine engine = Engine.Sqlite)
    {
        var office = await CasesOffice.OpenAsync(engine, mail: true, FreePort());
        using var sara = await office.OfficerAsync("sara", "protection_specialist", CasesOffice.South);
        var now = SettableTime.Noon;
        var needs = new[] { "family", "shelter" }.Select(need => new TaxonomyTerm { Id = StableId.Of("need", need), Code = need, Name = need, Description = "", CreatedAt = now, ChangedAt = now }).ToList();
        Organization House(string name, Guid? agency, string mail = "") => new() { Id = StableId.Of("house", name), Name = name, AgencyId = agency, Email = mail, TextLanguage = "en", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        Service Of(Organization house, string name, string need) => new()
        {
            Id = StableId.Of("crossing", name),
            OrganizationId = house.Id,
            Name = name,
            TextLanguage = "en",
            CreatedAt = now,
            ChangedAt = now,
            ChangedBy = "test",
            Attributes = [new RecordAttribute { Id = StableId.Of("crossing need", name), TaxonomyTermId = StableId.Of("need", need), LinkType = "taxonomy_term", LinkEntity = "service" }],
        };
        Location At(string name, double north) => new() { Id = StableId.Of("crossing place", name), Name = name, Latitude = Spot.Start.Latitude + (north / 111.2), Longitude = Spot.Start.Longitude, TimeZone = Spot.Zone, Country = "XA", CreatedAt = now, ChangedAt = now };
        var (south, lantern, harbour) = (House("House of the South", sara.Agency), House("House of the Lantern", null, "desk@lantern.example"), House("House of the Harbour", null));
        var (children, beds, mats) = (Of(south, "Children's desk", "family"), Of(lantern, "Beds of the lantern", "shelter"), Of(harbour, "Mats of the harbour", "shelter"));
        Location[] places = [At("south", 0.9), At("lantern", 1.4), At("harbour", 3.2)];
        var offers = new[] { children, beds, mats }.Zip(places, (service, place) => new ServiceAtLocation { Id = StableId.Of("crossing offer", service.Name), ServiceId = service.Id, LocationId = place.Id, CreatedAt = now, ChangedAt = now });
        await TownNode.AddAsync(office.Node, DirectoryRecords.Of([.. needs, south, lantern, harbour, children, beds, mats, .. places, .. offers]));
        return new Crossing(office) { Children = children, Lantern = beds, Harbour = mats };
    }

    /// <summary>The phone or the desk of somebody with a role, signed in.</summary>
    public async Task<IPage> SignInAsync(BrowserOfTests browser, string name, string role, string agency = CasesOffice.North, int width = BrowserOfTests.Phone, ColorScheme scheme = ColorScheme.Light)
    {
        var user = await UserRows.ByNameAsync(Office.Node.Db, name, CancellationToken.None);
        if (user is null)
        {
            _ = await Office.OfficerAsync(name, role, agency);
            user = await UserRows.ByNameAsync(Office.Node.Db, name, CancellationToken.None);
        }

        var secret = await Office.Node.Services.GetRequiredService<SessionStore>().BeginAsync(user!, Stages.Open, "", null, CancellationToken.None);
        var page = await browser.OpenAsync(width, scheme, baseUrl: Office.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = secret, Url = Office.Node.Address.ToString() }]);
        return page;
    }

    /// <summary>The phone of somebody whom nobody knows.</summary>
    public Task<IPage> StrangerAsync(BrowserOfTests browser) => browser.OpenAsync(baseUrl: Office.Node.Address.ToString());

    /// <summary>A grown woman with a case and a consent to be referred to services of several kinds.</summary>
    public static async Task<(Guid Person, Guid Case, Guid Consent)> WomanAsync(Officer by)
    {
        var person = (await by.RegisterAsync(new { identity = new { names = new[] { new { full = "Marisela Tocuyo" } }, sexRecorded = "female", birth = new { inYear = 1996 }, nationalities = new[] { new { code = "VEN" } } }, general = new { languages = new[] { new { code = "es" } } } })).Id;
        var scopes = from category in new[] { "identity", "general", "child" }
                     from kind in new[] { "service_provider", "child_protection" }
                     from action in new[] { "view", "share" }
                     select Officer.Scope(category, kind, action);
        var agreed = await by.AgreeAsync(person, "referral", scopes);
        return (person, (await by.OpenAsync(new { person, urgency = "Urgent" })).Id, agreed.Id);
    }

    /// <summary>A referral that was offered.</summary>
    public static async Task<Guid> OfferAsync(Officer by, Guid one, Service service, string kind, Guid consent)
    {
        var draft = await by.PostAsync($"/api/cases/{one:D}/referrals", new { service = service.Id, kind, urgency = "urgent", consent });
        Assert.True(draft.Status == 201, draft.Text);
        await StepAsync(by, draft.Id, "offer");
        return draft.Id;
    }

    /// <summary>A step, which must be done.</summary>
    public static async Task<Told> StepAsync(Officer by, Guid referral, string step, object? body = null)
    {
        var told = await by.PostAsync($"/api/cases/referrals/{referral:D}/{step}", body ?? new { }, ("If-Match", (await by.GetAsync($"/api/cases/referrals/{referral:D}")).Tag!));
        Assert.True(told.Status is 200 or 201 or 204, told.Text);
        return told;
    }

    // Browsers send their cookies and forms to the address that the node says of itself.
    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    public ValueTask DisposeAsync() => Office.DisposeAsync();
}
