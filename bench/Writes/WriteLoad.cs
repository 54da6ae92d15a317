using System.Diagnostics;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Bench.Writes;

/// <summary>What became of a load of writes.</summary>
/// <param name="Seconds">Wall time from the first write to the last acknowledgement.</param>
/// <param name="CpuSeconds">Processor time of this process meanwhile.</param>
/// <param name="Milliseconds">From the moment each write was due to its acknowledgement, sorted.</param>
internal sealed record WriteRun(double Seconds, double CpuSeconds, double[] Milliseconds)
{
    public double PerSecond => Milliseconds.Length / Seconds;

    public double CpuMicroseconds => CpuSeconds / Milliseconds.Length * 1e6;
}

/// <summary>Writes as a part writes: a change with its audit line, one inserted row, and a commit that is durable when it returns.</summary>
internal sealed class WriteLoad(NodeDb db)
{
    private const string Answers =
        """{"point":"north gate","age":"26-59","group":4,"from":"VE","to":"MX","needs":["shelter","health"],"note":"asked for the way to the clinic"}""";

    private static readonly Actor Writer = Actor.OperatingSystem("bench");

    /// <summary>The table the rows go to.</summary>
    public static Migration Table { get; } = new(
        "bench", 1, "submissions", "create table bench_submissions (id text primary key, at text not null, answers text not null);");

    /// <summary>Writes that become due at an even pace, whether or not earlier ones are through.</summary>
    public async Task<WriteRun> PacedAsync(int perSecond, int seconds)
    {
        var writes = new List<Task<double>>(perSecond * seconds);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < perSecond * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / perSecond);
            if (due - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } wait)
                await Task.Delay(wait);
            writes.Add(Task.Run(async () =>
            {
                await WriteAsync();
                return (Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds;
            }));
        }

        var times = await Task.WhenAll(writes);
        Array.Sort(times);
        return new WriteRun(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, times);
    }

    /// <summary>Writers that each write again as soon as they are acknowledged.</summary>
    public async Task<WriteRun> BurstAsync(int writers, int seconds)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            var own = new List<double>();
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            {
                var due = Stopwatch.GetTimestamp();
                await WriteAsync();
                own.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            }

            return own;
        })));
        var all = times.SelectMany(own => own).ToArray();
        Array.Sort(all);
        return new WriteRun(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, all);
    }

    private async Task WriteAsync()
    {
        var now = db.Time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("D");
        await using var change = await db.BeginAsync(Writer, "bench.submission.received", id, CancellationToken.None);
        await change.ExecuteAsync(
            "insert into bench_submissions (id, at, answers) values (@id, @at, @answers)",
            new { id, at = Instants.Write(now), answers = Answers });
        await change.CommitAsync(CancellationToken.None);
    }
}
