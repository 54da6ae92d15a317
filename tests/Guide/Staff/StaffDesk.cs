using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>A node with the made-up directory, and staff who are signed in to it.</summary>
internal sealed class StaffDesk : IAsyncDisposable
{
    private StaffDesk(TestNode node, DirectoryRecords records)
    {
        Node = node;
        Records = records;
    }

    public TestNode Node { get; }

    public SettableTime Time => (SettableTime)Node.Db.Time.Source;

    public DirectoryRecords Records { get; }

    public Service Service => Records.Services[0];

    public Location Place => Records.Locations[0];

    public ServiceAtLocation Offer => Records.ServicesAtLocations[0];

    public string ServicePath => $"/staff/guide/services/{Service.Id:D}";

    public string PlacePath => $"{ServicePath}/places/{Offer.Id:D}";

    /// <param name="engine">Where the node keeps its records.</param>
    /// <param name="level">How confidential the place is.</param>
    /// <param name="uploadLimit">How large files may be, in bytes.</param>
    /// <param name="waiting">How many messages of readers may wait.</param>
    public static async Task<StaffDesk> OpenAsync(Engine engine, string level = Confidentiality.Public, long uploadLimit = 10 * 1024 * 1024, int waiting = 50_000)
    {
        var node = await TestNode.StartAsync(engine, new SettableTime(SettableTime.Noon), settings => settings with
        {
            File = settings.File with { FeedbackMostWaiting = waiting, UploadLimits = new Dictionary<string, long>(StringComparer.Ordinal) { ["services"] = uploadLimit } },
        });
        var records = Sample.Everything(SettableTime.Noon);
        records = records with { Locations = [records.Locations[0] with { Confidentiality = level }] };
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "sample", CancellationToken.None);
        // Somebody who may edit and may not see what is confidential: no shipped role is that narrow.
        await change.ExecuteAsync("insert into platform_roles (code, name, permissions, version) values ('outside', 'Outside', 'guide.edit', 1)");
        await DirectoryWriter.AddAsync(change, records, "imported");
        await change.CommitAsync(CancellationToken.None);
        return new StaffDesk(node, records);
    }

    /// <summary>Somebody with a role, in a browser of their own.</summary>
    public async Task<StaffBrowser> SignInAsync(string name, string role, string? agency = null)
    {
        await Node.Services.GetRequiredService<StaffUsers>().AddAsync(
            TestDatabase.Alice, new NewUser(name, role) { DisplayName = char.ToUpperInvariant(name[0]) + name[1..], Agency = agency }, CancellationToken.None);
        return await StaffBrowser.OfAsync(Node, name);
    }

    /// <summary>Adds records as an import would have, or an editor.</summary>
    public async Task WriteAsync(Func<Change, Task> write)
    {
        await using var change = await Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "more", CancellationToken.None);
        await write(change);
        await change.CommitAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}

/// <summary>What a browser does for staff: opens pages, fills in their forms, follows where an answer leads.</summary>
internal sealed class StaffBrowser(HttpClient client, string session) : IDisposable
{
    private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal) { ["tambo-session"] = session.Split('=', 2)[1] };

    /// <summary>The status of the last answer.</summary>
    public int Status { get; private set; }

    /// <summary>Where the last answer led, if it led on.</summary>
    public string? Location { get; private set; }

    public string Session => session;

    /// <summary>The browser of somebody who works with the node already, with a session of its own.</summary>
    public static async Task<StaffBrowser> OfAsync(TestNode node, string name)
    {
        var user = await UserRows.ByNameAsync(node.Db, name, CancellationToken.None);
        return With(node, "tambo-session=" + await node.Services.GetRequiredService<SessionStore>().BeginAsync(user!, Stages.Open, "", null, CancellationToken.None));
    }

    /// <summary>A browser with somebody's session at any process of the node.</summary>
    public static StaffBrowser With(TestNode node, string session)
    {
        var client = node.Client();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        return new StaffBrowser(client, session);
    }

    /// <summary>Its cookies, as a header.</summary>
    public string Cookies => string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    public async Task<IHtmlDocument> OpenAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request);
    }

    /// <summary>Sends the form with this action as it stands, with some answers replaced; null leaves a field out.</summary>
    public async Task<IHtmlDocument> SubmitAsync(IHtmlDocument page, string action, params (string Name, string? Value)[] answers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action);
        request.Content = new FormUrlEncodedContent(FieldsOf(page, action, answers));
        return await SendAsync(request);
    }

    /// <summary>Sends answers to an address, with the token of some other page's form.</summary>
    public async Task<IHtmlDocument> PostAsync(string action, IHtmlDocument page, params (string Name, string Value)[] answers)
    {
        var token = page.QuerySelector<IHtmlInputElement>("form[method=post] input[type=hidden][name^='__Request']")!;
        using var request = new HttpRequestMessage(HttpMethod.Post, action);
        request.Content = new FormUrlEncodedContent([new(token.Name!, token.Value), .. answers.Select(answer => new KeyValuePair<string, string>(answer.Name, answer.Value))]);
        return await SendAsync(request);
    }

    public async Task<IHtmlDocument> UploadAsync(IHtmlDocument page, string action, string name, byte[] file, params (string Name, string? Value)[] answers)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (field, value) in FieldsOf(page, action, answers))
            content.Add(new StringContent(value), field);
        content.Add(new ByteArrayContent(file), "files", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = content };
        return await SendAsync(request);
    }

    public void Dispose() => client.Dispose();

    private async Task<IHtmlDocument> SendAsync(HttpRequestMessage request)
    {
        request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Status = (int)answer.StatusCode;
        Location = answer.Headers.Location?.ToString();
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set.Select(line => line.Split(';')[0].Split('=', 2)))
                cookies[cookie[0]] = cookie[1];
        }

        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static List<KeyValuePair<string, string>> FieldsOf(IHtmlDocument page, string action, (string Name, string? Value)[] answers)
    {
        var form = page.QuerySelectorAll<IHtmlFormElement>("form").Single(f => f.GetAttribute("action") == action);
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var field in form.QuerySelectorAll("input, select, textarea"))
        {
            var (name, value) = field switch
            {
                IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => ("", ""),
                IHtmlInputElement { Type: "file" } => ("", ""),
                IHtmlInputElement input => (input.Name, input.Value),
                IHtmlSelectElement select => (select.Name, select.Value),
                IHtmlTextAreaElement area => (area.Name, area.Value),
                _ => ("", ""),
            };
            // What is disabled is not sent.
            if (field.Closest("fieldset[disabled]") is null && name is { Length: > 0 } && Array.TrueForAll(answers, answer => answer.Name != name))
                fields.Add(new(name, value ?? ""));
        }

        fields.AddRange(answers.Where(answer => answer.Value is not null).Select(answer => new KeyValuePair<string, string>(answer.Name, answer.Value!)));
        return fields;
    }
}
