using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.Json;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Rollups;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Bench.Flows;

/// <summary>One task of <see cref="CrossingsBench"/> in a process of its own; writes its figures as lines of JSON.</summary>
internal static class CrossingsTask
{
    public const string Verb = "crossings-task";

    private static readonly Grouping Month = new("TIME_PERIOD", static code => code[..7]) { Span = 'M' };
    private static readonly Grouping Week = new("TIME_PERIOD", static code => Period.Holding(Period.Read(code)!.Value.From, 'W')!.Value.ToString()) { Span = 'W' };
    private static readonly Condition Children = Condition.Ages(new AgeInterval(0, 17));

    private static readonly (string Name, CubeQuestion Question)[] Dashboards =
    [
        ("by month", new CubeQuestion { By = [Month] }),
        ("by month, of one nationality", new CubeQuestion { By = [Month], Where = [Condition.Is("CITIZENSHIP", "VEN")] }),
        ("children by month", new CubeQuestion { By = [Month], Where = [Children] }),
        ("by nationality, of one year", new CubeQuestion { By = [Grouping.By("CITIZENSHIP")], Where = [Condition.Within(new DateOnly(2023, 1, 1), new DateOnly(2023, 12, 31))] }),
        ("by sex and age, of one year", new CubeQuestion { By = [Grouping.By("SEX"), Grouping.By("AGE")], Where = [Condition.Within(new DateOnly(2023, 1, 1), new DateOnly(2023, 12, 31))] }),
        ("by point", new CubeQuestion { By = [Grouping.By("POINT")] }),
        ("one point by month", new CubeQuestion { By = [Month], Where = [Condition.Is("POINT", "P007")] }),
        ("by month and nationality", new CubeQuestion { By = [Month, Grouping.By("CITIZENSHIP")] }),
    ];

    public static Task<int> RunAsync(string[] args)
    {
        if (args[0] == "import")
            Import(args[1], args[2]);
        else
            Ask(args[1], int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
        return Task.FromResult(0);
    }

    private static void Import(string csv, string path)
    {
        var rollups = Path.Combine(Path.GetDirectoryName(path)!, "rollups");
        if (Directory.Exists(rollups))
            Directory.Delete(rollups, recursive: true);
        var clock = Stopwatch.StartNew();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        HarmonisedFile done;
        using (var file = File.OpenRead(csv))
        using (var segment = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 20))
        {
            done = new HarmoniseFile(CrossingsBench.Mapping, new DateOnly(2026, 11, 22), Environment.ProcessorCount).Run(file, segment, CancellationToken.None);
            segment.Flush(flushToDisk: true);
        }

        var (wall, used) = (clock.Elapsed, process.TotalProcessorTime - cpu);
        using var opened = SegmentFile.Open(path);
        using var shelf = new RollupShelf(Path.GetDirectoryName(path)!);
        var count = shelf.Of("bench", opened).Count;
        process.Refresh();
        Say(new
        {
            wall = wall.TotalMilliseconds,
            cpu = used.TotalMilliseconds,
            peak = process.PeakWorkingSet64,
            bytes = new FileInfo(path).Length,
            kept = done.Kept,
            rollups = count,
            rollupBytes = Directory.GetFiles(rollups).Sum(one => new FileInfo(one).Length),
            rollupWall = (clock.Elapsed - wall).TotalMilliseconds,
            rollupCpu = (process.TotalProcessorTime - cpu - used).TotalMilliseconds,
        });
    }

    private static void Ask(string path, int runs)
    {
        var clock = Stopwatch.StartNew();
        using var file = SegmentFile.Open(path);
        var open = clock.Elapsed;
        StandingSegment[] standing = [new(file)];
        Say(new { name = "open", open = open.TotalMilliseconds });
        Answers("month x nationality", () => AskCube.Answer(new CubeQuestion { By = [Month, Grouping.By("CITIZENSHIP")] }, standing, Environment.ProcessorCount), "TIME_PERIOD", "CITIZENSHIP");
        Answers("point x week, the ten largest", () =>
        {
            string[] columns = ["SERIES", "POINT", "week"];
            var groups = AskCube.Groups(new CubeQuestion { By = [Grouping.By("SERIES"), Grouping.By("POINT"), Week] }, standing, Environment.ProcessorCount);
            return TopCodes.Of(columns, groups, ["POINT"], 10).Merge(columns, groups).Figures();
        }, "TIME_PERIOD", "POINT");
        Answers(
            "Venezuelans coming in, month x point",
            () => AskCube.Answer(new CubeQuestion { By = [Month, Grouping.By("POINT")], Where = [Condition.Is("CITIZENSHIP", "VEN"), Condition.Is("DIRECTION", "IN")] }, standing, Environment.ProcessorCount),
            "TIME_PERIOD", "POINT", "CITIZENSHIP", "DIRECTION");
        Answers("share of children, month x point", () =>
        {
            var whole = new CubeQuestion { By = [Month, Grouping.By("POINT")] };
            var (parts, wholes) = AskCube.Shares(whole with { Where = [Children] }, [], whole, standing, Environment.ProcessorCount);
            return Shares.Of(parts.Figures(), wholes.Figures(), [], chosen: true);
        }, "TIME_PERIOD", "POINT", "AGE");
        AskRollups(path, file, standing);
        Say(new { name = "memory", resident = Process.GetCurrentProcess().WorkingSet64, peak = Process.GetCurrentProcess().PeakWorkingSet64 });

        void Answers(string name, Func<IReadOnlyList<Figure>> answer, params string[] columns)
        {
            // Nothing of the question before is in memory.
            file.Forget();
            var (times, sum) = (new List<double>(), 0L);
            var cpus = new List<double>();
            for (var run = 0; run < runs; run++)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                var started = Stopwatch.GetTimestamp();
                sum = answer().Sum(figure => figure.Sure);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                cpus.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
            }

            Say(new { name, first = times[0], times = times[1..], firstCpu = cpus[0], cpu = Spread.Median(cpus[1..]), sum, floor = Floor([.. columns.Append("OBS_VALUE").Select(column => file.Column(column)!)]) });
        }
    }

    private static void AskRollups(string path, SegmentFile file, StandingSegment[] standing)
    {
        using var shelf = new RollupShelf(Path.GetDirectoryName(path)!);
        StandingSegment[] rolled = [standing[0] with { Rollups = () => shelf.Of("bench", file) }];
        foreach (var (name, question) in Dashboards)
        {
            var same = AskCube.Answer(question, rolled, 2).Select(figure => (string.Join(',', figure.Labels), figure.Sure, figure.Rows)).SequenceEqual(
                AskCube.Answer(question, standing, 2).Select(figure => (string.Join(',', figure.Labels), figure.Sure, figure.Rows)));
            var times = new double[1_000];
            for (var run = 0; run < times.Length; run++)
            {
                var started = Stopwatch.GetTimestamp();
                AskCube.Answer(question, rolled, 2);
                times[run] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            }

            Array.Sort(times);
            Say(new { name = "rollup: " + name, p50 = times[500], p99 = times[990], same, figures = AskCube.Answer(question, rolled, 2).Count });
        }
    }

    // Reading the very columns of a question from memory once, in as many threads as there are cores: nothing can be faster.
    private static double Floor(IReadOnlyList<NumberColumn> columns)
    {
        var best = double.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var column in columns)
                Parallel.For(0, Environment.ProcessorCount, part => Touch(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Part(column, part))));
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return best;
    }

    private static ReadOnlySpan<byte> Part(NumberColumn column, int part)
    {
        var bytes = column.Narrow is { } narrow ? narrow : column.Middle is { } middle ? System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(middle) : System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(column.Wide);
        var each = bytes.Length / Environment.ProcessorCount;
        return bytes.Slice(part * each, each);
    }

    private static void Touch(ReadOnlySpan<byte> bytes)
    {
        var sum = Vector512<byte>.Zero;
        for (var at = 0; at + Vector512<byte>.Count <= bytes.Length; at += Vector512<byte>.Count)
            sum ^= Vector512.Create(bytes.Slice(at, Vector512<byte>.Count));
        GC.KeepAlive(sum);
    }

    private static void Say(object figures) => Console.WriteLine(JsonSerializer.Serialize(figures));
}
