using Tambo.Flows;
using Tambo.Flows.Imports;
using Tambo.Platform.Problems;
using Tambo.Tests.Flows.Collecting;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>A file says for how long people were counted; that stands with its figures as hours of shifts do, and is never made up.</summary>
public sealed class HoursOfFilesTests
{
    private const string Header = "day,gate,who,count,watched,open\n";
    private const string Both = """{ "observed": "watched", "open": "open" }""";

    private static string Mapped(string hours = Both, string series = "GATES", string replaces = "all", bool training = false, string flow = "FLOW", string within = "[]") =>
        $$"""
        {
          "name": "gates", "version": 1, "dataflow": "{{flow}}", "replaces": "{{replaces}}", "replaces_within": {{within}},
          "series": { "code": "{{series}}", "publisher": "Office of the gates", "training": {{(training ? "true" : "false")}} },
          "constants": { "UNIT_MEASURE": "PS", "REF_AREA": "PAN"{{(flow == "FLOW" ? "" : ", \"POP_GROUP\": \"IDP\"")}} },
          "columns": [
            { "from": [ "day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "sdmx" } ] },
            {{(flow == "FLOW" ? """{ "from": [ "gate" ], "to": [ "POINT" ], "text": true },""" : "")}}
            { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "codes": "countries" },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": {} }
          ]{{(hours.Length == 0 ? "" : $", \"hours\": {hours}")}}
        }
        """;

    private static string Told(FlowsImportReport report) => string.Join(", ", report.File!.Issues.Kept.Select(issue => $"{issue.Line}:{issue.Column} {issue.Code} {issue.Value} {issue.Severity}"));

    [Theory, OnEachEngine]
    public async Task Hours_of_a_point_and_day_count_once_though_rows_repeat_them(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var report = await post.ImportAsync(
            Header + "2026-11-01,A,VEN,5,8,12\n2026-11-01,A,HTI,3,8,12\n2026-11-01,B,VEN,2,4,10\n2026-11-02,A,VEN,1,6.5,12\n2026-11-02,A,HTI,1,,\n", Mapped());
        Assert.Equal((3, 3, ""), (report.File!.HoursKnown, report.File.HoursAsked, Told(report)));
        Assert.Equal("2026-11-01 A 8: 8.0/12.0 1/1; 2026-11-01 B 2: 4.0/10.0 1/1; 2026-11-02 A 2: 6.5/12.0 1/1", await post.HoursAsync("day,point"));
        Assert.Equal("2026-11 12: 18.5/34.0 3/3", await post.HoursAsync("month"));
        Assert.Equal("VEN 6: 14.5/24.0 2/2", await post.HoursAsync("citizenship", null, "point=A", "citizenship=VEN"));
        Assert.Equal("2026-11-02 2: 6.5/12.0 1/1", await post.HoursAsync("day", null, "time=2026-11-02"));
    }

    [Theory, OnEachEngine]
    public async Task Hours_that_nobody_says_are_unknown_and_never_none(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await post.ImportAsync(Header + "2026-11-01,A,VEN,5,8,12\n2026-11-02,A,VEN,1,,12\n2026-11-01,B,VEN,2,4,\n2026-11-02,B,VEN,0,0,10\n", Mapped());
        Assert.Equal("2026-11-01 A 5: 8.0/12.0 1/1; 2026-11-01 B 2: 4.0/? 1/1; 2026-11-02 A 1: -; 2026-11-02 B 0: 0.0/10.0 0/1", await post.HoursAsync("day,point"));
        // Of a month with a day of which nothing is said nobody knows the hours, nor of both points together.
        Assert.Equal("A 6: -; B 2: 4.0/? 1/2", await post.HoursAsync("point"));
        Assert.Equal("2026-11 8: -", await post.HoursAsync("month"));
        // A file of the same points that says none makes its days unknown, and leaves the others.
        await post.ImportAsync(Header + "2026-11-03,B,VEN,9,7,9\n", Mapped("", replaces: "periods"));
        Assert.Equal("2026-11-01 2: 4.0/? 1/1; 2026-11-02 0: 0.0/10.0 0/1; 2026-11-03 9: -", await post.HoursAsync("day", null, "point=B"));
        // Neither is another point known that only that file counted at.
        await post.ImportAsync(Header + "2026-11-02,C,VEN,4,7,9\n", Mapped("", replaces: "nothing"));
        Assert.Equal("2026-11-01 7: -; 2026-11-02 5: -; 2026-11-03 9: -", await post.HoursAsync("day"));
        Assert.Equal("2026-11-01 2: 4.0/? 1/1", await post.HoursAsync("day", null, "point=B", "time=2026-11-01"));
    }

    [Theory, OnEachEngine]
    public async Task A_point_that_says_no_hours_leaves_those_of_its_country_unknown_and_of_no_other(Engine engine)
    {
        static string Of(string mapping) => mapping.Replace(", \"REF_AREA\": \"PAN\"", "", StringComparison.Ordinal)
            .Replace("{ \"from\": [ \"gate\" ]", "{ \"from\": [ \"country\" ], \"to\": [ \"REF_AREA\" ], \"text\": true }, { \"from\": [ \"gate\" ]", StringComparison.Ordinal);
        await using var post = await FieldPost.OpenAsync(engine);
        await post.ImportAsync("country," + Header + "PAN,2026-11-01,A,VEN,5,8,12\nCRI,2026-11-01,B,VEN,2,4,10\n", Of(Mapped()));
        Assert.Equal("CRI 2: 4.0/10.0 1/1; PAN 5: 8.0/12.0 1/1", await post.HoursAsync("ref_area"));
        await post.ImportAsync("country," + Header + "CRI,2026-11-01,D,VEN,1,,\n", Of(Mapped("", replaces: "nothing")));
        Assert.Equal("CRI 3: -; PAN 5: 8.0/12.0 1/1", await post.HoursAsync("ref_area"));
        Assert.Equal("2026-11 5: 8.0/12.0 1/1", await post.HoursAsync("month", null, "ref_area=PAN"));
        // Of which country each of its points is a file of several does not say beforehand.
        await post.ImportAsync("country," + Header + "PAN,2026-11-01,C,VEN,1,,\nCRI,2026-11-01,E,VEN,1,,\n", Of(Mapped("", replaces: "nothing")));
        Assert.Equal("CRI 4: -; PAN 6: -", await post.HoursAsync("ref_area"));
        Assert.Equal("CRI B 2: 4.0/10.0 1/1; CRI D 1: -; CRI E 1: -; PAN A 5: 8.0/12.0 1/1; PAN C 1: -", await post.HoursAsync("ref_area,point"));
    }

    [Theory, OnEachEngine]
    public async Task Hours_that_cannot_be_are_told_by_line_and_the_people_count(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        foreach (var (rows, issues, hours) in (IEnumerable<(string, string, string)>)
        [
            ("2026-11-01,A,VEN,5,8,12\n2026-11-01,B,VEN,1,9,12\n2026-11-01,A,HTI,3,7,12\n", "4:5 flows.hours_differ 7/12 ≠ 8/12 Warning", "A 8: -; B 1: 9.0/12.0 1/1"),
            ("2026-11-01,A,VEN,5,8,\n2026-11-01,A,HTI,3,,6\n", "3:5 flows.hours_beyond_open ?/6 ≠ 8/? Warning", "A 8: -"),
            ("2026-11-01,A,VEN,5,-8,12\n", "2:5 flows.hours_negative -8 / 12 Warning", "A 5: -"),
            ("2026-11-01,A,VEN,5,13,12\n2026-11-01,A,HTI,5,13,12\n", "2:5 flows.hours_beyond_open 13 / 12 Warning, 3:5 flows.hours_beyond_open 13 / 12 Warning", "A 10: -"),
            ("2026-11-01,A,VEN,5,25,\n", "2:5 flows.hours_beyond_day 25 /  Warning", "A 5: -"),
            ("2026-11-01,A,VEN,5,8,24.5\n2026-11-02,A,VEN,5,8,24\n", "2:5 flows.hours_beyond_day 8 / 24.5 Warning", "A 10: -"),
            ("2026-11-01,A,VEN,5,many,12\n", "2:5 flows.hours_unknown many / 12 Warning", "A 5: -"),
            ("2026-11-01,A,VEN,5,٨:٣٠,12\n", "2:5 flows.hours_unknown ٨:٣٠ / 12 Warning", "A 5: -"),
            ("2026-11-01,A,VEN,5,٦:00-14:00,12\n", "2:5 flows.hours_unknown ٦:00-14:00 / 12 Warning", "A 5: -"),
        ])
        {
            Assert.Equal(issues, Told(await post.ImportAsync(Header + rows, Mapped())));
            Assert.Equal(hours, await post.HoursAsync("point"));
        }
    }

    [Theory, OnEachEngine]
    public async Task A_replaced_import_takes_its_hours_along_and_they_are_told_as_of_then(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await post.ImportAsync(Header + "2026-10-01,A,VEN,5,8,12\n2026-11-01,A,VEN,6,9,12\n2026-11-05,A,VEN,1,2,12\n", Mapped(replaces: "months"));
        var before = post.Time.GetUtcNow().AddHours(1);
        post.Time.Set(before.AddHours(1));
        await post.ImportAsync(Header + "2026-11-01,A,VEN,7,4,12\n", Mapped(replaces: "months"));
        Assert.Equal("2026-10 5: 8.0/12.0 1/1; 2026-11 7: 4.0/12.0 1/1", await post.HoursAsync("month"));
        Assert.Equal("2026-10 5: 8.0/12.0 1/1; 2026-11 7: 11.0/24.0 2/2", await post.HoursAsync("month", before));
        // A file that says none: of the month that it stands instead of nothing is known any more.
        post.Time.Set(before.AddHours(2));
        await post.ImportAsync(Header + "2026-11-02,A,VEN,1,4,12\n", Mapped("", replaces: "months"));
        Assert.Equal("2026-10 5: 8.0/12.0 1/1; 2026-11 1: -", await post.HoursAsync("month"));
    }

    [Theory, OnEachEngine]
    public async Task Files_that_divide_a_series_by_points_replace_the_hours_of_their_own_points(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await post.ImportAsync(Header + "2026-11-01,A,VEN,5,8,12\n2026-11-02,A,VEN,5,8,12\n2026-11-03,B,VEN,6,9,12\n", Mapped(within: """["POINT"]"""));
        var before = post.Time.GetUtcNow().AddHours(1);
        post.Time.Set(before.AddHours(1));
        await post.ImportAsync(Header + "2026-11-01,A,VEN,7,4,12\n", Mapped(within: """["POINT"]"""));
        Assert.Equal("A 7: 4.0/12.0 1/1; B 6: 9.0/12.0 1/1", await post.HoursAsync("point"));
        Assert.Equal("A 10: 16.0/24.0 2/2; B 6: 9.0/12.0 1/1", await post.HoursAsync("point", before));
    }

    [Theory, OnEachEngine]
    public async Task Hours_of_practice_stay_with_practice_and_the_same_file_twice_changes_nothing(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await post.ImportAsync(Header + "2026-11-01,A,VEN,5,8,12\n", Mapped(series: "SCHOOL-GATES", training: true));
        await post.ImportAsync(Header + "2026-11-01,A,VEN,1,3,12\n", Mapped());
        Assert.True((await post.ImportAsync(Header + "2026-11-01,A,VEN,1,3,12\n", Mapped())).Unchanged);
        Assert.Equal("A 1: 3.0/12.0 1/1", await post.HoursAsync("point"));
        Assert.Equal("A 5: 8.0/12.0 1/1", await post.HoursAsync("point", null, training: true));
        Assert.Equal(2, await post.ReadAsync<long>("select count(*) from flows_hours"));
        // To look at what would come of a file writes nothing of its hours either.
        await post.ImportAsync(Header + "2026-11-01,A,VEN,1,4,12\n", Mapped(), dryRun: true);
        Assert.Equal((2L, "A 1: 3.0/12.0 1/1"), (await post.ReadAsync<long>("select count(*) from flows_hours"), await post.HoursAsync("point")));
    }

    [Theory, OnEachEngine]
    public async Task Hours_are_read_as_files_write_them(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        foreach (var (cell, hours, told) in (IEnumerable<(string, string, string)>)
        [
            ("8/12", """{ "coverage": "watched" }""", "8.0/12.0"),
            ("\"7,5 de 12\"", """{ "coverage": "watched", "number": { "decimal": "," } }""", "7.5/12.0"),
            ("06:00-14:30", """{ "coverage": "watched", "open_each_day": 12 }""", "8.5/12.0"),
            ("\"06:00-10:00, 09:00-11:00; 22:00-02:00\"", """{ "coverage": "watched" }""", "9.0/?"),
            ("7:30", """{ "observed": "watched", "open_each_day": 24 }""", "7.5/24.0"),
            ("8h30", """{ "observed": "watched" }""", "8.5/?"),
            ("8 horas", """{ "observed": "watched" }""", "8.0/?"),
            ("PT7H15M", """{ "observed": "watched", "open": "open" }""", "7.3/11.0"),
            ("n/d", """{ "observed_each_day": 6, "open_each_day": 8 }""", "6.0/8.0"),
        ])
        {
            var report = await post.ImportAsync(Header + $"2026-11-01,A,VEN,5,{cell},11\n", Mapped(hours));
            Assert.Equal((cell, "", $"A 5: {told} 1/1"), (cell, Told(report), await post.HoursAsync("point")));
        }

        await post.ImportAsync(Header + "2026-11-01,A,VEN,5,n/d,11\n", Mapped("""{ "observed": "watched", "number": { "unknown": [ "n/d" ] } }"""));
        Assert.Equal("A 5: -", await post.HoursAsync("point"));
    }

    [Theory, OnEachEngine]
    public async Task Hours_of_a_month_are_of_no_day_of_it(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var report = await post.ImportAsync(Header + "2026-09,A,VEN,50,240,360\n2026-10,A,VEN,60,745,\n", Mapped(replaces: "periods"));
        Assert.Equal("3:5 flows.hours_beyond_day 745 /  Warning", Told(report));
        Assert.Equal("2026-09 50: 240.0/360.0 /; 2026-10 60: -", await post.HoursAsync("month"));
        Assert.Equal("2026-Q3 50: 240.0/360.0 /", await post.HoursAsync("quarter", null, "time=2026-09"));
        Assert.Equal("-", (await post.HoursAsync("point", null, "time=2026-09-01..2026-09-15")).Split(": ")[^1]);
        // Days of it that are said as well are in it, not beside it.
        await post.ImportAsync(Header + "2026-09-03,A,VEN,5,8,12\n", Mapped(replaces: "nothing"));
        Assert.EndsWith(": 240.0/360.0 /", await post.HoursAsync("quarter", null, "time=2026-09"), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Of_a_day_that_shifts_and_a_file_tell_of_the_longer_counts(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var morning = new DateTimeOffset(post.Time.GetUtcNow().UtcDateTime.Date.AddHours(11), TimeSpan.Zero);
        Assert.Equal("taken", await post.ShiftAsync(FieldPost.Enzo, morning, morning.AddHours(3)));
        Assert.Equal("taken", await post.SentAsync(FieldPost.Enzo, post.Group()));
        Assert.Equal("2026-11-20 2: 3.0/6.0 1/1", await post.HoursAsync("day"));
        await post.ImportAsync(Header + "2026-11-19,QUIMERA,VEN,4,8,12\n2026-11-20,QUIMERA,VEN,4,5,6\n", Mapped(series: "FM-QUIMERA", replaces: "nothing"));
        Assert.Equal("2026-11-19 4: 8.0/12.0 1/1; 2026-11-20 6: 5.0/6.0 1/1", await post.HoursAsync("day"));
        await post.ImportAsync(Header + "2026-11-20,QUIMERA,HTI,4,2,6\n", Mapped(series: "FM-QUIMERA", replaces: "nothing"));
        Assert.Equal("2026-11-20 10: 3.0/6.0 1/1", await post.HoursAsync("day", null, "time=2026-11-20"));
        // Nothing is brought in, and the same question is asked again: what was said of shifts meanwhile is told.
        Assert.Equal("taken", await post.ShiftAsync(FieldPost.Elsa, morning.AddHours(3), morning.AddHours(4)));
        Assert.Equal("2026-11-20 10: 4.0/6.0 1/1", await post.HoursAsync("day", null, "time=2026-11-20"));
    }

    [Theory, OnEachEngine]
    public async Task Hours_of_rows_with_several_measures_and_of_many_rows_are_those_of_their_lines(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var wide = Mapped().Replace("""{ "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": {} }""", """{ "from": [ "note" ], "to": [ "NATIONAL_CODE" ], "text": true }""", StringComparison.Ordinal)
            .Replace("\"hours\":", """ "pivot": [ { "column": "men", "to": { "SEX": "M" }, "number": {} }, { "column": "women", "to": { "SEX": "F" }, "number": {} } ], "once": true, "hours":""", StringComparison.Ordinal);
        var report = await post.ImportAsync("day,gate,who,note,men,women,watched,open\n2026-11-01,A,VEN,x,,,3,12\n2026-11-01,A,HTI,x,,2,6,12\nlate,A,HTI,x,1,2,9,12\n2026-11-01,B,VEN,x,5,6,7,12\n2026-11-01,B,HTI,x,5,6,30,12\n", wide);
        // The first row counts nobody and says nothing, the third is refused.
        Assert.Equal("4:1 flows.date_unknown late Error, 6:7 flows.hours_beyond_day 30 / 12 Warning", Told(report));
        Assert.Equal("A 2: 6.0/12.0 1/1; B 22: -", await post.HoursAsync("point"));

        // Of a long file the parts are read at once; what contradicts what is told as one reader would.
        var rows = new System.Text.StringBuilder(Header);
        for (var row = 0; row < 200_000; row++)
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"2026-10-{1 + (row / 10_000):00},G{row % 50},VEN,1,{(row == 199_999 ? 9 : 8)},12\n");
        var many = await post.ImportAsync(rows.ToString(), Mapped(series: "MANY"));
        Assert.Equal((999, 1000), (many.File!.HoursKnown, many.File.HoursAsked));
        Assert.Contains("200001:5 flows.hours_differ 9/12 ≠ 8/12 Warning", Told(many), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_total_beside_its_points_has_their_hours(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await post.ImportAsync(Header + "2026-11-01,A,VEN,5,8,12\n2026-11-01,B,VEN,2,4,10\n2026-11-01,_T,VEN,7,12,22\n", Mapped());
        Assert.Equal("A 5: 8.0/12.0 1/1; B 2: 4.0/10.0 1/1", await post.HoursAsync("point"));
        Assert.EndsWith(": 12.0/22.0 2/2", await post.HoursAsync("day"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "open": "open" }""")]
    [InlineData("""{ "observed": "watched", "observed_each_day": 8 }""")]
    [InlineData("""{ "observed": "watched", "coverage": "open" }""")]
    [InlineData("""{ "observed": "watched", "open": "open", "open_each_day": 8 }""")]
    [InlineData("""{ "observed": "" }""")]
    [InlineData("""{ "observed_each_day": 25 }""")]
    [InlineData("""{ "observed_each_day": -1 }""")]
    [InlineData("""{ "observed_each_day": 10, "open_each_day": 8 }""")]
    [InlineData("""{ "observed": "watched", "number": { "decimal": ",", "thousands": "," } }""")]
    public void A_mapping_that_says_hours_twice_or_not_at_all_is_refused(string hours) =>
        Assert.Equal(FlowsProblems.MappingBroken, Assert.Throws<Problem>(() => Tambo.Flows.Harmonising.MappingShelf.Read(Mapped(hours), "gates")).Kind);

    [Fact]
    public void Hours_are_of_points() =>
        Assert.Equal(FlowsProblems.ComponentUnknown, Assert.Throws<Problem>(() => Tambo.Flows.Harmonising.MappingShelf.Read(Mapped(flow: "STOCK"), "gates")).Kind);

    [Theory, OnEachEngine]
    public async Task A_file_without_the_column_is_refused_by_its_name(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var refused = await Assert.ThrowsAsync<Problem>(() => post.ImportAsync("day,gate,who,count\n2026-11-01,A,VEN,5\n", Mapped("""{ "observed": "watched" }""")));
        Assert.Equal(FlowsProblems.ColumnMissing, refused.Kind);
        Assert.Equal(0, await post.ReadAsync<long>("select count(*) from flows_hours"));
    }
}
