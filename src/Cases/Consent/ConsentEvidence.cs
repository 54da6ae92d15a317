using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Consent;

/// <summary>A signed sheet or a recording as its table has it.</summary>
internal sealed record EvidenceRow
{
    public Guid Id { get; init; }

    public Guid ConsentId { get; init; }

    public Guid PersonId { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>What is sealed of it beside its bytes.</summary>
internal sealed record EvidenceContent(string MediaType, string Extension, long Bytes, string Sha256)
{
    public override string ToString() => "•••";
}

/// <summary>A signed sheet or a recording as it is shown: not its bytes.</summary>
internal sealed record ShownEvidence(Guid Id, DateTimeOffset At, string MediaType, long Bytes);

/// <summary>A consent for somebody to whom it is open.</summary>
internal sealed record SeenConsent(SeenPerson Seen, ConsentRow Row, string Home)
{
    public override string ToString() => "•••";
}

/// <summary>
/// Keeps signed sheets and voice recordings with the consent that they show: looked at by their bytes, cleaned, and sealed under the key of
/// the person who gave it, with whom they go.
/// </summary>
internal sealed class ConsentEvidence(NodeDb db, DataKeys keys, SealedRecords seals, KeptConsents consents, PersonFiles files, BringFile bring, ReadTrail trail)
{
    /// <summary>Files of one consent at most.</summary>
    public const int Most = 10;

    private const string Root = RecordConsent.Root + "/{consent:guid}/evidence";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, static async (HttpContext context, Guid id, Guid consent, ConsentEvidence evidence, CancellationToken cancellationToken) =>
            {
                var seen = await evidence.AdmitAsync(id, consent, write: true, context.Actor(), cancellationToken);
                using var bytes = new MemoryStream();
                await context.Request.Body.CopyToAsync(bytes, cancellationToken);
                return Results.Json(await evidence.KeepAsync(seen, bytes.ToArray(), context.Actor(), cancellationToken), CaseJson.Options, statusCode: StatusCodes.Status201Created);
            })
            .Needs(CasesRights.Register).KnowsItsKeys("a file that is there already is not kept twice").DisableAntiforgery().TakesAtMost(CleanFile.MostBytes)
            .WithSummary("Keeps a signed sheet (JPEG, PNG, WebP, PDF) or a voice recording (M4A, 3GP, Ogg Opus, WAVE) with a consent: the bytes as the body; positions and names are taken out");
        routes.MapGet(Root + "/{evidence:guid}", static async (HttpContext context, Guid id, Guid consent, Guid evidence, ConsentEvidence kept, CancellationToken cancellationToken) =>
                await kept.GiveAsync(context, id, consent, evidence, cancellationToken))
            .Needs(CasesRights.Read).WithSummary("A signed sheet or a recording, to be saved");
        routes.MapPost(Root + "/{evidence:guid}/remove", static async (HttpContext context, Guid id, Guid consent, Guid evidence, ConsentEvidence kept, CancellationToken cancellationToken) =>
            {
                await kept.RemoveAsync(await kept.AdmitAsync(id, consent, write: true, context.Actor(), cancellationToken), evidence, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.Register).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Takes one away for good; that there was one stays in the audit");
    }

    /// <summary>A consent whose contents are open to somebody.</summary>
    /// <param name="person">Whose it is.</param>
    /// <param name="id">The consent.</param>
    /// <param name="write">True for those who may write down what the person agrees to.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">There is none for them, or it is not theirs to change.</exception>
    public async Task<SeenConsent> AdmitAsync(Guid person, Guid id, bool write, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, person) ?? throw PlatformProblems.NotFound.With();
        if (!seen.Open.Contains(Compartments.General) || (await KeptConsents.RowsAsync(connection, person)).FirstOrDefault(one => one.Id == id) is not { } row
            || (await consents.OpenAsync(connection, [row], seen.Open, cancellationToken)).GetValueOrDefault(id) is not { } content)
            throw PlatformProblems.NotFound.With();
        return !write || seen.Allows(scope, CasesRights.Register) ? new SeenConsent(seen, row, KeptConsents.HomeOf(content.Consent.Purpose)) : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>What belongs to some consents, the oldest first, as far as their compartment is open.</summary>
    public static async Task<ILookup<Guid, ShownEvidence>> OfAsync(
        SealedRecords seals, NodeDb db, DbConnection connection, IReadOnlyList<ConsentRow> rows, IReadOnlyList<string> open, CancellationToken cancellationToken) =>
        (await OpenAsync(seals, db, connection, rows.Select(row => row.Id), open, cancellationToken))
            .ToLookup(one => one.Row.ConsentId, one => new ShownEvidence(one.Row.Id, one.Row.At, one.Content.MediaType, one.Content.Bytes));

    /// <summary>Keeps a file; one that is there already is not kept twice.</summary>
    /// <exception cref="Problem">It is too long, of no kind that is taken, damaged, or one too many.</exception>
    public async Task<ShownEvidence> KeepAsync(SeenConsent seen, byte[] bytes, Actor actor, CancellationToken cancellationToken)
    {
        if (bytes.Length == 0)
            throw AttachmentProblems.KindUnknown.With();
        if (bytes.Length > bring.Limit)
            throw AttachmentProblems.TooLarge.With(("megabytes", bring.Limit / (1024 * 1024)));
        var (cleaned, now, owner) = (CleanFile.Clean(bytes, voiceToo: true), db.Time.GetUtcNow(), seen.Row.PersonId);
        var content = new EvidenceContent(cleaned.MediaType, cleaned.Extension, cleaned.Bytes.Length, Convert.ToHexStringLower(SHA256.HashData(cleaned.Bytes)));
        var key = await keys.FindAsync(owner, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        int known;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var before = await OpenAsync(seals, db, connection, [seen.Row.Id], [seen.Home], cancellationToken);
            known = before.Count;
            if (before.FirstOrDefault(one => one.Content.Sha256 == content.Sha256) is { Row: { } same })
                return new ShownEvidence(same.Id, same.At, content.MediaType, content.Bytes);
            if (before.Count >= Most)
                throw FormProblems.With(("file", CasesProblems.TooManyItems));
        }

        var id = Guid.CreateVersion7(now);
        await using var change = await db.BeginAsync(actor, "cases.consent.evidence_kept", KeptConsents.SubjectOf(seen.Row.Id), cancellationToken);
        change.Describe(new { file = id });
        // Whoever keeps another file of it waits here, and looks again.
        await Family.HeldPersons.HoldAsync(db, change, [owner]);
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_consent_files where consent_id = @Id and removed_at is null", new { seen.Row.Id }) != known)
            throw PlatformProblems.Changed.With();
        // Who is being erased is written about no more, though their row still stands.
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_erasures where person_id = @owner and state <> 'asked'", new { owner }) > 0)
            throw CasesProblems.PersonInactive.With();
        await change.ExecuteAsync(
            "insert into cases_consent_files (id, consent_id, person_id, at, created_by) values (@id, @Consent, @owner, @now, @By)", new { id, Consent = seen.Row.Id, owner, now, By = actor.AuditName });
        await seals.WriteAsync(change, key, id, seen.Home, 1, content);
        for (var at = 0; at < cleaned.Bytes.Length; at += FilePieces.Largest)
            await FilePieces.WriteAsync(change, key, id, FilePieces.Evidence, at, cleaned.Bytes.AsSpan(at, Math.Min(FilePieces.Largest, cleaned.Bytes.Length - at)));
        await change.CommitAsync(cancellationToken);
        return new ShownEvidence(id, now, content.MediaType, content.Bytes);
    }

    /// <summary>Takes a file away.</summary>
    /// <exception cref="Problem">There is none.</exception>
    public async Task RemoveAsync(SeenConsent seen, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "cases.consent.evidence_removed", KeptConsents.SubjectOf(seen.Row.Id), cancellationToken);
        change.Describe(new { file = id });
        if (await change.ExecuteAsync("update cases_consent_files set removed_at = @now where id = @id and consent_id = @Consent and removed_at is null", new { now = db.Time.GetUtcNow(), id, Consent = seen.Row.Id }) == 0)
            throw PlatformProblems.NotFound.With();
        await change.ExecuteAsync("delete from cases_consent_pieces where file_id = @id", new { id });
        await seals.RemoveAsync(change, id, seen.Home);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>The bytes, to be saved and never to be run in the page of the node, once their reading is on the disk.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<IResult> GiveAsync(HttpContext context, Guid person, Guid consent, Guid id, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        var seen = await AdmitAsync(person, consent, write: false, actor, cancellationToken);
        var key = await keys.FindAsync(seen.Row.PersonId, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        EvidenceContent content;
        byte[] bytes;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            content = (await OpenAsync(seals, db, connection, [consent], [seen.Home], cancellationToken)).FirstOrDefault(one => one.Row.Id == id).Content ?? throw PlatformProblems.NotFound.With();
            bytes = FilePieces.Open(key, id, FilePieces.Evidence, await FilePieces.ReadEvidenceAsync(connection, id));
        }

        if (bytes.Length != content.Bytes)
            throw new CryptographicException("A piece of a file is missing.");
        await trail.LeaveAsync(actor, Purposes.Of(context, Purposes.Assistance), "file", [new Shown(person, [seen.Home])], cancellationToken);
        return GiveFile.Saved(context, "consent" + content.Extension, content.MediaType, bytes);
    }

    private static async Task<List<(EvidenceRow Row, EvidenceContent Content)>> OpenAsync(
        SealedRecords seals, NodeDb db, DbConnection connection, IEnumerable<Guid> consents, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<EvidenceRow>(
            "select id, consent_id, person_id, at from cases_consent_files where removed_at is null and consent_id" + db.Dialect.IsAmong + " order by at, id",
            new { Among = db.Dialect.Among(consents.Select(id => id.ToString("D"))) })).ToList();
        var opened = (await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, open))], cancellationToken))
            .ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<EvidenceContent>(CaseJson.Options)!);
        return [.. rows.Where(row => opened.ContainsKey(row.Id)).Select(row => (row, opened[row.Id]))];
    }
}
