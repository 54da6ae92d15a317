using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Services are corrected, confirmed, taken out and put back by those who may.</summary>
public sealed class EditServiceTests
{
    private const string Hostile = "<script>alert(1)</script>\"' onload=x {name} ${{7*7}}";

    [Theory, OnEachEngine]
    public async Task A_correction_is_kept_in_history_in_the_audit_and_in_the_directory(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync(desk.ServicePath);
        await bea.SubmitAsync(page, desk.ServicePath, ("name", "Night shelter of the valley"), ("free", "no"), ("languages", "Haitian Creole, es, Quechua"));

        Assert.Equal(302, bea.Status);
        var service = await ServiceAsync(desk);
        Assert.Equal("Night shelter of the valley", service.Name);
        Assert.False(service.Free);
        Assert.Equal(["ht", "es", "qu"], service.Languages.Select(l => l.Code));
        // Everything that the form did not ask for, or that was left as it stood, is as before.
        Assert.Equal(desk.Service.Schedules[0].Byday, service.Schedules[0].Byday);
        Assert.Equal(desk.Service.CostOptions[0].Amount, service.CostOptions[0].Amount);
        Assert.Equal(desk.Service.Phones.Select(p => p.Id), service.Phones.Select(p => p.Id));
        Assert.Equal(2, service.Version);
        Assert.StartsWith("user:", service.ChangedBy, StringComparison.Ordinal);

        var history = await RecordHistory.OfAsync(desk.Node.Db, "service", desk.Service.Id, CancellationToken.None);
        Assert.Equal(["edited", "imported"], history.Select(v => v.Change));
        using var alice = await desk.SignInAsync("alice", "administrator");
        var audit = await alice.OpenAsync("/staff/audit?change=guide.service");
        Assert.Contains("guide.service.edited", audit.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Bea", audit.Body.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task The_slower_of_two_editors_is_shown_both_versions_and_decides(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var carl = await desk.SignInAsync("carl", "editor");
        var (first, second) = (await bea.OpenAsync(desk.ServicePath), await carl.OpenAsync(desk.ServicePath));
        await bea.SubmitAsync(first, desk.ServicePath, ("alert", "Full until Monday"));
        var conflict = await carl.SubmitAsync(second, desk.ServicePath, ("alert", "Closed on Tuesday"));

        Assert.Equal(412, carl.Status);
        Assert.Equal("Full until Monday", (await ServiceAsync(desk)).Alert);
        Assert.Equal("Full until Monday", conflict.QuerySelector("del")!.TextContent);
        Assert.Equal("Closed on Tuesday", conflict.QuerySelector("ins")!.TextContent);
        Assert.Equal("Closed on Tuesday", conflict.QuerySelector("textarea[name=alert]")!.TextContent);

        await carl.SubmitAsync(conflict, desk.ServicePath);
        Assert.Equal(302, carl.Status);
        Assert.Equal("Closed on Tuesday", (await ServiceAsync(desk)).Alert);
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_nothing_is_written()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync(desk.ServicePath + "?lang=es");
        var refused = await bea.SubmitAsync(
            page, desk.ServicePath, ("name", " "), ("email", "no-address"), ("url", "javascript:alert(1)"), ("languages", "Klingonese"),
            ("minimum_age", "60"), ("maximum_age", "3"), ("hours-0-days", "MO"), ("hours-0-from", "22:00"), ("hours-0-to", "05:00"));

        Assert.Equal(422, bea.Status);
        foreach (var field in new[] { "name", "email", "url", "languages", "maximum_age", "hours-0-to" })
            Assert.NotNull(refused.GetElementById($"f-{field}-e"));
        Assert.Equal(" ", refused.QuerySelector("input[name=name]")!.GetAttribute("value"));
        Assert.Equal(1, (await ServiceAsync(desk)).Version);
    }

    [Fact]
    public async Task Hostile_text_comes_back_as_text()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync(desk.ServicePath);
        await bea.SubmitAsync(page, desk.ServicePath, ("name", Hostile), ("description", Hostile), ("phone-0-description", Hostile));
        Assert.Equal(302, bea.Status);
        foreach (var path in new[] { desk.ServicePath, "/staff/guide/services?q=" + Uri.EscapeDataString(Hostile), $"/staff/guide/history/service/{desk.Service.Id:D}?from=1&to=2" })
        {
            var shown = await bea.OpenAsync(path);
            Assert.Equal(200, bea.Status);
            Assert.DoesNotContain(shown.Scripts, script => script.Text.Contains("alert", StringComparison.Ordinal));
            Assert.DoesNotContain(shown.All, element => element.HasAttribute("onload"));
            Assert.Contains(Hostile, shown.Body!.TextContent, StringComparison.Ordinal);
        }
    }

    [Theory, OnEachEngine]
    public async Task Confirming_sets_who_when_and_until_when(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync(desk.ServicePath);
        await bea.SubmitAsync(page, desk.ServicePath + "/confirm", ("confirmed_by", "Desk of the valley"), ("review_due", "2026-07-01"));

        Assert.Equal(302, bea.Status);
        var service = await ServiceAsync(desk);
        Assert.Equal(SettableTime.Noon, service.ConfirmedAt);
        Assert.Equal(("Desk of the valley", new DateOnly(2026, 7, 1)), (service.ConfirmedBy, service.ReviewDue!.Value));
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath + "/confirm", ("review_due", "2020-01-01"));
        Assert.Equal(422, bea.Status);
    }

    [Theory, OnEachEngine]
    public async Task A_service_taken_out_goes_with_its_place_and_comes_back_with_it(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync(desk.ServicePath);
        await bea.SubmitAsync(page, desk.ServicePath + "/retire");
        Assert.Equal(302, bea.Status);
        var moment = await DirectoryAsync(desk);
        Assert.Null(moment.Staff.Service(desk.Service.Id));
        Assert.Null(moment.Staff.Location(desk.Place.Id));
        var list = await bea.OpenAsync("/staff/guide/services?show=retired");
        Assert.NotNull(list.QuerySelector($"a[href='{desk.ServicePath}']"));

        var gone = await bea.OpenAsync(desk.ServicePath);
        await bea.SubmitAsync(gone, desk.ServicePath + "/restore");
        Assert.Equal(302, bea.Status);
        moment = await DirectoryAsync(desk);
        var service = moment.Staff.Service(desk.Service.Id)!;
        Assert.Equal(Snapshot(desk.Service), Snapshot(service));
        Assert.Equal(Snapshot(desk.Place), Snapshot(moment.Staff.Location(desk.Place.Id)!));
        Assert.Equal((desk.Service.SourceSet, desk.Service.ConfirmedBy, 3), (service.SourceSet, service.ConfirmedBy, service.Version));
    }

    [Fact]
    public async Task A_new_service_has_its_place_and_its_organisation()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync("/staff/guide/services/new");
        await bea.SubmitAsync(
            page, "/staff/guide/services/new", ("name", "Clinic"), ("organization", "Hospital of Lumen"), ("city", "Lumen"), ("latitude", "12.5"),
            ("longitude", "-71.25"), ("time_zone", "America/Port-au-Prince"), ("hours-0-days", "MO"), ("hours-0-from", "22:00"), ("hours-0-to", "06:00"), ("hours-0-next", "true"));
        Assert.Equal(302, bea.Status);
        var directory = (await DirectoryAsync(desk)).Public;
        var service = directory.Records.Services.Single(s => s.Name == "Clinic");
        Assert.Equal("Hospital of Lumen", directory.Organization(service.OrganizationId)!.Name);
        var place = directory.Location(directory.PlacesOf(service).Single().LocationId)!;
        Assert.Equal((12.5, -71.25, "Lumen"), (place.Latitude, place.Longitude, place.Addresses[0].City));
        Assert.Equal(("MO", "22:00", "06:00", true), (service.Schedules[0].Byday, service.Schedules[0].OpensAt, service.Schedules[0].ClosesAt, service.Schedules[0].ClosesNextDay));
        Assert.Null(service.ConfirmedAt);
    }

    internal static async Task<DirectoryMoment> DirectoryAsync(StaffDesk desk) =>
        await desk.Node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None);

    internal static async Task<Service> ServiceAsync(StaffDesk desk) => (await DirectoryAsync(desk)).Staff.Service(desk.Service.Id)!;

    private static string Snapshot(DirectoryRecord record) => RecordJson.Snapshot(record).ToJsonString();
}
