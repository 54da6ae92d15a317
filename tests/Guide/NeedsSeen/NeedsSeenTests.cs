using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Dom;
using Tambo.Guide.Feedback;
using Tambo.Guide.NeedsSeen;
using Tambo.Platform.Access;
using Tambo.Platform.Counting;
using Tambo.Platform.Places;
using Tambo.Tests.Guide.Feedback;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.NeedsSeen;

/// <summary>Searches that help nobody are counted, kept pages included, and those who plan services see where.</summary>
public sealed class NeedsSeenTests
{
    private const string Phone = "Mozilla/5.0 (Linux; Android 13) Firefox/140.0";

    [Theory, OnEachEngine]
    public async Task A_search_without_a_result_counts_each_time_it_is_answered_and_a_kept_page_too(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new Reader(desk.Node);
        for (var i = 0; i < 3; i++)
            await reader.GetAsync("/ht/services?need=water", ("User-Agent", Phone));
        // Another spelling of the same question shares its kept page.
        await reader.GetAsync("/ht/services?need=water&q=&near=", ("User-Agent", Phone));
        await reader.GetAsync("/ht/services?need=water", ("User-Agent", "Googlebot/2.1"));
        // What was typed is not kept: only the need that the words name, or that they name none.
        await reader.GetAsync("/es/services?q=quinceañera", ("User-Agent", Phone));
        await reader.GetAsync("/es/services", ("User-Agent", Phone));
        await reader.GetAsync("/es/services?need=water&page=2", ("User-Agent", Phone));
        var counts = (HourlyCounts)desk.Node.Services.GetService(typeof(HourlyCounts))!;
        await counts.WriteAsync(CancellationToken.None);
        var read = await counts.ReadAsync(SearchTally.Counter, SettableTime.Noon.AddHours(-1), CancellationToken.None);
        Assert.Equal(
            [("search_none|other||es", 1L), ("search_none|water||es", 1L), ("search_none|water||ht", 4L)],
            read.Select(count => (count.What, count.Amount)).Order());
    }

    [Fact]
    public async Task A_browser_that_still_has_the_page_is_not_counted_again()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new Reader(desk.Node);
        var first = await reader.GetAsync("/ht/services?need=water", ("User-Agent", Phone));
        var again = await reader.GetAsync("/ht/services?need=water", ("User-Agent", Phone), ("If-None-Match", first.Header("ETag")));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        await reader.AskAsync(HttpMethod.Head, "/ht/services?need=water", null, ("User-Agent", Phone));
        var counts = (HourlyCounts)desk.Node.Services.GetService(typeof(HourlyCounts))!;
        await counts.WriteAsync(CancellationToken.None);
        Assert.Equal(1, Assert.Single(await counts.ReadAsync(SearchTally.Counter, SettableTime.Noon.AddHours(-1), CancellationToken.None)).Amount);
    }

    [Fact]
    public void An_area_is_a_state_or_province_by_its_code()
    {
        Assert.Equal("MX02", NeedAreas.Of(new GeoPoint(32.53, -117.02)));
        Assert.Equal("MX", NeedAreas.CountryOf("MX02"));
        Assert.Equal("", NeedAreas.Of(new GeoPoint(-45, -120)));
        Assert.True(NeedAreas.MiddleOf("MX02")!.Value.MetresTo(new GeoPoint(32.53, -117.02)) < 200_000);
    }

    [Fact]
    public void Who_plans_for_an_area_is_told_of_it_and_of_no_other()
    {
        static NeedsScope Of(params Scope[] scopes) => NeedsScope.For(new Actor("user:p", null, "P", [.. scopes.Select(scope => new Grant(ReadNeeds.Right, scope)), new Grant("guide.edit", Scope.Node)]));
        string[] areas = ["MX02", "MX26", "MX", "GT", ""];
        string[] Told(NeedsScope scope) => [.. areas.Where(scope.Includes)];
        Assert.Equal(areas, Told(Of(Scope.Node)));
        Assert.Equal(areas, Told(Of(new Scope("agency", Guid.Empty.ToString("D")))));
        Assert.Equal(["MX02"], Told(Of(new Scope("place", "MX02"))));
        Assert.Equal(["MX02", "MX26", "MX"], Told(Of(new Scope("place", "MX"))));
        Assert.Equal(["MX02", "GT"], Told(Of(new Scope("place", "MX02"), new Scope("place", "GT"))));
        // Needs are told of states: who looks after a town is told of the state it is in.
        var town = AdminAreas.All.First(area => area is { Level: 2, Parent: "MX02" });
        Assert.Equal(["MX02"], Told(Of(new Scope("place", town.Code))));
    }

    [Theory, OnEachEngine]
    public async Task Those_who_plan_see_the_weeks_that_are_over_as_page_data_and_table_and_nothing_below_ten(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var time = (SettableTime)desk.Node.Db.Time.Source;
        for (var i = 0; i < 13; i++)
        {
            using var reader = new Reader(desk.Node);
            await reader.GetAsync("/ht/services?need=water", ("User-Agent", Phone));
            if (i < 9)
                await reader.GetAsync("/ht/services?need=money", ("User-Agent", Phone));
        }

        await ((HourlyCounts)desk.Node.Services.GetService(typeof(HourlyCounts))!).WriteAsync(CancellationToken.None);
        using var sender = new FeedbackReader(desk);
        for (var i = 0; i < 12; i++)
        {
            await sender.CodeAsync("full", "", $"services/{desk.Service.Id:D}", language: "es");
            await sender.CodeAsync("exploitation", i.ToString(CultureInfo.InvariantCulture), $"services/{desk.Service.Id:D}");
        }

        using var dora = await desk.SignInAsync("dora", "statistician");
        Assert.Contains("Nothing to show yet", (await dora.OpenAsync("/staff/guide/needs")).Body!.TextContent, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromDays(7));
        using var later = await desk.SignInAsync("dorothy", "statistician");
        var page = await later.OpenAsync("/staff/guide/needs");
        var rows = page.QuerySelectorAll("main table tbody tr").Select(row => row.TextContent).ToList();
        Assert.Contains(rows, row => row.Contains("Search found nothing", StringComparison.Ordinal) && row.EndsWith("10", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("It is full", StringComparison.Ordinal));
        Assert.DoesNotContain("Abuse", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        using var client = desk.Node.Client();
        client.DefaultRequestHeaders.Add("Cookie", later.Session);
        var json = await client.GetFromJsonAsync<JsonElement>(new Uri("/api/guide/needs", UriKind.Relative), TestContext.Current.CancellationToken);
        var told = json.GetProperty("rows").EnumerateArray().Select(row => (row.GetProperty("kind").GetString(), row.GetProperty("need").GetString(), row.GetProperty("language").GetString(), row.GetProperty("at_least").GetInt32())).ToList();
        Assert.Contains(("search_none", "water", "ht", 10), told);
        Assert.Equal(2, told.Count);
        Assert.All(told, row => Assert.True(row.Item4 >= 10));
        var csv = await client.GetStringAsync(new Uri("/api/guide/needs.csv?kind=search_none", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("from,to,area,area_name,need,kind,language,at_least\r\n2026-03-02,2026-03-08,,\"\",water,search_none,ht,10\r\n", csv);
    }
}
