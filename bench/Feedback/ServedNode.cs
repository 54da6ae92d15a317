using System.Diagnostics;
using System.Globalization;
using Tambo.Bench.Running;

namespace Tambo.Bench.Feedback;

/// <summary>A real node on SQLite behind a trusted proxy, which can be killed and started again on the same folder.</summary>
internal sealed class ServedNode(string folder) : IAsyncDisposable
{
    private readonly int port = WebProcess.FreePort();
    private Process? process;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    /// <summary>The folder of the node's records.</summary>
    public string Data => Path.Combine(folder, "data");

    public long ResidentBytes => ProcessFigures.ResidentBytes(process!.Id);

    public long PeakBytes => ProcessFigures.PeakBytes(process!.Id);

    public double CpuSeconds => ProcessFigures.CpuSeconds(process!.Id);

    public async Task StartAsync()
    {
        Directory.CreateDirectory(Data);
        var settings = Path.Combine(Data, "tambo.json");
        if (!File.Exists(settings))
            await File.WriteAllTextAsync(settings, $$"""{"keyFile":"{{Path.Combine(folder, "node.key")}}"}""");
        process = TamboProgram.Start("serve", "--data", Data, "--urls", Address, "--trusted-proxy", "127.0.0.1/32");
        // A full pipe would stop the process.
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(2))
                throw new InvalidOperationException("The node did not start.");
            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL: nothing of it has a chance to write anything more.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async Task StopAsync()
    {
        using (var end = Process.Start("kill", process!.Id.ToString(CultureInfo.InvariantCulture)))
            await end.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await KillAsync();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await WebProcess.Client.GetAsync(new Uri(Address + "/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
