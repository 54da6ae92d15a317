using System.Globalization;
using System.Xml;

namespace Tambo.Platform.Files;

/// <summary>What a sheet says of its cells that the library drops: errors, and formulas saved without a value.</summary>
/// <remarks>Reads the parts of an xlsx themselves (ECMA-376 part 1, 18.2.20, 18.3.1.4), through the same door as any XML.</remarks>
internal static class SheetFlaws
{
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    // A sheet with more broken cells than that is told about the first ones.
    private const int Most = 20_000;

    /// <summary>The flaws of one sheet by row, from 1; empty when its part cannot be told.</summary>
    internal static ILookup<int, RowIssue> Find(Stream workbook, string sheet, SpreadsheetLimits limits)
    {
        using var archive = SafeArchive.OpenZip(workbook, new ArchiveLimits(limits.UnpackedBytes));
        var rules = new XmlLimits(limits.UnpackedBytes, Elements: int.MaxValue);
        return PartOf(archive, sheet, rules) is { } part ? Scan(archive, part, rules).ToLookup(flaw => flaw.Line) : Array.Empty<RowIssue>().ToLookup(flaw => flaw.Line);
    }

    private static ArchiveEntry? PartOf(SafeArchive archive, string sheet, XmlLimits rules)
    {
        var id = First(archive, "xl/workbook.xml", "sheet", "name", sheet, rules, reader => reader.GetAttribute("id", Relations));
        var target = id is null ? null : First(archive, "xl/_rels/workbook.xml.rels", "Relationship", "Id", id, rules, reader => reader.GetAttribute("Target"));
        return target is null ? null : Entry(archive, target.StartsWith('/') ? target[1..] : "xl/" + target);
    }

    private static ArchiveEntry? Entry(SafeArchive archive, string name) =>
        archive.Entries.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Something of the first element whose attribute has this value.</summary>
    private static string? First(SafeArchive archive, string part, string element, string attribute, string value, XmlLimits rules, Func<XmlReader, string?> take)
    {
        if (Entry(archive, part) is not { } entry)
            return null;
        using var content = archive.Open(entry);
        using var reader = SafeXml.Open(content, rules);
        while (reader.Read())
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == element && reader.GetAttribute(attribute) == value)
                return take(reader);
        return null;
    }

    private static List<RowIssue> Scan(SafeArchive archive, ArchiveEntry part, XmlLimits rules)
    {
        var flaws = new List<RowIssue>();
        using var content = archive.Open(part);
        using var reader = SafeXml.Open(content, rules);
        Cell? cell = null;
        var inValue = false;
        while (flaws.Count < Most && reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "c")
                cell = new Cell(reader.GetAttribute("r"), reader.GetAttribute("t") == "e");
            else if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "f" && cell is not null)
                cell.HasFormula = true;
            else if (reader.NodeType == XmlNodeType.Element && reader.LocalName is "v" or "is")
                inValue = !reader.IsEmptyElement;
            else if (reader.NodeType == XmlNodeType.Text && inValue && cell is not null)
                cell.Value = reader.Value;
            else if (reader.NodeType == XmlNodeType.EndElement && reader.LocalName is "v" or "is")
                inValue = false;
            else if (reader.NodeType == XmlNodeType.EndElement && reader.LocalName == "c" && cell is not null)
            {
                if (cell.Flaw() is { } flaw)
                    flaws.Add(flaw);
                cell = null;
            }
        }
        return flaws;
    }

    private sealed class Cell(string? place, bool isError)
    {
        public bool HasFormula { get; set; }

        public string? Value { get; set; }

        public RowIssue? Flaw()
        {
            if (!isError && !(HasFormula && Value is null))
                return null;
            if (Place(place) is not { } at)
                return null;
            return new RowIssue(at.Row, at.Column, isError ? ReadingIssues.CellError : ReadingIssues.FormulaEmpty, Value, IssueSeverity.Warning);
        }

        /// <summary><c>C7</c> is column 3, row 7.</summary>
        private static (int Row, int Column)? Place(string? name)
        {
            var letters = 0;
            var column = 0;
            while (name is not null && letters < name.Length && letters < 3 && char.IsAsciiLetterUpper(name[letters]))
                column = (column * 26) + (name[letters++] - 'A' + 1);
            return letters > 0 && int.TryParse(name.AsSpan(letters), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? (row, column) : null;
        }
    }
}
