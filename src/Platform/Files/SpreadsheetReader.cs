using ExcelDataReader;
using ExcelDataReader.Exceptions;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>What a workbook may be at most.</summary>
/// <param name="Bytes">Size of the file.</param>
/// <param name="UnpackedBytes">Size of an xlsx once unpacked.</param>
/// <param name="Rows">Rows of one sheet; a sheet has at most 1,048,576.</param>
/// <param name="Columns">Columns of one sheet; a sheet has at most 16,384.</param>
/// <param name="Cells">Rows times columns of one sheet, empty ones included.</param>
public sealed record SpreadsheetLimits(
    long Bytes = LimitedStream.DefaultLimit, long UnpackedBytes = 300L * 1024 * 1024,
    int Rows = 1_048_576, int Columns = 16_384, long Cells = 50_000_000);

/// <summary>One sheet of a workbook, with the extent of what it holds.</summary>
public sealed record SheetInfo(string Name, bool Hidden, int Rows, int Columns)
{
    internal int Index { get; init; }
}

/// <summary>Reads the sheets of an Excel workbook (xls, xlsx) row by row: what formulas came to, dates as ISO 8601, numbers without float noise.</summary>
public sealed class SpreadsheetReader : IDisposable
{
    private readonly IExcelDataReader _reader;
    private readonly SpreadsheetLimits _limits;
    private readonly IssueReport _issues;
    private readonly string? _source;
    private readonly Stream? _packed;

    private SpreadsheetReader(IExcelDataReader reader, Stream? packed, SpreadsheetLimits limits, IssueReport issues, string? source)
    {
        _reader = reader;
        _packed = packed;
        _limits = limits;
        _issues = issues;
        _source = source;
        Sheets = Guarded(ListSheets);
    }

    /// <summary>The sheets in their order, hidden ones too.</summary>
    public IReadOnlyList<SheetInfo> Sheets { get; }

    /// <summary>Opens a seekable stream, which stays open, once the archive beneath an xlsx is known to be harmless.</summary>
    public static SpreadsheetReader Open(Stream stream, IssueReport issues, SpreadsheetLimits? limits = null, string? source = null)
    {
        limits ??= new SpreadsheetLimits();
        if (stream.Length > limits.Bytes)
            throw FileRefusal.TooLarge(limits.Bytes);
        var packed = IsPacked(stream);
        if (packed)
            CheckArchive(stream, limits);
        TextEncodingDetection.KnowWindowsEncodings();
        stream.Position = 0;
        var rules = new ExcelReaderConfiguration { LeaveOpen = true };
        IExcelDataReader? reader = null;
        try
        {
            reader = Guarded(() => packed
                ? ExcelReaderFactory.CreateOpenXmlReader(stream, rules)
                : ExcelReaderFactory.CreateBinaryReader(stream, rules));
            return new SpreadsheetReader(reader, packed ? stream : null, limits, issues, source);
        }
        catch (Problem) when (!packed && IsLockedPackage(stream))
        {
            reader?.Dispose();
            throw FileRefusal.Encrypted();
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    /// <summary>The rows of one sheet, or of every visible sheet one after another, blank rows left out.</summary>
    /// <param name="sheet">The sheet's name; null for every visible one.</param>
    /// <param name="headerLine">The line of the header's last row; null while it is not known and may be any of the first rows.</param>
    public IEnumerable<RawRow> Rows(string? sheet = null, int? headerLine = null)
    {
        var wanted = sheet is null ? [.. Sheets] : Sheets.Where(one => string.Equals(one.Name, sheet, StringComparison.OrdinalIgnoreCase)).Take(1).ToArray();
        if (wanted.Length == 0)
            throw FileRefusal.SheetMissing(sheet ?? "1");
        foreach (var one in wanted)
        {
            if (sheet is null && one.Hidden)
            {
                _issues.Add(new RowIssue(0, null, ReadingIssues.SheetHidden, one.Name, IssueSeverity.Note, _source));
                continue;
            }
            foreach (var row in RowsOf(one, headerLine ?? TableHeader.SearchedRows))
                yield return row;
        }
    }

    /// <summary>The row of a sheet that names its columns, below whatever notes stand above; its issues are reported.</summary>
    public TableHeader? FindHeader(string sheet)
    {
        var header = TableHeader.Find([.. Rows(sheet).Take(TableHeader.SearchedRows + 1)]);
        foreach (var issue in header?.Issues(_source ?? sheet) ?? [])
            _issues.Add(issue);
        return header;
    }

    /// <inheritdoc />
    public void Dispose() => _reader.Dispose();

    private IEnumerable<RawRow> RowsOf(SheetInfo sheet, int headerRows)
    {
        if (sheet.Rows > _limits.Rows)
            throw FileRefusal.TooManyRows(_limits.Rows);
        if (sheet.Columns > _limits.Columns)
            throw FileRefusal.TooManyColumns(_limits.Columns);
        if ((long)sheet.Rows * sheet.Columns > _limits.Cells)
            throw FileRefusal.TooManyCells(_limits.Cells);
        var flaws = _packed is null ? null : SheetFlaws.Find(_packed, sheet.Name, _limits);
        Guarded(() => MoveTo(sheet.Index));
        var merges = new MergedCells(_reader.MergeCells, sheet, _limits.Cells);
        for (var index = 0; Guarded(_reader.Read); index++)
        {
            var line = index + 1;
            var cells = Guarded(() => SheetCells.Read(_reader, sheet.Columns));
            foreach (var flaw in flaws?[line] ?? [])
                Report(sheet, line, flaw.Column!.Value - 1, flaw.Code, flaw.Value, flaw.Severity);
            foreach (var (column, number) in merges.Fill(index, cells, headerRows))
                Report(sheet, line, column, ReadingIssues.MergedNumber, number, IssueSeverity.Note);
            var row = new RawRow(line, [.. cells.Select(cell => cell.Text)], sheet.Name);
            if (!row.IsBlank)
                yield return row with { Cells = row.Cells[..row.Width] };
        }
    }

    private void Report(SheetInfo sheet, int line, int column, string code, string? value, IssueSeverity severity) =>
        _issues.Add(new RowIssue(line, column + 1, code, value, severity, _source is null ? sheet.Name : $"{_source}, {sheet.Name}"));

    private List<SheetInfo> ListSheets()
    {
        var sheets = new List<SheetInfo>();
        do
        {
            var hidden = !string.Equals(_reader.VisibleState, "visible", StringComparison.OrdinalIgnoreCase);
            sheets.Add(new SheetInfo(_reader.Name, hidden, _reader.RowCount, _reader.FieldCount) { Index = sheets.Count });
        }
        while (_reader.NextResult());
        return sheets;
    }

    private bool MoveTo(int index)
    {
        _reader.Reset();
        for (var at = 0; at < index; at++)
            _reader.NextResult();
        return true;
    }

    /// <summary>
    /// The library fails in many ways on a broken workbook (missing parts, wrong indexes, broken XML); whatever it is, the
    /// sender learns that the file cannot be read, and the node goes on.
    /// </summary>
    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception broken) when (broken is not (Problem or OperationCanceledException))
        {
            throw broken switch
            {
                InvalidPasswordException => FileRefusal.Encrypted(),
                System.Xml.XmlException xml when SafeXml.IsDocumentType(xml) => FileRefusal.XmlDtd(),
                _ => FileRefusal.NotASpreadsheet(),
            };
        }
    }

    private static bool IsPacked(Stream stream)
    {
        stream.Position = 0;
        Span<byte> head = stackalloc byte[8];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length == 0)
            throw FileRefusal.Empty();
        if (head.StartsWith("PK\u0003\u0004"u8))
            return true;
        // The compound files of [MS-CFB] 2.2 hold an xls; older ones without a container are no longer made.
        return head.SequenceEqual<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) ? false : throw FileRefusal.NotASpreadsheet();
    }

    private static void CheckArchive(Stream stream, SpreadsheetLimits limits)
    {
        try
        {
            using var archive = SafeArchive.OpenZip(stream, new ArchiveLimits(limits.UnpackedBytes));
            archive.CheckAll();
        }
        catch (Problem damaged) when (damaged.Kind == FileProblems.ZipDamaged)
        {
            throw FileRefusal.NotASpreadsheet();
        }
    }

    /// <summary>A workbook with a password is a compound file around an encrypted package ([MS-OFFCRYPTO] 2.3.4.4).</summary>
    private static bool IsLockedPackage(Stream stream)
    {
        var name = System.Text.Encoding.Unicode.GetBytes("EncryptedPackage");
        stream.Position = 0;
        var block = new byte[1 << 16];
        var kept = 0;
        int count;
        while ((count = stream.Read(block, kept, block.Length - kept)) > 0)
        {
            var filled = block.AsSpan(0, kept + count);
            if (filled.IndexOf(name) >= 0)
                return true;
            kept = Math.Min(name.Length, filled.Length);
            filled[^kept..].CopyTo(block);
        }
        return false;
    }
}
