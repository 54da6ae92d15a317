using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Consent;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>What is told of one change: done, conflict, refused, or waits (for what it belongs to).</summary>
internal sealed record ChangeAnswer(Guid Id, string Answer)
{
    public Guid? Record { get; init; }

    public int? Version { get; init; }

    /// <summary>What two have said; of those that were decided by themselves, what was taken.</summary>
    public IReadOnlyList<FieldConflict>? Conflicts { get; init; }

    public string? Code { get; init; }

    public string? Detail { get; init; }

    /// <summary>What is wrong, by field, in words.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }

    /// <summary>Of a screening, the urgency that counts.</summary>
    public string? Urgency { get; init; }

    /// <summary>Of a file, where its bytes are taken.</summary>
    public string? Upload { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Takes what devices have done without internet, each change once, in the order in which it was done.</summary>
internal sealed class ReceiveChanges(
    NodeDb db, KeptDevices devices, DeviceChanges changes, MergeChanges merge, RegisterPerson register, RecordConsent consents, RecordScreening screenings, OpenCase cases,
    BringFile files, ReceiveReferrals referrals, PersonFiles persons, CaseFiles caseFiles, ReadTrail trail)
{
    /// <summary>Changes of one request.</summary>
    public const int MostAtOnce = 50;

    private const int LargestBody = 2 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(EnrolDevice.Root + "/{id:guid}/changes", static async (HttpContext context, Guid id, ReceiveChanges receive, CancellationToken cancellationToken) =>
        {
            var device = await receive.AdmitAsync(id, context.Actor(), cancellationToken);
            var root = await SentJson.ReadObjectAsync(context.Request, cancellationToken);
            var answers = await receive.RunAsync(device, root, context.Actor(), context.Features.Get<User>()?.AgencyId, context.Texts(), cancellationToken);
            return Results.Json(new { answers }, CaseJson.Options);
        })
        .Needs(CasesRights.Edit).DisableAntiforgery().TakesAtMost(LargestBody)
        .KnowsKeysWithin("every change carries the key that its device drew, and sent again it is answered as before")
        .WithSummary("Takes what a device has done without internet: {changes: [{id, kind, person, record, body, was, now, settles, saidAt}], unsent, now}; answers for each")
        .WithDescription("""
            kind register (body: a person), consent and screening (person, body), case (person, body), referral (person, record: its case; body: service, kind, urgency, consent,
            receiverClass, told, note, offer: true to offer it at once; done with a code is a draft that was not offered, for that reason), file (record: a case; body: name, length, sha256, note, compartment;
            upload tells where its bytes go), cancel (record: the change that announced a file which is not to come any more), person, change and state (record, was, now: the fields that are changed,
            as they were and as they are to be). person and record may be the key of the change that made them. Answers: done; conflict with
            both values of each field that others have changed too; refused with its code; waits for what it belongs to. Of two urgencies the higher is
            taken at once. settles names the change whose conflict is decided by this one; where that is
            refused the answer is the same conflict once more, with the code, to be decided anew under the same settles. The time of the device is kept as it says it; the node's counts, but for a
            consent: that holds since saidAt, as far back as the device may be without contact, and says in noticeVersion which wording was read.
            """);

    private Task<DeviceRow> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => devices.AdmitAsync(id, actor, cancellationToken);

    private async Task<IReadOnlyList<ChangeAnswer>> RunAsync(DeviceRow device, JsonObject root, Actor actor, Guid? agency, Texts texts, CancellationToken cancellationToken)
    {
        var came = (root["changes"] as JsonArray ?? throw PlatformProblems.Malformed.With()).Select(Read).ToList();
        if (came.Count > MostAtOnce)
            throw DeviceProblems.TooManyAtOnce.With(("most", MostAtOnce));
        var (answers, undone) = (new List<ChangeAnswer>(), new HashSet<Guid>());
        foreach (var one in came)
        {
            var answer = undone.Contains(one.Person ?? Guid.Empty) || undone.Contains(one.Record ?? Guid.Empty)
                ? Refused(one.Id, DeviceProblems.Waits.With(), texts) with { Answer = "waits" }
                : await TakeAsync(device, one, actor, agency, texts, cancellationToken);
            if (answer.Answer is "refused" or "waits")
                undone.Add(one.Id);
            answers.Add(answer);
        }

        var left = root["unsent"] is JsonValue count && count.TryGetValue<int>(out var number) ? number : (int?)null;
        await devices.SeenAsync(device, left, root["now"] is JsonValue clock && clock.TryGetValue<DateTimeOffset>(out var said) ? said : null, always: false, actor, cancellationToken);
        return answers;
    }

    private async Task<ChangeAnswer> TakeAsync(DeviceRow device, CameChange came, Actor actor, Guid? agency, Texts texts, CancellationToken cancellationToken)
    {
        try
        {
            if (came.Id == Guid.Empty)
                throw DeviceProblems.Unfit.With();
            return await BeforeAsync(device, came, actor, texts, cancellationToken) ?? await DoAsync(device, came, actor, agency, texts, cancellationToken);
        }
        catch (DoneBefore)
        {
            return await BeforeAsync(device, came, actor, texts, cancellationToken) ?? Refused(came.Id, DeviceProblems.Waits.With(), texts) with { Answer = "waits" };
        }
        catch (Problem refusal) when (refusal.Kind.Status < 500)
        {
            var refused = Refused(came.Id, refusal, texts);
            return await StillOpenAsync(device, came, refused, actor, cancellationToken) ?? refused;
        }
    }

    // A decision that the node does not take leaves its conflict as open as it was: it is told again with the reason, and decided anew.
    private async Task<ChangeAnswer?> StillOpenAsync(DeviceRow device, CameChange came, ChangeAnswer refused, Actor actor, CancellationToken cancellationToken)
    {
        ChangeRow row;
        IReadOnlyList<string> open;
        IReadOnlyList<FieldConflict> conflicts;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (came.Settles is not { } id || await DeviceChanges.FindAsync(connection, id) is not { State: DeviceChanges.Conflict } found || found.UserId != actor.UserId || found.Kind != came.Kind)
                return null;
            row = found;
            open = await OpenAsync(connection, row, CaseScope.For(actor));
            conflicts = [.. (await changes.OpenAsync(connection, row, open, cancellationToken)).Where(one => one.Taken is null)];
        }

        if (conflicts.Count == 0)
            return null;
        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(row.PersonId, open)], cancellationToken, device.Id);
        return refused with
        {
            Answer = DeviceChanges.Conflict,
            Record = row.RecordId,
            // What stands is what the decision was made on; both ways are open still.
            Conflicts = [.. conflicts.Select(one => ValueOf(came.Was, one.Field) is { } theirs ? one with { Theirs = theirs.DeepClone() } : one)],
        };
    }

    private static JsonNode? ValueOf(JsonObject? said, string field) => field.Split('.') switch
    {
        [var group, var name] => (said?[group] as JsonObject)?[name],
        _ => said?[field],
    };

    // What was answered before; values only to whoever still reaches what they are of. Nobody else has anything left to decide.
    private async Task<ChangeAnswer?> BeforeAsync(DeviceRow device, CameChange came, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        ChangeRow row;
        IReadOnlyList<string> open = [];
        IReadOnlyList<FieldConflict> conflicts = [];
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (await DeviceChanges.FindAsync(connection, came.Id) is not { } found)
                return null;
            if (found.UserId != actor.UserId || found.Kind != came.Kind)
                throw DeviceProblems.KeyTaken.With();
            row = found;
            if (row.State != DeviceChanges.Done)
            {
                open = await OpenAsync(connection, row, CaseScope.For(actor));
                conflicts = await changes.OpenAsync(connection, row, open, cancellationToken);
            }
        }

        if (row.Kind == "referral")
            return await referrals.AgainAsync(came, row.RecordId, actor, texts, cancellationToken);
        if (conflicts.Count == 0)
            return Done(came, row.RecordId, row.Version) with { Upload = await UploadAsync(row, cancellationToken) };
        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(row.PersonId, open)], cancellationToken, device.Id);
        return new ChangeAnswer(came.Id, row.State == DeviceChanges.Conflict ? DeviceChanges.Conflict : DeviceChanges.Done) { Record = row.RecordId, Version = row.Version, Conflicts = conflicts };
    }

    // Where the bytes of a file go; whether it is within reach is asked there.
    private async Task<string?> UploadAsync(ChangeRow row, CancellationToken cancellationToken)
    {
        if (row.Kind != "file")
            return null;
        await using var connection = await db.ReadAsync(cancellationToken);
        return BringFile.AddressOf(await connection.QuerySingleOrDefaultAsync<Guid>("select case_id from cases_entries where id = @RecordId", new { row.RecordId }), row.RecordId);
    }

    // The compartments of a change that are open to somebody now and may lie on a device.
    private async Task<IReadOnlyList<string>> OpenAsync(DbConnection connection, ChangeRow row, CaseScope scope)
    {
        if (row.Kind != "person")
            return await caseFiles.FindAsync(connection, scope, row.RecordId) is { } seen ? devices.Rules.Of(seen.Open) : [];
        return await persons.FindAsync(connection, scope, await MergedFiles.LeadAsync(connection, row.PersonId)) is { } person ? devices.Rules.Of(person.Open) : [];
    }

    private async Task<ChangeAnswer> DoAsync(DeviceRow device, CameChange came, Actor actor, Guid? agency, Texts texts, CancellationToken cancellationToken)
    {
        switch (came.Kind)
        {
            case "register":
                var (person, wrong) = SentJson.Of<SentPerson>(Body(came));
                var registered = await register.RunAsync(
                    person, wrong, actor, agency, cancellationToken, (change, kept) => changes.NoteAsync(change, device, came, kept.Id, kept.Id, kept.Version, DeviceChanges.Done));
                return Done(came, registered.Id, registered.Version);
            case "consent":
                var of = await MeantAsync(came.Person, actor, cancellationToken);
                var seen = await consents.AdmitAsync(of, actor, cancellationToken);
                var (consent, unfit) = SentJson.Of<SentConsent>(Body(came));
                SentJson.RefuseIf(unfit);
                // What the node reads aloud now may not be what the page of the device had: a consent that does not say what was read is none.
                var agreed = await consents.RunAsync(
                    seen, consent with { NoticeVersion = consent.NoticeVersion ?? "" }, actor, cancellationToken,
                    (change, kept) => changes.NoteAsync(change, device, came, of, kept.Id, kept.Version, DeviceChanges.Done), SaidAt(device, came));
                return Done(came, agreed.Id, agreed.Version);
            case "screening":
                var whom = await MeantAsync(came.Person, actor, cancellationToken);
                var screened = await screenings.AdmitAsync(whom, actor, cancellationToken);
                var (answers, faults) = SentJson.Of<SentScreening>(Body(came));
                var shown = await screenings.RunAsync(
                    screened, answers, faults, actor, cancellationToken, (change, id) => changes.NoteAsync(change, device, came, whom, id, 1, DeviceChanges.Done));
                return Done(came, shown.Id, 1) with { Urgency = shown.Urgency };
            case "case":
                var whose = await MeantAsync(came.Person, actor, cancellationToken);
                var body = Body(came);
                body["person"] = whose.ToString("D");
                var (one, amiss) = SentJson.Of<SentCase>(body);
                var opened = await cases.RunAsync(
                    one, amiss, actor, cancellationToken, (change, kept) => changes.NoteAsync(change, device, came, whose, kept.Id, kept.Version, DeviceChanges.Done));
                return Done(came, opened.Id, opened.Version);
            case "file":
                var into = await files.AdmitAsync(await MeantAsync(came.Record, actor, cancellationToken), actor, cancellationToken);
                var (file, unknown) = SentJson.Of<SentFile>(Body(came));
                var announced = await files.AnnounceAsync(
                    into, file, unknown, cancellationToken, (change, kept) => changes.NoteAsync(change, device, came, into.Row.PersonId, kept.Id, kept.Version, DeviceChanges.Done));
                return Done(came, announced.Id, announced.Version) with { Upload = BringFile.AddressOf(into.Row.Id, announced.Id) };
            case "referral":
                return await referrals.RunAsync(device, came, await MeantAsync(came.Record, actor, cancellationToken), actor, texts, cancellationToken);
            case "cancel":
                await CancelAsync(came, actor, cancellationToken);
                return new ChangeAnswer(came.Id, DeviceChanges.Done);
            case "person" or "change" or "state":
                var record = await MeantAsync(came.Record, actor, cancellationToken);
                var settled = await SettledAsync(came, record, actor, cancellationToken);
                // Decided at the office already: the device is told what was taken, and what it would have taken is written nowhere.
                if (settled is { State: DeviceChanges.Settled })
                    return await TakenAsync(device, came, settled, actor, cancellationToken);
                var (id, version, conflicts) = await merge.RunAsync(device, came, record, settled, actor, cancellationToken);
                return new ChangeAnswer(came.Id, conflicts.Any(conflict => conflict.Taken is null) ? DeviceChanges.Conflict : DeviceChanges.Done)
                {
                    Record = id,
                    Version = version,
                    Conflicts = conflicts.Count > 0 ? conflicts : null,
                };
            default:
                throw DeviceProblems.Unfit.With();
        }
    }

    // A file that was deleted where it came from: what has arrived of it goes at once. One that is whole by now, or never was announced, is
    // none of these, and to say so again changes nothing.
    private async Task CancelAsync(CameChange came, Actor actor, CancellationToken cancellationToken)
    {
        ChangeRow? announced;
        Guid of;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            announced = came.Record is { } id ? await DeviceChanges.FindAsync(connection, id) : throw DeviceProblems.Unfit.With();
            if (announced is null || announced.Kind != "file" || announced.UserId != actor.UserId)
                return;
            of = await connection.QuerySingleOrDefaultAsync<Guid>("select case_id from cases_entries where id = @RecordId", new { announced.RecordId });
        }

        if (of != Guid.Empty)
            await files.CancelAsync(await files.AdmitAsync(of, actor, cancellationToken), announced.RecordId, cancellationToken);
    }

    // When somebody agreed, as the device says it: at most as long ago as a device may be without contact, and never before it was one.
    private DateTimeOffset SaidAt(DeviceRow device, CameChange came)
    {
        var now = db.Time.GetUtcNow();
        var (said, since) = (came.SaidAt?.ToUniversalTime() ?? now, now.AddDays(-devices.Rules.ForgetDays));
        var first = since > device.CreatedAt ? since : device.CreatedAt;
        return said < first ? first : said > now ? now : said;
    }

    private static ChangeAnswer Done(CameChange came, Guid record, int version) => new(came.Id, DeviceChanges.Done) { Record = record, Version = version };

    private static JsonObject Body(CameChange came) => came.Body ?? throw DeviceProblems.Unfit.With();

    // A record itself, or what the change of that key has made; of a person whose file was merged since, the one that stays.
    private async Task<Guid> MeantAsync(Guid? said, Actor actor, CancellationToken cancellationToken)
    {
        if (said is not { } id)
            throw DeviceProblems.Unfit.With();
        await using var connection = await db.ReadAsync(cancellationToken);
        return await MergedFiles.LeadAsync(connection, await DeviceChanges.FindAsync(connection, id) is { } row && row.UserId == actor.UserId ? row.RecordId : id);
    }

    private async Task<ChangeAnswer> TakenAsync(DeviceRow device, CameChange came, ChangeRow settled, Actor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> open;
        IReadOnlyList<FieldConflict> fields;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            open = await OpenAsync(connection, settled, CaseScope.For(actor));
            fields = await changes.OpenAsync(connection, settled, open, cancellationToken);
        }

        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(settled.PersonId, open)], cancellationToken, device.Id);
        return Done(came, settled.RecordId, settled.Version) with { Conflicts = fields.Count > 0 ? fields : null };
    }

    private async Task<ChangeRow?> SettledAsync(CameChange came, Guid record, Actor actor, CancellationToken cancellationToken)
    {
        if (came.Settles is not { } id)
            return null;
        await using var connection = await db.ReadAsync(cancellationToken);
        return await DeviceChanges.FindAsync(connection, id) is { } row && row.UserId == actor.UserId && await MergedFiles.LeadAsync(connection, row.RecordId) == record
            ? row
            : throw DeviceProblems.Unfit.With();
    }

    private static CameChange Read(JsonNode? node)
    {
        try
        {
            return node.Deserialize<CameChange>(CaseJson.Strict) ?? throw PlatformProblems.Malformed.With();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Without a key nobody could be told which one is meant.
            return node is JsonObject one && one["id"] is JsonValue key && key.TryGetValue<string>(out var text) && Guid.TryParseExact(text, "D", out var id)
                ? new CameChange { Id = id }
                : throw PlatformProblems.Malformed.With();
        }
    }

    /// <summary>A refusal in words.</summary>
    public static ChangeAnswer Refused(Guid id, Problem refusal, Texts texts) => new(id, "refused")
    {
        Code = refusal.Kind.Code,
        Detail = refusal.Detail(texts),
        Fields = refusal.Fields.Count == 0 ? null : refusal.Fields.ToDictionary(one => one.Key, one => texts.Format(one.Value.DetailKey), StringComparer.Ordinal),
    };
}
