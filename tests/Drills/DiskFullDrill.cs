using System.Diagnostics;
using System.Globalization;
using Tambo.Tests.Processes;

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
        Directory.Delete(folder + ".before", recursive: true);
        Assert.True(code == 0, errors);

        Assert.Equal(rounds, lines.Count(line => line == "refused storage.full 507 storage.full"));
        Assert.Equal(rounds, lines.Count(line => line == "read True"));
        Assert.Equal(20 * rounds, lines.Count(line => line == "after True"));
        var total = lines[^1].Split(' ');
        output.WriteLine(lines[^1]);
        Assert.Equal(total[1], total[3]);
        Assert.InRange(int.Parse(total[1], CultureInfo.InvariantCulture), 20 * rounds, int.MaxValue);
    }

    [Fact]
    public async Task Over_HTTP_a_full_disk_answers_507_and_pages_go_on()
    {
        using var folder = new NodeFolder();
        var token = await ImportWriter.TokenAsync(folder);
        await using var node = await NodeProcess.StartAsync(OnSmallDisk(folder.Command(["serve", "--urls", "http://127.0.0.1:0"]), folder.Data));
        // The node alone sees its disk; through its own root others do too.
        var disk = $"/proc/{node.Id}/root{folder.Data}";
        using var writer = new ImportWriter(node.Address, token);
        var acknowledged = 0;
        for (var round = 0; round < 2; round++)
        {
            var ballast = Path.Combine(disk, "ballast");
            // In pieces: the node writes meanwhile too.
            await using (var fill = File.Create(ballast, bufferSize: 0))
                while (new DriveInfo(disk).AvailableFreeSpace - 300_000 is > 0 and var room)
                    await fill.WriteAsync(new byte[Math.Min(room, 64 * 1024)]);
            var status = System.Net.HttpStatusCode.OK;
            for (var i = 0; i < 200 && status == System.Net.HttpStatusCode.OK; i++)
            {
                (status, var import) = await writer.WriteAsync();
                acknowledged += import is null ? 0 : 1;
            }

            Assert.Equal(System.Net.HttpStatusCode.InsufficientStorage, status);
            Assert.Equal(System.Net.HttpStatusCode.OK, await writer.ReadAsync("/en"));
            File.Delete(ballast);
            // The node looks at its room once a second.
            await Task.Delay(1100);
            for (var i = 0; i < 3; i++)
            {
                (status, var import) = await writer.WriteAsync();
                Assert.Equal(System.Net.HttpStatusCode.OK, status);
                acknowledged += import is null ? 0 : 1;
            }
        }

        output.WriteLine($"{acknowledged} acknowledged over HTTP");
    }

    /// <summary>The same process on a disk of 16 MiB that only it sees.</summary>
    private static ProcessStartInfo OnSmallDisk(ProcessStartInfo start, string folder)
    {
        string[] apart = Environment.IsPrivilegedProcess ? ["-m"] : ["-m", "--map-root-user"];
        // What was in the folder goes to the small disk with it.
        var inner = "cp -a \"$0\" \"$0.before\" && mount -t tmpfs -o size=16m,mode=700 tmpfs \"$0\" && cp -a \"$0.before/.\" \"$0/\" && exec \"$@\"";
        var inside = new ProcessStartInfo("unshare", [.. apart, "sh", "-c", inner, folder, start.FileName, .. start.ArgumentList])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in start.Environment)
            inside.Environment[name] = value;
        return inside;
    }
}
