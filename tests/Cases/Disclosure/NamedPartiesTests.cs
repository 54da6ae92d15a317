using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>However a person says to whom never, by a key or a name of an agency, an organisation, a service or a user, nobody who goes by it sees them or receives anything.</summary>
public sealed class NamedPartiesTests
{
    private const string Name = "Quesquén";

    [Theory]
    [OnEachEngine]
    public async Task Whoever_goes_by_what_a_person_said_is_shut_out_and_nobody_else(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "protection_specialist");
        using (await office.OfficerAsync("saul", "cases_supervisor", CasesOffice.South))
            await office.WriteAsync("update platform_role_grants set scope_kind = 'node', scope_id = '' where user_id = (select id from platform_users where sign_in_name = 'saul')");
        var saul = await office.KnownAsync("saul");
        var (house, other) = (House("Instituto de la Región", "Southern Institute", saul.Agency), House("Casa del Puente", "", null));
        var (beds, mats) = (Of(house, "Camas y cobijas"), Of(other, "Colchonetas"));
        await AddAsync(office, house, other, beds, mats);
        object One(Guid? key) => new { kind = "one", code = key };
        object Named(string code) => new { kind = "named", code };
        (object Never, bool ShutsOut)[] said =
        [
            (One(saul.Agency), true), (One(saul.Id), true), (One(house.Id), true), (One(beds.Id), true),
            (Named("South office"), true), (Named(" SOUTH  óffice! "), true), (Named("instituto de la region"), true), (Named("SOUTHERN institute"), true), (Named("camas y Cobijas"), true), (Named("saúl"), true),
            (One(other.Id), false), (One(mats.Id), false), (Named("Casa del puente"), false), (Named("South"), false), (Named("Office of the south"), false), (Named("!"), false),
        ];
        foreach (var (never, shutsOut) in said)
        {
            var person = (await nora.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara " + Name } }, birth = new { inYear = 1990 } } })).Id;
            var file = $"/api/cases/persons/{person:D}";
            Assert.Equal(200, (await saul.GetAsync(file)).Status);
            await NeverAsync(nora, person, never);
            Assert.Equal((never, shutsOut ? 404 : 200), (never, (await saul.GetAsync(file)).Status));
            Assert.Equal((never, !shutsOut), (never, (await saul.GetAsync("/api/cases/persons")).Text.Contains(person.ToString("D"), StringComparison.Ordinal)));
            Assert.Equal(200, (await nora.GetAsync(file)).Status);
        }

        // What comes into the directory later counts from then on.
        var late = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        await NeverAsync(nora, late, Named("Hogar del camino"));
        Assert.Equal(200, (await saul.GetAsync($"/api/cases/persons/{late:D}")).Status);
        await AddAsync(office, House("Hogar del Camino", "", saul.Agency));
        Assert.Equal(404, (await saul.GetAsync($"/api/cases/persons/{late:D}")).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_name_that_is_one_agency_or_organisation_is_kept_as_that_one_and_no_other_name_is(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, saul) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var (known, twin, second, hidden) = (House("Casa del Puente", "", null), House("Casa Doble", "", null), House("Casa doble", "", saul.Agency), House("Casa callada", "", saul.Agency) with { Confidentiality = Confidentiality.Withheld });
        await AddAsync(office, known, twin, second, hidden);
        var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        foreach (var name in new[] { "south OFFICE", "casa del puente", "casa doble", "casa callada", "Nobody’s house" })
            await NeverAsync(nora, person, new { kind = "named", code = name });
        // One that is not shown to everybody is told to nobody by what they typed.
        Assert.Equal(
            new[] { $"one {saul.Agency:D}", $"one {known.Id:D}", "named casa doble", "named casa callada", "named Nobody’s house" }.Order(StringComparer.Ordinal),
            (await nora.GetAsync($"/api/cases/persons/{person:D}/exclusions")).Json.GetProperty("exclusions").EnumerateArray().Select(one => one.GetProperty("recipient")).Select(one => $"{one.GetProperty("kind").GetString()} {one.GetProperty("code").GetString()}").Order(StringComparer.Ordinal));
        // Whoever goes by the name that was typed is shut out, whatever that one is called by then.
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        var kept = (await office.Node.Services.GetRequiredService<KeptConsents>().AllAsync(connection, person, CancellationToken.None)).SelectMany(one => one.Exclusions).Select(one => one.Recipient).ToList();
        var later = new Reader { Id = "CASA DEL PUENTE", IsUser = false, Node = "", Classes = [] };
        Assert.Equal("casa del puente", Assert.Single(kept, one => later.IsExcludedBy(one, Vocabulary.Shipped)).Typed);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_receiver_is_excluded_by_whatever_it_goes_by_wherever_something_goes_to_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var saul = await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South);
        var (house, same, other) = (House("Fiscalía Sur", "", saul.Agency), House("FISCALIA SUR", "", null), House("Casa del Puente", "", null));
        var (beds, mats) = (Of(house, "Camas"), Of(house, "Colchonetas"));
        await AddAsync(office, house, same, other, beds, mats);
        var (receivers, moment) = (office.Node.Services.GetRequiredService<Receivers>(), await office.Node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None));
        Reader[] all =
        [
            await receivers.OfAsync(Tambo.Cases.Referrals.Receiver.Find(moment, beds.Id, confidentialToo: true)!, CancellationToken.None),
            (await receivers.FindAsync("fiscalia sur", "police", ["police"], "tracing_network", "001", saul.Actor, CancellationToken.None)).Reader,
            (await receivers.FindAsync(house.Id.ToString("D"), "police", ["police"], "researcher", "001", saul.Actor, CancellationToken.None)).Reader,
        ];
        RecipientName[] means =
        [
            new("one", house.Id.ToString("D")), new("one", beds.Id.ToString("D")), new("one", mats.Id.ToString("D")), new("one", same.Id.ToString("D")), new("one", saul.Agency!.Value.ToString("D")),
            new("named", "Fiscalía  sur"), new("named", "south office"), new("named", "COLCHONETAS"),
        ];
        foreach (var reader in all)
        {
            Assert.All(means, name => Assert.True(reader.IsExcludedBy(name, Vocabulary.Shipped), $"{reader.Id} by {name}"));
            Assert.All(new RecipientName[] { new("one", other.Id.ToString("D")), new("named", "Fiscalía"), new("named", "North office") }, name => Assert.False(reader.IsExcludedBy(name, Vocabulary.Shipped), $"{reader.Id} by {name}"));
        }

        Assert.All(all.Skip(1), reader => Assert.True(reader.IsExcludedBy(new("class", "police"), Vocabulary.Shipped)));
        // Nothing is opened by what shuts out: a consent means the key alone.
        Assert.All(all, reader => Assert.False(reader.IsMeantBy(new("one", mats.Id.ToString("D")))));
    }

    private static Organization House(string name, string alternate, Guid? agency) =>
        new() { Id = Guid.CreateVersion7(SettableTime.Noon), Name = name, AlternateName = alternate, AgencyId = agency, TextLanguage = "es", CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon, ChangedBy = "test" };

    private static Service Of(Organization house, string name) =>
        new() { Id = Guid.CreateVersion7(SettableTime.Noon), OrganizationId = house.Id, Name = name, TextLanguage = "es", CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon, ChangedBy = "test" };

    private static async Task AddAsync(CasesOffice office, params DirectoryRecord[] records)
    {
        await using var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None);
        await DirectoryWriter.AddAsync(change, DirectoryRecords.Of(records), "edited");
        await change.CommitAsync(CancellationToken.None);
    }

    private static async Task NeverAsync(Officer officer, Guid person, object never)
    {
        var told = await officer.PostAsync($"/api/cases/persons/{person:D}/consents", new { givenBy = new { kind = "self" }, form = "verbal", language = "es", purpose = "services", exclusions = new[] { never }, leftConfirmed = true });
        Assert.True(told.Status == 201, told.Text);
    }
}
