using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Devices;

/// <summary>
/// Writes what a device has changed of a person or a case onto what stands now. Fields that only the device has changed are
/// written; of those that others have changed too, both values are kept and nothing is written until somebody decides. Of two
/// urgencies the higher counts meanwhile.
/// </summary>
internal sealed class MergeChanges(
    NodeDb db, KeptDevices devices, DeviceChanges changes, DataKeys keys, SealedRecords seals, CaseAdmission admission, EditPerson edit, ChangeCase alter, MoveCase move)
{
    private const string UrgencyField = "urgency";
    private const string StateField = "state";
    private const string Profiles = "profiles";
    private const int MostTurns = 5;

    /// <summary>What is done of it, and of what somebody has to decide.</summary>
    /// <exception cref="Problem">Out of reach, closed, or something is wrong with what was said.</exception>
    /// <exception cref="DoneBefore">It was done already.</exception>
    public async Task<(Guid Record, int Version, IReadOnlyList<FieldConflict> Conflicts)> RunAsync(
        DeviceRow device, CameChange came, Guid record, ChangeRow? settled, Actor actor, CancellationToken cancellationToken)
    {
        // Texts are looked over and mended before they are compared.
        foreach (var side in new[] { came.Was, came.Now }.OfType<JsonObject>())
            SentJson.RefuseIf(SentJson.Of<JsonObject>(side).Wrong);
        for (var turn = 1; ; turn++)
        {
            try
            {
                return came.Kind == "person"
                    ? await PersonAsync(device, came, record, settled, actor, cancellationToken)
                    : came.Kind == StateField ? await StateAsync(device, came, record, settled, actor, cancellationToken)
                    : await CaseAsync(device, came, record, settled, actor, cancellationToken);
            }
            catch (Problem meanwhile) when (meanwhile.Kind == PlatformProblems.Changed && turn < MostTurns)
            {
                // Somebody was first: it is put together with theirs.
            }
        }
    }

    /// <summary>
    /// What stands now of the fields that two have said, for somebody who may change the record: its version and the fields, by the names
    /// that conflicts have.
    /// </summary>
    /// <exception cref="Problem">Out of reach, or not theirs to change.</exception>
    public async Task<(int Version, IReadOnlyDictionary<string, JsonNode?> Fields)> StandsAsync(string kind, Guid record, Actor actor, CancellationToken cancellationToken)
    {
        if (kind != "person")
        {
            var admitted = await admission.AdmitAsync(record, null, actor, cancellationToken, CasesRights.Edit);
            return (admitted.Version, kind == StateField ? new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { [StateField] = admitted.Seen.Row.State } : FieldsOf(admitted));
        }

        var seen = await edit.AdmitAsync(record, actor, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        return (seen.Row.Version, FieldMerge.Fields(await ContentsAsync(connection, record, devices.Rules.Of(seen.Open), cancellationToken), IsGroup));
    }

    private static bool IsGroup(string name) => Compartments.All.Contains(name, StringComparer.Ordinal);

    private async Task<JsonObject> ContentsAsync(DbConnection connection, Guid record, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var contents = new JsonObject();
        foreach (var ((_, compartment), content) in await seals.OpenAsync(connection, [new Wanted(record, record, open)], cancellationToken))
            contents[compartment] = JsonNode.Parse(content.GetRawText());
        return contents;
    }

    private static Dictionary<string, JsonNode?> FieldsOf(AdmittedCase admitted)
    {
        var fields = new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { [UrgencyField] = Urgency.At(admitted.Seen.Row.Urgency), ["note"] = admitted.Main.Note };
        foreach (var code in admitted.Contents.Values.SelectMany(content => content.Profiles))
            fields[$"{Profiles}.{code}"] = true;
        return fields;
    }

    /// <summary>The compartment of a field of a person.</summary>
    public static string CompartmentOf(string field) => field.Split('.')[0];

    private async Task<(Guid, int, IReadOnlyList<FieldConflict>)> PersonAsync(
        DeviceRow device, CameChange came, Guid record, ChangeRow? settled, Actor actor, CancellationToken cancellationToken)
    {
        var seen = await edit.AdmitAsync(record, actor, cancellationToken);
        var open = devices.Rules.Of(seen.Open);
        if ((came.Now ?? []).Any(one => !open.Contains(one.Key)))
            throw CasesProblems.CompartmentClosed.With();
        if (seen.Row.Status != PersonRow.Active || await keys.FindAsync(record, cancellationToken) is not { } key)
            throw CasesProblems.PersonInactive.With();
        // What was said of a file that was merged since is sealed by the key of that file.
        var sealedBy = settled is null || settled.PersonId == record ? key : await keys.FindAsync(settled.PersonId, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var current = await ContentsAsync(connection, record, open, cancellationToken);
        var now = FieldMerge.Fields(Written(came.Now), IsGroup);
        var merged = FieldMerge.Of(FieldMerge.Fields(Written(came.Was), IsGroup), now, FieldMerge.Fields(current, IsGroup));
        if (merged.Written.Count == 0)
        {
            await using var change = await db.BeginAsync(actor, merged.Conflicts.Count > 0 ? "cases.device.conflict" : "cases.device.agreed", ReadTrail.SubjectOf(record), cancellationToken);
            await AlsoAsync(change, seen.Row.Version);
            await change.CommitAsync(cancellationToken);
            return (record, seen.Row.Version, merged.Conflicts);
        }

        foreach (var (field, value) in merged.Written)
        {
            var (group, name) = (CompartmentOf(field), field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..]);
            if (current[group] is not JsonObject fields)
                current[group] = fields = [];
            fields[name] = value?.DeepClone();
        }

        // Compartments of which nothing was written stay as they are.
        foreach (var untouched in current.Select(one => one.Key).Except(merged.Written.Keys.Select(CompartmentOf), StringComparer.Ordinal).ToList())
            current.Remove(untouched);
        var (said, wrong) = SentJson.Of<SentPerson>(current);
        var kept = await edit.RunAsync(seen, seen.Row.Version, said, wrong, actor, cancellationToken, (change, one) => AlsoAsync(change, one.Version));
        return (record, kept.Version, merged.Conflicts);

        async Task AlsoAsync(Change change, int version)
        {
            await changes.NoteAsync(change, device, came, record, record, version, merged.Conflicts.Count > 0 ? DeviceChanges.Conflict : DeviceChanges.Done);
            await changes.SealAsync(change, key, came.Id, 1, merged.Conflicts, CompartmentOf);
            if (settled is not null && sealedBy is not null)
                await changes.SettleAsync(change, connection, sealedBy, settled, now, seen.Open, CompartmentOf, cancellationToken);
        }
    }

    private async Task<(Guid, int, IReadOnlyList<FieldConflict>)> CaseAsync(
        DeviceRow device, CameChange came, Guid record, ChangeRow? settled, Actor actor, CancellationToken cancellationToken)
    {
        var admitted = await admission.AdmitAsync(record, null, actor, cancellationToken, CasesRights.Edit);
        var (row, open) = (admitted.Seen.Row, devices.Rules.Of(admitted.Seen.Open));
        string CompartmentOfCase(string field) => field.StartsWith(Profiles + ".", StringComparison.Ordinal)
            ? CaseKinds.Profiles.GetValueOrDefault(field[(Profiles.Length + 1)..]) ?? throw FormProblems.With((Profiles, CasesProblems.CodeUnknown))
            : field is UrgencyField or "note" ? admitted.Seen.Home : throw FormProblems.With((field, CasesProblems.ValueUnfit));
        var profiles = admitted.Contents.Values.SelectMany(content => content.Profiles).ToHashSet(StringComparer.Ordinal);
        var current = FieldsOf(admitted);
        var now = FieldMerge.Fields(came.Now, name => name == Profiles);
        if (now.Keys.Any(field => !open.Contains(CompartmentOfCase(field))))
            throw CasesProblems.CompartmentClosed.With();
        var merged = FieldMerge.Of(FieldMerge.Fields(came.Was, name => name == Profiles), now, current);
        var written = merged.Written.ToDictionary(StringComparer.Ordinal);
        var conflicts = merged.Conflicts.ToList();
        if (conflicts.FindIndex(one => one.Field == UrgencyField) is var at and >= 0 && Text(conflicts[at].Mine) is { } mine && Urgency.RankOf(mine) >= 0)
        {
            var higher = Urgency.At(Math.Min(row.Urgency, Urgency.RankOf(mine)));
            conflicts[at] = conflicts[at] with { Taken = higher };
            if (Urgency.RankOf(higher) != row.Urgency)
                written[UrgencyField] = higher;
        }

        var undecided = conflicts.Exists(one => one.Taken is null);
        if (written.Count == 0)
        {
            await using var change = await db.BeginAsync(actor, conflicts.Count > 0 ? "cases.device.conflict" : "cases.device.agreed", OpenCase.SubjectOf(record), cancellationToken);
            await AlsoAsync(change, row.Version);
            await change.CommitAsync(cancellationToken);
            return (record, row.Version, conflicts);
        }

        foreach (var (field, value) in written.Where(one => one.Key.StartsWith(Profiles + ".", StringComparison.Ordinal)))
        {
            var code = field[(Profiles.Length + 1)..];
            _ = value?.GetValueKind() == JsonValueKind.True ? profiles.Add(code) : profiles.Remove(code);
        }

        var said = new SentChange
        {
            Urgency = written.TryGetValue(UrgencyField, out var urgency) ? Text(urgency) : null,
            Note = written.TryGetValue("note", out var note) ? Text(note) ?? "" : null,
            Profiles = written.Keys.Any(field => field.StartsWith(Profiles + ".", StringComparison.Ordinal)) ? [.. profiles] : null,
        };
        var kept = await alter.RunAsync(admitted, said, [], actor, cancellationToken, (change, one) => AlsoAsync(change, one.Version));
        return (record, kept.Version, conflicts);

        async Task AlsoAsync(Change change, int version)
        {
            await changes.NoteAsync(change, device, came, row.PersonId, record, version, undecided ? DeviceChanges.Conflict : conflicts.Count > 0 ? DeviceChanges.Settled : DeviceChanges.Done);
            await changes.SealAsync(change, admitted.Key, came.Id, 1, conflicts, CompartmentOfCase);
            if (settled is not null)
            {
                await using var connection = await db.ReadAsync(cancellationToken);
                await changes.SettleAsync(change, connection, admitted.Key, settled, now, admitted.Seen.Open, CompartmentOfCase, cancellationToken);
            }
        }
    }

    // A case goes from state to state by its own rules: one step at a time, each asked of them when it comes.
    private async Task<(Guid, int, IReadOnlyList<FieldConflict>)> StateAsync(
        DeviceRow device, CameChange came, Guid record, ChangeRow? settled, Actor actor, CancellationToken cancellationToken)
    {
        var admitted = await admission.AdmitAsync(record, null, actor, cancellationToken, CasesRights.Edit);
        var (row, home) = (admitted.Seen.Row, admitted.Seen.Home);
        if (!devices.Rules.Of(admitted.Seen.Open).Contains(home))
            throw CasesProblems.CompartmentClosed.With();
        var now = FieldMerge.Fields(came.Now, static _ => false);
        if (now.Count != 1 || Text(now.GetValueOrDefault(StateField)) is not { } state)
            throw FormProblems.With((StateField, CasesProblems.ValueUnfit));
        var merged = FieldMerge.Of(
            FieldMerge.Fields(came.Was, static _ => false), now, new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { [StateField] = row.State });
        if (merged.Written.Count > 0)
            return (record, (await move.MoveAsync(admitted, state, actor, cancellationToken, (change, kept) => AlsoAsync(change, kept.Version))).Version, []);
        await using var change = await db.BeginAsync(actor, merged.Conflicts.Count > 0 ? "cases.device.conflict" : "cases.device.agreed", OpenCase.SubjectOf(record), cancellationToken);
        await AlsoAsync(change, row.Version);
        await change.CommitAsync(cancellationToken);
        return (record, row.Version, merged.Conflicts);

        async Task AlsoAsync(Change change, int version)
        {
            await changes.NoteAsync(change, device, came, row.PersonId, record, version, merged.Conflicts.Count > 0 ? DeviceChanges.Conflict : DeviceChanges.Done);
            await changes.SealAsync(change, admitted.Key, came.Id, 1, merged.Conflicts, _ => home);
            if (settled is null)
                return;
            await using var connection = await db.ReadAsync(cancellationToken);
            await changes.SettleAsync(change, connection, admitted.Key, settled, now, admitted.Seen.Open, _ => home, cancellationToken);
        }
    }

    // As the node would have written the same: what has a value by itself has it, so that only what differs is told apart.
    private static JsonObject Written(JsonObject? said)
    {
        var whole = JsonSerializer.SerializeToNode(SentJson.Of<SentPerson>(said?.DeepClone().AsObject() ?? []).Said, CaseJson.Options)!.AsObject();
        var written = new JsonObject();
        foreach (var (group, fields) in said ?? [])
        {
            var only = new JsonObject();
            foreach (var (name, _) in fields as JsonObject ?? [])
                only[name] = whole[group]?[name]?.DeepClone();
            written[group] = only;
        }

        return written;
    }

    private static string? Text(JsonNode? value) => value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : null;
}
