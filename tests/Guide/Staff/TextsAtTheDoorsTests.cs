using System.Text;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>What belongs in no text comes in by no door, and a page is whole whatever somebody writes.</summary>
public sealed class TextsAtTheDoorsTests
{
    [Fact]
    public async Task A_form_an_import_and_a_search_leave_out_what_shows_nothing()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("name", "Night\uFDD2 shel\u202Eter\uFDD0"));
        Assert.Equal("Night shelter", (await EditServiceTests.ServiceAsync(desk)).Name);
        Assert.Equal(1, (await EditServiceTests.ServiceAsync(desk)).Version);

        var report = await bea.UploadAsync(
            await bea.OpenAsync("/staff/guide/imports"), "/staff/guide/imports/check", "services.json",
            Encoding.UTF8.GetBytes("""[{"id": "5b0c9d1e-0000-4000-8000-000000000001", "name": "Clinic\ufdd2 of \u202ehope\uffff", "status": "active", "organization": {"name": "Hope", "description": "Doctors"}}]"""));
        Assert.Contains("Clinic of hope", report.Body!.TextContent, StringComparison.Ordinal);

        using var reader = desk.Node.Client();
        var found = await reader.GetStringAsync("/ar/services?q=A%EF%B7%92B&near=Quimera%EF%B7%93", TestContext.Current.CancellationToken);
        Assert.Contains("value=\"AB\"", found, StringComparison.Ordinal);
        Assert.Contains("value=\"Quimera\"", found, StringComparison.Ordinal);
        Assert.DoesNotContain("FDD", found, StringComparison.Ordinal);
    }
}
