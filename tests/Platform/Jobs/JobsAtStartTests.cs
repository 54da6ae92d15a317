using Dapper;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Jobs;

/// <summary>The jobs of all parts, as a node runs them by itself; other tests start nodes without them.</summary>
public sealed class JobsAtStartTests
{
    [Theory, OnEachEngine]
    public async Task A_node_that_starts_runs_each_job_of_its_parts_once_to_its_end(Engine engine)
    {
        var names = Tambo.Node.Parts.All.SelectMany(part => part.Jobs).Select(job => job.Name).Order(StringComparer.Ordinal).ToList();
        Assert.InRange(names.Count, 20, int.MaxValue);
        await using var node = await TestNode.StartAsync(engine, new SettableTime(SettableTime.Noon), jobs: true);
        await using var connection = await node.Db.ReadAsync(TestContext.Current.CancellationToken);
        for (var look = 0; ; look++)
        {
            var runs = (await connection.QueryAsync<(string Job, string Outcome)>("select job, outcome from platform_job_runs")).OrderBy(run => run.Job, StringComparer.Ordinal).ToList();
            if (runs.Count == names.Count && runs.TrueForAll(run => run.Outcome != "running"))
            {
                Assert.Equal(names.Select(name => (name, "done")), runs);
                return;
            }

            Assert.True(look < 1500, $"After half a minute: {string.Join(", ", runs)}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
