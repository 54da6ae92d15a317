using System.Buffers;
using System.Text;
using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>Delimited text as a table: header and notes are looked at row by row, everything below in chunks by any thread.</summary>
internal sealed class DelimitedTable : TableSource
{
    private readonly CsvChunks chunks;
    private readonly byte delimiter;
    private readonly Stream file;

    private DelimitedTable(Stream file, Stream text, char delimiter, HeaderChoice header)
    {
        this.file = file;
        chunks = new CsvChunks(text, (byte)delimiter);
        this.delimiter = (byte)delimiter;
        (Columns, HeaderLine) = (header.Columns, header.Line);
    }

    /// <inheritdoc />
    public override TableColumns Columns { get; }

    /// <inheritdoc />
    public override int HeaderLine { get; }

    /// <inheritdoc />
    public override (long Done, long Total) SoFar(long rows)
    {
        lock (chunks)
            return (file.Position, file.Length);
    }

    /// <inheritdoc />
    public override int Threads(int most) => most;

    /// <summary>Finds encoding, separator and header.</summary>
    public static new DelimitedTable Open(Stream file, ReadingRules rules, IssueReport issues)
    {
        List<RawRow> first;
        DetectedEncoding encoding;
        char delimiter;
        using (var opened = DelimitedReader.Open(file, new IssueReport(), new DelimitedOptions(rules.Encoding, rules.Delimiter, HeaderLine: 0)))
        {
            (encoding, delimiter) = (opened.Encoding, opened.Delimiter);
            first = [.. opened.Rows().Take(Math.Max(HeaderRows.Looked, rules.Header ?? 0))];
        }

        if (encoding.Issue is { } guessed)
            issues.Add(guessed);
        var header = Choose(first, rules) ?? throw FlowsProblems.HeaderMissing.With();
        foreach (var issue in header.Issues)
            issues.Add(issue);
        return new DelimitedTable(file, Utf8(file, encoding), delimiter, header);
    }

    /// <summary>The header that is wanted; the likeliest when none is; null when no row can be one.</summary>
    public static HeaderChoice? Choose(IReadOnlyList<RawRow> first, ReadingRules rules)
    {
        var choices = HeaderRows.Of(first, rules.Header, rules.HeaderRows).ToList();
        return choices.Find(choice => rules.Fits(choice.Columns, [.. first.Skip(choice.Index)])) ?? choices.FirstOrDefault();
    }

    /// <inheritdoc />
    public override Func<ValueBatch, int?> Reader(int[] wanted)
    {
        var columns = new CsvColumns(delimiter, Columns.Names.Count, wanted);
        return batch =>
        {
            CsvChunk? chunk;
            lock (chunks)
                chunk = chunks.Next();
            if (chunk is null)
                return null;
            columns.Read(chunk, batch);
            ArrayPool<byte>.Shared.Return(chunk.Bytes);
            return chunk.Ordinal;
        };
    }

    private static Stream Utf8(Stream file, DetectedEncoding encoding)
    {
        file.Position = encoding.PreambleBytes;
        return encoding.Encoding is UTF8Encoding or ASCIIEncoding
            ? file
            : Encoding.CreateTranscodingStream(file, encoding.Encoding, Encoding.UTF8, leaveOpen: true);
    }
}
