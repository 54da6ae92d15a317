using System.Text.Json;
using Microsoft.Playwright;

namespace Tambo.Tests.Browser.Guide;

/// <summary>One answer that a page consists of.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Bytes">Its body as it was encoded on the way, headers left out.</param>
/// <param name="Encoding">How it was encoded.</param>
internal sealed record PagePart(string Name, int Bytes, string Encoding);

/// <summary>Weighs a page as Chromium itself counts it, on a cold cache.</summary>
internal static class PageWeight
{
    public static async Task<List<PagePart>> OfAsync(IPage page, string address)
    {
        var network = await page.Context.NewCDPSessionAsync(page);
        var answers = new Dictionary<string, (string Url, string Encoding, double Headers)>(StringComparer.Ordinal);
        var bodies = new Dictionary<string, double>(StringComparer.Ordinal);
        network.Event("Network.responseReceived").OnEvent += (_, told) =>
        {
            var response = told!.Value.GetProperty("response");
            var encoding = response.GetProperty("headers").EnumerateObject()
                .FirstOrDefault(header => header.Name.Equals("content-encoding", StringComparison.OrdinalIgnoreCase)).Value;
            answers[told.Value.GetProperty("requestId").GetString()!] = (
                response.GetProperty("url").GetString()!,
                encoding.ValueKind == JsonValueKind.String ? encoding.GetString()! : "",
                response.GetProperty("encodedDataLength").GetDouble());
        };
        network.Event("Network.loadingFinished").OnEvent += (_, told) =>
            bodies[told!.Value.GetProperty("requestId").GetString()!] = told.Value.GetProperty("encodedDataLength").GetDouble();
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.setCacheDisabled", new Dictionary<string, object>(StringComparer.Ordinal) { ["cacheDisabled"] = true });

        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });

        return [.. answers.Where(answer => !answer.Value.Url.StartsWith("data:", StringComparison.Ordinal))
            .Select(answer => new PagePart(new Uri(answer.Value.Url).AbsolutePath, (int)(bodies[answer.Key] - answer.Value.Headers), answer.Value.Encoding))];
    }
}
