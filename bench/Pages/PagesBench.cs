using System.Globalization;
using System.Text;
using Tambo.Bench.Running;

namespace Tambo.Bench.Pages;

/// <summary>
/// pages [--rounds N] [--seconds S]: a public page that a real node has ready, beside bare Kestrel and nginx serving the
/// same bytes, and the answers that nothing has changed.
/// </summary>
internal static class PagesBench
{
    private const string Page = "/es/services?near=Tijuana";
    private const string Ours = "Tambo, 200";
    private const string Unchanged = "Tambo, 304";
    private const string Plain = "Tambo, 200 without compression";
    private const string Kestrel = "bare Kestrel";
    private const string KestrelUnchanged = "bare Kestrel, 304";
    private const string StaticFile = "nginx, static file";

    public static async Task<int> RunAsync(string[] args)
    {
        if (!Wrk.IsInstalled || !Nginx.IsInstalled)
        {
            await Console.Error.WriteLineAsync("wrk or nginx is not installed (Debian packages wrk and nginx-light).");
            return 3;
        }

        var (rounds, seconds) = (Results.Option(args, "--rounds", 5), Results.Option(args, "--seconds", 5));
        var folder = Directory.CreateTempSubdirectory("tambo-bench-pages-").FullName;
        try
        {
            var data = Path.Combine(folder, "data");
            await WebProcess.FillDemonstrationAsync(data);
            await using var node = await WebProcess.ServeAsync(data);
            var page = await FetchAsync(node);
            var file = Path.Combine(folder, "page.br");
            await File.WriteAllBytesAsync(file, page.Body);
            await using var kestrel = await BareKestrel.StartAsync(file);
            await using var nginx = await Nginx.StartAsync(folder, file);

            var runs = await MeasureAsync(node, kestrel, nginx, rounds, seconds);
            await Results.WriteAsync("pages", "A cached public page", Tables(runs, page.Body.Length, page.HeaderBytes));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Dictionary<string, List<WrkRun>>> MeasureAsync(WebProcess node, WebProcess kestrel, WebProcess nginx, int rounds, int seconds)
    {
        var runs = new Dictionary<string, List<WrkRun>>(StringComparer.Ordinal) { [Ours] = [], [Kestrel] = [], [StaticFile] = [], [Unchanged] = [], [KestrelUnchanged] = [], [Plain] = [] };
        // Both .NET processes compile their hot code again with what they saw; that belongs to no round.
        foreach (var server in (WebProcess[])[node, kestrel, node, kestrel])
            await Wrk.RunAsync(server, server == node ? Page : "/", seconds, ("Accept-Encoding", "br"));

        for (var round = 1; round <= rounds; round++)
        {
            runs[Ours].Add(await Wrk.RunAsync(node, Page, seconds, ("Accept-Encoding", "br")));
            runs[Kestrel].Add(await Wrk.RunAsync(kestrel, "/", seconds, ("Accept-Encoding", "br")));
            runs[StaticFile].Add(await Wrk.RunAsync(nginx, "/page.html", seconds, ("Accept-Encoding", "br")));
            runs[Unchanged].Add(await Wrk.RunAsync(node, Page, seconds, ("Accept-Encoding", "br"), ("If-None-Match", (await FetchAsync(node)).Tag)));
            runs[KestrelUnchanged].Add(await Wrk.RunAsync(kestrel, "/", seconds, ("Accept-Encoding", "br"), ("If-None-Match", "W/\"0\"")));
            runs[Plain].Add(await Wrk.RunAsync(node, Page, seconds, ("Accept-Encoding", "identity")));
            foreach (var (name, list) in runs)
                await Results.ProgressAsync($"round {round}: {name}: {list[^1].PerSecond:N0}/s, {list[^1].CpuMicroseconds:N1} µs CPU, {list[^1].BytesPerAnswer:N0} bytes");
        }

        return runs;
    }

    private static async Task<(byte[] Body, string Tag, int HeaderBytes)> FetchAsync(WebProcess node)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address + Page);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        using var answer = await WebProcess.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var headers = answer.Headers.Concat(answer.Content.Headers).Sum(header => header.Key.Length + string.Join(", ", header.Value).Length + 4);
        return (await answer.Content.ReadAsByteArrayAsync(), answer.Headers.ETag!.ToString(), headers);
    }

    private static string Tables(Dictionary<string, List<WrkRun>> runs, int bytes, int headerBytes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            `{Page}` of the demonstration: the list of the nearest 25 services with its map, {bytes:N0} bytes of Brotli, which `tambo serve`
            sends with all its headers ({headerBytes:N0} bytes of them) and with all its limits on. Bare Kestrel is one delegate that writes the same
            body with its type, encoding and length and nothing else, and a 304 with the tag and nothing else; nginx sends it from a file, two workers, sendfile, file kept open.
            wrk with one thread and 32 connections on the same machine takes a good part of its two cores. Rounds interleave them;
            figures are min / median / max over {runs[Ours].Count} rounds, ratios are taken within a round. Processor time is the server's, user and
            system, by the kernel's count.

            | | CPU µs per request | requests/s | bytes per answer |
            |---|---|---|---|

            """);
        foreach (var (name, list) in runs)
            text.Append(CultureInfo.InvariantCulture,
                $"| {name} | {Spread.Of(list.Select(run => run.CpuMicroseconds), "N1")} | {Spread.Of(list.Select(run => run.PerSecond))} | {list[^1].BytesPerAnswer:N0} |\n");

        text.Append("""

            | ratio | requests/s | goal | CPU per request |
            |---|---|---|---|

            """);
        Ratio("ours : bare Kestrel", Ours, Kestrel, "at least 0.9");
        Ratio("ours : nginx", Ours, StaticFile, "at least 0.55");
        Ratio("our 304 : our 200", Unchanged, Ours, "");
        Ratio("the same of bare Kestrel", KestrelUnchanged, Kestrel, "");
        Ratio("our 304 : our 200 without compression", Unchanged, Plain, "at least 1.2");
        return text.ToString();

        void Ratio(string name, string one, string other, string goal)
        {
            var rates = Spread.Ratios(runs[one].Select(run => run.PerSecond), runs[other].Select(run => run.PerSecond));
            var cpu = Spread.Ratios(runs[one].Select(run => run.CpuMicroseconds), runs[other].Select(run => run.CpuMicroseconds));
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Spread.Of(rates, "0.00")} | {goal} | {Spread.Of(cpu, "0.00")} |\n");
        }
    }
}
