using System.Text.Json;
using Dapper;
using Tambo.Flows.Structure;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>The points of the node, read again when one of them has changed, and written.</summary>
public sealed class LivePoints(NodeDb db, TableNames names)
{
    private const string Changes = "flows.points";
    private volatile Known? known;

    /// <summary>All points, by code.</summary>
    public async ValueTask<IReadOnlyDictionary<string, Point>> AllAsync(CancellationToken cancellationToken) => (await KnownAsync(cancellationToken)).ByCode;

    /// <summary>The point of a code that somebody may do something at; null when there is none.</summary>
    internal async ValueTask<Point?> FindAsync(string? code, string right, Actor actor, CancellationToken cancellationToken) =>
        code is not null && (await AllAsync(cancellationToken)).GetValueOrDefault(code) is { } point && actor.May(right, point.Place) ? point : null;

    /// <summary>The points at which somebody may do something, by code.</summary>
    internal async ValueTask<IReadOnlyList<Point>> ForAsync(string right, Actor actor, CancellationToken cancellationToken) =>
        [.. (await AllAsync(cancellationToken)).Values.Where(point => actor.May(right, point.Place)).OrderBy(point => point.Code, StringComparer.Ordinal)];

    /// <summary>Adds a point, or changes the one of the same key that has the version before.</summary>
    /// <exception cref="Problem">
    /// Its code is taken, its table is of other figures or of points that are not the actor's to look after, groups have been
    /// recorded where it would lie no more, or somebody has changed it meanwhile.
    /// </exception>
    public async Task SaveAsync(Point point, Actor actor, CancellationToken cancellationToken)
    {
        var isNew = point.Version == 0;
        var now = db.Time.GetUtcNow();
        var together = (await AllAsync(cancellationToken)).Values.Where(other => other.Series == point.Series && other.Id != point.Id).ToList();
        if (isNew && !together.TrueForAll(other => actor.May(FlowsRights.Supervise, other.Place)))
            throw GroupProblems.PointSeriesUnfit.With(("series", point.Series));
        await using var change = await db.BeginAsync(actor, isNew ? "flows.point.added" : "flows.point.changed", $"point:{point.Code}", cancellationToken);
        change.Describe(new { point.Names, point.Kind, point.Country, point.Area, point.Latitude, point.Longitude, point.Adjacent, point.Opens, point.Closes, point.TimeZone, point.Series, point.Training, states = point.States });
        var values = new
        {
            point.Id,
            point.Code,
            Names = JsonSerializer.Serialize(point.Names),
            point.Kind,
            point.Country,
            point.Area,
            point.Latitude,
            point.Longitude,
            point.Adjacent,
            point.Opens,
            point.Closes,
            point.TimeZone,
            point.Series,
            point.Training,
            point.Version,
            now,
        };
        if (isNew && await change.QuerySingleOrDefaultAsync<long>("select count(*) from flows_points where code = @Code", values) > 0)
            throw GroupProblems.PointCodeTaken.With();
        // The country and the clock say where and on which day its groups were counted: they stand once there are any.
        if (!isNew && await change.QuerySingleOrDefaultAsync<long>(
            """
            select count(*) from flows_points p where p.id = @Id and (p.country <> @Country or p.time_zone <> @TimeZone)
                and exists (select 1 from flows_groups g where g.point_id = p.id)
            """,
            values) > 0)
            throw GroupProblems.PointRecordedAt.With();
        var done = await change.ExecuteAsync(
            isNew
                ? """
                  insert into flows_points (id, code, names, kind, country, area, latitude, longitude, adjacent, opens, closes, time_zone, series, training, version, changed_at)
                  values (@Id, @Code, @Names, @Kind, @Country, @Area, @Latitude, @Longitude, @Adjacent, @Opens, @Closes, @TimeZone, @Series, @Training, 1, @now)
                  """
                : """
                  update flows_points set names = @Names, kind = @Kind, country = @Country, area = @Area, latitude = @Latitude, longitude = @Longitude,
                      adjacent = @Adjacent, opens = @Opens, closes = @Closes, time_zone = @TimeZone, version = version + 1, changed_at = @now
                  where id = @Id and version = @Version
                  """,
            values);
        if (done != 1)
            throw PlatformProblems.Changed.With();
        foreach (var state in point.States)
        {
            await change.ExecuteAsync(
                "insert into flows_point_states (point_id, starts_on, state) values (@Id, @StartsOn, @State) on conflict (point_id, starts_on) do update set state = excluded.state",
                new { point.Id, state.StartsOn, state.State });
        }

        if (isNew)
            await NameSeriesAsync(change, point, point.Series);
        foreach (var table in GroupObservations.TablesOf(point.Series))
        {
            await change.ExecuteAsync(
                "update flows_series set title = @Title, version = version + 1 where code = @table and title <> @Title", new { table, Title = names.TitleOf(table, point.Series, [.. together, point]) });
        }

        change.Touch(Changes);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Makes a series known, once; what has its code must be figures of the same kind.</summary>
    /// <exception cref="Problem">The code belongs to other figures.</exception>
    internal async Task NameSeriesAsync(Change change, Point point, string code)
    {
        var together = (await AllAsync(CancellationToken.None)).Values.Where(other => other.Series == point.Series && other.Id != point.Id);
        await change.ExecuteAsync(
            """
            insert into flows_series (code, dataflow, title, publisher, via, licence, link, training, version)
            values (@code, @Flow, @Title, @Publisher, '', @Licence, '', @Training, 1) on conflict do nothing
            """,
            new { code, Flow = Dataflow.Flow.Code, Title = names.TitleOf(code, point.Series, together.Append(point)), names.Publisher, names.Licence, point.Training });
        if (await change.QuerySingleOrDefaultAsync<long>(
            """
            select count(*) from flows_series s where s.code = @code and s.dataflow = @Flow and s.training = @Training
                and not exists (select 1 from flows_imports i where i.series = s.code and i.mapping <> @Sealed)
            """,
            new { code, Flow = Dataflow.Flow.Code, point.Training, SealGroups.Sealed }) == 0)
            throw GroupProblems.PointSeriesUnfit.With(("series", code));
    }

    private async ValueTask<Known> KnownAsync(CancellationToken cancellationToken)
    {
        // The number before the rows: a change in between makes them newer than they say, never older.
        var version = db.Versions.Of(Changes).Committed;
        return known is { } present && present.Version == version ? present : known = new Known(version, await ReadAsync(db, cancellationToken));
    }

    /// <summary>The points as they stand now, by code.</summary>
    internal static async Task<IReadOnlyDictionary<string, Point>> ReadAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(db.Dialect.OneMoment, cancellationToken);
        var rows = await connection.QueryAsync<PointRow>(
            """
            select id, code, names, kind, country, area, latitude, longitude, adjacent, opens, closes, time_zone, series, training, version
            from flows_points
            """, transaction: moment);
        var states = (await connection.QueryAsync<(Guid Point, DateOnly StartsOn, string State)>("select point_id, starts_on, state from flows_point_states", transaction: moment))
            .ToLookup(row => row.Point, row => new PointState(row.StartsOn, row.State));
        return rows.Select(row => row.With(states[row.Id])).ToDictionary(point => point.Code, StringComparer.Ordinal);
    }

    private sealed record Known(long Version, IReadOnlyDictionary<string, Point> ByCode)
    {
        public Dictionary<Guid, Point> ById { get; } = ByCode.Values.ToDictionary(point => point.Id);
    }

    /// <summary>The point of a key.</summary>
    internal async ValueTask<Point> OfAsync(Guid id, CancellationToken cancellationToken) => (await KnownAsync(cancellationToken)).ById[id];
}
