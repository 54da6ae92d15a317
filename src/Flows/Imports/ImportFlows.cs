using System.Globalization;
using System.Text.Json;
using Dapper;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Flows.Imports;

/// <summary>What to import.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Bytes">The file, seekable.</param>
/// <param name="Mapping">What its columns mean.</param>
/// <param name="DryRun">True to see what would come of it and write nothing.</param>
public sealed record FlowsImport(string Name, Stream Bytes, KeptMapping Mapping, bool DryRun)
{
    /// <summary>Is told now and then how many rows were read.</summary>
    public IProgress<long>? Progress { get; init; }
}

/// <summary>What came of an import.</summary>
public sealed record FlowsImportReport
{
    /// <summary>The import; null when nothing was written.</summary>
    public Guid? Id { get; init; }

    /// <summary>The series.</summary>
    public required string Series { get; init; }

    /// <summary>True when the same file stands already, read in the same way: nothing was changed.</summary>
    public bool Unchanged { get; init; }

    /// <summary>Rows, issues and ledger.</summary>
    public HarmonisedFile? File { get; init; }

    /// <summary>Imports of the series of which something stands no more.</summary>
    public IReadOnlyList<Guid> Replaced { get; init; } = [];
}

/// <summary>
/// A statistician brings an institution's own file into the node: page and command line come here. The file is kept as it
/// came, its rows become a segment, and one transaction makes both count, or nothing does.
/// </summary>
public sealed class ImportFlows(NodeDb db, BlobStore blobs, NodeSettings settings, LiveSegments live)
{
    private const string Area = "flows";

    /// <summary>Runs the import, or only says what it would do.</summary>
    /// <exception cref="Problem">The file cannot be read, or no row of it can be used.</exception>
    public async Task<FlowsImportReport> RunAsync(FlowsImport import, Actor actor, CancellationToken cancellationToken)
    {
        var mapping = import.Mapping.Mapping;
        var now = db.Time.GetUtcNow();
        var staging = Path.Combine(Directory.CreateDirectory(Path.Combine(settings.Folder, "staging")).FullName, $"{Guid.CreateVersion7(now):N}.segment");
        try
        {
            if (import.DryRun)
                return new FlowsImportReport { Series = mapping.Series.Code, File = await HarmoniseAsync(import, staging, now, cancellationToken) };
            var original = await blobs.PutAsync(import.Bytes, cancellationToken);
            var standing = (await live.GetAsync(cancellationToken)).Where(one => one.Series == mapping.Series.Code && one.StandsAt(null)).ToList();
            if (standing.Find(one => one.FileHash == original.Hash && one.MappingHash == import.Mapping.Hash && one.Replaced.Count == 0) is { } same)
            {
                // The file that came again is a new chance for observations that are damaged together with their original.
                if (same.Whole is null && !(await blobs.MendAsync(original.Hash, import.Bytes, cancellationToken) && await live.MendAsync(same.Name, again: true, cancellationToken)))
                    throw FlowsProblems.SegmentDamaged.With(("what", same.Name));
                return new FlowsImportReport { Series = mapping.Series.Code, Unchanged = true };
            }

            var id = Guid.CreateVersion7(now);
            live.UnderWay[id] = staging;
            try
            {
                await BeginAsync(id, import, original, actor, now, cancellationToken);
                var file = await HarmoniseAsync(import, staging, now, cancellationToken);
                var report = await CommitAsync(id, import, file, staging, standing, actor, cancellationToken);
                await live.RollUpAsync(id);
                return report;
            }
            catch
            {
                await BrokenOffImports.MarkAsync(db, id, actor);
                throw;
            }
            finally
            {
                live.UnderWay.TryRemove(id, out _);
            }
        }
        finally
        {
            File.Delete(staging);
        }
    }

    private async Task<HarmonisedFile> HarmoniseAsync(FlowsImport import, string staging, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var segment = new FileStream(staging, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20);
        var file = await Task.Run(
            () => new HarmoniseFile(import.Mapping.Mapping, DateOnly.FromDateTime(now.UtcDateTime), Environment.ProcessorCount, import.Progress).Run(import.Bytes, segment, cancellationToken),
            cancellationToken);
        if (file.Kept == 0)
            throw FlowsProblems.ImportEmpty.With(("file", import.Name), ("read", file.Read), ("issues", file.Issues.Total));
        return file;
    }

    // Told before the work begins, so that an import that the machine did not survive is known as such.
    private async Task BeginAsync(Guid id, FlowsImport import, StoredBlob original, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mapping = import.Mapping.Mapping;
        await using var change = await db.BeginAsync(actor, "flows.import.begun", id.ToString("D"), cancellationToken);
        change.Describe(new { import.Name, original.Hash, mapping = mapping.Name, series = mapping.Series.Code });
        await change.ExecuteAsync(
            """
            insert into flows_imports (id, series, dataflow, mapping, mapping_version, mapping_hash, mapping_json, file_name, file_hash, file_bytes, state, actor,
                started_at, committed_at, rows_read, rows_refused, rows_left_out, observations, issue_counts, segment_hash, segment_bytes)
            values (@id, @Series, @Dataflow, @Mapping, @Version, @MappingHash, @Json, @FileName, @FileHash, @FileBytes, 'reading', @Actor,
                @now, null, 0, 0, 0, 0, '{}', '', 0)
            """,
            new
            {
                id,
                Series = mapping.Series.Code,
                Dataflow = Dataflow.Find(mapping.Dataflow)!.Code,
                Mapping = mapping.Name,
                mapping.Version,
                MappingHash = import.Mapping.Hash,
                import.Mapping.Json,
                FileName = import.Name,
                FileHash = original.Hash,
                FileBytes = original.Bytes,
                Actor = actor.AuditName,
                now,
            });
        await change.CommitAsync(cancellationToken);
    }

    private async Task<FlowsImportReport> CommitAsync(
        Guid id, FlowsImport import, HarmonisedFile file, string staging, List<StandingImport> standing, Actor actor, CancellationToken cancellationToken)
    {
        StoredBlob segment;
        await using (var bytes = File.OpenRead(staging))
            segment = await blobs.PutAsync(bytes, cancellationToken);
        IReadOnlyList<string> periods;
        using (var opened = SegmentFile.Open(staging))
            periods = [.. opened.Find(Dataflow.Period)!.Codes];
        var (mapping, now) = (import.Mapping.Mapping, db.Time.GetUtcNow());
        await using var change = await db.BeginAsync(actor, "flows.import.committed", id.ToString("D"), cancellationToken, bulk: true);
        change.Describe(new { series = mapping.Series.Code, file.Read, file.Kept, file.Refused, file.LeftOut, segment.Hash });
        await NameSeriesAsync(change, mapping, standing);
        var done = await change.ExecuteAsync(
            """
            update flows_imports set state = 'standing', committed_at = @now, rows_read = @Read, rows_refused = @Refused, rows_left_out = @LeftOut,
                observations = @Kept, issue_counts = @Counts, segment_hash = @Hash, segment_bytes = @Bytes
            where id = @id and state = 'reading'
            """,
            new { id, now, file.Read, file.Refused, file.LeftOut, file.Kept, Counts = JsonSerializer.Serialize(file.Issues.Counts), segment.Hash, segment.Bytes });
        if (done != 1)
            throw PlatformProblems.Changed.With();
        var replaced = await ReplaceAsync(change, id, mapping.Replaces, standing, periods, now);
        await WriteIssuesAsync(change, id, file);
        await WriteLedgerAsync(change, id, file);
        change.Touch(Area);
        await change.CommitAsync(cancellationToken);
        return new FlowsImportReport { Id = id, Series = mapping.Series.Code, File = file, Replaced = replaced };
    }

    // The series' version makes two imports of it at once impossible: the second one must look again.
    private static async Task NameSeriesAsync(Change change, Mapping mapping, List<StandingImport> standing)
    {
        var series = mapping.Series;
        var values = new
        {
            series.Code,
            Dataflow = Dataflow.Find(mapping.Dataflow)!.Code,
            Title = JsonSerializer.Serialize(series.Title),
            series.Publisher,
            series.Via,
            series.Licence,
            series.Link,
            series.Training,
            Version = standing.Count == 0 ? 0 : standing[0].SeriesVersion,
        };
        var known = await change.QuerySingleOrDefaultAsync<int?>("select version from flows_series where code = @Code", values);
        if (known is null)
        {
            await change.ExecuteAsync(
                """
                insert into flows_series (code, dataflow, title, publisher, via, licence, link, training, version)
                values (@Code, @Dataflow, @Title, @Publisher, @Via, @Licence, @Link, @Training, 1)
                """,
                values);
            return;
        }

        if (standing.Count > 0 && known != values.Version)
            throw PlatformProblems.Changed.With();
        var changed = await change.ExecuteAsync(
            """
            update flows_series set title = @Title, publisher = @Publisher, via = @Via, licence = @Licence, link = @Link, version = version + 1
            where code = @Code and dataflow = @Dataflow and training = @Training
            """,
            values);
        if (changed != 1)
            throw FlowsProblems.SeriesDiffers.With(("series", series.Code));
    }

    private static async Task<IReadOnlyList<Guid>> ReplaceAsync(
        Change change, Guid by, Replacing replacing, List<StandingImport> standing, IReadOnlyList<string> periods, DateTimeOffset at)
    {
        if (replacing == Replacing.Nothing)
            return [];
        var replaced = new List<Guid>();
        foreach (var import in standing)
        {
            string[] gone = replacing == Replacing.All ? ["*"] : [.. periods.Where(period => import.HasPeriod(period) && !import.Replaced.ContainsKey(period))];
            if (gone.Length == 0)
                continue;
            await change.ExecuteAsync(
                "insert into flows_replacements (import_id, period, by_import, at) values (@Id, @period, @by, @at)",
                gone.Select(period => new { import.Id, period, by, at }).ToList());
            replaced.Add(import.Id);
        }

        return replaced;
    }

    private static async Task WriteIssuesAsync(Change change, Guid id, HarmonisedFile file)
    {
        var issues = file.Issues.Kept.Select((issue, ordinal) => new
        {
            id,
            ordinal,
            issue.Line,
            Column = issue.Column ?? 0,
            issue.Code,
            Value = issue.Value ?? "",
            Severity = issue.Severity.ToString().ToLowerInvariant(),
        }).ToList();
        if (issues.Count > 0)
            await change.ExecuteAsync(
                "insert into flows_issues (import_id, ordinal, line, column_number, code, value, severity) values (@id, @ordinal, @Line, @Column, @Code, @Value, @Severity)",
                issues);
    }

    private static async Task WriteLedgerAsync(Change change, Guid id, HarmonisedFile file)
    {
        var lines = file.Ledger.Select((line, ordinal) => new
        {
            id,
            ordinal,
            line.Columns,
            line.Value,
            line.Components,
            line.Became,
            Carried = JsonNamingPolicy.SnakeCaseLower.ConvertName(line.Carried.ToString()),
            line.Why,
            line.Rows,
            line.Sum,
        }).ToList();
        if (lines.Count > 0)
            await change.ExecuteAsync(
                """
                insert into flows_ledger (import_id, ordinal, columns, value, components, became, carried, why, rows, sum)
                values (@id, @ordinal, @Columns, @Value, @Components, @Became, @Carried, @Why, @Rows, @Sum)
                """,
                lines);
    }
}
