using System.Text;
using DocumentFormat.OpenXml.Spreadsheet;
using Tambo.Flows;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Tambo.Tests.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>Whatever institutions send becomes the same observations, or is refused whole with a code.</summary>
public sealed class ReadAnythingTests
{
    internal const string Wide =
        """
        { "name": "wide", "version": 1, "dataflow": "FLOW", "series": { "code": "VALLEY", "publisher": "Office of the valley" },
          "constants": { "UNIT_MEASURE": "PS" },
          "leave_out": [ { "column": "País", "patterns": [ "total*", "fuente*" ], "why": "total" } ],
          "columns": [ { "from": [ "País" ], "to": [ "CITIZENSHIP" ], "codes": "countries" } ],
          "pivot": [ { "column": "*", "dates": [ { "pattern": "MMMM yyyy", "frequency": "M" } ], "with": [ "Año" ], "number": { "thousands": "." , "decimal": "," } } ] }
        """;

    private const string Long =
        """
        { "name": "long", "version": 1, "dataflow": "FLOW", "series": { "code": "VALLEY", "publisher": "Office of the valley" }, FILE
          "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ "WHEN" ], "to": [ "TIME_PERIOD" ], "dates": [ PATTERN ] },
            { "from": [ "WHO" ], "to": [ "CITIZENSHIP" ], "codes": "countries" },
            { "from": [ "MANY" ], "to": [ "OBS_VALUE" ], "number": { } } ] }
        """;

    internal static string LongMapping(string when, string who, string many, string pattern = """{ "pattern": "yyyy-MM", "frequency": "M" }""", string file = "") =>
        Long.Replace("WHEN", when, StringComparison.Ordinal).Replace("WHO", who, StringComparison.Ordinal).Replace("MANY", many, StringComparison.Ordinal)
            .Replace("PATTERN", pattern, StringComparison.Ordinal).Replace("FILE", file.Length == 0 ? "" : $"\"file\": {file},", StringComparison.Ordinal);

    /// <summary>What a file becomes: period, nationality, sex, age and value of each observation, and the issues.</summary>
    internal static (string Observations, string Issues, HarmonisedFile File) Read(Stream file, string mapping, params string[] shown)
    {
        using var segment = new MemoryStream();
        var done = new HarmoniseFile(MappingShelf.Read(mapping, "test").Mapping, new DateOnly(2026, 1, 1), 2).Run(file, segment, CancellationToken.None);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, segment.ToArray());
            using var opened = SegmentFile.Open(path);
            return (string.Join("; ", Rows(opened, shown.Length > 0 ? shown : ["TIME_PERIOD", "CITIZENSHIP", "SEX", "AGE"])), string.Join("; ", done.Issues.Kept.Where(issue => issue.Severity == IssueSeverity.Error).Select(issue => $"{issue.Line} {issue.Code}")), done);
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static (string Observations, string Issues, HarmonisedFile File) Read(string text, string mapping, params string[] shown) => Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), mapping, shown);

    internal static ProblemKind Refusal(Stream file, string mapping) => Assert.Throws<Problem>(() => Read(file, mapping)).Kind;

    internal static ProblemKind Refusal(string text, string mapping) => Refusal(new MemoryStream(Encoding.UTF8.GetBytes(text)), mapping);

    private static IEnumerable<string> Rows(SegmentFile segment, string[] shown)
    {
        for (var row = 0; row < segment.Rows; row++)
            yield return string.Join(' ', shown.Append(Dataflow.Value).Select(name => Cell(segment, name, row)).Where(cell => cell != "_T"));
    }

    private static string Cell(SegmentFile segment, string name, int row)
    {
        var column = segment.Column(name)!;
        return segment.Find(name) is { Codes.Count: > 0 } coded ? coded.Codes[(int)column[row]]
            : column.Unknown?[row] == true ? "?" : column[row].ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Wide_months_become_one_observation_each_and_totals_and_notes_are_left_out()
    {
        var (observations, issues, file) = Read(
            "Oficina del valle\nMovimientos de personas\n\nPaís;Año;Enero;febrero;Marzo;Total\nVenezuela;2023;1.200;;3;1.203\nHaitianos;2023;10;20;;30\nTotal general;2023;1.210;20;3;1.233\nFuente: propia;;;;;\n", Wide);
        Assert.Equal("2023-01 VEN 1200; 2023-03 VEN 3; 2023-01 HTI 10; 2023-02 HTI 20", observations);
        Assert.Equal(("", 4L, 2L, 0L), (issues, file.Read, file.LeftOut, file.Refused));
        Assert.Equal(["Total"], file.Unused);
    }

    [Fact]
    public void Of_a_wide_row_a_bad_number_and_a_month_to_come_are_refused_and_the_rest_comes_in()
    {
        var (observations, issues, file) = Read("País,Año,Enero,Febrero\nPerú,2026,7,9\nCuba,2025,1.2,4\n", Wide.Replace("MMMM yyyy", "MMMM yyyy", StringComparison.Ordinal));
        Assert.Equal("2026-01 PER 7; 2025-02 CUB 4", observations);
        Assert.Equal("2 flows.date_future; 3 flows.number_unknown", issues);
        Assert.Equal(2, file.Refused);
    }

    [Fact]
    public void A_workbook_with_notes_merged_headers_and_totals_is_read_from_the_sheet_that_fits()
    {
        const string Mapping =
            """
            { "name": "sheet", "version": 1, "dataflow": "FLOW", "series": { "code": "VALLEY", "publisher": "Office of the valley" },
              "constants": { "UNIT_MEASURE": "PS" },
              "leave_out": [ { "column": "Mes", "patterns": [ "total*" ], "why": "total" } ],
              "columns": [ { "from": [ "Mes" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "MMMM yyyy", "frequency": "M" } ] } ],
              "pivot": [ { "column": "Hombres | 0-17", "to": { "SEX": "M", "AGE": "Y_LT18" } }, { "column": "Hombres | 18+", "to": { "SEX": "M", "AGE": "Y_GE18" } },
                         { "column": "Mujeres | 0-17", "to": { "SEX": "F", "AGE": "Y_LT18" } }, { "column": "Mujeres | 18+", "to": { "SEX": "F", "AGE": "Y_GE18" } } ] }
            """;
        using var book = Workbooks.New(
            ("Portada", false, [], [Workbooks.Row(1, Workbooks.Text("A1", "Informe"), Workbooks.Text("B1", "2023"))]),
            ("Datos", false, ["A1:E1", "A3:A4", "B3:C3", "D3:E3"],
            [
                Workbooks.Row(1, Workbooks.Text("A1", "Personas en el valle")),
                Workbooks.Row(3, Workbooks.Text("A3", "Mes"), Workbooks.Text("B3", "Hombres"), Workbooks.Text("D3", "Mujeres")),
                Workbooks.Row(4, Workbooks.Text("B4", "0-17"), Workbooks.Text("C4", "18+"), Workbooks.Text("D4", "0-17"), Workbooks.Text("E4", "18+")),
                Workbooks.Row(5, Workbooks.Text("A5", "Enero de 2023"), Workbooks.Number("B5", "1"), Workbooks.Formula("C5", "1+1", "2"), Workbooks.Number("D5", "3"), Workbooks.Number("E5", "4")),
                Workbooks.Row(6, Workbooks.Number("A6", "44958", style: 1), Workbooks.Number("B6", "5"), Workbooks.Number("D6", "0")),
                Workbooks.Row(7, Workbooks.Text("A7", "TOTAL"), Workbooks.Number("B7", "6"), Workbooks.Number("C7", "2"), Workbooks.Number("D7", "3"), Workbooks.Number("E7", "4")),
            ]));
        var (observations, issues, file) = Read(book, Mapping);
        Assert.Equal("2023-01 M Y_LT18 1; 2023-01 M Y_GE18 2; 2023-01 F Y_LT18 3; 2023-01 F Y_GE18 4; 2023-02 M Y_LT18 5; 2023-02 F Y_LT18 0", observations);
        Assert.Equal(("", "Datos", 1L), (issues, file.Sheet, file.LeftOut));
    }

    [Fact]
    public void The_same_two_rows_of_a_header_are_found_in_text_where_nothing_is_merged()
    {
        var (observations, _, _) = Read(
            "Mes,Hombres,,Mujeres,\n,0-17,18+,0-17,18+\n2023-01,1,2,3,4\n",
            """
            { "name": "two", "version": 1, "dataflow": "FLOW", "series": { "code": "VALLEY", "publisher": "Office of the valley" }, "constants": { "UNIT_MEASURE": "PS" },
              "columns": [ { "from": [ "mes" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM", "frequency": "M" } ] } ],
              "pivot": [ { "column": "Hombres | *", "to": { "SEX": "M" } }, { "column": "Mujeres | 0-17", "to": { "SEX": "F", "AGE": "Y_LT18" } } ] }
            """);
        Assert.Equal("2023-01 M 1; 2023-01 M 2; 2023-01 F Y_LT18 3", observations);
    }

    [Fact]
    public void Old_workbooks_and_numbered_sheets_are_read()
    {
        using var old = Workbooks.Old(["month", "who", "count"], ["2023-01", "Haiti", 7.0], ["2023-02", "HTI", 8.0]);
        Assert.Equal("2023-01 HTI 7; 2023-02 HTI 8", Read(old, LongMapping("month", "who", "count", file: """{ "sheet": "1" }""")).Observations);
    }

    [Fact]
    public void Which_of_several_sheets_is_never_guessed_and_a_hidden_one_only_read_when_it_is_named()
    {
        Row[] rows = [Workbooks.Row(1, Workbooks.Text("A1", "month"), Workbooks.Text("B1", "who"), Workbooks.Text("C1", "count")), Workbooks.Row(2, Workbooks.Text("A2", "2023-01"), Workbooks.Text("B2", "PER"), Workbooks.Number("C2", "5"))];
        Row[] Copy() => [.. rows.Select(row => (Row)row.CloneNode(true))];
        using var two = Workbooks.New(("2022", false, [], Copy()), ("2023", false, [], Copy()));
        Assert.Equal(FlowsProblems.SheetAmbiguous, Refusal(two, LongMapping("month", "who", "count")));
        using var named = Workbooks.New(("2022", false, [], Copy()), ("2023", false, [], Copy()));
        Assert.Equal("2023", Read(named, LongMapping("month", "who", "count", file: """{ "sheet": "2023" }""")).File.Sheet);
        using var hidden = Workbooks.New(("Notas", false, [], [Workbooks.Row(1, Workbooks.Text("A1", "nothing"), Workbooks.Text("B1", "here"))]), ("Datos", true, [], Copy()));
        Assert.Equal(FlowsProblems.SheetHidden, Refusal(hidden, LongMapping("month", "who", "count")));
        using var meant = Workbooks.New(("Notas", false, [], [Workbooks.Row(1, Workbooks.Text("A1", "nothing"), Workbooks.Text("B1", "here"))]), ("Datos", true, [], Copy()));
        Assert.Contains(Read(meant, LongMapping("month", "who", "count", file: """{ "sheet": "Datos" }""")).File.Issues.Kept, issue => issue.Code == TableIssues.SheetHiddenRead);
        using var missing = Workbooks.New(("A", false, [], Copy()));
        Assert.Equal(FileProblems.SheetMissing, Refusal(missing, LongMapping("month", "who", "count", file: """{ "sheet": "B" }""")));
    }

    [Fact]
    public void Json_records_are_read_from_a_path_with_nested_fields_by_dotted_names()
    {
        const string Json = """{ "status": 1, "result": { "page": 1, "data": [ { "when": "2023-01-15T00:00:00", "place": { "country": "Haiti" }, "n": 3 }, { "when": "2023-02-01", "n": null, "place": { "country": "PER" }, "more": true } ] } }""";
        var mapping = LongMapping("when", "place.country", "n", """{ "pattern": "iso", "frequency": "M" }""", """{ "rows": "result.data" }""");
        Assert.Equal("2023-01 HTI 3; 2023-02 PER ?", Read(Json, mapping).Observations);
        Assert.Equal("2023-01 HTI 3", Read("""[{"when":"2023-01-09","country":"HTI","n":"3"}]""", LongMapping("when", "country", "n", """{ "pattern": "iso", "frequency": "M" }""")).Observations);
        Assert.Equal(FlowsProblems.RowsMissing, Refusal(Json, mapping.Replace("result.data", "result.rows", StringComparison.Ordinal)));
        Assert.Equal(FileProblems.JsonSyntax, Refusal(Json[..^30], mapping));
    }

    [Theory]
    [InlineData("""[{"start":"2023-01-09","trip/country":"PER","members":[{"age":30},{"age":4}]},{"start":"2023-01-10","trip/country":"CUB","members":[]}]""", "members", "members.age")]
    [InlineData("""[{"start":"2023-01-09","trip/country":"PER","trip/members":[{"trip/members/age":30},{"trip/members/age":4}]},{"start":"2023-01-10","trip/country":"CUB"}]""", "trip/members", "age")]
    [InlineData("""{"value":[],"data":[{"start":"2023-01-09","trip":{"country":"PER","members":[{"age":30},{"age":4}]}},{"start":"2023-01-10","trip":{"country":"CUB","members":[]}}]}""", "trip.members", "age")]
    public void Of_a_form_s_submission_each_member_of_its_repeat_becomes_a_row(string json, string repeat, string age)
    {
        var (observations, _, file) = Read(json, LongMapping("start", "country", age, """{ "pattern": "iso", "frequency": "D" }""", $$"""{ "repeat": "{{repeat}}" }"""));
        Assert.Equal("2023-01-09 PER 30; 2023-01-09 PER 4", observations);
        Assert.Equal(1, file.Issues.Counts[TableIssues.RepeatEmpty]);
    }

    [Fact]
    public void Exports_of_forms_as_text_have_their_groups_before_the_names() =>
        Assert.Equal("2023-01-09 PER 3", Read("start,trip/who/country,trip/size\n2023-01-09T10:11:12.000-05:00,PER,3\n", LongMapping("start", "country", "size", """{ "pattern": "iso", "frequency": "D" }""")).Observations);

    [Fact]
    public void Columns_with_hashtags_are_found_by_them_above_any_names()
    {
        var mapping = LongMapping("#date+month", "#country+code+nationality", "#affected + ind");
        Assert.Equal("2023-01 HTI 5", Read("Mes,País,Cuántos\n#date+month,#country+nationality+code,#affected+ind\n2023-01,HTI,5\n", mapping).Observations);
        Assert.Equal("2023-01 HTI 5", Read("""[["#date+month","#country+nationality+code","#affected+ind"],["2023-01","HTI",5]]""", mapping).Observations);
    }

    [Theory]
    [InlineData("DATAFLOW,TIME_PERIOD,CITIZENSHIP,OBS_VALUE\nA:F(1.0),2023-01,HTI,5\nA:F(1.0),2023-Q1,PER,NaN\nA:F(1.0),2023,CUB,7\n", "")]
    [InlineData("STRUCTURE;STRUCTURE_ID;ACTION;TIME_PERIOD: Time;CITIZENSHIP: Nationality;OBS_VALUE\ndataflow;A:F(1.0);I;2023-01;HTI: Haiti;5\ndataflow;A:F(1.0);M;2023-Q1;PER: Peru;NaN\ndataflow;A:F(1.0);M;2023;CUB: Cuba;7\ndataflow;A:F(1.0);M;~;CUB: Cuba;\ndataflow;A:F(1.0);D;2022;CUB: Cuba;7\n", "6 flows.sdmx_delete")]
    public void Sdmx_csv_of_both_versions_is_read_as_it_is_written(string text, string wrong)
    {
        var labels = text.Contains(": Time", StringComparison.Ordinal);
        var (observations, issues, file) = Read(text, LongMapping(labels ? "TIME_PERIOD: Time" : "TIME_PERIOD", labels ? "CITIZENSHIP: Nationality" : "CITIZENSHIP", "OBS_VALUE", """{ "pattern": "sdmx" }"""));
        Assert.Equal("2023-01 HTI 5; 2023-Q1 PER ?; 2023 CUB 7", observations);
        Assert.Equal(wrong, issues);
        Assert.Equal(labels ? 1 : 0, file.LeftOut);
    }

    [Fact]
    public void The_example_of_wide_months_reads_the_workbook_that_it_describes()
    {
        var mapping = File.ReadAllText(Path.Combine(Tambo.Platform.Places.ShippedTable.Folder, "mappings", "flows", "example-wide-months.json"));
        using var book = Workbooks.New(("Ingresos", false, ["C4:D4"],
        [
            Workbooks.Row(1, Workbooks.Text("A1", "Ingresos por nacionalidad")),
            Workbooks.Row(2, Workbooks.Text("A2", "Datos preliminares")),
            Workbooks.Row(4, Workbooks.Text("A4", "Nacionalidad"), Workbooks.Text("B4", "Grupo"), Workbooks.Number("C4", "2024"), Workbooks.Text("E4", "Total")),
            Workbooks.Row(5, Workbooks.Text("C5", "Enero"), Workbooks.Text("D5", "Febrero")),
            Workbooks.Row(6, Workbooks.Text("A6", "Venezolana"), Workbooks.Text("B6", "hombres"), Workbooks.Text("C6", "1.200"), Workbooks.Text("D6", "n/d"), Workbooks.Number("E6", "1200")),
            Workbooks.Row(7, Workbooks.Text("A7", "Apátridas"), Workbooks.Text("B7", "Menores"), Workbooks.Number("C7", "2"), Workbooks.Number("D7", "3"), Workbooks.Number("E7", "5")),
            Workbooks.Row(8, Workbooks.Text("A8", "Total 2024"), Workbooks.Number("C8", "1202"), Workbooks.Number("D8", "3")),
            Workbooks.Row(9, Workbooks.Text("A9", "Fuente: registros")),
        ]));
        var (observations, issues, file) = Read(book, mapping);
        Assert.Equal(("2024-01 VEN M Y_GE18 1200; 2024-01 STLS Y_LT18 2; 2024-02 STLS Y_LT18 3", "", 2L), (observations, issues, file.LeftOut));
    }

    [Theory]
    [InlineData("\"text\": true", "Coroner&#039;s Office")]
    [InlineData("\"text\": true, \"html\": true", "Coroner's Office")]
    [InlineData("\"text\": true, \"html\": true, \"part\": { \"between\": \";\", \"number\": 1 }", "Coroner's Office")]
    public void A_text_written_for_a_web_page_is_read_as_it_is_shown_where_the_mapping_says_so(string how, string read)
    {
        var mapping = LongMapping("when", "who", "many").Replace("""{ "from": [ "many" ]""", $$"""{ "from": [ "source" ], "to": [ "DATA_SOURCE" ], {{how}} }, { "from": [ "many" ]""", StringComparison.Ordinal);
        Assert.Equal($"HTI {read} 5", Read("when,who,source,many\n2023-01,HTI,Coroner&#039;s Office,5\n", mapping, "CITIZENSHIP", "DATA_SOURCE").Observations);
        Assert.Equal(FlowsProblems.MappingBroken, Refusal("when,who,source,many\n2023-01,HTI,a,5\n", mapping.Replace("\"codes\": \"countries\"", "\"codes\": \"countries\", \"html\": true", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_shows_nothing_and_turns_letters_around_is_not_read_out_of_what_is_written_for_a_web_page()
    {
        var mapping = LongMapping("when", "who", "many").Replace("""{ "from": [ "many" ]""", """{ "from": [ "source" ], "to": [ "DATA_SOURCE" ], "text": true, "html": true }, { "from": [ "many" ]""", StringComparison.Ordinal);
        Assert.Equal("HTI Coroner's Office 5", Read("when,who,source,many\n2023-01,HTI,Coroner&#0;&#039;s &#x202E;Office&#7;,5\n", mapping, "CITIZENSHIP", "DATA_SOURCE").Observations);
    }

    [Fact]
    public void Incidents_are_read_as_the_interface_of_the_missing_migrants_project_gives_them()
    {
        var mapping = File.ReadAllText(Path.Combine(Tambo.Platform.Places.ShippedTable.Folder, "mappings", "flows", "missing-migrants-api.json"));
        const string Record = """{"web_id": "2021.MMP9999", "reported_date": "DATE", "number_dead": "1,022", "number_missing": "", "total_dead_and_missing": "1,022", "number_of_survivors": "", "number_of_female": "", "number_of_male": "-1", "number_of_children": "", "cause_death": "Drowning", "country_of_incident": "C&ocirc;te d&#039;Ivoire", "location_description": "A made-up lake\n of O&#039;Higgins", "location_coodinates": "8.5, -95.25", "migration_route": "", "information_source": "Coroner&#039;s Office &amp; &quot;Canal 6&quot;", "url": "https://example.org/watch?v=1&amp;t=2"}""";
        var good = Record.Replace("DATE", "2021-12-31", StringComparison.Ordinal).Replace("-1\"", "1\"", StringComparison.Ordinal);
        var (observations, issues, file) = Read($"[{good}, {Record.Replace("DATE", "2021-12-31", StringComparison.Ordinal)}, {good.Replace("2021-12-31", "", StringComparison.Ordinal)}]", mapping, "TIME_PERIOD", "REF_AREA", "LATITUDE", "LONGITUDE", "MISSING", "PLACE", "DATA_SOURCE", "LINK");
        Assert.Equal(("2021-12-31 CIV 8500000 -95250000 ? A made-up lake\n of O'Higgins Coroner's Office & \"Canal 6\" https://example.org/watch?v=1&t=2 1022", "2 flows.number_negative; 3 flows.date_unknown"), (observations, issues));
        Assert.Equal(2, file.Refused);
    }
}
