using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Imports;

public class MappingTests
{
    private static string Services(params string[] path) => Conformance.Find(["services", .. path]);

    [Fact]
    public void A_pattern_without_end_costs_its_value_and_not_the_import()
    {
        // A look behind cannot be asked in time that grows with the text alone; this one doubles with each letter.
        var mapping = new Mapping
        {
            Name = "test",
            SourceSet = "test",
            Tables =
            [
                new MappedTable
                {
                    Names = ["*"],
                    Rows =
                    [
                        new MappedRow
                        {
                            Into = "services",
                            Fields = new Dictionary<string, Expression>(StringComparer.Ordinal)
                            {
                                ["id"] = new Expression { Column = "id" },
                                ["name"] = new Expression { Column = "name", Pattern = "^(?!x)(?:a|aa)+$" },
                            },
                        },
                        new MappedRow
                        {
                            Into = "organizations",
                            When = [new Condition { Value = new Expression { Column = "name", Pattern = "^(?!x)(?:a|aa)+$" }, NotIn = ["open"] }],
                            Fields = new Dictionary<string, Expression>(StringComparer.Ordinal) { ["id"] = new Expression { Column = "id" } },
                        },
                    ],
                },
            ],
        };
        var issues = new IssueReport();
        var files = new ImportFiles(issues, ImportSteps.Unseen, 1);
        using var table = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"id,name\n1,aaa\n2,{new string('a', 60)}!\n3,aa\n"));
        files.Read(new ImportFile("table.csv", table));

        var rows = new MappedTables(mapping, issues).Of(files);

        Assert.Equal([("1", "aaa"), ("2", null), ("3", "aa")], rows.Where(row => row.Table == "services").Select(row => (row.Cells["id"]!.ToString(), row.Cells["name"]?.ToString())));
        // Of what cannot be told nothing is made.
        Assert.Equal(["1", "3"], rows.Where(row => row.Table == "organizations").Select(row => row.Cells["id"]!.ToString()));
        Assert.Equal(2, issues.Counts[ImportIssues.PatternSlow]);
    }

    [Fact]
    public void What_can_be_asked_so_takes_time_with_the_text_alone()
    {
        var value = new MappedValue(new Expression { Column = "name", Pattern = "^(a|aa)+$" });
        Assert.Empty(value.Of(new System.Text.Json.Nodes.JsonObject { ["name"] = new string('a', 5000) + "!" }, _ => { }));
    }

    [Fact]
    public async Task Tijuana_gives_its_places_with_position_category_and_unknown_hours()
    {
        await using var import = await Importing.StartAsync();
        await using var file = File.OpenRead(Services("tijuana_migrant_services.csv"));

        var report = await import.RunAsync(new ImportRequest { Files = [new ImportFile("tijuana_migrant_services.csv", file)], Mapping = "tijuana" });

        var staff = await import.StaffAsync();
        Assert.Equal((55, 55, 0L), (staff.Records.Services.Count, staff.Records.Locations.Count, report.Errors));
        var shelter = staff.Records.Services.Single(s => s.Name == "Casa del Migrante en Tijuana, AC");
        var place = staff.Location(Assert.Single(staff.PlacesOf(shelter)).LocationId)!;
        Assert.Equal((32.522813, -117.001688, "America/Tijuana", "MX", "MX02"), (place.Latitude, place.Longitude, place.TimeZone, place.Country, place.AdminArea));
        var need = Assert.Single(staff.TermsOf(shelter));
        Assert.Equal("shelter", need.Code);
        Assert.Equal(["ar machine", "es source", "fr source", "ht source", "pt source"], need.Translations.Select(t => $"{t.Language} {t.Method}"));
        Assert.Empty(shelter.Schedules);
        Assert.All(staff.Records.Services, s => Assert.NotEmpty(staff.TermsOf(s)));
    }

    [Fact]
    public async Task Argentine_missions_stand_in_their_cities_approximately_and_unwritten_hours_stay_unknown()
    {
        await using var import = await Importing.StartAsync();
        await using var missions = File.OpenRead(Services("argentina_lista-sedes-datos.csv"));
        await using var sections = File.OpenRead(Services("argentina_lista-secciones.csv"));

        var report = await import.RunAsync(new ImportRequest
        {
            Files = [new ImportFile("argentina_lista-sedes-datos.csv", missions), new ImportFile("argentina_lista-secciones.csv", sections)],
            Mapping = "argentina-missions",
        });

        var staff = await import.StaffAsync();
        Assert.Equal(163, staff.Records.Organizations.Count);
        // Three sections stand twice in the source; each is met as a service and as a service at a place.
        Assert.Equal((6L, 6L, 84), (report.Errors, report.IssueCounts[ImportIssues.IdDuplicate], staff.Records.Services.Count - 163));
        var antofagasta = staff.Records.Services.Single(s => s.Name == "Consulado en Antofagasta");
        var hours = Assert.Single(antofagasta.Schedules);
        Assert.Equal(("MO,TU,WE,TH,FR", "09:00:00", "13:00:00"), (hours.Byday, hours.OpensAt, hours.ClosesAt));
        Assert.Equal(["+56 432643653", "432643653"], antofagasta.Phones.Select(p => p.Number));
        var place = staff.Location(Assert.Single(staff.PlacesOf(antofagasta)).LocationId)!;
        Assert.Equal(("approximate", "CL"), (place.PositionPrecision, place.Country));
        Assert.InRange(place.Latitude!.Value, -23.8, -23.5);
        var portoAlegre = staff.Records.Services.Single(s => s.Name == "Consulado General en Porto Alegre");
        Assert.All(portoAlegre.Schedules, s => Assert.Equal("", s.OpensAt));
        Assert.Equal("https://caleg.cancilleria.gob.ar", portoAlegre.Url);
    }

    [Fact]
    public async Task Hsds_1_tables_become_records_of_hsds_3()
    {
        await using var import = await Importing.StartAsync();

        await import.FolderAsync(Services("hsds1_sample", "all_resources"), "hsds-1");

        var staff = await import.StaffAsync();
        Assert.Equal((10, 13), (staff.Records.Organizations.Count, staff.Records.Services.Count));
        var helpline = staff.Service(Guid.Parse("c89eb05c-62dd-4b64-b494-0cc347b6ea7f"))!;
        Assert.Equal(("MO", "09:00:00"), (helpline.Schedules[0].Byday, helpline.Schedules[0].OpensAt));
        Assert.True(Assert.Single(helpline.HolidaySchedules).Closed);
        Assert.Equal("adult", Assert.Single(helpline.Eligibility).Criterion);
        var place = staff.Location(Guid.Parse("30b83c60-64a1-11e6-8b77-86f30ca893d3"))!;
        Assert.Equal(["physical", "postal"], place.Addresses.Select(a => a.AddressType));
        Assert.Equal("disabled_parking", Assert.Single(place.Accessibility).Code);
        Assert.Equal("http://example.com", staff.Organization(Guid.Parse("1899600a-649c-11e6-8b77-86f30ca893d3"))!.Website);
    }

    [Fact]
    public async Task Ohana_tables_become_records_with_the_organisation_of_their_place()
    {
        await using var import = await Importing.StartAsync();

        await import.FolderAsync(Services("ohana_sample"), "ohana");

        var staff = await import.StaffAsync();
        Assert.Equal((8, 22, 23), (staff.Records.Organizations.Count, staff.Records.Locations.Count, staff.Records.Services.Count));
        var elders = staff.Records.Services.Single(s => s.SourceId == "1");
        Assert.Equal("Peninsula Family Service", staff.Organization(elders.OrganizationId)!.Name);
        var place = staff.Location(Assert.Single(staff.PlacesOf(elders)).LocationId)!;
        Assert.Equal(["disabled_parking", "ramp", "restroom", "wheelchair"], place.Accessibility.Select(a => a.Code));
        Assert.Equal(290, staff.Records.TaxonomyTerms.Count);
    }

    [Fact]
    public async Task A_node_may_have_mappings_of_its_own()
    {
        await using var import = await Importing.StartAsync();
        var folder = System.IO.Directory.CreateDirectory(Path.Combine(import.Database.Settings.Folder, "mappings"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "own.json"), """
            { "name": "own", "source_set": "own", "tables": [ { "names": ["*"], "needs": ["Nom"], "rows": [
              { "into": "services", "fields": { "id": "Nom", "name": { "columns": ["Nom", "Ville"], "join": " - " },
                "fees_description": { "column": "Prix", "map": { "gratuit": "Free" }, "else": "keep" } } },
              { "into": "languages", "each": { "column": "Langues", "split": "/" }, "fields": { "service_id": "Nom", "name": "$value" } } ] } ] }
            """);

        var report = await import.RunAsync(new ImportRequest
        {
            Files = [Importing.Text("liste.csv", "Nom,Ville,Prix,Langues\nAccueil,Lumen,Gratuit,français / kreyòl\n")],
            Mapping = "own",
        });

        var service = Assert.Single((await import.StaffAsync()).Records.Services);
        Assert.Equal(("Accueil - Lumen", "Free", 0L), (service.Name, service.FeesDescription, report.Errors));
        Assert.Equal(["français", "kreyòl"], service.Languages.Select(l => l.Name));
    }

    [Theory]
    [InlineData("nothing-of-that-name", "guide.mapping_unknown")]
    [InlineData("../../secret", "guide.mapping_unknown")]
    public async Task A_mapping_that_is_not_there_is_refused(string name, string code)
    {
        await using var import = await Importing.StartAsync();

        var refused = await Assert.ThrowsAsync<Problem>(() => import.RunAsync(new ImportRequest { Files = [Importing.Text("a.csv", "a,b\n1,2\n")], Mapping = name }));

        Assert.Equal(code, refused.Kind.Code);
    }

    [Theory]
    [InlineData("""{ "name": "x" }""")]
    [InlineData("""{ "name": "x", "source_set": "x", "tables": [ { "names": ["*"], "rows": [ { "into": "ships" } ] } ] }""")]
    [InlineData("""{ "name": "x", "source_set": "x", "tables": [ { "names": ["*"], "rows": [ { "into": "services", "fields": { "id": { "pattern": "(" } } } ] } ] }""")]
    [InlineData("""{ "name": "x", "source_set": "x", "tables": [ { "names": ["*"], "rows": [ { "into": "services", "fields": { "id": { "colum": "a" } } } ] } ] }""")]
    public void A_mapping_that_is_not_in_order_says_why(string json) =>
        Assert.Equal("guide.mapping_broken", Assert.Throws<Problem>(() => MappingFiles.Read(json, "x")).Kind.Code);

    [Fact]
    public async Task A_table_without_a_needed_column_is_not_read()
    {
        await using var import = await Importing.StartAsync();

        var refused = await Assert.ThrowsAsync<Problem>(() => import.RunAsync(new ImportRequest { Files = [Importing.Text("t.csv", "key,nombre\na,B\n")], Mapping = "tijuana" }));

        Assert.Equal("guide.import_empty", refused.Kind.Code);
    }
}
