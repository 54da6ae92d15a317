using Tambo.Platform.Database;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Idempotency;

/// <summary>What holds when processes stop or stall between reserving, working and answering.</summary>
public sealed class ReservationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task A_crash_before_the_work_frees_the_key_after_a_minute(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var test = await TestDatabase.CreateAsync(engine, time);
        var records = new RequestRecords(test.Db);
        Assert.NotNull(await ReserveAsync(records));
        Assert.Null(await ReserveAsync(records));
        time.Advance(RequestRecords.ReservedFor);
        Assert.NotNull(await ReserveAsync(records));
    }

    [Theory, OnEachEngine]
    public async Task A_crash_after_the_work_leaves_it_known_as_done(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var test = await TestDatabase.CreateAsync(engine, time);
        var records = new RequestRecords(test.Db);
        var mark = await ReserveAsync(records);
        await WorkAsync(test, mark!);
        Assert.True((await records.FindAsync("ana", "hash", None))!.IsUnderWay(time.GetUtcNow()));
        time.Advance(TimeSpan.FromHours(23));
        Assert.Null(await ReserveAsync(records));
        var taken = await records.FindAsync("ana", "hash", None);
        Assert.Equal("worked", taken!.State);
        Assert.False(taken.IsUnderWay(time.GetUtcNow()));
    }

    [Theory, OnEachEngine]
    public async Task Work_that_was_undone_leaves_the_key_as_it_was(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var records = new RequestRecords(test.Db);
        var mark = await ReserveAsync(records);
        await using (await test.Db.BeginAsync(TestDatabase.Alice with { Request = mark }, "test.undone", "s", None))
        {
            // Disposed without a commit.
        }

        Assert.Equal("begun", (await records.FindAsync("ana", "hash", None))!.State);
        await records.GiveBackAsync(mark!);
        Assert.Null(await records.FindAsync("ana", "hash", None));
    }

    [Theory, OnEachEngine]
    public async Task An_attempt_that_stalled_is_not_kept_beside_the_one_that_took_over(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var test = await TestDatabase.CreateAsync(engine, time);
        var records = new RequestRecords(test.Db);
        var stalled = await ReserveAsync(records);
        time.Advance(RequestRecords.ReservedFor);
        var second = await ReserveAsync(records);
        await WorkAsync(test, second!);

        var refused = await Assert.ThrowsAsync<Problem>(() => WorkAsync(test, stalled!));

        Assert.Equal(PlatformProblems.InProgress, refused.Kind);
        await using var read = await test.Db.ReadAsync(None);
        Assert.Equal(1, await Dapper.SqlMapper.ExecuteScalarAsync<long>(read, "select count(*) from platform_audit_entries where change = 'test.worked'"));
        await records.GiveBackAsync(stalled!);
        await records.AnswerAsync(stalled!, "of the wrong one");
        var taken = await records.FindAsync("ana", "hash", None);
        Assert.Equal(("worked", ""), (taken!.State, taken.Answer));
    }

    [Fact]
    public async Task Two_processes_never_both_reserve_a_key()
    {
        await using var one = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var two = await NodeDb.OpenAsync(one.Settings, TimeProvider.System, None);
        var records = new[] { new RequestRecords(one.Db), new RequestRecords(two) };
        for (var round = 0; round < 20; round++)
        {
            var key = $"key {round}";
            var marks = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => records[i % 2].ReserveAsync("ana", key, "POST /", "f", None)));
            Assert.Single(marks, mark => mark is not null);
        }
    }

    private static Task<RequestMark?> ReserveAsync(RequestRecords records) => records.ReserveAsync("ana", "hash", "POST /", "f", None);

    private static async Task WorkAsync(TestDatabase test, RequestMark mark)
    {
        await using var change = await test.Db.BeginAsync(TestDatabase.Alice with { Request = mark }, "test.worked", "s", None);
        await change.CommitAsync(None);
    }
}
