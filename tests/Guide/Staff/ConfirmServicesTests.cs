using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Guide.Imports;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Somebody says that services are still right; what is due is found, and imports say when that is.</summary>
public sealed class ConfirmServicesTests
{
    private const string Many = "/staff/guide/services/confirm";

    [Theory]
    [InlineData("/confirm", 412)]
    [InlineData("/retire", 412)]
    public async Task What_somebody_else_changed_meanwhile_is_neither_confirmed_nor_taken_out_and_the_answers_stay(string act, int status)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor");
        var page = await nora.OpenAsync(desk.ServicePath);
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "Moved"));

        var refused = await nora.SubmitAsync(page, desk.ServicePath + act, ("confirmed_by", "Desk of the north"), ("review_due", "2026-12-24"));

        Assert.Equal(status, nora.Status);
        var form = refused.QuerySelector($"form[action='{desk.ServicePath}{act}']")!;
        Assert.NotNull(form.ParentElement!.QuerySelector("#errors"));
        Assert.Equal("2", form.QuerySelector("[name=version]")!.GetAttribute("value"));
        Assert.Equal("Desk of the north", refused.QuerySelector("[name=confirmed_by]")!.GetAttribute("value"));
        Assert.Equal("2026-12-24", refused.QuerySelector("[name=review_due]")!.GetAttribute("value"));
    }

    [Theory, OnEachEngine]
    public async Task Several_are_confirmed_at_once_and_what_changed_meanwhile_is_left(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var (clinic, school) = (New("Clinic", new DateOnly(2026, 3, 1)), New("School", new DateOnly(2027, 3, 1)));
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([clinic, school]), "imported"));
        using var bea = await desk.SignInAsync("bea", "editor");
        var due = await bea.OpenAsync("/staff/guide/services?show=due");
        Assert.Equal(["Clinic"], due.QuerySelectorAll("tbody th a").Select(link => link.TextContent));

        var list = await bea.OpenAsync("/staff/guide/services");
        // What is not due and was never confirmed is not called confirmed.
        Assert.Contains("Not confirmed yet", list.QuerySelector($"a[href$='{school.Id:D}']")!.Closest("tr")!.TextContent, StringComparison.Ordinal);
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "Changed meanwhile"));
        var picks = list.QuerySelectorAll("input[name=pick]").Select(box => ("pick", box.GetAttribute("value"))).ToArray();
        Assert.Equal(3, picks.Length);
        await bea.SubmitAsync(list, Many, [.. picks, ("confirmed_by", "Desk of the valley"), ("review_due", "2026-12-01")]);
        Assert.Equal(302, bea.Status);
        var answer = await bea.OpenAsync(bea.Location!);
        Assert.Contains("2 services were confirmed.", answer.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 was left", answer.Body.TextContent, StringComparison.Ordinal);
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        foreach (var id in new[] { clinic.Id, school.Id })
        {
            var service = directory.Service(id)!;
            Assert.Equal((SettableTime.Noon, "Desk of the valley", new DateOnly(2026, 12, 1)), (service.ConfirmedAt!.Value, service.ConfirmedBy, service.ReviewDue!.Value));
            Assert.Equal("confirmed", (await RecordHistory.OfAsync(desk.Node.Db, "service", id, CancellationToken.None))[0].Change);
        }

        Assert.Equal("House of the Lantern", directory.Service(desk.Service.Id)!.ConfirmedBy);
    }

    [Fact]
    public async Task What_changes_while_several_are_confirmed_is_left_and_the_others_are_confirmed()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        var (clinic, school) = (New("Clinic", new DateOnly(2026, 3, 1)), New("School", new DateOnly(2027, 3, 1)));
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([clinic, school]), "imported"));
        var staff = desk.Node.Services.GetRequiredService<DirectoryDesk>();
        var scope = GuideScope.For(TestDatabase.Alice, await staff.MomentAsync(CancellationToken.None));
        await desk.WriteAsync(async change => Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([school with { Alert = "Moved" }]), "edited")));
        Assert.Equal(1, await ConfirmServices.WriteAsync(
            staff, TestDatabase.Alice, scope, [ConfirmServices.PickOf(clinic), ConfirmServices.PickOf(school)], ("Desk", new DateOnly(2027, 1, 1)), CancellationToken.None));
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.Equal(("Desk", "", "Moved"), (directory.Service(clinic.Id)!.ConfirmedBy, directory.Service(school.Id)!.ConfirmedBy, directory.Service(school.Id)!.Alert));
    }

    [Fact]
    public async Task Nothing_ticked_or_no_name_is_said_and_what_was_ticked_stays()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var list = await bea.OpenAsync("/staff/guide/services?lang=fr");
        var refused = await bea.SubmitAsync(list, Many, ("confirmed_by", " "));
        Assert.Equal(422, bea.Status);
        Assert.NotNull(refused.GetElementById("f-pick-e"));
        Assert.NotNull(refused.GetElementById("f-confirmed_by-e"));
        var pick = list.QuerySelector("input[name=pick]")!.GetAttribute("value");
        refused = await bea.SubmitAsync(refused, Many, ("pick", pick), ("confirmed_by", "Us"), ("review_due", "2020-01-01"));
        Assert.Equal(422, bea.Status);
        Assert.NotNull(refused.QuerySelector("input[name=pick][checked]"));
        Assert.Equal(1, (await EditServiceTests.ServiceAsync(desk)).Version);
    }

    [Fact]
    public async Task Services_of_others_are_left_whoever_ticks_them()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        var pick = (await bea.OpenAsync("/staff/guide/services")).QuerySelector("input[name=pick]")!.GetAttribute("value")!;
        await nora.PostAsync(Many, await nora.OpenAsync("/staff/guide/services/new"), ("pick", pick), ("confirmed_by", "North"), ("review_due", "2026-12-01"));
        Assert.Equal(302, nora.Status);
        Assert.Contains("confirmed=0&left=1", nora.Location, StringComparison.Ordinal);
        Assert.Equal(1, (await EditServiceTests.ServiceAsync(desk)).Version);
    }

    [Fact]
    public async Task An_import_says_when_its_services_are_due()
    {
        await using var importing = await Importing.StartAsync();
        // Retrieved on 4 March 2026 at noon; 180 days after 4 March is 31 August, after 1 February it is 31 July.
        static string File(string assured, string description) =>
            $$"""[{"id":"1","name":"Beds","status":"active","description":"{{description}}"},{"id":"2","name":"Meals","status":"active","assured_date":"{{assured}}","description":"{{description}}"}]""";
        await importing.RunAsync("services.json", File("2026-02-01", "one"));
        async Task<Service> FindAsync(string name) => (await importing.StaffAsync()).Records.Services.Single(s => s.Name == name);
        var (beds, meals) = (await FindAsync("Beds"), await FindAsync("Meals"));
        Assert.Equal((null, new DateOnly(2026, 8, 31)), (beds.ConfirmedAt, beds.ReviewDue!.Value));
        Assert.Equal((new DateOnly(2026, 2, 1), new DateOnly(2026, 7, 31)), (DateOnly.FromDateTime(meals.ConfirmedAt!.Value.Date), meals.ReviewDue!.Value));

        // The source has looked again; an assurance from the future is none.
        await importing.RunAsync("services.json", File("2026-03-01", "two"));
        meals = await FindAsync("Meals");
        Assert.Equal((new DateOnly(2026, 3, 1), new DateOnly(2026, 8, 28)), (DateOnly.FromDateTime(meals.ConfirmedAt!.Value.Date), meals.ReviewDue!.Value));
        await importing.RunAsync("services.json", File("2031-01-01", "three"));
        Assert.Equal(new DateOnly(2026, 8, 28), (await FindAsync("Meals")).ReviewDue);
    }

    private static Service New(string name, DateOnly due) => new()
    {
        Id = Sample.Id(),
        Name = name,
        ReviewDue = due,
        CreatedAt = SettableTime.Noon,
        ChangedAt = SettableTime.Noon,
    };
}
