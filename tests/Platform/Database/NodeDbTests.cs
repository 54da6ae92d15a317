using Dapper;
using Tambo.Platform.Audit;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Database;

public sealed class NodeDbTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task A_change_is_there_after_commit_with_its_audit_line(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.set", "colour", None))
        {
            change.Describe(new { to = "blue" });
            await change.ExecuteAsync("insert into platform_settings (name, value) values ('colour', 'blue')");
            await change.CommitAsync(None);
        }

        await using var read = await test.Db.ReadAsync(None);
        Assert.Equal("blue", await read.ExecuteScalarAsync<string>("select value from platform_settings where name = 'colour'"));
        var entry = await read.QuerySingleAsync<AuditEntry>(
            "select writer, sequence, at, actor, change, subject, details, previous, hash from platform_audit_entries");
        Assert.Equal(("user:alice", "test.set", "colour", """{"to":"blue"}"""), (entry.Actor, entry.Change, entry.Subject, entry.Details));
        Assert.Equal(entry.ComputeHash(), entry.Hash);
        Assert.Equal(AuditEntry.Genesis(entry.Writer), entry.Previous);
    }

    [Theory, OnEachEngine]
    public async Task A_change_not_committed_leaves_nothing_and_those_before_and_after_stay(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await SetAsync(test, "a", commit: true);
        await SetAsync(test, "b", commit: false);
        await SetAsync(test, "c", commit: true);

        await using var read = await test.Db.ReadAsync(None);
        Assert.Equal(["a", "c"], await read.QueryAsync<string>("select name from platform_settings order by name"));
        var report = await AuditVerification.RunAsync(test.Db, null, null, None);
        Assert.Equal((2, 0), (report.Entries, report.Faults.Count));
    }

    [Theory, OnEachEngine]
    public async Task A_failing_statement_undoes_its_own_change_only(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await SetAsync(test, "a", commit: true);
        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.set", "twice", None))
        {
            await change.ExecuteAsync("insert into platform_settings (name, value) values ('x', '1')");
            var failure = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
                () => change.ExecuteAsync("insert into platform_settings (name, value) values ('a', '1')"));
            Assert.True(test.Db.Dialect.IsDuplicate(failure));
        }

        await SetAsync(test, "d", commit: true);
        await using var read = await test.Db.ReadAsync(None);
        Assert.Equal(["a", "d"], await read.QueryAsync<string>("select name from platform_settings order by name"));
    }

    [Theory, OnEachEngine]
    public async Task A_reading_connection_cannot_write(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await using var read = await test.Db.ReadAsync(None);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => read.ExecuteAsync("insert into platform_settings (name, value) values ('a', '1')"));
    }

    [Theory, OnEachEngine]
    public async Task Many_writers_at_once_are_all_kept_in_whole_chains(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 400),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (i, _) => await SetAsync(test, $"n{i}", commit: i % 10 != 0));

        await using var read = await test.Db.ReadAsync(None);
        Assert.Equal(360, await read.ExecuteScalarAsync<int>("select count(*) from platform_settings"));
        var report = await AuditVerification.RunAsync(test.Db, null, null, None);
        Assert.Empty(report.Faults);
        Assert.Equal(360, report.Entries);
    }

    [Theory, OnEachEngine]
    public async Task Writers_that_give_up_waiting_or_fail_keep_nobody_else_waiting(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await SetAsync(test, "taken", commit: true);
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            var writes = Enumerable.Range(0, 12).Select(async i =>
            {
                using var patience = new CancellationTokenSource();
                if (i % 3 == 1)
                    patience.CancelAfter(TimeSpan.FromMilliseconds(random.Next(0, 3)));
                try
                {
                    await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.set", "x", patience.Token);
                    var name = i % 3 == 2 ? "taken" : $"r{round}-{i}";
                    await change.ExecuteAsync("insert into platform_settings (name, value) values (@name, '1')", new { name });
                    await change.CommitAsync(None);
                }
                catch (Exception failure) when (failure is OperationCanceledException or System.Data.Common.DbException)
                {
                    // Expected of those that gave up or wrote a name that is taken.
                }
            });
            await Task.WhenAll(writes).WaitAsync(TimeSpan.FromSeconds(20), None);
        }

        Assert.Empty((await AuditVerification.RunAsync(test.Db, null, null, None)).Faults);
    }

    [Theory, OnEachEngine]
    public async Task A_touched_area_gets_a_new_version_only_when_committed(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var before = test.Db.Versions["guide"];
        await using (var undone = await test.Db.BeginAsync(TestDatabase.Alice, "test.touch", "x", None))
            undone.Touch("guide");
        Assert.Equal(before, test.Db.Versions["guide"]);
        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.touch", "x", None))
        {
            change.Touch("guide");
            await change.CommitAsync(None);
        }

        Assert.True(test.Db.Versions["guide"] > before);
    }

    [Fact]
    public async Task Another_process_of_the_same_PostgreSQL_node_hears_of_a_change_within_two_seconds()
    {
        await using var one = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var other = await Tambo.Platform.Database.NodeDb.OpenAsync(one.Settings, TimeProvider.System, None);
        await other.MigrateAsync(Node.Parts.Migrations, None);
        var heard = new TaskCompletionSource();
        other.Versions.Changed += _ => heard.TrySetResult();
        await using (var change = await one.Db.BeginAsync(TestDatabase.Alice, "test.touch", "x", None))
        {
            change.Touch("guide");
            await change.CommitAsync(None);
        }

        await heard.Task.WaitAsync(TimeSpan.FromSeconds(2), None);
        Assert.Equal(one.Db.Versions["guide"], other.Versions["guide"]);
    }

    [Theory, OnEachEngine]
    public async Task Only_a_change_that_may_take_something_back_forbids_what_is_older(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var area = test.Db.Versions.Of("guide");
        async Task TouchAsync(params bool[] onlyAdds)
        {
            await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.touch", "x", None);
            foreach (var adds in onlyAdds)
                change.Touch("guide", adds);
            await change.CommitAsync(None);
        }

        await TouchAsync(true);
        var first = area.Committed;
        Assert.True(area.LeastShown < first);
        await TouchAsync(false, true);
        Assert.Equal((first + 1, first + 1), (area.Committed, area.LeastShown));
        await TouchAsync(true, true);
        Assert.Equal((first + 2, first + 1), (area.Committed, area.LeastShown));
        if (engine == Engine.Postgres)
        {
            // A process that starts later reads the same from the database.
            await using var other = await Tambo.Platform.Database.NodeDb.OpenAsync(test.Settings, TimeProvider.System, None);
            await other.MigrateAsync(Node.Parts.Migrations, None);
            Assert.Equal((area.Committed, area.LeastShown), (other.Versions.Of("guide").Committed, other.Versions.Of("guide").LeastShown));
        }
    }

    [Fact]
    public async Task A_second_process_on_one_SQLite_node_is_refused()
    {
        await using var one = await TestDatabase.CreateAsync(Engine.Sqlite);
        var refusal = await Assert.ThrowsAsync<Problem>(
            () => Tambo.Platform.Database.NodeDb.OpenAsync(one.Settings, TimeProvider.System, None));
        Assert.Equal(PlatformProblems.NodeInUse, refusal.Kind);
    }

    [Theory, OnEachEngine]
    public async Task An_edited_migration_is_refused_and_a_newer_database_too(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var edited = Node.Parts.Migrations.Select(
            (m, i) => i == 0 ? m with { Sql = m.Sql + " " } : m).Select(m => new Tambo.Platform.Database.Migration(m.Part, m.Number, m.Name, m.Sql)).ToList();
        var refusal = await Assert.ThrowsAsync<Problem>(() => test.Db.MigrateAsync(edited, None));
        Assert.Equal(PlatformProblems.EditedMigration, refusal.Kind);

        var newer = await Assert.ThrowsAsync<Problem>(() => test.Db.MigrateAsync([], None));
        Assert.Equal(PlatformProblems.NewerDatabase, newer.Kind);
    }

    private static async Task SetAsync(TestDatabase test, string name, bool commit)
    {
        await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.set", name, None);
        await change.ExecuteAsync("insert into platform_settings (name, value) values (@name, '1')", new { name });
        if (commit)
            await change.CommitAsync(None);
    }
}
