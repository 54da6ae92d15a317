using System.Diagnostics;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Bench.Flows;

/// <summary><c>./do bench crossings</c>: ten million observations brought in, and questions over them.</summary>
internal static class CrossingsBench
{
    public static Mapping Mapping { get; } = new()
    {
        Name = "crossings",
        Version = 1,
        Dataflow = "FLOW",
        Series = new MappedSeries { Code = "MADE_UP", Publisher = "Nobody" },
        Constants = new Dictionary<string, string> { ["UNIT_MEASURE"] = "PS", ["REF_AREA"] = "ZZZ" },
        Columns =
        [
            new MappedColumns { From = ["date"], To = ["TIME_PERIOD"], Dates = [new DatePattern { Pattern = "yyyy-MM-dd", Frequency = "D" }] },
            new MappedColumns { From = ["point"], To = ["POINT"], Text = true },
            Values("direction", "DIRECTION", "IN", "OUT", "TRANSIT"),
            new MappedColumns { From = ["nationality"], To = ["CITIZENSHIP"], Codes = "countries" },
            Values("sex", "SEX", "F", "M", "_U"),
            Values("age", "AGE", "Y0T4", "Y5T11", "Y12T17", "Y18T59", "Y_GE60"),
            Values("transport", "TRANS_MODE", "FOOT", "BUS", "CAR", "TRUCK", "BOAT", "PLANE", "TRAIN", "OTHER"),
            new MappedColumns { From = ["count"], To = ["OBS_VALUE"], Number = new NumberForm() },
            new MappedColumns { From = ["source"], To = ["DATA_SOURCE"], Text = true },
        ],
    };

    public static Task<int> RunAsync(string[] args)
    {
        var rows = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 10_000_000;
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "tambo-crossings")).FullName;
        var csv = Path.Combine(folder, $"{rows}.csv");
        if (!File.Exists(csv))
            MadeUpCrossings.Write(csv, rows);
        Console.WriteLine($"{rows} rows, {new FileInfo(csv).Length / 1e6:0.0} MB");
        var path = Path.Combine(folder, $"{rows}.segment");
        for (var round = 0; round < 3; round++)
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            using (var file = File.OpenRead(csv))
            using (var segment = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 20))
            {
                var done = new HarmoniseFile(Mapping, new DateOnly(2026, 11, 22), Environment.ProcessorCount).Run(file, segment, CancellationToken.None);
                segment.Flush(flushToDisk: true);
                Console.WriteLine($"import {clock.ElapsedMilliseconds} ms, cpu {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds:0} ms, kept {done.Kept}, refused {done.Refused}, {segment.Length / 1e6:0.0} MB, peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB");
            }
        }

        using var opened = SegmentFile.Open(path);
        StandingSegment[] standing = [new(opened)];
        var month = new Grouping("TIME_PERIOD", static code => code[..7]);
        var week = new Grouping("TIME_PERIOD", static code => Period.Holding(Period.Read(code)!.Value.From, 'W')!.Value.ToString());
        (string Name, CubeQuestion Question)[] questions =
        [
            ("month x nationality", new CubeQuestion { By = [month, Grouping.By("CITIZENSHIP")] }),
            ("point x week", new CubeQuestion { By = [Grouping.By("POINT"), week] }),
            ("VEN, IN by month x point", new CubeQuestion { By = [month, Grouping.By("POINT")], Where = [Condition.Is("CITIZENSHIP", "VEN"), Condition.Is("DIRECTION", "IN")] }),
            ("children by month x point", new CubeQuestion { By = [month, Grouping.By("POINT")], Where = [Condition.Ages(new AgeInterval(0, 17))] }),
        ];
        foreach (var (name, question) in questions)
        {
            var times = new List<double>();
            IReadOnlyList<Figure> answer = [];
            for (var run = 0; run < 15; run++)
            {
                var clock = Stopwatch.StartNew();
                answer = AskCube.Answer(question, standing, Environment.ProcessorCount);
                times.Add(clock.Elapsed.TotalMilliseconds);
            }

            var first = times[0];
            times.Sort();
            Console.WriteLine($"{name}: first {first:0.0}, min {times[0]:0.0}, median {times[7]:0.0} ms; {answer.Count} figures, {answer.Sum(figure => figure.Sure)}");
        }

        return Task.FromResult(0);
    }

    private static MappedColumns Values(string from, string to, params string[] codes) => new()
    {
        From = [from],
        To = [to],
        Values = codes.ToDictionary(code => code, code => (IReadOnlyList<MappedValue>)[new MappedValue { To = new Dictionary<string, string> { [to] = code } }]),
    };
}
