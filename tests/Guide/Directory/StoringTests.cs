using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Directory;

public class StoringTests
{
    [Theory, OnEachEngine]
    public async Task Every_field_and_part_of_every_kind_of_record_is_read_as_it_was_written(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        var written = Sample.Everything(SettableTime.Noon);

        await WriteAsync(database, written);

        var read = await DirectoryReader.ReadAsync(database.Db, CancellationToken.None);
        Assert.Equal(written.All.Select(Whole), read.All.Select(Whole));
    }

    [Theory, OnEachEngine]
    public async Task A_replaced_record_has_its_new_parts_only_and_each_version_is_kept_in_full(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        var written = Sample.Everything(SettableTime.Noon);
        await WriteAsync(database, written);
        var edited = written.Services[0] with { Description = "Beds for three nights", Phones = [], Translations = [] };

        await using (var change = await database.Db.BeginAsync(TestDatabase.Alice, "guide.service.edited", edited.Id.ToString("D"), CancellationToken.None))
        {
            Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([edited]), "edited"));
            await change.CommitAsync(CancellationToken.None);
        }

        var read = (await DirectoryReader.ReadAsync(database.Db, CancellationToken.None)).Services.Single();
        Assert.Equal(2, read.Version);
        Assert.Equal(Whole(edited with { Version = 2 }), Whole(read));
        var versions = await RecordHistory.OfAsync(database.Db, RecordKinds.Service, edited.Id, CancellationToken.None);
        Assert.Equal([2, 1], versions.Select(v => v.Version));
        Assert.Equal("Beds for three nights", versions[0].Snapshot["description"]!.GetValue<string>());
        Assert.Equal("Beds for one night", versions[1].Snapshot["description"]!.GetValue<string>());
    }

    [Theory, OnEachEngine]
    public async Task A_record_that_changed_meanwhile_is_not_replaced(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        var written = Sample.Everything(SettableTime.Noon);
        await WriteAsync(database, written);

        await using var change = await database.Db.BeginAsync(TestDatabase.Alice, "guide.service.edited", "x", CancellationToken.None);

        Assert.False(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([written.Services[0] with { Version = 7 }]), "edited"));
    }

    [Theory, OnEachEngine]
    public async Task The_live_directory_shows_a_change_as_soon_as_it_is_committed(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        using var live = new LiveDirectory(database.Db);
        Assert.Empty((await live.GetAsync(CancellationToken.None)).Public.Records.Services);

        await WriteAsync(database, Sample.Everything(SettableTime.Noon));

        Assert.Single((await live.GetAsync(CancellationToken.None)).Public.Records.Services);
    }

    private static async Task WriteAsync(TestDatabase database, DirectoryRecords records)
    {
        await using var change = await database.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await DirectoryWriter.AddAsync(change, records, "edited");
        await change.CommitAsync(CancellationToken.None);
    }

    // The head's fields are not part of the content's JSON; the record's own text has them.
    private static string Whole(DirectoryRecord record) =>
        RecordJson.Snapshot(record).ToJsonString(RecordJson.Options)
        + $"{record.Version} {record.ConfirmedAt:O} {record.ConfirmedBy} {record.ReviewDue:O} {record.SourceSet} {record.SourceId} {record.RetrievedAt:O} {record.ChangedAt:O} {record.ChangedBy} {record.CreatedAt:O}";
}
