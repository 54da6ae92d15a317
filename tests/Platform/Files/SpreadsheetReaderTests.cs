using System.Text;
using Tambo.Platform.Files;
using static Tambo.Tests.Platform.Files.HostileFiles;
using static Tambo.Tests.Platform.Files.Workbooks;

namespace Tambo.Tests.Platform.Files;

public sealed class SpreadsheetReaderTests
{
    private static List<RawRow> Read(Stream stream, IssueReport? issues = null, string? sheet = null, SpreadsheetLimits? limits = null)
    {
        using var reader = SpreadsheetReader.Open(stream, issues ?? new IssueReport(), limits);
        return [.. reader.Rows(sheet)];
    }

    [Fact]
    public void Words_numbers_dates_and_truths_come_out_as_text_that_means_the_same_everywhere()
    {
        // 45,000 days after 30 December 1899 is 15 March 2023; 0.75 of a day is 18 hours.
        var rows = Read(New("Datos", [], Row(1, Text("A1", "nombre"), Shared("B1", 0), Shared("C1", 1)),
            Row(2, Number("A2", "45000", 1), Number("B2", "45000.75", 2), Number("C2", "0.75", 3), Number("D2", "1234", 4), Truth("E2", true)),
            Row(3, Number("A3", "0.30000000000000004"), Number("B3", "1E+15"), Number("C3", "-0"), Number("D3", "12345.678"), Number("E3", "5"))));
        Assert.Equal(["nombre", "Casa Luz", "Casa Ñandú"], rows[0].Cells.AsEnumerable());
        Assert.Equal(["2023-03-15", "2023-03-15T18:00:00", "18:00:00", "01234", "true"], rows[1].Cells.AsEnumerable());
        Assert.Equal(["0.3", "1000000000000000", "0", "12345.678", "5"], rows[2].Cells.AsEnumerable());
    }

    [Fact]
    public void A_formula_gives_what_it_came_to_when_the_file_was_saved() =>
        Assert.Equal(["4", "6", "10"], Assert.Single(Read(New("Datos", [], Row(1, Number("A1", "4"), Number("B1", "6"), Formula("C1", "A1+B1", "10"))))).Cells.AsEnumerable());

    [Fact]
    public void A_merged_header_names_every_column_beneath_it()
    {
        var stream = New("Datos", ["A1:A2", "B1:C1", "D1:E1"],
            Row(1, Text("A1", "país"), Number("B1", "2023"), Number("D1", "2024")),
            Row(2, Text("B2", "mujeres"), Text("C2", "hombres"), Text("D2", "mujeres"), Text("E2", "hombres")),
            Row(3, Text("A3", "Perlandia"), Number("B3", "1"), Number("C3", "2"), Number("D3", "3"), Number("E3", "4")));
        var rows = Read(stream);
        Assert.Equal(["país", "2023 / mujeres", "2023 / hombres", "2024 / mujeres", "2024 / hombres"], TableHeader.Join(rows[..2]).Names);
        Assert.Equal(["Perlandia", "1", "2", "3", "4"], rows[2].Cells.AsEnumerable());
    }

    [Fact]
    public void Words_merged_downwards_are_repeated_and_figures_are_not()
    {
        var issues = new IssueReport();
        var rows = Read(New("Datos", ["A2:A4", "C2:C3"], Row(1, Text("A1", "país"), Text("B1", "mes"), Text("C1", "total")),
            Row(2, Text("A2", "Perlandia"), Text("B2", "enero"), Number("C2", "70")), Row(3, Text("B3", "febrero")), Row(4, Text("B4", "marzo"), Number("C4", "9"))), issues);
        Assert.Equal(["Perlandia", "Perlandia", "Perlandia"], rows.Skip(1).Select(row => row[0]));
        Assert.Equal(["70", null, "9"], rows.Skip(1).Select(row => row[2]));
        var issue = Assert.Single(issues.Kept);
        Assert.Equal((ReadingIssues.MergedNumber, 2, 3, "70", "Datos"), (issue.Code, issue.Line, issue.Column!.Value, issue.Value, issue.Source));
    }

    [Fact]
    public void Rows_keep_their_number_in_the_sheet_and_empty_edges_are_trimmed()
    {
        var rows = Read(New("Datos", [], Row(2, Text("B2", "a"), Text("C2", "b"), Text("F2", " ")), Row(5, Text("B5", "c")), Row(900, Text("D900", ""))));
        Assert.Equal([2, 5], rows.Select(row => row.Line));
        Assert.Equal([null, "a", "b"], rows[0].Cells.AsEnumerable());
        Assert.Equal([null, "c"], rows[1].Cells.AsEnumerable());
    }

    [Fact]
    public void An_error_of_the_sheet_is_told_and_left_empty()
    {
        var issues = new IssueReport();
        var rows = Read(New("Datos", [], Row(1, Text("A1", "x"), Error("B1", "#DIV/0!"), Text("C1", "#1 de la lista"))), issues);
        Assert.Equal(["x", null, "#1 de la lista"], rows[0].Cells.AsEnumerable());
        var issue = Assert.Single(issues.Kept);
        Assert.Equal((ReadingIssues.CellError, 2, "#DIV/0!"), (issue.Code, issue.Column!.Value, issue.Value));
    }

    [Fact]
    public void A_formula_saved_without_its_value_is_told()
    {
        var issues = new IssueReport();
        var cell = new DocumentFormat.OpenXml.Spreadsheet.Cell { CellReference = "AB7", CellFormula = new DocumentFormat.OpenXml.Spreadsheet.CellFormula("A7*2") };
        Read(New("Datos", [], Row(7, Number("A7", "4"), cell)), issues);
        var issue = Assert.Single(issues.Kept);
        Assert.Equal((ReadingIssues.FormulaEmpty, 7, 28), (issue.Code, issue.Line, issue.Column!.Value));
    }

    [Fact]
    public void Every_visible_sheet_is_read_and_a_hidden_one_is_told()
    {
        var issues = new IssueReport();
        var book = New(("Uno", false, [], [Row(1, Text("A1", "a"))]), ("Dos", true, [], [Row(1, Text("A1", "b"))]), ("Tres", false, [], [Row(1, Text("A1", "c"))]));
        var rows = Read(book, issues);
        Assert.Equal([("Uno", "a"), ("Tres", "c")], rows.Select(row => (row.Sheet!, row[0]!)));
        Assert.Equal((ReadingIssues.SheetHidden, "Dos"), (Assert.Single(issues.Kept).Code, issues.Kept[0].Value!));
        Assert.Equal("b", Assert.Single(Read(book, sheet: "dos"))[0]);
        Assert.Equal(FileProblems.SheetMissing, Refused(() => Read(book, sheet: "Cuatro")));
    }

    [Fact]
    public void A_header_below_notes_is_found()
    {
        using var reader = SpreadsheetReader.Open(New("Datos", ["A1:D1"], Row(1, Text("A1", "Ministerio del Valle")), Row(3, Text("A3", "mes"), Text("B3", "país"), Text("C3", "total"), Text("D3", "nota")),
            Row(4, Number("A4", "45000", 1), Text("B4", "Perlandia"), Number("C4", "5"), Text("D4", "x")), Row(5, Number("A5", "45031", 1), Text("B5", "Perlandia"), Number("C5", "6"), Text("D5", "y"))), new IssueReport());
        var header = reader.FindHeader("Datos")!;
        Assert.Equal((3, "mes"), (header.Line, header.Names[0]));
        Assert.Equal([4, 5], reader.Rows("Datos").Where(row => row.Line > header.Line).Select(row => row.Line));
    }

    [Fact]
    public void An_old_workbook_is_read_like_a_new_one()
    {
        var rows = Read(Old(["país", "año", "total"], ["Perlandia", 2023d, 12.5d], ["Señalia", 2024d, 7d]));
        Assert.Equal([1, 2, 3], rows.Select(row => row.Line));
        Assert.Equal(["Perlandia", "2023", "12.5"], rows[1].Cells.AsEnumerable());
        Assert.Equal(["Señalia", "2024", "7"], rows[2].Cells.AsEnumerable());
        Assert.Equal("Hoja1", rows[0].Sheet);
    }

    [Fact]
    public void What_is_no_workbook_is_refused()
    {
        var good = New("Datos", [], Row(1, Text("A1", "x"))).ToArray();
        Assert.Equal(FileProblems.Empty, Refused(() => Read(new MemoryStream())));
        Assert.Equal(FileProblems.NotASpreadsheet, Refused(() => Read(HostileFiles.Text("a,b\n1,2"))));
        Assert.Equal(FileProblems.NotASpreadsheet, Refused(() => Read(Zip(("readme.txt", "x"u8.ToArray())))));
        Assert.Equal(FileProblems.NotASpreadsheet, Refused(() => Read(new MemoryStream(good[..(good.Length / 2)]))));
        Assert.Equal(FileProblems.NotASpreadsheet, Refused(() => Read(new MemoryStream(good[..^10]))));
        Assert.Equal(FileProblems.TooLarge, Refused(() => Read(new MemoryStream(good), limits: new SpreadsheetLimits(Bytes: 100))));
    }

    [Fact]
    public void A_bomb_in_a_workbook_is_refused_before_it_is_read() =>
        Assert.Equal(FileProblems.ZipBomb, Refused(() => Read(Zip(("xl/workbook.xml", new byte[30_000_000])))));

    [Fact]
    public void A_document_type_in_a_workbook_is_refused()
    {
        var sheet = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><worksheet><sheetData><row r='1'><c r='A1' t='str'><v>&e;</v></c></row></sheetData></worksheet>";
        Assert.Equal(FileProblems.XmlDtd, Refused(() => Read(Replaced(New("Datos", [], Row(1, Text("A1", "x"))), "worksheets/", sheet))));
    }

    [Fact]
    public void A_cell_at_the_far_end_of_the_sheet_does_not_cost_the_whole_sheet()
    {
        Assert.Equal(FileProblems.TooManyCells, Refused(() => Read(New("Datos", [], Row(1, Text("A1", "x")), Row(1_048_576, Text("XFD1048576", "y"))))));
        Assert.Equal(2, Read(New("Datos", [], Row(1, Text("A1", "x")), Row(1_048_576, Text("B1048576", "y")))).Count);
        foreach (var place in new[] { "ZZZZZZZ1", "A4294967295", "A999999999999", "" })
        {
            var sheet = $"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row r='1'><c r='{place}' t='str'><v>x</v></c></row></sheetData></worksheet>";
            Mutate(Replaced(New("Datos", [], Row(1, Text("A1", "x"))), "worksheets/", sheet).ToArray(), seed: 1, stream => Read(stream), times: 1);
        }
    }

    [Fact]
    public void Merged_ranges_made_to_cost_are_refused()
    {
        var ranges = string.Concat(Enumerable.Repeat("<mergeCell ref='A1:XFD1048576'/>", 20_000));
        var sheet = $"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row r='1'><c r='A1' t='str'><v>x</v></c></row><row r='9999'><c r='ZZ9999' t='str'><v>x</v></c></row></sheetData><mergeCells>{ranges}</mergeCells></worksheet>";
        Assert.Equal(FileProblems.TooManyCells, Refused(() => Read(Replaced(New("Datos", [], Row(1, Text("A1", "x"))), "worksheets/", sheet))));
    }

    [Theory]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(1234567890123456789d, "1234567890123460000")]
    [InlineData(-2.5e-7, "-0.00000025")]
    [InlineData(100d, "100")]
    [InlineData(1.1, "1.1")]
    [InlineData(4.35 * 100, "435")]
    public void Numbers_show_the_fifteen_digits_that_a_sheet_shows(double value, string shown) =>
        Assert.Equal(shown, SheetCells.Number(value, null));

    [Fact]
    public void Spoiled_new_workbooks_are_read_or_refused() =>
        Mutate(New("Datos", ["A1:B1"], Row(1, Shared("A1", 0), Shared("C1", 1)), Row(2, Number("A2", "45000", 1), Formula("B2", "1+1", "2"), Error("C2", "#N/A"))).ToArray(),
            seed: 51, stream => Read(stream));

    [Fact]
    public void New_workbooks_spoiled_within_their_sheet_are_read_or_refused()
    {
        var book = New("Datos", ["A1:B1"], Row(1, Shared("A1", 0), Shared("C1", 1)), Row(2, Number("A2", "45000", 1), Formula("B2", "1+1", "2"), Error("C2", "#N/A"))).ToArray();
        using var archive = SafeArchive.OpenZip(new MemoryStream(book));
        var entry = archive.Entries.Single(one => one.Name.Contains("worksheets/", StringComparison.Ordinal));
        var sheet = archive.Read(entry).ToArray();
        Mutate(sheet, seed: 52, spoiled => Read(Replaced(new MemoryStream(book), "worksheets/", Encoding.Latin1.GetString(spoiled.ToArray()))), times: 500);
    }

    [Fact]
    public void Spoiled_old_workbooks_are_read_or_refused() =>
        Mutate(Old(["país", "año", "total"], ["Perlandia", 2023d, 12.5d], ["Señalia", 2024d, 7d]).ToArray(), seed: 53, stream => Read(stream));

    private static MemoryStream Replaced(MemoryStream book, string part, string content)
    {
        using var archive = SafeArchive.OpenZip(book);
        return Zip([.. archive.Entries.Select(entry => (entry.Name, entry.Name.Contains(part, StringComparison.Ordinal) ? Encoding.Latin1.GetBytes(content) : archive.Read(entry).ToArray()))]);
    }
}
