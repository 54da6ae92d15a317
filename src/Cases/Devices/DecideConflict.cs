using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>A conflict that nobody has decided, as the list has it: no value of any field.</summary>
/// <param name="Row">What came of the device.</param>
/// <param name="Ref">The reference of the person or case.</param>
/// <param name="Fields">The fields of which two said different things, as far as they are open.</param>
/// <param name="Device">The device that it came from.</param>
internal sealed record WaitingConflict(ChangeRow Row, string Ref, IReadOnlyList<string> Fields, DeviceRow Device);

/// <summary>A conflict with what stands now.</summary>
/// <param name="Row">What came of the device.</param>
/// <param name="Record">The record as it is known now: a file may have been merged since.</param>
/// <param name="Version">The version of the record.</param>
/// <param name="Fields">Both values of each field that is to be decided; theirs is what stands.</param>
/// <param name="IsWhole">False when a part of it is closed to the reader: then it is for somebody else to decide.</param>
/// <param name="Device">The device that it came from.</param>
internal sealed record OpenConflict(ChangeRow Row, Guid Record, int Version, IReadOnlyList<FieldConflict> Fields, bool IsWhole, DeviceRow Device)
{
    public override string ToString() => "•••";
}

/// <summary>
/// Decides at a desk, field by field, what a device and somebody else have said of the same: for whoever may change the record, above
/// all where the device was wiped or lost and asks nobody any more. It is done by the same merge as on the device, so that nothing is
/// written over unseen, and both values stay.
/// </summary>
internal sealed class DecideConflict(NodeDb db, MergeChanges merge, PersonFiles files, CaseFiles cases, SealedRecords seals, ReadTrail trail)
{
    private const int Most = 50;

    /// <summary>Those that wait within the reader's reach to change, the longest waiting first, once their reading is on the disk.</summary>
    public async Task<IReadOnlyList<WaitingConflict>> ListAsync(Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var (scope, open) = (CaseScope.For(actor), new Dictionary<Guid, (string Ref, Guid Person, IReadOnlyList<string> Open)>());
        var found = new List<(WaitingConflict Conflict, Shown Shown)>();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var rows = await Portions.FillAsync(
                Most,
                skip => connection.QueryAsync<ChangeRow>("select * from cases_device_changes where state = 'conflict' order by received_at, id limit @Most offset @skip", new { Most, skip }),
                async some =>
                {
                    foreach (var row in some)
                    {
                        if (await ReachAsync(connection, scope, row, cancellationToken) is { } reached)
                            open[row.Id] = reached;
                    }

                    return some.Where(row => open.ContainsKey(row.Id));
                });
            var devices = (await connection.QueryAsync<DeviceRow>("select * from cases_devices where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.DeviceId.ToString("D")).Distinct()) })).ToDictionary(device => device.Id);
            foreach (var row in rows)
            {
                var (reference, person, compartments) = open[row.Id];
                var parts = await seals.OpenAsync(connection, [new Wanted(row.PersonId, row.Id, compartments)], cancellationToken);
                // What somebody said of their orientation stands in no list: that something is to be decided does.
                var listed = parts.Where(part => part.Key.Compartment != Compartments.Lgbti).ToList();
                if (parts.Values.SelectMany(Undecided).Any())
                    found.Add((new WaitingConflict(row, reference, [.. listed.SelectMany(part => Undecided(part.Value)).Select(one => one.Field).Order(StringComparer.Ordinal)], devices[row.DeviceId]), new Shown(person, [.. listed.Select(part => part.Key.Compartment)])));
            }
        }

        await trail.LeaveAsync(actor, purpose, "list", found.Select(one => one.Shown), cancellationToken);
        return [.. found.Select(one => one.Conflict)];
    }

    /// <summary>One of them, once its reading is on the disk; null where it was decided already.</summary>
    /// <exception cref="Problem">There is none for this reader, or its record is not theirs to change.</exception>
    public async Task<OpenConflict?> OpenAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        ChangeRow row;
        Guid record;
        DeviceRow device;
        (string Ref, Guid Person, IReadOnlyList<string> Open) reached;
        List<FieldConflict> fields;
        bool isWhole;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            row = await DeviceChanges.FindAsync(connection, id) is { State: DeviceChanges.Conflict or DeviceChanges.Settled } found ? found : throw PlatformProblems.NotFound.With();
            reached = await ReachAsync(connection, scope, row, cancellationToken) ?? throw PlatformProblems.NotFound.With();
            if (row.State != DeviceChanges.Conflict)
                return null;
            record = row.Kind == "person" ? await MergedFiles.LeadAsync(connection, row.RecordId) : row.RecordId;
            device = (await KeptDevices.FindAsync(connection, row.DeviceId))!;
            var parts = await seals.OpenAsync(connection, [new Wanted(row.PersonId, id, reached.Open)], cancellationToken);
            fields = [.. parts.Values.SelectMany(Undecided).OrderBy(one => one.Field, StringComparer.Ordinal)];
            // Of which compartments its parts are nobody reads from the table; how many there are, everybody may.
            isWhole = parts.Count == await connection.ExecuteScalarAsync<long>("select count(*) from cases_sealed where record_id = @id", new { id });
        }

        var (version, stands) = await merge.StandsAsync(row.Kind, record, actor, cancellationToken);
        await trail.LeaveAsync(actor, purpose, "file", [new Shown(reached.Person, reached.Open)], cancellationToken);
        return new OpenConflict(row, record, version, fields.ConvertAll(one => one with { Theirs = stands.GetValueOrDefault(one.Field)?.DeepClone() }), isWhole, device);
    }

    /// <summary>Writes what was decided.</summary>
    /// <param name="conflict">What was decided about, as it stood.</param>
    /// <param name="version">The version of the record that was looked at.</param>
    /// <param name="takesDevice">For each field whether what the device says counts, and not what stands.</param>
    /// <param name="actor">Who decided.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">A part is closed to them, or somebody has changed the record meanwhile.</exception>
    public async Task RunAsync(OpenConflict conflict, int version, IReadOnlyDictionary<string, bool> takesDevice, Actor actor, CancellationToken cancellationToken)
    {
        if (!conflict.IsWhole)
            throw CasesProblems.CompartmentClosed.With();
        if (version != conflict.Version)
            throw PlatformProblems.Changed.With();
        var now = db.Time.GetUtcNow();
        var came = new CameChange
        {
            Id = Guid.CreateVersion7(now),
            Kind = conflict.Row.Kind,
            Record = conflict.Record,
            Was = Body(conflict.Fields, static one => one.Theirs),
            Now = Body(conflict.Fields, one => takesDevice[one.Field] ? one.Mine : one.Theirs),
            Settles = conflict.Row.Id,
            SaidAt = now,
        };
        // It is noted beside the change that it decides, as of whoever decided.
        await merge.RunAsync(conflict.Device with { UserId = actor.UserId ?? throw PlatformProblems.Forbidden.With() }, came, conflict.Record, conflict.Row, actor, cancellationToken);
    }

    // As devices send it: the fields of a person by compartment, profiles below their name.
    private static JsonObject Body(IEnumerable<FieldConflict> fields, Func<FieldConflict, JsonNode?> value)
    {
        var body = new JsonObject();
        foreach (var one in fields)
        {
            if (one.Field.Split('.', 2) is not [var group, var name])
            {
                body[one.Field] = value(one)?.DeepClone();
                continue;
            }

            if (body[group] is not JsonObject inner)
                body[group] = inner = [];
            inner[name] = value(one)?.DeepClone();
        }

        return body;
    }

    private static IEnumerable<FieldConflict> Undecided(JsonElement part) => part.Deserialize<SealedConflict>(CaseJson.Options)!.Fields.Where(one => one.Taken is null);

    // The record where the reader may change it, with what of it is open; what is in a case is for those who see the case.
    private async Task<(string Ref, Guid Person, IReadOnlyList<string> Open)?> ReachAsync(DbConnection connection, CaseScope scope, ChangeRow row, CancellationToken cancellationToken)
    {
        if (row.Kind == "person")
        {
            return await files.FindAsync(connection, scope, await MergedFiles.LeadAsync(connection, row.RecordId)) is { Row.Status: PersonRow.Active } seen && seen.Allows(scope, CasesRights.Edit)
                ? (seen.Row.PublicRef, seen.Row.Id, seen.Open)
                : null;
        }

        return await cases.FindAsync(connection, scope, row.RecordId) is { } one && scope.May(CasesRights.Edit, one.Row.Place)
            ? (one.Row.PublicRef, await MergedFiles.LeadAsync(connection, one.Row.PersonId), one.Open)
            : null;
    }
}
