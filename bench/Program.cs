using Tambo.Bench.Cases;
using Tambo.Bench.Collect;
using Tambo.Bench.Feedback;
using Tambo.Bench.Flows;
using Tambo.Bench.Imports;
using Tambo.Bench.Nearest;
using Tambo.Bench.Packs;
using Tambo.Bench.Pages;
using Tambo.Bench.Reload;
using Tambo.Bench.Screening;
using Tambo.Bench.Search;
using Tambo.Bench.Start;
using Tambo.Bench.Sync;
using Tambo.Bench.Writes;

// Each benchmark is a verb: ./do bench VERB
var benches = new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
{
    ["nearest"] = NearestBench.RunAsync,
    ["pack"] = PackBench.RunAsync,
    ["pages"] = PagesBench.RunAsync,
    ["writes"] = WritesBench.RunAsync,
    ["feedback"] = FeedbackBench.RunAsync,
    ["cases"] = CasesBench.RunAsync,
    ["collect"] = CollectBench.RunAsync,
    ["crossings"] = CrossingsBench.RunAsync,
    ["import"] = ImportBench.RunAsync,
    ["reload"] = ReloadBench.RunAsync,
    ["screening"] = ScreeningBench.RunAsync,
    ["search"] = SearchBench.RunAsync,
    ["start"] = StartBench.RunAsync,
    ["sync"] = SyncBench.RunAsync,
    ["weight"] = WeightBench.RunAsync,
    [CrossingsTask.Verb] = CrossingsTask.RunAsync,
    [BareKestrel.Verb] = BareKestrel.RunAsync,
    [BareField.Verb] = BareField.RunAsync,
};

if (args.Length > 0 && benches.TryGetValue(args[0], out var bench))
    return await bench(args[1..]);

await Console.Error.WriteLineAsync($"Say which: {string.Join(", ", benches.Keys)}");
return 2;
