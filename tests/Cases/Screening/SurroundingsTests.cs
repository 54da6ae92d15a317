using Tambo.Cases.Screening;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Screening;

/// <summary>What a node knows of where it stands is a fact of screening; what nobody has said is none.</summary>
public sealed class SurroundingsTests : IDisposable
{
    private const string Near = """{"consulates": ["COL", "NP"], "source": "a made-up list"}""";
    private readonly string folder = Directory.CreateTempSubdirectory("tambo-around-").FullName;

    [Fact]
    public void The_region_is_that_of_the_nodes_country_and_the_americas_where_it_names_none()
    {
        Surroundings In(string? country) => Surroundings.Of(new NodeSettings { Folder = folder, File = new NodeFile { Country = country } });
        foreach (var country in new[] { null, "", "EC", "HTI" })
        {
            var around = In(country);
            foreach (var (codes, outside) in new[] { (new[] { "CO" }, false), (["ETH"], true), (["ET", "VE"], false), (["NP", "ET"], true), ([], false), (["??"], false), (["ET", "??"], false) })
            {
                Assert.True(around.AreOutside(codes) == outside, $"{country} {string.Join(',', codes)}");
                // Nobody has said which consulates there are.
                Assert.False(around.LackConsulate(codes));
            }
        }

        Assert.True(In("ET").AreOutside(["CO"]));
        Assert.False(In("ET").AreOutside(["KE"]));
    }

    [Fact]
    public void A_state_lacks_a_consulate_when_a_list_with_a_source_leaves_it_out_and_nobody_lacks_one_in_their_own_country()
    {
        Surroundings With(string json)
        {
            File.WriteAllText(Path.Combine(folder, Surroundings.Name), json);
            return Surroundings.Of(new NodeSettings { Folder = folder, File = new NodeFile { Country = "EC" } });
        }

        var around = With(Near);
        foreach (var (codes, lacks) in new[] { (new[] { "CO" }, false), (["NPL"], false), (["VE"], true), (["VE", "CO"], false), (["VE", "ET"], true), (["EC"], false), ([], false), (["??"], false) })
            Assert.True(around.LackConsulate(codes) == lacks, string.Join(',', codes));
        Assert.False(With("{}").LackConsulate(["VE"]));
        foreach (var unfit in new[] { "[]", "{", "null", """{"consulates": null}""", """{"consulates": ["CO"]}""", """{"consulates": ["XQ"], "source": "x"}""", """{"consulate": ["CO"], "source": "x"}""" })
            Assert.Equal("lift.surroundings_unfit", Assert.Throws<Problem>(() => With(unfit)).Kind.Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_screening_of_somebody_from_elsewhere_says_so_and_counts_a_missing_consulate_among_what_strands_them(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, prepare: settings =>
        {
            File.WriteAllText(Path.Combine(settings.Folder, Surroundings.Name), Near);
            return settings;
        });
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        async Task<string[]> ProfilesAsync(string code)
        {
            var person = (await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1980 }, nationalities = new[] { new { code } } } })).Id;
            var told = await norma.PostAsync($"/api/cases/persons/{person:D}/screenings", new { answers = new[] { new { question = "stranded.no_documents", way = "said", values = new[] { "yes" } } } });
            Assert.True(told.Status == 201, told.Text);
            // Kept with the answers: they are read again by the facts of then.
            Assert.Equal((code is "NP" or "ET", code is "VE" or "ET"), (told.Json.GetProperty("screening").GetProperty("known").GetProperty("outsideRegion").GetBoolean(), told.Json.GetProperty("screening").GetProperty("known").GetProperty("noConsulate").GetBoolean()));
            return [.. told.Json.GetProperty("standing").GetProperty("profiles").EnumerateArray().Select(profile => profile.GetString()!).Order(StringComparer.Ordinal)];
        }

        Assert.Empty(await ProfilesAsync("CO"));
        Assert.Equal(["extra_regional"], await ProfilesAsync("NP"));
        Assert.Equal(["no_consulate", "stranded"], await ProfilesAsync("VE"));
        Assert.Equal(["extra_regional", "no_consulate", "stranded"], await ProfilesAsync("ET"));
    }

    [Fact]
    public void An_alert_covers_its_area_and_all_within_on_its_days_and_names_an_end_and_whose_it_is()
    {
        Surroundings With(string alerts)
        {
            File.WriteAllText(Path.Combine(folder, Surroundings.Name), $$"""{"alerts": {{alerts}}}""");
            return Surroundings.Of(new NodeSettings { Folder = folder, File = new NodeFile { Country = "PA" } });
        }

        var around = With("""[{"area": "PA08", "from": "2026-03-02", "until": "2026-03-04", "source": "made-up office"}, {"area": "COL", "until": "2026-03-03", "source": "made-up office"}]""");
        foreach (var (area, day, covered) in new[]
        {
            ("PA08", 1, false), ("PA08", 2, true), ("PA08", 4, true), ("PA08", 5, false), ("PA", 3, false), ("", 3, false), ("PA09", 3, false), ("CO", 1, true), ("CO", 4, false), ("XX", 3, false),
        })
            Assert.True(around.IsAlertIn(area, new DateOnly(2026, 3, day)) == covered, $"{area} on the {day}");
        Assert.Equal(["CO", "PA08"], around.AlertsOn(new DateOnly(2026, 3, 3)).Order(StringComparer.Ordinal));
        // Of whom nothing more is known than that they are in the country of the node.
        Assert.True(With("""[{"area": "PA", "until": "2026-03-04", "source": "made-up office"}]""").IsAlertIn("", new DateOnly(2026, 3, 4)));
        foreach (var unfit in new[] { "null", "[null]", """[{"area": "PA08", "source": "x"}]""", """[{"area": "PA08", "until": "2026-03-04"}]""", """[{"area": "XX9", "until": "2026-03-04", "source": "x"}]""", """[{"area": "PA", "from": "2026-03-05", "until": "2026-03-04", "source": "x"}]""" })
            Assert.Equal("lift.surroundings_unfit", Assert.Throws<Problem>(() => With(unfit)).Kind.Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task An_alert_where_the_person_is_counts_among_what_strands_them_for_as_long_as_it_lasts_and_without_a_restart(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var (inside, elsewhere) = ((await norma.RegisterAsync(new { area = "PA08" })).Id, (await norma.RegisterAsync(new { area = "PA09" })).Id);
        async Task<bool> IsStrandedAsync(Guid person, string area = "")
        {
            var told = await norma.PostAsync($"/api/cases/persons/{person:D}/screenings", new { circumstances = new { area }, answers = new[] { new { question = "stranded.no_documents", way = "said", values = new[] { "yes" } } } });
            Assert.True(told.Status == 201, told.Text);
            return told.Json.GetProperty("standing").GetProperty("profiles").EnumerateArray().Any(profile => profile.GetString() == "stranded");
        }

        Assert.False(await IsStrandedAsync(inside));
        var path = Path.Combine(office.Node.Settings.Folder, Surroundings.Name);
        var last = DateOnly.FromDateTime(SettableTime.Noon.UtcDateTime).AddDays(1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(path, $$"""{"alerts": [{"area": "PA08", "until": "{{last}}", "source": "made-up office"}]}""");
        Assert.True(await IsStrandedAsync(inside));
        Assert.False(await IsStrandedAsync(elsewhere));
        // Where they talk says more than where the record lies.
        Assert.True(await IsStrandedAsync(elsewhere, "PA08"));
        var page = await norma.GetAsync($"/staff/cases/persons/{elsewhere:D}/screen");
        Assert.Contains("name=\"c_area\"", page.Text, StringComparison.Ordinal);
        // What cannot be read any more leaves what was known.
        await File.WriteAllTextAsync(path, "{");
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        Assert.True(await IsStrandedAsync(inside));
        office.Time.Advance(TimeSpan.FromDays(2));
        Assert.False(await IsStrandedAsync(inside));
        var kept = (await norma.GetAsync($"/api/cases/persons/{inside:D}/screenings")).Json.EnumerateArray().ToList();
        Assert.Equal(2, kept.Count(one => one.GetProperty("screening").GetProperty("known").GetProperty("disasterAlert").GetBoolean()));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
