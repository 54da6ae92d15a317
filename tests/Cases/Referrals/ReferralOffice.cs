using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Cases.Referrals;
using Tambo.Guide.Directory;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>A case of a made-up woman in the north, and two made-up houses with beds: one that the south looks after, one without accounts.</summary>
internal sealed class ReferralOffice : IAsyncDisposable
{
    public const string Name = "Zorayda Quispillo";

    private ReferralOffice(CasesOffice office) => Office = office;

    public CasesOffice Office { get; }

    public Officer Nora { get; private init; } = null!;

    public Officer Saul { get; private init; } = null!;

    /// <summary>Of the south, who has accounts.</summary>
    public Service Beds { get; private init; } = null!;

    /// <summary>Of a house without accounts.</summary>
    public Service Mats { get; private init; } = null!;

    public Guid Case { get; private init; }

    public GivenConsent Consent { get; private set; } = null!;

    public static async Task<ReferralOffice> OpenAsync(Engine engine)
    {
        var office = await CasesOffice.OpenAsync(engine);
        var (nora, saul) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var now = SettableTime.Noon;
        Organization House(string name, Guid? agency) => new() { Id = Guid.CreateVersion7(now), Name = name, AgencyId = agency, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        Service Of(Organization house, string name) => new() { Id = Guid.CreateVersion7(now), OrganizationId = house.Id, Name = name, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        var (south, lantern) = (House("House of the South", saul.Agency), House("House of the Lantern", null));
        var (beds, mats) = (Of(south, "Camas"), Of(lantern, "Colchonetas"));
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None))
        {
            await DirectoryWriter.AddAsync(change, DirectoryRecords.Of([south, lantern, beds, mats]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        var person = await nora.RegisterAsync(new { identity = new { names = new[] { new { full = Name } }, sexRecorded = "female", birth = new { inYear = now.Year - 30 } }, general = new { languages = new[] { new { code = "es" } } } });
        var made = new ReferralOffice(office) { Nora = nora, Saul = saul, Beds = beds, Mats = mats, Case = (await nora.OpenAsync(new { person = person.Id })).Id };
        made.Agree(person.Id, now.AddDays(10), south.Id, lantern.Id);
        return made;
    }

    /// <summary>Hands in another state of the one consent.</summary>
    public void Change(Func<GivenConsent, GivenConsent> change)
    {
        Consent = change(Consent);
        Office.Node.Services.GetRequiredService<PersonConsents>().Source = (_, person) =>
            Task.FromResult<IReadOnlyList<GivenConsent>>(person == Consent.PersonId ? [Consent] : []);
    }

    /// <summary>A draft that was offered, and its version.</summary>
    public async Task<Guid> OfferAsync(Service service, string urgency = "urgent")
    {
        var draft = await Nora.PostAsync($"/api/cases/{Case:D}/referrals", new { service = service.Id, kind = "shelter", urgency, consent = Consent.Id });
        Assert.True(draft.Status == 201, draft.Text);
        await DoneAsync(draft.Id, "offer");
        return draft.Id;
    }

    /// <summary>A step of Nora's, in the version that there is.</summary>
    public async Task<Told> TryAsync(Guid id, string step, object? body = null) =>
        await Nora.PostAsync($"/api/cases/referrals/{id:D}/{step}", body ?? new { }, ("If-Match", (await Nora.GetAsync($"/api/cases/referrals/{id:D}")).Tag!));

    /// <summary>The same, which must be done.</summary>
    public async Task<Told> DoneAsync(Guid id, string step, object? body = null)
    {
        var told = await TryAsync(id, step, body);
        Assert.True(told.Status is 200 or 201 or 204, told.Text);
        return told;
    }

    /// <summary>A link, as its page's address.</summary>
    public async Task<string> LinkAsync(Guid id, string step) => "/en/" + (await DoneAsync(id, step)).Json.GetProperty("path").GetString();

    public async Task<string> StateAsync(Guid id) => (await Office.ReadAsync<string>("select state from cases_referrals where id = @id", new { id })).Single();

    /// <summary>The page of a link, opened or with a button pressed, by somebody whom nobody knows.</summary>
    public async Task<(int Status, string Html, HttpResponseHeaders Headers)> PageAsync(string link, params (string Name, string Value)[]? form)
    {
        using var client = Office.Node.Client();
        using var content = form is null ? null : new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = content is null ? await client.GetAsync(new Uri(link, UriKind.Relative)) : await client.PostAsync(new Uri(link, UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    /// <summary>The browser of an officer.</summary>
    public async Task<StaffBrowser> SignInAsync(Officer officer)
    {
        var user = await UserRows.ByNameAsync(Office.Node.Db, officer == Nora ? "nora" : "saul", CancellationToken.None);
        var secret = await Office.Node.Services.GetRequiredService<SessionStore>().BeginAsync(user!, Stages.Open, "", null, CancellationToken.None);
        var client = Office.Node.Client();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        return new StaffBrowser(client, "tambo-session=" + secret);
    }

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    private void Agree(Guid person, DateTimeOffset until, params Guid[] houses)
    {
        Consent = new GivenConsent
        {
            Id = Guid.CreateVersion7(SettableTime.Noon),
            PersonId = person,
            GivenBy = new ConsentGiver(ConsentGiver.Self),
            Form = new ConsentForm(ConsentForm.Verbal, "user-1"),
            Language = "es",
            NoticeVersion = "1",
            Explained = NoticeWording.Points,
            FreeToRefuse = true,
            Purpose = "referral",
            Scopes =
            [
                .. houses.SelectMany(house => new[] { "identity", "general" }.SelectMany(category => new[] { "view", "share" }
                    .Select(action => new ConsentScope(category, new RecipientName(RecipientName.One, house.ToString("D")), action)))),
            ],
            GrantedAt = SettableTime.Noon.AddDays(-1),
            ExpiresAt = until,
        };
        Change(consent => consent);
    }
}
