using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Tambo.Platform.Database;

namespace Tambo.Tests.Drills;

/// <summary>REL-2: the power goes; of the files only what was forced to the disk is left.</summary>
public sealed class PowerDrill(ITestOutputHelper output)
{
    [Fact]
    public async Task When_the_power_goes_a_node_keeps_all_that_it_acknowledged()
    {
        var pulls = Victim.IsLong ? 40 : 10;
        var (acknowledged, lost) = await PullAsync(pulls, weak: false);
        output.WriteLine($"synchronous=FULL: {acknowledged} acknowledged, {lost} lost");
        Assert.InRange(acknowledged, 10 * pulls, int.MaxValue);
        Assert.Equal(0, lost);
    }

    [Fact]
    public async Task The_drill_finds_losses_when_synchronous_is_NORMAL()
    {
        var (acknowledged, lost) = await PullAsync(pulls: 8, weak: true);
        output.WriteLine($"synchronous=NORMAL: {acknowledged} acknowledged, {lost} lost");
        Assert.InRange(lost, 1, acknowledged);
    }

    private static async Task<(int Acknowledged, int Lost)> PullAsync(int pulls, bool weak)
    {
        var root = Directory.CreateTempSubdirectory("tambo-power-").FullName;
        var folder = Directory.CreateDirectory(Path.Combine(root, "node")).FullName;
        var disk = Directory.CreateDirectory(Path.Combine(root, "disk")).FullName;
        var settings = new DatabaseSettings(folder);
        await using (var db = await NodeDb.OpenAsync(settings, TimeProvider.System, CancellationToken.None))
            await db.MigrateAsync(Node.Parts.Migrations, CancellationToken.None);
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = await CompileAsync(root),
            ["POWERLOSS_DIR"] = folder,
            ["POWERLOSS_DISK"] = disk,
        };
        if (weak)
            environment[DrillChild.WeakSwitch] = "1";
        var random = new Random(1755);
        var acknowledged = new List<string>();
        var lost = 0;
        for (var pull = 0; pull < pulls; pull++)
        {
            ForceAll(folder, disk);
            using var victim = Victim.Start(environment, "write", folder, $"p{pull}");
            // Weakened, the log is forced at checkpoints only, and all is safe just after one: the plug is pulled before the
            // first, until it has cost something.
            await (weak
                ? victim.KillAfterAsync(TimeSpan.Zero, acknowledgements: 20)
                : victim.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(100, 600)), acknowledgements: 10));
            KeepWhatWasForced(folder, disk);
            acknowledged.AddRange(victim.Acknowledged);
            var survivors = await Survivors.CountAsync(settings, acknowledged, Survivors.Settings);
            Assert.Empty(survivors.Faults);
            lost = survivors.Lost;
            if (weak && lost > 0)
                break;
        }

        Directory.Delete(root, recursive: true);
        return (acknowledged.Count, lost);
    }

    /// <summary>Before the victim starts, all that is there has long been on the disk.</summary>
    private static void ForceAll(string folder, string disk)
    {
        foreach (var old in Directory.EnumerateFiles(disk))
            File.Delete(old);
        var names = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var inode = InodeOf(file);
            File.Copy(file, Path.Combine(disk, "content-" + inode));
            names.Add($"{inode} {Path.GetFileName(file)}");
        }

        File.WriteAllLines(Path.Combine(disk, "names"), names);
    }

    private static void KeepWhatWasForced(string folder, string disk)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            File.Delete(file);
        foreach (var line in File.ReadLines(Path.Combine(disk, "names")))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var content = Path.Combine(disk, "content-" + line[..space]);
            // A name that was forced leads to an empty file when its bytes never were.
            if (File.Exists(content))
                File.Copy(content, Path.Combine(folder, line[(space + 1)..]));
            else
                File.WriteAllBytes(Path.Combine(folder, line[(space + 1)..]), []);
        }
    }

    private static string InodeOf(string file)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", file]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        return ulong.Parse(stat.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<string> CompileAsync(string folder, [CallerFilePath] string here = "")
    {
        var library = Path.Combine(folder, "powerloss.so");
        var source = Path.Combine(Path.GetDirectoryName(here)!, "powerloss.c");
        using var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source, "-ldl"]);
        await compiler.WaitForExitAsync();
        Assert.Equal(0, compiler.ExitCode);
        return library;
    }
}
