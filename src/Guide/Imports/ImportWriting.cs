using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Imports;

/// <summary>Writes a plan into one change: all of it, with where each record came from.</summary>
internal sealed class ImportWriting(
    Change change, Actor actor, DateTimeOffset now, Guid importId, ImportRequest request)
{
    private const string InsertImport =
        """
        insert into guide_imports
            (id, source_set, mapping, started_at, actor, retrieved_at, added, changed, unchanged, kept, vanished, retired, errors, report, agency_id)
        values
            (@ImportId, @SourceSet, @Mapping, @At, @Actor, @RetrievedAt, @Added, @Changed, @Unchanged, @Kept, @Vanished, @Retired, @Errors, @Report, @Agency)
        """;

    private const string InsertFile =
        "insert into guide_import_files (import_id, ordinal, name, bytes, hash) values (@ImportId, @Ordinal, @Name, @Bytes, @Hash)";

    public async Task WriteAsync(ImportPlan plan, ServiceDirectory staff, ImportReport report, string reportText, string mapping)
    {
        var retrieved = request.RetrievedAt ?? now;
        await change.ExecuteAsync(InsertImport, new
        {
            ImportId = importId,
            report.SourceSet,
            Mapping = mapping,
            At = now,
            Actor = actor.AuditName,
            RetrievedAt = retrieved,
            report.Added,
            report.Changed,
            report.Unchanged,
            report.Kept,
            report.Vanished,
            report.Retired,
            report.Errors,
            Report = reportText,
            Agency = GuideScope.AgencyFor(actor, GuideScope.Importing),
        });
        DirectoryRecord Headed(DirectoryRecord record) => record with
        {
            ImportId = importId,
            RetrievedAt = retrieved,
            ChangedAt = now,
            ChangedBy = actor.AuditName,
            CreatedAt = record.CreatedAt == default ? now : record.CreatedAt,
        };

        await DirectoryWriter.AddAsync(change, plan.Added.Select(Headed), "imported");
        if (!await DirectoryWriter.ReplaceAsync(change, plan.Changed.Select(Headed), "imported", staff))
            throw PlatformProblems.Changed.With();
        if (request.RetireVanished && plan.Vanished.All.Any())
        {
            await DirectoryWriter.ReplaceAsync(
                change, plan.Vanished.Select(record => record with { RetiredAt = now, ChangedAt = now, ChangedBy = actor.AuditName }), "retired");
        }
    }

    /// <summary>Keeps the files as they came, for as long as the node: the last of all, once nothing can be given up any more.</summary>
    public async Task KeepFilesAsync(BlobStore blobs)
    {
        var stored = new List<StoredBlob>();
        foreach (var file in request.Files)
            stored.Add(await blobs.PutAsync(file.Bytes, CancellationToken.None));
        await change.ExecuteAsync(InsertFile, stored.Select((blob, ordinal) => new
        {
            ImportId = importId,
            Ordinal = ordinal,
            Name = Path.GetFileName(request.Files[ordinal].Name),
            blob.Bytes,
            blob.Hash,
        }).ToList());
    }
}
