using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>A change of a device as it came.</summary>
internal sealed record CameChange
{
    public Guid Id { get; init; }

    public string Kind { get; init; } = "";

    /// <summary>The person that it is about, or the key of the change that registered them.</summary>
    public Guid? Person { get; init; }

    /// <summary>The person or case that it changes, or the key of the change that made it.</summary>
    public Guid? Record { get; init; }

    public JsonObject? Body { get; init; }

    /// <summary>Fields as they were on the device, by compartment.</summary>
    public JsonObject? Was { get; init; }

    /// <summary>The same fields as they are to be.</summary>
    public JsonObject? Now { get; init; }

    /// <summary>The change whose conflict it decides.</summary>
    public Guid? Settles { get; init; }

    public DateTimeOffset? SaidAt { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What became of a change.</summary>
internal sealed record ChangeRow
{
    public Guid Id { get; init; }

    public Guid DeviceId { get; init; }

    public Guid UserId { get; init; }

    public string Kind { get; init; } = "";

    public Guid PersonId { get; init; }

    public Guid RecordId { get; init; }

    public int Version { get; init; }

    public string State { get; init; } = "";

    public DateTimeOffset SaidAt { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>What is sealed of a conflict in one compartment.</summary>
internal sealed record SealedConflict
{
    public IReadOnlyList<FieldConflict> Fields { get; set; } = [];

    public override string ToString() => "•••";
}

/// <summary>It was done before: this transaction is undone, and the first answer counts.</summary>
internal sealed class DoneBefore : Exception;

/// <summary>What is noted of the changes that devices send, in the transaction of each.</summary>
internal sealed class DeviceChanges(NodeDb db, SealedRecords seals)
{
    public const string Done = "done";
    public const string Conflict = "conflict";
    public const string Settled = "settled";

    /// <summary>What became of a change; null while nothing has.</summary>
    public static Task<ChangeRow?> FindAsync(DbConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<ChangeRow?>("select * from cases_device_changes where id = @id", new { id });

    /// <summary>Notes it.</summary>
    /// <exception cref="DoneBefore">Somebody has done it meanwhile.</exception>
    public async Task NoteAsync(Change change, DeviceRow device, CameChange came, Guid person, Guid record, int version, string state)
    {
        var now = db.Time.GetUtcNow();
        if (await change.ExecuteAsync(
            """
            insert into cases_device_changes (id, device_id, user_id, kind, person_id, record_id, version, state, said_at, received_at)
            values (@Id, @Device, @User, @Kind, @person, @record, @version, @state, @SaidAt, @now)
            on conflict (id) do nothing
            """,
            new { came.Id, Device = device.Id, User = device.UserId, came.Kind, person, record, version, state, SaidAt = came.SaidAt ?? now, now }) == 0)
            throw new DoneBefore();
    }

    /// <summary>Seals what two have said of the same fields, in the compartments they belong to.</summary>
    public async Task SealAsync(Change change, DataKey key, Guid id, int version, IEnumerable<FieldConflict> conflicts, Func<string, string> compartmentOf)
    {
        foreach (var same in conflicts.GroupBy(one => compartmentOf(one.Field), StringComparer.Ordinal))
            await seals.WriteAsync(change, key, id, same.Key, version, new SealedConflict { Fields = [.. same] });
    }

    /// <summary>Opens it, as far as it is open to the reader.</summary>
    public async Task<IReadOnlyList<FieldConflict>> OpenAsync(DbConnection connection, ChangeRow row, IReadOnlyList<string> open, CancellationToken cancellationToken) =>
        [.. (await seals.OpenAsync(connection, [new Wanted(row.PersonId, row.Id, open)], cancellationToken)).Values
            .SelectMany(one => one.Deserialize<SealedConflict>(CaseJson.Options)!.Fields).OrderBy(one => one.Field, StringComparer.Ordinal)];

    /// <summary>Notes what was decided of a conflict: both values stay, with the one that was taken.</summary>
    public async Task SettleAsync(
        Change change, DbConnection connection, DataKey key, ChangeRow row, IReadOnlyDictionary<string, JsonNode?> taken, IReadOnlyList<string> open,
        Func<string, string> compartmentOf, CancellationToken cancellationToken)
    {
        // Somebody else has decided meanwhile: their word is written over by nobody who has not seen it.
        if (await change.ExecuteAsync("update cases_device_changes set state = 'settled' where id = @Id and state = 'conflict'", new { row.Id }) == 0)
            throw PlatformProblems.Changed.With();
        change.AlsoRecord("cases.device.decided", $"device_change:{row.Id:D}");
        var fields = await OpenAsync(connection, row, open, cancellationToken);
        await SealAsync(
            change, key, row.Id, 2, fields.Select(one => taken.TryGetValue(one.Field, out var chosen) ? one with { Taken = chosen?.DeepClone() } : one), compartmentOf);
    }
}
