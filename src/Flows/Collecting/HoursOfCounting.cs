using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Tambo.Flows.Imports;
using Tambo.Platform.Database;
using Tambo.Platform.Jobs;

namespace Tambo.Flows.Collecting;

/// <summary>For how long people were counted at one point.</summary>
internal interface IHoursOfPoint
{
    /// <summary>The country or area that its figures name.</summary>
    string Area { get; }

    /// <summary>The code that its figures name.</summary>
    string Code { get; }

    /// <summary>
    /// Adds the hours of a span of days; nothing where it lies before anybody counted, or ahead. False when something was counted in it
    /// of which the hours are not known: then nobody knows those of the span.
    /// </summary>
    bool TryAdd(DateOnly from, DateOnly until, ref HoursSum sum);
}

/// <summary>Hours that are being added up: of hundreds of points for each day of a year.</summary>
internal struct HoursSum
{
    private bool isAny, isOpenUnknown, areDaysUnknown;
    private double observed, open;
    private int daysObserved, daysOpen;

    /// <summary>What they come to; null when there were none.</summary>
    public readonly CountingHours? Told => !isAny ? null
        : new CountingHours(observed, isOpenUnknown ? null : open, areDaysUnknown ? null : daysObserved, areDaysUnknown ? null : daysOpen);

    /// <summary>Adds hours; what is not known of some is not known of all.</summary>
    public void Add(double observed, double? open, int? daysObserved, int? daysOpen)
    {
        isAny = true;
        this.observed += observed;
        this.open += open ?? 0;
        this.daysObserved += daysObserved ?? 0;
        this.daysOpen += daysOpen ?? 0;
        isOpenUnknown |= open is null;
        areDaysUnknown |= daysObserved is null || daysOpen is null;
    }
}

/// <summary>The hours of every point at which somebody has said when they count, as known at a moment.</summary>
/// <param name="ByTable">The points of each table of figures, with their hours.</param>
internal sealed record KnownHours(IReadOnlyDictionary<string, IReadOnlyList<IHoursOfPoint>> ByTable)
{
    /// <summary>Nobody has said anything.</summary>
    public static KnownHours None { get; } = new(new Dictionary<string, IReadOnlyList<IHoursOfPoint>>());

    /// <summary>
    /// A word that changes when hours of real points do, or of those for practice; the same in every process of the node. What
    /// files say changes with the imports alone.
    /// </summary>
    public string Stamp(bool training) => string.Join(' ', ByTable.Values.SelectMany(points => points).OfType<HoursAt>().Where(one => one.Point.Training == training).DistinctBy(one => one.Point.Id)
        .OrderBy(one => one.Point.Code, StringComparer.Ordinal).Select(one => $"{one.Point.Code} {one.Stamp}"));
}

/// <summary>A point with its hours.</summary>
internal sealed class HoursAt(Point point, IReadOnlyCollection<CountingShift> shifts, DateTimeOffset now) : IHoursOfPoint
{
    private readonly Lazy<PointHours> hours = new(() => new PointHours(point, shifts, now));

    /// <summary>The point.</summary>
    public Point Point => point;

    /// <inheritdoc />
    public string Area => point.Country;

    /// <inheritdoc />
    public string Code => point.Code;

    /// <summary>The moment that nothing is missing after.</summary>
    public DateTimeOffset Now => now;

    /// <inheritdoc />
    public bool TryAdd(DateOnly from, DateOnly until, ref HoursSum sum)
    {
        if (hours.Value.Of(from, until) is { } said)
            sum.Add(said.Observed, said.Open, said.DaysObserved, said.DaysOpen);
        return true;
    }

    /// <summary>A word that changes when they may.</summary>
    public string Stamp { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{point.Version} {now.UtcTicks} {shifts.Count} {shifts.Sum(shift => shift.StartedAt.Ticks % 1_000_003)} {shifts.Sum(shift => ((shift.EndedAt ?? shift.LastAt)?.UtcTicks ?? 0) % 1_000_003)}");
}

/// <summary>Knows for how long people were counted at each point: read from the shifts, again when there are new ones.</summary>
public sealed class HoursOfCounting : IDisposable
{
    // Hours are told to the tenth; nothing changes in between but by what somebody says.
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(6);

    // A saying is dated when it is written and seen when it is committed: later ones may be seen before.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private const int MostMoments = 8;

    private readonly NodeDb db;
    private readonly LivePoints points;
    private readonly HoursOfImports files;
    private readonly SharedLoad load;
    private readonly ConcurrentDictionary<DateTimeOffset, KnownHours> past = new();
    private Dictionary<Guid, Dictionary<Guid, ShiftRow>> shifts = [];
    private Dictionary<Guid, HoursAt> hours = [];
    private volatile Snapshot? snapshot;

    /// <param name="db">The node's database.</param>
    /// <param name="points">Where groups are counted.</param>
    public HoursOfCounting(NodeDb db, LivePoints points)
    {
        (this.db, this.points, files) = (db, points, new HoursOfImports(db));
        load = new SharedLoad(LoadAsync);
    }

    /// <summary>How long what was read is answered from.</summary>
    internal TimeSpan GoodFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The hours as they were known at a moment, with what the files of imports say; null is now.</summary>
    internal async ValueTask<KnownHours> AsOfAsync(DateTimeOffset? asOf, IReadOnlyList<StandingImport> imports, CancellationToken cancellationToken) =>
        await files.WithAsync(await AsOfAsync(asOf, cancellationToken), imports, asOf, cancellationToken);

    /// <summary>The hours of shifts as they were known at a moment; null is now.</summary>
    internal async ValueTask<KnownHours> AsOfAsync(DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        if ((await points.AllAsync(cancellationToken)).Count == 0)
            return KnownHours.None;
        if (asOf is { } moment && moment <= db.Time.GetUtcNow())
            return await AtAsync(moment, cancellationToken);
        var asked = db.Time.GetTimestamp();
        while (snapshot is not { } present || db.Time.GetElapsedTime(present.ReadAt, asked) > GoodFor)
            await load.RunAsync().WaitAsync(cancellationToken);
        return snapshot!.Known;
    }

    /// <inheritdoc />
    public void Dispose() => load.Dispose();

    // What has passed is not learnt anew: answers over it are kept.
    private async Task<KnownHours> AtAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        if (past.TryGetValue(moment, out var known))
            return known;
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<ShiftRow>(
            """
            select s.id, s.point_id, s.person, said.started_at, said.ended_at, said.received_at
            from flows_shift_sayings said join flows_shifts s on s.id = said.shift_id
            where said.received_at <= @moment and not exists (
                select 1 from flows_shift_sayings later where later.shift_id = said.shift_id and later.said_at > said.said_at and later.received_at <= @moment)
            """,
            new { moment })).AsList();
        var byId = await points.AllAsync(cancellationToken);
        var all = byId.Values.ToDictionary(point => point.Id);
        foreach (var row in rows.Where(row => row.EndedAt is null && all.ContainsKey(row.PointId)))
            row.LastAt = await LastAsync(connection, all[row.PointId], row, moment);
        var read = rows.GroupBy(row => row.PointId).Where(of => all.ContainsKey(of.Key))
            .Select(of => new HoursAt(all[of.Key], [.. of.Select(row => row.Shift)], TickOf(moment)));
        known = new KnownHours(ByTable(read));
        if (past.Count >= MostMoments)
            past.Clear();
        if (moment < db.Time.GetUtcNow() - Overlap)
            past[moment] = known;
        return known;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var (readAt, now) = (db.Time.GetTimestamp(), TickOf(db.Time.GetUtcNow()));
        var all = (await points.AllAsync(cancellationToken)).Values.ToDictionary(point => point.Id);
        // Whatever fails on the way leaves nothing half read to go on from.
        var (known, before) = (shifts, hours);
        (shifts, hours) = ([], []);
        await using var connection = await db.ReadAsync(cancellationToken);
        var since = known.Count == 0 ? DateTimeOffset.MinValue : known.Values.Max(of => of.Values.Max(row => row.ReceivedAt)) - Overlap;
        var rows = await connection.QueryAsync<ShiftRow>(
            since == DateTimeOffset.MinValue
                ? "select id, point_id, person, started_at, ended_at, received_at from flows_shifts"
                : """
                  select id, point_id, person, started_at, ended_at, received_at from flows_shifts
                  where id in (select shift_id from flows_shift_sayings where received_at >= @since)
                  """,
            new { since });
        var changed = new HashSet<Guid>();
        foreach (var row in rows)
        {
            if (!known.TryGetValue(row.PointId, out var its))
                known[row.PointId] = its = [];
            if (its.TryGetValue(row.Id, out var had) && had.ReceivedAt == row.ReceivedAt)
                continue;
            its[row.Id] = row;
            changed.Add(row.PointId);
        }

        foreach (var row in known.Values.SelectMany(of => of.Values).Where(row => row.MayGoOn(now) && all.ContainsKey(row.PointId)))
        {
            var last = await LastAsync(connection, all[row.PointId], row, DateTimeOffset.MaxValue);
            if (last != row.LastAt)
                changed.Add(row.PointId);
            (row.LastAt, row.IsLooked) = (last, true);
        }

        var isSame = true;
        foreach (var (id, its) in known.Where(of => all.ContainsKey(of.Key)))
        {
            if (!changed.Contains(id) && before.TryGetValue(id, out var had) && had.Point == all[id] && had.Now == now)
                continue;
            before[id] = new HoursAt(all[id], [.. its.Values.Select(row => row.Shift)], now);
            isSame = false;
        }

        (shifts, hours) = (known, before);
        // What was told with the same hours is told again.
        snapshot = new Snapshot(isSame && snapshot is { } earlier ? earlier.Known : new KnownHours(ByTable(before.Values)), readAt);
    }

    // The last record of its person while the shift may have gone on; by days, which the table is sought by.
    private static async Task<DateTimeOffset?> LastAsync(DbConnection connection, Point point, ShiftRow row, DateTimeOffset moment)
    {
        var longest = row.StartedAt + CollectGroups.LongestShift;
        return await connection.ExecuteScalarAsync<string?>(
            """
            select max(observed_at) from flows_groups
            where point_id = @PointId and day >= @From and day <= @Until and received_at <= @moment
                and (shift_id = @Id or (person = @Person and observed_at >= @StartedAt and observed_at <= @longest))
            """,
            new { row.PointId, row.Id, row.Person, row.StartedAt, longest, moment, From = point.DayOf(row.StartedAt), Until = point.DayOf(longest) }) is { } text
            ? Instants.Read(text) : null;
    }

    private static Dictionary<string, IReadOnlyList<IHoursOfPoint>> ByTable(IEnumerable<HoursAt> points) => points
        .SelectMany(one => GroupObservations.TablesOf(one.Point.Series).Select(table => (Table: table, Of: one))).GroupBy(pair => pair.Table, StringComparer.Ordinal)
        .ToDictionary(table => table.Key, table => (IReadOnlyList<IHoursOfPoint>)[.. table.Select(pair => pair.Of)], StringComparer.Ordinal);

    private static DateTimeOffset TickOf(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % Tick.Ticks), TimeSpan.Zero);

    private sealed record Snapshot(KnownHours Known, long ReadAt);

    private sealed record ShiftRow
    {
        public Guid Id { get; init; }

        public Guid PointId { get; init; }

        public string Person { get; init; } = "";

        public DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }

        public DateTimeOffset? LastAt { get; set; }

        public bool IsLooked { get; set; }

        public CountingShift Shift => new(StartedAt, EndedAt, LastAt);

        // A record makes no difference to a shift that has gone on until now, nor to one long over that was looked at.
        public bool MayGoOn(DateTimeOffset now) => EndedAt is null
            && (!IsLooked || (now < StartedAt + (2 * CollectGroups.LongestShift) && ObservedTime.EndOf(StartedAt, null, LastAt, now) < now));
    }
}
