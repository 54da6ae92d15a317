using System.Diagnostics;
using System.Globalization;

namespace Tambo.Tests.Drills;

/// <summary>REL-4: the disk fills; writing is refused, reading goes on, and so does writing once there is room again.</summary>
public sealed class DiskFullDrill(ITestOutputHelper output)
{
    [Fact]
    public async Task With_a_full_disk_a_node_refuses_writes_answers_reads_and_goes_on_once_there_is_room()
    {
        var rounds = Victim.IsLong ? 10 : 3;
        var folder = Directory.CreateTempSubdirectory("tambo-full-").FullName;
        var (code, lines, errors) = await Victim.RunAsync(OnSmallDisk(Victim.StartInfo(null, "fill", folder, rounds.ToString(CultureInfo.InvariantCulture)), folder));
        Directory.Delete(folder, recursive: true);
        Assert.True(code == 0, errors);

        Assert.Equal(rounds, lines.Count(line => line == "refused storage.full 507 storage.full"));
        Assert.Equal(rounds, lines.Count(line => line == "read True"));
        Assert.Equal(20 * rounds, lines.Count(line => line == "after True"));
        var total = lines[^1].Split(' ');
        output.WriteLine(lines[^1]);
        Assert.Equal(total[1], total[3]);
        Assert.InRange(int.Parse(total[1], CultureInfo.InvariantCulture), 20 * rounds, int.MaxValue);
    }

    /// <summary>The same process on a disk of 8 MiB that only it sees.</summary>
    private static ProcessStartInfo OnSmallDisk(ProcessStartInfo start, string folder)
    {
        string[] apart = Environment.IsPrivilegedProcess ? ["-m"] : ["-m", "--map-root-user"];
        var inner = "mount -t tmpfs -o size=8m,mode=700 tmpfs \"$0\" && exec \"$@\"";
        return new ProcessStartInfo("unshare", [.. apart, "sh", "-c", inner, folder, start.FileName, .. start.ArgumentList])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
