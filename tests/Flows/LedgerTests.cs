using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;
using Tambo.Tests.Platform.Files;
using Tambo.Tests.Support;
using static Tambo.Tests.Flows.ReadAnythingTests;

namespace Tambo.Tests.Flows;

/// <summary>The ledger says of every heading, value and row that was left out what became of it; what holds for some days only is told by the day.</summary>
public sealed class LedgerTests
{
    private const string Grown =
        """
        { "name": "grown", "version": 1, "dataflow": "FLOW", "series": { "code": "VALLEY", "publisher": "Office of the valley" }, "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ WHEN ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "PATTERN", "frequency": "M" } ] },
            { "from": [ "kind" ], "to": [ "AGE" ], "values": { "adults": [ { "to": { "AGE": "Y_GE21" }, "until": "2020-12-31" }, { "to": { "AGE": "Y_GE18" }, "from": "2021-01-01" } ] } },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": { } } ] }
        """;

    private const string Groups =
        """
        { "name": "groups", "version": 1, "dataflow": "FLOW", "series": { "code": "VALLEY", "publisher": "Office of the valley" }, "constants": { "UNIT_MEASURE": "PS" },
          "leave_out": [ { "column": "who", "patterns": [ "total*" ], "why": "total" } ],
          "columns": [ { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "codes": "countries" }, { "from": [ "month" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM", "frequency": "M" } ] } ],
          "pivot": [ { "column": "men", "to": { "SEX": "M", "AGE": "Y_GE18" } },
                     { "column": "families", "to": { "AGE": "_T" }, "carried": "bounded", "why": "family_units_mix_ages" }, { "column": "others" } ] }
        """;

    [Fact]
    public void What_a_value_means_on_a_day_is_told_by_the_day_of_several_columns()
    {
        var mapping = Grown.Replace("WHEN", "\"year\", \"month\"", StringComparison.Ordinal).Replace("PATTERN", "yyyy M", StringComparison.Ordinal);
        var (observations, issues, file) = Read("year,month,kind,count\n2020,5,adults,1\n2023,5,adults,2\n2023,13,adults,4\n", mapping, "TIME_PERIOD", "AGE");
        Assert.Equal(("2020-05 Y_GE21 1; 2023-05 Y_GE18 2", "4 flows.date_unknown", 1L), (observations, issues, file.Refused));
    }

    [Fact]
    public void What_a_value_means_on_a_day_is_told_by_a_date_of_a_workbook_and_by_a_part_of_a_cell()
    {
        // 45047 days after 1899-12-30 is 1 May 2023, 43952 is 1 May 2020.
        using var book = Workbooks.New("Hoja1", [],
            Workbooks.Row(1, Workbooks.Text("A1", "day"), Workbooks.Text("B1", "kind"), Workbooks.Text("C1", "count")),
            Workbooks.Row(2, Workbooks.Number("A2", "45047", style: 1), Workbooks.Text("B2", "adults"), Workbooks.Number("C2", "5")),
            Workbooks.Row(3, Workbooks.Number("A3", "43952", style: 1), Workbooks.Text("B3", "adults"), Workbooks.Number("C3", "6")));
        var mapping = Grown.Replace("WHEN", "\"day\"", StringComparison.Ordinal).Replace("PATTERN", "MM/yyyy", StringComparison.Ordinal);
        Assert.Equal("2023-05 Y_GE18 5; 2020-05 Y_GE21 6", Read(book, mapping, "TIME_PERIOD", "AGE").Observations);
        var part = mapping.Replace("\"dates\":", "\"part\": { \"between\": \";\", \"number\": 2 }, \"dates\":", StringComparison.Ordinal);
        Assert.Equal("2023-05 Y_GE18 5", Read("day,kind,count\nx;05/2023,adults,5\n", part, "TIME_PERIOD", "AGE").Observations);
    }

    [Fact]
    public void Each_pivoted_heading_has_a_line_and_so_has_what_is_left_out()
    {
        var (observations, _, file) = Read("who,month,men,families,others\nHTI,2023-01,1,2,4\nPER,2023-02,8,,16\nTotal,,9,2,20\n", Groups);
        Assert.Equal("2023-01 HTI M Y_GE18 1; 2023-01 HTI 2; 2023-01 HTI 4; 2023-02 PER M Y_GE18 8; 2023-02 PER 16", observations);
        Assert.Equal(
            [
                "who Total ->   exact total 1 0", "who HTI -> CITIZENSHIP HTI exact  1 0", "who PER -> CITIZENSHIP PER exact  1 0",
                "month 2023-01 -> TIME_PERIOD 2023-01 exact  1 0", "month 2023-02 -> TIME_PERIOD 2023-02 exact  1 0",
                "men men -> SEX|AGE M|Y_GE18 exact  2 9", "families families -> AGE _T bounded family_units_mix_ages 1 2", "others others -> OBS_VALUE others exact  2 20",
            ],
            file.Ledger.Select(Shown));
        Assert.Equal(Tambo.Flows.FlowsProblems.MappingBroken, Refusal("who,month,men\n", Groups.Replace("\"column\": \"others\"", "\"column\": \"others\", \"carried\": \"bounded\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_period_of_a_heading_keeps_how_exactly_it_was_carried_over()
    {
        var mapping = Wide.Replace("\"frequency\": \"M\"", "\"frequency\": \"M\", \"carried\": \"bounded\", \"why\": \"year_stamped_as_january\"", StringComparison.Ordinal);
        var (_, _, file) = Read("País,Año,Enero,Febrero\nPerú,2023,7,9\nCuba,2024,1,\n", mapping);
        Assert.Equal(
            ["Enero Enero|2023 -> TIME_PERIOD 2023-01 bounded year_stamped_as_january 1 7", "Enero Enero|2024 -> TIME_PERIOD 2024-01 bounded year_stamped_as_january 1 1", "Febrero Febrero|2023 -> TIME_PERIOD 2023-02 bounded year_stamped_as_january 1 9"],
            file.Ledger.Where(line => line.Components == "TIME_PERIOD").Select(Shown));
    }

    [Fact]
    public async Task What_a_heading_could_not_carry_over_is_said_of_the_figures()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        await office.ImportAsync("who,month,men,families,others\nHTI,2023-01,1,2,4\n", Groups);
        var answer = await office.AskAsync(new() { By = ["age"] });
        var figure = Assert.Single(answer.Figures, figure => figure.Reasons.Contains("family_units_mix_ages"));
        Assert.Equal(Carried.Bounded, figure.Carried);
    }

    [Fact]
    public void A_number_merged_sideways_below_the_header_counts_once_and_is_noted()
    {
        using var book = Workbooks.New("Hoja1", ["B3:D3"],
            Workbooks.Row(1, Workbooks.Text("A1", "País"), Workbooks.Text("B1", "Año"), Workbooks.Text("C1", "Enero"), Workbooks.Text("D1", "Febrero"), Workbooks.Text("E1", "Marzo")),
            Workbooks.Row(2, Workbooks.Text("A2", "Cuba"), Workbooks.Number("B2", "2023"), Workbooks.Number("C2", "1"), Workbooks.Number("D2", "2"), Workbooks.Number("E2", "3")),
            Workbooks.Row(3, Workbooks.Text("A3", "Perú"), Workbooks.Number("B3", "2023"), Workbooks.Number("E3", "5")));
        var (observations, _, file) = Read(book, Wide);
        Assert.Equal("2023-01 CUB 1; 2023-02 CUB 2; 2023-03 CUB 3; 2023-03 PER 5", observations);
        Assert.Equal(1, file.Issues.Counts[ReadingIssues.MergedNumber]);
        using var months = Workbooks.New("Hoja1", ["C2:E2"],
            Workbooks.Row(1, Workbooks.Text("A1", "País"), Workbooks.Text("B1", "Año"), Workbooks.Text("C1", "Enero"), Workbooks.Text("D1", "Febrero"), Workbooks.Text("E1", "Marzo")),
            Workbooks.Row(2, Workbooks.Text("A2", "Cuba"), Workbooks.Number("B2", "2023"), Workbooks.Number("C2", "300")));
        var merged = Read(months, Wide);
        Assert.Equal(("2023-01 CUB 300", 1L), (merged.Observations, merged.File.Issues.Counts[ReadingIssues.MergedNumber]));
    }

    [Fact]
    public void A_wide_table_is_read_in_batches_of_as_many_cells_and_gives_each_of_its_numbers()
    {
        const int Rows = 3_000;
        const int Columns = 300;
        var heads = string.Join(",", Enumerable.Range(0, Columns).Select(column => $"\"{new DateOnly(2023, 1, 1).AddDays(column):yyyy-MM-dd}\""));
        var json = $"[[\"who\",{heads}]" + string.Concat(Enumerable.Range(0, Rows).Select(row => $",[\"HTI\",{string.Join(",", Enumerable.Range(0, Columns).Select(column => (row + column) % 7))}]")) + "]";
        const string Mapping =
            """
            { "name": "days", "version": 1, "dataflow": "FLOW", "series": { "code": "VALLEY", "publisher": "Office of the valley" }, "constants": { "UNIT_MEASURE": "PS" },
              "columns": [ { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "codes": "countries" } ], "pivot": [ { "column": "*", "dates": [ { "pattern": "iso", "frequency": "D" } ] } ] }
            """;
        var (_, _, file) = Read(json, Mapping, "CITIZENSHIP");
        Assert.Equal((Rows, Rows * Columns), (file.Read, file.Kept));
        Assert.Equal(Columns, file.Ledger.Count(line => line.Components == "TIME_PERIOD" && line.Rows == Rows));
        Assert.Equal(Enumerable.Range(0, Rows).Sum(row => Enumerable.Range(0, Columns).Sum(column => (row + column) % 7)), file.Ledger.Where(line => line.Components == "TIME_PERIOD").Sum(line => line.Sum));
    }

    private static string Shown(LedgerLine line) =>
        $"{line.Columns} {line.Value} -> {line.Components} {line.Became} {line.Carried.ToString().ToLowerInvariant()} {line.Why} {line.Rows} {line.Sum}";
}
