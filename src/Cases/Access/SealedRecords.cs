using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Cases.Access;

/// <summary>What of a record is wanted: of whom it is, and which of its compartments.</summary>
internal sealed record Wanted(Guid Person, Guid Record, IReadOnlyList<string> Compartments);

/// <summary>
/// The contents of persons, cases and family links: one sealed JSON for each record and compartment, under the data key of
/// the person. A compartment that was not asked for is neither read nor opened.
/// </summary>
/// <remarks>
/// A row does not say which compartment it is of: its slot is a keyed hash, another one for each record. Contents are
/// filled up to whole blocks. Who has the database alone learns how many compartments of a file hold anything, how often each was
/// changed and how long it is to the block; not which they are, nor of whom.
/// </remarks>
internal sealed class SealedRecords(NodeKey node, DataKeys keys, NodeDb db)
{
    private const int Block = 256;
    private readonly byte[] slots = node.KeyFor("cases compartments");

    /// <summary>Seals a compartment in its new version; the old one is gone.</summary>
    public Task WriteAsync(Change change, DataKey key, Guid record, string compartment, int version, object content)
    {
        var (slot, bytes) = Seal(key, record, compartment, version, content);
        return change.ExecuteAsync(
            """
            insert into cases_sealed (slot, record_id, person_id, version, sealed) values (@slot, @record, @person, @version, @bytes)
            on conflict (slot) do update set version = excluded.version, sealed = excluded.sealed
            """,
            new { slot, record, person = key.Subject, version, bytes });
    }

    /// <summary>A compartment as its row holds it.</summary>
    public (string Slot, byte[] Bytes) Seal(DataKey key, Guid record, string compartment, int version, object content)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(content, CaseJson.Options);
        // White space after a JSON text means nothing.
        var filled = new byte[(json.Length + Block - 1) / Block * Block];
        filled.AsSpan().Fill((byte)' ');
        json.CopyTo(filled, 0);
        return (SlotOf(record, compartment), key.Seal(filled, FieldOf(record, compartment, version)));
    }

    /// <summary>Opens what a row of another table holds as <see cref="Seal"/> made it.</summary>
    /// <exception cref="CryptographicException">A content was changed or moved by other hands.</exception>
    public static JsonElement Open(DataKey key, Guid record, string compartment, int version, byte[] bytes) =>
        JsonSerializer.Deserialize<JsonElement>(key.Open(bytes, FieldOf(record, compartment, version)));

    /// <summary>Takes a compartment of a record away.</summary>
    public Task RemoveAsync(Change change, Guid record, string compartment) =>
        change.ExecuteAsync("delete from cases_sealed where slot = @slot", new { slot = SlotOf(record, compartment) });

    /// <summary>By whose key a compartment of a record is sealed; null when it holds nothing.</summary>
    public async Task<Guid?> HolderAsync(DbConnection connection, Guid record, string compartment) =>
        await connection.QuerySingleOrDefaultAsync<Guid>("select person_id from cases_sealed where slot = @slot", new { slot = SlotOf(record, compartment) }) is var person && person != Guid.Empty ? person : null;

    /// <summary>Opens what is wanted; what is empty, or of a person whose key was destroyed, is left out.</summary>
    /// <exception cref="CryptographicException">A content was changed or moved by other hands.</exception>
    public Task<IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement>> OpenAsync(
        DbConnection connection, IReadOnlyList<Wanted> wanted, CancellationToken cancellationToken) =>
        OpenAsync((sql, among) => connection.QueryAsync<SealedRow>(sql, among), wanted, cancellationToken);

    /// <summary>The same inside a change: what stands at the moment of writing.</summary>
    /// <exception cref="CryptographicException">A content was changed or moved by other hands.</exception>
    public Task<IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement>> OpenAsync(
        Change change, IReadOnlyList<Wanted> wanted, CancellationToken cancellationToken) =>
        OpenAsync((sql, among) => change.QueryAsync<SealedRow>(sql, among), wanted, cancellationToken);

    /// <summary>
    /// The same for very many records, of which most hold something in one compartment alone: by the rows that are there, instead of
    /// asking for every place where one could be. What is not wanted is not opened.
    /// </summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="wanted">Each record once, with the compartment first that is the likeliest to hold something.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="CryptographicException">A content was changed or moved by other hands.</exception>
    public async Task<IReadOnlyDictionary<Guid, Dictionary<string, T>>> OpenFoundAsync<T>(DbConnection connection, IReadOnlyList<Wanted> wanted, CancellationToken cancellationToken)
    {
        var of = wanted.ToDictionary(one => one.Record);
        var rows = (await connection.QueryAsync<FoundRow>(
            "select record_id, slot, version, sealed as content from cases_sealed where record_id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(of.Keys.Select(record => record.ToString("D"))) })).ToList();
        var known = await keys.FindAsync([.. rows.Select(row => of[row.RecordId].Person).Distinct()], cancellationToken);
        var opened = new Dictionary<Guid, Dictionary<string, T>>(of.Count);
        foreach (var row in rows)
        {
            var one = of[row.RecordId];
            if (!known.TryGetValue(one.Person, out var key) || one.Compartments.FirstOrDefault(compartment => SlotOf(one.Record, compartment) == row.Slot) is not { } found)
                continue;
            if (!opened.TryGetValue(one.Record, out var contents))
                opened[one.Record] = contents = new Dictionary<string, T>(1, StringComparer.Ordinal);
            contents[found] = JsonSerializer.Deserialize<T>(key.Open(row.Content, FieldOf(one.Record, found, row.Version)), CaseJson.Options)!;
        }

        return opened;
    }

    private async Task<IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement>> OpenAsync(
        Func<string, object, Task<IEnumerable<SealedRow>>> read, IReadOnlyList<Wanted> wanted, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, (Guid Person, Guid Record, string Compartment)>(StringComparer.Ordinal);
        foreach (var one in wanted)
        {
            foreach (var compartment in one.Compartments)
                places[SlotOf(one.Record, compartment)] = (one.Person, one.Record, compartment);
        }

        var opened = new Dictionary<(Guid, string), JsonElement>();
        if (places.Count == 0)
            return opened;
        // Found by the records, of which each has few; by the slots, most of which nobody fills, each would be looked for at another place of the disk.
        var rows = (await read(
            "select slot, version, sealed as content from cases_sealed where record_id" + db.Dialect.IsAmong + " and slot || ''" + db.Dialect.IsOneOf("Slots"),
            new { Among = db.Dialect.Among(places.Values.Select(place => place.Record.ToString("D")).Distinct()), Slots = db.Dialect.Among(places.Keys) })).ToList();
        var known = await keys.FindAsync([.. rows.Select(row => places[row.Slot].Person).Distinct()], cancellationToken);
        foreach (var row in rows)
        {
            var (person, record, compartment) = places[row.Slot];
            if (known.TryGetValue(person, out var key))
                opened[(record, compartment)] = JsonSerializer.Deserialize<JsonElement>(key.Open(row.Content, FieldOf(record, compartment, row.Version)));
        }

        return opened;
    }

    private string SlotOf(Guid record, string compartment) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(slots, Encoding.UTF8.GetBytes($"{record:D} {compartment}")).AsSpan(0, 16));

    private static string FieldOf(Guid record, string compartment, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{record:D} {compartment} {version}");

    private record SealedRow
    {
        public string Slot { get; init; } = "";

        public int Version { get; init; }

        public byte[] Content { get; init; } = [];
    }

    private sealed record FoundRow : SealedRow
    {
        public Guid RecordId { get; init; }
    }
}
