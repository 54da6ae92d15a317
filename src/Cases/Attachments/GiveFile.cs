using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Attachments;

/// <summary>Gives files back to those who may see them: to be saved, never to be run in the page of the node.</summary>
internal sealed class GiveFile(NodeDb db, CaseEntries entries, ReadTrail trail)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(BringFile.Root, static async (HttpContext context, Guid id, GiveFile give, CancellationToken cancellationToken) =>
                Results.Json(new { files = await give.ListAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("The files of a case that are open to the reader, without their bytes");
        routes.MapGet(BringFile.Root + "/{entry:guid}", static async (HttpContext context, Guid id, Guid entry, GiveFile give, CancellationToken cancellationToken) =>
                await give.RunAsync(context, id, entry, cancellationToken))
            .Needs(CasesRights.Read).WithSummary("A file, to be saved");
    }

    /// <summary>The files, the last brought first, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownFile>> ListAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        IReadOnlyList<EntryRow> rows;
        IReadOnlyDictionary<Guid, FileContent> contents;
        Dictionary<Guid, (long Received, long Length)> sizes;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = [.. (await entries.OfAsync(connection, entered, BringFile.Kind)).Where(row => row.State is "kept" or "coming")];
            contents = await entries.OpenAsync<FileContent>(connection, rows, cancellationToken);
            sizes = (await connection.QueryAsync<(Guid Id, long Received, long Length)>(
                "select entry_id, received, length from cases_files where entry_id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToDictionary(one => one.Id, one => (one.Received, one.Length));
        }

        await trail.LeaveAsync(actor, purpose, "case", rows.Select(row => new Shown(row.PersonId, [entries.CompartmentOf(row)])), cancellationToken);
        return [.. rows.Reverse().Select(row =>
        {
            var content = contents.GetValueOrDefault(row.Id);
            return new ShownFile(row.Id, row.State, row.Version, row.CreatedAt, entries.CompartmentOf(row), content?.Name, content?.Note, row.State == "kept" ? content?.MediaType : null, row.State == "kept" ? content?.Kept : null, sizes[row.Id].Received, sizes[row.Id].Length);
        })];
    }

    /// <summary>The bytes, once their reading is on the disk.</summary>
    /// <exception cref="Problem">There is no such file for this reader, or not all of it.</exception>
    public async Task<IResult> RunAsync(HttpContext context, Guid id, Guid entry, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var row = await entries.FindAsync(entered, BringFile.Kind, entry, cancellationToken);
        if (row.State != "kept")
            throw AttachmentProblems.NotThere.With();
        var key = await entries.KeyOfAsync(row.PersonId, cancellationToken);
        FileContent content;
        byte[] bytes;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            content = (await entries.OpenAsync<FileContent>(connection, [row], cancellationToken))[row.Id];
            bytes = FilePieces.Open(key, row.Id, FilePieces.Kept, await FilePieces.ReadAsync(connection, row.Id));
        }

        if (bytes.Length != content.Kept)
            throw new System.Security.Cryptography.CryptographicException("A piece of a file is missing.");
        await trail.LeaveAsync(actor, Purposes.Of(context, Purposes.Assistance), "case", [new Shown(row.PersonId, [entries.CompartmentOf(row)])], cancellationToken);
        return Saved(context, PlainName(content), content.MediaType, bytes);
    }

    /// <summary>Bytes to be saved under a plain name, which no page runs.</summary>
    public static IResult Saved(HttpContext context, string name, string mediaType, byte[] bytes)
    {
        var headers = context.Response.Headers;
        headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return Results.Bytes(bytes, mediaType);
    }

    // Only what every system takes for a name, and the ending that its bytes have.
    private static string PlainName(FileContent content)
    {
        var stem = new string([.. Path.GetFileNameWithoutExtension(content.Name).Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_').Take(60)]);
        return (stem.Length == 0 ? "file" : stem) + content.Extension;
    }
}
