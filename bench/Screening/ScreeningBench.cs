using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tambo.Cases.Screening;

namespace Tambo.Bench.Screening;

/// <summary>
/// screening [--rounds N]: how many screenings one core reads in a second, each with its explanation. One thread, in this
/// process; the answers stand in an array as they come from the database, and the result holds the rules that fired with the
/// answers and facts of each. Putting that into a reader's words is not measured.
/// </summary>
internal static class ScreeningBench
{
    private const int Pool = 4096;
    private const double Seconds = 2;
    private const double Wanted = 1_000_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = Results.Option(args, "--rounds", 5);
        var instruments = InstrumentSet.Shipped;
        (string Name, MadeUpScreening[] Screenings)[] kinds =
        [
            ("a crowded border: 8 % of the first questions answered with yes, 20 % of those that follow", MadeUpScreenings.Make(instruments, Pool, 0.08, 0.2)),
            ("only the first questions, all answered with no", MadeUpScreenings.Make(instruments, Pool, 0, 0)),
            ("people in great need: 30 % and 50 %", MadeUpScreenings.Make(instruments, Pool, 0.3, 0.5)),
            ("every question of every instrument answered with what asks for help", [MadeUpScreenings.Everything(instruments)]),
        ];

        foreach (var (_, screenings) in kinds)
        {
            // Lets the compiler's second tier settle.
            for (var pass = 0; pass < 5; pass++)
            {
                Run(instruments, screenings, 0.2);
                await Task.Delay(120);
            }
        }

        var table = new StringBuilder("| answers | screenings a second of one core: min / median / max | answers each | instruments begun | rules that fire | bytes allocated each |\n|---|---|---|---|---|---|\n");
        var first = 0.0;
        foreach (var (name, screenings) in kinds)
        {
            var speeds = new List<double>();
            var bytes = 0.0;
            for (var round = 0; round < rounds; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var (speed, count) = Run(instruments, screenings, Seconds);
                bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count;
                speeds.Add(speed);
            }

            var results = screenings.Select(screening => Screen.Evaluate(instruments, screening.Answers, screening.Facts)).ToList();
            first = first == 0 ? Spread.Median(speeds) : first;
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {Spread.Of(speeds)} | {screenings.Average(screening => screening.Answers.Length):N1} | {screenings.Average(screening => screening.Answers.Select(answer => instruments.Questions[answer.Question].Id.Split('.')[0]).Distinct().Count()):N1} | {results.Average(result => result.Fired.Count):N1} | {bytes:N0} |\n");
        }

        await Results.WriteAsync("screening", "Screenings a second", string.Create(CultureInfo.InvariantCulture, $"""
            {instruments.Questions.Count} questions and {instruments.Rules.Count} rules in {instruments.Instruments.Count} instruments. One thread in one process; answers in an array; each result
            holds the rules that fired with the answers and facts of each, profiles, urgency, locks, pathways, instruments to go on
            with and questions to come back to. Seconds are those of the processor. {Pool:N0} different made-up screenings, read
            round and round. The goal is {Wanted:N0} for the first line: {(first >= Wanted ? "it is met" : "it is missed")}.

            {table}
            """));
        return first >= Wanted ? 0 : 1;
    }

    private static (double PerSecond, long Count) Run(InstrumentSet instruments, MadeUpScreening[] screenings, double seconds)
    {
        var (count, urgent) = (0L, 0L);
        var cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            for (var at = 0; at < 1024; at++)
            {
                var screening = screenings[(int)(count++ % screenings.Length)];
                urgent += (int)Screen.Evaluate(instruments, screening.Answers, screening.Facts).Urgency;
            }
        }

        cpu = Environment.CpuUsage.TotalTime.TotalSeconds - cpu;
        // Nothing of it may be left out by the compiler.
        if (urgent < 0)
            throw new InvalidOperationException("Urgency is no negative number.");
        return (count / cpu, count);
    }
}
