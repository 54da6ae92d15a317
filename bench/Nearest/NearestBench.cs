using System.Globalization;
using Tambo.Bench.Running;

namespace Tambo.Bench.Nearest;

/// <summary>
/// nearest [--rounds N]: ten nearest places that match a category and are open, ours beside geokdbush, SQLite's R*Tree and PostGIS.
/// Ends with 1 when an answer differs from an exhaustive search or from a peer's.
/// </summary>
internal static class NearestBench
{
    private static readonly int[] Sizes = [1_400, 25_000, 100_000];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args is ["--rounds", var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 3;
        var folder = Directory.CreateTempSubdirectory("tambo-bench-nearest-").FullName;
        var binaries = ThrowawayPostgres.Binaries("postgis");
        using var cluster = binaries is null ? null : ThrowawayPostgres.Start(binaries);
        var results = new List<ContenderResult>();
        try
        {
            foreach (var size in Sizes)
                results.AddRange(await MeasureAsync(size, rounds, folder, cluster));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var table = NearestTable.Write(results, Machine.Line());
        await File.WriteAllTextAsync(Path.Combine(Machine.RepositoryRoot(), "bench", "results", "nearest.md"), table);
        await Console.Out.WriteLineAsync(table);
        return results.Exists(result => result.Note.Contains("differ", StringComparison.Ordinal)) ? 1 : 0;
    }

    private static async Task<List<ContenderResult>> MeasureAsync(int size, int rounds, string folder, ThrowawayPostgres? cluster)
    {
        var data = TownData.Make(size);
        var dataFile = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{size}.json"));
        await data.WriteJsonAsync(dataFile);
        var results = new List<ContenderResult>();
        var contenders = new List<(IContender Contender, ContenderResult Result)>();
        void Enter(string name, string? missing, Func<IContender> make)
        {
            var result = new ContenderResult(name, size) { Note = missing ?? "" };
            results.Add(result);
            if (missing is null)
                contenders.Add((make(), result));
        }

        var peers = Path.Combine(Machine.RepositoryRoot(), "bench", "peers");
        var ours = new TamboContender(data);
        Enter(ours.Name, null, () => ours);
        foreach (var (name, way) in (IEnumerable<(string, string)>)[("geokdbush, one index and a filter", "one"), ("geokdbush, an index for each category", "categories")])
            Enter(name, NodeContender.Missing(peers), () => new NodeContender(name, way, dataFile, peers));
        Enter("SQLite R*Tree, growing window", null, () => new RtreeContender(data));
        Enter("PostGIS, GiST on geography", cluster is null ? "not installed" : null, () => new PostgisContender(data, cluster!));

        for (var round = 0; round < rounds; round++)
            foreach (var (contender, result) in contenders)
            {
                var run = await contender.RunAsync();
                result.Runs.Add(run);
                result.BuildCpuSeconds = contender.BuildCpuSeconds;
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{size} round {round + 1}: {result.Name}: {run.PerCpuSecond:N0}/CPU-s"));
            }

        contenders[0].Result.Rebuilds = ours.Rebuilds;
        var answers = contenders[0].Result.Runs[0].Answers;
        contenders[0].Result.Note = Compare(answers, Enumerable.Range(0, 20_000_000 / size).Take(answers.Length).Select(ours.Exhaustive), "an exhaustive search");
        foreach (var (contender, result) in contenders.Skip(1))
            result.Note = Compare(answers, result.Runs[0].Answers, "ours");
        foreach (var (contender, _) in contenders)
            contender.Dispose();
        return results;
    }

    private static string Compare(int[][] answers, IEnumerable<int[]> others, string whose)
    {
        int compared = 0, different = 0;
        foreach (var other in others)
            if (!answers[compared++].AsSpan().SequenceEqual(other))
                different++;
        return different == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{compared:N0} equal {whose}")
            : string.Create(CultureInfo.InvariantCulture, $"{different:N0} of {compared:N0} differ from {whose}");
    }
}
