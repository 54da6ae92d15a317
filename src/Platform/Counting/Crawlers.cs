using Microsoft.AspNetCore.Http;

namespace Tambo.Platform.Counting;

/// <summary>
/// Tells requests of people from those of programs that say what they are. A program that calls itself a browser passes:
/// what is counted is an estimate, and each network counts only so often.
/// </summary>
internal static class Crawlers
{
    /// <summary>Parts of the names by which crawlers, previews and command-line tools present themselves.</summary>
    private static readonly string[] Names =
    [
        "bot", "crawl", "spider", "slurp", "preview", "facebookexternalhit", "whatsapp", "scan", "monitor", "uptime", "fetch",
        "curl", "wget", "python", "java/", "go-http", "okhttp", "libwww", "headless", "lighthouse", "archive", "feed",
    ];

    /// <summary>False for programs by their own word, and for pages that a browser fetches before anybody asks for them.</summary>
    public static bool IsPerson(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        return agent.Length > 0
            && !Array.Exists(Names, name => agent.Contains(name, StringComparison.OrdinalIgnoreCase))
            && !request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)
            && !request.Headers["Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase);
    }
}
