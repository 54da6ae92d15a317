using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>Staff name who is asked, see whose services are how fresh, and see to what came of asking.</summary>
public sealed class FreshnessPageTests
{
    [Theory, OnEachEngine]
    public async Task Staff_set_the_address_that_is_asked_and_readers_never_see_it(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var path = $"/staff/guide/reviewers/organization/{desk.Records.Organizations[0].Id:D}";
        var page = await bea.OpenAsync(path);
        Assert.Contains("house@example.org", page.Body!.TextContent, StringComparison.Ordinal);
        await bea.SubmitAsync(page, path, ("address", "not an address"));
        Assert.Equal(422, bea.Status);
        await bea.SubmitAsync(page, path, ("address", "desk-of-confirmations@example.org"), ("language", "ht"));
        Assert.Equal(302, bea.Status);
        var saved = await bea.OpenAsync(path);
        Assert.Equal("desk-of-confirmations@example.org", saved.QuerySelector("[name=address]")!.GetAttribute("value"));
        using var reader = desk.Node.Client();
        foreach (var address in new[] { $"/en/services/{desk.Service.Id:D}", $"/hsds/organizations/{desk.Records.Organizations[0].Id:D}", "/open-data/services.json" })
            Assert.DoesNotContain("desk-of-confirmations", await reader.GetStringAsync(address), StringComparison.Ordinal);
        await bea.SubmitAsync(saved, path, ("address", ""));
        Assert.Equal("", (await bea.OpenAsync(path)).QuerySelector("[name=address]")!.GetAttribute("value") ?? "");
    }

    [Theory, OnEachEngine]
    public async Task The_oldest_stand_first_and_only_what_is_public_and_ones_own_is_counted(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        var now = SettableTime.Noon;
        Organization Org(string name) => new() { Id = Guid.CreateVersion7(now), Name = name, CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        Service Of(Organization who, double? days, string level = Confidentiality.Public) => new()
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = who.Id,
            Name = "Help",
            Confidentiality = level,
            CreatedAt = now,
            ChangedAt = now,
            ChangedBy = "test",
            ConfirmedAt = days is { } ago ? now.AddDays(-ago) : null,
        };
        var (fresh, stale, none) = (Org("Fresh house"), Org("Stale house"), Org("Never asked house"));
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(
            change,
            DirectoryRecords.Of([fresh, stale, none, Of(fresh, 1), Of(stale, 300), Of(stale, 2), Of(none, null), Of(fresh, null, Confidentiality.Withheld)]),
            "edited"));
        await AgencyScopeTests.LinkAsync(desk, bea, stale, "North office");

        var page = await bea.OpenAsync("/staff/guide/freshness");
        var rows = page.QuerySelectorAll("tbody tr").ToDictionary(row => row.QuerySelector("th")!.TextContent.Trim(), row => row.TextContent);
        var order = page.QuerySelectorAll("tbody th").Select(cell => cell.TextContent.Trim()).Where(name => name.EndsWith("house", StringComparison.Ordinal)).ToList();
        Assert.Equal(["Never asked house", "Stale house", "Fresh house"], order);
        Assert.Contains("50 % (1/2)", rows["Stale house"], StringComparison.Ordinal);
        Assert.Contains("100 % (1/1)", rows["Fresh house"], StringComparison.Ordinal);
        Assert.Contains("Never confirmed", rows["Never asked house"], StringComparison.Ordinal);
        var north = await nora.OpenAsync("/staff/guide/freshness");
        Assert.Equal(["Stale house"], north.QuerySelectorAll("tbody th").Select(cell => cell.TextContent.Trim()));
        Assert.Contains("50 % of the services", north.Body!.TextContent, StringComparison.Ordinal);
    }
}
