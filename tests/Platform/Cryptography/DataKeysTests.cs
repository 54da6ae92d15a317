using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Cryptography;

public sealed class DataKeysTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task What_a_key_has_sealed_opens_with_the_key_that_is_found_later(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(3);
        var made = await kept.Keys.MakeAsync(subjects, None);
        var letters = subjects.Select(subject => made[subject].SealText("Ñusta " + subject, "name")).ToList();

        var later = kept.Open();
        var found = await later.FindAsync([.. subjects, Guid.CreateVersion7(SettableTime.Noon)], None);
        Assert.Equal(subjects, found.Keys.Order());
        for (var i = 0; i < subjects.Count; i++)
            Assert.Equal("Ñusta " + subjects[i], found[subjects[i]].OpenText(letters[i], "name"));
        Assert.Throws<AuthenticationTagMismatchException>(() => found[subjects[0]].OpenText(letters[1], "name"));
        Assert.Throws<AuthenticationTagMismatchException>(() => found[subjects[0]].OpenText(letters[0], "place"));
        // Made again it is the same key.
        Assert.Equal("Ñusta " + subjects[0], (await later.MakeAsync(subjects[0], None)).OpenText(letters[0], "name"));
    }

    [Fact]
    public async Task A_node_without_persons_has_no_store_of_keys()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Sqlite);
        Assert.Null(await kept.Keys.FindAsync(KeptKeys.Subjects(1)[0], None));
        Assert.False((await KeyStoreStatus.ReadAsync(kept.Keys, None)).IsThere);
        Assert.False(Directory.Exists(kept.Settings.KeyStore));
    }

    [Theory, OnEachEngine]
    public async Task An_erased_subject_is_listed_and_never_given_a_key_again(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var kept = await KeptKeys.CreateAsync(engine, time);
        var subjects = KeptKeys.Subjects(3);
        await kept.Keys.MakeAsync(subjects[0], None);
        await kept.Keys.MakeAsync(subjects[1], None);
        Assert.True(await kept.Keys.DestroyAsync(subjects[0], None));
        Assert.False(await kept.Keys.DestroyAsync(subjects[0], None));
        // Of somebody who has no key yet one may still lie in a backup.
        Assert.False(await kept.Keys.DestroyAsync(subjects[2], None));

        var erased = await kept.Keys.FindErasedAsync(subjects, None);
        Assert.Equal([subjects[0], subjects[2]], erased.Keys.Order());
        Assert.All(erased.Values, at => Assert.Equal(SettableTime.Noon, at));
        foreach (var keys in new[] { kept.Keys, kept.Open() })
        {
            Assert.Null(await keys.FindAsync(subjects[0], None));
            Assert.Equal(KeyProblems.SubjectErased, (await Assert.ThrowsAsync<Problem>(() => keys.MakeAsync(subjects[0], None))).Kind);
            Assert.Equal(KeyProblems.SubjectErased, (await Assert.ThrowsAsync<Problem>(() => keys.MakeAsync([subjects[1], subjects[2]], None))).Kind);
        }

        Assert.NotNull(await kept.Keys.FindAsync(subjects[1], None));
    }

    [Theory, OnEachEngine]
    public async Task Whoever_still_holds_a_destroyed_key_can_neither_open_nor_seal_by_it(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subject = KeptKeys.Subjects(1)[0];
        var held = await kept.Keys.MakeAsync(subject, None);
        var letter = held.SealText("Amaru", "name");
        await kept.Keys.DestroyAsync(subject, None);
        Assert.Equal(KeyProblems.SubjectErased, Assert.Throws<Problem>(() => held.OpenText(letter, "name")).Kind);
        Assert.Equal(KeyProblems.SubjectErased, Assert.Throws<Problem>(() => held.SealText("Amaru", "name")).Kind);
        Assert.Equal(new byte[DataKey.Length], BytesOf(held));
    }

    [Fact]
    public async Task Another_process_stops_using_a_destroyed_key_within_two_seconds_though_it_only_holds_it()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Postgres);
        await using var otherDb = await NodeDb.OpenAsync(new DatabaseSettings(kept.Settings.Folder, kept.Settings.PostgresConnection), TimeProvider.System, None);
        await otherDb.MigrateAsync(Tambo.Node.Parts.Migrations, None);
        var other = kept.Open(otherDb);
        var subjects = KeptKeys.Subjects(2);
        await kept.Keys.MakeAsync(subjects, None);
        var held = (await other.FindAsync(subjects[0], None))!;
        var letter = held.SealText("Amaru", "name");

        await kept.Keys.DestroyAsync(subjects[0], None);
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!BytesOf(held).All(b => b == 0))
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(2), "The other process still holds the key.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        output.WriteLine($"Overwritten in the other process after {System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
        Assert.Throws<Problem>(() => held.OpenText(letter, "name"));
        Assert.Null(await other.FindAsync(subjects[0], None));
        Assert.NotNull(await other.FindAsync(subjects[1], None));
    }

    [Fact]
    public async Task A_process_that_was_not_told_asks_within_a_second()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Postgres);
        var subject = KeptKeys.Subjects(1)[0];
        await kept.Keys.MakeAsync(subject, None);
        // As it is when a process dies between destroying and telling.
        await using (var connection = new NpgsqlConnection(KeyPlace.Of(kept.Settings).Postgres))
        {
            await connection.OpenAsync(None);
            await using var transaction = await connection.BeginTransactionAsync(None);
            await KeyDatabase.EraseAsync(connection, subject, SettableTime.Noon);
            await transaction.CommitAsync(None);
        }

        await Task.Delay(1100, TestContext.Current.CancellationToken);
        Assert.Null(await kept.Keys.FindAsync(subject, None));
    }

    [Fact]
    public async Task No_more_keys_than_are_allowed_stay_in_memory_and_one_let_go_still_works_for_who_holds_it()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Sqlite);
        var subjects = KeptKeys.Subjects(3 * KeyMemory.Usual);
        var first = await kept.Keys.MakeAsync(subjects[0], None);
        var letter = first.SealText("Amaru", "name");
        await kept.Keys.MakeAsync(subjects, None);
        Assert.InRange(kept.Keys.Kept, 1, KeyMemory.Usual);
        Assert.Equal("Amaru", first.OpenText(letter, "name"));
        // It is in memory no more, and is destroyed all the same.
        await kept.Keys.DestroyAsync(subjects[0], None);
        Assert.Throws<Problem>(() => first.OpenText(letter, "name"));
    }

    [Fact]
    public async Task Another_node_key_opens_none_of_it()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Sqlite);
        var subject = KeptKeys.Subjects(1)[0];
        await kept.Keys.MakeAsync(subject, None);
        await kept.Keys.DisposeAsync();
        await using var thief = new DataKeys(kept.Settings.KeyStore, new NodeKey(new byte[NodeKey.Length]));
        Assert.Equal(PlatformProblems.WrongKey, (await Assert.ThrowsAsync<Problem>(() => thief.FindAsync(subject, None))).Kind);
    }

    [Theory, OnEachEngine]
    public async Task A_sealed_key_that_was_given_to_another_subject_does_not_open(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(2);
        await kept.Keys.MakeAsync(subjects, None);
        await kept.Keys.Store.WriteAsync(
            connection => connection.ExecuteAsync(
                "update platform_subject_keys set wrapped = (select o.wrapped from platform_subject_keys o where o.subject = @from) where subject = @to",
                new { from = subjects[0], to = subjects[1] }),
            None);
        Assert.Equal(KeyProblems.StoreDamaged, (await Assert.ThrowsAsync<Problem>(() => kept.Open().FindAsync(subjects[1], None))).Kind);
    }

    [Fact]
    public async Task Made_by_several_processes_at_once_a_subject_has_one_key()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Postgres);
        var subjects = KeptKeys.Subjects(200);
        var processes = Enumerable.Range(0, 4).Select(_ => kept.Open()).ToList();
        var made = await Task.WhenAll(processes.Select(keys => Task.Run(() => keys.MakeAsync(subjects, None))));
        foreach (var subject in subjects)
        {
            var letter = made[0][subject].SealText("Amaru", "name");
            Assert.All(made, keys => Assert.Equal("Amaru", keys[subject].OpenText(letter, "name")));
        }

        await using var connection = new NpgsqlConnection(KeyPlace.Of(kept.Settings).Postgres);
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("select count(*) from platform_wrapping_keys where state <> 'none'"));
    }

    [Fact]
    public async Task The_bytes_of_a_destroyed_key_are_in_none_of_the_files_of_the_store()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Sqlite);
        var subjects = KeptKeys.Subjects(6000);
        var chance = new Random(5);
        var order = subjects.OrderBy(_ => chance.Next()).ToList();
        // In pieces and in no order, as persons are registered: keys are spread over pages that were filled one by one.
        foreach (var some in order.Chunk(700))
            await kept.Keys.MakeAsync(some, None);
        var wrapped = (await kept.Keys.Store.ReadAsync(
            connection => connection.QueryAsync<WrappedKey>("select subject, wrapping, wrapped from platform_subject_keys"), [], None)).ToDictionary(row => Guid.Parse(row.Subject), row => row.Wrapped);
        var gone = subjects.OrderBy(_ => chance.Next()).Take(2500).ToList();
        Assert.Equal(0, Missing(kept.Settings.KeyStore, subjects.Select(subject => wrapped[subject])));
        // While a copy is read, the log cannot be cut; it must be when the copy is complete.
        await using (await kept.Keys.Store.SnapshotAsync(None))
        {
            foreach (var some in gone.Chunk(500))
                await kept.Keys.DestroyAsync(some, None);
        }

        Assert.Equal(gone.Count, Missing(kept.Settings.KeyStore, gone.Select(subject => wrapped[subject])));
        Assert.Equal(0, Missing(kept.Settings.KeyStore, subjects.Except(gone).Select(subject => wrapped[subject])));
        foreach (var subject in gone.Take(20))
            await kept.Keys.DestroyAsync(subject, None);
        Assert.Equal(subjects.Count - gone.Count, (await kept.Open().FindAsync(subjects, None)).Count);
    }

    [Fact]
    public async Task The_bytes_of_a_destroyed_key_are_not_in_the_table_that_PostgreSQL_keeps()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Postgres);
        var subjects = KeptKeys.Subjects(300);
        await kept.Keys.MakeAsync(subjects, None);
        var wrapped = (await kept.Keys.Store.ReadAsync(
            connection => connection.QueryAsync<WrappedKey>("select subject, wrapping, wrapped from platform_subject_keys"), [], None)).ToDictionary(row => Guid.Parse(row.Subject), row => row.Wrapped);
        await using var connection = new NpgsqlConnection(KeyPlace.Of(kept.Settings).Postgres);
        var before = await TableAsync(connection);
        Assert.All(subjects, subject => Assert.True(Contains(before, wrapped[subject])));
        // Most of each page: what is only vacuumed shows their bytes in the room that became free.
        var gone = subjects.Where((_, i) => i % 4 != 0).ToList();
        await kept.Keys.DestroyAsync(gone, None);
        var after = await TableAsync(connection);
        Assert.Empty(gone.Where(subject => Contains(after, wrapped[subject])));
        Assert.All(subjects.Except(gone), subject => Assert.True(Contains(after, wrapped[subject])));
    }

    [Fact]
    public async Task Keys_are_in_a_PostgreSQL_database_of_their_own_and_never_in_a_nodes()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Postgres);
        await kept.Keys.MakeAsync(KeptKeys.Subjects(1)[0], None);
        var own = new NpgsqlConnectionStringBuilder(kept.Settings.PostgresConnection).Database;
        await using (var connection = new NpgsqlConnection(kept.Settings.PostgresConnection))
        {
            Assert.Equal(1, await connection.ExecuteScalarAsync<int>("select count(*) from pg_database where datname = @name", new { name = own + "_keys" }));
            Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from information_schema.tables where table_name in ('platform_subject_keys', 'platform_wrapping_keys')"));
        }

        var same = kept.Settings with { KeysDatabase = kept.Settings.PostgresConnection };
        Assert.Equal(KeyProblems.DatabaseNotApart, Assert.Throws<Problem>(() => KeyPlace.Of(same)).Kind);
        // Another node's, which the name alone does not tell.
        await using var neighbour = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var wrong = new DataKeys(kept.Settings with { KeysDatabase = neighbour.Settings.PostgresConnection }, kept.Node, kept.Db);
        Assert.Equal(KeyProblems.DatabaseNotApart, (await Assert.ThrowsAsync<Problem>(() => wrong.FindAsync(KeptKeys.Subjects(1)[0], None))).Kind);
    }

    [Fact]
    public async Task A_database_of_keys_that_is_missing_or_away_is_refused_with_what_to_do()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Postgres);
        var subject = KeptKeys.Subjects(1)[0];
        await RefusedAsync("nobody_made_it", KeyProblems.DatabaseMissing);
        await RefusedAsync("Host=/nowhere;Database=keys;Username=postgres", KeyProblems.DatabaseUnreachable);
        // A user who may make no databases.
        await using (var connection = new NpgsqlConnection(kept.Settings.PostgresConnection))
        {
            await connection.ExecuteAsync("drop role if exists keys_guest");
            await connection.ExecuteAsync("create role keys_guest login");
        }

        var guest = new NpgsqlConnectionStringBuilder(kept.Settings.PostgresConnection) { Username = "keys_guest" }.ConnectionString;
        await using var keys = new DataKeys(kept.Settings with { PostgresConnection = guest }, kept.Node, kept.Db);
        Assert.Equal(KeyProblems.DatabaseMissing, (await Assert.ThrowsAsync<Problem>(() => keys.MakeAsync(subject, None))).Kind);

        async Task RefusedAsync(string named, ProblemKind kind)
        {
            await using var away = new DataKeys(kept.Settings with { KeysDatabase = named }, kept.Node, kept.Db);
            Assert.Equal(kind, (await Assert.ThrowsAsync<Problem>(() => away.MakeAsync(subject, None))).Kind);
            Assert.Equal(kind, (await Assert.ThrowsAsync<Problem>(() => KeyStoreStatus.ReadAsync(away, None))).Kind);
        }
    }

    [Fact]
    public void A_password_does_not_stand_in_the_settings_that_backups_hold_nor_a_PostgreSQL_beside_SQLite()
    {
        var settings = new NodeSettings { Folder = "/tmp/none", File = new NodeFile { KeysDatabase = "Host=h;Database=k;Password=geheim" }, PostgresConnection = "Host=h;Database=n" };
        var refusal = Assert.Throws<Problem>(() => KeyPlace.Of(settings));
        Assert.Equal(PlatformProblems.SettingUnusable, refusal.Kind);
        Assert.DoesNotContain(refusal.Values, value => value.Value?.ToString()?.Contains("geheim", StringComparison.Ordinal) == true);
        Assert.Equal("k", KeyPlace.Of(settings with { KeysDatabase = "Host=h;Database=k;Password=geheim" }).Database);
        Assert.Equal("n_keys", KeyPlace.Of(settings with { File = new NodeFile() }).Database);
        Assert.Equal(PlatformProblems.SettingUnusable, Assert.Throws<Problem>(() => KeyPlace.Of(settings with { PostgresConnection = null })).Kind);
    }

    private static byte[] BytesOf(DataKey key) =>
        (byte[])typeof(DataKey).GetField("key", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(key)!;

    private static int Missing(string folder, IEnumerable<byte[]> sought)
    {
        var bytes = Directory.EnumerateFiles(folder, SqliteKeyDatabase.FileName + "*").Select(ReadShared).ToList();
        return sought.Count(piece => !bytes.Exists(file => Contains(file, piece)));
    }

    // Its ciphertext without nonce and tag: not even a part of it may be there.
    private static bool Contains(byte[] file, byte[] wrapped) => file.AsSpan().IndexOf(wrapped.AsSpan(12, 16)) >= 0;

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static async Task<byte[]> TableAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync("checkpoint; select 1");
        return (await connection.ExecuteScalarAsync<byte[]>("select pg_read_binary_file(pg_relation_filepath('platform_subject_keys'))"))!;
    }
}
