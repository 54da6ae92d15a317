using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Persons;

/// <summary>The row of a picture: nothing of what it shows.</summary>
internal sealed record PhotoRow
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public byte[] Sealed { get; init; } = [];

    public int Version { get; init; }
}

/// <summary>
/// A picture of a person, one each: looked at by its bytes, written anew without where and by what it was taken, and sealed by the person's
/// key. It opens by a right of its own, to those to whom the identity is open.
/// </summary>
internal sealed class KeepPhoto(NodeDb db, DataKeys keys, PersonFiles files, ReadTrail trail)
{
    /// <summary>Bytes at most, as it comes and as it is kept.</summary>
    public const int MostBytes = 5 * 1024 * 1024;

    private const string Root = RegisterPerson.Root + "/{id:guid}/photo";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, Guid id, KeepPhoto photos, CancellationToken cancellationToken) =>
                await photos.GiveAsync(context, id, cancellationToken))
            .Needs(Compartments.Right(Compartments.Photo)).WithSummary("The picture of a person, for those who hold the right to see it and to whom the identity is open");
        routes.MapPut(Root, static async (HttpContext context, Guid id, KeepPhoto photos, CancellationToken cancellationToken) =>
            {
                var seen = await photos.AdmitAsync(id, context.Actor(), cancellationToken);
                var meant = RecordVersions.Meant(context);
                using var whole = new MemoryStream();
                await context.Request.Body.CopyToAsync(whole, cancellationToken);
                return Answer(context, id, await photos.KeepAsync(seen, meant, whole.ToArray(), context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Edit).KnowsItsKeys("the same picture in the place of the same version is kept once").DisableAntiforgery().TakesAtMost(MostBytes)
            .WithSummary("Keeps a picture of a person: the bytes of a JPEG, PNG or WebP of at most 5 MiB; If-Match names the version that it replaces, \"v0\" for the first");
        routes.MapPost(Root + "/remove", static async (HttpContext context, Guid id, KeepPhoto photos, CancellationToken cancellationToken) =>
            {
                var seen = await photos.AdmitAsync(id, context.Actor(), cancellationToken);
                await photos.RemoveAsync(seen, RecordVersions.Meant(context), context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.Edit).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Takes the picture of a person away for good");
    }

    /// <summary>True for somebody who may see a picture of this person.</summary>
    public static bool MaySee(SeenPerson seen, CaseScope scope) =>
        seen.Open.Contains(Compartments.Identity, StringComparer.Ordinal) && seen.Allows(scope, Compartments.Right(Compartments.Photo));

    /// <summary>The picture of a person, with those of files that were merged into theirs; null when there is none.</summary>
    public static Task<PhotoRow?> FindAsync(DbConnection connection, Guid person) => connection.QueryFirstOrDefaultAsync<PhotoRow>(
        "select ph.* from cases_photos ph join cases_persons p on p.id = ph.person_id where ph.person_id = @person or p.merged_into = @person order by case when ph.person_id = @person then 0 else 1 end, ph.changed_at desc",
        new { person });

    /// <summary>Opens one; null of somebody whose key is gone.</summary>
    /// <exception cref="CryptographicException">It was changed or moved by other hands.</exception>
    public async Task<CleanedFile?> OpenAsync(PhotoRow row, CancellationToken cancellationToken) =>
        await keys.FindAsync(row.PersonId, cancellationToken) is { } key ? CleanFile.Clean(key.Open(row.Sealed, FieldOf(row.Id, row.Version))) : null;

    /// <summary>The person, for somebody who may change them and knows who they are.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; seen, and not theirs to change; or the identity is closed.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (!seen.Allows(scope, CasesRights.Edit))
            throw PlatformProblems.Forbidden.With();
        return seen.Open.Contains(Compartments.Identity, StringComparer.Ordinal) ? seen : throw CasesProblems.CompartmentClosed.With();
    }

    /// <summary>The version of a person's own picture; 0 when there is none.</summary>
    public async Task<int> VersionAsync(Guid person, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>("select coalesce(max(version), 0) from cases_photos where person_id = @person", new { person });
    }

    /// <summary>Keeps a picture in the place of a version; its next one.</summary>
    /// <exception cref="Problem">It is too large, no picture, damaged, or somebody else was first.</exception>
    public async Task<int> KeepAsync(SeenPerson seen, int meant, byte[] bytes, Actor actor, CancellationToken cancellationToken)
    {
        if (seen.Row.Status != PersonRow.Active || await keys.FindAsync(seen.Row.Id, cancellationToken) is not { } key)
            throw CasesProblems.PersonInactive.With();
        var picture = Cleaned(bytes);
        var (person, now) = (seen.Row.Id, db.Time.GetUtcNow());
        PhotoRow? before;
        await using (var connection = await db.ReadAsync(cancellationToken))
            before = await connection.QuerySingleOrDefaultAsync<PhotoRow>("select * from cases_photos where person_id = @person", new { person });
        if (before?.Version == meant + 1 && key.Open(before.Sealed, FieldOf(before.Id, before.Version)).AsSpan().SequenceEqual(picture.Bytes))
            return before.Version;
        if ((before?.Version ?? 0) != meant)
            throw PlatformProblems.Changed.With();
        var id = before?.Id ?? Guid.CreateVersion7(now);
        await using var change = await db.BeginAsync(actor, "cases.photo.kept", ReadTrail.SubjectOf(person), cancellationToken);
        // Who is being erased has no picture any more, though their row still stands.
        if (await change.ExecuteAsync("update cases_persons set version = version where id = @person and status = 'active'", new { person }) == 0
            || await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_erasures where person_id = @person and state <> 'asked'", new { person }) > 0)
            throw CasesProblems.PersonInactive.With();
        var row = new { id, person, Sealed = key.Seal(picture.Bytes, FieldOf(id, meant + 1)), now, By = actor.AuditName, meant, Next = meant + 1 };
        var written = before is null
            ? await change.ExecuteAsync("insert into cases_photos (person_id, id, sealed, changed_at, changed_by, version) values (@person, @id, @Sealed, @now, @By, 1) on conflict do nothing", row)
            : await change.ExecuteAsync("update cases_photos set sealed = @Sealed, changed_at = @now, changed_by = @By, version = @Next where person_id = @person and version = @meant", row);
        if (written == 0)
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
        return meant + 1;
    }

    /// <summary>Takes it away, and with it what files that were merged into theirs have: no older one comes up in its place.</summary>
    /// <param name="seen">The person.</param>
    /// <param name="meant">The version of their own picture; 0 when only a merged file has one.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">There is none, or somebody else was first.</exception>
    public async Task RemoveAsync(SeenPerson seen, int meant, Actor actor, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "cases.photo.removed", ReadTrail.SubjectOf(seen.Row.Id), cancellationToken);
        var own = await change.ExecuteAsync("delete from cases_photos where person_id = @Id and version = @meant", new { seen.Row.Id, meant });
        var older = await change.ExecuteAsync("delete from cases_photos where person_id in (select id from cases_persons where merged_into = @Id)", new { seen.Row.Id });
        if (meant == 0 ? older == 0 || await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_photos where person_id = @Id", new { seen.Row.Id }) > 0 : own == 0)
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>The bytes, once their reading is on the disk.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<IResult> GiveAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        PhotoRow? row;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            row = MaySee(seen, scope) ? await FindAsync(connection, seen.Row.Id) : null;
        }

        if (row is null || await OpenAsync(row, cancellationToken) is not { } picture)
            throw PlatformProblems.NotFound.With();
        await trail.LeaveAsync(actor, Purposes.Of(context, Purposes.Assistance), "file", [new Shown(seen.Row.Id, [Compartments.Photo])], cancellationToken);
        var headers = context.Response.Headers;
        headers.ETag = RecordVersions.Tag(row.Version);
        headers.ContentDisposition = $"attachment; filename=\"picture{picture.Extension}\"";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return Results.Bytes(picture.Bytes, picture.MediaType);
    }

    private static CleanedFile Cleaned(byte[] bytes)
    {
        if (bytes.Length == 0)
            throw AttachmentProblems.KindUnknown.With();
        if (bytes.Length > MostBytes)
            throw AttachmentProblems.TooLarge.With(("megabytes", MostBytes / (1024 * 1024)));
        var cleaned = CleanFile.Clean(bytes);
        if (!cleaned.MediaType.StartsWith("image/", StringComparison.Ordinal))
            throw AttachmentProblems.KindUnknown.With();
        return cleaned.Bytes.Length <= MostBytes ? cleaned : throw AttachmentProblems.TooLarge.With(("megabytes", MostBytes / (1024 * 1024)));
    }

    private static IResult Answer(HttpContext context, Guid id, int version)
    {
        context.Response.Headers.ETag = RecordVersions.Tag(version);
        return Results.Json(new { id, version }, CaseJson.Options);
    }

    private static string FieldOf(Guid id, int version) => string.Create(CultureInfo.InvariantCulture, $"photo {id:D} {version}");
}
