using System.IO.Compression;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Maps;

namespace Tambo.Tests.Platform.Maps;

public sealed class PointMapTests
{
    private static readonly (double Latitude, double Longitude)[] AmericanCities =
    [
        (40.71, -74.01), (34.05, -118.24), (25.77, -80.19), (43.70, -79.42), (45.51, -73.59), (49.25, -123.12), (19.43, -99.13),
        (32.50, -117.00), (14.91, -92.26), (14.64, -90.51), (14.08, -87.21), (13.69, -89.19), (12.13, -86.25), (9.93, -84.08),
        (8.99, -79.52), (4.61, -74.08), (10.49, -66.88), (-0.23, -78.52), (-12.04, -77.03), (-16.50, -68.15), (-33.46, -70.65),
        (-34.61, -58.38), (-23.55, -46.64), (18.54, -72.34), (18.49, -69.90),
    ];

    [Fact]
    public async Task A_map_of_a_city_weighs_at_most_three_kilobytes()
    {
        var html = await RenderAsync(InTijuana(25));
        Assert.Equal(25, Numbers(html).Sum());
        AssertWeighs(html, 3_000);
    }

    [Fact]
    public async Task A_map_of_the_americas_weighs_at_most_nine_kilobytes()
    {
        var points = AmericanCities.Select((c, i) => new MapPoint(i + 1, c.Latitude, c.Longitude, $"Place of help number {i + 1}")).ToList();
        Assert.Equal(25, points.Count);
        var html = await RenderAsync(points);
        AssertWeighs(html, 9_000);
        AssertWeighs(await RenderAsync(points, 640, 640), 9_000);
    }

    [Fact]
    public async Task Every_point_is_linked_and_named_once()
    {
        var points = InTijuana(25);
        var links = Parse(await RenderAsync(points)).QuerySelectorAll(".map-point a");
        var titles = string.Join("; ", links.Select(l => l.QuerySelector("title")!.TextContent));
        Assert.All(points, p => Assert.Contains($"{p.Number} {p.Label}", titles, StringComparison.Ordinal));
        Assert.All(links, l => Assert.Matches("^#s[0-9]+$", l.GetAttribute("href")));
    }

    [Fact]
    public async Task The_drawing_names_itself_and_carries_no_styles_or_scripts()
    {
        var html = await RenderAsync(InTijuana(3));
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        var svg = Parse(html).QuerySelector("svg")!;
        Assert.Equal("group", svg.GetAttribute("role"));
        var named = svg.GetAttribute("aria-labelledby")!.Split(' ').Select(id => svg.QuerySelector($"#{id}")!.TextContent);
        Assert.Equal(["Three places in Tijuana", "The list holds the same places."], named);
        Assert.Equal("GeoNames, Natural Earth", Parse(html).QuerySelector("figcaption")!.TextContent);
        Assert.Equal(["map-water", "map-land"], svg.QuerySelectorAll("rect[class],path[class]").Select(e => e.ClassName));
    }

    [Fact]
    public async Task An_approximate_position_has_a_dashed_circle_and_says_so()
    {
        var html = await RenderAsync([new MapPoint(1, 14.90, -92.26, "Known"), new MapPoint(2, 14.92, -92.20, "Guessed", "/x", Approximate: true)]);
        var map = Parse(html);
        Assert.Single(map.QuerySelectorAll(".map-approx"));
        Assert.Equal(["1 Known", "2 Guessed (approximate)"], map.QuerySelectorAll(".map-point title").Select(t => t.TextContent));
        Assert.Equal(["#s1", "/x"], map.QuerySelectorAll(".map-point a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task Names_from_outside_cannot_become_markup()
    {
        var html = await RenderAsync([new MapPoint(1, 14.9, -92.26, "<script>alert(1)</script>")]);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_point_without_a_position_is_left_out()
    {
        var html = await RenderAsync([new MapPoint(1, 14.9, -92.26, "Here"), new MapPoint(2, 0, 0, "Nowhere"), new MapPoint(3, 95, 10, "Nonsense")]);
        Assert.Equal(["1"], Parse(html).QuerySelectorAll(".map-point text").Select(t => t.TextContent));
    }

    [Fact]
    public async Task Nothing_to_show_is_still_a_map() =>
        Assert.StartsWith("M", Parse(await RenderAsync([])).QuerySelector(".map-land")!.GetAttribute("d"), StringComparison.Ordinal);

    [Fact]
    public void Points_that_would_cover_each_other_become_one_marker()
    {
        var view = MapView.Fit([new(32.50, -117.05), new(32.50, -116.90)], 360, 280);
        MapPoint[] points =
        [
            new(1, 32.50, -117.05, "a"), new(2, 32.5001, -117.0501, "b"), new(3, 32.5002, -117.05, "c"),
            new(4, 32.50, -116.90, "d"), new(7, 32.5003, -117.0502, "e"),
        ];
        Assert.Equal(["1–3, 7", "4"], MapMarkers.Place(view, points).Select(m => m.Text));
    }

    [Fact]
    public void Many_scattered_numbers_in_one_place_are_counted()
    {
        MapPoint[] points = [.. new[] { 2, 3, 7, 9, 11 }.Select(n => new MapPoint(n, 14.9, -92.26, "x"))];
        Assert.Equal(["2–3 +3"], MapMarkers.Place(MapView.Fit([points[0].Point], 360, 280), points).Select(m => m.Text));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(25)]
    [InlineData(120)]
    public void Markers_never_cover_each_other_and_hold_every_number(int count)
    {
        var points = InTijuana(count);
        var markers = MapMarkers.Place(MapView.Fit([.. points.Select(p => p.Point)], 360, 280), points);
        Assert.Equal(points.Select(p => p.Number), markers.SelectMany(m => m.Points).Select(p => p.Number).Order());
        for (var i = 0; i < markers.Count; i++)
            Assert.All(markers.Skip(i + 1), other => Assert.False(markers[i].Covers(other)));
        Assert.All(markers, m => Assert.InRange(m.X, m.HalfWidth, 360 - m.HalfWidth));
    }

    [Theory]
    [InlineData(new[] { 1 }, "1")]
    [InlineData(new[] { 1, 2, 3 }, "1–3")]
    [InlineData(new[] { 1, 3, 4, 9 }, "1, 3–4, 9")]
    [InlineData(new[] { 2, 2 }, "2")]
    public void Numbers_are_written_as_ranges(int[] numbers, string text) => Assert.Equal(text, MapMarkers.Ranges(numbers));

    [Fact]
    public void Place_names_stand_clear_of_numbers_and_begin_with_the_largest()
    {
        var drawing = MapDrawing.Of([new MapPoint(1, 32.85, -116.60, "a"), new MapPoint(2, 32.35, -117.05, "b")], 360, 280);
        Assert.Equal("San Diego", drawing.Labels[0].Text);
        Assert.Equal("Tijuana", drawing.Labels[1].Text);
        Assert.InRange(drawing.Labels.Count, 2, 6);
    }

    private static List<MapPoint> InTijuana(int count)
    {
        var random = new Random(20261122);
        return [.. Enumerable.Range(1, count).Select(i => new MapPoint(
            i, 32.44 + (random.NextDouble() * 0.1), -117.11 + (random.NextDouble() * 0.22), $"House of the {i}. street", Approximate: i % 9 == 0))];
    }

    private static IEnumerable<int> Numbers(string html) =>
        Parse(html).QuerySelectorAll(".map-point title").Select(t => t.TextContent.Split(';').Length);

    private static void AssertWeighs(string html, int most)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal))
            brotli.Write(Encoding.UTF8.GetBytes(html));
        TestContext.Current.TestOutputHelper?.WriteLine($"{html.Length} characters, {packed.ToArray().Length} bytes packed");
        Assert.InRange(packed.ToArray().Length, 1, most);
    }

    private static IDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    private static async Task<string> RenderAsync(IReadOnlyList<MapPoint> points, int width = 360, int height = 280)
    {
        await using var provider = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = ActivatorUtilities.CreateInstance<HtmlRenderer>(provider);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(PointMap.Points)] = points,
                [nameof(PointMap.Title)] = "Three places in Tijuana",
                [nameof(PointMap.Description)] = "The list holds the same places.",
                [nameof(PointMap.Attribution)] = "GeoNames, Natural Earth",
                [nameof(PointMap.ApproximateNote)] = "approximate",
                [nameof(PointMap.Width)] = width,
                [nameof(PointMap.Height)] = height,
            });
            return (await renderer.RenderComponentAsync<PointMap>(parameters)).ToHtmlString();
        });
    }
}
