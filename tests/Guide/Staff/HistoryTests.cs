using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
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

    [Fact]
    public async Task An_earlier_version_of_an_organisation_does_not_disclose_it_again()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        var house = desk.Records.Organizations[0];
        await AgencyScopeTests.LinkAsync(desk, bea, house, "North office");
        var path = $"/staff/guide/organizations/{house.Id:D}";
        await bea.SubmitAsync(await bea.OpenAsync(path), path, ("confidentiality", Confidentiality.Withheld), ("alternate_name", "Lamp"));
        var history = $"/staff/guide/history/organization/{house.Id:D}";
        await nora.SubmitAsync(await nora.OpenAsync(history + "?from=1&to=3"), history + "/restore");
        Assert.Equal(302, nora.Status);
        var restored = (await EditServiceTests.DirectoryAsync(desk)).Staff.Organization(house.Id)!;
        Assert.Equal(("Lantern", Confidentiality.Withheld), (restored.AlternateName, restored.Confidentiality));

        // Who sees all of the node decides about it, here too.
        await bea.SubmitAsync(await bea.OpenAsync(history + "?from=1&to=4"), history + "/restore");
        Assert.Equal(Confidentiality.Public, (await EditServiceTests.DirectoryAsync(desk)).Staff.Organization(house.Id)!.Confidentiality);
    }

    [Fact]
    public async Task An_earlier_version_of_a_service_does_not_give_it_to_others()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        var north = new Organization { Id = Sample.Id(), Name = "House of the north", CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon };
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([north]), "edited"));
        await AgencyScopeTests.LinkAsync(desk, bea, north, "North office");
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("organization", "House of the north"));
        Assert.Equal(302, bea.Status);
        var history = $"/staff/guide/history/service/{desk.Service.Id:D}";
        var kept = await nora.SubmitAsync(await nora.OpenAsync(history + "?from=1&to=2"), history + "/restore");
        Assert.NotNull(kept.QuerySelector($"form[action='{history}/restore']"));
        Assert.Equal((403, north.Id), (nora.Status, (await EditServiceTests.ServiceAsync(desk)).OrganizationId));
        await bea.SubmitAsync(await bea.OpenAsync(history + "?from=1&to=2"), history + "/restore");
        Assert.Equal((302, desk.Service.OrganizationId), (bea.Status, (await EditServiceTests.ServiceAsync(desk)).OrganizationId));
    }
}
