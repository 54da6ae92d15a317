using System.Globalization;
using System.Text;
using Tambo.Bench.Running;

namespace Tambo.Bench.Start;

/// <summary>weight: what the public pages of the demonstration weigh on the wire, page by page and language by language.</summary>
internal static class WeightBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-bench-weight-").FullName;
        try
        {
            await WebProcess.FillDemonstrationAsync(folder);
            await using var node = await WebProcess.ServeAsync(folder);
            var text = new StringBuilder("""
                Bytes of Brotli that the node sends for a page of the demonstration, headers left out; in brackets the same page uncompressed.
                Style and script are files of their own, kept by the browser; the bytes of a first view in a browser are measured by the tests.


                """);
            text.Append(CultureInfo.InvariantCulture, $"| page | {string.Join(" | ", PublicPages.Languages)} |\n|---|{string.Concat(PublicPages.Languages.Select(_ => "---|"))}\n");
            foreach (var path in PublicPages.Paths)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `/{{language}}{path}` |");
                foreach (var language in PublicPages.Languages)
                    text.Append(CultureInfo.InvariantCulture, $" {await SizeAsync(node, $"/{language}{path}", "br"):N0} ({await SizeAsync(node, $"/{language}{path}", "identity"):N0}) |");
                text.Append('\n');
            }

            await Results.WriteAsync("weight", "Weight of the public pages", text.ToString());
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> SizeAsync(WebProcess node, string path, string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address + path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        using var answer = await WebProcess.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsByteArrayAsync()).Length;
    }
}
