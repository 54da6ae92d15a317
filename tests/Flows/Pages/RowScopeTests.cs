using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Checking;
using Tambo.Flows.Collecting;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Languages;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>
/// Whose role reaches some places sees single rows and records of these alone; figures of many are for all who read figures.
/// GATE lies in Panama, in Darién; FORD in Costa Rica. Points belong to no team and no agency.
/// </summary>
public sealed class RowScopeTests(RowScopeTests.Offices offices) : IClassFixture<RowScopeTests.Offices>
{
    /// <summary>Where a field supervisor's role holds, and the points whose rows it reaches.</summary>
    public static TheoryData<Engine, string, string, string> Scopes
    {
        get
        {
            var all = new TheoryData<Engine, string, string, string>();
            foreach (var engine in (Engine[])[Engine.Sqlite, Engine.Postgres])
            {
                all.Add(engine, "node", "", "GATE FORD");
                all.Add(engine, "place", "CR", "FORD");
                all.Add(engine, "place", "CRI", "FORD");
                all.Add(engine, "place", "PA", "GATE");
                all.Add(engine, "place", "PA05", "GATE");
                all.Add(engine, "place", "point:GATE", "GATE");
                all.Add(engine, "place", "HT", "");
                all.Add(engine, "place", "GATE", "");
                all.Add(engine, "team", "", "");
                all.Add(engine, "agency", "", "");
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(Scopes))]
    public async Task A_supervisor_sees_rows_of_the_places_that_the_role_reaches_and_figures_of_all(Engine engine, string kind, string id, string reached)
    {
        var office = await offices.OfAsync(engine);
        using var carla = await office.SupervisorAsync(kind, id);
        var isReached = reached.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        foreach (var (point, country, note) in Posts)
        {
            var sees = isReached.Contains(point);
            foreach (var address in (string[])[$"/staff/flows/rows?series=FM-{point}", $"/staff/flows/rows?point={point}", $"/staff/flows/rows?area={country}"])
            {
                var rows = await carla.OpenAsync(address);
                Assert.Equal((address, 200, sees), (address, carla.Status, rows.Body!.TextContent.Contains(note, StringComparison.Ordinal)));
                Assert.Equal((address, !sees), (address, rows.Body.TextContent.Contains(Elsewhere, StringComparison.Ordinal)));
            }

            // What is looked after at a point is not known to be there by whom the role does not reach.
            foreach (var address in (string[])[$"/staff/flows/points/{point}", $"/api/flows/groups?point={point}&day=2026-11-18", $"/staff/flows/points/{point}/edit"])
            {
                await carla.OpenAsync(address);
                Assert.Equal((address, sees ? 200 : 404), (address, carla.Status));
            }

            // Figures of many are for all who read figures.
            Assert.Equal("6", (await carla.OpenAsync($"/staff/flows/points/{country}/{point}")).QuerySelectorAll("#timeline tbody td").Single().TextContent.Trim());
            Assert.Contains("FM-" + point, await office.FileAsync(carla, "/api/flows/data?by=point&format=csv"), StringComparison.Ordinal);
        }

        // All rows in one list: those that are reached, and that others are left out when they are.
        var mixed = (await carla.OpenAsync("/staff/flows/rows")).Body!.TextContent;
        Assert.All(Posts, post => Assert.Equal(isReached.Contains(post.Point), mixed.Contains(post.Note, StringComparison.Ordinal)));
        Assert.Equal(isReached.Count < Posts.Length, mixed.Contains(Elsewhere, StringComparison.Ordinal));
        var listed = (await carla.OpenAsync("/staff/flows/points")).Body!.TextContent;
        Assert.All(Posts, post => Assert.Equal(isReached.Contains(post.Point), listed.Contains(post.Point, StringComparison.Ordinal)));
    }

    [Theory, OnEachEngine]
    public async Task Records_that_lie_in_an_import_are_reached_no_further_than_before(Engine engine)
    {
        await using var office = await PostsAsync(engine);
        using var carla = await office.SupervisorAsync("place", "CR");
        await office.Node.Services.GetRequiredService<SealGroups>().RunAsync(CancellationToken.None, all: true);
        var rows = (await carla.OpenAsync("/staff/flows/rows")).Body!.TextContent;
        Assert.Contains("Came by the ford", rows, StringComparison.Ordinal);
        Assert.DoesNotContain("Came by the gate", rows, StringComparison.Ordinal);
        Assert.Contains(Elsewhere, rows, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Of_an_institutions_file_the_rows_of_the_place_are_seen_and_no_line_that_may_tell_of_others(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,adults,-5\n");
        using var petra = await office.SupervisorAsync("place", "PA");
        var rows = (await petra.OpenAsync("/staff/flows/rows?series=VALLEY")).Body!.TextContent;
        Assert.Contains("Venezuela", rows, StringComparison.Ordinal);
        Assert.Contains("The line of the file may tell of other places too", rows, StringComparison.Ordinal);
        Assert.DoesNotContain("The file can no longer be read", rows, StringComparison.Ordinal);
        // A refused row has no place: only how many there are is told.
        Assert.DoesNotContain("-5", (await petra.OpenAsync("/staff/flows/series/VALLEY")).QuerySelector("section[aria-labelledby=issues]")!.TextContent, StringComparison.Ordinal);
        using var carla = await office.SupervisorAsync("place", "CR");
        Assert.DoesNotContain("Venezuela", (await carla.OpenAsync("/staff/flows/rows?series=VALLEY")).QuerySelector(".walked")?.TextContent ?? "", StringComparison.Ordinal);
        using var dora = await office.SignInAsync("dora", "statistician");
        Assert.Contains("2024-01", (await dora.OpenAsync("/staff/flows/rows?series=VALLEY")).QuerySelector(".walked")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("-5", (await dora.OpenAsync("/staff/flows/series/VALLEY")).QuerySelector("section[aria-labelledby=issues]")!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_finding_is_read_by_all_and_says_why_rows_of_other_places_are_not_shown(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,adults,70000000\n");
        await office.Node.Services.GetRequiredService<RunChecks>().RunAsync(TestDatabase.Alice, CancellationToken.None);
        var id = (await office.Node.Services.GetRequiredService<Findings>().ListAsync("open", "impossible-values", CancellationToken.None)).Single().Id;
        foreach (var (place, sees) in ((string, bool)[])[("CR", false), ("PA", true)])
        {
            using var supervisor = await office.SupervisorAsync("place", place);
            var finding = (await supervisor.OpenAsync($"/staff/flows/checks/{id:D}")).Body!.TextContent;
            Assert.Equal(200, supervisor.Status);
            Assert.Contains("70,000,000", finding, StringComparison.Ordinal);
            Assert.Equal(sees, finding.Contains("table.csv, line", StringComparison.Ordinal));
            Assert.Equal(!sees, finding.Contains(Elsewhere, StringComparison.Ordinal));
        }
    }

    /// <summary>A node with the two posts on each engine, for tests that only look.</summary>
    public sealed class Offices : IAsyncDisposable
    {
        private readonly Dictionary<Engine, FiguresOffice> made = [];

        internal async Task<FiguresOffice> OfAsync(Engine engine) => made.TryGetValue(engine, out var office) ? office : made[engine] = await PostsAsync(engine);

        public async ValueTask DisposeAsync()
        {
            foreach (var office in made.Values)
                await office.DisposeAsync();
        }
    }

    private const string Elsewhere = "Rows of places that your role does not reach are not shown.";

    private static readonly (string Point, string Country, string Note)[] Posts = [("GATE", "PAN", "Came by the gate"), ("FORD", "CRI", "Came by the ford")];

    private static async Task<FiguresOffice> PostsAsync(Engine engine)
    {
        var office = await FiguresOffice.OpenAsync(engine);
        var services = office.Node.Services;
        var now = office.Time.GetUtcNow();
        foreach (var (code, country, note) in Posts)
        {
            await services.GetRequiredService<LivePoints>().SaveAsync(
                new Point
                {
                    Id = Guid.CreateVersion7(now),
                    Code = code,
                    Names = new Dictionary<string, string> { ["en"] = code },
                    Country = country,
                    Area = country == "PAN" ? "PA05" : "",
                    TimeZone = country == "PAN" ? "America/Panama" : "America/Costa_Rica",
                    Series = "FM-" + code,
                },
                TestDatabase.Alice, CancellationToken.None);
            var group = new SentGroup
            {
                Id = Guid.CreateVersion7(now),
                Point = code,
                ObservedAt = now,
                Direction = "IN",
                Size = 6,
                Note = note,
                Parts = [new SentPart { Nationality = "VEN", Persons = 6 }],
            };
            var answers = await services.GetRequiredService<ReceiveGroups>().TakeAsync(
                [new CameGroup(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null)],
                new Actor("user:enzo", null, "Enzo", [new Grant("flows.collect", Scope.Node)]), services.GetRequiredService<TextCatalog>().In("en"), CancellationToken.None);
            Assert.Equal("taken", Assert.Single(answers).Answer);
        }

        // What was gathered is read again when it is older than a second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        return office;
    }
}
