using Microsoft.Data.Sqlite;
using Tambo.Guide.Nearest;

namespace Tambo.Bench.Nearest;

/// <summary>SQLite's R*Tree in memory: a window around the reader, doubled until ten matches lie inside its inscribed circle.</summary>
internal sealed class RtreeContender : IContender
{
    private const int Compared = 300;
    private const double FirstWindowDegrees = 0.05;
    private readonly TownData data;
    private readonly SqliteConnection connection;
    private readonly SqliteCommand window;
    private readonly List<(double Metres, int Id)> found = [];

    public RtreeContender(TownData data)
    {
        this.data = data;
        var cpu = Measuring.OwnCpuSeconds();
        connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Execute("create virtual table places using rtree(id, south, north, west, east, +category integer, +hours integer, +latitude real, +longitude real)");
        Fill();
        BuildCpuSeconds = Measuring.OwnCpuSeconds() - cpu;
        window = connection.CreateCommand();
        window.CommandText = """
            select id, latitude, longitude from places
            where north >= @south and south <= @north and east >= @west and west <= @east
              and category = @category and (hours >> @hour) & 1
            """;
        foreach (var name in (string[])["@south", "@north", "@west", "@east", "@category", "@hour"])
            window.Parameters.Add(name, name is "@category" or "@hour" ? SqliteType.Integer : SqliteType.Real);
        window.Prepare();
    }

    public string Name => "SQLite R*Tree, growing window";

    public double BuildCpuSeconds { get; }

    public Task<ContenderRun> RunAsync() =>
        Task.FromResult(Measuring.Run(data.Queries.Length, Compared, Ask, Measuring.OwnCpuSeconds));

    public void Dispose()
    {
        window.Dispose();
        connection.Dispose();
    }

    private int Ask(int query, Span<int> ids)
    {
        var asked = data.Queries[query];
        var from = new Place(asked.Latitude, asked.Longitude);
        for (var degrees = FirstWindowDegrees; ; degrees *= 2)
        {
            var everything = degrees >= 90;
            var radius = everything ? double.PositiveInfinity : degrees * (Math.PI / 180) * GreatCircle.EarthRadius;
            // The meridians that touch a circle of this radius (all of them when it holds a pole).
            var sine = Math.Sin(degrees * Math.PI / 180) / from.CosLatitude;
            var sideways = everything || sine >= 1 ? 360 : Math.Asin(sine) * (180 / Math.PI);
            Look(asked, from, everything ? 180 : degrees, sideways);
            found.Sort();
            var inside = found.FindLastIndex(hit => hit.Metres <= radius) + 1;
            if (inside < ids.Length && !everything)
                continue;
            var count = Math.Min(inside, ids.Length);
            for (var i = 0; i < count; i++)
                ids[i] = found[i].Id;
            return count;
        }
    }

    private void Look(TownQuery asked, in Place from, double degrees, double sideways)
    {
        window.Parameters[0].Value = asked.Latitude - degrees;
        window.Parameters[1].Value = asked.Latitude + degrees;
        window.Parameters[2].Value = asked.Longitude - sideways;
        window.Parameters[3].Value = asked.Longitude + sideways;
        window.Parameters[4].Value = asked.Category;
        window.Parameters[5].Value = asked.Hour;
        found.Clear();
        using var reader = window.ExecuteReader();
        while (reader.Read())
            found.Add((GreatCircle.Metres(from, new Place(reader.GetDouble(1), reader.GetDouble(2))), reader.GetInt32(0)));
    }

    private void Fill()
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "insert into places values (@id, @latitude, @latitude, @longitude, @longitude, @category, @hours, @latitude, @longitude)";
        foreach (var name in (string[])["@id", "@latitude", "@longitude", "@category", "@hours"])
            insert.Parameters.Add(name, name is "@latitude" or "@longitude" ? SqliteType.Real : SqliteType.Integer);
        for (var id = 0; id < data.Latitudes.Length; id++)
        {
            insert.Parameters[0].Value = id;
            insert.Parameters[1].Value = data.Latitudes[id];
            insert.Parameters[2].Value = data.Longitudes[id];
            insert.Parameters[3].Value = data.Categories[id];
            insert.Parameters[4].Value = data.HourMasks[id];
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
