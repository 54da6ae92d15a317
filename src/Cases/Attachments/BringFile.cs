using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Attachments;

/// <summary>
/// Takes files to cases, in parts: a device announces a file, asks how much of it is there, and sends what is missing. Whatever
/// has arrived of a part before the connection broke is kept. A whole file is looked at by its bytes, cleaned, and sealed.
/// </summary>
internal sealed class BringFile(NodeDb db, CaseEntries entries, NodeSettings settings)
{
    public const string Kind = "file";
    public const string Root = OpenCase.Root + "/{id:guid}/files";
    private const string PartType = "application/offset+octet-stream";
    private const string OffsetHeader = "Upload-Offset";
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    /// <summary>Forgets what was announced and did not come within a week.</summary>
    public static Job Sweep { get; } = new("cases.files_sweep", TimeSpan.FromHours(6), static async (services, cancellationToken) =>
    {
        var forgotten = await ((BringFile)services.GetService(typeof(BringFile))!).SweepAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{forgotten} files");
    });

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, static async (HttpContext context, Guid id, BringFile bring, CancellationToken cancellationToken) =>
            {
                var entered = await bring.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentFile>(context.Request, cancellationToken);
                var kept = await bring.AnnounceAsync(entered, said, wrong, cancellationToken);
                context.Response.Headers.Location = AddressOf(id, kept.Id);
                context.Response.Headers[OffsetHeader] = "0";
                return context.Made(kept);
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Announces a file: {name, length, sha256, compartment, note}; its parts go to the address in Location");
        routes.MapGet(Root + "/{entry:guid}/upload", static async (HttpContext context, Guid id, Guid entry, BringFile bring, CancellationToken cancellationToken) =>
            {
                var (row, received, length) = await bring.ComingAsync(await bring.AdmitAsync(id, context.Actor(), cancellationToken), entry, cancellationToken);
                Say(context, received, length);
                var why = await bring.WhyAsync(row, cancellationToken);
                return Results.Json(new { id = row.Id, state = row.State, received, length, code = why?.Kind.Code, detail = why?.Detail(context.Texts()) }, CaseJson.Options);
            })
            .Needs(CasesRights.Read).WithSummary("How much of a file is there: header Upload-Offset, in bytes; of one that was refused or removed also why");
        routes.MapPatch(Root + "/{entry:guid}/upload", static async (HttpContext context, Guid id, Guid entry, BringFile bring, CancellationToken cancellationToken) =>
            {
                var entered = await bring.AdmitAsync(id, context.Actor(), cancellationToken);
                return await bring.TakeAsync(entered, entry, context, cancellationToken);
            })
            .Needs(CasesRights.Read).KnowsItsKeys("a part is taken only where the last one ended").DisableAntiforgery().TakesAtMost(CleanFile.MostBytes)
            .WithSummary("Takes a part of a file, application/offset+octet-stream, that begins at Upload-Offset; 409 with the right offset where it does not");
        routes.MapPost(Root + "/{entry:guid}/remove", static async (HttpContext context, Guid id, Guid entry, BringFile bring, CancellationToken cancellationToken) =>
            {
                var entered = await bring.AdmitAsync(id, context.Actor(), cancellationToken);
                return context.Told(await bring.RemoveAsync(entered, entry, RecordVersions.Meant(context), cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Takes a file away for good; that there was one stays");
    }

    /// <summary>Bytes of a file at most: what the operator says, and never more than can be looked at.</summary>
    public long Limit => Math.Min(settings.UploadLimit("cases"), CleanFile.MostBytes);

    /// <summary>The case, for somebody who may write in it.</summary>
    public Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => entries.EnterAsync(id, actor, cancellationToken, CasesRights.Edit);

    /// <summary>Where the bytes of a file are taken.</summary>
    public static string AddressOf(Guid caseId, Guid entry) => $"{OpenCase.Root}/{caseId:D}/files/{entry:D}/upload";

    /// <summary>Keeps the announcement.</summary>
    /// <param name="entered">The case.</param>
    /// <param name="said">What is said of the file.</param>
    /// <param name="wrong">What is wrong with that so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="also">What is written in the same transaction.</param>
    /// <exception cref="Problem">It is too long, or something is wrong with what was said.</exception>
    public async Task<KeptEntry> AnnounceAsync(
        EnteredCase entered, SentFile said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken, Func<Change, KeptEntry, Task>? also = null)
    {
        if (said.Length <= 0)
            wrong.Add(("length", CasesProblems.ValueUnfit));
        if (said.Sha256.Length != 64 || !said.Sha256.All(char.IsAsciiHexDigit))
            wrong.Add(("sha256", CasesProblems.ValueUnfit));
        SentJson.RefuseIf(wrong);
        if (said.Length > Limit)
            throw AttachmentProblems.TooLarge.With(("megabytes", Limit / (1024 * 1024)));
        var compartment = entered.Compartment(said.Compartment);
        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken));
        var row = new EntryRow { Id = Guid.CreateVersion7(now), CaseId = entered.Row.Id, PersonId = entered.Row.PersonId, Kind = Kind, State = "coming" };
        await using var change = await db.BeginAsync(entered.Actor, "cases.file.announced", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId });
        await entries.AddAsync(change, key, row, compartment, new FileContent { Name = said.Name, Note = said.Note, Sha256 = said.Sha256.ToLowerInvariant() }, entered.Actor, now);
        await change.ExecuteAsync("insert into cases_files (entry_id, length, received) values (@Id, @Length, 0)", new { row.Id, said.Length });
        var kept = new KeptEntry(row.Id, row.State, row.Version);
        if (also is not null)
            await also(change, kept);
        await change.CommitAsync(cancellationToken);
        return kept;
    }

    /// <summary>Takes a whole file at once, as a page sends it.</summary>
    /// <exception cref="Problem">It is too long, of no kind that is taken, or damaged.</exception>
    public async Task<KeptEntry> KeepAsync(EnteredCase entered, SentFile said, byte[] bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length == 0)
            throw AttachmentProblems.KindUnknown.With();
        if (bytes.Length > Limit)
            throw AttachmentProblems.TooLarge.With(("megabytes", Limit / (1024 * 1024)));
        // Looked at before anything of it is kept.
        _ = CleanFile.Clean(bytes);
        var announced = await AnnounceAsync(entered, said with { Length = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) }, [], cancellationToken);
        var row = await entries.FindAsync(entered, Kind, announced.Id, cancellationToken);
        return await FinishAsync(entered, row, bytes, cancellationToken);
    }

    private async Task<(EntryRow Row, long Received, long Length)> ComingAsync(EnteredCase entered, Guid entry, CancellationToken cancellationToken)
    {
        var row = await entries.FindAsync(entered, Kind, entry, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var (received, length) = await connection.QuerySingleAsync<(long, long)>("select received, length from cases_files where entry_id = @entry", new { entry });
        return (row, received, length);
    }

    // Why a file is none any more, for a device that lost the answer; null while it comes, and once it is kept.
    private async Task<Problem?> WhyAsync(EntryRow row, CancellationToken cancellationToken)
    {
        if (row.State is not ("refused" or "removed"))
            return null;
        await using var connection = await db.ReadAsync(cancellationToken);
        var content = (await entries.OpenAsync<FileContent>(connection, [row], cancellationToken)).GetValueOrDefault(row.Id);
        return (AttachmentProblems.All.FirstOrDefault(kind => kind.Code == content?.Refused) ?? AttachmentProblems.NotThere).With();
    }

    private async Task<IResult> TakeAsync(EnteredCase entered, Guid entry, HttpContext context, CancellationToken cancellationToken)
    {
        var (row, received, length) = await ComingAsync(entered, entry, cancellationToken);
        if (row.State != "coming")
            throw AttachmentProblems.NotThere.With();
        // A part goes on with what somebody began on their own device.
        if (row.CreatedBy != CaseEntries.NameOf(entered.Actor))
            throw PlatformProblems.Forbidden.With();
        if (!string.Equals(context.Request.ContentType, PartType, StringComparison.OrdinalIgnoreCase))
            throw PlatformProblems.UnsupportedMedia.With();
        Say(context, received, length);
        if (!long.TryParse(context.Request.Headers[OffsetHeader].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) || offset != received)
            throw AttachmentProblems.OffsetUnfit.With();
        if (context.Request.ContentLength > length - received)
            throw AttachmentProblems.NotAsAnnounced.With();
        var key = await entries.KeyOfAsync(row.PersonId, cancellationToken);
        received = await ReceiveAsync(entered.Actor, key, row, context.Request.Body, received, length, cancellationToken);
        Say(context, received, length);
        if (received < length)
            return Results.Json(new KeptEntry(row.Id, row.State, row.Version), CaseJson.Options);
        byte[] bytes;
        await using (var connection = await db.ReadAsync(cancellationToken))
            bytes = FilePieces.Open(key, row.Id, FilePieces.Coming, await FilePieces.ReadAsync(connection, row.Id));
        return context.Told(await FinishAsync(entered, row, bytes, cancellationToken));
    }

    // Piece by piece, each in a transaction of its own: what a broken connection had brought is there when the device comes back.
    private async Task<long> ReceiveAsync(Actor actor, DataKey key, EntryRow row, Stream body, long received, long length, CancellationToken cancellationToken)
    {
        var buffer = new byte[FilePieces.Largest];
        for (var (ended, cut) = (false, (Exception?)null); !ended;)
        {
            var filled = 0;
            try
            {
                while (filled < buffer.Length && !ended)
                {
                    var read = await body.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                    ended = read == 0;
                    filled += read;
                }
            }
            catch (Exception broken) when (broken is IOException or OperationCanceledException or BadHttpRequestException)
            {
                (ended, cut) = (true, broken);
            }

            if (filled > length - received)
                throw AttachmentProblems.NotAsAnnounced.With();
            if (filled > 0)
            {
                await using var change = await db.BeginAsync(actor, "cases.file.received", CaseEntries.SubjectOf(row.Id), CancellationToken.None);
                change.Describe(new { at = received, bytes = filled });
                // Of two that send the same part at once, one is told where to go on; of what was deleted meanwhile nothing is kept.
                if (await change.ExecuteAsync("update cases_files set received = received + @filled where entry_id = @Id and received = @received and exists (select 1 from cases_entries e where e.id = @Id and e.state = 'coming')", new { filled, row.Id, received }) == 0)
                    throw AttachmentProblems.OffsetUnfit.With();
                await FilePieces.WriteAsync(change, key, row.Id, FilePieces.Coming, received, buffer.AsSpan(0, filled));
                await change.CommitAsync(CancellationToken.None);
                received += filled;
            }

            if (cut is not null)
                throw new OperationCanceledException("The connection broke.", cut);
        }

        return received;
    }

    private async Task<KeptEntry> FinishAsync(EnteredCase entered, EntryRow row, byte[] bytes, CancellationToken cancellationToken)
    {
        FileContent content;
        await using (var connection = await db.ReadAsync(cancellationToken))
            content = (await entries.OpenAsync<FileContent>(connection, [row], cancellationToken))[row.Id];
        CleanedFile cleaned;
        try
        {
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != content.Sha256)
                throw AttachmentProblems.NotAsAnnounced.With();
            cleaned = CleanFile.Clean(bytes);
        }
        catch (Problem refusal)
        {
            await EndAsync(entered.Actor, row, "refused", "cases.file.refused", CancellationToken.None, content with { Refused = refusal.Kind.Code });
            throw;
        }

        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(row.PersonId, cancellationToken));
        await using var change = await db.BeginAsync(entered.Actor, "cases.file.kept", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId });
        var next = await CaseEntries.MoveAsync(change, row with { State = "kept", ClosedAt = now }, now);
        await change.ExecuteAsync("delete from cases_file_pieces where entry_id = @Id", new { row.Id });
        for (var at = 0; at < cleaned.Bytes.Length; at += FilePieces.Largest)
            await FilePieces.WriteAsync(change, key, row.Id, FilePieces.Kept, at, cleaned.Bytes.AsSpan(at, Math.Min(FilePieces.Largest, cleaned.Bytes.Length - at)));
        await change.ExecuteAsync("update cases_files set received = length where entry_id = @Id", new { row.Id });
        await entries.WriteAsync(change, key, row.Id, entries.CompartmentOf(row), next, content with { MediaType = cleaned.MediaType, Extension = cleaned.Extension, Kept = cleaned.Bytes.Length });
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, "kept", next);
    }

    /// <summary>Takes a file away.</summary>
    /// <exception cref="Problem">There is none, or somebody else was first.</exception>
    public async Task<KeptEntry> RemoveAsync(EnteredCase entered, Guid entry, int version, CancellationToken cancellationToken)
    {
        var row = await entries.FindAsync(entered, Kind, entry, cancellationToken);
        if (row.State is "removed" or "refused")
            throw AttachmentProblems.NotThere.With();
        if (row.Version != version)
            throw PlatformProblems.Changed.With();
        return new KeptEntry(row.Id, "removed", await EndAsync(entered.Actor, row, "removed", "cases.file.removed", cancellationToken));
    }

    /// <summary>Takes away what has arrived of a file that is not to come any more; nothing where it is no longer coming.</summary>
    /// <exception cref="Problem">There is none, it is somebody else's, or it went on at that moment.</exception>
    public async Task CancelAsync(EnteredCase entered, Guid entry, CancellationToken cancellationToken)
    {
        var row = await entries.FindAsync(entered, Kind, entry, cancellationToken);
        if (row.CreatedBy != CaseEntries.NameOf(entered.Actor))
            throw PlatformProblems.Forbidden.With();
        if (row.State == "coming")
            await EndAsync(entered.Actor, row, "removed", "cases.file.removed", cancellationToken);
    }

    private async Task<int> EndAsync(Actor actor, EntryRow row, string state, string code, CancellationToken cancellationToken, FileContent? content = null)
    {
        var now = db.Time.GetUtcNow();
        var key = content is null ? null : await entries.KeyOfAsync(row.PersonId, cancellationToken);
        await using var change = await db.BeginAsync(actor, code, CaseEntries.SubjectOf(row.Id), cancellationToken);
        var next = await CaseEntries.MoveAsync(change, row with { State = state, ClosedAt = now }, now);
        if (key is not null)
            await entries.WriteAsync(change, key, row.Id, entries.CompartmentOf(row), next, content!);
        await change.ExecuteAsync("delete from cases_file_pieces where entry_id = @Id", new { row.Id });
        await change.CommitAsync(cancellationToken);
        return next;
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        List<EntryRow> stale;
        await using (var connection = await db.ReadAsync(cancellationToken))
            stale = [.. await connection.QueryAsync<EntryRow>("select * from cases_entries where kind = 'file' and state = 'coming' and created_at < @Before order by created_at limit 500", new { Before = db.Time.GetUtcNow() - Patience })];
        foreach (var row in stale)
            await EndAsync(Actor.Job(Sweep.Name), row, "removed", "cases.file.removed", cancellationToken);
        return stale.Count;
    }

    private static void Say(HttpContext context, long received, long length)
    {
        context.Response.Headers[OffsetHeader] = received.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Upload-Length"] = length.ToString(CultureInfo.InvariantCulture);
    }
}
