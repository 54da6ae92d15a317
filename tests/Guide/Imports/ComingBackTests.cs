using Tambo.Guide.Directory;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Imports;

/// <summary>What an import brings back is as hidden as it was, and what people took out stays out.</summary>
public sealed class ComingBackTests
{
    private const string Both =
        """
        [ { "id": "a", "name": "Soup", "status": "active", "organization": { "id": "o", "name": "Kitchen", "description": "" } },
          { "id": "b", "name": "Beds", "status": "active", "organization": { "id": "p", "name": "House", "description": "" } } ]
        """;

    private const string One = """[{ "id": "a", "name": "Soup", "status": "active", "organization": { "id": "o", "name": "Kitchen", "description": "" } }]""";

    [Theory, OnEachEngine]
    public async Task What_was_hidden_here_comes_back_hidden_and_with_its_agency(Engine engine)
    {
        await using var import = await Importing.StartAsync(engine);
        await import.RunAsync("services.json", Both);
        var agency = Guid.Parse("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0001");
        var records = (await import.StaffAsync()).Records;
        await EditAsync(import, "edited", records.Services.Single(s => s.Name == "Beds") with { Confidentiality = Confidentiality.Withheld });
        await EditAsync(import, "edited", records.Organizations.Single(o => o.Name == "House") with { Confidentiality = Confidentiality.AreaOnly, AgencyId = agency });

        Assert.Equal(2, (await import.RunAsync("services.json", One, retire: true)).Retired);
        var back = await import.RunAsync("services.json", Both);

        Assert.Equal((2, 0), (back.Changed, back.Kept));
        records = (await import.StaffAsync()).Records;
        Assert.Equal(Confidentiality.Withheld, records.Services.Single(s => s.Name == "Beds").Confidentiality);
        var house = records.Organizations.Single(o => o.Name == "House");
        Assert.Equal((Confidentiality.AreaOnly, agency), (house.Confidentiality, house.AgencyId));
        Assert.DoesNotContain((await import.Live.GetAsync(CancellationToken.None)).Public.Records.Services, s => s.Name == "Beds");
    }

    [Theory, OnEachEngine]
    public async Task What_people_took_out_stays_out_and_the_report_says_so(Engine engine)
    {
        await using var import = await Importing.StartAsync(engine);
        var time = (SettableTime)import.Database.Db.Time.Source;
        await import.RunAsync("services.json", Both);
        time.Advance(TimeSpan.FromMinutes(1));
        var beds = (await import.StaffAsync()).Records.Services.Single(s => s.Name == "Beds");
        await EditAsync(import, "retired", beds with { RetiredAt = time.GetUtcNow(), ChangedBy = "user:x" });

        foreach (var file in new[] { Both, Both.Replace("Beds", "Beds and soup", StringComparison.Ordinal) })
        {
            time.Advance(TimeSpan.FromMinutes(1));
            var report = await import.RunAsync("services.json", file, retire: true);
            Assert.Equal((0, 1), (report.Changed, report.Kept));
        }

        Assert.Equal(["Soup"], (await import.StaffAsync()).Records.Services.Select(s => s.Name));
    }

    [Fact]
    public async Task A_set_is_linked_to_a_web_address_and_to_nothing_else()
    {
        await using var import = await Importing.StartAsync();
        var refused = await Assert.ThrowsAsync<Problem>(() => import.RunAsync(new Tambo.Guide.Imports.ImportRequest
        {
            Files = [Importing.Text("services.json", One)],
            Source = new SourceSet { Title = "List", Url = "javascript:alert(1)" },
        }));
        Assert.Equal("guide.web_address_unfit", refused.Kind.Code);
    }

    private static async Task EditAsync(Importing import, string why, DirectoryRecord record)
    {
        await using var change = await import.Database.Db.BeginAsync(TestDatabase.Alice, "test." + why, "x", CancellationToken.None);
        Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([record]), why));
        await change.CommitAsync(CancellationToken.None);
    }
}
