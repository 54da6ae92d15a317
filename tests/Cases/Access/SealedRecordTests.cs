using System.Security.Cryptography;
using Tambo.Cases.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Access;

public sealed class SealedRecordTests
{
    private static readonly Guid Person = new("0195c000-0000-7000-8000-000000000001");
    private static readonly Guid Other = new("0195c000-0000-7000-8000-000000000002");

    [Theory]
    [OnEachEngine]
    public async Task What_is_moved_to_another_compartment_record_or_version_does_not_open(Engine engine)
    {
        await using var shelf = await Shelf.OpenAsync(engine);
        await shelf.SealAsync(Person, "health", 1, "insulin-word");
        await shelf.SealAsync(Person, "general", 1, "tall-word");
        await shelf.SealAsync(Other, "health", 1, "other-word");
        Assert.Contains("insulin-word", await shelf.OpenAsync(Person, "health"), StringComparison.Ordinal);

        var rows = await shelf.ReadAsync();
        var health = rows.Single(row => shelf.Is(row, Person, "health"));
        foreach (var target in rows.Where(row => row.Slot != health.Slot))
        {
            await shelf.WriteAsync("update cases_sealed set sealed = @Content where slot = @Slot", new { health.Content, target.Slot });
            var (person, compartment) = target.PersonId == Person ? (Person, "general") : (Other, "health");
            await Assert.ThrowsAnyAsync<CryptographicException>(() => shelf.OpenAsync(person, compartment));
        }

        await shelf.WriteAsync("update cases_sealed set version = 2 where slot = @Slot", new { health.Slot });
        await Assert.ThrowsAnyAsync<CryptographicException>(() => shelf.OpenAsync(Person, "health"));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_row_tells_neither_its_compartment_nor_how_short_it_is_and_opens_no_more_without_its_key(Engine engine)
    {
        await using var shelf = await Shelf.OpenAsync(engine);
        foreach (var (compartment, text) in new[] { ("health", "a"), ("violence", new string('b', 200)), ("identity", "") })
            await shelf.SealAsync(Person, compartment, 1, text);
        await shelf.SealAsync(Other, "health", 1, "a");

        var rows = await shelf.ReadAsync();

        Assert.Single(rows.Select(row => row.Content.Length).Distinct());
        Assert.Equal(4, rows.Select(row => row.Slot).Distinct().Count());
        Assert.All(rows, row => Assert.Matches("^[0-9a-f]{32}$", row.Slot));
        await shelf.Keys.DestroyAsync(Person, CancellationToken.None);
        Assert.Equal("", await shelf.OpenAsync(Person, "health"));
        Assert.Contains("\"a\"", await shelf.OpenAsync(Other, "health"), StringComparison.Ordinal);
    }

    private sealed record Row(string Slot, Guid PersonId, byte[] Content)
    {
        public Row()
            : this("", Guid.Empty, [])
        {
        }
    }

    private sealed class Shelf : IAsyncDisposable
    {
        private readonly TestDatabase test;
        private readonly SealedRecords seals;
        private readonly Dictionary<Guid, DataKey> made = [];

        private Shelf(TestDatabase test)
        {
            this.test = test;
            var node = new NodeKey(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
            Keys = new DataKeys(Path.Combine(test.Settings.Folder, "keys"), node);
            seals = new SealedRecords(node, Keys, test.Db);
        }

        public DataKeys Keys { get; }

        public static async Task<Shelf> OpenAsync(Engine engine)
        {
            var shelf = new Shelf(await TestDatabase.CreateAsync(engine));
            foreach (var person in new[] { Person, Other })
            {
                shelf.made[person] = await shelf.Keys.MakeAsync(person, CancellationToken.None);
                await shelf.WriteAsync(
                    "insert into cases_persons (id, public_ref, status, area, area_path, created_at, created_by, changed_at, version) values (@person, @reference, 'active', '', '/', 'x', 'x', 'x', 1)",
                    new { person, reference = person.ToString("N") });
            }

            return shelf;
        }

        /// <summary>True when a row is a record's content of a compartment.</summary>
        public bool Is(Row row, Guid person, string compartment)
        {
            try
            {
                return made[person].Open(row.Content, $"{person:D} {compartment} 1").Length > 0;
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        public async Task SealAsync(Guid person, string compartment, int version, string text)
        {
            await using var change = await BeginAsync();
            await seals.WriteAsync(change, made[person], person, compartment, version, new { notes = text });
            await change.CommitAsync(CancellationToken.None);
        }

        public async Task<string> OpenAsync(Guid person, string compartment)
        {
            await using var connection = await test.Db.ReadAsync(CancellationToken.None);
            var opened = await seals.OpenAsync(connection, [new Wanted(person, person, [compartment])], CancellationToken.None);
            return opened.TryGetValue((person, compartment), out var content) ? content.GetRawText() : "";
        }

        public async Task<IReadOnlyList<Row>> ReadAsync()
        {
            await using var connection = await test.Db.ReadAsync(CancellationToken.None);
            return [.. await Dapper.SqlMapper.QueryAsync<Row>(connection, "select slot, person_id, sealed as content from cases_sealed")];
        }

        public async Task WriteAsync(string sql, object parameters)
        {
            await using var change = await BeginAsync();
            await change.ExecuteAsync(sql, parameters);
            await change.CommitAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await Keys.DisposeAsync();
            await test.DisposeAsync();
        }

        private Task<Change> BeginAsync() => test.Db.BeginAsync(TestDatabase.Alice, "test.sealed", "sample", CancellationToken.None);
    }
}
