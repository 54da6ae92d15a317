using System.Globalization;
using System.Runtime.InteropServices;

namespace Tambo.Bench;

/// <summary>What a figure was measured on, and where the repository lies.</summary>
internal static class Machine
{
    /// <summary>One line for a table of results.</summary>
    public static string Line()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return string.Create(CultureInfo.InvariantCulture,
            $"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, {memory} GB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}, load {load} at the end");
    }

    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Tambo.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("Run the benchmark from inside the repository.");
    }
}
