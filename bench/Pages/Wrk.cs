using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Tambo.Bench.Running;

namespace Tambo.Bench.Pages;

/// <summary>One run of wrk against one server.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">Processor time of the server and those it started.</param>
/// <param name="BytesPerAnswer">What an answer took on the wire, headers and all.</param>
internal sealed record WrkRun(long Requests, double Seconds, double CpuSeconds, double BytesPerAnswer)
{
    public double PerSecond => Requests / Seconds;

    public double CpuMicroseconds => CpuSeconds / Requests * 1e6;
}

/// <summary>wrk with one thread and 32 connections.</summary>
internal static partial class Wrk
{
    public static bool IsInstalled => File.Exists("/usr/bin/wrk") || File.Exists("/usr/local/bin/wrk");

    /// <exception cref="InvalidOperationException">Something else than 2xx or 3xx was answered, or nothing.</exception>
    public static async Task<WrkRun> RunAsync(WebProcess server, string path, int seconds, params (string Name, string Value)[] headers)
    {
        string[] arguments =
        [
            "-t1", "-c32", string.Create(CultureInfo.InvariantCulture, $"-d{seconds}s"),
            .. headers.SelectMany(header => (string[])["-H", $"{header.Name}: {header.Value}"]),
            server.Address + path,
        ];
        var cpu = server.CpuSeconds;
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException("wrk did not start.");
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        cpu = server.CpuSeconds - cpu;

        if (Summary().Match(output) is not { Success: true } summary || output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk against {server.Address}{path}: {output}");
        var requests = long.Parse(summary.Groups["requests"].Value, CultureInfo.InvariantCulture);
        return new WrkRun(
            requests,
            double.Parse(summary.Groups["seconds"].Value, CultureInfo.InvariantCulture),
            cpu,
            double.Parse(summary.Groups["read"].Value, CultureInfo.InvariantCulture) * Unit(summary.Groups["unit"].Value) / requests);
    }

    private static double Unit(string unit) => unit switch
    {
        "KB" => 1024,
        "MB" => 1024 * 1024,
        "GB" => 1024 * 1024 * 1024,
        _ => 1,
    };

    // "  201234 requests in 5.10s, 2.31GB read"
    [GeneratedRegex(@"(?<requests>\d+) requests in (?<seconds>[\d.]+)s, (?<read>[\d.]+)(?<unit>[KMG]?B) read", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Summary();
}
