using System.Text;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>A source has a name that readers understand, and staff are told what readers do not see.</summary>
public sealed class SourceSetTests
{
    private const string Check = "/staff/guide/imports/check";
    private const string File = """[{"id":"5b0c9d1e-0000-4000-8000-000000000001","name":"Clinic","status":"active","service_areas":[]}]""";

    [Theory, OnEachEngine]
    public async Task A_set_that_was_named_is_shown_by_its_title_with_a_link(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync("/staff/guide/imports");
        var refused = await bea.UploadAsync(page, Check, "services.json", Encoding.UTF8.GetBytes(File), ("source_set", "hope"), ("source_url", "javascript:1"));
        Assert.Equal(422, bea.Status);
        Assert.NotNull(refused.GetElementById("f-source_url-e"));
        var report = await bea.UploadAsync(
            page, Check, "services.json", Encoding.UTF8.GetBytes(File), ("source_set", "hope"), ("source_title", "List of the valley"), ("source_url", "https://example.org/list"), ("licence", "CC BY 4.0"));
        await bea.SubmitAsync(report, "/staff/guide/imports/run");
        Assert.Equal(302, bea.Status);
        Assert.Contains("List of the valley", (await bea.OpenAsync("/staff/guide/imports")).QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("List of the valley", (await bea.OpenAsync("/staff/guide/services?set=hope")).QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("List of the valley (CC BY 4.0)", (await bea.OpenAsync("/staff/guide/services/5b0c9d1e-0000-4000-8000-000000000001")).Body!.TextContent, StringComparison.Ordinal);

        using var reader = desk.Node.Client();
        var shown = await reader.GetStringAsync("/es/services/5b0c9d1e-0000-4000-8000-000000000001");
        Assert.Contains("<a href=\"https://example.org/list\" rel=\"noopener external\"><bdi>List of the valley (CC BY 4.0)</bdi></a>", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hope", shown, StringComparison.Ordinal);
        // Nobody can be called: nobody is told to call.
        Assert.DoesNotContain("lame antes de ir", shown, StringComparison.Ordinal);
        Assert.Contains("List of the valley", await reader.GetStringAsync("/hsds/services/5b0c9d1e-0000-4000-8000-000000000001"), StringComparison.Ordinal);

        // Imported again without a title it keeps the one it has.
        report = await bea.UploadAsync(page, Check, "services.json", Encoding.UTF8.GetBytes(File.Replace("Clinic", "Clinic two", StringComparison.Ordinal)), ("source_set", "hope"));
        await bea.SubmitAsync(report, "/staff/guide/imports/run");
        Assert.Equal("List of the valley", (await EditServiceTests.DirectoryAsync(desk)).Staff.SourceTitle("hope"));
    }

    [Fact]
    public async Task Staff_are_told_what_readers_do_not_see_and_why()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite, Confidentiality.Withheld);
        using var bea = await desk.SignInAsync("bea", "editor");
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("description", "Beds at Candle Street 4"));
        var page = (await bea.OpenAsync(desk.ServicePath)).Body!.TextContent;
        Assert.Contains("The house: not public, because somebody decided", page, StringComparison.Ordinal);
        Assert.Contains("Night shelter: these fields are left out or shortened", page, StringComparison.Ordinal);
        Assert.Contains("Description", page, StringComparison.Ordinal);
        var organization = $"/staff/guide/organizations/{desk.Records.Organizations[0].Id:D}";
        await bea.SubmitAsync(await bea.OpenAsync(organization), organization, ("confidentiality", "withheld"));
        Assert.Contains("House of the Lantern: not public, because somebody decided", (await bea.OpenAsync(organization)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("because its organisation is confidential", (await bea.OpenAsync(desk.ServicePath)).Body!.TextContent, StringComparison.Ordinal);
        await bea.SubmitAsync(await bea.OpenAsync(organization), organization, ("confidentiality", "public"));
        // Who may not see what is hidden is not told why either.
        using var otto = await desk.SignInAsync("otto", "outside");
        Assert.DoesNotContain("The house", (await otto.OpenAsync(desk.ServicePath)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_are_told_to_call_only_where_there_is_a_telephone()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        var quiet = new Service { Id = Sample.Id(), Name = "Quiet place", TextLanguage = "en", CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon };
        var loud = quiet with { Id = Sample.Id(), Name = "Loud place", Phones = [new Phone { Id = Sample.Id(), Number = "+999 200" }] };
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([quiet, loud]), "edited"));
        using var reader = desk.Node.Client();
        Assert.DoesNotContain("all before you go", await reader.GetStringAsync($"/en/services/{quiet.Id:D}"), StringComparison.Ordinal);
        Assert.Contains("all before you go", await reader.GetStringAsync($"/en/services/{loud.Id:D}"), StringComparison.Ordinal);
    }
}
