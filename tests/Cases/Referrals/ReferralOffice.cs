using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Cases.Referrals;
using Tambo.Guide.Directory;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>A case of a made-up woman in the north, and two made-up houses with beds: one that the south looks after, one without accounts.</summary>
internal sealed class ReferralOffice : IAsyncDisposable
{
    public const string Name = "Zorayda Quispillo";

    private int states;

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

    /// <param name="engine">The database.</param>
    /// <param name="mail">What the house of the lantern publishes to be written to.</param>
    /// <param name="sends">True when the node sends mail, into its folder.</param>
    /// <param name="zone">The zone of the node; UTC when left out.</param>
    /// <param name="bases">Which laws the node has read, as its file says it.</param>
    public static async Task<ReferralOffice> OpenAsync(Engine engine, string mail = "", bool sends = false, string? zone = null, string? bases = null)
    {
        var office = await CasesOffice.OpenAsync(engine, sends, prepare: settings =>
        {
            if (bases is not null)
                File.WriteAllText(Path.Combine(settings.Folder, Tambo.Cases.Disclosure.NodeVocabulary.Name), bases);
            return settings with { File = settings.File with { TimeZone = zone } };
        });
        var (nora, saul) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var now = SettableTime.Noon;
        Organization House(string name, Guid? agency) => new() { Id = Guid.CreateVersion7(now), Name = name, AgencyId = agency, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        Service Of(Organization house, string name) => new() { Id = Guid.CreateVersion7(now), OrganizationId = house.Id, Name = name, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        var (south, lantern) = (House("House of the South", saul.Agency), House("House of the Lantern", null) with { Email = mail });
        var (beds, mats) = (Of(south, "Camas"), Of(lantern, "Colchonetas"));
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None))
        {
            await DirectoryWriter.AddAsync(change, DirectoryRecords.Of([south, lantern, beds, mats]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        var person = await nora.RegisterAsync(new { identity = new { names = new[] { new { full = Name } }, sexRecorded = "female", birth = new { inYear = now.Year - 30 } }, general = new { languages = new[] { new { code = "es" } } } });
        var made = new ReferralOffice(office) { Nora = nora, Saul = saul, Beds = beds, Mats = mats, Case = (await nora.OpenAsync(new { person = person.Id })).Id };
        await made.AgreeAsync(person.Id, now.AddDays(10), south.Id, lantern.Id);
        return made;
    }

    /// <summary>Keeps another state of the one consent, with nothing of what follows from it.</summary>
    public async Task ChangeAsync(Func<GivenConsent, GivenConsent> change)
    {
        Consent = change(Consent);
        var key = await Office.Node.Services.GetRequiredService<DataKeys>().FindAsync(Consent.PersonId, CancellationToken.None);
        await using var write = await Office.Node.Db.BeginAsync(TestDatabase.Alice, "test.consent", "sample", CancellationToken.None);
        await write.ExecuteAsync(
            """
            insert into cases_consents (id, person_id, granted_at, expires_at, withdrawn_at, created_at, created_by, version) values (@Id, @PersonId, @GrantedAt, @ExpiresAt, @WithdrawnAt, @GrantedAt, 'test', 1)
            on conflict (id) do update set expires_at = excluded.expires_at, withdrawn_at = excluded.withdrawn_at, version = cases_consents.version + 1
            """,
            new { Consent.Id, Consent.PersonId, Consent.GrantedAt, Consent.ExpiresAt, Consent.WithdrawnAt });
        await Office.Node.Services.GetRequiredService<KeptConsents>().WriteAsync(write, key!, ++states, new ConsentContent(Consent));
        await write.CommitAsync(CancellationToken.None);
    }

    /// <summary>Takes the consent back as an officer does.</summary>
    public async Task<Told> WithdrawAsync(Officer by) => await by.PostAsync($"/api/cases/persons/{Consent.PersonId:D}/consents/{Consent.Id:D}/withdraw", new { });

    /// <summary>A referral to the house of the south that was handed over.</summary>
    public async Task<Guid> HandOverAsync()
    {
        var id = await OfferAsync(Beds);
        var path = $"/api/cases/referrals/{id:D}";
        Assert.Equal(200, (await Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await Saul.GetAsync(path + "/preview")).Tag!))).Status);
        await DoneAsync(id, "hand-over");
        var received = await Saul.PostAsync(path + "/receive", new { });
        Assert.True(received.Status == 200, received.Text);
        return id;
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
    public Task<StaffBrowser> SignInAsync(Officer officer) => Office.BrowserAsync(officer == Nora ? "nora" : "saul");

    /// <summary>The browser of an officer by their name.</summary>
    public Task<StaffBrowser> SignInAsync(string name) => Office.BrowserAsync(name);

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    private Task AgreeAsync(Guid person, DateTimeOffset until, params Guid[] houses)
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
        return ChangeAsync(consent => consent);
    }
}
