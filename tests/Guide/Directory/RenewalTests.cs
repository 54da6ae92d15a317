using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Directory;

public class RenewalTests
{
    [Theory, OnEachEngine]
    public async Task After_any_change_the_renewed_directory_is_the_one_that_is_read_whole(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var database = await TestDatabase.CreateAsync(engine, time);
        using var live = new LiveDirectory(database.Db);
        var random = new Random(20);
        await ChangeAsync(database, change => DirectoryWriter.AddAsync(change, Sample.Everything(SettableTime.Noon), "edited"));
        for (var round = 0; round < 30; round++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var known = (await live.GetAsync(CancellationToken.None)).Staff.Records;
            await ChangeAsync(database, change => SomethingAsync(change, known, random, time.GetUtcNow()));

            var renewed = (await live.GetAsync(CancellationToken.None)).Staff.Records;
            var whole = await DirectoryReader.ReadAsync(database.Db, CancellationToken.None);
            Assert.Equal(whole.All.Select(Text), renewed.All.Select(Text));
            Assert.Equal(whole.Sources, renewed.Sources);
        }
    }

    [Theory, OnEachEngine]
    public async Task Records_that_did_not_change_are_not_read_again(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        await ChangeAsync(database, change => DirectoryWriter.AddAsync(change, Sample.Everything(SettableTime.Noon), "edited"));
        var before = await DirectoryReader.ReadAsync(database.Db, CancellationToken.None);
        var edited = before.Services[0] with { Description = "Beds for three nights" };
        await ChangeAsync(database, change => DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([edited]), "edited"));

        var after = await DirectoryReader.ReadAsync(database.Db, before, CancellationToken.None);

        Assert.Same(before.Organizations[0], after.Organizations[0]);
        Assert.Same(before.Locations[0], after.Locations[0]);
        Assert.Equal("Beds for three nights", after.Services.Single(s => s.Id == edited.Id).Description);
    }

    [Fact]
    public void A_version_that_a_database_gave_out_twice_is_read_again()
    {
        var record = Sample.Everything(SettableTime.Noon).Services[0];
        RecordState StateAt(DateTimeOffset changed) => new() { Kind = record.Kind, Id = record.Id, Version = record.Version, ChangedAt = changed };
        var known = DirectoryRecords.Of([record]);

        Assert.Empty(new DirectoryRenewal(known, [StateAt(record.ChangedAt)]).Stale);
        Assert.Equal([record.Id], new DirectoryRenewal(known, [StateAt(record.ChangedAt.AddSeconds(1))]).Stale);
    }

    [Fact]
    public void Records_are_found_again_in_the_order_of_their_names_whatever_their_kinds_share()
    {
        var id = new Guid(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 9]);
        Service Named(string name, byte number) => new() { Id = new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), Name = name };
        var (a, b, c) = (Named("a", 1), Named("b", 2), Named("c", 3));
        var organization = new Organization { Id = id, Name = "same key" };
        var service = new Service { Id = id, Name = "bb" };
        var known = DirectoryRecords.Of([organization, a, b, c]);
        var states = known.All.Append(service).Where(r => r != b).Select(r => new RecordState { Kind = r.Kind, Id = r.Id, Version = r.Version, ChangedAt = r.ChangedAt });

        var renewal = new DirectoryRenewal(known, states);
        Assert.Equal([id], renewal.Stale);
        var now = renewal.With(DirectoryRecords.Of([organization, service]));

        Assert.Equal(["a", "bb", "c"], now.Services.Select(s => s.Name));
        Assert.Single(now.Organizations);
    }

    private static async Task SomethingAsync(Tambo.Platform.Database.Change change, DirectoryRecords known, Random random, DateTimeOffset at)
    {
        var service = known.Services.Count == 0 ? null : known.Services[random.Next(known.Services.Count)];
        var place = known.Locations.Count == 0 ? null : known.Locations[random.Next(known.Locations.Count)];
        var name = $"Aid {random.Next(1000)}";
        switch (random.Next(5))
        {
            case 0 when service is not null:
                var phones = random.Next(2) == 0 ? [] : service.Phones;
                await ReplaceAsync(change, service with { Name = name, Phones = phones, Translations = [], ChangedAt = at });
                break;
            case 1 when place is not null:
                await ReplaceAsync(change, place with { Addresses = [new Address { Id = Guid.CreateVersion7(at), Address1 = name }], ChangedAt = at });
                break;
            case 2 when service is not null:
                await ReplaceAsync(change, service with { RetiredAt = at, ChangedAt = at });
                break;
            case 3 when known.TaxonomyTerms.Count > 0:
                await ReplaceAsync(change, known.TaxonomyTerms[0] with { Name = name, ChangedAt = at });
                break;
            default:
                await DirectoryWriter.AddAsync(
                    change, DirectoryRecords.Of([new Service { Id = Guid.CreateVersion7(at), Name = name, CreatedAt = at, ChangedAt = at, ChangedBy = "test", Phones = service?.Phones ?? [] }]), "edited");
                break;
        }
    }

    private static async Task ReplaceAsync(Tambo.Platform.Database.Change change, DirectoryRecord record) =>
        Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([record]), "edited"));

    private static async Task ChangeAsync(TestDatabase database, Func<Tambo.Platform.Database.Change, Task> write)
    {
        await using var change = await database.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await write(change);
        await change.CommitAsync(CancellationToken.None);
    }

    private static string Text(DirectoryRecord record) =>
        RecordJson.SnapshotText(record) + $" {record.Kind} {record.Version} {record.ChangedAt:O} {record.ChangedBy}";
}
