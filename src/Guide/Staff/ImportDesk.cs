using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Blobs;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Staff;

/// <summary>One past import, as the list shows it.</summary>
public sealed record PastImport
{
    /// <summary>The import.</summary>
    public Guid Id { get; init; }

    /// <summary>The set it brought.</summary>
    public string SourceSet { get; init; } = "";

    /// <summary>What the set is called; its name when nobody has named it.</summary>
    public string SourceTitle { get; init; } = "";

    /// <summary>How it was read.</summary>
    public string Mapping { get; init; } = "";

    /// <summary>When it ran.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Who ran it, as the audit names them.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When the source was retrieved.</summary>
    public DateTimeOffset RetrievedAt { get; init; }

    /// <summary>New records.</summary>
    public int Added { get; init; }

    /// <summary>Records that changed.</summary>
    public int Changed { get; init; }

    /// <summary>Records that the source no longer has.</summary>
    public int Vanished { get; init; }

    /// <summary>Records left out.</summary>
    public int Errors { get; init; }
}

/// <summary>A file of a past import.</summary>
public sealed record PastFile
{
    /// <summary>Its name as it was handed in.</summary>
    public string Name { get; init; } = "";

    /// <summary>How large it was.</summary>
    public long Bytes { get; init; }

    /// <summary>SHA-256 of it, under which the node keeps it.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>A past import with its report.</summary>
internal sealed record ImportRecord(
    PastImport Line, ImportReport Report, IReadOnlyList<PastFile> Files, IReadOnlyDictionary<string, string> Names);

/// <summary>What the import pages stand on: past imports, mappings, and a place for files between check and run.</summary>
internal sealed class ImportDesk(NodeDb db, LiveDirectory live, BroughtFiles brought, NodeSettings settings, IDataProtectionProvider protection)
{
    private static readonly JsonSerializerOptions Stored = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>For how long a person may think about what was looked at.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>Files between check and run.</summary>
    public BroughtFiles Brought => brought;

    /// <summary>The clock of the records.</summary>
    public DateTimeOffset NodeTime => db.Time.GetUtcNow();

    public IReadOnlyList<string> Mappings => MappingFiles.Names(settings.Folder);

    public long MegabytesAllowed => settings.UploadLimit("services") / (1024 * 1024);

    /// <summary>What was looked at, as the button that takes it in carries it: sealed, for one person and as long as the files are kept.</summary>
    public string Seal<T>(Actor actor, T step) => protection.SealStep(PurposeOf<T>(), actor, step, TimeProvider.System.GetUtcNow() + KeptFor);

    /// <summary>What was sealed.</summary>
    /// <exception cref="Problem">It is not whole, too old or another's.</exception>
    public T Open<T>(Actor actor, string text) => protection.OpenStep<T>(PurposeOf<T>(), actor, text);

    /// <summary>What was sealed; null when it is not whole, too old or another's.</summary>
    public T? Find<T>(Actor actor, string text) => protection.FindStep<T>(PurposeOf<T>(), actor, text);

    /// <summary>Keeps what a check found as long as its files; says under which name.</summary>
    public async Task<string> KeepReportAsync(ImportReport report, CancellationToken cancellationToken)
    {
        await using var bytes = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(report, Stored));
        return await brought.KeepAsync(bytes, KeptFor, cancellationToken);
    }

    /// <summary>What a check found; null when it is kept no more.</summary>
    public async Task<ImportReport?> KeptReportAsync(string name, CancellationToken cancellationToken)
    {
        await using var bytes = await brought.OpenAsync(name, cancellationToken);
        return bytes is null ? null : await JsonSerializer.DeserializeAsync<ImportReport>(bytes, Stored, cancellationToken);
    }

    /// <summary>
    /// A report as somebody may read it: without the right to what is confidential, records that the public does not
    /// see are left out, except those that came with their own file; so are values that others' files held.
    /// </summary>
    public async Task<ImportReport> ShownAsync(Actor actor, ImportReport report, bool ownFile, CancellationToken cancellationToken)
    {
        var moment = await live.GetAsync(cancellationToken);
        var scope = GuideScope.For(actor, moment);
        if (scope.SeesAll)
            return report;
        bool IsShown(ImportedRecord record) => (ownFile && record.Outcome is (ImportOutcome.Added or ImportOutcome.Changed)) || record.Kind switch
        {
            RecordKinds.Service => moment.Public.Service(record.Id) is not null || (moment.Staff.Service(record.Id) is { } service && scope.Sees(service)),
            RecordKinds.Location => moment.Public.Location(record.Id) is not null,
            RecordKinds.Organization => moment.Public.Organization(record.Id) is not null,
            _ => true,
        };
        return report with
        {
            Records = [.. report.Records.Where(IsShown)],
            Issues = ownFile ? report.Issues : [.. report.Issues.Select(issue => issue with { Value = null })],
        };
    }

    /// <summary>
    /// The last imports that somebody may know of, the newest first, with the names of those who ran them: all for those
    /// who import for the whole node, else their own and those of their agency.
    /// </summary>
    public async Task<(IReadOnlyList<PastImport> Lines, IReadOnlyDictionary<string, string> Names)> AllAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var lines = (await connection.QueryAsync<PastImport>(
            """
            select id, source_set, coalesce(title, source_set) as source_title, mapping, started_at, actor, retrieved_at, added, changed, vanished, errors
            from guide_imports left join guide_source_sets on name = source_set where @all or actor = @actor or agency_id = @agency
            order by started_at desc, id desc limit 100
            """,
            ReachOf(actor))).ToList();
        return (lines, await ActorNames.OfAsync(db, lines.Select(line => line.Actor), cancellationToken));
    }

    /// <summary>True when an import is complete.</summary>
    public async Task<bool> IsInAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>("select count(*) from guide_imports where id = @id", new { id }) > 0;
    }

    // One kind of step is never taken for another.
    private static string PurposeOf<T>() => "guide." + typeof(T).Name;

    private static object ReachOf(Actor actor, Guid? id = null) => new
    {
        id,
        all = actor.May(GuideScope.Importing, new RecordPlace()),
        actor = actor.AuditName,
        agency = GuideScope.AgencyFor(actor, GuideScope.Importing),
    };

    /// <summary>An import, or null when there is none that somebody may know of.</summary>
    public async Task<ImportRecord?> FindAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var line = await connection.QuerySingleOrDefaultAsync<PastImport>(
            """
            select id, source_set, coalesce(title, source_set) as source_title, mapping, started_at, actor, retrieved_at, added, changed, vanished, errors
            from guide_imports left join guide_source_sets on name = source_set where id = @id and (@all or actor = @actor or agency_id = @agency)
            """,
            ReachOf(actor, id));
        if (line is null)
            return null;
        var report = await connection.QuerySingleAsync<string>("select report from guide_imports where id = @id", new { id });
        var files = await connection.QueryAsync<PastFile>(
            "select name, bytes, hash from guide_import_files where import_id = @id order by ordinal", new { id });
        return new ImportRecord(
            line,
            JsonSerializer.Deserialize<ImportReport>(report, Stored)!,
            [.. files],
            await ActorNames.OfAsync(db, [line.Actor], cancellationToken));
    }
}
