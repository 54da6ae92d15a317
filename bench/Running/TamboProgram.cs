using System.Diagnostics;
using System.Globalization;

namespace Tambo.Bench.Running;

/// <summary>The program as operators run it: its Release build, in a process of its own.</summary>
internal static class TamboProgram
{
    /// <summary>Runs one verb to its end.</summary>
    /// <returns>Wall seconds from before the process started until it had ended, its processor seconds, and what it printed.</returns>
    /// <exception cref="InvalidOperationException">It ended with a failure.</exception>
    public static async Task<(double Seconds, double CpuSeconds, string Output)> RunAsync(params string[] arguments)
    {
        var cpu = ProcessFigures.CpuSecondsOfEnded();
        var start = Stopwatch.GetTimestamp();
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return process.ExitCode == 0
            ? (seconds, ProcessFigures.CpuSecondsOfEnded() - cpu, await output)
            : throw new InvalidOperationException($"tambo {string.Join(' ', arguments)} ended with {process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {await errors}");
    }

    public static Process Start(params string[] arguments)
    {
        var root = Machine.RepositoryRoot();
        var program = Path.Combine(root, "src", "Node", "bin", "Release", "net10.0", "tambo.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }
}
