using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Hsds;
using Tambo.Guide.Schedules;
using Tambo.Node.Demonstration;
using Tambo.Tests.Support;

namespace Tambo.Tests.Demonstration;

public sealed class TrainingTownTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 17, 0, 0, TimeSpan.Zero);

    [Theory, OnEachEngine]
    public async Task The_town_is_filled_and_keeps_its_secrets_on_every_public_address(Engine engine)
    {
        await using var node = await StartAsync(engine);
        var report = Assert.Single(await DemonstrationNode.FillAsync(node.Services, node.Settings, None));
        Assert.Equal(0, report.Errors);
        Assert.Empty(report.Issues);

        using var reader = node.Client(followRedirects: true);
        var listed = JsonNode.Parse(await reader.GetStringAsync(new Uri("/hsds/services", UriKind.Relative)))!;
        Assert.Equal(ShippedTown.PublicServices, (int)listed["total_items"]!);
        Assert.InRange(ShippedTown.Secrets.Count, 10, 30);
        foreach (var address in await AddressesAsync(reader))
        {
            var text = await reader.GetStringAsync(new Uri(address, UriKind.Relative));
            foreach (var secret in ShippedTown.Secrets)
                Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{address} tells '{secret}'.");
        }
    }

    [Fact]
    public async Task A_second_start_imports_nothing_and_a_first_start_cut_short_is_done_again()
    {
        await using var node = await StartAsync(Engine.Sqlite);
        await DemonstrationNode.FillAsync(node.Services, node.Settings, None);
        var directory = node.Services.GetRequiredService<LiveDirectory>();
        var filled = (await directory.GetAsync(None)).Staff;

        Assert.Empty(await DemonstrationNode.FillAsync(node.Services, node.Settings, None));
        Assert.Equal(filled.Version, (await directory.GetAsync(None)).Staff.Version);

        // As if the process had ended between the import and its note of it.
        File.Delete(Path.Combine(node.Settings.Folder, "demonstration.txt"));
        var again = Assert.Single(await DemonstrationNode.FillAsync(node.Services, node.Settings, None));
        Assert.Equal((0, 0), (again.Added, again.Changed));
        Assert.Equal(filled.Records.Services.Count, (await directory.GetAsync(None)).Staff.Records.Services.Count);
    }

    [Fact]
    public async Task A_doctor_can_always_be_found_and_by_day_one_who_speaks_Kreyol()
    {
        await using var node = await StartAsync(Engine.Sqlite);
        await DemonstrationNode.FillAsync(node.Services, node.Settings, None);
        var offers = await node.Services.GetRequiredService<LiveOffers>().GetAsync(None);
        var health = offers.All.Where(offer => offer.Needs.Contains(Needs.IndexOf("health"))).ToList();
        for (var moment = Noon; moment < Noon.AddDays(14); moment += TimeSpan.FromMinutes(37))
            Assert.Contains(health, offer => offer.Hours.OpeningAt(moment) == Opening.Open);
        // 06:00 to 22:00 at five hours west of Greenwich.
        foreach (var hour in new[] { 11, 17, 26 })
        {
            var moment = new DateTimeOffset(2026, 11, 18, 0, 1, 0, TimeSpan.Zero).AddHours(hour);
            Assert.Contains(health, offer => offer.Languages.Contains("ht") && offer.Point is not null && offer.Hours.OpeningAt(moment) == Opening.Open);
        }
    }

    [Fact]
    public async Task Every_text_of_the_town_is_there_in_every_language_and_none_is_outdated()
    {
        await using var node = await StartAsync(Engine.Sqlite);
        await DemonstrationNode.FillAsync(node.Services, node.Settings, None);
        var records = (await node.Services.GetRequiredService<LiveDirectory>().GetAsync(None)).Staff.Records;
        var (texts, french) = (0, 0);
        foreach (var record in records.Services.Cast<DirectoryRecord>().Concat(records.Organizations).Concat(records.Locations))
        {
            var content = RecordJson.Snapshot(record);
            foreach (var field in record.Translations.GroupBy(translation => translation.Field, StringComparer.Ordinal))
            {
                Assert.Superset(new HashSet<string>(["en", "fr", "ht", "pt"]), field.Select(translation => translation.Language).ToHashSet());
                if (content[field.Key] is { } source)
                    Assert.All(field, translation => Assert.True(translation.IsCurrent((string)source!), $"{field.Key} of {content["name"]}"));
                texts++;
                if (field.Single(translation => translation.Language == "ht").Value == field.Single(translation => translation.Language == "fr").Value)
                    french++;
            }
        }

        // One service shows what a further language looks like that a machine made and nobody has read over.
        var further = Assert.Single(records.Services, service => service.Translations.Any(translation => translation.Language == "ar"));
        Assert.Equal(further.Translations.Count(translation => translation.Language == "fr"), further.Translations.Count(translation => translation is { Language: "ar", IsUnread: true }));
        Assert.InRange(texts, 100, 1000);
        Assert.True(french * 3 < texts, $"{french} of {texts} texts are the same in Kreyòl and in French.");
    }

    [Theory]
    [InlineData("2026-11-16", "2026-11-13")] // the Monday the file was written for
    [InlineData("2026-11-22", "2026-11-13")] // the Sunday after it
    [InlineData("2026-11-23", "2026-11-20")]
    [InlineData("2026-11-15", "2026-11-06")] // a clock that lags behind
    [InlineData("2027-03-03", "2027-02-26")] // fifteen weeks later
    public void Dates_move_by_whole_weeks(string today, string moved) =>
        Assert.Equal(
            $$"""{"a":"{{moved}}","b":"2026-11","c":"9999-99-99"}""",
            TrainingDates.Moved(
                """{"a":"2026-11-13","b":"2026-11","c":"9999-99-99"}""",
                DateOnly.ParseExact(today, "yyyy-MM-dd", CultureInfo.InvariantCulture)));

    private static Task<TestNode> StartAsync(Engine engine) =>
        TestNode.StartAsync(engine, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training: true));

    /// <summary>The public pages, every list, and the address of every record that a list names.</summary>
    private static async Task<IReadOnlyList<string>> AddressesAsync(HttpClient reader)
    {
        var addresses = new List<string>
        {
            "/es", "/ht", "/es/services", "/es/services?need=women", "/es/services?need=shelter", "/es/services?open=1", "/es/about", "/es/emergency", "/es/services.geojson",
            "/es/services.geojson?need=women", "/hsds",
        };
        foreach (var list in HsdsParameters.Lists)
        {
            var address = $"/hsds/{list}?per_page=100";
            addresses.Add(address);
            foreach (var record in JsonNode.Parse(await reader.GetStringAsync(new Uri(address, UriKind.Relative)))!["contents"]!.AsArray())
            {
                addresses.Add($"/hsds/{list}/{record!["id"]}");
                if (list == "services")
                    addresses.Add($"/es/services/{record["id"]}");
            }
        }

        return addresses;
    }
}
