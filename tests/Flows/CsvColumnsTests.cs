using System.Text;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>The fast reader of delimited text reads what the general one reads.</summary>
public sealed class CsvColumnsTests
{
    [Theory]
    [InlineData(1, 64)]
    [InlineData(2, 200)]
    [InlineData(3, 1_000)]
    [InlineData(4, 1_000_000)]
    public void Rows_are_those_of_the_general_reader(int seed, int chunkBytes)
    {
        var random = new Random(seed);
        string[] cells = ["", "a", "12", "1234567", "12345678", "123456789", "un nombre largo de verdad", "a,b", "\"", "dos\nlíneas", "x\r\ny", "ñandú 🦙", " espacio ", "\"citado\" y más", "2023-01-05"];
        var (text, lines) = (new StringBuilder("c0,c1,c2,c3\n"), 1);
        for (var row = 0; row < 500; row++)
        {
            var values = Enumerable.Range(0, 4).Select(_ => cells[random.Next(cells.Length)]).ToArray();
            values[0] = $"r{row}";
            text.Append(string.Join(',', values.Select(value => value.AsSpan().ContainsAny(",\"\n\r") || random.Next(5) == 0 ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value)));
            text.Append(random.Next(2) == 0 ? "\r\n" : "\n");
            lines++;
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        using var general = DelimitedReader.Open(new MemoryStream(bytes), new IssueReport(), new DelimitedOptions("utf-8", ',', 1));
        var expected = general.Rows().Select(row => (row.Line, string.Join('|', Enumerable.Range(0, 4).Select(column => row[column] ?? "")))).ToList();
        Assert.Equal(500, expected.Count);
        Assert.Equal(expected, Read(bytes, chunkBytes, [0, 1, 2, 3]).Skip(1));
        Assert.Equal(expected.Select(row => row.Item2.Split('|')[2]), Read(bytes, chunkBytes, [2]).Skip(1).Select(row => row.Item2));
        Assert.True(lines > 500);
    }

    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(2, 300_000)]
    [InlineData(3, 4_000_000)]
    public void Long_files_without_quotation_marks_are_read_alike(int seed, int chunkBytes)
    {
        var random = new Random(seed);
        string[] cells = ["", "a", "12", "1234567", "12345678", "123456789", "0123456789abcdef", "un nombre largo de verdad", "otro nombre largo de verdad", "ñandú 🦙", "2023-01-05"];
        var text = new StringBuilder("c0,c1,c2,c3\n");
        for (var row = 0; row < 40_000; row++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"r{row}");
            // Now and then a row is short, long, or blank.
            var width = random.Next(50) == 0 ? random.Next(7) : 3;
            for (var cell = 0; cell < width; cell++)
                text.Append(',').Append(cells[random.Next(cells.Length)]);
            text.Append(random.Next(3) == 0 ? "\r\n" : "\n");
            if (random.Next(500) == 0)
                text.Append(random.Next(2) == 0 ? "\n" : "\r\n");
        }

        var bytes = Encoding.UTF8.GetBytes(text.Append("last,1").ToString());
        using var general = DelimitedReader.Open(new MemoryStream(bytes), new IssueReport(), new DelimitedOptions("utf-8", ',', 1));
        var expected = general.Rows().Select(row => (row.Line, string.Join('|', Enumerable.Range(0, 4).Select(column => row[column] ?? "")))).ToList();
        Assert.Equal(40_001, expected.Count);
        Assert.Equal(expected, Read(bytes, chunkBytes, [0, 1, 2, 3]).Skip(1));
        Assert.Equal(expected.Select(row => row.Item2.Split('|')[3]), Read(bytes, chunkBytes, [3]).Skip(1).Select(row => row.Item2));
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(2, 200)]
    [InlineData(3, 1_000)]
    [InlineData(4, 5_000)]
    [InlineData(5, 1_000_000)]
    public void Stray_quotation_marks_are_text_and_told_as_the_general_reader_has_it(int seed, int chunkBytes)
    {
        var random = new Random(seed);
        string[] parts = ["\"", "\"", "\"", "\"\"", ",", ",", ",", "\n", "\n", "\r\n", "a", "bc", " ", "12", "0123456789abcdef", "ñandú", "un nombre largo de verdad que sigue hasta más allá de un bloque"];
        for (var turn = 0; turn < 40; turn++)
        {
            // Now and then no mark for a while, so that quotations are open over many bytes.
            var most = random.Next(3) == 0 ? parts.Length - random.Next(4) : parts.Length;
            var text = new StringBuilder("c0,c1,c2,c3\n");
            while (text.Length < 6_000)
                text.Append(parts[random.Next(parts.Length - most, parts.Length)]);
            var bytes = Encoding.UTF8.GetBytes(text.Append('\n').ToString());
            var issues = new IssueReport(100_000);
            using var general = DelimitedReader.Open(new MemoryStream(bytes), issues, new DelimitedOptions("utf-8", ',', 1));
            var expected = general.Rows().Select(row => (row.Line, string.Join('|', Enumerable.Range(0, 4).Select(column => row[column] ?? "")))).Where(Says).ToList();
            var told = new List<RowIssue>();
            Assert.Equal(expected, Read(bytes, chunkBytes, [0, 1, 2, 3], told, rowBytes: 1_500).Skip(1).Where(Says));
            string[] stray = [ReadingIssues.QuoteStray, TableIssues.RowsJoined];
            Assert.Equal(
                issues.Kept.Where(issue => issue.Code == ReadingIssues.QuoteStray).Select(issue => issue.Line).Distinct(),
                told.Where(issue => stray.Contains(issue.Code)).Select(issue => issue.Line));
        }

        static bool Says((int Line, string Cells) row) => row.Cells.AsSpan().ContainsAnyExcept("| \n\r");
    }

    [Fact]
    public void Short_and_long_rows_are_told_and_missing_cells_are_empty()
    {
        var batch = ValueBatch.For([new ValueBook(), new ValueBook(), new ValueBook()]);
        var bytes = Padded("a,b,c\n1\n1,2,3,4\n\n1,2,3"u8);
        new CsvColumns((byte)',', 3, [0, 1, 2]).Read(new CsvChunk(bytes, bytes.Length - CsvChunks.Room, 1, 0), batch);
        Assert.Equal(4, batch.Rows);
        Assert.Equal([(2, 1, false), (3, 4, true)], batch.Ragged);
        Assert.Equal([1, 2, 3, 5], batch.Lines[..4]);
        Assert.Equal(["b", "", "2", "2"], batch.Values[1][..4].Select(number => batch.Books[1][number]));
    }

    [Fact]
    public void A_row_without_end_is_refused()
    {
        var chunks = new CsvChunks(new MemoryStream(Encoding.UTF8.GetBytes("a,\"" + new string('x', 5_000))), (byte)',', 100, 1_000);
        Assert.Throws<InvalidDataException>(() =>
        {
            while (chunks.Next() is not null)
            {
            }
        });
    }

    private static List<(int, string)> Read(byte[] bytes, int chunkBytes, int[] wanted, List<RowIssue>? told = null, int rowBytes = 4_096)
    {
        var chunks = new CsvChunks(new MemoryStream(bytes), (byte)',', chunkBytes, rowBytes);
        var columns = new CsvColumns((byte)',', 4, wanted);
        var batch = ValueBatch.For([.. wanted.Select(_ => new ValueBook())]);
        var rows = new List<(int, string)>();
        while (chunks.Next() is { } chunk)
        {
            columns.Read(chunk, batch);
            told?.AddRange(batch.Flaws);
            for (var row = 0; row < batch.Rows; row++)
                rows.Add((batch.Lines[row], string.Join('|', batch.Values.Select((column, at) => batch.Books[at][column[row]]))));
        }

        return rows;
    }

    private static byte[] Padded(ReadOnlySpan<byte> bytes)
    {
        var padded = new byte[bytes.Length + CsvChunks.Room];
        bytes.CopyTo(padded);
        return padded;
    }
}
