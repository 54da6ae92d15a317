using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.Hsds;
using Tambo.Guide.Imports;
using Tambo.Platform.Files;
using Tambo.Platform.Settings;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Guide.Imports;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Hsds;

/// <summary>What is exported says in another node what it said in this one, and never more than the public may see.</summary>
public sealed class ExportTests
{
    [Theory, OnEachEngine]
    public async Task An_export_brought_into_an_empty_node_gives_the_same_public_directory(Engine engine)
    {
        foreach (var form in Enum.GetValues<ExportForm>())
        {
            // Tables have no place for what a source said beyond HSDS.
            var everything = Placed(Sample.Everything(SettableTime.Noon));
            if (form == ExportForm.Tables)
                everything = everything with { Organizations = [everything.Organizations[0] with { Extra = null }] };
            await RoundTripAsync(engine, everything, form);
        }
    }

    [Fact]
    public async Task Random_towns_with_hidden_places_give_the_same_public_directory()
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            var town = HiddenTown.Make(new Random(seed));
            await RoundTripAsync(Engine.Sqlite, Usable(town.Records), (ExportForm)(seed % 3), check: false);
        }
    }

    [Theory]
    [InlineData(Confidentiality.AreaOnly)]
    [InlineData(Confidentiality.ContactOnly)]
    [InlineData(Confidentiality.Withheld)]
    public async Task Where_a_hidden_place_is_stands_in_no_export(string level)
    {
        var records = Sample.Everything(SettableTime.Noon);
        records = records with { Locations = [records.Locations[0] with { Confidentiality = level }] };
        foreach (var form in Enum.GetValues<ExportForm>())
        {
            var bytes = await ExportAsync(await StartAsync(Engine.Sqlite, records), form);
            var text = form == ExportForm.Json ? System.Text.Encoding.UTF8.GetString(bytes) : await TextOfAsync(bytes);
            Assert.Contains("Night shelter", text, StringComparison.Ordinal);
            foreach (var secret in new[] { "Candle Street", "12.345678", "-71.234567", "99888", "yellow house" })
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_directory_gives_the_same_bytes()
    {
        var records = Sample.Everything(SettableTime.Noon);
        foreach (var form in Enum.GetValues<ExportForm>())
            Assert.Equal(await ExportAsync(await StartAsync(Engine.Sqlite, records), form), await ExportAsync(await StartAsync(Engine.Sqlite, records), form));
    }

    [Fact]
    public async Task Tables_are_described_column_by_column()
    {
        var bytes = await ExportAsync(await StartAsync(Engine.Sqlite, Sample.Everything(SettableTime.Noon)), ExportForm.Tables);
        using var archive = SafeArchive.OpenZip(new MemoryStream(bytes));
        var described = new Dictionary<string, string[]>(StringComparer.Ordinal);
        using (var description = archive.Read(archive.Entries.Single(e => e.Name == "datapackage.json")))
        {
            foreach (var resource in JsonNode.Parse(description)!["resources"]!.AsArray())
                described[(string)resource!["path"]!] = [.. resource["schema"]!["fields"]!.AsArray().Select(field => (string)field!["name"]!)];
        }

        foreach (var entry in archive.Entries.Where(e => e.Name != "datapackage.json"))
        {
            using var reader = new StreamReader(archive.Read(entry));
            Assert.Equal(described[entry.Name], (await reader.ReadLineAsync())!.Split(','));
        }

        Assert.Contains("services.csv", described.Keys);
        Assert.Contains("phones.csv", described.Keys);
        Assert.Equal(archive.Entries.Count, described.Count + 1);
    }

    [Theory, OnEachEngine]
    public async Task What_was_deleted_here_is_deleted_in_the_node_that_imports_it_again(Engine engine)
    {
        foreach (var form in Enum.GetValues<ExportForm>())
        {
            var records = Placed(Sample.Everything(SettableTime.Noon));
            records = records with
            {
                Organizations = [records.Organizations[0] with { Extra = null }],
                Services = [records.Services[0] with { Alert = "Full tonight" }],
                Locations = [records.Locations[0] with { PositionPrecision = "approximate", Schedules = [new PublishedSchedule { Id = Sample.Id(), Freq = "WEEKLY", Byday = "FR", OpensAt = "20:00", ClosesAt = "02:00", ClosesNextDay = true }] }],
            };
            await using var here = await StartAsync(engine, records);
            await using var there = await Importing.StartAsync(engine);
            Task<ImportReport> BringAsync(byte[] bytes) =>
                there.RunAsync(new ImportRequest { SourceSet = "node", Files = [new ImportFile(form == ExportForm.Json ? "export.json" : "export.zip", new MemoryStream(bytes))] });
            await BringAsync(await ExportAsync(here, form));
            var directory = (await here.Live.GetAsync(CancellationToken.None)).Staff;
            var (service, place, organization) = (directory.Records.Services[0], directory.Records.Locations[0], directory.Records.Organizations[0]);
            await using (var change = await here.Database.Db.BeginAsync(TestDatabase.Alice, "test.edited", "x", CancellationToken.None))
            {
                var edited = DirectoryRecords.Of(
                [
                    service with { Alert = "", Phones = [] },
                    place with { PositionPrecision = "exact", Phones = [], Schedules = [.. place.Schedules.Select(s => s with { ClosesNextDay = false })] },
                    organization with { Phones = [], Email = "" },
                ]);
                Assert.True(await DirectoryWriter.ReplaceAsync(change, edited, "edited"));
                await change.CommitAsync(CancellationToken.None);
            }

            await BringAsync(await ExportAsync(here, form));

            Assert.Equal(Everything(await PublicAsync(here)), Everything(await PublicAsync(there)));
            var copy = (await there.StaffAsync()).Records.Locations.Single();
            Assert.Equal(("exact", false, place.OrganizationId), (copy.PositionPrecision, copy.Schedules.Single().ClosesNextDay, copy.OrganizationId));
        }
    }

    private static async Task<byte[]> RoundTripAsync(Engine engine, DirectoryRecords records, ExportForm form, bool check = true)
    {
        await using var here = await StartAsync(engine, records);
        var bytes = await ExportAsync(here, form);
        var there = await Importing.StartAsync(engine);
        await using (there)
        {
            var report = await there.RunAsync(new ImportRequest { Files = [new ImportFile(form == ExportForm.Json ? "export.json" : "export.zip", new MemoryStream(bytes))] });
            if (check)
                Assert.Empty(report.Issues.Where(issue => issue.Severity != IssueSeverity.Note && !issue.Code.StartsWith("hours.", StringComparison.Ordinal)));
            Assert.Equal(Everything(await PublicAsync(here)), Everything(await PublicAsync(there)));
        }

        return bytes;
    }

    private static async Task<Importing> StartAsync(Engine engine, DirectoryRecords records)
    {
        var node = await Importing.StartAsync(engine);
        await using var change = await node.Database.Db.BeginAsync(TestDatabase.Alice, "test.directory", "sample", CancellationToken.None);
        await DirectoryWriter.AddAsync(change, records, "imported");
        await change.CommitAsync(CancellationToken.None);
        return node;
    }

    private static async Task<byte[]> ExportAsync(Importing node, ExportForm form)
    {
        using var output = new MemoryStream();
        await new ExportServices(node.Live, NodeSettings.Of(node.Database.Settings.Folder)).WriteAsync(form, output, CancellationToken.None);
        return output.ToArray();
    }

    private static async Task<PublicDirectory> PublicAsync(Importing node) => (await node.Live.GetAsync(CancellationToken.None)).Public;

    // Everything that the open interface serves, but for where each node has its copy from.
    private static List<string> Everything(PublicDirectory directory)
    {
        var json = new HsdsJson(directory);
        var records = directory.Records;
        return
        [
            .. records.Services.Select(json.Full).Concat(records.Organizations.Select(o => json.Full(o, fullServices: true)))
                .Concat(records.ServicesAtLocations.Select(json.Full)).Concat(records.Locations.Select(json.Exported))
                .Concat(records.Taxonomies.Select(json.Full)).Concat(records.TaxonomyTerms.Select(json.Full))
                .Select(shape => Canonical(shape)!.ToJsonString(RecordJson.Options)).Order(StringComparer.Ordinal),
        ];
    }

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(m => m.Key != "provenance").OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => KeyValuePair.Create(m.Key, Canonical(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Canonical)]),
        _ => node?.DeepClone(),
    };

    // An import leaves out countries and areas that no list has, as made-up ones are.
    private static DirectoryRecords Placed(DirectoryRecords records) => records with
    {
        Locations = [.. records.Locations.Select(l => l with { Country = "AG", AdminArea = "AG01", Addresses = [.. l.Addresses.Select(a => a with { Country = "AG" })] })],
    };

    // A random town has records that hang on what was taken out, which no database would let in.
    private static DirectoryRecords Usable(DirectoryRecords records)
    {
        var organizations = records.Organizations.Select(o => o.Id).ToHashSet();
        var places = records.Locations.Select(l => l.Id).ToHashSet();
        Guid? Known(Guid? id) => id is { } key && organizations.Contains(key) ? id : null;
        records = Placed(records);
        return records with
        {
            Services = [.. records.Services.Select(s => s with { OrganizationId = Known(s.OrganizationId), CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon, Extra = null })],
            Locations = [.. records.Locations.Select(l => l with { OrganizationId = Known(l.OrganizationId), Extra = null })],
            Organizations = [.. records.Organizations.Select(o => o with { Extra = null })],
            ServicesAtLocations = [.. records.ServicesAtLocations.Where(o => o.LocationId is { } at && places.Contains(at)).Select(o => o with { Extra = null })],
        };
    }

    private static async Task<string> TextOfAsync(byte[] zip)
    {
        using var archive = SafeArchive.OpenZip(new MemoryStream(zip));
        var all = new System.Text.StringBuilder();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(archive.Read(entry));
            all.Append(await reader.ReadToEndAsync());
        }

        return all.ToString();
    }
}
