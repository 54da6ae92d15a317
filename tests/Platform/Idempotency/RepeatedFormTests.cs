using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Dapper;
using Tambo.Tests.Platform.Access;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Idempotency;

/// <summary>What a person does: taps twice, goes back and sends again.</summary>
public sealed class RepeatedFormTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task A_form_that_is_tapped_twice_adds_one_agency_and_both_taps_lead_to_the_same_place(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine, prepare: WithoutSecondFactor);
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        await browser.OpenAsync("/staff/users");
        var (action, fields) = FormOf(browser, "main form", ("name", "nadia"), ("role", "viewer"), ("agency", "Isla Verde"));

        var answers = await Task.WhenAll(SendAsync(browser, action, fields), SendAsync(browser, action, fields));
        var third = await SendAsync(browser, action, fields);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Found, answer.StatusCode));
        Assert.Equal(answers[0].Headers.Location, answers[1].Headers.Location);
        Assert.Equal(answers[0].Headers.Location, third.Headers.Location);
        Assert.True(third.Headers.Contains("Idempotency-Replayed"));
        await using var read = await node.Db.ReadAsync(None);
        Assert.Equal(1, await read.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries where change = 'users.added' and actor <> 'user:alice'"));
    }

    [Theory, OnEachEngine]
    public async Task A_form_that_was_refused_can_be_put_right_by_going_back(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine, prepare: WithoutSecondFactor);
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        await browser.OpenAsync("/staff/users");
        var (action, fields) = FormOf(browser, "main form", ("name", "not a name!"), ("role", "viewer"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(browser, action, fields)).StatusCode);
        fields["name"] = "nadia";
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(browser, action, fields)).StatusCode);
        fields["name"] = "olga";
        var other = await SendAsync(browser, action, fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Contains("sent already", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_link_that_was_shown_is_shown_once_and_kept_nowhere(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine, prepare: WithoutSecondFactor);
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        await browser.OpenAsync("/staff/users");
        await browser.SubmitAsync("main form", ("name", "nadia"), ("role", "viewer"));
        var (action, fields) = FormOf(browser, "form[action$='/link']");

        var first = await SendAsync(browser, action, fields);
        var again = await SendAsync(browser, action, fields);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Contains("/staff/sign-in/link/", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var page = await again.Content.ReadAsStringAsync();
        Assert.Contains("This is done already", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/staff/sign-in/link/", page, StringComparison.Ordinal);
        await using var read = await node.Db.ReadAsync(None);
        Assert.Equal("", await read.ExecuteScalarAsync<string>("select answer from platform_idempotency_keys where route like '%/link'"));
    }

    [Fact]
    public async Task Every_form_of_staff_that_is_posted_carries_a_key_of_its_own()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: WithoutSecondFactor);
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        var keys = new List<string>();
        foreach (var path in new[] { "/staff/users", "/staff/users/teams", "/staff/users/roles", "/staff/account", "/staff/account/tokens", "/staff/guide/services/new", "/staff/guide/imports" })
        {
            await browser.OpenAsync(path);
            foreach (var form in browser.Document.QuerySelectorAll<IHtmlFormElement>("form[method=post]"))
                keys.Add(((IHtmlInputElement)form.QuerySelector("input[name=idempotency-key]")!).Value);
        }

        Assert.True(keys.Count > 12);
        Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.True(key.Length >= 20));
    }

    private static Tambo.Platform.Settings.NodeSettings WithoutSecondFactor(Tambo.Platform.Settings.NodeSettings settings) =>
        settings with { File = settings.File with { SecondFactor = false } };

    private static (string Action, Dictionary<string, string> Fields) FormOf(StaffBrowser browser, string form, params (string Name, string Value)[] answers)
    {
        var element = (IHtmlFormElement)browser.Document.QuerySelector(form)!;
        var fields = element.QuerySelectorAll<IHtmlInputElement>("input[name]").ToDictionary(field => field.Name!, field => field.Value, StringComparer.Ordinal);
        foreach (var (name, value) in answers)
            fields[name] = value;
        return (element.GetAttribute("action")!, fields);
    }

    private static async Task<HttpResponseMessage> SendAsync(StaffBrowser browser, string action, Dictionary<string, string> fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(action, UriKind.Relative)) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.AcceptLanguage.ParseAdd("en");
        return await browser.Client.SendAsync(request);
    }
}
