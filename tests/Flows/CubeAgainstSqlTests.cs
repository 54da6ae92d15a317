using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>The cube gives the same answers as SQL over the same rows, on both engines, whatever is asked of whatever stands.</summary>
public sealed class CubeAgainstSqlTests
{
    private static readonly Ask[] Questions =
    [
        new(["month"], []),
        new([], ["ref_area=PAN"]),
        new(["month", "citizenship"], ["age=0-17"]),
        new(["citizenship", "ref_area"], ["time=2022-12..2023-02"]) { Top = 2 },
        new(["month", "citizenship"], ["age=5-30", "ref_area=PAN,HND"]) { Top = 1 },
        new(["month"], ["citizenship=VEN,HTI"]) { Window = 3 },
        new(["month", "citizenship"], []) { Top = 2, Window = 2 },
        new(["month", "citizenship"], ["time=2022-11..2023-05"]) { Share = "citizenship" },
        new(["ref_area"], ["age=0-17", "time=2023"]) { Share = "age" },
        new(["month", "ref_area"], ["citizenship=VEN", "age=18-"]) { Share = "citizenship", Window = 2 },
        new(["ref_area", "citizenship"], []) { Top = 1, Share = "ref_area" },
        new(["age", "citizenship"], ["citizenship=VEN,COL,_U"]) { Top = 2, Share = "citizenship" },
    ];

    [Theory, OnEachEngine]
    public async Task Answers_are_those_of_SQL_over_the_same_rows(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        var blobs = new BlobStore(database.Db, database.Settings.Folder);
        var rows = await SqlRows.CreateAsync(database.Db);
        var compared = 0;
        var seed = (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        CubeScenario[] scenarios = [CubeScenario.WithGap, .. CubeScenario.Any.Sample(12, new Rnd(seed), 50)];
        Assert.Equal(13, scenarios.Length);
        foreach (var (scenario, number) in scenarios.Select((scenario, number) => (scenario, number)))
        {
            // Each time another dataflow of its own would do; series of their own keep the scenarios of one database apart.
            await rows.WriteAsync(scenario, number, blobs);
            using var live = new LiveSegments(database.Db, blobs);
            var flows = new QueryFlows(live);
            foreach (var ask in Questions)
            {
                foreach (var asOf in (DateTimeOffset?[])[null, scenario.Moments[scenario.Moments.Count / 2]])
                {
                    var query = ask.Query($"series=S{number}A,S{number}B", asOf);
                    var answer = await flows.RunAsync(query, CancellationToken.None);
                    var expected = await rows.AskAsync(ask, number, asOf);
                    Said($"{seed}, scenario {number}", expected, answer.Figures.Concat(answer.Apart).Select(figure => SqlRows.Written(figure, ask)).Order(StringComparer.Ordinal));
                    compared += expected.Count;
                }
            }
        }

        Assert.InRange(compared, 1_000, int.MaxValue);

        // Whoever sees it fail makes the same scenarios again by their seed.
        static void Said(string of, IReadOnlyList<string> expected, IEnumerable<string> answered) =>
            Assert.True(expected.SequenceEqual(answered, StringComparer.Ordinal), $"Seed {of}\nSQL:\n{string.Join('\n', expected)}\ncube:\n{string.Join('\n', answered)}");
    }
}

/// <summary>A question, in the words of the cube and as SQL.</summary>
internal sealed record Ask(string[] By, string[] Where)
{
    public int? Top { get; init; }

    public int? Window { get; init; }

    public string? Share { get; init; }

    public FlowsQuery Query(string series, DateTimeOffset? asOf) => new()
    {
        By = By,
        Where = [series, .. Where],
        AsOf = asOf,
        Top = Top,
        TopOf = Top is null ? [] : ["citizenship"],
        Window = Window,
        Share = Share is null ? [] : [Share],
    };
}

/// <summary>A few imports of two series, one after the other, some standing instead of others.</summary>
internal sealed record CubeScenario(IReadOnlyList<CubeScenario.Import> Imports)
{
    private static readonly string[] Periods = ["2022", "2023", "2022-11", "2022-12", "2023-01", "2023-02", "2023-02", "2023-04", "2023-05", "2023-06", "2023-02-14"];
    private static readonly string[] Areas = ["PAN", "HND", "CRI"];
    private static readonly string[] Nationalities = ["VEN", "HTI", "COL", "ECU", "_U", "_O", "_T"];
    private static readonly string[] Ages = ["Y0T4", "Y5T17", "Y10T20", "Y18T59", "Y_GE60", "_T", "_U"];

    public static Gen<CubeScenario> Any { get; } =
        from imports in AnyImport.ListOf(5)
        select new CubeScenario([.. imports]);

    /// <summary>A month that no row names lies between two that are there: a window ends in it all the same.</summary>
    public static CubeScenario WithGap { get; } = new(
    [
        new Import('A', "nothing", [new Row("2022-12", "PAN", "_U", "_T", 257), new Row("2023-02", "PAN", "_U", "_T", null), new Row("2023-05", "HND", "VEN", "Y18T59", 3)]),
    ]);

    public IReadOnlyList<DateTimeOffset> Moments => [.. Imports.Select((_, at) => SettableTime.Noon.AddDays(at))];

    // Negative measures stand for corrections, null for what is not known.
    private static Gen<Row> AnyRow =>
        from period in Gen.Elements(Periods)
        from area in Gen.Elements(Areas)
        from nationality in Gen.Elements(Nationalities)
        from age in Gen.Elements(Ages)
        from value in Gen.Frequency((8, Gen.Choose(0, 400).Select(value => (long?)value)), (1, Gen.Choose(-50, -1).Select(value => (long?)value)), (1, Gen.Constant((long?)null)))
        select new Row(period, area, nationality, age, value);

    private static Gen<Import> AnyImport =>
        from series in Gen.Elements('A', 'A', 'B')
        from replaces in Gen.Elements("all", "periods", "areas", "area_periods", "nothing")
        from count in Gen.Choose(1, 60)
        from rows in AnyRow.ListOf(count)
        from printed in Gen.Elements("rows", "totals", "breakdowns")
        select new Import(series, replaces, printed switch { "totals" => [.. Totalled([.. rows])], "breakdowns" => [.. BrokenDown([.. rows])], _ => [.. rows] });

    // As tables that print the same people by nationality and by age, and nothing for everybody.
    private static IEnumerable<Row> BrokenDown(IReadOnlyList<Row> rows) => Totalled(rows).Where(row => (row.Nationality == "_T") != (row.Age == "_T"));

    // As tables that print what their rows come to print it: for all nationalities, for all ages, and for everybody.
    private static IEnumerable<Row> Totalled(IReadOnlyList<Row> rows)
    {
        List<Row> said = [.. rows.Where(row => row.Nationality != "_T" && row.Age != "_T")];
        List<Row> totals =
        [
            .. said.GroupBy(row => (row.Period, row.Area, row.Age)).Select(same => new Row(same.Key.Period, same.Key.Area, "_T", same.Key.Age, Sum(same))),
            .. said.GroupBy(row => (row.Period, row.Area, row.Nationality)).Select(same => new Row(same.Key.Period, same.Key.Area, same.Key.Nationality, "_T", Sum(same))),
            .. said.GroupBy(row => (row.Period, row.Area)).Select(same => new Row(same.Key.Period, same.Key.Area, "_T", "_T", Sum(same))),
        ];
        return said.Concat(totals);

        static long? Sum(IEnumerable<Row> rows) => rows.Any(row => row.Value is null) ? null : rows.Sum(row => row.Value);
    }

    internal sealed record Import(char Series, string Replaces, IReadOnlyList<Row> Rows);

    internal sealed record Row(string Period, string Area, string Nationality, string Age, long? Value);
}
