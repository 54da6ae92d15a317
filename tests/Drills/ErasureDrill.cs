using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Erasing;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Drills;

/// <summary>REL-1 for erasing: the process is killed while it erases one person after the other; each is wholly there, or goes wholly.</summary>
public sealed class ErasureDrill(ITestOutputHelper output)
{
    private const int Count = 1500;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Actor = Actor.OperatingSystem("drill");

    [Theory]
    [InlineData(Engine.Sqlite, 5, 60)]
    [InlineData(Engine.Postgres, 4, 40)]
    public async Task Killed_at_any_moment_while_persons_are_erased_each_is_whole_or_goes_wholly(Engine engine, int kills, int killsWhenLong)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-erasing-").FullName;
        var settings = new DatabaseSettings(folder, engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var environment = new Dictionary<string, string> { ["TAMBO_DATABASE"] = settings.PostgresConnection ?? "", ["TAMBO_KEYS_DATABASE"] = "" };
        List<Guid> persons;
        await using (var db = await OpenAsync(settings))
        await using (var parts = new Erasing(settings, db))
            persons = await parts.RegisterAsync();
        var (random, cut, gone) = (new Random(20261123), 0, new HashSet<Guid>());
        for (var kill = 0; kill < (Victim.IsLong ? killsWhenLong : kills); kill++)
        {
            IReadOnlyList<Guid> acknowledged;
            using (var victim = Victim.Start(environment, "erase", folder))
            {
                await victim.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(0, 120)));
                acknowledged = [.. victim.Acknowledged.Select(Guid.Parse)];
            }

            await using var db = await OpenAsync(settings);
            await using var parts = new Erasing(settings, db);
            // What was begun is brought to its end; what was not is untouched.
            var begun = await parts.Steps.DecidedAsync(None);
            cut += begun.Count;
            Assert.InRange(begun.Count, 0, 1);
            await parts.Steps.FinishAllAsync(Actor, None);
            gone.UnionWith(acknowledged);
            gone.UnionWith(begun.Select(one => one.Person));
            var state = await parts.StateAsync(persons);
            // The last one may be done and not yet said.
            Assert.InRange(state.Erased.Except(gone).Count(), 0, 1);
            gone.UnionWith(state.Erased);
            Assert.Equal(gone.Order(), state.Erased.Order());
            Assert.Equal(persons.Except(gone).Order(), state.Whole.Order());
        }

        output.WriteLine($"{engine}: {gone.Count} persons erased, {cut} erasures cut short and brought to their end");
        Assert.NotEmpty(persons.Except(gone));
        Assert.True(cut > 0, "No kill fell into an erasure: the drill cut nothing.");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the victim does: erases everybody, one after the other, and says whom.</summary>
    internal static async Task EraseAllAsync(DatabaseSettings settings, NodeDb db, TextWriter output)
    {
        await using var parts = new Erasing(settings, db);
        foreach (var person in await parts.ActiveAsync())
        {
            await parts.Steps.EraseAsync(person, "ordered_by_authority", "", null, Actor, None);
            await output.WriteLineAsync(person.ToString("D"));
            await output.FlushAsync();
        }

        await Task.Delay(Timeout.Infinite);
    }

    private static async Task<NodeDb> OpenAsync(DatabaseSettings settings)
    {
        var db = await NodeDb.OpenAsync(settings, TimeProvider.System, None);
        await db.MigrateAsync(Node.Parts.Migrations, None);
        return db;
    }

    // What erasing needs of a node, without its doors.
    private sealed class Erasing : IAsyncDisposable
    {
        private readonly NodeDb db;
        private readonly DataKeys keys;
        private readonly SealedRecords seals;

        public Erasing(DatabaseSettings settings, NodeDb db)
        {
            var node = new NodeKey([.. Enumerable.Range(0, NodeKey.Length).Select(i => (byte)i)]);
            this.db = db;
            keys = new DataKeys(new NodeSettings { Folder = settings.Folder, File = new NodeFile(), PostgresConnection = settings.PostgresConnection }, node, db);
            seals = new SealedRecords(node, keys, db);
            Steps = new ErasureSteps(db, keys, new SharedCases(db, keys, seals), []);
        }

        public ErasureSteps Steps { get; }

        public async Task<List<Guid>> RegisterAsync()
        {
            var persons = Enumerable.Range(0, Count).Select(i => Guid.CreateVersion7(SettableTime.Noon.AddMilliseconds(i))).ToList();
            var made = await keys.MakeAsync(persons, None);
            await using var change = await db.BeginAsync(Actor, "test.persons", "many", None, bulk: true);
            await change.ExecuteAsync(
                """
                insert into cases_persons (id, public_ref, status, area, area_path, created_at, created_by, changed_at, version)
                values (@Id, @Ref, @Status, @Area, @AreaPath, @At, @By, @At, @Version)
                """,
                persons.Select(id => new { Id = id, Ref = PublicRef.New(), Status = "active", Area = "", AreaPath = "/", At = SettableTime.Noon, By = "drill", Version = 1 }).ToList());
            foreach (var person in persons)
                await seals.WriteAsync(change, made[person], person, Compartments.Identity, 1, new PersonIdentity { Names = [new PersonName { Full = "Ilmara" }] });
            await change.ExecuteAsync("insert into cases_person_keys (hash, person_id) values (@Hash, @Person)", persons.Select((id, at) => new { Hash = (long)at, Person = id }).ToList());
            await change.CommitAsync(None);
            return persons;
        }

        public async Task<IReadOnlyList<Guid>> ActiveAsync()
        {
            await using var connection = await db.ReadAsync(None);
            return [.. await connection.QueryAsync<Guid>("select id from cases_persons where status = 'active' order by id")];
        }

        /// <summary>Who is wholly there, and of whom nothing is left; everybody else is in neither.</summary>
        public async Task<(IReadOnlyList<Guid> Whole, IReadOnlyList<Guid> Erased)> StateAsync(IReadOnlyList<Guid> persons)
        {
            var found = await keys.FindAsync(persons, None);
            await using var connection = await db.ReadAsync(None);
            var opened = await seals.OpenAsync(connection, [.. persons.Select(person => new Wanted(person, person, [Compartments.Identity]))], None);
            var (active, indexed, rows) = ((await ActiveAsync()).ToHashSet(), await OfAsync("cases_person_keys"), await OfAsync("cases_sealed"));
            return (
                [.. persons.Where(person => active.Contains(person) && found.ContainsKey(person) && opened.ContainsKey((person, Compartments.Identity)) && indexed.Contains(person))],
                [.. persons.Where(person => !active.Contains(person) && !found.ContainsKey(person) && !rows.Contains(person) && !indexed.Contains(person))]);

            async Task<HashSet<Guid>> OfAsync(string table) => [.. await connection.QueryAsync<Guid>("select person_id from " + table)];
        }

        public ValueTask DisposeAsync() => keys.DisposeAsync();
    }
}
