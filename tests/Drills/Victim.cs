using System.Collections.Concurrent;
using System.Diagnostics;
using Tambo.Tests.Processes;

namespace Tambo.Tests.Drills;

/// <summary>A child process that writes until it is killed; what it said to have written is kept here.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Task reading;

    private Victim(Process process)
    {
        this.process = process;
        reading = ReadAsync();
    }

    /// <summary>True for the long form of the drills.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("TAMBO_DRILL") == "long";

    /// <summary>What was acknowledged before the kill.</summary>
    public IReadOnlyCollection<string> Acknowledged => lines;

    public static Victim Start(IReadOnlyDictionary<string, string>? environment, params ReadOnlySpan<string> arguments)
    {
        var start = StartInfo(environment, arguments);
        return new Victim(Process.Start(start)!);
    }

    /// <summary>Runs a child to its end; what it said, line by line.</summary>
    public static async Task<(int Code, IReadOnlyList<string> Lines, string Errors)> RunAsync(ProcessStartInfo start)
    {
        using var child = Process.Start(start)!;
        using var limit = NodeProcess.Limit(child);
        var errors = child.StandardError.ReadToEndAsync();
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return (child.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries), await errors);
    }

    public static ProcessStartInfo StartInfo(IReadOnlyDictionary<string, string>? environment, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Victim).Assembly.Location, DrillChild.Word, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Waits for its first acknowledgements, then a while, and kills it without warning.</summary>
    public async Task KillAfterAsync(TimeSpan pause, int acknowledgements = 1)
    {
        for (var waited = 0; lines.Count < acknowledgements; waited++)
        {
            if (waited > 3000 || process.HasExited)
                throw new InvalidOperationException("The victim did not write: " + await process.StandardError.ReadToEndAsync());
            await Task.Delay(10);
        }

        await Task.Delay(pause);
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private async Task ReadAsync()
    {
        // A line without its end was torn by the kill; the writer had not finished saying it.
        var text = "";
        var buffer = new char[4096];
        while (await process.StandardOutput.ReadAsync(buffer) is var read and > 0)
        {
            text += new string(buffer, 0, read);
            var end = text.LastIndexOf('\n');
            foreach (var line in text[..(end + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                lines.Enqueue(line);
            text = text[(end + 1)..];
        }
    }
}
