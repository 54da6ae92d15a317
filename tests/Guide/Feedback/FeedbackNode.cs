using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Tambo.Guide.Feedback;
using Tambo.Tests.Guide.Staff;

namespace Tambo.Tests.Guide.Feedback;

/// <summary>What readers do: send messages by form or from a device's queue, and look for the answer.</summary>
internal sealed class FeedbackReader(StaffDesk desk) : IDisposable
{
    private readonly HttpClient client = desk.Node.Client();

    public int Status { get; private set; }

    /// <summary>Sends a message as a device's queue does.</summary>
    public async Task<HttpResponseMessage> PostAsync(object message, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/guide/feedback") { Content = JsonContent.Create(message) };
        request.Headers.Add("Idempotency-Key", key ?? GiveFeedback.NewKey());
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Status = (int)answer.StatusCode;
        return answer;
    }

    /// <summary>The code a device is given.</summary>
    public async Task<string> CodeAsync(string kind, string text, string about = "", string? key = null, string language = "es")
    {
        using var answer = await PostAsync(new { about, kind, text, language, writtenAt = "2026-03-03T10:00:00Z" }, key);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return json.GetProperty("code").GetString()!;
    }

    public async Task<IHtmlDocument> OpenAsync(string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await ReadAsync(answer);
    }

    /// <summary>Sends a form of the public pages.</summary>
    public async Task<IHtmlDocument> SendAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await ReadAsync(answer);
    }

    /// <summary>The page that a code leads to.</summary>
    public Task<IHtmlDocument> LookUpAsync(string code, params (string Name, string Value)[] fields) =>
        SendAsync("/en/feedback/answer", [("code", code), .. fields]);

    public void Dispose() => client.Dispose();

    private async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer)
    {
        Status = (int)answer.StatusCode;
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
