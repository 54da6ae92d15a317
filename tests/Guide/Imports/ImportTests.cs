using System.IO.Compression;
using System.Text;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Imports;

public class ImportTests
{
    private const string Two =
        """
        [
          { "id": "a", "name": "Soup", "status": "active", "organization": { "id": "o", "name": "Kitchen", "description": "" } },
          { "id": "b", "name": "Beds", "status": "active", "organization": { "id": "o", "name": "Kitchen", "description": "" } }
        ]
        """;

    [Theory, OnEachEngine]
    public async Task A_second_import_of_the_same_file_changes_nothing(Engine engine)
    {
        await using var import = await Importing.StartAsync(engine);

        var first = await import.RunAsync("services.json", Two);
        var second = await import.RunAsync("services.json", Two);

        Assert.Equal((3, 0, 0), (first.Added, first.Changed, first.Unchanged));
        Assert.Equal((0, 0, 3, 0), (second.Added, second.Changed, second.Unchanged, second.Vanished));
        Assert.All((await import.StaffAsync()).Records.All, r => Assert.Equal((1, "town", first.ImportId), (r.Version, r.SourceSet, r.ImportId)));
    }

    [Theory, OnEachEngine]
    public async Task What_changed_and_what_vanished_is_listed_and_nothing_is_deleted(Engine engine)
    {
        await using var import = await Importing.StartAsync(engine);
        await import.RunAsync("services.json", Two);

        var report = await import.RunAsync("services.json", """[{ "id": "a", "name": "Soup and bread", "status": "active", "organization": { "id": "o", "name": "Kitchen", "description": "" } }]""");

        Assert.Equal((0, 1, 1, 1, 0), (report.Added, report.Changed, report.Unchanged, report.Vanished, report.Retired));
        Assert.Equal(["Changed Soup and bread", "Vanished Beds"], report.Records.Select(r => $"{r.Outcome} {r.Name}").Order());
        Assert.Equal(["Beds", "Soup and bread"], (await import.StaffAsync()).Records.Services.Select(s => s.Name));
    }

    [Theory, OnEachEngine]
    public async Task What_vanished_can_be_retired_and_comes_back_when_the_source_has_it_again(Engine engine)
    {
        await using var import = await Importing.StartAsync(engine);
        await import.RunAsync("services.json", Two);

        await import.RunAsync("services.json", """[{ "id": "a", "name": "Soup", "status": "active", "organization": { "id": "o", "name": "Kitchen", "description": "" } }]""", retire: true);
        var without = (await import.StaffAsync()).Records.Services.Select(s => s.Name).ToList();
        var back = await import.RunAsync("services.json", Two);

        Assert.Equal(["Soup"], without);
        Assert.Equal((0, 1, 2), (back.Added, back.Changed, back.Unchanged));
        Assert.Equal(["Beds", "Soup"], (await import.StaffAsync()).Records.Services.Select(s => s.Name));
    }

    [Fact]
    public async Task A_dry_run_says_what_the_import_then_does_and_writes_nothing()
    {
        await using var import = await Importing.StartAsync();

        var dry = await import.RunAsync("services.json", Two, dryRun: true);
        Assert.Empty((await import.StaffAsync()).Records.All);
        await using (var connection = await import.Database.Db.ReadAsync(CancellationToken.None))
            Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select (select count(*) from guide_imports) + (select count(*) from platform_audit_entries)"));
        var real = await import.RunAsync("services.json", Two);

        Assert.Equal((real.Added, real.Errors, real.Records.Count), (dry.Added, dry.Errors, dry.Records.Count));
        Assert.Null(dry.ImportId);
    }

    [Fact]
    public async Task A_record_that_was_edited_here_is_kept_and_listed()
    {
        await using var import = await Importing.StartAsync();
        await import.RunAsync("services.json", Two);
        var edited = (await import.StaffAsync()).Records.Services[1] with { Description = "Soup at noon" };
        await using (var change = await import.Database.Db.BeginAsync(TestDatabase.Alice, "guide.service.edited", "x", CancellationToken.None))
        {
            Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([edited]), "edited"));
            await change.CommitAsync(CancellationToken.None);
        }

        var same = await import.RunAsync("services.json", Two);
        var changed = await import.RunAsync("services.json", Two.Replace("Soup", "Stew", StringComparison.Ordinal));

        Assert.Equal((3, 0), (same.Unchanged, same.Kept));
        Assert.Equal((2, 1, "Soup"), (changed.Unchanged, changed.Kept, Assert.Single(changed.Records).Name));
        Assert.Equal("Soup at noon", (await import.StaffAsync()).Records.Services[1].Description);
    }

    [Theory, OnEachEngine]
    public async Task The_file_is_kept_as_it_came_and_each_record_names_its_line(Engine engine)
    {
        await using var import = await Importing.StartAsync(engine);

        await import.RunAsync("services.csv", "id,name,status\n1,Soup,active\n2,Beds,active\n");

        var services = (await import.StaffAsync()).Records.Services;
        Assert.Equal([("2", 3), ("1", 2)], services.Select(s => (s.SourceId, s.ImportLine)));
        await using var connection = await import.Database.Db.ReadAsync(CancellationToken.None);
        var (name, hash) = await connection.QuerySingleAsync<(string, string)>("select name, hash from guide_import_files");
        Assert.Equal("services.csv", name);
        await using var stored = await import.Blobs.OpenAsync(hash, CancellationToken.None);
        Assert.Equal("id,name,status\n1,Soup,active\n2,Beds,active\n", await new StreamReader(stored!).ReadToEndAsync());
    }

    [Fact]
    public async Task A_folder_of_tables_can_come_as_an_archive()
    {
        await using var import = await Importing.StartAsync();
        var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in new[]
            {
                ("data/services.csv", "id,name,organization_id\ns,Soup,o\n"), ("data/organizations.csv", "id,name\no,Kitchen\n"),
                ("data/locations.csv", "id,latitude,longitude\nl,10.5,-60.25\n"), ("data/service_at_location.csv", "id,service_id,location_id\np,s,l\n"),
                ("data/phones.csv", "id,service_id,location_id,number\nt,s,l,+999 1\n"), ("data/languages.csv", "id,phone_id,code\nx,t,ht\n"), ("datapackage.json", "{}"),
            })
            {
                await using var entry = archive.CreateEntry(name).Open();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(text));
            }
        }

        var report = await import.RunAsync(new ImportRequest { Files = [new ImportFile("tables.zip", packed)] });

        var staff = await import.StaffAsync();
        var place = Assert.Single(staff.PlacesOf(Assert.Single(staff.Records.Services)));
        Assert.Equal((0L, "Kitchen"), (report.Errors, staff.Organization(staff.Records.Services[0].OrganizationId)!.Name));
        Assert.Equal((10.5, -60.25), (staff.Location(place.LocationId)!.Latitude, staff.Location(place.LocationId)!.Longitude));
        Assert.Equal("ht", Assert.Single(Assert.Single(staff.Records.Services[0].Phones).Languages).Code);
        Assert.Equal("+999 1", Assert.Single(staff.Records.Locations[0].Phones).Number);
    }

    [Fact]
    public async Task When_a_later_file_cannot_be_read_nothing_of_the_others_is_taken_in()
    {
        await using var import = await Importing.StartAsync();

        await Assert.ThrowsAsync<Problem>(() => import.RunAsync(new ImportRequest
        {
            Files = [Importing.Text("services.json", Two), Importing.Text("organizations.json", "[{ \"id\": \"x\", ")],
        }));

        Assert.Empty((await import.StaffAsync()).Records.All);
    }

    [Fact]
    public async Task A_file_without_any_record_is_refused()
    {
        await using var import = await Importing.StartAsync();

        var refused = await Assert.ThrowsAsync<Problem>(() => import.RunAsync("list.csv", "colour,size\nred,4\n"));

        Assert.Equal("guide.import_empty", refused.Kind.Code);
    }

    [Fact]
    public async Task Two_sources_may_use_the_same_identifiers_for_different_things()
    {
        await using var import = await Importing.StartAsync();
        foreach (var set in new[] { "north", "south" })
            await import.RunAsync(new ImportRequest { Files = [Importing.Text("s.json", $$"""[{ "id": "1", "name": "{{set}}", "status": "active" }]""")], SourceSet = set });

        Assert.Equal(["north", "south"], (await import.StaffAsync()).Records.Services.Select(s => s.Name));
    }

    [Fact]
    public async Task What_people_here_decided_outlives_a_change_of_the_source()
    {
        await using var import = await Importing.StartAsync();
        await import.RunAsync("s.json", """[{ "id": "1", "name": "Soup", "status": "active" }]""");
        var service = Assert.Single((await import.StaffAsync()).Records.Services) with
        {
            Confidentiality = Confidentiality.ContactOnly,
            ConfirmedBy = "Kitchen",
            ConfirmedAt = SettableTime.Noon,
            Translations = [new Translation { Field = "name", Language = "es", Value = "Sopa", SourceHash = TextHash.Of("Soup") }],
        };
        await using (var change = await import.Database.Db.BeginAsync(TestDatabase.Alice, "guide.service.edited", "x", CancellationToken.None))
        {
            await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([service]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        var report = await import.RunAsync("s.json", """[{ "id": "1", "name": "Stew", "status": "active" }]""");

        var now = Assert.Single((await import.StaffAsync()).Records.Services);
        Assert.Equal((1, "Stew", Confidentiality.ContactOnly, "Kitchen"), (report.Changed, now.Name, now.Confidentiality, now.ConfirmedBy));
        Assert.False(Assert.Single(now.Translations).IsCurrent(now.Name));
    }
}
