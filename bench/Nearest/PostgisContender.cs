using Npgsql;
using NpgsqlTypes;
using Tambo.Bench.Running;

namespace Tambo.Bench.Nearest;

/// <summary>PostGIS: a GiST index on geography and the nearest-neighbour operator, prepared, one connection. Counts the server's processor time only.</summary>
internal sealed class PostgisContender : IContender
{
    private const int Compared = 300;
    private readonly TownData data;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand nearest;
    private readonly int server;

    public PostgisContender(TownData data, ThrowawayPostgres cluster)
    {
        this.data = data;
        connection = new NpgsqlConnection(cluster.ConnectionString);
        connection.Open();
        Execute("create extension if not exists postgis; drop table if exists places");
        Execute("create table places (id integer primary key, category integer not null, hours integer not null, spot geography(point, 4326) not null)");
        connection.ReloadTypes();
        Fill();
        server = connection.ProcessID;
        var cpu = ThrowawayPostgres.CpuSeconds(server);
        Execute("create index places_spot on places using gist (spot)");
        BuildCpuSeconds = ThrowawayPostgres.CpuSeconds(server) - cpu;
        Execute("vacuum analyze places");

        nearest = new NpgsqlCommand(
            """
            select id from places
            where category = $3 and (hours >> $4) & 1 = 1
            order by spot <-> st_setsrid(st_makepoint($1, $2), 4326)::geography
            limit $5
            """, connection);
        nearest.Parameters.Add(new NpgsqlParameter<double>());
        nearest.Parameters.Add(new NpgsqlParameter<double>());
        nearest.Parameters.Add(new NpgsqlParameter<int>());
        nearest.Parameters.Add(new NpgsqlParameter<int>());
        nearest.Parameters.Add(new NpgsqlParameter<int> { TypedValue = TownData.Wanted });
        nearest.Prepare();
    }

    public string Name => "PostGIS, GiST on geography";

    public double BuildCpuSeconds { get; }

    public Task<ContenderRun> RunAsync() =>
        Task.FromResult(Measuring.Run(data.Queries.Length, Compared, Ask, () => ThrowawayPostgres.CpuSeconds(server)));

    public void Dispose()
    {
        nearest.Dispose();
        connection.Dispose();
    }

    private int Ask(int query, Span<int> ids)
    {
        var asked = data.Queries[query];
        ((NpgsqlParameter<double>)nearest.Parameters[0]).TypedValue = asked.Longitude;
        ((NpgsqlParameter<double>)nearest.Parameters[1]).TypedValue = asked.Latitude;
        ((NpgsqlParameter<int>)nearest.Parameters[2]).TypedValue = asked.Category;
        ((NpgsqlParameter<int>)nearest.Parameters[3]).TypedValue = asked.Hour;
        using var reader = nearest.ExecuteReader();
        var count = 0;
        while (reader.Read())
            ids[count++] = reader.GetInt32(0);
        return count;
    }

    private void Fill()
    {
        using var insert = new NpgsqlCommand(
            """
            insert into places
            select id, category, hours, st_setsrid(st_makepoint(longitude, latitude), 4326)::geography
            from unnest($1, $2, $3, $4, $5) as given (id, category, hours, longitude, latitude)
            """, connection);
        insert.Parameters.Add(Column(Enumerable.Range(0, data.Latitudes.Length).ToArray(), NpgsqlDbType.Integer));
        insert.Parameters.Add(Column(data.Categories, NpgsqlDbType.Integer));
        insert.Parameters.Add(Column(data.HourMasks, NpgsqlDbType.Integer));
        insert.Parameters.Add(Column(data.Longitudes, NpgsqlDbType.Double));
        insert.Parameters.Add(Column(data.Latitudes, NpgsqlDbType.Double));
        insert.ExecuteNonQuery();
    }

    private static NpgsqlParameter Column<T>(T[] values, NpgsqlDbType type) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
