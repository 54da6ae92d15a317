using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

public sealed class OwnLanguageTests
{
    [Theory, OnEachEngine]
    public async Task Staff_pages_are_in_the_language_of_whoever_is_signed_in_unless_the_address_names_one(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        await SpeakAsync(node, "fr");

        // The browser asks for English; she reads French.
        await browser.OpenAsync("/staff/account");
        Assert.Equal("fr", Language(browser));
        await browser.OpenAsync("/staff/account?lang=pt");
        Assert.Equal("pt", Language(browser));
        await browser.OpenAsync("/staff/users/00000000-0000-4000-8000-000000000000");
        Assert.Equal((HttpStatusCode.NotFound, "fr"), (browser.Status, Language(browser)));
    }

    [Theory, OnEachEngine]
    public async Task A_language_picked_on_a_staff_page_stays_with_the_person_and_on_the_device(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        await browser.OpenAsync("/staff/users/teams");
        Assert.Equal("en", Language(browser));

        await browser.SubmitAsync("form.tongues", ("language", "ht"));
        Assert.Equal("/staff/users/teams", browser.Path);
        Assert.Equal("ht", Language(browser));
        await using var read = await node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal("ht", await read.ExecuteScalarAsync<string>("select language from platform_users where sign_in_name = 'ana'"));
        Assert.Equal(1, await read.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries where change = 'access.language_chosen'"));
        await browser.SubmitAsync("form[action='/staff/sign-out']");
        Assert.Equal("ht", Language(browser));

        await browser.OpenAsync("/staff/sign-in");
        await browser.SubmitAsync("main form", ("name", "ana"), ("password", StaffBrowser.Password));
        await browser.SubmitAsync("form.tongues", ("language", "xx"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    private static string? Language(StaffBrowser browser) => browser.Document.DocumentElement.GetAttribute("lang");

    private static Task<TestNode> StartAsync(Engine engine) =>
        TestNode.StartAsync(engine, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });

    private static async Task SpeakAsync(TestNode node, string language)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "test.language", "ana", CancellationToken.None);
        await change.ExecuteAsync("update platform_users set language = @language, version = version + 1", new { language });
        await change.CommitAsync(CancellationToken.None);
    }
}
