using System.Net;
using AngleSharp.Dom;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

/// <summary>A form of staff that is refused comes back as it was sent, with what is wrong beside its question.</summary>
public sealed class RefusedFormTests
{
    [Fact]
    public async Task Somebody_with_a_taken_name_is_written_once_and_not_typed_again()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "administrator");
        await browser.OpenAsync("/staff/users");
        await browser.SubmitAsync(
            "main form", ("name", "nadia"), ("display-name", "Nadia <b>Two</b>"), ("email", "two@example.org"), ("role", "editor"), ("agency", "Registro de Paso Alto"));

        Assert.Equal(HttpStatusCode.Conflict, browser.Status);
        Assert.Equal(["f-name-e"], Wrong(browser));
        Assert.Equal("Nadia <b>Two</b>", Value(browser, "display-name"));
        Assert.Equal("two@example.org", Value(browser, "email"));
        Assert.Equal("Registro de Paso Alto", Value(browser, "agency"));
        Assert.Equal("editor", browser.Document.QuerySelector("[name=role] option[selected]")!.GetAttribute("value"));

        // A browser checks nothing once a form was refused.
        await browser.SubmitAsync("main form", ("name", "tomas"), ("role", ""));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "f-role-e"), (browser.Status, string.Join(' ', Wrong(browser))));
        await browser.SubmitAsync("main form", ("role", "editor"));
        Assert.Equal("Nadia <b>Two</b>", browser.Document.QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task A_role_in_an_area_a_role_of_the_nodes_own_and_a_team_are_refused_beside_their_questions()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "administrator");
        await browser.OpenAsync("/staff/users");
        await browser.SubmitAsync("main form", ("name", "tomas"), ("role", "viewer"), ("agency", "Registro de Paso Alto"));
        await browser.SubmitAsync("form[action$='/roles']", ("role", "auditor"), ("scope", "place"), ("area", ""));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "f-area-e"), (browser.Status, string.Join(' ', Wrong(browser))));
        Assert.Equal("auditor", browser.Document.QuerySelector("form[action$='/roles'] [name=role] option[selected]")!.GetAttribute("value"));
        Assert.Single(browser.Document.QuerySelectorAll("#errors"));

        await browser.OpenAsync("/staff/users/roles");
        await browser.SubmitAsync("main form", ("name", "Editor"), ("permissions", "guide.edit"), ("permissions", "audit.read"));
        Assert.Equal("f-name-e", string.Join(' ', Wrong(browser)));
        Assert.Equal(2, browser.Document.QuerySelectorAll("[name=permissions][checked]").Length);

        await browser.OpenAsync("/staff/users/teams");
        await browser.SubmitAsync("main form[action$='/teams']", ("agency", ""), ("name", "Night desk"));
        Assert.Equal("f-agency-e", string.Join(' ', Wrong(browser)));
        Assert.Equal("Night desk", Value(browser, "name"));
    }

    [Fact]
    public async Task A_refused_token_keeps_its_name_and_never_the_password()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "editor");
        await browser.OpenAsync("/staff/account/tokens");
        await browser.SubmitAsync("main form[action$='/tokens']", ("name", "export"), ("days", "30"), ("current", StaffBrowser.Password));
        Assert.Equal("f-permissions-e", string.Join(' ', Wrong(browser)));
        Assert.Equal(("export", "30"), (Value(browser, "name"), Value(browser, "days")));
        Assert.DoesNotContain(StaffBrowser.Password, browser.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        await browser.SubmitAsync(
            "main form[action$='/tokens']", ("permissions", "guide.edit"), ("days", "999"), ("current", StaffBrowser.Password));
        Assert.Equal("f-days-e", string.Join(' ', Wrong(browser)));

        await browser.OpenAsync("/staff/account");
        await browser.SubmitAsync("form[data-passkey=add]", ("passkey-name", "my telephone"), ("passkey-password", "not this one"));
        Assert.Equal("my telephone", Value(browser, "passkey-name"));
        Assert.DoesNotContain("not this one", browser.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    private static Task<TestNode> StartAsync() => TestNode.StartAsync(
        Engine.Sqlite, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });

    private static List<string> Wrong(StaffBrowser browser) => [.. browser.Document.QuerySelectorAll("main .wrong").Select(wrong => wrong.Id!)];

    private static string? Value(StaffBrowser browser, string name) => browser.Document.QuerySelector($"main [name='{name}']")!.GetAttribute("value");
}
