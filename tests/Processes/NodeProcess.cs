using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

/// <summary>The real program in a process of its own, with a data folder and a node key of its own.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    // Far longer than any start or verb takes: what does not end fails, and says of which command.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private readonly Process process;
    private readonly Task<string> errors;

    private NodeProcess(Process process, string address)
    {
        this.process = process;
        Address = new Uri(address);
        errors = process.StandardError.ReadToEndAsync();
    }

    public Uri Address { get; }

    /// <summary>Its number, to look at it from outside.</summary>
    public int Id => process.Id;

    /// <summary>Starts <c>tambo serve</c> and waits until it listens.</summary>
    public static Task<NodeProcess> ServeAsync(NodeFolder folder, params string[] arguments) =>
        StartAsync(folder.Command(["serve", "--urls", "http://127.0.0.1:0", .. arguments]));

    /// <summary>Starts it as told and waits until it listens.</summary>
    public static async Task<NodeProcess> StartAsync(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        using var limit = Limit(process);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Tambo listens on ", StringComparison.Ordinal))
                return new NodeProcess(process, line["Tambo listens on ".Length..]);
        }

        throw new InvalidOperationException("The node did not start: " + await process.StandardError.ReadToEndAsync());
    }

    /// <summary>Ends a process that goes on for too long, unless it is disposed before.</summary>
    public static Timer Limit(Process process) => new(late => ((Process)late!).Kill(entireProcessTree: true), process, Longest, Timeout.InfiniteTimeSpan);

    /// <summary>Asks it to end, as a service manager does; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await SignalAsync(process.Id, "TERM");
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return process.ExitCode;
    }

    public static async Task SignalAsync(int id, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it without warning.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        await errors;
        process.Dispose();
    }
}

/// <summary>A data folder that several processes of the program may be pointed at, one after the other or at once.</summary>
internal sealed class NodeFolder(string? postgres = null, string? key = null) : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("tambo-node-").FullName;

    /// <summary>One whose database has the tables already: making them is tried by tests of the verbs that make them.</summary>
    public static async Task<NodeFolder> WithTablesAsync(Engine engine)
    {
        var folder = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateNodeDatabaseAsync() : null);
        Directory.CreateDirectory(folder.Data);
        await TestDatabase.PlaceAsync(new DatabaseSettings(folder.Data, folder.Postgres));
        return folder;
    }

    public string Key { get; } = key ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public string Data => Path.Combine(root, "data");

    public string? Postgres => postgres;

    public string? KeysDatabase { get; init; }

    public string Beside(string name) => Path.Combine(root, name);

    /// <summary>Runs a verb to its end.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Command(arguments))!;
        using var limit = NodeProcess.Limit(process);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    public ProcessStartInfo Command(IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "tambo.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments, .. arguments.Contains("--data") ? Array.Empty<string>() : ["--data", Data]])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TAMBO_NODE_KEY"] = Key;
        start.Environment["TAMBO_DATABASE"] = postgres ?? "";
        start.Environment["TAMBO_KEYS_DATABASE"] = KeysDatabase ?? "";
        return start;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
