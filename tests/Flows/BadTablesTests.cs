using System.Text;
using DocumentFormat.OpenXml.Spreadsheet;
using Tambo.Flows;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
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
    [InlineData("x,2023-01,HTI,5\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.row_long")]
    [InlineData("x,2023-01,HTI\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.code_unknown; 2 flows.date_unknown; 2 flows.number_unknown")]
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
    [InlineData("2023-01,HTI,1,234\n2023-02,HTI,6\n", "2023-02 HTI 6", "2 flows.row_long")]
    [InlineData("2023-01,HTI,1,,\n2023-02,HTI,6,\"\", \n", "2023-01 HTI 1; 2023-02 HTI 6", "")]
    [InlineData("2023-02,HTI,6\nTotal,,6\n", "2023-02 HTI 6", "3 flows.code_unknown; 3 flows.date_unknown")]
    public void A_bad_row_is_refused_with_its_line_and_code(string rows, string observations, string issues)
    {
        var read = Read("month,who,count\n" + rows, Plain);
        Assert.Equal(observations, read.Observations);
        Assert.Equal(issues.Split("; ").Order(), read.Issues.Split("; ").Order());
    }

    [Theory]
    // A mark within a cell is text, as the header's reader has it: the rows stay what they are.
    [InlineData("2023-01,HTI,El \"Paso,5\n2023-02,PER,Km 3\" sur,6\n2023-03,PER,x,7\n", "2023-01 HTI 5; 2023-02 PER 6; 2023-03 PER 7", "2 quote_stray; 3 quote_stray")]
    [InlineData("2023-01,HTI,\"El \"\"Paso\"\"\",5\n2023-03,PER,\"x\",7\n", "2023-01 HTI 5; 2023-03 PER 7", "")]
    [InlineData("2023-01,HTI,\"El\" Paso,5\n2023-03,PER,\"x\ny\",7\n", "2023-01 HTI 5; 2023-03 PER 7", "2 quote_stray")]
    // One that opens a cell and closes within another row makes one row of several: nobody can tell what they said.
    [InlineData("2023-01,HTI,\"El Paso,5\n2023-02,PER,\"Km 3 sur,6\n2023-03,PER,x,7\n", "2023-03 PER 7", "2 flows.rows_joined")]
    [InlineData("2023-01,HTI,x,5\n2023-02,PER,\"Km 3,6\n2023-03,PER,x,7\n", "2023-01 HTI 5", "3 quote_unclosed")]
    [InlineData("2023-01,HTI,x,5\n2023-02,PER,x,51", "2023-01 HTI 5; 2023-02 PER 51", "3 flows.end_missing")]
    public void A_stray_quotation_mark_and_a_missing_end_are_told_and_give_no_false_row(string rows, string observations, string issues)
    {
        var read = Read("month,who,place,count\n" + rows, Plain);
        Assert.Equal(observations, read.Observations);
        string[] told = [ReadingIssues.QuoteStray, ReadingIssues.QuoteUnclosed, TableIssues.RowsJoined, TableIssues.EndMissing];
        Assert.Equal(issues, string.Join("; ", read.File.Issues.Kept.Where(issue => told.Contains(issue.Code)).Select(issue => $"{issue.Line} {issue.Code}")));
        Assert.Equal(issues.Contains("joined", StringComparison.Ordinal) || issues.Contains("unclosed", StringComparison.Ordinal) ? 1 : 0, read.File.Refused);
    }

    [Theory]
    [InlineData("1.234,5", null)]
    [InlineData("1.234", 1234L)]
    [InlineData("-", null)]
    [InlineData("1.5", null)]
    [InlineData("12.34", null)]
    [InlineData("1234.567", null)]
    [InlineData("1,234.567", null)]
    [InlineData("1.234.567", 1234567L)]
    [InlineData("1..234", null)]
    [InlineData(".234", null)]
    public void Marks_of_thousands_stand_before_three_digits_or_the_number_is_refused(string text, long? number)
    {
        var outcome = ValueReading.Number(text, new NumberForm { Decimal = ",", Thousands = "." }, ComponentKind.Count);
        Assert.Equal((number is null, number ?? ObservationBatch.Unknown), (outcome.Issue is not null, outcome.Measure));
        Assert.Equal(text is "1.234,5" ? 1_234_500_000L : number * 1_000_000 ?? ObservationBatch.Unknown, ValueReading.Number(text, new NumberForm { Decimal = ",", Thousands = "." }, ComponentKind.Number).Measure);
    }

    [Fact]
    public void Marks_that_would_change_numbers_are_refused_with_the_mapping()
    {
        foreach (var form in (string[])["\"thousands\": \".\"", "\"decimal\": \"\"", "\"decimal\": \",\", \"thousands\": \",\"", "\"decimal\": \"0\"", "\"thousands\": \"..\"", "\"decimal\": \"-\""])
        {
            Assert.Equal(FlowsProblems.MappingBroken, Refusal("month,who,count\n2023-01,HTI,1.5\n", Plain.Replace("\"number\": { }", $"\"number\": {{ {form} }}", StringComparison.Ordinal)));
            Assert.Equal(FlowsProblems.MappingBroken, Refusal("País,Año,Enero\nPerú,2025,1.5\n", Wide.Replace("\"thousands\": \".\" , \"decimal\": \",\"", form, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Two_letters_are_no_country_unless_the_mapping_says_so_and_na_never_is()
    {
        // What programs and people write for nothing: not available, without data, not reported, not specified.
        var read = Read("month,who,count\n2023-01,NA,5\n2023-01,SD,6\n2023-01,NR,7\n2023-01,NE,8\n2023-01,PER,9\n", Plain);
        Assert.Equal(("2023-01 PER 9", 4L), (read.Observations, read.File.Issues.Counts["flows.code_unknown"]));
        var two = Plain.Replace("\"codes\": \"countries\"", "\"codes\": \"countries-2\"", StringComparison.Ordinal);
        Assert.Equal(("2023-01 SDN 6; 2023-01 PER 9", "2 flows.code_unknown"), (Read("month,who,count\n2023-01,NA,5\n2023-01,sd,6\n2023-01,Peru,9\n", two) is var short2 ? short2.Observations : "", short2.Issues));
        var said = two.Replace("\"codes\": \"countries-2\"", "\"codes\": \"countries-2\", \"values\": { \"NA\": [ { \"to\": { \"CITIZENSHIP\": \"NAM\" } } ] }", StringComparison.Ordinal);
        Assert.Equal("2023-01 NAM 5; 2023-01 SDN 6", Read("month,who,count\n2023-01,NA,5\n2023-01,SD,6\n", said).Observations);
        Assert.Equal(FlowsProblems.MappingBroken, Refusal("month,who,count\n2023-01,NA,5\n", two.Replace("countries-2", "countries-4", StringComparison.Ordinal)));
    }

    [Fact]
    public void Refusals_are_counted_by_code_however_many_there_are_and_some_of_each_are_told()
    {
        var rows = string.Concat(Enumerable.Range(0, 1_000).Select(row => $"soon,HTI,{row}\n")) + string.Concat(Enumerable.Range(0, 1_000).Select(row => $"2023-01,nobody,{row}\n"));
        var (_, _, file) = Read("month,who,count\n" + rows + "2023-01,HTI,1\n", Plain);
        Assert.Equal((2_000L, 1_000L, 1_000L, 2_000L), (file.Refused, file.Issues.Counts["flows.date_unknown"], file.Issues.Counts["flows.code_unknown"], file.Issues.Errors));
        Assert.Equal([("flows.code_unknown", 1_002), ("flows.date_unknown", 2)], file.Issues.Kept.GroupBy(issue => issue.Code).Select(same => (same.Key, same.Min(issue => issue.Line))).Order());
    }

    [Theory]
    [InlineData("2023-01,HTI,5\nt,geo,n\n2023-01,PAN,900\n", 3)]
    [InlineData("2023-01,HTI,5\n\nd,c,k\n2023-01,PAN,900\n", 4)]
    public void A_second_table_with_short_headings_is_one_all_the_same(string rows, int line)
    {
        var refused = Assert.Throws<Problem>(() => Read("t,nat,n\n" + rows, LongMapping("t", "nat", "n")));
        Assert.Equal((FlowsProblems.SecondTable, true), (refused.Kind, refused.Values.Any(value => Equals(value.Value, line))));
    }

    [Fact]
    public void Marks_for_nothing_are_bad_rows_and_no_header()
    {
        var read = Read("t,nat,n\n2023-01,HTI,5\ns/f,HTI,n/d\n\nNA,HTI,NA\n2023-01,PAN,6\n", LongMapping("t", "nat", "n"));
        Assert.Equal(("2023-01 HTI 5; 2023-01 PAN 6", 2L), (read.Observations, read.File.Refused));
    }

    [Fact]
    public void Only_codes_of_their_lists_are_taken()
    {
        foreach (var (from, to) in ((string, string)[])[("\"PS\"", "\"persons\""), ("\"PS\"", "\"PS\", \"SEX\": \"male\""), ("\"PS\"", "\"PS\", \"REF_AREA\": \"Panama\""), ("\"PS\"", "\"PS\", \"REF_AREA\": \"PNA\""), ("\"PS\"", "\"PS\", \"DIRECTION\": \"INTO\"")])
        {
            var broken = Assert.Throws<Problem>(() => Read("month,who,count\n2023-01,HTI,5\n", Plain.Replace(from, to, StringComparison.Ordinal)));
            Assert.Equal((FlowsProblems.MappingBroken, true), (broken.Kind, broken.Values.Any(value => value.Value is string what && to.Contains(what.Split(": ")[^1], StringComparison.Ordinal))));
        }

        var values = Plain.Replace("\"codes\": \"countries\"", "\"values\": { \"*\": [ { \"to\": { \"CITIZENSHIP\": \"anybody\" } } ] }", StringComparison.Ordinal);
        Assert.Equal(FlowsProblems.MappingBroken, Refusal("month,who,count\n2023-01,HTI,5\n", values));
        var text = Plain.Replace("\"to\": [ \"CITIZENSHIP\" ], \"codes\": \"countries\"", "\"to\": [ \"SEX\" ], \"text\": true", StringComparison.Ordinal);
        Assert.Equal(("2023-01 F 5", "3 flows.code_unknown"), (Read("month,who,count\n2023-01,F,5\n2023-01,girls,6\n", text) is var sexes ? sexes.Observations : "", sexes.Issues));
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
        Assert.Equal(FileProblems.TooManyColumns, Refusal("[" + string.Join(",", Enumerable.Range(0, 4_001).Select(static record => $$"""{"k{{record}}":1}""")) + "]", Plain));
        Assert.Equal(FileProblems.TooManyColumns, Refusal("[[" + string.Join(",", Enumerable.Range(0, 4_001).Select(static column => $"\"k{column}\"")) + "],[\"a\"]]", Plain));
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
