using Tambo.Bench.Imports;
using Tambo.Bench.Nearest;

// Each benchmark is a verb: dotnet run -c Release --project bench -- VERB
var benches = new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
{
    ["nearest"] = NearestBench.RunAsync,
    ["import"] = ImportBench.RunAsync,
};

if (args.Length > 0 && benches.TryGetValue(args[0], out var bench))
    return await bench(args[1..]);

await Console.Error.WriteLineAsync($"Say which: {string.Join(", ", benches.Keys)}");
return 2;
