using System.Buffers.Binary;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Tambo.Tests.Platform.Files;

/// <summary>Makes small workbooks, new (xlsx) and old (xls), to be read and to be spoiled.</summary>
internal static class Workbooks
{
    /// <summary>Styles by index: 0 general, 1 date, 2 date and time, 3 time, 4 five digits with leading zeros.</summary>
    private static readonly (uint Id, string? Code)[] Formats = [(0, null), (14, null), (22, null), (21, null), (164, "00000")];

    internal static Cell Text(string at, string text) => new() { CellReference = at, DataType = CellValues.String, CellValue = new CellValue(text) };

    internal static Cell Shared(string at, int index) => new() { CellReference = at, DataType = CellValues.SharedString, CellValue = new CellValue(index) };

    internal static Cell Number(string at, string number, uint style = 0) => new() { CellReference = at, StyleIndex = style, CellValue = new CellValue(number) };

    internal static Cell Formula(string at, string formula, string value) => new() { CellReference = at, CellFormula = new CellFormula(formula), CellValue = new CellValue(value) };

    internal static Cell Error(string at, string error) => new() { CellReference = at, DataType = CellValues.Error, CellValue = new CellValue(error) };

    internal static Cell Truth(string at, bool truth) => new() { CellReference = at, DataType = CellValues.Boolean, CellValue = new CellValue(truth ? "1" : "0") };

    internal static Row Row(uint number, params Cell[] cells) => new(cells.Select(cell => (OpenXmlElement)cell)) { RowIndex = number };

    internal static MemoryStream New(params (string Name, bool Hidden, string[] Merged, Row[] Rows)[] sheets)
    {
        var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            book.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
            book.AddNewPart<SharedStringTablePart>().SharedStringTable = new SharedStringTable(
                new SharedStringItem(new Text("Casa Luz")), new SharedStringItem(new Run(new Text("Casa ")), new Run(new Text("Ñandú"))));
            var list = new Sheets();
            foreach (var (name, hidden, merged, rows) in sheets)
            {
                var part = book.AddNewPart<WorksheetPart>();
                part.Worksheet = new Worksheet(new SheetData(rows.Select(row => (OpenXmlElement)row)));
                if (merged.Length > 0)
                    part.Worksheet.AppendChild(new MergeCells(merged.Select(range => (OpenXmlElement)new MergeCell { Reference = range })));
                list.AppendChild(new Sheet
                {
                    Id = book.GetIdOfPart(part),
                    SheetId = (uint)list.ChildElements.Count + 1,
                    Name = name,
                    State = hidden ? SheetStateValues.Hidden : SheetStateValues.Visible,
                });
            }
            book.Workbook = new Workbook(list);
        }
        stream.Position = 0;
        return stream;
    }

    internal static MemoryStream New(string name, string[] merged, params Row[] rows) => New((name, false, merged, rows));

    /// <summary>
    /// An Excel 97 workbook with one sheet of words and numbers: BIFF8 records ([MS-XLS] 2.4) in a compound file ([MS-CFB])
    /// of one FAT sector, one directory sector and one stream.
    /// </summary>
    internal static MemoryStream Old(params object[][] rows)
    {
        var sheet = new MemoryStream();
        Record(sheet, 0x0809, [0x00, 0x06, 0x10, 0x00, 0, 0, 0xCD, 0x07, 0, 0, 0, 0, 6, 0, 0, 0]);
        Record(sheet, 0x0200, [0, 0, 0, 0, .. U32((uint)rows.Length), 0, 0, .. U16(rows.Max(row => row.Length)), 0, 0]);
        for (var row = 0; row < rows.Length; row++)
            for (var column = 0; column < rows[row].Length; column++)
            {
                byte[] place = [.. U16(row), .. U16(column), 0, 0];
                if (rows[row][column] is double number)
                    Record(sheet, 0x0203, [.. place, .. BitConverter.GetBytes(number)]);
                else if (rows[row][column] is string text)
                    Record(sheet, 0x0204, [.. place, .. U16(text.Length), 1, .. Encoding.Unicode.GetBytes(text)]);
            }
        Record(sheet, 0x000A, []);

        var name = Encoding.Unicode.GetBytes("Hoja1");
        var book = new MemoryStream();
        Record(book, 0x0809, [0x00, 0x06, 0x05, 0x00, 0, 0, 0xCD, 0x07, 0, 0, 0, 0, 6, 0, 0, 0]);
        Record(book, 0x0042, U16(1200));
        // The sheet starts after this record (4 + 8 + name bytes) and the end of the globals (4).
        var start = (uint)(book.Length + 4 + 8 + name.Length + 4);
        Record(book, 0x0085, [.. U32(start), 0, 0, 5, 1, .. name]);
        Record(book, 0x000A, []);
        sheet.WriteTo(book);
        return Compound(book.ToArray());
    }

    private static MemoryStream Compound(byte[] content)
    {
        // Streams below 4,096 bytes would live in the small-stream area.
        var sectors = Math.Max(8, (content.Length + 511) / 512);
        var file = new byte[512 * (sectors + 3)];
        byte[] magic = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        magic.CopyTo(file, 0);
        foreach (var (at, value) in new[] { (24, 0x3E), (26, 3), (28, 0xFFFE), (30, 9), (32, 6), (44, 1), (48, 1), (57, 0x10) })
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
        foreach (var (at, value) in new[] { (60, 0xFFFFFFFE), (68, 0xFFFFFFFE), (76, 0u) })
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        file.AsSpan(80, 432).Fill(0xFF);

        var fat = file.AsSpan(512, 512);
        fat.Fill(0xFF);
        BinaryPrimitives.WriteUInt32LittleEndian(fat, 0xFFFFFFFD);
        BinaryPrimitives.WriteUInt32LittleEndian(fat[4..], 0xFFFFFFFE);
        for (var sector = 0; sector < sectors; sector++)
            BinaryPrimitives.WriteUInt32LittleEndian(fat[((sector + 2) * 4)..], sector == sectors - 1 ? 0xFFFFFFFE : (uint)sector + 3);

        Entry(file.AsSpan(1024, 128), "Root Entry", 5, child: 1, start: 0xFFFFFFFE, 0);
        Entry(file.AsSpan(1152, 128), "Workbook", 2, child: 0xFFFFFFFF, start: 2, (uint)(sectors * 512));
        content.CopyTo(file, 1536);
        return new MemoryStream(file);
    }

    private static void Entry(Span<byte> entry, string name, byte kind, uint child, uint start, uint length)
    {
        var letters = Encoding.Unicode.GetBytes(name);
        letters.CopyTo(entry);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[64..], (ushort)(letters.Length + 2));
        entry[66] = kind;
        entry[67] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[68..], 0xFFFFFFFF);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[72..], 0xFFFFFFFF);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[76..], child);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[116..], start);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[120..], length);
    }

    private static void Record(MemoryStream stream, int kind, byte[] content)
    {
        stream.Write([.. U16(kind), .. U16(content.Length), .. content]);
    }

    private static byte[] U16(int value) => BitConverter.GetBytes((ushort)value);

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);

    private static Stylesheet Styles() => new(
        new NumberingFormats(new NumberingFormat { NumberFormatId = 164, FormatCode = "00000" }),
        new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()),
        new CellStyleFormats(new CellFormat()),
        new CellFormats(Formats.Select(format => (OpenXmlElement)new CellFormat { NumberFormatId = format.Id, ApplyNumberFormat = true })));
}
