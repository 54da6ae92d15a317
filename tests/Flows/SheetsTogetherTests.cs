using DocumentFormat.OpenXml.Spreadsheet;
using Tambo.Flows;
using Tambo.Flows.Assistant;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;
using Tambo.Tests.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>One mapping for several sheets of a workbook, as one for each year.</summary>
public sealed class SheetsTogetherTests
{
    private const string Mapping =
        """
        { "name": "years", "version": 1, "dataflow": "FLOW", "series": { "code": "QUIMERA", "publisher": "Office of Quimera" }, ONCE
          "file": { "sheets": [ "Cuadro 20*" ], "sheet_column": "año", "sheet_part": { "between": " ", "number": 2 } }, "constants": { "UNIT_MEASURE": "PS" },
          "columns": [ { "from": [ "país" ], "to": [ "CITIZENSHIP" ], "codes": "countries" } ],
          "pivot": [ { "column": "*", "dates": [ { "pattern": "MMMM yyyy", "frequency": "M" } ], "with": [ "año" ] } ] }
        """;

    private static readonly string Plain = Mapping.Replace("ONCE", "", StringComparison.Ordinal);

    // A name that begins with a line is that of a hidden sheet, without it.
    private static (string, bool, string[], Row[]) Sheet(string name, params string[][] rows) => (name.TrimStart('_'), name.StartsWith('_'), [],
        [.. rows.Select((cells, at) => Workbooks.Row((uint)at + 1, [.. cells.Select((cell, column) => double.TryParse(cell, out _) ? Workbooks.Number($"{(char)('A' + column)}{at + 1}", cell) : Workbooks.Text($"{(char)('A' + column)}{at + 1}", cell))]))]);

    [Fact]
    public void Each_sheet_gives_its_year_whatever_the_order_and_number_of_its_columns()
    {
        using var book = Workbooks.New(
            Sheet("Portada", ["Informe", "2"]), Sheet("Cuadro 2023", ["país", "enero", "febrero"], ["Perú", "1", "2"], ["Cuba", "3", "x"]), Sheet("Cuadro 2024", ["enero", "país"], ["7", "Haití"]), Sheet("_Cuadro 2022", ["país", "enero"], ["Perú", "1"]));
        var (observations, _, file) = ReadAnythingTests.Read(book, Plain, "TIME_PERIOD", "CITIZENSHIP");
        Assert.Equal("2023-01 PER 1; 2023-02 PER 2; 2023-01 CUB 3; 2024-01 HTI 7", observations);
        Assert.Equal(("Cuadro 2023, Cuadro 2024", 3L), (file.Sheet, file.Read));
        var issue = file.Issues.Kept.Single(one => one.Severity == IssueSeverity.Error);
        Assert.Equal(("Cuadro 2023", 3, 3, "x"), (issue.Source, issue.Line, issue.Column, issue.Value));
        Assert.Equal([("enero|2023", 2L), ("enero|2024", 1L)], file.Ledger.Where(line => line.Columns == "enero").Select(line => (line.Value, line.Rows)));
    }

    [Fact]
    public void Lines_of_further_sheets_are_told_with_their_sheet()
    {
        using var book = Workbooks.New(Sheet("Cuadro 2023", ["país", "enero"], ["Perú", "1"]), Sheet("Cuadro 2024", ["Oficina de Quimera"], [""], ["país", "enero"], ["Haití", "7"], ["Atlantis", "7"]));
        var (observations, _, file) = ReadAnythingTests.Read(book, Plain, "TIME_PERIOD", "CITIZENSHIP", "LINE");
        Assert.Contains("2024-01 HTI", observations, StringComparison.Ordinal);
        var issue = file.Issues.Kept.Single(one => one.Severity == IssueSeverity.Error);
        Assert.Equal(("Cuadro 2024", 5, "Atlantis"), (issue.Source, issue.Line, issue.Value));
    }

    [Fact]
    public void What_stands_twice_is_refused_across_sheets_where_the_mapping_says_so()
    {
        using var book = Workbooks.New(Sheet("Cuadro 2023", ["país", "enero"], ["Perú", "1"]), Sheet("Cuadro 2023 bis", ["país", "enero"], ["Cuba", "2"], ["Perú", "1"]));
        var (observations, _, file) = ReadAnythingTests.Read(book, Mapping.Replace("ONCE", "\"once\": true,", StringComparison.Ordinal).Replace("Cuadro 20*", "Cuadro*", StringComparison.Ordinal), "TIME_PERIOD", "CITIZENSHIP");
        Assert.Equal("2023-01 PER 1; 2023-01 CUB 2", observations);
        var issue = file.Issues.Kept.Single(one => one.Severity == IssueSeverity.Error);
        Assert.Equal(("Cuadro 2023 bis", 3, "flows.twice", "2 (Cuadro 2023)"), (issue.Source, issue.Line, issue.Code, issue.Value));
    }

    [Fact]
    public void A_sheet_that_is_meant_and_has_other_columns_refuses_the_file()
    {
        using var book = Workbooks.New(Sheet("Cuadro 2023", ["país", "enero"], ["Perú", "1"]), Sheet("Cuadro 2024", ["pais de origen", "enero"], ["Haití", "7"]));
        Assert.Equal(FlowsProblems.SheetDiffers, ReadAnythingTests.Refusal(book, Plain));
        Assert.Equal(FileProblems.SheetMissing, ReadAnythingTests.Refusal(book, Plain.Replace("\"Cuadro 20*\"", "\"Cuadro 2023\", \"Cuadro 2031\"", StringComparison.Ordinal)));
        Assert.Equal(FlowsProblems.MappingBroken, ReadAnythingTests.Refusal(book, Plain.Replace("\"sheets\"", "\"sheet\": \"1\", \"sheets\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_assistant_offers_sheets_with_equal_headings_as_one_table_and_takes_the_year_from_their_names()
    {
        using var book = Workbooks.New(
            Sheet("Portada", ["Informe", "Número"], ["a", "2"]), Sheet("Cuadro 2023", ["nacionalidad", "enero", "febrero"], ["Perú", "1", "2"], ["Cuba", "3", "4"]), Sheet("Cuadro 2024", ["nacionalidad", "enero", "febrero"], ["Haití", "7", "8"]));
        var one = TableProfile.Of(book, "Cuadro 2023", "", together: false, [], new DateOnly(2026, 1, 1));
        Assert.Equal(["Cuadro 2023", "Cuadro 2024"], one.Alike!.Names);
        Assert.Equal((false, 2L), (one.IsTogether, one.Rows));
        Assert.Null(TableProfile.Of(book, "Portada", "", together: true, [], new DateOnly(2026, 1, 1)).Alike);
        var table = TableProfile.Of(book, "Cuadro 2023", "", together: true, [], new DateOnly(2026, 1, 1));
        Assert.Equal((true, 3L, "year"), (table.IsTogether, table.Rows, table.Columns[^1].Name));
        var json = WriteMapping.Json(ProposeMapping.For(table, "cuadros.xlsx", "es") with { Publisher = "Office of Quimera", Sheets = table.Alike }, 1);
        Assert.Contains("\"Cuadro 20*\"", json, StringComparison.Ordinal);
        Assert.Equal("2023-01 PER 1; 2023-02 PER 2; 2023-01 CUB 3; 2023-02 CUB 4; 2024-01 HTI 7; 2024-02 HTI 8", ReadAnythingTests.Read(book, json, "TIME_PERIOD", "CITIZENSHIP").Observations);
    }

    [Theory]
    [InlineData("2022|2023", "", "20*", "year", null)]
    [InlineData("2022|2023", "2024", "2022|2023", "year", null)]
    [InlineData("Año 2022|Año 2023", "2024", "Año 20*", "year", 2)]
    [InlineData("enero|febrero", "Portada", "enero|febrero", "month", null)]
    [InlineData("Norte|Sur", "", "Norte|Sur", "sheet", null)]
    public void Names_of_sheets_say_what_their_column_is(string names, string others, string patterns, string column, int? part)
    {
        var alike = AlikeSheets.Of(names.Split('|'), others.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((patterns, column, part), (string.Join('|', alike.Patterns), alike.Column, alike.Part));
    }
}
