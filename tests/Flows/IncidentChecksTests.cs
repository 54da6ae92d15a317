using System.Globalization;
using System.Text.Json;
using Tambo.Flows.Checking;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>Checks of single rows find in many of them what a plain look at each finds.</summary>
public sealed class IncidentChecksTests
{
    private const int Rows = 70_000;

    private const string Mapping =
        """
        {
          "name": "lost", "version": 1, "dataflow": "INCIDENT", "replaces": "nothing", "series": { "code": "LOST", "publisher": "Office of the valley" }, "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ "id" ], "to": [ "INCIDENT" ], "text": true },
            { "from": [ "day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM-dd", "frequency": "D" } ] },
            { "from": [ "where" ], "to": [ "REF_AREA" ], "codes": "countries" },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": {} },
            { "from": [ "lat" ], "to": [ "LATITUDE" ], "number": {} },
            { "from": [ "lon" ], "to": [ "LONGITUDE" ], "number": {} }
          ]
        }
        """;

    [Fact]
    public async Task Doubled_astray_and_impossible_rows_of_two_files_are_those_that_a_plain_look_at_each_finds()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        var chance = new Random(5);
        var first = Made(chance, Rows);
        // Some of the second file stand in the first as well.
        var second = Made(chance, 300).Concat(first.Skip(Rows - 30)).ToList();
        Guid[] files = [await ImportAsync(first, "a"), await ImportAsync(second, "b")];
        var open = (await new RunChecks(office.Database.Db, office.Flows, office.Live, office.Settings).RunAsync(TestDatabase.Alice, CancellationToken.None)).Open.ToLookup(finding => finding.CheckCode);
        var all = first.Select((row, at) => (Row: row, File: files[0], Line: at + 2)).Concat(second.Select((row, at) => (Row: row, File: files[1], Line: at + 2))).ToList();

        var doubled = all.GroupBy(one => one.Row).Where(same => same.Count() > 1).Select(same => $"{same.First().File:D}|{same.First().Line} x{same.Count()} {string.Join(' ', same.Take(10).Select(one => $"{one.File:D} {one.Line}"))}").ToList();
        Assert.InRange(doubled.Count, 60, 199);
        Assert.Equal(doubled.Order(), open["incidents-doubled"].Select(one => $"{one.FindingKey} x{one.Values["value"]} {string.Join(' ', JsonSerializer.Deserialize<List<FoundPlace>>(one.Places)!.Select(place => $"{place.Import:D} {place.Line}"))}").Order());

        var astray = all.Where(one => IsAstray(one.Row)).Select(one => $"{one.File:D}|{one.Line}").ToList();
        Assert.InRange(astray.Count, 20, 199);
        Assert.Equal(astray.Order(), open["incidents-astray"].Select(one => one.FindingKey).Order());

        var many = all.Where(one => one.Row.Count > 2_000).Select(one => $"{one.File:D}|{one.Line}").ToList();
        Assert.InRange(many.Count, 20, 199);
        Assert.Equal(many.Order(), open["impossible-values-incidents"].Select(one => one.FindingKey).Order());

        async Task<Guid> ImportAsync(IEnumerable<Incident> rows, string name) => (await office.ImportAsync("id,day,where,count,lat,lon\n" + string.Concat(rows.Select((row, at) => string.Create(
            CultureInfo.InvariantCulture, $"{name}{at},{row.Day:yyyy-MM-dd},{row.Where},{row.Count},{row.Latitude},{row.Longitude}\n"))), Mapping)).Id!.Value;
    }

    private static List<Incident> Made(Random chance, int rows)
    {
        var made = new List<Incident>(rows);
        while (made.Count < rows)
        {
            var (panama, latitude, longitude) = (chance.Next(2) == 0, 8.5 + Math.Round(chance.NextDouble(), 4), -80.5 + Math.Round(chance.NextDouble(), 4));
            made.Add(chance.Next(700) switch
            {
                0 when made.Count > 0 => made[chance.Next(made.Count)],
                1 => new Incident(Day(), "PAN", 3, -33.25m, -70.5m),
                2 => new Incident(Day(), "PAN", 2_001 + chance.Next(50_000), null, null),
                3 => new Incident(Day(), "THA", 1, 16.5m, 98.75m),
                _ => new Incident(Day(), panama ? "PAN" : "CRI", chance.Next(1, 40), (decimal)latitude, (decimal)longitude),
            });
        }

        return made;

        DateOnly Day() => new DateOnly(2015, 1, 1).AddDays(chance.Next(3_000));
    }

    // The shipped check: no town of the country within about a thousand kilometres; of Thailand none is known.
    private static bool IsAstray(Incident row) => row is { Where: "PAN", Latitude: < -20 };

    private sealed record Incident(DateOnly Day, string Where, int Count, decimal? Latitude, decimal? Longitude);
}
