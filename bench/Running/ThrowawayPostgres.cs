using System.Diagnostics;
using System.Globalization;

namespace Tambo.Bench.Running;

/// <summary>A PostgreSQL cluster in a temporary folder, on a Unix socket only; as user postgres when this process is root, which it refuses.</summary>
internal sealed class ThrowawayPostgres : IDisposable
{
    private readonly string binaries;
    private readonly string folder;
    private readonly bool isKept;

    private ThrowawayPostgres(string binaries, string folder, bool isKept) => (this.binaries, this.folder, this.isKept) = (binaries, folder, isKept);

    public string ConnectionString => $"Host={folder};Username=postgres;Database=postgres;Pooling=false";

    /// <summary>Where the newest server keeps its programs, as Debian lays them out; null when there is none with the extension.</summary>
    public static string? Binaries(string? extension = null)
    {
        const string Servers = "/usr/lib/postgresql";
        if (!Directory.Exists(Servers))
            return null;
        return Directory.GetDirectories(Servers)
            .OrderByDescending(server => int.TryParse(Path.GetFileName(server), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Where(server => extension is null || File.Exists($"/usr/share/postgresql/{Path.GetFileName(server)}/extension/{extension}.control"))
            .Select(server => Path.Combine(server, "bin"))
            .FirstOrDefault();
    }

    /// <param name="binaries">Where the server's programs are.</param>
    /// <param name="durable">Whether a commit waits for the disk.</param>
    /// <param name="kept">A folder that keeps the cluster for the next run; null for one that is thrown away.</param>
    /// <param name="memory">What the server keeps pages in, in megabytes.</param>
    public static ThrowawayPostgres Start(string binaries, bool durable = false, string? kept = null, int memory = 256)
    {
        var folder = kept is null ? Directory.CreateTempSubdirectory("tambo-bench-pg-").FullName : Directory.CreateDirectory(kept).FullName;
        var cluster = new ThrowawayPostgres(binaries, folder, kept is not null);
        if (!Directory.Exists(cluster.Data))
        {
            if (Environment.IsPrivilegedProcess)
                Run("chown", ["postgres", folder]);
            cluster.AsPostgres("initdb", "-D", cluster.Data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
        }

        cluster.AsPostgres("pg_ctl", "-D", cluster.Data, "-w", "-l", Path.Combine(folder, "log"),
            "-o", $"-k {folder} -c listen_addresses='' -c fsync={(durable ? "on" : "off")} -c max_parallel_workers_per_gather=0 -c shared_buffers={memory}MB", "start");
        return cluster;
    }

    /// <summary>User and system seconds of one server process (proc(5): fields 14 and 15, in hundredths).</summary>
    public static double CpuSeconds(int process)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    public void Dispose()
    {
        AsPostgres("pg_ctl", "-D", Data, "-w", "-m", isKept ? "fast" : "immediate", "stop");
        if (!isKept)
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>The folder of the cluster.</summary>
    public string Data => Path.Combine(folder, "data");

    private void AsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(binaries, program);
        if (Environment.IsPrivilegedProcess)
            Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else
            Run(path, arguments);
    }

    private static void Run(string program, IEnumerable<string> arguments)
    {
        // The started server keeps its standard output, so it must not be a pipe that this process waits on.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null", "sh", program, .. arguments])
        {
            WorkingDirectory = "/",
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode.ToString(CultureInfo.InvariantCulture)}.");
    }
}
