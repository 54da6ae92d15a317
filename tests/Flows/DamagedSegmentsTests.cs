using Dapper;
using Tambo.Flows;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>Nothing is answered from observations that are not what was written: they are made again, or refused with their import named.</summary>
public sealed class DamagedSegmentsTests
{
    private const string Rows = "2023-01,VEN,adults,10\n2023-02,HTI,children,20\n";

    private static readonly string Other = FlowsOffice.Valley.Replace("\"VALLEY\"", "\"HILL\"", StringComparison.Ordinal);
    private static readonly FlowsQuery ByMonth = new() { By = ["month", "citizenship", "age"], Where = ["series=VALLEY"] };

    [Theory]
    [InlineData(Engine.Sqlite, 8)]
    [InlineData(Engine.Sqlite, -30)]
    [InlineData(Engine.Sqlite, 0)]
    [InlineData(Engine.Postgres, 8)]
    public async Task A_damaged_segment_is_made_again_from_the_file_as_it_came(Engine engine, int at)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        await office.ImportAsync(Rows);
        office.Time.Set(office.Time.GetUtcNow().AddDays(400));
        await DamageAsync(office, "segment_hash", at);
        using var live = new LiveSegments(office.Database.Db, office.Blobs);
        var answer = await new QueryFlows(live).RunAsync(ByMonth, CancellationToken.None);
        Assert.Equal(["10", "20"], answer.Figures.Select(figure => $"{figure.Sure}"));
        Assert.Equal(1, await CountAsync(office, "flows.segment.rebuilt"));

        // Others find it whole.
        using var next = new LiveSegments(office.Database.Db, new BlobStore(office.Database.Db, office.Database.Settings.Folder));
        Assert.Equal(2, (await new QueryFlows(next).RunAsync(ByMonth, CancellationToken.None)).Figures.Count);
        Assert.Equal(1, await CountAsync(office, "flows.segment.rebuilt"));
    }

    [Fact]
    public async Task A_damaged_copy_of_what_the_database_has_is_made_anew()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Postgres);
        await office.ImportAsync(Rows);
        var path = await office.Blobs.FileOfAsync(await HashAsync(office, "segment_hash"), CancellationToken.None);
        await File.WriteAllBytesAsync(path!, new byte[100], TestContext.Current.CancellationToken);
        using var live = new LiveSegments(office.Database.Db, office.Blobs);
        Assert.Equal(2, (await new QueryFlows(live).RunAsync(ByMonth, CancellationToken.None)).Figures.Count);
        Assert.Equal(0, await CountAsync(office, "flows.segment.rebuilt"));
    }

    [Theory, OnEachEngine]
    public async Task What_cannot_be_made_again_is_refused_with_its_import_named_and_blocks_no_other_series(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        var id = (await office.ImportAsync(Rows)).Id;
        await office.ImportAsync(FlowsOffice.Header + Rows, Other);
        await DamageAsync(office, "segment_hash", -30);
        await DamageAsync(office, "file_hash", 3);
        using var live = new LiveSegments(office.Database.Db, office.Blobs);
        var flows = new QueryFlows(live);
        for (var time = 0; time < 2; time++)
        {
            var refused = await Assert.ThrowsAsync<Problem>(() => flows.RunAsync(ByMonth, CancellationToken.None));
            Assert.Equal(FlowsProblems.SegmentDamaged, refused.Kind);
            Assert.Contains(refused.Values, value => Equals(value.Value, $"VALLEY, {id:D}"));
        }

        Assert.Equal(2, (await flows.RunAsync(ByMonth with { Where = ["series=HILL"] }, CancellationToken.None)).Figures.Count);

        // The file itself, brought in once more, puts it right.
        Assert.True((await new ImportFlows(office.Database.Db, office.Blobs, office.Settings, live).RunAsync(
            new FlowsImport("table.csv", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(FlowsOffice.Header + Rows)), Tambo.Flows.Harmonising.MappingShelf.Read(FlowsOffice.Valley, "valley"), false),
            TestDatabase.Alice, CancellationToken.None)).Unchanged);
        Assert.Equal(2, (await flows.RunAsync(ByMonth, CancellationToken.None)).Figures.Count);
    }

    [Fact]
    public async Task A_file_that_stands_instead_of_all_heals_a_series_whose_figures_are_lost()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        await office.ImportAsync(Rows);
        await DamageAsync(office, "segment_hash", -30);
        await DamageAsync(office, "file_hash", 3);
        using var live = new LiveSegments(office.Database.Db, office.Blobs);
        await new ImportFlows(office.Database.Db, office.Blobs, office.Settings, live).RunAsync(
            new FlowsImport("table.csv", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(FlowsOffice.Header + "2023-01,VEN,adults,11\n")), Tambo.Flows.Harmonising.MappingShelf.Read(FlowsOffice.Valley, "valley"), false),
            TestDatabase.Alice, CancellationToken.None);
        Assert.Equal(11, Assert.Single((await new QueryFlows(live).RunAsync(ByMonth, CancellationToken.None)).Figures).Sure);
    }

    private static async Task DamageAsync(FlowsOffice office, string column, int at)
    {
        var hash = await HashAsync(office, column);
        if (office.Database.Db.Dialect == Dialect.Sqlite)
        {
            var path = (await office.Blobs.FileOfAsync(hash, CancellationToken.None))!;
            var bytes = await File.ReadAllBytesAsync(path);
            bytes[at < 0 ? ^-at : at] ^= 1;
            // Another file: what is mapped already stays what it was.
            File.Delete(path);
            await File.WriteAllBytesAsync(path, bytes);
            return;
        }

        office.Blobs.DropCopy(hash);
        await using var change = await office.Database.Db.BeginAsync(TestDatabase.Alice, "test.damage", "flows", CancellationToken.None);
        var piece = await change.QuerySingleOrDefaultAsync<byte[]>("select bytes from platform_blob_pieces where hash = @hash and ordinal = 0", new { hash });
        piece![at < 0 ? ^-at : at] ^= 1;
        await change.ExecuteAsync("update platform_blob_pieces set bytes = @piece where hash = @hash and ordinal = 0", new { piece, hash });
        await change.CommitAsync(CancellationToken.None);
    }

    private static async Task<string> HashAsync(FlowsOffice office, string column)
    {
        await using var connection = await office.Database.Db.ReadAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<string>($"select {column} from flows_imports order by started_at limit 1"))!;
    }

    private static async Task<int> CountAsync(FlowsOffice office, string change)
    {
        await using var connection = await office.Database.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<int>("select count(*) from platform_audit_entries where change = @change", new { change });
    }
}
