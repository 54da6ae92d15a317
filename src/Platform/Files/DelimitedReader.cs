using System.Globalization;
using System.Text;
using CsvHelper;

namespace Tambo.Platform.Files;

/// <summary>What is known beforehand about a delimited file; what is null is found out.</summary>
/// <param name="Encoding">Name of the encoding, such as <c>windows-1252</c>.</param>
/// <param name="Delimiter">What separates cells.</param>
/// <param name="HeaderLine">Line of the header; 0 when the file has none.</param>
/// <param name="RowBytes">Longest row, in bytes of UTF-8. An unclosed quotation mark would otherwise swallow the file.</param>
/// <param name="Columns">Most columns of one row.</param>
public sealed record DelimitedOptions(
    string? Encoding = null, char? Delimiter = null, int? HeaderLine = null, int RowBytes = 1_000_000, int Columns = 4_000);

/// <summary>Reads comma, semicolon, tab or bar separated files row by row in constant memory, with the line where each row starts.</summary>
public sealed class DelimitedReader : IDisposable
{
    private readonly StreamReader _text;
    private readonly DelimitedOptions _options;
    private readonly IssueReport _issues;
    private readonly string? _source;

    private DelimitedReader(StreamReader text, DetectedEncoding encoding, char delimiter, TableHeader? header, DelimitedOptions options, IssueReport issues, string? source)
    {
        _text = text;
        Encoding = encoding;
        Delimiter = delimiter;
        Header = header;
        _options = options;
        _issues = issues;
        _source = source;
    }

    /// <summary>How the file is encoded.</summary>
    public DetectedEncoding Encoding { get; }

    /// <summary>What separates its cells.</summary>
    public char Delimiter { get; }

    /// <summary>The row that names the columns; null when none was found.</summary>
    public TableHeader? Header { get; }

    /// <summary>Opens a seekable stream, which stays open, and finds encoding, delimiter and header.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="issues">Takes what is not in order, while rows are read.</param>
    /// <param name="options">What is known beforehand.</param>
    /// <param name="source">Name of the file, when several belong together.</param>
    public static DelimitedReader Open(Stream stream, IssueReport issues, DelimitedOptions? options = null, string? source = null)
    {
        options ??= new DelimitedOptions();
        var encoding = Known(stream, options.Encoding) ?? TextEncodingDetection.Detect(stream);
        if (encoding.Issue is { } guessed)
            issues.Add(guessed with { Source = source });

        var sample = new char[DelimiterDetection.SampleCharacters];
        int length;
        using (var first = encoding.OpenText(stream))
            length = first.ReadBlock(sample);
        var delimiter = options.Delimiter ?? DelimiterDetection.Find(new string(sample, 0, length), cut: length == sample.Length);
        var header = FindHeader(stream, encoding, delimiter, options);
        if (header is not null)
            foreach (var issue in header.Issues(source))
                issues.Add(issue);
        return new DelimitedReader(encoding.OpenText(stream), encoding, delimiter, header, options, issues, source);
    }

    /// <summary>The rows below the header, in order, blank lines left out; once.</summary>
    public IEnumerable<RawRow> Rows()
    {
        var expected = Header?.Names.Count;
        foreach (var row in DelimitedRows.Read(_text, Delimiter, _options, Report))
        {
            if (Header is not null && row.Line <= Header.Line)
                continue;
            expected ??= row.Width;
            if (row.Cells.Length < expected || row.Width > expected)
                Report(new RowIssue(row.Line, null, ReadingIssues.RowRagged,
                    string.Create(CultureInfo.InvariantCulture, $"{row.Cells.Length}/{expected}"), IssueSeverity.Warning));
            yield return row;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _text.Dispose();

    private void Report(RowIssue issue) => _issues.Add(issue with { Source = _source });

    private static DetectedEncoding? Known(Stream stream, string? name)
    {
        if (name is null)
            return null;
        TextEncodingDetection.KnowWindowsEncodings();
        try
        {
            var encoding = System.Text.Encoding.GetEncoding(name);
            stream.Position = 0;
            Span<byte> head = stackalloc byte[3];
            var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (length == 0)
                throw FileRefusal.Empty();
            var preamble = encoding.GetPreamble();
            return new DetectedEncoding(encoding, preamble.Length > 0 && head[..length].StartsWith(preamble) ? preamble.Length : 0, Guessed: false);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            throw FileRefusal.Encoding(name);
        }
    }

    private static TableHeader? FindHeader(Stream stream, DetectedEncoding encoding, char delimiter, DelimitedOptions options)
    {
        if (options.HeaderLine == 0)
            return null;
        using var text = encoding.OpenText(stream);
        var first = new List<RawRow>();
        foreach (var row in DelimitedRows.Read(text, delimiter, options, static _ => { }))
        {
            if (options.HeaderLine is { } line)
            {
                if (row.Line >= line)
                    return TableHeader.From(row);
                continue;
            }
            first.Add(row);
            if (first.Count > TableHeader.SearchedRows)
                break;
        }
        return options.HeaderLine is null ? TableHeader.Find(first) : null;
    }
}

/// <summary>The rows of delimited text.</summary>
internal static class DelimitedRows
{
    internal static IEnumerable<RawRow> Read(TextReader text, char delimiter, DelimitedOptions options, Action<RowIssue> report)
    {
        var rules = new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            SkipEmptyLines = true,
            DetectSeparatorHint = false,
            TrackLineNumbers = true,
            MaxRecordSize = options.RowBytes,
            MalformedData = CsvMalformedDataHandling.Recover,
            OnMalformedRecord = malformed => report(Issue(malformed)),
            IncludeValuesInExceptions = false,
        };
        using var reader = CsvReader.Create(text, rules, leaveOpen: true);
        while (Next(reader, options.RowBytes))
        {
            if (reader.FieldCount > options.Columns)
                throw FileRefusal.TooManyColumns(options.Columns);
            var row = new RawRow((int)reader.LineNumber, Cells(reader));
            if (!row.IsBlank)
                yield return row;
        }
    }

    private static bool Next(CsvReader reader, int limit)
    {
        try
        {
            return reader.Read();
        }
        catch (DecoderFallbackException)
        {
            throw FileRefusal.Encoding("?");
        }
        catch (CsvFormatException endless)
        {
            // With recovery on, the one thing left to complain of is a row without end.
            throw FileRefusal.RowTooLong(endless.LineNumber, limit);
        }
    }

    private static RowIssue Issue(CsvMalformedRecord malformed) => malformed.Reason == CsvMalformedReason.UnterminatedQuote
        ? new RowIssue((int)malformed.LineNumber, null, ReadingIssues.QuoteUnclosed, null, IssueSeverity.Error)
        : new RowIssue((int)malformed.LineNumber, null, ReadingIssues.QuoteStray, null, IssueSeverity.Warning);

    private static string?[] Cells(CsvReader reader)
    {
        var cells = new string?[reader.FieldCount];
        for (var at = 0; at < cells.Length; at++)
            cells[at] = reader.GetString(at) is { Length: > 0 } cell ? cell : null;
        return cells;
    }
}
