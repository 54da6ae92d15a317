using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Imports;

/// <summary>A source that says less than before does not take away what it does not mention.</summary>
public sealed class PartialImportTests
{
    private const string Full =
        """
        [{"id":"1","name":"Beds","status":"active","description":"Beds for a night","alert":"Full","minimum_age":18,
          "organization":{"id":"o","name":"House","description":"A house","email":"house@example.org","phones":[{"id":"p0","number":"+999 1"}]},
          "phones":[{"id":"p1","number":"+999 2","description":"Nights","languages":[{"id":"l1","code":"ht"}]},{"id":"p2","number":"+999 3"}],
          "schedules":[{"freq":"WEEKLY","byday":"MO","opens_at":"08:00","closes_at":"12:00","description":"Mornings"}],
          "required_documents":[{"id":"d1","document":"None"}],
          "service_at_locations":[{"id":"s","location":{"id":"x","location_type":"physical","name":"The yard","latitude":12.5,"longitude":-71.5,"transportation":"Bus 4"}}]}]
        """;

    [Theory, OnEachEngine]
    public async Task A_list_over_full_records_changes_what_it_says_and_leaves_the_rest(Engine engine)
    {
        await using var importing = await Importing.StartAsync(engine);
        await importing.RunAsync("services.json", Full);

        var report = await importing.RunAsync(
            "services.json",
            """
            [{"id":"1","name":"Beds and meals","status":"active","alert":null,"minimum_age":null,"required_documents":[],
              "organization":{"id":"o","name":"House"},"phones":[{"id":"p1","number":"+999 22"}],
              "schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"09:00","closes_at":"13:00"}]}]
            """);

        Assert.Equal((0, 1, 0), (report.Added, report.Changed, report.Kept));
        var directory = await importing.StaffAsync();
        var service = directory.Records.Services.Single();
        Assert.Equal(("Beds and meals", "Beds for a night", "", null), (service.Name, service.Description, service.Alert, service.MinimumAge));
        Assert.Empty(service.RequiredDocuments);
        // The telephone it names again keeps what it does not say of it; the other one is no longer in its list.
        var phone = Assert.Single(service.Phones);
        Assert.Equal(("+999 22", "Nights", "ht"), (phone.Number, phone.Description, phone.Languages.Single().Code));
        // Hours without an identifier are other hours, not the old ones with gaps.
        Assert.Equal(("TU", "09:00", ""), (service.Schedules.Single().Byday, service.Schedules.Single().OpensAt, service.Schedules.Single().Description));
        var organization = directory.Organization(service.OrganizationId)!;
        Assert.Equal(("A house", "house@example.org", "+999 1"), (organization.Description, organization.Email, organization.Phones.Single().Number));
        Assert.Equal("Bus 4", directory.Records.Locations.Single().Transportation);
        var said = Assert.Single(report.Issues, issue => issue.Code == "fields_left");
        Assert.Contains("Beds and meals: ", said.Value, StringComparison.Ordinal);
        Assert.Contains("description", said.Value, StringComparison.Ordinal);
        Assert.Contains("phones/languages", said.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_list_again_changes_nothing_and_mentions_nothing()
    {
        await using var importing = await Importing.StartAsync();
        await importing.RunAsync("services.json", Full);
        const string List = """[{"id":"1","name":"Beds and meals","status":"active"}]""";
        await importing.RunAsync("services.json", List);
        var again = await importing.RunAsync("services.json", List);
        Assert.Equal((0, 1, 0), (again.Changed, again.Unchanged, again.IssueCounts.GetValueOrDefault("fields_left")));
        var full = await importing.RunAsync("services.json", Full);
        Assert.Equal(1, full.Changed);
        Assert.Equal("Beds", (await importing.StaffAsync()).Records.Services.Single().Name);
    }

    [Fact]
    public async Task An_empty_cell_clears_and_a_column_or_table_that_is_not_there_leaves()
    {
        await using var importing = await Importing.StartAsync();
        Task<ImportReport> RunAsync(params (string Name, string Text)[] files) =>
            importing.RunAsync(new ImportRequest { Files = [.. files.Select(f => Importing.Text(f.Name, f.Text))], SourceSet = "town" });
        await RunAsync(
            ("services.csv", "id,name,status,description,alert\n1,Beds,active,For a night,Full\n2,Meals,active,At noon,\n"),
            ("phones.csv", "id,service_id,number\np1,1,+999 1\np2,2,+999 2\n"),
            ("languages.csv", "id,service_id,code\nl1,1,ht\n"));

        await RunAsync(("services.csv", "id,name,status,alert\n1,Beds,active,\n2,Meals,active,Closed\n"), ("phones.csv", "id,service_id,number\np2,2,+999 2\n"));

        var services = (await importing.StaffAsync()).Records.Services;
        Assert.Equal(("For a night", "", "ht"), (services[0].Description, services[0].Alert, services[0].Languages.Single().Code));
        Assert.Empty(services[0].Phones);
        Assert.Equal(("At noon", "Closed", "+999 2"), (services[1].Description, services[1].Alert, services[1].Phones.Single().Number));
    }

    [Fact]
    public async Task A_position_is_cleared_by_null_and_not_by_nonsense()
    {
        await using var importing = await Importing.StartAsync();
        await importing.RunAsync("services.json", Full);
        static string At(string position) => $$"""[{"id":"x","location_type":"physical","name":"The yard"{{position}}}]""";
        async Task<Location> PlaceAsync() => (await importing.StaffAsync()).Records.Locations.Single();
        await importing.RunAsync("locations.json", At(""", "latitude":0,"longitude":0,"url":"https://example.org/1" """));
        Assert.Equal((12.5, "https://example.org/1"), ((await PlaceAsync()).Latitude, (await PlaceAsync()).Url));
        await importing.RunAsync("locations.json", At(""", "latitude":null,"longitude":null"""));
        Assert.Equal((null, null, "Bus 4"), ((await PlaceAsync()).Latitude, (await PlaceAsync()).Longitude, (await PlaceAsync()).Transportation));
    }

    [Fact]
    public async Task A_place_with_another_address_does_not_stay_at_its_old_point_on_the_map()
    {
        await using var importing = await Importing.StartAsync();
        static string At(string address, string more = "") => $$"""[{"id":"x","location_type":"physical","name":"The yard","addresses":[{"address_1":"{{address}}","city":"Lumen"}]{{more}}}]""";
        async Task<Location> PlaceAsync() => (await importing.StaffAsync()).Records.Locations.Single();
        await importing.RunAsync("locations.json", At("Candle Street 4", """, "latitude":12.5,"longitude":-71.5,"position_precision":"approximate","time_zone":"America/Bogota" """));

        // The same door, spelled with other capitals.
        var same = await importing.RunAsync("locations.json", At("CANDLE STREET 4", """, "url":"https://example.org" """));
        Assert.Equal((12.5, 0), ((await PlaceAsync()).Latitude, same.IssueCounts.GetValueOrDefault("position_outdated")));

        var moved = await importing.RunAsync("locations.json", At("Lantern Lane 1"));
        var place = await PlaceAsync();
        Assert.Equal((null, null, "exact", "America/Bogota"), (place.Latitude, place.Longitude, place.PositionPrecision, place.TimeZone));
        Assert.Equal("The yard", Assert.Single(moved.Issues, issue => issue.Code == "position_outdated").Value);

        // Said with its point, it stands there; in another town its clock may be another.
        await importing.RunAsync("locations.json", At("Ferry Road 2", """, "latitude":13.5,"longitude":-70.5"""));
        await importing.RunAsync("locations.json", At("Ferry Road 2").Replace("Lumen", "Tallow", StringComparison.Ordinal));
        place = await PlaceAsync();
        Assert.Equal((null, ""), (place.Latitude, place.TimeZone));
    }

    [Fact]
    public async Task What_people_here_wrote_still_goes_before_the_source()
    {
        await using var importing = await Importing.StartAsync();
        await importing.RunAsync("services.json", Full);
        var service = (await importing.StaffAsync()).Records.Services.Single();
        await using (var change = await importing.Database.Db.BeginAsync(TestDatabase.Alice, "test.edited", "x", CancellationToken.None))
        {
            await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([service with { Description = "Ours", WaitTime = "An hour" }]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        var report = await importing.RunAsync("services.json", """[{"id":"1","name":"Theirs","status":"active","description":"Theirs"}]""");
        Assert.Equal((0, 1), (report.Changed, report.Kept));
        service = (await importing.StaffAsync()).Records.Services.Single();
        Assert.Equal(("Beds", "Ours", "An hour"), (service.Name, service.Description, service.WaitTime));
    }
}
