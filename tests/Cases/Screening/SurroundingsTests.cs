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

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
