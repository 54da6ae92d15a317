namespace Tambo.Flows.Segments;

/// <summary>The lines of a segment's rows for whoever asks for few of them, in order: those of one block are held at a time.</summary>
internal sealed class LineNumbers(SegmentFile file)
{
    private readonly PackedColumn packed = file.Packed(SegmentFooter.LineColumn)!;
    private long[] lines = [];
    private int held = -1;

    /// <summary>The line of one of some rows.</summary>
    /// <exception cref="SegmentDamagedException">The block does not match its hash.</exception>
    public int Of(SegmentRows rows, int at)
    {
        if (held != rows.Block)
        {
            lines = new long[file.Footer.BlockRows[rows.Block]];
            packed.Read(rows.Block, 0, lines);
            var chunk = packed[rows.Block];
            lines[0] = chunk.Most;
            for (var row = 1; row < lines.Length; row++)
                lines[row] += lines[row - 1] + chunk.Least;
            held = rows.Block;
        }

        return (int)lines[rows.From + at];
    }
}
