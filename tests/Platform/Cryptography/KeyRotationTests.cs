using System.Diagnostics;
using Dapper;
using Tambo.Platform.Backup;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Cryptography;

public sealed class KeyRotationTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task Sealed_anew_every_key_opens_what_it_sealed_before_and_the_old_wrapping_key_is_gone(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(2500);
        var letters = (await kept.Keys.MakeAsync(subjects, None)).ToDictionary(made => made.Key, made => made.Value.SealText("Amaru", "name"));
        await kept.Keys.DestroyAsync(subjects[0], None);
        var before = await WrappingAsync(kept);
        var steps = new Steps();

        var report = await kept.Rotation.RunAsync(TestDatabase.Alice, steps, None);
        Assert.Equal(new RotationReport(2499, WentOn: false), report);
        Assert.Equal([1000L, 2000L, 2499L], steps.Done);
        Assert.DoesNotContain(Assert.Single(await WrappingAsync(kept)), before);
        foreach (var keys in new[] { kept.Keys, kept.Open() })
        {
            var found = await keys.FindAsync(subjects, None);
            Assert.Equal(subjects.Skip(1), found.Keys.Order());
            Assert.All(found, key => Assert.Equal("Amaru", key.Value.OpenText(letters[key.Key], "name")));
        }

        Assert.Equal(KeyProblems.SubjectErased, (await Assert.ThrowsAsync<Problem>(() => kept.Keys.MakeAsync(subjects[0], None))).Kind);
        await using var connection = await kept.Db.ReadAsync(None);
        Assert.Equal(
            [("keys.rotation_begun", "{}"), ("keys.rotated", """{"keys":2499}""")],
            await connection.QueryAsync<(string, string)>("select change, details from platform_audit_entries where change like 'keys.%' order by at, sequence"));
    }

    [Theory, OnEachEngine]
    public async Task Cut_short_it_goes_on_where_it_stopped_and_until_then_both_wrapping_keys_open(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(3500);
        await kept.Keys.MakeAsync(subjects, None);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => kept.Rotation.RunAsync(TestDatabase.Alice, new Steps { After = done => { if (done == 2000) stop.Cancel(); } }, stop.Token));
        var half = await KeyStoreStatus.ReadAsync(kept.Keys, None);
        Assert.Equal((3500L, true, 1500L), (half.Keys, half.IsRotating, half.ToSeal));
        Assert.Equal(3500, (await kept.Open().FindAsync(subjects, None)).Count);

        Assert.Equal(new RotationReport(1500, WentOn: true), await kept.Rotation.RunAsync(TestDatabase.Alice, KeptKeys.Quiet, None));
        var whole = await KeyStoreStatus.ReadAsync(kept.Keys, None);
        Assert.Equal((3500L, false, 0L), (whole.Keys, whole.IsRotating, whole.ToSeal));
        Assert.Equal(3500, (await kept.Open().FindAsync(subjects, None)).Count);
    }

    [Theory, OnEachEngine]
    public async Task While_keys_are_sealed_anew_others_make_destroy_and_find_keys(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(6000);
        var first = await kept.Keys.MakeAsync([.. subjects.Take(3000)], None);
        var letters = first.ToDictionary(made => made.Key, made => made.Value.SealText("Amaru", "name"));
        // On SQLite a node is one process.
        var other = engine == Engine.Postgres ? kept.Open() : kept.Keys;
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var rotating = Task.Run(async () =>
        {
            var times = 0;
            for (; !stop.IsCancellationRequested; times++)
            {
                begun.TrySetResult();
                await kept.Rotation.RunAsync(TestDatabase.Alice, KeptKeys.Quiet, None);
            }

            return times;
        });
        await begun.Task;
        var chance = new Random(11);
        var gone = new List<Guid>();
        foreach (var some in subjects.Skip(3000).Chunk(60))
        {
            foreach (var (subject, key) in await other.MakeAsync(some, None))
                letters[subject] = key.SealText("Amaru", "name");
            gone.Add(some[chance.Next(some.Length)]);
            await other.DestroyAsync(gone[^1], None);
            var any = subjects[chance.Next(3000)];
            Assert.Equal("Amaru", (await other.FindAsync(any, None))!.OpenText(letters[any], "name"));
        }

        await stop.CancelAsync();
        Assert.InRange(await rotating, 1, int.MaxValue);
        var found = await kept.Open().FindAsync(subjects, None);
        Assert.Equal(subjects.Except(gone).Order(), found.Keys.Order());
        Assert.All(found, key => Assert.Equal("Amaru", key.Value.OpenText(letters[key.Key], "name")));
        Assert.Single(await WrappingAsync(kept));
    }

    [Theory, OnEachEngine]
    public async Task A_key_that_does_not_open_keeps_the_old_wrapping_key_from_being_destroyed(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(10);
        await kept.Keys.MakeAsync(subjects, None);
        await kept.Keys.Store.WriteAsync(
            connection => connection.ExecuteAsync("update platform_subject_keys set wrapped = @Zeros where subject = @subject", new { KeyDatabase.Zeros, subject = subjects[3] }), None);
        var refusal = await Assert.ThrowsAsync<Problem>(() => kept.Rotation.RunAsync(TestDatabase.Alice, KeptKeys.Quiet, None));
        Assert.Equal(KeyProblems.StoreDamaged, refusal.Kind);
        Assert.Equal(2, (await WrappingAsync(kept)).Count);
        Assert.Equal(9, (await kept.Open().FindAsync([.. subjects.Where(subject => subject != subjects[3])], None)).Count);
    }

    [Theory, OnEachEngine]
    public async Task Only_one_at_a_time_seals_keys_anew(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        await kept.Keys.MakeAsync(KeptKeys.Subjects(1), None);
        await using (await kept.Keys.Store.TryHoldAsync(None))
            Assert.Equal(KeyProblems.RotationUnderWay, (await Assert.ThrowsAsync<Problem>(() => kept.Rotation.RunAsync(TestDatabase.Alice, KeptKeys.Quiet, None))).Kind);
        Assert.Equal(1, (await kept.Rotation.RunAsync(TestDatabase.Alice, KeptKeys.Quiet, None)).Sealed);
    }

    [Theory, OnEachEngine]
    public async Task A_hundred_thousand_keys_are_sealed_anew_in_seconds(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(100_000);
        var making = Stopwatch.StartNew();
        await kept.Keys.MakeAsync(subjects, None);
        making.Stop();
        var clock = Stopwatch.StartNew();
        Assert.Equal(100_000, (await kept.Rotation.RunAsync(TestDatabase.Alice, KeptKeys.Quiet, None)).Sealed);
        output.WriteLine($"{engine}: made in {making.Elapsed.TotalSeconds:0.0} s, sealed anew in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
        Assert.Equal(100_000, (await kept.Open().FindAsync(subjects, None)).Count);
    }

    private static Task<List<string>> WrappingAsync(KeptKeys kept) => kept.Keys.Store.ReadAsync(
        async connection => (await connection.QueryAsync<string>("select id from platform_wrapping_keys where state <> 'none'")).ToList(), [], None);

    private sealed class Steps : IProgress<WorkProgress>
    {
        public List<long> Done { get; } = [];

        public Action<long>? After { get; init; }

        public void Report(WorkProgress value)
        {
            if (Done.Count == 0 || Done[^1] != value.Done)
                Done.Add(value.Done);
            After?.Invoke(value.Done);
        }
    }
}
