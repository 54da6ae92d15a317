using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Tests.Processes;
using Tambo.Tests.Support;

namespace Tambo.Tests.Drills;

/// <summary>
/// REL-1 for figures: the program is killed in each phase of an import, from its start until after its end. Either all of the
/// file counts or all of the one before it, and the next start says which was broken off.
/// </summary>
public sealed class ImportKillDrill(ITestOutputHelper output)
{
    private const int Rows = 300_000;

    private const string Mapping =
        """
        {
          "name": "valley", "version": 1, "dataflow": "FLOW", "replaces": "all", "series": { "code": "VALLEY", "publisher": "Office of the valley" },
          "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ "day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM-dd", "frequency": "D" } ] },
            { "from": [ "point" ], "to": [ "POINT" ], "text": true },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": {} }
          ]
        }
        """;

    [Theory]
    [InlineData(Engine.Sqlite, 5, 60)]
    [InlineData(Engine.Postgres, 3, 30)]
    public async Task Killed_in_any_phase_an_import_counts_whole_or_not_at_all_and_the_next_start_says_which(Engine engine, int kills, int killsWhenLong)
    {
        using var folder = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var mapping = folder.Beside("valley.json");
        await File.WriteAllTextAsync(mapping, Mapping, TestContext.Current.CancellationToken);
        // The first also makes the database; the second says how long one takes.
        Assert.Equal(0, (await folder.RunAsync("import", "flows", Write(folder, -1), "--mapping", mapping)).Code);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, (await folder.RunAsync("import", "flows", Write(folder, 0), "--mapping", mapping)).Code);
        var whole = clock.Elapsed;
        var (standing, brokenOff, told) = (SumOf(0), 0, 0);
        var count = Victim.IsLong ? killsWhenLong : kills;
        for (var kill = 1; kill <= count; kill++)
        {
            var file = Write(folder, kill);
            using (var process = Process.Start(folder.Command(["import", "flows", file, "--mapping", mapping]))!)
            {
                // Every other one while observations are being written, the rest at any time.
                if (kill % 2 == 0)
                    await Task.Delay(whole * kill / count, TestContext.Current.CancellationToken);
                else
                    await StagedAsync(folder, process, TimeSpan.FromMilliseconds(20 * kill));
                process.Kill();
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            var (sum, reading) = await LookAsync(folder);
            Assert.True(sum == standing || sum == SumOf(kill), $"{sum} is neither {standing} nor {SumOf(kill)}");
            standing = sum;
            brokenOff += reading;
            // Nobody else is at work on it: on either engine the next start says so at once, whatever it is asked to do.
            var next = await folder.RunAsync("import", "flows", file, "--mapping", mapping, "--dry-run");
            Assert.Equal(0, next.Code);
            told += next.Output.Split("was broken off; nothing of it counts").Length - 1;
            Assert.Equal(brokenOff, told);
        }

        Assert.InRange(brokenOff, 1, count);
        Assert.Equal(0, (await LookAsync(folder)).Reading);
        Assert.Equal(0, (await folder.RunAsync("import", "flows", Write(folder, count + 1), "--mapping", mapping)).Code);
        Assert.Equal(SumOf(count + 1), (await LookAsync(folder)).Sum);
        Assert.Equal(0, (await folder.RunAsync("audit", "verify")).Code);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}: {count} kills over {whole.TotalMilliseconds:0} ms, {brokenOff} found half done"));
    }

    private static async Task StagedAsync(NodeFolder folder, Process process, TimeSpan pause)
    {
        var staging = Path.Combine(folder.Data, "staging");
        foreach (var left in Directory.Exists(staging) ? Directory.GetFiles(staging) : [])
            File.Delete(left);
        while (!process.HasExited && !(Directory.Exists(staging) && Directory.EnumerateFiles(staging).Any()))
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await Task.Delay(pause, TestContext.Current.CancellationToken);
    }

    private static async Task<(long Sum, int Reading)> LookAsync(NodeFolder folder)
    {
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(folder.Data, folder.Postgres), TimeProvider.System, CancellationToken.None);
        using var live = new LiveSegments(db, new BlobStore(db, folder.Data));
        var figure = Assert.Single((await new QueryFlows(live).RunAsync(new FlowsQuery(), CancellationToken.None)).Figures);
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return (figure.Sure, await Dapper.SqlMapper.ExecuteScalarAsync<int>(connection, "select count(*) from flows_imports where state = 'reading'"));
    }

    // Every file has the same rows but one, by which its sum is known from those of all others.
    private static string Write(NodeFolder folder, int number)
    {
        var path = folder.Beside($"{number}.csv");
        var text = new StringBuilder("day,point,count\n");
        for (var row = 0; row < Rows; row++)
            text.Append(CultureInfo.InvariantCulture, $"2023-{1 + (row % 12):00}-{1 + (row % 28):00},P{row % 40},{(row == 77 ? 1_000 + number : row % 9)}\n");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static long SumOf(int number) => Enumerable.Range(0, Rows).Where(row => row != 77).Sum(row => (long)(row % 9)) + 1_000 + number;
}
