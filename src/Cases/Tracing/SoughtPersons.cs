using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Cases.Tracing;

/// <summary>Somebody who is sought, as the table has them: nothing of who they are, nor of whose register says so.</summary>
internal sealed record SoughtRow
{
    public Guid Id { get; init; }

    public string Mark { get; init; } = "";

    public string Content { get; init; } = "";

    public Guid? OwnerId { get; init; }

    public Guid? TeamId { get; init; }

    public Guid? AgencyId { get; init; }

    public string AreaPath { get; init; } = "/";

    public DateTimeOffset EntryAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset BroughtAt { get; init; }

    public int Version { get; init; } = 1;

    public byte[] Sealed { get; init; } = [];

    public RecordPlace Place => CaseAreas.Place(OwnerId, TeamId, AgencyId, AreaPath);
}

/// <summary>
/// Persons of whom other registers say that they are sought. Each has a data key of their own: what is forgotten is gone in every
/// copy of the database.
/// </summary>
internal sealed class SoughtPersons(NodeDb db, NodeKey node, DataKeys keys)
{
    private const string Name = "cases.sought_clock";
    private const int Block = 256;
    private const int AtOnce = 500;
    private readonly byte[] marks = node.KeyFor("cases sought");

    /// <summary>Forgets those whose time is over.</summary>
    public static Job Often { get; } = new(Name, TimeSpan.FromMinutes(15), static async (services, cancellationToken) =>
    {
        var forgotten = await ((SoughtPersons)services.GetService(typeof(SoughtPersons))!).ForgetAsync(Actor.Job(Name), cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{forgotten} forgotten");
    });

    /// <summary>The mark under which an agency keeps a record.</summary>
    public string MarkOf(Guid? agency, string record) => Hash($"{agency:D} {record}");

    /// <summary>A keyed hash of what a record says.</summary>
    public string ContentOf(PfifPerson person) => Hash(JsonSerializer.Serialize(person, CaseJson.Options));

    /// <summary>Seals a record.</summary>
    public static byte[] Seal(DataKey key, int version, PfifPerson person)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(person, CaseJson.Options);
        var filled = new byte[(json.Length + Block - 1) / Block * Block];
        filled.AsSpan().Fill((byte)' ');
        json.CopyTo(filled, 0);
        return key.Seal(filled, FieldOf(key.Subject, version));
    }

    /// <summary>Opens records; those whose key is gone are left out.</summary>
    public async Task<IReadOnlyList<(SoughtRow Row, PfifPerson Person)>> OpenAsync(IReadOnlyList<SoughtRow> rows, CancellationToken cancellationToken)
    {
        var found = await keys.FindAsync([.. rows.Select(row => row.Id)], cancellationToken);
        return [.. rows.Where(row => found.ContainsKey(row.Id)).Select(row => (row, JsonSerializer.Deserialize<PfifPerson>(found[row.Id].Open(row.Sealed, FieldOf(row.Id, row.Version)), CaseJson.Options)!))];
    }

    /// <summary>The rows under some marks.</summary>
    public async Task<IReadOnlyDictionary<string, SoughtRow>> FindAsync(DbConnection connection, IEnumerable<string> some) =>
        (await connection.QueryAsync<SoughtRow>("select * from cases_sought where mark" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(some) })).ToDictionary(row => row.Mark, StringComparer.Ordinal);

    /// <summary>Of some marks, when their record was told to be forgotten.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> GoneAsync(DbConnection connection, IEnumerable<string> some) =>
        (await connection.QueryAsync<(string Mark, DateTimeOffset At)>("select mark, entry_at from cases_sought_gone where mark" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(some) }))
        .ToDictionary(one => one.Mark, one => one.At, StringComparer.Ordinal);

    /// <summary>Keeps for a time that records are to be forgotten, by their marks alone.</summary>
    public static Task RememberGoneAsync(Change change, IEnumerable<(string Mark, DateTimeOffset At)> gone, DateTimeOffset until) => change.ExecuteAsync(
        """
        insert into cases_sought_gone (mark, entry_at, expires_at) values (@Mark, @At, @until)
        on conflict (mark) do update set entry_at = case when excluded.entry_at > cases_sought_gone.entry_at then excluded.entry_at else cases_sought_gone.entry_at end, expires_at = excluded.expires_at
        """,
        gone.Select(one => new { one.Mark, one.At, until }).ToList());

    /// <summary>Destroys the keys of all whose time is over, then takes their rows away; how many there were. Broken off, it is done by the next.</summary>
    public async Task<int> ForgetAsync(Actor actor, CancellationToken cancellationToken)
    {
        for (var forgotten = 0; ;)
        {
            List<Guid> over;
            await using (var connection = await db.ReadAsync(cancellationToken))
                over = [.. await connection.QueryAsync<Guid>("select id from cases_sought where expires_at <= @Now order by expires_at limit @AtOnce", new { Now = db.Time.GetUtcNow(), AtOnce })];
            if (over.Count == 0)
            {
                await ForgetGoneAsync(actor);
                return forgotten;
            }

            await keys.DestroyAsync(over, cancellationToken);
            await using var change = await db.BeginAsync(actor, "cases.sought.forgotten", "tracing", CancellationToken.None);
            change.Describe(new { records = over.Count });
            await change.ExecuteAsync("delete from cases_sought where id = @Id", over.Select(id => new { Id = id }).ToList());
            await change.CommitAsync(CancellationToken.None);
            forgotten += over.Count;
        }
    }

    private async Task ForgetGoneAsync(Actor actor)
    {
        var now = db.Time.GetUtcNow();
        await using (var connection = await db.ReadAsync(CancellationToken.None))
        {
            if (await connection.ExecuteScalarAsync<long>("select count(*) from cases_sought_gone where expires_at <= @now", new { now }) == 0)
                return;
        }

        await using var change = await db.BeginAsync(actor, "cases.sought.forgotten", "tracing", CancellationToken.None);
        change.Describe(new { marks = await change.ExecuteAsync("delete from cases_sought_gone where expires_at <= @now", new { now }) });
        await change.CommitAsync(CancellationToken.None);
    }

    private string Hash(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(marks, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private static string FieldOf(Guid id, int version) => string.Create(CultureInfo.InvariantCulture, $"sought {id:D} {version}");
}
