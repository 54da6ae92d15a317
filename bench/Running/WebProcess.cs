using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tambo.Bench.Running;

/// <summary>A process that answers HTTP on a port of this machine, ended when disposed.</summary>
internal sealed class WebProcess : IAsyncDisposable
{
    private readonly Process process;

    private WebProcess(Process process, string address, double readySeconds) =>
        (this.process, Address, ReadySeconds) = (process, address, readySeconds);

    public string Address { get; }

    /// <summary>Wall seconds from before the process started until it answered 200.</summary>
    public double ReadySeconds { get; }

    public int Id => process.Id;

    public double CpuSeconds => ProcessFigures.CpuSeconds(process.Id);

    /// <summary>Asks without decompressing, so that a body has the size it had on the wire.</summary>
    public static HttpClient Client { get; } = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(120),
    };

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a process and waits until a path of it answers 200.</summary>
    public static async Task<WebProcess> StartAsync(Func<Process> start, int port, string path)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        var clock = Stopwatch.StartNew();
        var process = start();
        var said = DrainAsync(process);
        while (!await AnswersAsync(address + path))
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"{address}{path} did not answer. {(process.HasExited ? await said : "")}");
            await Task.Delay(5);
        }

        return new WebProcess(process, address, clock.Elapsed.TotalSeconds);
    }

    /// <summary>A real node on a folder that <c>tambo demo</c> has filled.</summary>
    public static Task<WebProcess> ServeAsync(string folder)
    {
        var port = FreePort();
        return StartAsync(
            () => TamboProgram.Start("serve", "--allow-demo", "--data", folder, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
            port,
            "/health/ready");
    }

    /// <summary>Fills a folder with the demonstration's services.</summary>
    public static async Task FillDemonstrationAsync(string folder)
    {
        var port = FreePort();
        await using var node = await StartAsync(
            () => TamboProgram.Start("demo", "--data", folder, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
            port,
            "/health/ready");
    }

    public async ValueTask DisposeAsync()
    {
        // SIGTERM: the process ends as a service manager would end it.
        using var end = Process.Start("kill", process.Id.ToString(CultureInfo.InvariantCulture));
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<bool> AnswersAsync(string url)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri(url));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // A full pipe would stop the process.
    private static async Task<string> DrainAsync(Process process)
    {
        var said = await Task.WhenAll(
            process.StartInfo.RedirectStandardOutput ? process.StandardOutput.ReadToEndAsync() : Task.FromResult(""),
            process.StartInfo.RedirectStandardError ? process.StandardError.ReadToEndAsync() : Task.FromResult(""));
        return string.Concat(said);
    }
}
