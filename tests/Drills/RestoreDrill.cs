using System.Collections.Concurrent;
using System.Diagnostics;
using Tambo.Platform.Database;
using Tambo.Tests.Processes;
using Tambo.Tests.Support;

namespace Tambo.Tests.Drills;

/// <summary>REL-7 with the program itself: backed up while it serves and is written to, lost, and restored elsewhere.</summary>
public sealed class RestoreDrill(ITestOutputHelper output)
{
    private static readonly TimeSpan LongestRestore = TimeSpan.FromSeconds(60);

    [Theory]
    [OnEachEngine]
    public async Task What_was_acknowledged_before_a_backup_under_load_is_there_after_restoring_elsewhere(Engine engine)
    {
        using var folder = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var token = await ImportWriter.TokenAsync(folder);
        var backup = folder.Beside("node.tambo");
        var acknowledged = new ConcurrentBag<string>();
        List<string> before;
        await using (var node = await NodeProcess.ServeAsync(folder))
        {
            using var stop = new CancellationTokenSource();
            var writers = Enumerable.Range(0, 4).Select(i => WriteAsync(node.Address, token, $"w{i}", acknowledged, stop.Token)).ToList();
            while (acknowledged.Count < 40)
                await Task.Delay(10);
            before = [.. acknowledged];
            var (code, _, errors) = await folder.RunAsync("backup", backup);
            Assert.True(code == 0, errors);
            Assert.True(acknowledged.Count > before.Count, "Nothing was written while the backup was made: the drill put no load on it.");
            await stop.CancelAsync();
            await node.KillAsync();
            await Task.WhenAll(writers);
        }

        using var elsewhere = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null, folder.Key);
        var started = Stopwatch.GetTimestamp();
        var restored = await elsewhere.RunAsync("restore", backup);
        Assert.True(restored.Code == 0, restored.Errors);
        await using (var node = await NodeProcess.ServeAsync(elsewhere))
        {
            var took = Stopwatch.GetElapsedTime(started);
            using var reader = new ImportWriter(node.Address, token);
            Assert.Equal(System.Net.HttpStatusCode.OK, await reader.ReadAsync("/en/services"));
            output.WriteLine($"{engine}: {before.Count} imports before the backup, restored and serving after {took.TotalSeconds:0.0} s");
            Assert.True(took < LongestRestore, $"{took}");
        }

        var survivors = await Survivors.CountAsync(new DatabaseSettings(elsewhere.Data, elsewhere.Postgres), before, Survivors.Imports);
        Assert.Equal(0, survivors.Lost);
        Assert.Empty(survivors.Faults);
        var verified = await elsewhere.RunAsync("audit", "verify");
        Assert.True(verified.Code == 0, verified.Errors);
    }

    [Fact]
    public async Task A_backup_that_is_cut_short_or_opened_with_another_key_restores_nothing()
    {
        using var folder = new NodeFolder();
        await ImportWriter.TokenAsync(folder);
        var backup = folder.Beside("node.tambo");
        Assert.Equal(0, (await folder.RunAsync("backup", backup)).Code);

        var cut = folder.Beside("cut.tambo");
        var whole = await File.ReadAllBytesAsync(backup);
        await File.WriteAllBytesAsync(cut, whole[..(whole.Length * 2 / 3)]);
        File.Copy(backup + ".keys", cut + ".keys");
        await RefusedAsync(cut, folder.Key);
        await RefusedAsync(backup, key: null);
    }

    [Fact]
    public async Task A_backup_whose_maker_is_killed_leaves_no_file_that_could_be_taken_for_one()
    {
        using var folder = new NodeFolder();
        await ImportWriter.TokenAsync(folder);
        var backup = folder.Beside("node.tambo");
        var chance = new Random(3009);
        var killed = 0;
        for (var attempt = 0; attempt < 6; attempt++)
        {
            File.Delete(backup);
            File.Delete(backup + ".keys");
            using var process = Process.Start(folder.Command(["backup", backup]))!;
            await Task.Delay(chance.Next(50, 600));
            process.Kill();
            await process.WaitForExitAsync();
            killed += process.ExitCode == 0 ? 0 : 1;
            // Whatever has its name is whole: it is given only after the copy was opened and verified.
            if (File.Exists(backup))
            {
                using var elsewhere = new NodeFolder(key: folder.Key);
                var restored = await elsewhere.RunAsync("restore", backup);
                Assert.True(restored.Code == 0, restored.Errors);
            }
        }

        Assert.True(killed > 0, "Every backup had ended before it was killed: the drill cut nothing.");
    }

    private static async Task RefusedAsync(string backup, string? key)
    {
        using var elsewhere = new NodeFolder(key: key);
        var (code, _, errors) = await elsewhere.RunAsync("restore", backup);
        Assert.NotEqual(0, code);
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(elsewhere.Data) && Directory.EnumerateFileSystemEntries(elsewhere.Data).Any(), "Something was left behind.");
    }

    private static async Task WriteAsync(Uri address, string token, string name, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        using var writer = new ImportWriter(address, token, name);
        try
        {
            while (!stop.IsCancellationRequested && (await writer.WriteAsync()).Import is { } import)
                acknowledged.Add(import);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            // The node is gone.
        }
    }
}
