using System.Diagnostics;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

/// <summary>Whether a name exists cannot be told from how long its refusal takes.</summary>
public sealed class SignInTimingTests
{
    private const int Samples = 2_000;

    // For two samples of equal distribution |t| is above 5 once in about two million runs.
    private const double Signal = 5;

    [Fact]
    public async Task Two_thousand_refusals_of_a_real_name_and_of_none_take_the_same_time()
    {
        await using var desk = await AccessDesk.OpenAsync(Engine.Sqlite);
        await desk.AddAsync("alice", "administrator");
        await desk.AddAsync("bob");
        var bea = await desk.AddAsync("bea");
        await desk.Users.SetDisabledAsync(TestDatabase.Alice, bea.Id, true, CancellationToken.None);
        string[] names = ["bob", "nobody", "bea"];
        var times = names.ToDictionary(name => name, _ => new List<double>(Samples));
        var chance = new Random(20261122);
        for (var i = 0; i < Samples + 20; i++)
        {
            // In any order, so that what else the machine does falls on each alike.
            chance.Shuffle(names);
            foreach (var name in names)
            {
                var taken = await RefuseAsync(desk, name, AccessProblems.WrongPassword);
                if (i >= 20)
                    times[name].Add(taken);
            }

            // The limits of names and networks are forgotten by then.
            desk.Time.Advance(TimeSpan.FromHours(3));
        }

        Assert.InRange(Math.Abs(T(times["bob"], times["nobody"])), 0, Signal);
        Assert.InRange(Math.Abs(T(times["bob"], times["bea"])), 0, Signal);

        // The measure would see it: a refusal that does not check a password is told apart by far fewer samples.
        for (var i = 0; i < 5; i++)
            await RefuseAsync(desk, "bob", AccessProblems.WrongPassword);
        var unjudged = new List<double>();
        for (var i = 0; i < 200; i++)
            unjudged.Add(await RefuseAsync(desk, "bob", AccessProblems.TooManyAttempts));
        Assert.True(Math.Abs(T(times["bob"], unjudged)) > Signal, "Refusals without a check take as long: the measure sees nothing.");
    }

    private static async Task<double> RefuseAsync(AccessDesk desk, string name, ProblemKind expected)
    {
        var browser = new SignInBrowser(desk);
        var start = Stopwatch.GetTimestamp();
        var refused = await Assert.ThrowsAsync<Problem>(() => browser.SignInAsync(name, "wrong"));
        var taken = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        Assert.Equal(expected, refused.Kind);
        return taken;
    }

    // Welch's t of the logarithms: times have a long tail upwards, which logarithms bring near a normal one.
    private static double T(List<double> a, List<double> b)
    {
        var (meanA, varianceA) = Moments(a);
        var (meanB, varianceB) = Moments(b);
        return (meanA - meanB) / Math.Sqrt((varianceA / a.Count) + (varianceB / b.Count));
    }

    private static (double Mean, double Variance) Moments(List<double> values)
    {
        var logs = values.ConvertAll(Math.Log);
        var mean = logs.Average();
        return (mean, logs.Sum(log => (log - mean) * (log - mean)) / (logs.Count - 1));
    }
}
