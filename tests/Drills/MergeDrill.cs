using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Drills;

/// <summary>REL-1 for merging: the process is killed while it makes one file of two and two of one; either it is done or nothing of it is.</summary>
public sealed class MergeDrill(ITestOutputHelper output)
{
    private const string Survivor = "00000000-0000-7000-8000-00000000000a";
    private const string Absorbed = "00000000-0000-7000-8000-00000000000b";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Operator = Actor.OperatingSystem("drill");

    [Theory]
    [InlineData(Engine.Sqlite, 6, 60)]
    [InlineData(Engine.Postgres, 4, 40)]
    public async Task Killed_at_any_moment_two_files_are_one_or_two_and_nothing_between(Engine engine, int kills, int killsWhenLong)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-merge-").FullName;
        var settings = new DatabaseSettings(folder, engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var environment = new Dictionary<string, string> { ["TAMBO_DATABASE"] = settings.PostgresConnection ?? "", ["TAMBO_KEYS_DATABASE"] = "" };
        await using (var node = await Bench.OpenAsync(settings))
            await node.FillAsync();
        var (random, ones, twos) = (new Random(20261123), 0, 0);
        for (var kill = 0; kill < (Victim.IsLong ? killsWhenLong : kills); kill++)
        {
            using (var victim = Victim.Start(environment, "merge", folder))
                await victim.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(0, 300)), acknowledgements: 2);
            await using var node = await Bench.OpenAsync(settings);
            if (await node.IsOneAsync())
                ones++;
            else
                twos++;
        }

        output.WriteLine($"{engine}: one file {ones} times, two files {twos} times");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the victim does: merges and takes back, again and again, and says so after each.</summary>
    internal static async Task MergeForeverAsync(DatabaseSettings settings, NodeDb db, TextWriter said)
    {
        var node = new Bench(settings, db);
        if (await node.IsOneAsync())
            await node.UndoAsync();
        while (true)
        {
            await node.MergeAsync();
            await said.WriteLineAsync("one");
            await said.FlushAsync();
            await node.UndoAsync();
            await said.WriteLineAsync("two");
            await said.FlushAsync();
        }
    }

    /// <summary>A database with two files of one person.</summary>
    private sealed class Bench(DatabaseSettings settings, NodeDb db) : IAsyncDisposable
    {
        private static readonly NodeKey Key = new([.. Enumerable.Range(0, NodeKey.Length).Select(i => (byte)i)]);
        private readonly DataKeys keys = new(new NodeSettings { Folder = settings.Folder, File = new NodeFile(), PostgresConnection = settings.PostgresConnection }, Key, db);

        private readonly Tambo.Guide.Directory.LiveDirectory directory = new(db);

        private SealedRecords Seals => new(Key, keys, db);

        private MergeSteps Steps => new(db, keys, Seals, new PersonKeys(Key));

        private MergeFiles Files => new(db, new PersonFiles(db, new CaseGuards(Key), Closed), new CaseFiles(db, new CaseGuards(Key), Seals, Closed), new CaseGuards(Key), Seals);

        private ClosedToReader Closed => new(
            db, Consents, new FactsOfPersons(db, Seals, Consents, new CaseGuards(Key)), new UserReaders(db, new AgencyKinds(db), new NodeSettings { Folder = settings.Folder, File = new NodeFile() }, new PartyNames(db, directory)));

        private KeptConsents Consents => new(Seals, db, new UnreadConsents(Microsoft.Extensions.Logging.Abstractions.NullLogger<UnreadConsents>.Instance));

        public static async Task<Bench> OpenAsync(DatabaseSettings settings)
        {
            var db = await NodeDb.OpenAsync(settings, TimeProvider.System, None);
            await db.MigrateAsync(Node.Parts.Migrations, None);
            return new Bench(settings, db);
        }

        public async Task FillAsync()
        {
            var (now, own) = (db.Time.GetUtcNow(), await keys.MakeAsync([Guid.Parse(Survivor), Guid.Parse(Absorbed)], None));
            await using var change = await db.BeginAsync(Operator, "drill.written", "merge", None);
            foreach (var (id, name) in new[] { (Survivor, "Ilmara"), (Absorbed, "Yudelka") })
            {
                var person = Guid.Parse(id);
                await change.ExecuteAsync(
                    "insert into cases_persons (id, public_ref, status, area, area_path, created_at, created_by, changed_at, version) values (@person, @name, 'active', '', '/', @now, 'x', @now, 1)", new { person, name, now });
                await change.ExecuteAsync("insert into cases_cases (id, public_ref, person_id, state, guard, urgency, due_at, area, area_path, created_at, created_by, changed_at, version) values (@Case, @name, @person, 'identified', 'x', 2, @now, '', '/', @now, 'x', @now, 1)", new { Case = Guid.CreateVersion7(now), name, person, now });
                await change.ExecuteAsync("insert into cases_case_persons (case_id, person_id) select id, person_id from cases_cases where person_id = @person", new { person });
                await Seals.WriteAsync(change, own[person], person, Compartments.Identity, 1, new { names = new[] { new { full = name } } });
                await Seals.WriteAsync(change, own[person], person, Compartments.General, 1, new { notes = name });
            }

            await change.CommitAsync(None);
        }

        public async Task MergeAsync()
        {
            var contents = await ContentsAsync();
            var pairs = MergeFields.Pairs(contents[Survivor], contents[Absorbed]);
            var row = new MergeRow { Id = Guid.CreateVersion7(db.Time.GetUtcNow()), SurvivorId = Guid.Parse(Survivor), AbsorbedId = Guid.Parse(Absorbed) };
            await using (var connection = await db.ReadAsync(None))
            {
                row = row with
                {
                    SurvivorVersion = await connection.QuerySingleAsync<int>("select version from cases_persons where id = @Survivor", new { Survivor }),
                    AbsorbedVersion = await connection.QuerySingleAsync<int>("select version from cases_persons where id = @Absorbed", new { Absorbed }),
                };
            }

            await using (var change = await db.BeginAsync(Operator, "drill.written", "merge", None))
            {
                await change.ExecuteAsync("delete from cases_merges where state in ('undone', 'proposed')");
                await change.ExecuteAsync(
                    "insert into cases_merges (id, survivor_id, absorbed_id, state, survivor_version, absorbed_version, proposed_at, proposed_by, version) values (@Id, @SurvivorId, @AbsorbedId, 'proposed', @SurvivorVersion, @AbsorbedVersion, @Now, 'x', 1)",
                    new { row.Id, row.SurvivorId, row.AbsorbedId, row.SurvivorVersion, row.AbsorbedVersion, Now = db.Time.GetUtcNow() });
                await change.CommitAsync(None);
            }

            await Steps.MergeAsync(row, new MergeContent(), contents[Survivor], MergeFields.Merged(pairs, new Dictionary<string, string>()), Operator, None);
        }

        public async Task UndoAsync()
        {
            await using (var change = await db.BeginAsync(Operator, "drill.written", "merge", None))
            {
                await change.ExecuteAsync("update cases_merges set state = 'undo_asked' where state = 'done'");
                await change.CommitAsync(None);
            }

            MergeRow row;
            MergeContent content;
            await using (var connection = await db.ReadAsync(None))
            {
                row = await connection.QuerySingleAsync<MergeRow>("select * from cases_merges where state = 'undo_asked'");
                content = await Files.ContentAsync(connection, row, None);
            }

            Assert.Empty(await Steps.UndoAsync(row, content, Operator, None));
        }

        /// <summary>Whether they are one now; fails when they are something between.</summary>
        public async Task<bool> IsOneAsync()
        {
            var contents = await ContentsAsync();
            await using var connection = await db.ReadAsync(None);
            var states = (await connection.QueryAsync<string>("select status || ' ' || coalesce(merged_into, '') from cases_persons order by id")).ToList();
            var members = (await connection.QueryAsync<string>("select person_id from cases_case_persons order by person_id")).ToList();
            var hashes = (await connection.QueryAsync<long>("select count(*) from cases_person_keys where person_id = @Survivor", new { Survivor })).Single();
            var isOne = states[1] == "merged " + Survivor;
            Assert.Equal(isOne ? ["active ", "merged " + Survivor] : ["active ", "active "], states);
            Assert.Equal(isOne ? [Survivor, Survivor] : [Survivor, Absorbed], members);
            // The one that goes is never touched.
            Assert.Equal("Yudelka", contents[Absorbed][Compartments.General].GetProperty("notes").GetString());
            Assert.Equal(isOne ? "Ilmara\n\nYudelka" : "Ilmara", contents[Survivor][Compartments.General].GetProperty("notes").GetString());
            Assert.Equal(isOne ? 2 : 1, contents[Survivor][Compartments.Identity].GetProperty("names").GetArrayLength());
            Assert.Equal(isOne, (await connection.QueryAsync<string>("select id from cases_merges where state in ('done', 'undo_asked')")).Any());
            if (isOne)
                Assert.True(hashes > 4);
            return isOne;
        }

        public async ValueTask DisposeAsync()
        {
            directory.Dispose();
            await keys.DisposeAsync();
            await db.DisposeAsync();
        }

        private async Task<Dictionary<string, IReadOnlyDictionary<string, System.Text.Json.JsonElement>>> ContentsAsync()
        {
            await using var connection = await db.ReadAsync(None);
            var opened = await Seals.OpenAsync(connection, [.. new[] { Survivor, Absorbed }.Select(id => new Wanted(Guid.Parse(id), Guid.Parse(id), Compartments.All))], None);
            return new[] { Survivor, Absorbed }.ToDictionary(
                id => id, id => (IReadOnlyDictionary<string, System.Text.Json.JsonElement>)opened.Where(one => one.Key.Record == Guid.Parse(id)).ToDictionary(one => one.Key.Compartment, one => one.Value));
        }
    }
}
