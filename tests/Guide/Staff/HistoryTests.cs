using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>What a record said before can be compared and brought back.</summary>
public sealed class HistoryTests
{
    [Theory, OnEachEngine]
    public async Task Two_versions_are_compared_and_the_earlier_one_comes_back_as_a_new_one(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        await bea.SubmitAsync(await bea.OpenAsync(desk.PlacePath), desk.PlacePath, ("address_1", "Lamp Road 9"),
            ("hours-0-days", "WE"), ("hours-0-from", "10:30"), ("hours-0-to", "12:00"));
        Assert.Equal(302, bea.Status);
        Assert.Equal(desk.Place.Country, (await EditServiceTests.DirectoryAsync(desk)).Staff.Location(desk.Place.Id)!.Country);
        var history = $"/staff/guide/history/location/{desk.Place.Id:D}";
        var compared = await bea.OpenAsync(history + "?from=1&to=2");
        Assert.Equal("Candle Street 4", compared.QuerySelector("del")!.TextContent);
        Assert.Equal("Lamp Road 9", compared.QuerySelector("ins")!.TextContent);
        Assert.Contains("Bea", compared.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("10:30", (await EditServiceTests.DirectoryAsync(desk)).Staff.ServiceAtLocation(desk.Offer.Id)!.Schedules[^1].OpensAt);

        await bea.SubmitAsync(compared, history + "/restore");
        Assert.Equal(302, bea.Status);
        var place = (await EditServiceTests.DirectoryAsync(desk)).Staff.Location(desk.Place.Id)!;
        Assert.Equal(("Candle Street 4", 3), (place.Addresses[0].Address1, place.Version));
        Assert.Equal(desk.Place.Latitude, place.Latitude);
    }

    [Fact]
    public async Task Bringing_back_is_refused_when_somebody_was_faster()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "One"));
        var history = $"/staff/guide/history/service/{desk.Service.Id:D}";
        var compared = await bea.OpenAsync(history + "?from=1&to=2");
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "Two"));
        await bea.SubmitAsync(compared, history + "/restore");
        Assert.Equal(412, bea.Status);
        Assert.Equal("Two", (await EditServiceTests.ServiceAsync(desk)).Alert);
    }
}
