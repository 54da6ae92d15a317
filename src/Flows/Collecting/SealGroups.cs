using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>
/// Makes imports of records that have gathered, so that they are segments like all other figures: the records as they were
/// sent, one a line, are the original. A correction of a sealed record makes the import anew without it.
/// </summary>
internal sealed class SealGroups(NodeDb db, BlobStore blobs, LivePoints points, RecordsAside aside)
{
    /// <summary>The mapping that imports of records name; the form of a record is its version.</summary>
    public const string Sealed = "group-records-1";

    private const int Enough = 20_000;
    private const int EnoughInAll = 100_000;
    private static readonly TimeSpan LongEnough = TimeSpan.FromDays(31);

    /// <summary>Looks every ten minutes for what has gathered.</summary>
    public static Job Job { get; } = new("flows.groups_sealed", TimeSpan.FromMinutes(10), static (services, cancellationToken) =>
        ((SealGroups)services.GetService(typeof(SealGroups))!).RunAsync(cancellationToken));

    /// <summary>Seals what has gathered long enough, or is enough; all of it when told so.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken, bool all = false)
    {
        var done = 0;
        foreach (var series in await DueAsync(all, cancellationToken))
        {
            try
            {
                await SealAsync(series, cancellationToken);
                aside.Clear(series);
                done++;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The tables after it are sealed all the same.
                aside.NoteSeries(series, failure);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{done} imports made");
    }

    /// <summary>Writes a correction of a record that lies in an import: the import stands without the earlier version from then on.</summary>
    public async Task CorrectAsync(GroupWrite write, Guid import, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<StoredGroup>(
            """
            select id, version, point_id, payload, received_at from flows_groups
            where import_id = @import and superseded_at is null and not withdrawn and id <> @Id order by received_at, id
            """,
            new { import, write.Group.Id })).AsList();
        // The tables of care and reasons beside the main one came from the same records at the same moment.
        var beside = (await connection.QueryAsync<(Guid Id, string Series)>(
            """
            select i.id, i.series from flows_imports i join flows_imports m on m.file_hash = i.file_hash and m.committed_at = i.committed_at and m.mapping_hash = i.mapping_hash
            where m.id = @import order by i.id
            """,
            new { import })).ToDictionary(one => one.Series, one => one.Id, StringComparer.Ordinal);
        var main = beside.First(one => one.Value == import).Key;
        var made = await StoreAsync(main, rows, cancellationToken);
        await using var change = await db.BeginAsync(write.Actor, write.Change, GroupWrite.SubjectOf(write.Group.Id), cancellationToken);
        var now = db.Time.GetUtcNow();
        change.Describe(write.Details);
        var by = await InsertAsync(change, rows.Count, made, now);
        change.AlsoRecord("flows.groups.sealed", main, new { records = rows.Count, made.Original.Hash });
        foreach (var (series, id) in beside)
        {
            await change.ExecuteAsync(
                "insert into flows_replacements (import_id, period, by_import, at) values (@id, '*', @By, @now)", new { id, By = by.GetValueOrDefault(series, by[main]), now });
        }

        if (await change.ExecuteAsync(
            "update flows_groups set import_id = @By where import_id = @import and superseded_at is null and not withdrawn and id <> @Id", new { import, By = by[main], write.Group.Id }) != rows.Count)
            throw PlatformProblems.Changed.With();
        await write.InsertAsync(change, now);
        change.Touch("flows");
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Makes the segment of a table again from its original, line by line: the same bytes.</summary>
    public static async Task WriteAsync(Stream segment, Stream original, string series, IReadOnlyDictionary<string, Point> points, CancellationToken cancellationToken)
    {
        var (table, line) = (new GroupObservations(), 0);
        using var reader = new StreamReader(original, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } payload)
        {
            line++;
            foreach (var (_, observations) in GroupObservations.TryOf(payload, group => points[group.Point]).Where(one => one.Series == series))
                table.Add(observations, line);
        }

        Write(segment, table);
    }

    private static void Write(Stream segment, GroupObservations table)
    {
        var writer = new SegmentWriter(segment, Dataflow.Flow.Components);
        writer.Add(table.Batch());
        writer.Finish(Dataflow.Flow.Code);
    }

    private async Task<IReadOnlyList<string>> DueAsync(bool all, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var gathered = (await connection.QueryAsync<(string Series, long Count, DateTimeOffset Oldest)>(
            """
            select p.series, count(*), min(g.received_at) from flows_groups g join flows_points p on p.id = g.point_id
            where g.sealed_at is null group by p.series order by count(*) desc
            """)).AsList();
        var tooMany = gathered.Sum(series => series.Count) > EnoughInAll;
        var old = db.Time.GetUtcNow() - LongEnough;
        return [.. gathered.Where((series, at) => all || series.Count >= Enough || series.Oldest < old || (tooMany && at < gathered.Count / 2 + 1)).Select(series => series.Series)];
    }

    private async Task SealAsync(string series, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var all = (await connection.QueryAsync<Gathered>(
            """
            select g.id, g.version, g.point_id, g.payload, g.received_at, g.superseded_at is null and not g.withdrawn as stands
            from flows_groups g join flows_points p on p.id = g.point_id where p.series = @series and g.sealed_at is null order by g.received_at, g.id
            """,
            new { series })).AsList();
        var standing = all.Where(row => row.Stands).Select(row => row.Stored).ToList();
        var stored = await StoreAsync(series, standing, cancellationToken);
        await using var change = await db.BeginAsync(Actor.Job(Job.Name), "flows.groups.sealed", series, cancellationToken, bulk: true);
        var now = db.Time.GetUtcNow();
        change.Describe(new { records = standing.Count, stored.Original.Hash });
        var made = (await InsertAsync(change, standing.Count, stored, now))[series];
        // Whatever was corrected since it was read must not be sealed as it was: then all is looked at again at the next turn.
        if (await change.ExecuteAsync(
            "update flows_groups set sealed_at = @now, import_id = @made where id = @Id and version = @Version and sealed_at is null and (superseded_at is null and not withdrawn) = @Stands",
            all.Select(row => new { row.Id, row.Version, row.Stands, now, made }).ToList()) != all.Count)
            return;
        change.Touch("flows");
        await change.CommitAsync(cancellationToken);
    }

    // The main table first, and though it be empty; all of them from the same lines.
    private async Task<Stored> StoreAsync(string main, List<StoredGroup> rows, CancellationToken cancellationToken)
    {
        using var original = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row.Payload.ReplaceLineEndings(" ") + "\n"))));
        var tables = new Dictionary<string, GroupObservations>(StringComparer.Ordinal) { [main] = new() };
        for (var line = 0; line < rows.Count; line++)
        {
            foreach (var (series, observations) in rows[line].Observations(await points.OfAsync(rows[line].PointId, cancellationToken), aside))
            {
                if (!tables.TryGetValue(series, out var table))
                    tables[series] = table = new GroupObservations();
                table.Add(observations, line + 1);
            }
        }

        var segments = new List<(string, StoredBlob, long)>();
        foreach (var (series, table) in tables)
        {
            using var segment = new MemoryStream();
            Write(segment, table);
            segments.Add((series, await blobs.PutAsync(segment, cancellationToken), table.Count));
        }

        return new Stored(await blobs.PutAsync(original, cancellationToken), segments);
    }

    private static async Task<Dictionary<string, Guid>> InsertAsync(Change change, int records, Stored stored, DateTimeOffset now)
    {
        var made = stored.Segments.ToDictionary(one => one.Series, _ => Guid.CreateVersion7(now), StringComparer.Ordinal);
        await change.ExecuteAsync(
            """
            insert into flows_imports (id, series, dataflow, mapping, mapping_version, mapping_hash, mapping_json, file_name, file_hash, file_bytes, state, actor,
                started_at, committed_at, rows_read, rows_refused, rows_left_out, observations, issue_counts, segment_hash, segment_bytes)
            values (@Id, @Series, @Flow, @Sealed, 1, @Sealed, '{}', @FileName, @FileHash, @FileBytes, 'standing', @Actor,
                @now, @now, @records, 0, 0, @Observations, '{}', @SegmentHash, @SegmentBytes)
            """,
            stored.Segments.Select(one => new
            {
                Id = made[one.Series],
                one.Series,
                Flow = Dataflow.Flow.Code,
                Sealed,
                FileName = string.Create(CultureInfo.InvariantCulture, $"{one.Series} {now:yyyy-MM-dd}.jsonl"),
                FileHash = stored.Original.Hash,
                FileBytes = stored.Original.Bytes,
                Actor = Actor.Job(Job.Name).AuditName,
                now,
                records,
                one.Observations,
                SegmentHash = one.Segment.Hash,
                SegmentBytes = one.Segment.Bytes,
            }).ToList());
        return made;
    }

    private sealed record Stored(StoredBlob Original, IReadOnlyList<(string Series, StoredBlob Segment, long Observations)> Segments);

    private sealed record Gathered
    {
        public Guid Id { get; init; }

        public int Version { get; init; }

        public Guid PointId { get; init; }

        public string Payload { get; init; } = "";

        public DateTimeOffset ReceivedAt { get; init; }

        public bool Stands { get; init; }

        public StoredGroup Stored => new() { Id = Id, Version = Version, PointId = PointId, Payload = Payload, ReceivedAt = ReceivedAt };
    }
}
