using AngleSharp.Dom;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Where several give services, each learns of the others and changes of the place what is theirs to see and to change.</summary>
public sealed class SharedPlaceTests
{
    [Fact]
    public async Task Who_else_is_at_a_place_is_said_by_what_the_reader_may_see_of_each()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        await AddThereAsync(desk, "Lessons of others", Confidentiality.Public, Confidentiality.Public);
        await AddThereAsync(desk, "Refuge of others", Confidentiality.Withheld, Confidentiality.Public);
        await AddThereAsync(desk, "Counsel of others", Confidentiality.Public, Confidentiality.Withheld);
        var seen = (await nora.OpenAsync(desk.PlacePath)).Body!.Text();
        Assert.Equal(200, nora.Status);
        Assert.Contains("Lessons of others", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Refuge of others", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Counsel of others", seen, StringComparison.Ordinal);
        seen = (await bea.OpenAsync(desk.PlacePath)).Body!.Text();
        Assert.Contains("Refuge of others", seen, StringComparison.Ordinal);
        Assert.Contains("Counsel of others", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_service_does_at_a_place_of_others_is_changed_without_touching_the_place()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        await AddThereAsync(desk, "Lessons of others", Confidentiality.Public, Confidentiality.Public);
        // As a source wrote it: a form would say it with other spaces, and would refuse the position.
        await desk.WriteAsync(async change => Assert.True(await DirectoryWriter.ReplaceAsync(
            change, DirectoryRecords.Of([desk.Place with { Name = " The  house ", Latitude = 0, Longitude = 0 }]), "imported")));
        var page = await nora.OpenAsync(desk.PlacePath);
        foreach (var name in new[] { "place_name", "address_1", "country", "latitude", "transportation", "place-phone-0-number", "place_confidentiality" })
            Assert.NotNull(page.QuerySelector($"fieldset[disabled] [name='{name}']"));
        foreach (var name in new[] { "offer_description", "here-phone-0-number", "here-contact-0-name", "hours-0-from" })
            Assert.Null(page.QuerySelector($"[name='{name}']")!.Closest("fieldset[disabled]"));

        // A refusal shows the place as it stands, and what was written.
        var refused = await nora.SubmitAsync(page, desk.PlacePath, ("offer_description", "Third floor"), ("hours-0-from", "25:00"));
        Assert.Equal(422, nora.Status);
        Assert.Equal("Candle Street 4", refused.QuerySelector("[name=address_1]")!.GetAttribute("value"));
        await nora.SubmitAsync(page, desk.PlacePath, ("offer_description", "Third floor"));
        Assert.Equal(302, nora.Status);
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.Equal(("Third floor", " The  house ", 2), (directory.ServiceAtLocation(desk.Offer.Id)!.Description, directory.Location(desk.Place.Id)!.Name, directory.Location(desk.Place.Id)!.Version));

        // Whoever opened the page before others came is told, and what the service does there stays written.
        var told = await nora.SubmitAsync(await nora.OpenAsync(desk.PlacePath), desk.PlacePath, ("place_name", "Mine"), ("offer_description", "Fourth floor"));
        Assert.Equal(403, nora.Status);
        Assert.Equal("Fourth floor", told.QuerySelector("[name=offer_description]")!.TextContent);
    }

    [Fact]
    public async Task A_place_is_not_moved_out_of_the_area_of_whoever_moves_it()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var tess = await desk.SignInAsync("tess", "editor", "East office");
        using var hana = await desk.SignInAsync("hana", "editor", "West office");
        await LimitAsync(desk, "tess", "XX");
        await LimitAsync(desk, "hana", "HT");
        var refused = await tess.SubmitAsync(await tess.OpenAsync(desk.PlacePath), desk.PlacePath, ("country", "HT"), ("place_name", "The yellow house"));
        Assert.Equal(422, tess.Status);
        Assert.NotNull(refused.GetElementById("f-country-e"));
        Assert.Equal("The yellow house", refused.QuerySelector("[name=place_name]")!.GetAttribute("value"));
        Assert.Equal("XX", (await EditServiceTests.DirectoryAsync(desk)).Staff.Location(desk.Place.Id)!.Country);
        await tess.SubmitAsync(await tess.OpenAsync(desk.PlacePath), desk.PlacePath, ("place_name", "The yellow house"));
        Assert.Equal(302, tess.Status);

        await bea.SubmitAsync(await bea.OpenAsync(desk.PlacePath), desk.PlacePath, ("country", "HT"));
        Assert.Equal(302, bea.Status);
        // Nor does an earlier version move it back there.
        var history = $"/staff/guide/history/location/{desk.Place.Id:D}";
        var kept = await hana.SubmitAsync(await hana.OpenAsync(history + "?from=1&to=3"), history + "/restore");
        Assert.Equal((403, "HT"), (hana.Status, (await EditServiceTests.DirectoryAsync(desk)).Staff.Location(desk.Place.Id)!.Country));
        Assert.NotNull(kept.QuerySelector($"form[action='{history}/restore']"));
        Assert.NotNull(kept.GetElementById("errors"));
    }

    [Fact]
    public async Task A_service_or_a_place_outside_the_area_of_whoever_adds_it_is_refused_beside_the_country()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var tess = await desk.SignInAsync("tess", "editor", "East office");
        await LimitAsync(desk, "tess", "XX");
        foreach (var (path, name) in new[] { ("/staff/guide/services/new", "name"), (desk.ServicePath + "/places/new", "place_name") })
        {
            var page = await tess.OpenAsync(path);
            var refused = await tess.SubmitAsync(page, path, (name, "The yellow house"), ("organization", "Kitchen of the east"), ("country", "HT"), ("city", "Lumen"));
            Assert.Equal((path, 422), (path, tess.Status));
            Assert.Equal(["f-country-e"], refused.QuerySelectorAll(".wrong").Select(wrong => wrong.Id!));
            Assert.Equal("The yellow house", refused.QuerySelector($"[name={name}]")!.GetAttribute("value"));
            Assert.Equal("Lumen", refused.QuerySelector("[name=city]")!.GetAttribute("value"));
        }
    }

    // Her right reaches as far as an area.
    private static Task LimitAsync(StaffDesk desk, string name, string area) => desk.WriteAsync(change => change.ExecuteAsync(
        "update platform_role_grants set scope_kind = 'place', scope_id = @area where user_id = (select id from platform_users where sign_in_name = @name)",
        new { area, name }));

    internal static async Task AddThereAsync(StaffDesk desk, string name, string level, string there)
    {
        var service = new Service { Id = Sample.Id(), Name = name, Confidentiality = level, CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon };
        var offer = new ServiceAtLocation
        {
            Id = Sample.Id(),
            ServiceId = service.Id,
            LocationId = desk.Place.Id,
            Confidentiality = there,
            CreatedAt = SettableTime.Noon,
            ChangedAt = SettableTime.Noon,
        };
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([service, offer]), "edited"));
    }
}
