using System.Text;
using DocumentFormat.OpenXml.Spreadsheet;
using Tambo.Flows;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Tests.Platform.Files;
using static Tambo.Tests.Flows.ReadAnythingTests;

namespace Tambo.Tests.Flows;

/// <summary>Tables damaged in every way are refused with a code, by the row or whole; nothing of them is guessed.</summary>
public sealed class BadTablesTests
{
    private static readonly string Plain = LongMapping("month", "who", "count");
    private static readonly string Days = LongMapping("day", "who", "count", """{ "pattern": "dd/MM/yyyy", "frequency": "D" }""");

    [Theory]
    [InlineData("2023-01,HTI,5\n2023-02,HTI", "2023-01 HTI 5", "3 flows.row_short")]
    [InlineData("2023-01,HTI,5\n2023-02,HT", "2023-01 HTI 5", "3 flows.row_short")]
    [InlineData("x,2023-01,HTI,5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.code_unknown; 2 flows.date_unknown; 2 flows.number_unknown")]
    [InlineData("2023-01,HTI,-5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.number_negative")]
    [InlineData("2023-01,HTI,\"1,000\"\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.number_unknown")]
    [InlineData("2023-01,HTI,1.000\n2023-02,HTI,6.0\n", "2023-02 HTI 6", "2 flows.number_ambiguous")]
    [InlineData("2023-01,HTI,2.5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.number_unknown")]
    [InlineData("2027-01,HTI,5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.date_future")]
    [InlineData("9999-12,HTI,5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.date_unknown")]
    [InlineData("44927,HTI,5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.date_unknown")]
    [InlineData("01/2023,HTI,5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.date_unknown")]
    [InlineData("=2023-01,HTI,5\n2023-02,HTI,=3+3\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.date_unknown; 3 flows.number_unknown")]
    [InlineData("2023-01,HaitÃ­,5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.code_unknown")]
    [InlineData("month,who,count\n2023-02,HTI,6\n", "2023-02 HTI 6", "")]
    [InlineData("2023-02,HTI,6\nTotal,,6\n", "2023-02 HTI 6", "3 flows.code_unknown; 3 flows.date_unknown")]
    public void A_bad_row_is_refused_with_its_line_and_code(string rows, string observations, string issues)
    {
        var read = Read("month,who,count\n" + rows, Plain);
        Assert.Equal(observations, read.Observations);
        Assert.Equal(issues.Split("; ").Order(), read.Issues.Split("; ").Order());
    }

    [Fact]
    public void Mixed_ways_of_writing_days_are_refused_where_they_do_not_fit()
    {
        var read = Read("day,who,count\n13/01/2023,HTI,5\n01/13/2023,HTI,6\n2023-01-14,HTI,7\n", Days);
        Assert.Equal(("2023-01-13 HTI 5", "3 flows.date_unknown; 4 flows.date_unknown"), (read.Observations, read.Issues));
    }

    [Fact]
    public void A_second_table_refuses_the_whole_file_by_the_line_on_which_it_begins()
    {
        var refused = Assert.Throws<Problem>(() => Read("month,who,count\n2023-01,HTI,5\n\nperiod,sex,persons\n2023-01,F,3\n", Plain));
        Assert.Equal(FlowsProblems.SecondTable, refused.Kind);
        Assert.Contains(refused.Values, value => Equals(value.Value, 4));
        Assert.Equal(FlowsProblems.SecondTable, Refusal("País,Año,Enero,Febrero\nPerú,2025,7,9\nSexo,Grupo,Adultos,Menores\nF,1,2,3\n", Wide));
    }

    [Fact]
    public void A_month_that_stands_twice_is_refused_the_second_time_where_the_mapping_says_it_may_not()
    {
        var once = Plain.Replace("\"version\": 1", "\"version\": 1, \"once\": true", StringComparison.Ordinal);
        var (observations, issues, file) = Read("month,who,count\n2023-01,HTI,5\n2023-01,PER,5\n2023-01,Haiti,7\n", once);
        Assert.Equal(("2023-01 HTI 5; 2023-01 PER 5", "4 flows.twice", 1L), (observations, issues, file.Refused));
        Assert.DoesNotContain(file.Ledger, line => line.Value == "Haiti");
        Assert.Equal("2023-01 HTI 5; 2023-01 PER 5; 2023-01 HTI 7", Read("month,who,count\n2023-01,HTI,5\n2023-01,PER,5\n2023-01,Haiti,7\n", Plain).Observations);
        Assert.Equal("2023-01 PER 7; 2023-02 PER 9", Read("País,Año,Enero,Febrero\nPerú,2023,7,9\nPeruanos,2023,8,\n", Wide.Replace("\"version\": 1", "\"version\": 1, \"once\": true", StringComparison.Ordinal)).Observations);
    }

    [Fact]
    public void Day_numbers_of_a_workbook_are_dates_only_where_the_mapping_says_so()
    {
        var mapping = LongMapping("day", "who", "count", """{ "pattern": "excel", "frequency": "D" }""");
        // 44927 days after 1899-12-30 is 1 January 2023.
        Assert.Equal("2023-01-01 HTI 5", Read("day,who,count\n44927,HTI,5\n", mapping).Observations);
        using var book = Workbooks.New("Hoja1", [],
            Workbooks.Row(1, Workbooks.Text("A1", "day"), Workbooks.Text("B1", "who"), Workbooks.Text("C1", "count")),
            Workbooks.Row(2, Workbooks.Number("A2", "44927", style: 1), Workbooks.Text("B2", "HTI"), Workbooks.Number("C2", "5")),
            Workbooks.Row(3, Workbooks.Text("A3", "02/01/2023"), Workbooks.Text("B3", "HTI"), Workbooks.Error("C3", "#REF!")));
        var (observations, _, file) = Read(book, Days);
        Assert.Equal("2023-01-01 HTI 5; 2023-01-02 HTI ?", observations);
        Assert.Equal(1, file.Issues.Counts[ReadingIssues.CellError]);
    }

    [Fact]
    public void Encodings_that_are_wrong_but_plausible_never_give_other_countries()
    {
        // Code page 850 has í at 0xA1, which Windows-1252 reads as an inverted exclamation mark.
        var read = Read(new MemoryStream([.. Encoding.ASCII.GetBytes("month,who,count\n2023-01,Hait"), 0xA1, .. Encoding.ASCII.GetBytes(",5\n2023-01,PER,6\n")]), Plain);
        Assert.Equal(("2023-01 PER 6", "2 flows.code_unknown"), (read.Observations, read.Issues));
        var text = Plain.Replace("\"codes\": \"countries\"", "\"text\": true", StringComparison.Ordinal);
        Assert.Equal("2 flows.text_garbled", Read("month,who,count\n2023-01,HaitÃ­,5\n2023-01,PER,6\n", text).Issues);
        Assert.Equal(FlowsProblems.ColumnMissing, Refusal("mÃªs,who,count\n2023-01,PER,6\n", LongMapping("mês", "who", "count")));
    }

    [Fact]
    public void Files_that_are_no_tables_are_refused_whole()
    {
        Assert.Equal(FileProblems.Empty, Refusal("", Plain));
        Assert.Equal(FlowsProblems.HeaderMissing, Refusal("1,2,3\n4,5,6\n", Plain));
        Assert.Equal(FlowsProblems.ColumnMissing, Refusal("month,who,number\n2023-01,HTI,5\n", Plain));
        Assert.Equal(FlowsProblems.ColumnMissing, Refusal("month,who,count,count\n2023-01,HTI,5,6\n", Plain));
        Assert.Equal(FileProblems.NotASpreadsheet, Refusal(new MemoryStream([.. "PK\u0003\u0004"u8, .. new byte[400]]), Plain));
        Assert.Equal(FileProblems.Binary, Refusal(new MemoryStream([.. "%PDF-1.7"u8, .. new byte[400]]), Plain));
        using var whole = Workbooks.New("Hoja1", [], Workbooks.Row(1, Workbooks.Text("A1", "month"), Workbooks.Text("B1", "who")), Workbooks.Row(2, Workbooks.Text("A2", "2023-01"), Workbooks.Text("B2", "HTI")));
        Assert.Equal(FileProblems.NotASpreadsheet, Refusal(new MemoryStream(whole.ToArray()[..^200]), Plain));
        Assert.Equal(FileProblems.RowTooLong, Refusal("month,who,count\n2023-01,\"HTI" + new string('x', 3_000_000), Plain));
        Assert.Equal(FlowsProblems.RowsMissing, Refusal("[\"a\",\"b\"]", Plain));
        Assert.Equal(FlowsProblems.HeaderMissing, Refusal("[1,2,3]", Plain));
        Assert.Equal(FileProblems.JsonDepth, Refusal(new string('[', 5_000), Plain));
    }

    [Fact]
    public void A_million_columns_are_refused()
    {
        var header = string.Join(',', Enumerable.Range(0, 1_000_000).Select(static column => $"c{column % 10}"));
        Assert.Contains(Refusal(header + "\n1,2\n", Plain), new[] { FileProblems.TooManyColumns, FileProblems.RowTooLong });
        using var book = Workbooks.New("Hoja1", [], Workbooks.Row(1, Workbooks.Text("A1", "month"), new Cell { CellReference = "BDWGN1", CellValue = new CellValue("1") }));
        Assert.True(Refusal(book, Plain).Status is 413 or 415 or 422);
    }

    [Fact]
    public void Mappings_that_contradict_themselves_are_refused_before_a_row_is_read()
    {
        ProblemKind Broken(string from, string to, string? mapping = null)
        {
            Assert.Contains(from, mapping ?? Plain, StringComparison.Ordinal);
            return Refusal("month,who,count\n2023-01,HTI,5\n", (mapping ?? Plain).Replace(from, to, StringComparison.Ordinal));
        }

        const string Pattern = "\"pattern\": \"yyyy-MM\", \"frequency\": \"M\"";
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"codes\": \"countries\"", "\"values\": { \"HTI\": [ { \"to\": { \"CITIZENSHIP\": \"HTI\" } } ], \"HTI\": [ { \"to\": { \"CITIZENSHIP\": \"PER\" } } ] }"));
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"codes\": \"countries\"", "\"values\": { \"haiti\": [ { \"to\": { \"CITIZENSHIP\": \"HTI\" } } ], \"Haití\": [ { \"to\": { \"CITIZENSHIP\": \"PER\" } } ] }"));
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"from\": [ \"who\" ]", "\"from\": [ ]"));
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"to\": [ \"CITIZENSHIP\" ]", "\"to\": [ \"OBS_VALUE\" ]"));
        Assert.Equal(FlowsProblems.MappingBroken, Broken(Pattern, "\"pattern\": \"dd/MM/yyyy\", \"frequency\": \"D\" }, { \"pattern\": \"MM/dd/yyyy\", \"frequency\": \"D\""));
        Assert.Equal(FlowsProblems.MappingBroken, Broken(Pattern, "\"pattern\": \"yyyy-MM\""));
        Assert.Equal(FlowsProblems.MappingBroken, Broken(Pattern, "\"pattern\": \"yyyy-HH\", \"frequency\": \"M\""));
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"version\": 1", "\"version\": 1, \"version\": 2"));
        // A mapping has no way to lead on to another: a member that would is unknown, and nesting is bounded.
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"version\": 1", "\"version\": 1, \"extends\": \"test\""));
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"columns\": [", "\"columns\": " + new string('[', 200)));
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"column\": \"*\"", "\"column\": \"*\", \"dates\": [], \"column\": \"*\"", Wide));
        Assert.Equal(FlowsProblems.MappingBroken, Broken("\"column\": \"*\"", "\"column\": \"**\"", Wide));
    }

    [Fact]
    public void Every_issue_and_refusal_is_told()
    {
        var catalog = TextCatalog.Load([typeof(FileProblems).Assembly, typeof(FlowsProblems).Assembly]);
        // That every language has what English has is told by the tests of texts.
        Assert.All([.. TableIssues.Codes, .. HarmonisingIssues.Codes], code => Assert.True(catalog.In("en").Has("issue." + code), code));
        Assert.All(FlowsProblems.All, kind => Assert.True(catalog.In("en").Has(kind.DetailKey), kind.Code));
    }
}
