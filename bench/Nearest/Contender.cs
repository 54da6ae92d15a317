using System.Diagnostics;

namespace Tambo.Bench.Nearest;

/// <summary>One measured run: how many questions, in how much processor time, how long each took, and the first answers.</summary>
internal sealed record ContenderRun(long Queries, double CpuSeconds, double P50Microseconds, double P99Microseconds, int[][] Answers)
{
    public double PerCpuSecond => Queries / CpuSeconds;
}

/// <summary>A program that answers the questions of one <see cref="TownData"/>.</summary>
internal interface IContender : IDisposable
{
    string Name { get; }

    /// <summary>Processor seconds to make the index, the last time it was made.</summary>
    double BuildCpuSeconds { get; }

    Task<ContenderRun> RunAsync();
}

/// <summary>The measuring loop of contenders called from this process, which node peers repeat in their own language.</summary>
internal static class Measuring
{
    private const double Seconds = 1.5;

    /// <summary>Fills the span with the ids that answer a query; returns how many.</summary>
    public delegate int Ask(int query, Span<int> ids);

    /// <param name="queries">How many different questions there are; they are asked round and round.</param>
    /// <param name="answers">How many answers to keep for comparing.</param>
    /// <param name="cpuSeconds">Processor time so far of the process that does the work.</param>
    public static ContenderRun Run(int queries, int answers, Ask ask, Func<double> cpuSeconds)
    {
        Span<int> ids = stackalloc int[TownData.Wanted];
        var kept = new int[answers][];
        for (var query = 0; query < answers; query++)
            kept[query] = ids[..ask(query, ids)].ToArray();

        var asked = 0L;
        var cpu = cpuSeconds();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds)
            for (var i = 0; i < 50; i++)
                ask((int)(asked++ % queries), ids);
        cpu = cpuSeconds() - cpu;

        var times = new double[Math.Min(asked, queries)];
        for (var query = 0; query < times.Length; query++)
        {
            var start = Stopwatch.GetTimestamp();
            ask(query, ids);
            times[query] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        Array.Sort(times);
        return new ContenderRun(asked, cpu, times[times.Length / 2], times[times.Length * 99 / 100], kept);
    }

    public static double OwnCpuSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
