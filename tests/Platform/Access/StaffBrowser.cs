using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

/// <summary>Somebody at a browser without scripts: opens pages, fills in forms, follows where it is sent.</summary>
internal sealed class StaffBrowser(TestNode node) : IDisposable
{
    public const string Password = "kolibri sobre el tejado azul";

    private readonly HttpClient client = node.Client();

    public HttpStatusCode Status { get; private set; }

    public string Path { get; private set; } = "";

    public HttpResponseMessage Answer { get; private set; } = null!;

    public IHtmlDocument Document { get; private set; } = null!;

    public HttpClient Client => client;

    /// <summary>The cookie of the last challenge, as a browser would send it that does not forget it.</summary>
    public string Challenge { get; private set; } = "";

    /// <summary>A cookie that goes with the next requests beside the browser's own, or null.</summary>
    public string? Planted { get; set; }

    public string Text => Document.QuerySelector("main")!.TextContent;

    public static async Task<StaffBrowser> SignedInAsync(TestNode node, string name, string role)
    {
        var users = node.Services.GetRequiredService<StaffUsers>();
        await users.AddAsync(TestDatabase.Alice, new NewUser(name, role), CancellationToken.None);
        var link = await users.CreateLinkAsync(TestDatabase.Alice, name, CancellationToken.None);
        var browser = new StaffBrowser(node);
        await browser.OpenAsync("/staff/sign-in/link/" + link);
        await browser.SubmitAsync("form[action*=link]");
        await browser.SubmitAsync("form[action$=password]", ("password", Password), ("again", Password));
        return browser;
    }

    public Task OpenAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)));

    /// <summary>Sends the form with its hidden fields, its present answers, and those given.</summary>
    public async Task SubmitAsync(string form, params (string Name, string Value)[] answers)
    {
        var element = Document.QuerySelector(form) as IHtmlFormElement ?? throw new InvalidOperationException($"No {form} on {Path}:\n{Text}");
        var fields = element.QuerySelectorAll("input[name], select[name], textarea[name]")
            .Where(input => answers.All(answer => answer.Name != input.GetAttribute("name")))
            .Where(input => input.GetAttribute("type") is not ("checkbox" or "radio") || input.HasAttribute("checked"))
            .Select(input => KeyValuePair.Create(input.GetAttribute("name")!, (input as IHtmlInputElement)?.Value ?? (input as IHtmlSelectElement)?.Value ?? ""))
            .Concat(answers.Select(answer => KeyValuePair.Create(answer.Name, answer.Value)));
        await SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(element.GetAttribute("action")!, UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(fields),
        });
    }

    /// <summary>WebAuthn options, as the script of the page that is open asks for them.</summary>
    public async Task<string> OptionsAsync(string address)
    {
        var token = Document.QuerySelector("form[data-passkey] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await client.PostAsync(new Uri(address, UriKind.Relative), form);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            Challenge = cookies.Single(cookie => cookie.StartsWith("tambo-passkey=", StringComparison.Ordinal)).Split(';')[0];
        return await answer.Content.ReadAsStringAsync();
    }

    public void Dispose() => client.Dispose();

    private async Task SendAsync(HttpRequestMessage request)
    {
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.AcceptLanguage.ParseAdd("en");
        if (Planted is not null)
            request.Headers.Add("Cookie", Planted);
        Path = request.RequestUri!.OriginalString;
        Answer = await client.SendAsync(request);
        for (var hops = 0; hops < 5 && Answer.Headers.Location is { } location; hops++)
        {
            Path = location.OriginalString;
            using var next = new HttpRequestMessage(HttpMethod.Get, location);
            next.Headers.Accept.ParseAdd("text/html");
            next.Headers.AcceptLanguage.ParseAdd("en");
            Answer = await client.SendAsync(next);
        }

        Status = Answer.StatusCode;
        Document = new HtmlParser().ParseDocument(await Answer.Content.ReadAsStringAsync());
    }
}
