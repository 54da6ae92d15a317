using System.Globalization;
using System.Text.Json;
using Dapper;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Jobs;
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
    /// <summary>True to let a further file of a series in though more than a tenth of its rows are refused.</summary>
    public bool AcceptRefused { get; init; }

    /// <summary>Is told now and then how many rows were read, and how much of the file.</summary>
    public IProgress<WorkSoFar>? Progress { get; init; }

    /// <summary>Under which id it is to be known; a new one when not said.</summary>
    public Guid? Id { get; init; }
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

    /// <summary>True when it counts, or would, only with <see cref="FlowsImport.AcceptRefused"/>: figures stand already, and many rows are refused.</summary>
    public bool NeedsAcceptance { get; init; }

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
    /// <exception cref="Problem">The file cannot be read, no row of it can be used, or too few to stand instead of what is there.</exception>
    public async Task<FlowsImportReport> RunAsync(FlowsImport import, Actor actor, CancellationToken cancellationToken)
    {
        var mapping = import.Mapping.Mapping;
        var now = db.Time.GetUtcNow();
        var staging = Path.Combine(Directory.CreateDirectory(Path.Combine(settings.Folder, "staging")).FullName, $"{Guid.CreateVersion7(now):N}.segment");
        try
        {
            if (import.DryRun)
                return await TryAsync(import, staging, now, cancellationToken);
            var original = await blobs.PutAsync(import.Bytes, cancellationToken);
            var known = (await live.GetAsync(cancellationToken)).Where(one => one.Series == mapping.Series.Code).ToList();
            var standing = known.FindAll(one => one.StandsAt(null));
            if (standing.Find(one => one.FileHash == original.Hash && one.MappingHash == import.Mapping.Hash && one.Replaced.Count == 0) is { } same)
            {
                // The file that came again is a new chance for observations that are damaged together with their original.
                if (same.Whole is null && !(await blobs.MendAsync(original.Hash, import.Bytes, cancellationToken) && await live.MendAsync(same.Name, again: true, cancellationToken)))
                    throw FlowsProblems.SegmentDamaged.With(("what", same.Name));
                return new FlowsImportReport { Series = mapping.Series.Code, Unchanged = true };
            }

            var id = import.Id ?? Guid.CreateVersion7(now);
            await using var held = await db.HoldAsync(BrokenOffImports.HoldOf(id), cancellationToken);
            live.UnderWay[id] = staging;
            try
            {
                await BeginAsync(id, import, original, actor, now, cancellationToken);
                var file = await HarmoniseAsync(import, staging, now, cancellationToken);
                if (file.ManyRefused && standing.Count > 0 && !import.AcceptRefused)
                    throw FlowsProblems.ManyRefused.With(("file", import.Name), ("read", file.Read), ("refused", file.Refused), ("series", mapping.Series.Code));
                var report = await CommitAsync(id, import, file, original, staging, known, actor, cancellationToken);
                await live.RollUpAsync(id);
                return report;
            }
            catch (Exception failure)
            {
                await BrokenOffImports.MarkAsync(db, id, actor);
                // Somebody else brought the same file meanwhile: it stands, as was asked for.
                if (failure is Problem { Kind: var kind } && kind == PlatformProblems.Changed && await StandsAsync(import, original))
                    return new FlowsImportReport { Series = mapping.Series.Code, Unchanged = true };
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

    private async Task<FlowsImportReport> TryAsync(FlowsImport import, string staging, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var file = await HarmoniseAsync(import, staging, now, cancellationToken);
        var series = import.Mapping.Mapping.Series.Code;
        return new FlowsImportReport { Series = series, File = file, NeedsAcceptance = file.ManyRefused && await live.HasFiguresAsync(series, cancellationToken) };
    }

    private async Task<HarmonisedFile> HarmoniseAsync(FlowsImport import, string staging, DateTimeOffset now, CancellationToken cancellationToken)
    {
        HarmonisedFile file;
        await using (var segment = new FileStream(staging, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20))
        {
            file = await Task.Run(
                () => new HarmoniseFile(import.Mapping.Mapping, DateOnly.FromDateTime(now.UtcDateTime), Environment.ProcessorCount, import.Progress).Run(import.Bytes, segment, cancellationToken),
                cancellationToken);
        }

        if (file.Kept == 0)
            throw FlowsProblems.ImportEmpty.With(("file", import.Name), ("read", file.Read), ("issues", file.Issues.Total));
        file.LookForRepeats(import.Mapping.Mapping, staging);
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
        Guid id, FlowsImport import, HarmonisedFile file, StoredBlob original, string staging, List<StandingImport> known, Actor actor, CancellationToken cancellationToken)
    {
        StoredBlob segment;
        await using (var bytes = File.OpenRead(staging))
            segment = await blobs.PutAsync(bytes, cancellationToken);
        var mapping = import.Mapping.Mapping;
        var replaces = Plan(mapping, staging, known.Where(one => one.StandsAt(null)), await AgainAsync(import, original, cancellationToken));
        await using var change = await db.BeginAsync(actor, "flows.import.committed", id.ToString("D"), cancellationToken, bulk: true);
        change.Describe(new { series = mapping.Series.Code, file.Read, file.Kept, file.Refused, file.LeftOut, segment.Hash, import.AcceptRefused });
        await TakeSeriesAsync(change, mapping, known);
        await WriteIssuesAsync(change, id, file);
        await WriteLedgerAsync(change, id, file);
        await WriteHoursAsync(change, id, file);
        // Last of all, so that what is asked as of a moment is as a rule the same before and after this is committed.
        var now = await MomentAsync(change, mapping.Series.Code);
        var done = await change.ExecuteAsync(
            """
            update flows_imports set state = 'standing', committed_at = @now, rows_read = @Read, rows_refused = @Refused, rows_left_out = @LeftOut,
                observations = @Kept, hours = @HoursKnown, issue_counts = @Counts, segment_hash = @Hash, segment_bytes = @Bytes, tables = @Tables
            where id = @id and state = 'reading'
            """,
            new { id, now, file.Read, file.Refused, file.LeftOut, file.Kept, file.HoursKnown, Counts = JsonSerializer.Serialize(file.Issues.Counts), segment.Hash, segment.Bytes, Tables = JsonSerializer.Serialize(file.Tables) });
        if (done != 1)
            throw PlatformProblems.Changed.With();
        var replaced = await ReplaceAsync(change, id, replaces, now);
        change.Touch(Area);
        // Given up until here nothing counts, and from here on everything does: never is it left open which.
        cancellationToken.ThrowIfCancellationRequested();
        await change.CommitAsync(CancellationToken.None);
        return new FlowsImportReport { Id = id, Series = mapping.Series.Code, File = file, Replaced = replaced, NeedsAcceptance = file.ManyRefused && known.Exists(one => one.StandsAt(null)) };
    }

    // The row of the series is taken first, on PostgreSQL until the end of the transaction: of two imports at once the second
    // sees what the first one wrote, and must look again.
    private static async Task TakeSeriesAsync(Change change, Mapping mapping, List<StandingImport> known)
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
        };
        var isNew = await change.ExecuteAsync(
            """
            insert into flows_series (code, dataflow, title, publisher, via, licence, link, training, version)
            values (@Code, @Dataflow, @Title, @Publisher, @Via, @Licence, @Link, @Training, 1) on conflict (code) do nothing
            """,
            values) == 1;
        if (!isNew && await change.ExecuteAsync(
            """
            update flows_series set title = @Title, publisher = @Publisher, via = @Via, licence = @Licence, link = @Link, version = version + 1
            where code = @Code and dataflow = @Dataflow and training = @Training
            """,
            values) != 1)
            throw FlowsProblems.SeriesDiffers.With(("series", series.Code));
        var present = await change.QueryAsync<Guid>("select id from flows_imports where series = @Code and state = 'standing'", values);
        if (!present.ToHashSet().SetEquals(known.Select(one => one.Id)))
            throw PlatformProblems.Changed.With();
    }

    // Later than anything that the series has, though the clock was put back or two come within its step.
    private async Task<DateTimeOffset> MomentAsync(Change change, string series)
    {
        var latest = await change.QuerySingleOrDefaultAsync<string?>("select max(committed_at) from flows_imports where series = @series and state = 'standing'", new { series });
        var now = Instants.Read(Instants.Write(db.Time.GetUtcNow()));
        return latest is not null && Instants.Read(latest) is var last && last >= now ? last.AddMilliseconds(1) : now;
    }

    private async Task<bool> StandsAsync(FlowsImport import, StoredBlob original)
    {
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            """
            select count(*) from flows_imports i where series = @Series and file_hash = @FileHash and mapping_hash = @MappingHash and state = 'standing'
                and not exists (select 1 from flows_replacements r where r.import_id = i.id)
            """,
            new { Series = import.Mapping.Mapping.Series.Code, FileHash = original.Hash, MappingHash = import.Mapping.Hash }) > 0;
    }

    private static List<(Guid Import, ReplacedScope? Scope, string Periods)> Plan(Mapping mapping, string staging, IEnumerable<StandingImport> standing, HashSet<Guid> again)
    {
        using var file = SegmentFile.Open(staging);
        var plan = new List<(Guid, ReplacedScope?, string)>();
        foreach (var import in standing)
        {
            try
            {
                plan.AddRange(again.Contains(import.Id) ? [(import.Id, null, Replacements.All)] : ReplacePlan.Of(mapping, file, import).Select(part => (import.Id, part.Scope, part.Periods)));
            }
            catch (SegmentDamagedException)
            {
                throw FlowsProblems.SegmentDamaged.With(("what", import.Name));
            }
            catch (CubeTooLargeException)
            {
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", "replaces_within"));
            }
        }

        return plan;
    }

    // The same table of the same bytes is never there twice, whatever has changed in its mapping. Two sheets, or two lists, of one
    // file are two tables.
    private async Task<HashSet<Guid>> AgainAsync(FlowsImport import, StoredBlob original, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var same = await connection.QueryAsync<(Guid Id, string Json)>(
            "select id, mapping_json from flows_imports where series = @Code and file_hash = @Hash and state = 'standing'", new { import.Mapping.Mapping.Series.Code, original.Hash });
        return [.. same.Where(one => !IsOtherTable(one.Json, import.Mapping.Mapping.File)).Select(one => one.Id)];
    }

    private static bool IsOtherTable(string mapping, MappedFile file)
    {
        try
        {
            var other = MappingShelf.Read(mapping, "").Mapping.File;
            return Differ(other.Sheet, file.Sheet) || Differ(Joined(other), Joined(file)) || Differ(other.Rows, file.Rows) || Differ(other.Repeat, file.Repeat);
        }
        catch (Problem)
        {
            return false;
        }

        static string? Joined(MappedFile file) => file.Sheets is null ? null : string.Join('\n', file.Sheets);

        static bool Differ(string? one, string? other) => one is not null && other is not null && one != other;
    }

    private static async Task<IReadOnlyList<Guid>> ReplaceAsync(Change change, Guid by, List<(Guid Import, ReplacedScope? Scope, string Periods)> plan, DateTimeOffset at)
    {
        if (plan.Count > 0)
            await change.ExecuteAsync(
                "insert into flows_replacements (import_id, scope, period, by_import, at) values (@Import, @Scope, @Periods, @by, @at) on conflict do nothing",
                plan.Select(part => new { part.Import, Scope = ReplacedScope.Written(part.Scope), part.Periods, by, at }).ToList());
        return [.. plan.Select(part => part.Import).Distinct()];
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
            Source = issue.Source ?? "",
        }).ToList();
        if (issues.Count > 0)
            await change.ExecuteAsync(
                "insert into flows_issues (import_id, ordinal, line, column_number, code, value, severity, source) values (@id, @ordinal, @Line, @Column, @Code, @Value, @Severity, @Source)",
                issues);
    }

    private static async Task WriteHoursAsync(Change change, Guid id, HarmonisedFile file)
    {
        if (file.HoursKnown > 0)
            await change.ExecuteAsync(
                "insert into flows_hours (import_id, area, point, said) values (@id, @Area, @Point, @Said)",
                file.Hours.Written().Select(point => new { id, point.Area, point.Point, point.Said }).ToList());
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
