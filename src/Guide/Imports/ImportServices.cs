using System.Globalization;
using System.Text.Json;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Jobs;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Imports;

/// <summary>What to import, and how.</summary>
public sealed record ImportRequest
{
    /// <summary>The files, which belong together.</summary>
    public required IReadOnlyList<ImportFile> Files { get; init; }

    /// <summary>The mapping to read them through; null for HSDS, which needs none.</summary>
    public string? Mapping { get; init; }

    /// <summary>The set that the identifiers belong to; null for the mapping's, or one named after the first file.</summary>
    public string? SourceSet { get; init; }

    /// <summary>What the set is called, where it is published and on what terms; null for the mapping's word, or what is known.</summary>
    public SourceSet? Source { get; init; }

    /// <summary>True to see the report and write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>True to take out what the source no longer has.</summary>
    public bool RetireVanished { get; init; }

    /// <summary>When the source was retrieved; null for now.</summary>
    public DateTimeOffset? RetrievedAt { get; init; }

    /// <summary>What the import is called; null for a new name.</summary>
    public Guid? Id { get; init; }

    /// <summary>Is told how far it is; null when nobody asks.</summary>
    public IProgress<WorkSoFar>? Progress { get; init; }
}

/// <summary>
/// Somebody brings the services of an institution into the directory, from its own file: page, command line and API
/// all come here. Everything is taken in or nothing is.
/// </summary>
/// <param name="db">The node's database.</param>
/// <param name="live">The directory as it stands.</param>
/// <param name="blobs">Keeps the files as they came.</param>
/// <param name="settings">Where the node's own mappings are.</param>
/// <param name="texts">The names of needs.</param>
public sealed class ImportServices(NodeDb db, LiveDirectory live, BlobStore blobs, NodeSettings settings, TextCatalog texts)
{
    // An import takes out what has vanished at the moment at which it is written down as begun.
    private const string SelectKnown =
        """
        select r.kind, r.id, r.version, r.source_set, r.source_hash, r.retired_at, r.created_at, r.confidentiality, o.agency_id,
            case when r.retired_at is null then null else (select min(i.id) from guide_imports i
                where i.source_set = r.source_set and i.started_at = r.retired_at and i.actor = r.changed_by and i.retired > 0) end as retired_by,
            case when r.retired_at is null then null else (select min(i.agency_id) from guide_imports i
                where i.source_set = r.source_set and i.started_at = r.retired_at and i.actor = r.changed_by and i.retired > 0) end as retired_for
        from guide_records r left join guide_organizations o on o.id = r.id and o.kind = r.kind
        """;

    // About how many statements write an import: the heads and contents of each kind of record, their parts, and their versions.
    private const int Statements = 24;

    private static readonly JsonSerializerOptions ReportOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Runs the import, or only says what it would do.</summary>
    /// <exception cref="Platform.Problems.Problem">A file cannot be read at all, or holds no record.</exception>
    public async Task<ImportReport> RunAsync(ImportRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var limit = settings.UploadLimit("services");
        if (request.Files.Any(file => file.Bytes.Length > limit))
            throw FileProblems.TooLarge.With(("limit", limit >> 20));
        if (request.Source is { Url.Length: > 0 } source && source.Link is null)
            throw GuideProblems.WebAddressUnfit.With();
        var issues = new IssueReport();
        var steps = new ImportSteps(request.Progress, request.DryRun, cancellationToken);
        var mapping = request.Mapping is { Length: > 0 } name ? MappingFiles.Find(name, settings.Folder) : null;
        var sourceSet = request.SourceSet is { Length: > 0 } set ? set : mapping?.SourceSet ?? SetNamedAfter(request.Files);
        var drafts = Read(request, mapping, issues, steps);
        steps.HasRead();
        var id = request.Id ?? Guid.CreateVersion7(db.Time.GetUtcNow());
        if (request.DryRun)
        {
            var (_, dry) = await PlanAsync(drafts, sourceSet, request, actor, issues, steps, cancellationToken);
            return Report(dry, sourceSet, issues, null);
        }

        // The plan is made inside the transaction: nobody else writes between looking and writing.
        try
        {
            return await WriteAsync(id, actor, request, drafts, sourceSet, mapping, issues, steps, cancellationToken);
        }
        catch (System.Data.Common.DbException failure) when (db.Dialect.IsDuplicate(failure))
        {
            // On PostgreSQL two imports may write at once; the second is asked to look again.
            throw PlatformProblems.Changed.With();
        }
    }

    private async Task<ImportReport> WriteAsync(
        Guid id, Actor actor, ImportRequest request, DraftSet drafts, string sourceSet, Mapping? mapping,
        IssueReport issues, ImportSteps steps, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "guide.services.imported", id.ToString("D"), cancellationToken, bulk: true);
        var (staff, plan) = await PlanAsync(drafts, sourceSet, request, actor, issues, steps, cancellationToken);
        var statement = 0;
        change.BeforeEach = () => steps.Writing(statement++, Statements);
        var report = Report(plan, sourceSet, issues, id);
        change.Describe(new { sourceSet, report.Added, report.Changed, report.Unchanged, report.Kept, report.Vanished, report.Retired, report.Errors });
        var writing = new ImportWriting(change, actor, db.Time.GetUtcNow(), id, request);
        await writing.WriteAsync(plan, staff, report, JsonSerializer.Serialize(report, ReportOptions), mapping?.Name ?? "hsds");
        await SourceSets.NameAsync(change, (request.Source is { Title.Length: > 0 } named ? named : SourceOf(mapping)) with { Name = sourceSet }, staff, actor, db.Time.GetUtcNow());
        // Given up until here nothing counts and no file is kept, and from here on all of it: never is it left open which.
        cancellationToken.ThrowIfCancellationRequested();
        change.BeforeEach = null;
        await writing.KeepFilesAsync(blobs);
        await change.CommitAsync(CancellationToken.None);
        return report;
    }

    private static SourceSet SourceOf(Mapping? mapping) =>
        new() { Title = mapping?.SourceTitle ?? "", Url = mapping?.SourceUrl ?? "", Licence = mapping?.Licence ?? "" };

    private static DraftSet Read(ImportRequest request, Mapping? mapping, IssueReport issues, ImportSteps steps)
    {
        var files = new ImportFiles(issues, steps, request.Files.Count);
        foreach (var file in request.Files)
            files.Read(file);
        var drafts = new DraftSet();
        if (mapping is null)
        {
            new HsdsTables(drafts, issues).Add(files.Rows, files.Columns);
        }
        else
        {
            var mapped = new MappedTables(mapping, issues);
            new HsdsTables(drafts, issues).Add(mapped.Of(files), mapped.ColumnsOf(files));
        }

        foreach (var (source, line, node) in files.Objects)
            new HsdsObjects(drafts, issues, source).Add(node, line);
        if (drafts.All.Count == 0)
        {
            throw GuideProblems.ImportEmpty.With(
                ("files", string.Join(", ", request.Files.Select(f => Path.GetFileName(f.Name)))),
                ("issues", issues.Total.ToString(CultureInfo.InvariantCulture)));
        }

        return drafts;
    }

    private async Task<(ServiceDirectory Staff, ImportPlan Plan)> PlanAsync(
        DraftSet drafts, string sourceSet, ImportRequest request, Actor actor, IssueReport issues, ImportSteps steps, CancellationToken cancellationToken)
    {
        var staff = (await live.GetAsync(cancellationToken)).Staff;
        var compiler = new DraftCompiler(sourceSet, staff, issues, steps);
        var compiled = compiler.Compile(drafts);
        await using var connection = await db.ReadAsync(cancellationToken);
        var known = (await connection.QueryAsync<KnownRecord>(SelectKnown)).ToList();
        compiled = WithCategories(compiled, known);
        var retrieved = DateOnly.FromDateTime((request.RetrievedAt ?? db.Time.GetUtcNow()).UtcDateTime);
        var terms = new ImportTerms(new ImportScope(actor, staff, known, compiled), retrieved, settings.ReviewAfterDays, compiler.Left, compiler.Moved);
        return (staff, ImportPlan.Of(compiled, staff, known, sourceSet, request.RetireVanished, terms, issues, steps));
    }

    // The needs come with the first import that finds them missing.
    private DirectoryRecords WithCategories(DirectoryRecords compiled, List<KnownRecord> known)
    {
        var used = compiled.Services.SelectMany(s => s.Attributes).Select(a => a.TaxonomyTermId).OfType<Guid>().ToHashSet();
        var categories = Categories.Records(texts).ToList();
        if (!categories.Exists(c => used.Contains(c.Id)) || known.Exists(k => k.Id == Categories.TaxonomyId))
            return compiled;
        // An export of another node brings them along.
        var brought = compiled.All.Select(record => record.Id).ToHashSet();
        return DirectoryRecords.Of(compiled.All.Concat(categories.Where(category => !brought.Contains(category.Id))));
    }

    private static ImportReport Report(ImportPlan plan, string sourceSet, IssueReport issues, Guid? id) => new()
    {
        ImportId = id,
        SourceSet = sourceSet,
        DryRun = id is null,
        Added = plan.Count(ImportOutcome.Added),
        Changed = plan.Count(ImportOutcome.Changed),
        Unchanged = plan.Unchanged,
        Kept = plan.Count(ImportOutcome.Kept),
        Vanished = plan.Count(ImportOutcome.Vanished) + plan.Count(ImportOutcome.Retired),
        Retired = plan.Count(ImportOutcome.Retired),
        Errors = issues.Errors,
        Records = plan.Listed,
        Issues = [.. issues.Kept.OrderBy(i => i.Source, StringComparer.Ordinal).ThenBy(i => i.Line)],
        IssueCounts = issues.Counts,
    };

    // "Services 2026-03.csv" of next month is the same source.
    private static string SetNamedAfter(IReadOnlyList<ImportFile> files)
    {
        // Tables of one source come under the names of the tables, which say nothing of the source.
        var name = files.Count != 1 ? "" : Path.GetFileNameWithoutExtension(files[0].Name.TrimEnd('/'));
        var plain = new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetter(c) ? c : '-')]).Trim('-');
        while (plain.Contains("--", StringComparison.Ordinal))
            plain = plain.Replace("--", "-", StringComparison.Ordinal);
        return plain.Length == 0 ? "hsds" : plain;
    }
}
