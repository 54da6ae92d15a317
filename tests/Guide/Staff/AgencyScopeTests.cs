using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Guide.Imports;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>The people of an agency look after the organisations linked to it, and nothing else.</summary>
public sealed class AgencyScopeTests
{
    [Theory, OnEachEngine]
    public async Task Each_address_answers_each_role_as_far_as_its_right_reaches(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        using var noel = await desk.SignInAsync("noel", "viewer", "North office");
        var organization = desk.Records.Organizations[0];
        string[] paths =
        [
            desk.ServicePath, desk.PlacePath, desk.ServicePath + "/places/new", $"/staff/guide/organizations/{organization.Id:D}",
            $"/staff/guide/history/service/{desk.Service.Id:D}", $"/staff/guide/history/location/{desk.Place.Id:D}",
            $"/staff/guide/history/service_at_location/{desk.Offer.Id:D}", $"/staff/guide/history/organization/{organization.Id:D}",
            $"/staff/guide/translations/service/{desk.Service.Id:D}", $"/staff/guide/translations/location/{desk.Place.Id:D}",
            $"/staff/guide/translations/service_at_location/{desk.Offer.Id:D}", $"/staff/guide/translations/organization/{organization.Id:D}",
        ];
        // Not linked to any agency: it belongs to the node.
        await ExpectAsync(paths, (bea, 200), (nora, 404), (sam, 404), (noel, 404));
        await LinkAsync(desk, bea, organization, "North office");
        await ExpectAsync(paths, (bea, 200), (nora, 200), (sam, 404), (noel, 404));

        // What changes something, without a form of its own page: the same reach, before anything is read of it.
        foreach (var path in new[] { desk.ServicePath, desk.ServicePath + "/confirm", desk.ServicePath + "/retire", desk.PlacePath, $"/staff/guide/organizations/{organization.Id:D}", $"/staff/guide/history/service/{desk.Service.Id:D}/restore", $"/staff/guide/translations/service/{desk.Service.Id:D}" })
        {
            var token = await sam.OpenAsync("/staff/guide/services/new");
            await sam.PostAsync(path, token, ("version", "1"), ("name", "Mine"), ("restore", "1"), ("offer_version", "1"));
            Assert.Equal((path, 404), (path, sam.Status));
        }

        foreach (var (who, count) in new[] { (bea, 1), (nora, 1), (sam, 0) })
        {
            var list = await who.OpenAsync("/staff/guide/services");
            Assert.Equal(count, list.QuerySelectorAll($"a[href='{desk.ServicePath}']").Length);
            var organizations = await who.OpenAsync("/staff/guide/organizations");
            Assert.Equal(count, organizations.QuerySelectorAll($"a[href='/staff/guide/organizations/{organization.Id:D}']").Length);
        }

        await nora.SubmitAsync(await nora.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "From the north"));
        Assert.Equal((302, "From the north"), (nora.Status, (await EditServiceTests.ServiceAsync(desk)).Alert));
    }

    [Fact]
    public async Task An_action_not_held_on_a_visible_record_is_forbidden()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        var organization = desk.Records.Organizations[0];
        await LinkAsync(desk, bea, organization, "North office");
        var path = $"/staff/guide/organizations/{organization.Id:D}";
        var page = await nora.OpenAsync(path);
        Assert.Null(page.QuerySelector("select[name=agency]"));
        // She sees the organisation and may correct it; whose it is, is not hers to say.
        await nora.SubmitAsync(page, path, ("agency", ""));
        Assert.Equal(403, nora.Status);

        // A confidential service in the scope of somebody who may edit and not see what is confidential.
        using var otto = await desk.SignInAsync("otto", "outside", "North office");
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("confidentiality", "area_only"));
        await otto.OpenAsync(desk.ServicePath);
        Assert.Equal(200, otto.Status);
        await otto.OpenAsync($"/staff/guide/translations/service/{desk.Service.Id:D}");
        Assert.Equal(403, otto.Status);
        // And a right over what is confidential in one agency is none in another.
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        await sam.OpenAsync(desk.ServicePath);
        Assert.Equal(404, sam.Status);
        Assert.DoesNotContain("Night shelter", (await sam.OpenAsync("/staff/guide/services?level=area_only")).Source.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_cannot_be_given_to_or_taken_from_another_agency()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        await LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([new Organization { Id = Sample.Id(), Name = "House of others" }]), "edited"));

        var refused = await nora.SubmitAsync(await nora.OpenAsync(desk.ServicePath), desk.ServicePath, ("organization", "House of others"));
        Assert.Equal(422, nora.Status);
        Assert.NotNull(refused.GetElementById("f-organization-e"));
        var page = await nora.OpenAsync("/staff/guide/services/new");
        refused = await nora.SubmitAsync(
            page, "/staff/guide/services/new", ("name", "Meals"), ("organization", "House of others"), ("city", "Lumen"), ("minimum_age", "old"));
        Assert.Equal(422, nora.Status);
        Assert.NotNull(refused.GetElementById("f-organization-e"));
        Assert.NotNull(refused.GetElementById("f-minimum_age-e"));
        foreach (var (name, value) in new[] { ("name", "Meals"), ("organization", "House of others"), ("city", "Lumen"), ("minimum_age", "old") })
            Assert.Equal((name, value), (name, refused.QuerySelector($"[name={name}]")!.GetAttribute("value")));
        // A new organisation is of the agency of whoever adds it.
        await nora.SubmitAsync(page, "/staff/guide/services/new", ("name", "Meals"), ("organization", "Kitchen of the north"), ("city", "Lumen"));
        Assert.Equal(302, nora.Status);
        await nora.OpenAsync(nora.Location!);
        Assert.Equal(200, nora.Status);
    }

    [Theory, OnEachEngine]
    public async Task An_import_changes_only_what_the_importer_looks_after(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        await LinkAsync(desk, bea, desk.Records.Organizations[0], "South office");
        var service = desk.Service;
        var file = $$"""
            [ { "id": "{{service.Id:D}}", "name": "Taken over", "status": "active", "organization": { "id": "{{desk.Records.Organizations[0].Id:D}}", "name": "Taken over" } },
              { "id": "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0001", "name": "Meals of the north", "status": "active",
                "organization": { "id": "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0002", "name": "Kitchen of the north", "description": "" },
                "service_at_locations": [ { "id": "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0003", "location": { "id": "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0004", "location_type": "physical" } } ] } ]
            """;
        var report = await desk.Node.Services.GetRequiredService<ImportServices>().RunAsync(
            new ImportRequest { Files = [Importing.Text("services.json", file)], SourceSet = service.SourceSet }, await ActorAsync(desk, nora), CancellationToken.None);

        Assert.Equal((4, 0), (report.Added, report.Changed));
        Assert.Contains(report.Issues, issue => issue.Code == "outside_scope");
        Assert.DoesNotContain(report.Records, record => record.Name == "Night shelter");
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.Equal("Night shelter", directory.Service(service.Id)!.Name);
        var meals = directory.Records.Services.Single(s => s.Name == "Meals of the north");
        foreach (var (who, status) in new[] { (bea, 200), (nora, 200), (sam, 404) })
        {
            await who.OpenAsync($"/staff/guide/services/{meals.Id:D}");
            Assert.Equal(status, who.Status);
            await who.OpenAsync($"/staff/guide/imports/{report.ImportId:D}");
            Assert.Equal(status, who.Status);
            Assert.Equal(status == 200, (await who.OpenAsync("/staff/guide/imports")).QuerySelector($"a[href='/staff/guide/imports/{report.ImportId:D}']") is not null);
        }
    }

    [Theory, OnEachEngine]
    public async Task Nobody_imports_a_service_of_their_own_into_a_place_of_others(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine, Confidentiality.Withheld);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        await LinkAsync(desk, bea, desk.Records.Organizations[0], "South office");
        await ImportAsync(desk, nora, MealsAt("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0004"));
        var offer = Guid.Parse("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0003");
        Assert.NotNull((await EditServiceTests.DirectoryAsync(desk)).Staff.ServiceAtLocation(offer));

        // Moved there, then added there: the place is of others, and hidden.
        var moved = await ImportAsync(desk, nora, MealsAt(desk.Place.Id.ToString("D")));
        var added = await ImportAsync(desk, nora, MealsAt(desk.Place.Id.ToString("D"), offer: "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0009"));

        Assert.All(new[] { moved, added }, report => Assert.Contains(report.Issues, issue => issue.Code == "outside_scope"));
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.Equal([desk.Offer.Id], directory.OfferedAt(desk.Place).Select(o => o.Id));
        Assert.Equal(Guid.Parse("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0004"), directory.ServiceAtLocation(offer)!.LocationId);
        await nora.OpenAsync(desk.PlacePath);
        Assert.Equal(404, nora.Status);
        await sam.OpenAsync(desk.PlacePath);
        Assert.Equal(200, sam.Status);
    }

    [Theory, OnEachEngine]
    public async Task A_file_does_not_say_whose_a_service_of_the_directory_is(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        await LinkAsync(desk, bea, desk.Records.Organizations[0], "South office");
        var offer = Guid.Parse("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0003");

        var report = await ImportAsync(desk, nora, MealsAt("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0004", service: desk.Service.Id.ToString("D")));

        Assert.Contains(report.Issues, issue => issue.Code == "outside_scope");
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.Null(directory.ServiceAtLocation(offer));
        Assert.Equal([desk.Offer.Id], directory.PlacesOf(directory.Service(desk.Service.Id)!).Select(o => o.Id));
    }

    [Theory, OnEachEngine]
    public async Task An_agency_brings_back_what_its_own_import_took_out_and_nothing_else(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        await LinkAsync(desk, bea, desk.Records.Organizations[0], "South office");
        var meals = MealsAt("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0004");
        const string Kitchen = """[ { "id": "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0002", "record_kind": "organization", "name": "Kitchen of the north", "description": "" } ]""";
        await ImportAsync(desk, nora, meals);
        var gone = await ImportAsync(desk, nora, Kitchen, retire: true);
        Assert.Equal(3, gone.Retired);

        // Sam's agency did not take it out: neither the service comes back, nor is anything hung on it.
        var others = await ImportAsync(desk, sam, meals.Replace("1d0003", "1d0009", StringComparison.Ordinal).Replace("1d0002", "1d0008", StringComparison.Ordinal), name: "sam");
        var service = Guid.Parse("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0001");
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.Equal(0, others.Changed);
        Assert.Null(directory.Service(service));
        Assert.Null(directory.ServiceAtLocation(Guid.Parse("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0009")));

        var back = await ImportAsync(desk, nora, meals);
        Assert.Equal(3, back.Changed);
        await nora.OpenAsync($"/staff/guide/services/{service:D}");
        Assert.Equal(200, nora.Status);
    }

    [Theory, OnEachEngine]
    public async Task Only_those_who_look_after_all_of_a_set_say_what_it_is_called(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        await LinkAsync(desk, bea, desk.Records.Organizations[0], "South office");
        var meals = MealsAt("6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0004");
        var named = new SourceSet { Title = "List of the north", Url = "https://example.org/" };

        // The set holds records of others.
        await ImportAsync(desk, nora, meals, named: named);
        Assert.Null((await EditServiceTests.DirectoryAsync(desk)).Staff.Source(desk.Service.SourceSet));
        // A new one is of whoever brings it.
        await ImportAsync(desk, nora, meals.Replace("1d000", "2d000", StringComparison.Ordinal), set: "north", named: named);
        Assert.Equal("List of the north", (await EditServiceTests.DirectoryAsync(desk)).Staff.Source("north")!.Title);
    }

    private static string MealsAt(string place, string service = "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0001", string offer = "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0003") => $$"""
        [ { "id": "{{service}}", "name": "Meals of the north", "status": "active",
            "organization": { "id": "6d0c2a52-5d2e-4a43-9d37-0f9c7f1d0002", "name": "Kitchen of the north", "description": "" },
            "service_at_locations": [ { "id": "{{offer}}", "location": { "id": "{{place}}", "location_type": "physical" } } ] } ]
        """;

    private static async Task<ImportReport> ImportAsync(
        StaffDesk desk, StaffBrowser who, string file, bool retire = false, string name = "nora", string? set = null, SourceSet? named = null) =>
        await desk.Node.Services.GetRequiredService<ImportServices>().RunAsync(
            new ImportRequest { Files = [Importing.Text("services.json", file)], SourceSet = set ?? desk.Service.SourceSet, RetireVanished = retire, Source = named },
            await ActorAsync(desk, who, name), CancellationToken.None);

    private static async Task<Tambo.Platform.Access.Actor> ActorAsync(StaffDesk desk, StaffBrowser browser, string name = "nora")
    {
        await browser.OpenAsync("/staff");
        var user = (await UserRows.ByNameAsync(desk.Node.Db, name, CancellationToken.None))!;
        await using var connection = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return new Tambo.Platform.Access.Actor($"user:{user.Id:D}", user.Id, name, await Tambo.Platform.Access.Roles.RoleGrants.OfAsync(connection, user.Id));
    }

    internal static async Task LinkAsync(StaffDesk desk, StaffBrowser editor, Organization organization, string agency)
    {
        var path = $"/staff/guide/organizations/{organization.Id:D}";
        var id = (await Agencies.AllAsync(desk.Node.Db, CancellationToken.None)).Single(a => a.Name == agency).Id;
        await editor.SubmitAsync(await editor.OpenAsync(path), path, ("agency", id.ToString("D")));
        Assert.Equal(302, editor.Status);
    }

    private static async Task ExpectAsync(string[] paths, params (StaffBrowser Who, int Status)[] expected)
    {
        foreach (var path in paths)
        {
            foreach (var (who, status) in expected)
            {
                await who.OpenAsync(path);
                Assert.Equal((path, status), (path, who.Status));
            }
        }
    }
}
