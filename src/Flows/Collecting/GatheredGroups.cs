using Dapper;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;
using Tambo.Platform.Jobs;

namespace Tambo.Flows.Collecting;

/// <summary>A standing record as it lies in its table.</summary>
internal sealed record StoredGroup
{
    public Guid Id { get; init; }

    public int Version { get; init; }

    public Guid PointId { get; init; }

    public string Payload { get; init; } = "";

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What it says in each of its tables; nothing, and somebody is told, when no figures can be made of it.</summary>
    public IReadOnlyList<(string Series, IReadOnlyList<GroupObservation> Observations)> Observations(Point point, RecordsAside aside) =>
        GroupObservations.TryOf(Payload, _ => point, failure => aside.Note(Id, failure));
}

/// <summary>
/// The figures of records that no import holds yet, as segments in memory, so that they are answered from within a second.
/// Read again when asked for and older than that: what another process of the node has taken is in it too.
/// </summary>
public sealed class GatheredGroups : IDisposable
{
    private const int FullChunk = 4096;
    private const int Portion = 64;

    // A record is dated when it is written and seen when it is committed: later ones may be seen before, by a moment as a rule. The
    // number of records tells whether some were.
    private static readonly TimeSpan[] Overlaps = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10)];

    private readonly NodeDb db;
    private readonly LivePoints points;
    private readonly RecordsAside aside;
    private readonly SharedLoad load;
    private volatile Snapshot? snapshot;
    private Gathered? gathered;

    /// <param name="db">The node's database.</param>
    /// <param name="points">Where groups are counted.</param>
    /// <param name="aside">Hears of records that cannot be counted.</param>
    public GatheredGroups(NodeDb db, LivePoints points, RecordsAside aside)
    {
        (this.db, this.points, this.aside) = (db, points, aside);
        load = new SharedLoad(LoadAsync);
    }

    /// <summary>How long what was read is answered from.</summary>
    internal TimeSpan GoodFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The figures beside so many imports of sealed records; null when by now there are more of these.</summary>
    internal async ValueTask<IReadOnlyList<StandingImport>?> BesideAsync(int seals, CancellationToken cancellationToken)
    {
        if ((await points.AllAsync(cancellationToken)).Count == 0)
            return [];
        var asked = db.Time.GetTimestamp();
        while (snapshot is not { } present || present.Seals < seals || db.Time.GetElapsedTime(present.ReadAt, asked) > GoodFor)
            await load.RunAsync().WaitAsync(cancellationToken);
        // Whoever asks next need not wait for what can be read meanwhile.
        if (snapshot is { } known && db.Time.GetElapsedTime(known.ReadAt, asked) > GoodFor / 2)
            _ = load.RunAsync();
        return snapshot is { } now && now.Seals == seals ? now.Imports : null;
    }

    /// <summary>The figures of records that were known at a moment, and lay in no import then.</summary>
    internal async Task<IReadOnlyList<StandingImport>> AtAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        if ((await points.AllAsync(cancellationToken)).Count == 0)
            return [];
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<StoredGroup>(
            """
            select id, version, point_id, payload, received_at from flows_groups
            where received_at <= @moment and (superseded_at is null or superseded_at > @moment) and (sealed_at is null or sealed_at > @moment) and not withdrawn
            order by received_at, id
            """,
            new { moment });
        var then = new Gathered(aside);
        foreach (var row in rows)
            then.Add(row, await points.OfAsync(row.PointId, cancellationToken));
        return then.Imports();
    }

    /// <inheritdoc />
    public void Dispose() => load.Dispose();

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var readAt = db.Time.GetTimestamp();
        await using var connection = await db.ReadAsync(cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(db.Dialect.OneMoment, cancellationToken);
        var seals = await connection.ExecuteScalarAsync<int>("select count(*) from flows_imports where state = 'standing' and mapping_hash = @Sealed", new { SealGroups.Sealed }, moment);
        var (rows, gone) = await connection.QuerySingleAsync<(long Rows, long Gone)>(
            "select count(*), coalesce(sum(case when superseded_at is null and not withdrawn then 0 else 1 end), 0) from flows_groups where sealed_at is null", transaction: moment);
        // Whatever fails on the way leaves nothing half read to go on from.
        var (before, present) = (snapshot, gathered);
        gathered = null;
        if (present is null || before is null || before.Seals != seals || before.Gone != gone || !await TryContinueAsync(present, connection, moment, rows - gone, cancellationToken))
        {
            present = new Gathered(aside);
            await ReadAsync(present, connection, moment, DateTimeOffset.MinValue, cancellationToken);
        }

        snapshot = new Snapshot(present.Imports(), seals, gone, readAt);
        gathered = present;
    }

    private async Task<bool> TryContinueAsync(
        Gathered present, System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction moment, long standing, CancellationToken cancellationToken)
    {
        foreach (var overlap in Overlaps)
        {
            if (present.Records != standing)
                await ReadAsync(present, connection, moment, present.Latest > DateTimeOffset.MinValue + overlap ? present.Latest - overlap : DateTimeOffset.MinValue, cancellationToken);
        }

        return present.Records == standing;
    }

    // Thousands at a time while many are sent: in portions, between which those who send them have their turn.
    private async Task ReadAsync(Gathered into, System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction moment, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var read = 0;
        var rows = connection.QueryUnbufferedAsync<StoredGroup>(
            """
            select id, version, point_id, payload, received_at from flows_groups
            where sealed_at is null and received_at >= @since and superseded_at is null and not withdrawn
            order by received_at, id
            """,
            new { since },
            moment);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            into.Add(row, await points.OfAsync(row.PointId, cancellationToken));
            if (++read % Portion == 0)
                await Task.Yield();
        }
    }

    private sealed record Snapshot(IReadOnlyList<StandingImport> Imports, int Seals, long Gone, long ReadAt);

    /// <summary>What has gathered, table by table.</summary>
    private sealed class Gathered(RecordsAside aside)
    {
        private readonly HashSet<(Guid, int)> known = [];
        private readonly Dictionary<string, Table> tables = new(StringComparer.Ordinal);

        public long Records => known.Count;

        public DateTimeOffset Latest { get; private set; } = DateTimeOffset.MinValue;

        public void Add(StoredGroup row, Point point)
        {
            if (!known.Add((row.Id, row.Version)))
                return;
            Latest = row.ReceivedAt > Latest ? row.ReceivedAt : Latest;
            foreach (var (series, observations) in row.Observations(point, aside))
            {
                if (!tables.TryGetValue(series, out var table))
                    tables[series] = table = new Table(series, point.Training);
                table.Add(row, observations);
            }
        }

        public IReadOnlyList<StandingImport> Imports() => [.. tables.Values.SelectMany(table => table.Imports())];
    }

    /// <summary>One table in segments: full ones that stay, and a last one that grows.</summary>
    private sealed class Table(string series, bool training)
    {
        private readonly List<StandingImport> full = [];
        private GroupObservations last = new();
        private List<(Guid, int)> records = [];
        private int shown;
        private DateTimeOffset received;
        private StandingImport? latest;

        public void Add(StoredGroup row, IReadOnlyList<GroupObservation> observations)
        {
            received = row.ReceivedAt > received ? row.ReceivedAt : received;
            records.Add((row.Id, row.Version));
            last.Add(observations, records.Count);
            if (records.Count < FullChunk)
                return;
            full.Add(Standing(last.Batch()));
            (last, records, shown, latest) = (new GroupObservations(), [], 0, null);
        }

        public IEnumerable<StandingImport> Imports()
        {
            if (last.Count != shown)
                (latest, shown) = (Standing(last.Batch()), last.Count);
            return latest is null ? full : full.Append(latest);
        }

        private StandingImport Standing(ObservationBatch batch)
        {
            using var bytes = new MemoryStream();
            var writer = new SegmentWriter(bytes, Dataflow.Flow.Components);
            writer.Add(batch);
            writer.Finish(Dataflow.Flow.Code);
            return new StandingImport
            {
                Id = Guid.Empty,
                Series = series,
                Dataflow = Dataflow.Flow.Code,
                Training = training,
                FileHash = "",
                MappingHash = "",
                CommittedAt = received,
                Ledger = [],
                Records = [.. records],
                Whole = SegmentFile.Of(bytes.ToArray()),
            };
        }
    }
}
