using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Jobs;

/// <summary>Work that somebody has started ends in one of five ways, and each is known afterwards.</summary>
public sealed class StartedWorksTests
{
    private static readonly NewWork Work = new("test.work", "one", "what it is");

    [Theory, OnEachEngine]
    public async Task What_came_of_it_is_kept_also_a_refusal_with_its_numbers_and_a_failure_of_ours(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var works = new StartedWorks(database.Db, NullLogger<StartedWorks>.Instance);
        var done = await RunAsync(works, (running, _) =>
        {
            running.Report(new WorkSoFar(7, 30, 40));
            return Task.FromResult("came of it");
        });
        Assert.Equal(("done", "came of it", 75, "what it is", "user:alice"), (done.State, done.Outcome, done.SoFar.Percent, done.Details, done.Actor));
        var refused = await RunAsync(works, (_, _) => throw FileProblems.RowTooLong.With(("line", "12"), ("limit", 4000L)));
        Assert.Equal((FileProblems.RowTooLong, "12", 4000L), (refused.Refusal!.Kind, (string)refused.Refusal.Values[0].Value!, (long)refused.Refusal.Values[1].Value!));
        var fields = await RunAsync(works, (_, _) => throw new Problem(PlatformProblems.Malformed, []) { Fields = new Dictionary<string, ProblemKind> { ["name"] = FileProblems.RowTooLong } });
        Assert.Equal(FileProblems.RowTooLong, fields.Refusal!.Fields["name"]);
        Assert.Equal(PlatformProblems.Unexpected, (await RunAsync(works, (_, _) => throw new InvalidOperationException("our mistake"))).Refusal!.Kind);
        Assert.Equal(4, (await works.LastAsync(Work.Kind, 10, CancellationToken.None)).Count);
    }

    [Theory, OnEachEngine]
    public async Task Of_one_subject_one_is_done_at_a_time_and_another_beside_it(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var works = new StartedWorks(database.Db, NullLogger<StartedWorks>.Instance);
        var goOn = new TaskCompletionSource();
        Task<StartedWork> BeginAsync(string subject) => works.BeginAsync(Work with { Subject = subject }, TestDatabase.Alice, async (_, stopping) =>
        {
            await goOn.Task.WaitAsync(stopping);
            return "";
        }, CancellationToken.None);
        var begun = await Task.WhenAll(BeginAsync("one"), BeginAsync("one"), BeginAsync("one"), BeginAsync("two"));
        Assert.Equal(2, begun.Select(work => work.Id).Distinct().Count());
        goOn.SetResult();
        foreach (var work in begun)
            Assert.Equal("done", (await works.WaitAsync(work.Id, TimeSpan.FromSeconds(30), CancellationToken.None))!.State);
        Assert.NotEqual(begun[0].Id, (await BeginAsync("one")).Id);
    }

    [Theory, OnEachEngine]
    public async Task Of_one_kind_no_more_is_under_way_at_once_than_the_machine_bears_also_when_all_ask_together(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var works = new StartedWorks(database.Db, NullLogger<StartedWorks>.Instance);
        var goOn = new TaskCompletionSource();
        async Task<(StartedWork? Begun, Problem? Refusal)> BeginAsync(int subject)
        {
            try
            {
                return (await works.BeginAsync(Work with { Subject = $"{subject}" }, TestDatabase.Alice, async (_, stopping) =>
                {
                    await goOn.Task.WaitAsync(stopping);
                    return "";
                }, CancellationToken.None), null);
            }
            catch (Problem refusal)
            {
                return (null, refusal);
            }
        }

        var asked = await Task.WhenAll(Enumerable.Range(0, 40).Select(BeginAsync));
        Assert.Equal(4, asked.Count(one => one.Begun is not null));
        Assert.All(asked.Select(one => one.Refusal).OfType<Problem>(), refusal => Assert.Equal(("request.works_at_once", 429), (refusal.Kind.Code, refusal.Kind.Status)));
        // What is under way is found all the same, and room is again as soon as it has ended.
        var present = asked.First(one => one.Begun is not null).Begun!;
        Assert.Equal(present.Id, (await BeginAsync(int.Parse(present.Subject, System.Globalization.CultureInfo.InvariantCulture))).Begun!.Id);
        goOn.SetResult();
        foreach (var work in asked.Select(one => one.Begun).OfType<StartedWork>())
            await works.WaitAsync(work.Id, TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.NotNull((await BeginAsync(99)).Begun);

        // What power cuts left takes nobody's room.
        await using (var change = await database.Db.BeginOperationalAsync(CancellationToken.None))
        {
            await change.ExecuteAsync("update platform_works set state = 'running', ended_at = null");
            await change.CommitAsync(CancellationToken.None);
        }

        Assert.NotNull(await new StartedWorks(database.Db, NullLogger<StartedWorks>.Instance).BeginAsync(Work with { Subject = "next" }, TestDatabase.Alice, (_, _) => Task.FromResult(""), CancellationToken.None));
    }

    [Theory, OnEachEngine]
    public async Task A_process_that_ends_stops_its_work_and_what_it_did_not_survive_is_known_as_broken_off(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var works = new StartedWorks(database.Db, NullLogger<StartedWorks>.Instance);
        var begun = await works.BeginAsync(Work, TestDatabase.Alice, async (_, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            return "";
        }, CancellationToken.None);
        await works.StopAsync(CancellationToken.None);
        Assert.Equal("broken_off", (await works.FindAsync(begun.Id, CancellationToken.None))!.State);

        // What a power cut leaves: a row that nobody holds. It is in nobody's way.
        await using (var change = await database.Db.BeginOperationalAsync(CancellationToken.None))
        {
            await change.ExecuteAsync("update platform_works set state = 'running', ended_at = null");
            await change.CommitAsync(CancellationToken.None);
        }

        var after = new StartedWorks(database.Db, NullLogger<StartedWorks>.Instance);
        var next = await after.BeginAsync(Work, TestDatabase.Alice, (_, _) => Task.FromResult(""), CancellationToken.None);
        Assert.NotEqual(begun.Id, next.Id);
        Assert.Equal("broken_off", (await after.FindAsync(begun.Id, CancellationToken.None))!.State);
        Assert.Equal("0 broken off", await after.SweepAsync(CancellationToken.None));
    }

    [Theory, OnEachEngine]
    public async Task What_ended_a_month_ago_is_forgotten(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var database = await TestDatabase.CreateAsync(engine, time);
        var works = new StartedWorks(database.Db, NullLogger<StartedWorks>.Instance);
        var done = await RunAsync(works, (_, _) => Task.FromResult(""));
        time.Set(time.GetUtcNow().AddDays(29));
        await works.SweepAsync(CancellationToken.None);
        Assert.NotNull(await works.FindAsync(done.Id, CancellationToken.None));
        time.Set(time.GetUtcNow().AddDays(2));
        await works.SweepAsync(CancellationToken.None);
        Assert.Null(await works.FindAsync(done.Id, CancellationToken.None));
    }

    private static async Task<StartedWork> RunAsync(StartedWorks works, Func<RunningWork, CancellationToken, Task<string>> run)
    {
        var begun = await works.BeginAsync(Work, TestDatabase.Alice, run, CancellationToken.None);
        var ended = await works.WaitAsync(begun.Id, TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.False(ended!.IsRunning);
        return ended;
    }
}
