using Tambo.Flows;
using Tambo.Flows.Checking;
using Tambo.Flows.Cube;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>Nobody is counted twice in a figure, whatever a table has beside each other, and what is not known is never exact.</summary>
public sealed class CountOnceTests
{
    private const string Heading = "time,area,who,sex,age,count";

    private static string Mapping(string dataflow, string also = "", string replaces = "nothing") =>
        $$"""
        {
          "name": "table", "version": 1, "dataflow": "{{dataflow}}", "replaces": "{{replaces}}",
          "series": { "code": "TABLE", "publisher": "Office of the valley" }, "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ "time" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "sdmx" } ] },
            { "from": [ "area" ], "to": [ "REF_AREA" ], "text": true }, { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "text": true },
            { "from": [ "sex" ], "to": [ "SEX" ], "text": true }, { "from": [ "age" ], "to": [ "AGE" ], "text": true },
            {{also}}
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": { "unknown": [ "n/d" ] } }
          ]
        }
        """;

    private static async Task<FlowsOffice> OfficeAsync(string rows, string dataflow = "FLOW", string also = "", string heading = Heading)
    {
        var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        var report = await office.ImportAsync(heading + "\n" + rows, Mapping(dataflow, also));
        Assert.Equal(0, report.File!.Refused);
        return office;
    }

    private static async Task<string> AskAsync(FlowsOffice office, string by, string where = "", string dataflow = "FLOW") => string.Join("; ", (await office.AskAsync(new FlowsQuery
    {
        Dataflow = dataflow,
        By = by.Length == 0 ? [] : by.Split(','),
        Where = where.Length == 0 ? [] : where.Split('&'),
    })).Figures.Select(figure => string.Join(' ',
    [
        .. figure.Labels.Skip(2), figure.AtLeast is null ? "?" : figure.IsOpen ? $"{figure.AtLeast}.." : figure.AtLeast == figure.AtMost ? $"{figure.AtLeast}" : $"{figure.AtLeast}..{figure.AtMost}",
        figure.Carried.ToString(), .. figure.Reasons, .. figure.AsAt is { } at ? (string[])[$"{at.First}-{at.Last}"] : [],
    ])));

    private static async Task<IReadOnlyList<Finding>> FindAsync(FlowsOffice office, string check) =>
        [.. (await new RunChecks(office.Database.Db, office.Flows, office.Live, office.Settings).RunAsync(TestDatabase.Alice, CancellationToken.None)).Open.Where(finding => finding.CheckCode == check)];

    private static string Months(string area, int year, int each, int count = 12) => string.Concat(Enumerable.Range(1, count).Select(month => $"{year}-{month:00},{area},_T,_T,_T,{each}\n"));

    [Fact]
    public async Task Stocks_are_never_added_over_time()
    {
        await using var office = await OfficeAsync("2023,COL,_T,_T,_T,100\n2024,COL,_T,_T,_T,110\n2023,HND,_T,_T,_T,20\n2024-06,PAN,_T,_T,_T,5\n2024-09,PAN,_T,_T,_T,7\n", "STOCK");
        Assert.Equal("COL 110 Exact stock_last 2024-2024; HND 20 Exact; PAN 7 Exact stock_last 2024-09-2024-09", await AskAsync(office, "ref_area", dataflow: "STOCK"));
        Assert.Equal("2023 120 Exact; 2024 117 Exact stock_last 2024-2024-09", await AskAsync(office, "year", dataflow: "STOCK"));
        Assert.Equal("137 Exact stock_last 2023-2024-09", await AskAsync(office, "", dataflow: "STOCK"));
        Assert.Equal("100 Exact", await AskAsync(office, "", "ref_area=COL&time=2023", "STOCK"));
        Assert.Equal(FlowsProblems.StocksAdded, (await Assert.ThrowsAsync<Problem>(() => office.AskAsync(new FlowsQuery { Dataflow = "STOCK", By = ["year"], Window = 2 }))).Kind);
        // The way to the rows leads to those that were counted.
        Assert.Equal(110, Assert.Single((await office.Flows.RowsAsync(new FlowsQuery { Dataflow = "STOCK", Where = ["ref_area=COL"] }, RowScope.Node, 0, 10, CancellationToken.None)).Rows).Value);
        // Where it is not said whose they are they may be anybody's, but say nothing of the time of the others.
        await office.ImportAsync(Heading + "\n1998,_U,_T,_T,_T,3\n", Mapping("STOCK"));
        Assert.Equal("110..113 Bounded not_said stock_last 2024-2024", await AskAsync(office, "", "ref_area=COL", "STOCK"));
    }

    [Fact]
    public async Task Of_several_rounds_of_a_stock_in_one_month_the_last_counts()
    {
        const string Round = """{ "from": [ "round" ], "to": [ "ROUND" ], "text": true },""";
        await using var office = await OfficeAsync("2024-05,HTI,_T,_T,_T,9,300\n2024-05,HTI,_T,_T,_T,10,310\n2024-06,HTI,_T,_T,_T,11,305\n", "STOCK", Round, "time,area,who,sex,age,round,count");
        Assert.Equal("2024-05 310 Exact stock_last 2024-05-2024-05; 2024-06 305 Exact", await AskAsync(office, "month", dataflow: "STOCK"));
        Assert.Equal("10 310 Exact; 11 305 Exact; 9 300 Exact", await AskAsync(office, "round", dataflow: "STOCK"));
        Assert.Equal("305 Exact stock_last 2024-06-2024-06", await AskAsync(office, "", dataflow: "STOCK"));
    }

    [Fact]
    public async Task Answers_of_surveys_are_not_added()
    {
        await using var office = await OfficeAsync("2024-05,HTI,_T,F,_T,40\n2024-05,HTI,_T,M,_T,60\n", "SURVEY");
        Assert.Equal("F 40 Exact; M 60 Exact", await AskAsync(office, "sex", dataflow: "SURVEY"));
        Assert.Equal(FlowsProblems.SurveysAdded, (await Assert.ThrowsAsync<Problem>(() => AskAsync(office, "", dataflow: "SURVEY"))).Kind);
    }

    [Fact]
    public async Task A_year_is_not_added_to_its_months()
    {
        await using var office = await OfficeAsync("2022,PAN,_T,_T,_T,120\n2023,PAN,_T,_T,_T,500\n2022,HND,_T,_T,_T,90\n" + Months("PAN", 2022, 10) + Months("PAN", 2023, 30, 6));
        // All months of 2022 are there; of 2023 half, so that the year says more. Another country's months are none of its own.
        Assert.Equal("HND 2022 90 Exact; PAN 2022 120 Exact span_and_parts; PAN 2023 500 Exact span_and_parts", await AskAsync(office, "ref_area,year"));
        Assert.Equal("710 Exact span_and_parts", await AskAsync(office, ""));
        Assert.Equal("10 Exact span_and_parts", await AskAsync(office, "", "ref_area=PAN&time=2022-03"));
        Assert.Equal("90 Exact span_and_parts", await AskAsync(office, "", "ref_area=PAN&time=2023-01..2023-03"));
        Assert.Equal(["2022", "2023"], (await FindAsync(office, "spans-beside-parts")).Select(finding => finding.Period).Order());
        Assert.Empty(await FindAsync(office, "years-against-months"));
        await office.ImportAsync(Heading + "\n2021,PAN,_T,_T,_T,121\n" + Months("PAN", 2021, 10), Mapping("FLOW"));
        Assert.Equal(("2021", 1L), Assert.Single(await FindAsync(office, "years-against-months")) is var one ? (one.Period, one.Size) : default);
    }

    [Fact]
    public async Task Totals_are_not_added_to_their_parts()
    {
        await using var office = await OfficeAsync("2024-01,PAN,VEN,_T,_T,30\n2024-01,PAN,VEN,F,_T,10\n2024-01,PAN,VEN,M,_T,20\n2024-02,PAN,_T,_T,_T,100\n2024-02,PAN,VEN,_T,Y_GE18,60\n2024-02,PAN,HTI,_T,Y_LT18,40\n");
        Assert.Equal("2024-01 30 Exact total_and_parts; 2024-02 100 Exact total_and_parts", await AskAsync(office, "month"));
        Assert.Equal("F 10 Exact; M 20 Exact; _T 100 Exact total_and_parts", await AskAsync(office, "sex"));
        Assert.Equal("10 Exact total_and_parts", await AskAsync(office, "", "sex=F&time=2024-01"));
        Assert.Equal("60 Exact total_and_parts", await AskAsync(office, "", "citizenship=VEN&time=2024-02"));
        Assert.Equal("40 Exact total_and_parts", await AskAsync(office, "", "age=0-17&time=2024-02"));
        var found = await FindAsync(office, "totals-beside-parts");
        Assert.Equal(("30", "30", "SEX"), (Assert.Single(found).Values["value"], found[0].Values["against"], found[0].Values["component"]));
        Assert.Equal("CITIZENSHIP, AGE".Split(", ").Order(), Assert.Single(await FindAsync(office, "totals-beside-nationalities")).Values["component"].Split(", ").Order());
    }

    [Fact]
    public async Task Rows_for_all_that_are_no_totals_of_the_others_are_in_doubt()
    {
        await using var office = await OfficeAsync("2024-01,PAN,VEN,_T,_T,7\n2024-01,PAN,VEN,F,_T,10\n2024-01,PAN,VEN,M,_T,20\n");
        Assert.Equal("37 NotComparable may_count_twice", await AskAsync(office, ""));
        Assert.Equal("10..17 Bounded not_broken_down", await AskAsync(office, "", "sex=F"));
        Assert.Equal(23, Assert.Single(await FindAsync(office, "totals-beside-parts")).Size);
    }

    [Fact]
    public async Task Of_two_breakdowns_of_the_same_people_without_a_total_one_counts()
    {
        await using var office = await OfficeAsync(
            "2024-01,PAN,_T,F,_T,40\n2024-01,PAN,_T,M,_T,60\n2024-01,PAN,VEN,_T,_T,70\n2024-01,PAN,HTI,_T,_T,30\n2024-02,PAN,_T,F,_T,4\n2024-02,PAN,_T,M,_T,6\n2024-03,PAN,CUB,_T,_T,5\n");
        Assert.Equal("2024-01 100 Exact breakdowns; 2024-02 10 Exact; 2024-03 5 Exact", await AskAsync(office, "month"));
        Assert.Equal("115 Exact breakdowns", await AskAsync(office, ""));
        // Where it is asked for, the one that says it; what has the other alone is not broken down.
        Assert.Equal("F 44 Exact; M 66 Exact; _T 5 Exact breakdowns", await AskAsync(office, "sex"));
        Assert.Equal("40 Exact breakdowns", await AskAsync(office, "", "sex=F&time=2024-01"));
        Assert.Equal("70 Exact breakdowns", await AskAsync(office, "", "citizenship=VEN&time=2024-01"));
        Assert.Equal("0..40 Bounded breakdowns not_broken_down", await AskAsync(office, "", "sex=F&citizenship=VEN&time=2024-01"));
        // Each by its own name, as published.
        Assert.Equal("100 Exact", await AskAsync(office, "", "sex=_T&time=2024-01"));
        Assert.Equal("100 Exact", await AskAsync(office, "", "citizenship=_T&time=2024-01"));
        Assert.Equal([30, 70], (await office.Flows.RowsAsync(new FlowsQuery { Where = ["sex=_T", "time=2024-01"] }, RowScope.Node, 0, 10, CancellationToken.None)).Rows.Select(row => row.Value!.Value).Order());
        Assert.Equal(2, (await office.Flows.RowsAsync(new FlowsQuery { Where = ["time=2024-01"] }, RowScope.Node, 0, 10, CancellationToken.None)).Rows.Count);
    }

    [Fact]
    public async Task Two_breakdowns_that_do_not_come_to_the_same_give_a_range()
    {
        await using var office = await OfficeAsync("2024-01,PAN,_T,F,_T,40\n2024-01,PAN,_T,M,_T,60\n2024-01,PAN,VEN,_T,_T,70\n2024-01,PAN,HTI,_T,_T,20\n2024-02,PAN,_T,F,_T,7\n2024-02,PAN,VEN,_T,_T,9\n");
        Assert.Equal("2024-01 100..190 Bounded breakdowns_differ; 2024-02 9..16 Bounded breakdowns_differ", await AskAsync(office, "month"));
        Assert.Equal("F 47 Exact; M 60 Exact; _T 99 Exact", await AskAsync(office, "sex"));
        Assert.Equal("47..146 Bounded not_broken_down breakdowns_differ".Split(' ').Order(), (await AskAsync(office, "", "sex=F")).Split(' ').Order());
    }

    [Fact]
    public async Task Months_in_which_nobody_came_do_not_tell_that_two_breakdowns_are_of_the_same_people()
    {
        var quiet = string.Concat(Enumerable.Range(1, 4).Select(month => $"2024-0{month},PAN,_T,F,_T,0\n2024-0{month},PAN,_T,_T,Y_LT18,0\n"));
        await using var office = await OfficeAsync(quiet + "2024-05,PAN,_T,F,_T,50\n2024-05,PAN,_T,_T,Y_LT18,30\n");
        Assert.Equal("50..80 Bounded breakdowns_differ", await AskAsync(office, "", "time=2024-05"));
        // Nobody is nobody, however it is broken down.
        await using var empty = await OfficeAsync(quiet);
        Assert.Equal("0 Exact breakdowns", await AskAsync(empty, ""));
    }

    [Fact]
    public async Task Where_one_of_two_breakdowns_of_the_same_people_misses_some_the_larger_counts()
    {
        const string Same = "2024-01,PAN,_T,F,_T,40\n2024-01,PAN,_T,M,_T,60\n2024-01,PAN,VEN,_T,_T,100\n2024-02,PAN,_T,F,_T,9\n2024-02,PAN,HTI,_T,_T,9\n";
        await using var office = await OfficeAsync(Same + "2024-03,PAN,_T,F,_T,20\n2024-03,PAN,_T,M,_T,40\n2024-03,PAN,VEN,_T,_T,40\n2024-04,PAN,_T,F,_T,10\n2024-04,PAN,VEN,_T,_T,50\n");
        Assert.Equal("2024-01 100 Exact breakdowns; 2024-02 9 Exact breakdowns; 2024-03 60 Exact breakdowns; 2024-04 50 Exact breakdowns", await AskAsync(office, "month"));
        Assert.Equal("219 Exact breakdowns", await AskAsync(office, ""));
        Assert.Equal("2024-03 20 Exact breakdowns; 2024-04 10 Exact breakdowns", await AskAsync(office, "month", "sex=F&time=2024-03..2024-04"));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 20)]
    [InlineData(6, 2)]
    public async Task Whatever_breakdowns_of_the_same_people_are_published_nobody_counts_twice(int seed, int missed)
    {
        var chance = new Random(seed);
        (string Month, string Area, string[] Of)[] people =
        [
            .. Enumerable.Range(0, 600).Select(_ => ($"2024-0{chance.Next(1, 7)}", Any("PAN", "CRI"), (string[])[Any("VEN", "HTI", "CUB"), Any("F", "M"), Any("Y_LT18", "Y_GE18")])),
        ];
        // Of each month and country some of the eight ways to break them down, with a total or without; or of the three by one thing
        // each, which miss some of the people, so many of a hundred.
        int[] ways = missed > 0 ? [1, 2, 4] : [0, 1, 2, 3, 4, 5, 6, 7];
        var rows = people.GroupBy(one => (one.Month, one.Area)).SelectMany(all => ways.OrderBy(_ => chance.Next()).Take(chance.Next(1, 5))
            .SelectMany(way => all.Where(_ => chance.Next(100) >= missed).GroupBy(one => string.Join(',', one.Of.Select((code, at) => (way & (1 << at)) == 0 ? "_T" : code))).Select(same => $"{all.Key.Month},{all.Key.Area},{same.Key},{same.Count()}"))).ToList();
        await using var office = await OfficeAsync(string.Join('\n', rows) + "\n");
        string[] names = ["citizenship", "sex", "age"];
        string[][] codes = [["VEN", "HTI", "CUB"], ["F", "M"], ["Y_LT18", "Y_GE18"]];
        for (var by = 0; by < 8; by++)
        {
            for (var where = 0; where < 8; where++)
            {
                var chosen = codes.Select((some, at) => (where & (1 << at)) == 0 ? null : some[chance.Next(some.Length)]).ToArray();
                string[] grouped = ["month", .. names.Where((_, at) => (by & (1 << at)) != 0)];
                string[] conditions = [.. names.Select((name, at) => chosen[at] is { } code ? $"{name}={code}" : "").Where(one => one.Length > 0)];
                var answer = await office.AskAsync(new FlowsQuery { By = grouped, Where = conditions });
                foreach (var figure in answer.Figures)
                {
                    var labels = figure.Labels.Skip(2).ToArray();
                    var of = Enumerable.Range(0, 3).Select(at => (by & (1 << at)) == 0 ? "_T" : labels[1 + int.PopCount(by & ((1 << at) - 1))]).ToArray();
                    var truth = people.Count(one => one.Month == labels[0] && Enumerable.Range(0, 3).All(at => (of[at] == "_T" || one.Of[at] == of[at]) && (chosen[at] is not { } code || one.Of[at] == code)));
                    Assert.True(figure.AtLeast <= truth, $"{string.Join(' ', grouped)} where {string.Join(' ', conditions)}: {string.Join(' ', labels)} is {truth}, not {figure.AtLeast}..{figure.AtMost}");
                    Assert.True(by > 0 || missed > 0 || truth <= figure.AtMost, $"where {string.Join(' ', conditions)}: {string.Join(' ', labels)} is {truth}, not {figure.AtLeast}..{figure.AtMost}");
                    Assert.True(by + where + missed > 0 || figure.AtLeast == figure.AtMost, $"{string.Join(' ', labels)} is {truth}, not {figure.AtLeast}..{figure.AtMost}");
                }
            }
        }

        string Any(params string[] some) => some[chance.Next(some.Length)];
    }

    [Fact]
    public async Task What_is_a_total_of_what_is_found_once_for_all_checks_and_questions_until_something_else_stands()
    {
        await using var office = await OfficeAsync("2024-01,PAN,VEN,_T,_T,30\n2024-01,PAN,VEN,F,_T,10\n2024-01,PAN,VEN,M,_T,20\n");
        async Task<TotalsAndParts> NowAsync() => office.Flows.TotalsOf(Tambo.Flows.Structure.Dataflow.Find("FLOW")!, "TABLE", await office.Live.StandingAsync(null, CancellationToken.None))!;
        var first = await NowAsync();
        Assert.Single(await FindAsync(office, "totals-beside-parts"));
        Assert.Equal("30 Exact total_and_parts", await AskAsync(office, ""));
        Assert.Same(first, await NowAsync());
        await office.ImportAsync(Heading + "\n2024-02,PAN,VEN,F,_T,10\n", Mapping("FLOW"));
        Assert.NotSame(first, await NowAsync());
    }

    [Theory]
    [InlineData("STOCK", "totals-beside-parts-stock")]
    [InlineData("RETURN", "totals-beside-parts-returns")]
    public async Task Totals_are_found_in_stocks_and_returns_too(string dataflow, string check)
    {
        await using var office = await OfficeAsync("2024,PAN,VEN,_T,_T,30\n2024,PAN,VEN,F,_T,10\n2024,PAN,VEN,M,_T,20\n", dataflow);
        Assert.Equal("30 Exact total_and_parts", await AskAsync(office, "", dataflow: dataflow));
        Assert.Equal("2024", Assert.Single(await FindAsync(office, check)).Period);
    }

    [Fact]
    public async Task A_week_across_two_months_may_be_of_either()
    {
        await using var office = await OfficeAsync(string.Concat(Enumerable.Range(1, 13).Select(week => $"2023-W{week:00},PAN,_T,_T,_T,70\n")));
        // Of February three weeks lie in it and two across its ends: 28 days of 10 are 280.
        var months = await AskAsync(office, "month");
        Assert.Contains("2023-02 210..350 Bounded longer_period", months, StringComparison.Ordinal);
        Assert.DoesNotContain("W", months, StringComparison.Ordinal);
        Assert.Equal("210..350 Bounded longer_period", await AskAsync(office, "", "time=2023-02"));
        Assert.Equal("2023-02 210..350 Bounded longer_period", await AskAsync(office, "month", "time=2023-02"));
        Assert.Equal("2023 910 Exact", await AskAsync(office, "year", "time=2023"));
    }

    [Fact]
    public async Task Unknown_may_be_any_and_others_where_the_code_is_not_apart()
    {
        await using var office = await OfficeAsync("2024-01,PAN,VEN,F,Y_GE18,10\n2024-01,PAN,_U,_U,_U,5\n2024-01,PAN,_O,M,Y_LT18,3\n");
        Assert.Equal("10..15 Bounded not_said", await AskAsync(office, "", "citizenship=VEN"));
        Assert.Equal("0..8 Bounded among_others not_said", await AskAsync(office, "", "citizenship=HTI"));
        Assert.Equal("10..15 Bounded not_said", await AskAsync(office, "", "sex=F"));
        // The label itself leads to its own rows.
        Assert.Equal("5 Exact", await AskAsync(office, "", "age=_U"));
        Assert.Equal("5 Exact", await AskAsync(office, "", "citizenship=_U"));
        Assert.Equal("", await AskAsync(office, "", "age=_T"));
    }

    [Fact]
    public async Task What_has_no_number_is_never_exact()
    {
        await using var office = await OfficeAsync("2024-01,PAN,VEN,F,Y_LT18,10\n2024-01,PAN,VEN,F,Y_GE18,n/d\n");
        Assert.Equal("10.. Bounded no_number", await AskAsync(office, ""));
        var children = Assert.Single((await office.AskAsync(new FlowsQuery { Where = ["age=0-17"], Share = ["age"] })).Figures);
        Assert.Equal((0.0, 1.0), (children.Share!.Least, children.Share.Most));
        Assert.Contains("no_number", children.Reasons);
    }

    [Fact]
    public async Task Columns_that_changed_places_in_one_year_are_noticed()
    {
        string[] who = ["VEN", "HTI", "COL", "ECU", "CUB", "CHN", "IND", "AGO"];
        string Year(int year, bool swapped) => string.Concat(who.Select((one, at) => (at % 2 == 0 ? "PAN" : "CRI") is var area && swapped ? $"{year}-01,{one},{area},_T,_T,{at + 1}\n" : $"{year}-01,{area},{one},_T,_T,{at + 1}\n"));
        await using var office = await OfficeAsync(Year(2022, false) + Year(2023, false) + Year(2024, false));
        Assert.Empty(await FindAsync(office, "swapped-nationality-country"));
        await office.ImportAsync(Heading + "\n" + Year(2022, false) + Year(2023, false) + Year(2024, true), Mapping("FLOW", replaces: "all"));
        Assert.Equal("2024", Assert.Single(await FindAsync(office, "swapped-nationality-country")).Period);
    }

    [Fact]
    public async Task A_country_that_repeats_a_month_is_noticed_beside_others_and_beside_years()
    {
        string[] who = ["VEN", "HTI", "COL", "ECU", "CUB", "CHN"];
        string Month(string time, string area, int more) => string.Concat(who.Select((one, at) => $"{time},{area},{one},_T,_T,{(at * 7) + more}\n"));
        await using var office = await OfficeAsync(Month("2023-01", "PAN", 1) + Month("2023-02", "PAN", 1) + Month("2023-01", "HND", 2) + Month("2023-02", "HND", 3) + "2023,CRI,VEN,_T,_T,9\n");
        Assert.Equal(("2023-02", "PAN, 2023-02"), Assert.Single(await FindAsync(office, "repeated-months")) is var one ? (one.Period, one.Values["what"]) : default);
    }

    [Fact]
    public async Task Incidents_and_surveys_are_looked_over()
    {
        const string Also = """
            { "from": [ "dead" ], "to": [ "DEAD" ], "number": {} }, { "from": [ "lat" ], "to": [ "LATITUDE" ], "number": {} }, { "from": [ "lon" ], "to": [ "LONGITUDE" ], "number": {} },
            """;
        const string Rows = """
            time,area,dead,lat,lon,count
            2024-01-03,PAN,2,8.5,-78.1,2
            2024-01-03,PAN,2,8.5,-78.1,2
            2024-01-04,PAN,70000,8.5,-78.1,1
            2024-01-05,PAN,1,-33.4,-70.6,1
            2024-01-06,PAN,1,95.0,-70.6,1

            """;
        var mapping = string.Join('\n', Mapping("INCIDENT", Also).Split('\n').Where(line => !line.Contains("\"sex\"", StringComparison.Ordinal)))
            .Replace(""", { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "text": true },""", ",", StringComparison.Ordinal);
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        Assert.Equal(0, (await office.ImportAsync(Rows, mapping)).File!.Refused);
        Assert.Equal("2024-01-04", Assert.Single(await FindAsync(office, "impossible-values-incidents")).Period);
        Assert.Equal("2024-01-06", Assert.Single(await FindAsync(office, "impossible-coordinates-latitude")).Period);
        Assert.Equal(["2024-01-05", "2024-01-06"], (await FindAsync(office, "incidents-astray")).Select(finding => finding.Period).Order());
        Assert.Equal(("2024-01-03", 2L), Assert.Single(await FindAsync(office, "incidents-doubled")) is var twice ? (twice.Period, twice.Size) : default);

        const string Sample = """{ "from": [ "sample" ], "to": [ "SAMPLE" ], "number": {} },""";
        await using var survey = await FlowsOffice.OpenAsync(Engine.Sqlite);
        await survey.ImportAsync("time,area,who,sex,age,sample,count\n2024,PAN,_T,F,_T,0,40\n2024,PAN,_T,M,_T,9,140\n", Mapping("SURVEY", Sample).Replace("\"PS\"", "\"PT\"", StringComparison.Ordinal));
        Assert.Single(await FindAsync(survey, "impossible-samples-survey"));
        Assert.Equal(140, Assert.Single(await FindAsync(survey, "impossible-shares-survey")).Size);
    }
}
