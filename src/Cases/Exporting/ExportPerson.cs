using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Exporting;

/// <summary>What is sent: what the export is for, and as what it is wanted.</summary>
internal sealed record SentExport
{
    public string? Reason { get; init; }

    /// <summary>html, json.</summary>
    public string Form { get; set; } = "html";

    /// <summary>True when the picture is to go along; without it, it never does.</summary>
    public bool Picture { get; init; }
}

/// <summary>
/// Takes one person's file out of the node: whole, for the person who asked for it, by whoever answers such requests; for
/// anything else only what may leave by an export.
/// </summary>
internal sealed class ExportPerson(NodeDb db, PersonFiles files, CaseFiles cases, ClosedToReader closed, SealedRecords seals, CaseGuards guards, SeenBy seenBy, ReadTrail trail, WriteExport write, KeptConsents consents, UserReaders users, ExportedFamilies families, KeepPhoto photos, IEnumerable<IExportedRecords> kinds)
{
    /// <summary>The person has asked what is kept of them.</summary>
    public const string DataRequest = "data_request";

    /// <summary>By which name a consent lets a picture go.</summary>
    private const string Picture = "picture";

    /// <summary>What a file may be exported for.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [DataRequest, "referral", "tracing"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(RegisterPerson.Root + "/{id:guid}/export", static async (HttpContext context, Guid id, ExportPerson export, CancellationToken cancellationToken) =>
        {
            await export.AdmitAsync(id, context.Actor(), cancellationToken);
            var (said, wrong) = await SentJson.ReadAsync<SentExport>(context.Request, cancellationToken);
            if (!Reasons.Contains(said.Reason, StringComparer.Ordinal))
                wrong.Add(("reason", said.Reason is null ? FormProblems.Missing : CasesProblems.CodeUnknown));
            if (said.Form is not ("html" or "json"))
                wrong.Add(("form", CasesProblems.CodeUnknown));
            SentJson.RefuseIf(wrong);
            var bytes = await export.RunAsync(id, said.Reason!, said.Form == "json", context.Actor(), context.Texts(), cancellationToken, said.Picture);
            return said.Form == "json"
                ? Results.Bytes(bytes, "application/json", $"{id:D}.json")
                : Results.Bytes(bytes, "text/html; charset=utf-8", $"{id:D}.html");
        })
        .Needs(CasesRights.Export).OnlyReads().DisableAntiforgery().TakesAtMost(4 * 1024)
        .WithSummary("A person's file to take along: {reason: data_request | referral | tracing, form: html | json, picture}; the picture only when it is asked for, and for others only when a consent names it; all of it for the person's own request, for those who also hold cases.audit");

    /// <summary>The file, once its lines are kept.</summary>
    /// <exception cref="Problem">There is no such person for this reader, or no right to take them along.</exception>
    public async Task<byte[]> RunAsync(Guid id, string reason, bool asJson, Actor actor, Texts texts, CancellationToken cancellationToken, bool picture = false)
    {
        var seen = await AdmitAsync(id, actor, cancellationToken, reason);
        var scope = CaseScope.For(actor);
        var whole = reason == DataRequest;
        if (whole && !scope.May(CasesRights.Audit, seen.Row.Place))
        {
            await RefuseAsync(actor, reason, seen, DisclosureReasons.OutOfScope, cancellationToken);
            throw PlatformProblems.Forbidden.With();
        }

        if (seen.Row.Status != PersonRow.Active)
            throw CasesProblems.PersonInactive.With();
        var shut = whole ? await ShutAsync(scope, seen, reason, cancellationToken) : new HashSet<Guid>();
        var readers = whole ? await seenBy.RunAsync(id, actor, texts, asJson ? TimeZoneInfo.Utc : texts.Zone, cancellationToken) : null;
        PersonExport export;
        IReadOnlyList<string> open;
        DecisionLine decided;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var (given, who) = (await consents.AllAsync(connection, id, cancellationToken), await users.OfAsync(actor, cancellationToken));
            var answer = whole ? null : Decide(seen, reason, [.. seen.Open.Select(compartment => new AskedField(compartment, compartment))], given, who);
            var ofPicture = picture && !whole ? DecidePicture(seen, scope, reason, given, who) : null;
            open = answer is null ? Compartments.All : [.. seen.Open.Where(answer.Allows)];
            decided = answer is null
                ? new DecisionLine { Route = DisclosureRoute.Export, To = Recipients.Person, Given = [new DecidedFields(DecisionLine.OwnRequest, Compartments.All)] }
                : DecisionLine.Of(DisclosureRoute.Export, "", answer.Fields.Concat(ofPicture?.Fields ?? [])).And(DecisionLine.OfLook(seen.Open, seen.Shut, scope));
            var file = await FileAsync(connection, seen.Row, scope, whole, open, shut, cancellationToken);
            var merged = new List<ExportedFile>();
            foreach (var other in whole ? await MergedAsync(connection, id) : [])
                merged.Add(await FileAsync(connection, other, scope, whole, open, shut, cancellationToken));
            export = new PersonExport
            {
                Id = id,
                Ref = seen.Row.PublicRef,
                Agency = seen.Row.AgencyId,
                Area = seen.Row.Area.Length > 0 ? seen.Row.Area : null,
                RegisteredAt = seen.Row.CreatedAt,
                ChangedAt = seen.Row.ChangedAt,
                WrittenAt = db.Time.GetUtcNow(),
                Complete = whole,
                Note = texts[whole ? "cases.export.whole" : "cases.export.part"],
                Kept = file.Kept,
                Cases = file.Cases,
                Relations = file.Relations,
                Households = file.Households,
                Records = file.Records,
                Photo = picture && (whole || ofPicture?.Allows(Picture) == true) && await KeepPhoto.FindAsync(connection, id) is { } row && await photos.OpenAsync(row, cancellationToken) is { } kept
                    ? new ExportedPhoto(kept.MediaType, kept.Bytes)
                    : null,
                Merged = merged.Count > 0 ? merged : null,
                SeenBy = readers,
            };
        }

        var bytes = asJson ? WriteExport.AsJson(export) : await write.AsPageAsync(export, texts);
        if (whole && export.Photo is not null)
            decided = decided with { Given = [new DecidedFields(DecisionLine.OwnRequest, [.. Compartments.All, Compartments.Photo])] };
        if (open.Count == 0 && export.Photo is null)
            await trail.RefuseAsync(actor, reason, "file", [(id, decided)], cancellationToken);
        await trail.LeaveAsync(actor, reason, "file", [new Shown(id, export.Photo is null ? open : [.. open, Compartments.Photo]) { Decided = decided }], cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.person.exported", ReadTrail.SubjectOf(id), cancellationToken);
        change.Describe(new { reason, compartments = open });
        await change.CommitAsync(cancellationToken);
        return bytes;
    }

    private async Task<ExportedFile> FileAsync(
        DbConnection connection, PersonRow row, CaseScope scope, bool whole, IReadOnlyList<string> open, IReadOnlySet<Guid> shut, CancellationToken cancellationToken)
    {
        var kept = await seals.OpenAsync(connection, [new Wanted(row.Id, row.Id, open)], cancellationToken);
        var records = new Dictionary<string, IReadOnlyList<ExportedRecord>>(StringComparer.Ordinal);
        // Beside the cases it is the person alone who gets them: what others need of them goes by a referral.
        foreach (var kind in whole ? kinds : [])
        {
            var some = (await kind.OfAsync(connection, row.Id, open, cancellationToken)).Where(record => record.Case is not { } of || !shut.Contains(of)).ToList();
            if (some.Count > 0)
                records[kind.Name] = some;
        }

        return new ExportedFile
        {
            Id = row.Id,
            Ref = row.PublicRef,
            Kept = Compartments.All.Where(one => kept.ContainsKey((row.Id, one))).ToDictionary(one => one, one => kept[(row.Id, one)], StringComparer.Ordinal),
            Cases = [.. (await CasesAsync(connection, row.Id, whole ? null : scope, open, cancellationToken)).Where(one => !shut.Contains(one.Id))],
            Relations = await RelationsAsync(connection, row.Id, open, cancellationToken),
            Households = await families.OfAsync(connection, row.Id, scope, open, cancellationToken),
            Records = records,
        };
    }

    // Files merged into one that was merged itself are the person's too.
    private static async Task<IReadOnlyList<PersonRow>> MergedAsync(DbConnection connection, Guid id)
    {
        var all = new List<PersonRow>();
        for (var into = new Queue<Guid>([id]); into.TryDequeue(out var one);)
        {
            foreach (var row in await connection.QueryAsync<PersonRow>("select * from cases_persons where merged_into = @one order by id", new { one }))
            {
                all.Add(row);
                into.Enqueue(row.Id);
            }
        }

        return all;
    }

    private async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken, string? reason = null)
    {
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        await using (var connection = await db.ReadAsync(cancellationToken))
            seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (scope.May(CasesRights.Export, seen.Row.Place))
            return seen;
        await RefuseAsync(actor, reason ?? Purposes.Assistance, seen, DisclosureReasons.ExportRightMissing, cancellationToken);
        throw PlatformProblems.Forbidden.With();
    }

    private Task RefuseAsync(Actor actor, string reason, SeenPerson seen, string why, CancellationToken cancellationToken) =>
        trail.RefuseAsync(actor, reason, "file", [(seen.Row.Id, DecisionLine.Refused(DisclosureRoute.Export, "", why, Compartments.All))], cancellationToken);

    // A whole file is given out by somebody of a kind to which nothing of it is closed. What somebody else in a case with the person shut
    // them out from is to them as if there were none: the cases that are left out, and nothing tells that any were.
    private async Task<IReadOnlySet<Guid>> ShutAsync(CaseScope scope, SeenPerson seen, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        Guid[] own = [seen.Row.Id, .. (await MergedAsync(connection, seen.Row.Id)).Select(row => row.Id)];
        var ofOwn = (await closed.OfAsync(connection, scope, own, cancellationToken)).Values.Where(parts => parts.Count > 0).ToList();
        if (ofOwn.Count > 0)
        {
            var withheld = Compartments.All.Select(compartment => (compartment, Why: ofOwn.Select(parts => parts.Why(compartment)).FirstOrDefault(why => why is not null))).Where(one => one.Why is not null).Select(one => (one.compartment, one.Why!));
            await trail.RefuseAsync(
                scope.Actor, reason, "file", [(seen.Row.Id, new DecisionLine { Route = DisclosureRoute.Export, To = Recipients.Person, Withheld = DecisionLine.Because(withheld) })], cancellationToken);
            throw CasesProblems.NotAllOpen.With();
        }

        var rows = (await connection.QueryAsync<CaseRow>(
            "select c.* from cases_cases c where c.id in (select cp.case_id from cases_case_persons cp where cp.person_id" + db.Dialect.IsAmong + ")", new { Among = db.Dialect.Among(own.Select(one => one.ToString("D"))) })).ToList();
        var persons = await cases.PersonsAsync(connection, rows.Select(row => row.Id));
        var closes = await closed.OfAsync(connection, scope, persons.SelectMany(of => of).Concat(rows.Select(row => row.PersonId)), cancellationToken);
        return rows.Where(row => persons[row.Id].Append(row.PersonId).Any(person => closes[person].Contains(guards.CompartmentOf(row.Guard)))).Select(row => row.Id).ToHashSet();
    }

    // A picture goes where a consent that stands names it, to whoever may see it, and by the same decision as everything else.
    private DisclosureAnswer? DecidePicture(SeenPerson seen, CaseScope scope, string reason, IReadOnlyList<GivenConsent> given, IReadOnlyList<Reader> readers)
    {
        var isNamed = given.Any(consent => !consent.Refuses && consent.StandingAt(db.Time.GetUtcNow()) == ConsentStanding.InForce
            && consent.Scopes.Any(one => one.Category == Compartments.Identity && one.Fields.Contains(Picture, StringComparer.Ordinal)));
        return isNamed && KeepPhoto.MaySee(seen, scope) ? Decide(seen, reason, [new AskedField(Picture, Compartments.Identity)], given, readers) : null;
    }

    // Whatever is not known of the person stands on the side of caution: a need of protection, to others from wherever they are; no wish
    // to reach a consulate.
    private DisclosureAnswer Decide(SeenPerson seen, string reason, IReadOnlyList<AskedField> fields, IReadOnlyList<GivenConsent> given, IReadOnlyList<Reader> readers)
    {
        if (readers.Count == 0)
            return new DisclosureAnswer([]);
        var own = PersonPlace.Of(seen.Row.Place);
        var looksAfter = readers.Any(reader => reader.Agency == own.Agency);
        return DisclosureDecision.Decide(readers, reader => new DisclosureRequest
        {
            Person = new PersonFacts
            {
                PersonId = seen.Row.Id,
                Node = "",
                Agency = own.Agency,
                Team = own.Team,
                Areas = own.Areas,
                CaseWorkers = own.CaseWorkers,
                TreatedAsChild = true,
                ProtectionNeed = true,
                Origins = looksAfter ? [] : [reader.Country ?? users.Host],
            },
            Reader = reader,
            Route = DisclosureRoute.Export,
            Purpose = reason,
            Fields = fields,
            Consents = given,
            HostCountry = users.Host,
            Now = db.Time.GetUtcNow(),
        });
    }

    private async Task<IReadOnlyList<ExportedCase>> CasesAsync(
        DbConnection connection, Guid id, CaseScope? scope, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        const string Sql = "select c.* from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = @id";
        var rows = (scope is null
            ? await connection.QueryAsync<CaseRow>(Sql + " order by c.id", new { id })
            : (await cases.SeenAsync(
                connection, scope, [.. await connection.QueryAsync<CaseRow>(Sql + " and " + scope.Cases("c", guards) + " order by c.id", scope.Parameters(new { id }))], cancellationToken)).Select(seen => seen.Row)).ToList();
        var shared = (await connection.QueryAsync<Guid>(
            "select case_id from cases_case_persons where case_id" + db.Dialect.IsAmong + " group by case_id having count(*) > 1",
            new { Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToHashSet();
        var openAt = rows.ToDictionary(row => row.Id, row => scope is null ? open : [.. scope.CompartmentsAt([row.Place]).Intersect(open)]);
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, openAt[row.Id]))], cancellationToken);
        return
        [
            .. rows.Where(row => openAt[row.Id].Contains(guards.CompartmentOf(row.Guard))).Select(row =>
            {
                var contents = openAt[row.Id].Where(one => opened.ContainsKey((row.Id, one))).ToDictionary(one => one, one => opened[(row.Id, one)].Deserialize<CaseContent>(CaseJson.Options)!, StringComparer.Ordinal);
                var (main, ofSeveral) = (contents.GetValueOrDefault(guards.CompartmentOf(row.Guard)), shared.Contains(row.Id));
                return new ExportedCase
                {
                    Id = row.Id,
                    Ref = row.PublicRef,
                    State = row.State,
                    Type = main?.Type,
                    OpenedAt = row.CreatedAt,
                    ClosedAt = row.ClosedAt,
                    OfSeveral = ofSeveral,
                    Profiles = ofSeveral ? [] : [.. contents.Values.SelectMany(content => content.Profiles).Order(StringComparer.Ordinal)],
                    Note = ofSeveral ? null : main?.Note,
                    Closure = ofSeveral ? null : main?.Closure,
                    ReopenedBecause = ofSeveral ? null : main?.ReopenedBecause,
                    Confidentiality = Confidentiality.Of(row.Restricted),
                    Approvals = ofSeveral ? [] : main?.Approvals ?? [],
                    // Of a case of several, what is of this child alone.
                    BestInterests = contents.GetValueOrDefault(Compartments.Child)?.BestInterests is { } procedure
                        ? new BestInterests { Assessments = [.. procedure.Assessments.Where(one => one.Person == id)], Determinations = [.. procedure.Determinations.Where(one => one.Person == id)] }
                        : null,
                    Representatives = [.. (contents.GetValueOrDefault(Compartments.Child)?.Representatives ?? []).Where(one => one.Person == id)],
                };
            }),
        ];
    }

    private async Task<IReadOnlyList<JsonElement>> RelationsAsync(DbConnection connection, Guid id, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        string[] compartments = [.. open.Intersect([Compartments.General, Compartments.Child])];
        // With the groups for which they speak.
        var links = await connection.QueryAsync<Guid>(
            """
            select id from cases_family_links where person_a = @id
            union all select s.record_id from cases_sealed s join cases_households h on h.id = s.record_id where s.person_id = @id
            order by 1
            """,
            new { id });
        return [.. (await seals.OpenAsync(connection, [.. links.Select(link => new Wanted(id, link, compartments))], cancellationToken)).Values];
    }
}
