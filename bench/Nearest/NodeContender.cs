using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tambo.Bench.Nearest;

/// <summary>geokdbush in Node, as its readme shows it (one index and a filter), or kinder to it with an index for each category.</summary>
internal sealed class NodeContender(string name, string way, string dataFile, string peersFolder) : IContender
{
    public string Name { get; } = name;

    public double BuildCpuSeconds { get; private set; }

    /// <summary>Why it cannot run, or null.</summary>
    public static string? Missing(string peersFolder) =>
        Directory.Exists(Path.Combine(peersFolder, "node_modules", "geokdbush")) ? null : "not installed: npm ci --prefix bench/peers";

    public async Task<ContenderRun> RunAsync()
    {
        var answersFile = Path.ChangeExtension(dataFile, way + ".answers.json");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(peersFolder, "geokdbush.mjs"));
        start.ArgumentList.Add(dataFile);
        start.ArgumentList.Add(way);
        start.ArgumentList.Add(answersFile);
        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        if (node.ExitCode != 0)
            throw new InvalidOperationException($"node ended with {node.ExitCode.ToString(CultureInfo.InvariantCulture)}.");

        using var figures = JsonDocument.Parse(output);
        double Figure(string of) => figures.RootElement.GetProperty(of).GetDouble();
        BuildCpuSeconds = Figure("buildCpuSeconds");
        await using var file = File.OpenRead(answersFile);
        var answers = await JsonSerializer.DeserializeAsync<int[][]>(file) ?? [];
        return new ContenderRun((long)Figure("queries"), Figure("cpuSeconds"), Figure("p50"), Figure("p99"), answers);
    }

    public void Dispose()
    {
    }
}
