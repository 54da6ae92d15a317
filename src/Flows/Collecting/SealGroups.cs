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
internal sealed class SealGroups(NodeDb db, BlobStore blobs, LivePoints points)
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
            await SealAsync(series, cancellationToken);
            done++;
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
        var series = await connection.QuerySingleAsync<string>("select series from flows_imports where id = @import", new { import });
        var (original, segment, observations) = await StoreAsync(rows, cancellationToken);
        await using var change = await db.BeginAsync(write.Actor, write.Change, GroupWrite.SubjectOf(write.Group.Id), cancellationToken);
        var now = db.Time.GetUtcNow();
        change.Describe(write.Details);
        var made = await InsertAsync(change, series, rows.Count, original, segment, observations, now);
        change.AlsoRecord("flows.import.committed", made.ToString("D"), new { series, rows.Count, segment.Hash });
        await change.ExecuteAsync("insert into flows_replacements (import_id, period, by_import, at) values (@import, '*', @made, @now)", new { import, made, now });
        if (await change.ExecuteAsync(
            "update flows_groups set import_id = @made where import_id = @import and superseded_at is null and not withdrawn and id <> @Id", new { import, made, write.Group.Id }) != rows.Count)
            throw PlatformProblems.Changed.With();
        await write.InsertAsync(change, now);
        change.Touch("flows");
        await change.CommitAsync(cancellationToken);
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
        var (original, segment, observations) = await StoreAsync(standing, cancellationToken);
        await using var change = await db.BeginAsync(Actor.Job(Job.Name), "flows.groups.sealed", series, cancellationToken, bulk: true);
        var now = db.Time.GetUtcNow();
        change.Describe(new { records = standing.Count, observations, original.Hash, segment = segment.Hash });
        var made = await InsertAsync(change, series, standing.Count, original, segment, observations, now);
        // Whatever was corrected since it was read must not be sealed as it was: then all is looked at again at the next turn.
        if (await change.ExecuteAsync(
            "update flows_groups set sealed_at = @now, import_id = @made where id = @Id and version = @Version and sealed_at is null and (superseded_at is null and not withdrawn) = @Stands",
            all.Select(row => new { row.Id, row.Version, row.Stands, now, made }).ToList()) != all.Count)
            return;
        change.Touch("flows");
        await change.CommitAsync(cancellationToken);
    }

    private async Task<(StoredBlob Original, StoredBlob Segment, long Observations)> StoreAsync(IReadOnlyList<StoredGroup> rows, CancellationToken cancellationToken)
    {
        using var original = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row.Payload.ReplaceLineEndings(" ") + "\n"))));
        var observations = new GroupObservations();
        for (var line = 0; line < rows.Count; line++)
        {
            var (group, point) = (rows[line].Read(), await points.OfAsync(rows[line].PointId, cancellationToken));
            foreach (var series in GroupObservations.SeriesOf(group, point))
                observations.Add(group, point, series, line + 1);
        }

        using var segment = new MemoryStream();
        var writer = new SegmentWriter(segment, Dataflow.Flow.Components);
        writer.Add(observations.Batch());
        writer.Finish(Dataflow.Flow.Code);
        segment.Position = 0;
        return (await blobs.PutAsync(original, cancellationToken), await blobs.PutAsync(segment, cancellationToken), observations.Count);
    }

    private static async Task<Guid> InsertAsync(Change change, string series, int records, StoredBlob original, StoredBlob segment, long observations, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        await change.ExecuteAsync(
            """
            insert into flows_imports (id, series, dataflow, mapping, mapping_version, mapping_hash, mapping_json, file_name, file_hash, file_bytes, state, actor,
                started_at, committed_at, rows_read, rows_refused, rows_left_out, observations, issue_counts, segment_hash, segment_bytes)
            values (@id, @series, @Flow, @Sealed, 1, @Sealed, '{}', @FileName, @FileHash, @FileBytes, 'standing', @Actor,
                @now, @now, @records, 0, 0, @observations, '{}', @SegmentHash, @SegmentBytes)
            """,
            new
            {
                id,
                series,
                Flow = Dataflow.Flow.Code,
                Sealed,
                FileName = string.Create(CultureInfo.InvariantCulture, $"{series} {now:yyyy-MM-dd}.jsonl"),
                FileHash = original.Hash,
                FileBytes = original.Bytes,
                Actor = Actor.Job(Job.Name).AuditName,
                now,
                records,
                observations,
                SegmentHash = segment.Hash,
                SegmentBytes = segment.Bytes,
            });
        return id;
    }

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
