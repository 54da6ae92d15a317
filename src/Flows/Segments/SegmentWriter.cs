using Tambo.Flows.Structure;

namespace Tambo.Flows.Segments;

/// <summary>The numbers that the codes of a batch have in the segment.</summary>
internal sealed record BatchNumbering(int[][] Of);

/// <summary>The blocks of a batch, packed and ready to be written.</summary>
internal sealed record PackedBatch(IReadOnlyList<PackedBlock> Blocks);

/// <summary>One block: for each column the packed bytes and how to read them.</summary>
internal sealed record PackedBlock(int Rows, byte[][] Bytes, SegmentChunk[] Chunks);

/// <summary>
/// Writes a segment: batches in order, each numbered (in turn), packed (by any thread) and appended (in turn). The same
/// batches give the same bytes, whoever packed them, so a segment made again from its original has the same hash.
/// </summary>
internal sealed class SegmentWriter
{
    /// <summary>Observations of one block at most.</summary>
    public const int BlockRows = 1 << 16;

    /// <summary>Bytes of a segment at most: readers map it whole.</summary>
    public const long MostBytes = int.MaxValue;

    private readonly Stream file;
    private readonly long mostBytes;
    private readonly IReadOnlyList<Component> coded;
    private readonly IReadOnlyList<Component> measured;
    private readonly TextBook[] books;
    private readonly List<SegmentChunk>[] chunks;
    private readonly List<int> blockRows = [];
    private long offset;

    /// <summary>Begins a segment in an empty stream.</summary>
    public SegmentWriter(Stream file, IReadOnlyList<Component> components, long mostBytes = MostBytes)
    {
        (this.file, this.mostBytes) = (file, mostBytes);
        coded = [.. components.Where(component => !component.IsMeasure)];
        measured = [.. components.Where(component => component.IsMeasure)];
        books = [.. coded.Select(_ => new TextBook())];
        chunks = [.. Enumerable.Range(0, coded.Count + measured.Count + 1).Select(_ => new List<SegmentChunk>())];
        file.Write(SegmentFooter.Beginning);
        offset = SegmentFooter.Beginning.Length;
    }

    /// <summary>Observations appended so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The codes of a batch that are used, by column; may run beside other threads.</summary>
    public static bool[][] UsedIn(ObservationBatch batch)
    {
        var used = new bool[batch.Codes.Length][];
        for (var column = 0; column < used.Length; column++)
        {
            var marks = used[column] = new bool[batch.Books[column].Codes.Count];
            var codes = batch.Codes[column];
            if (codes.IsOne)
            {
                marks[codes.Values[0]] = batch.Rows > 0;
            }
            else if (codes.Met is { } met)
            {
                for (var number = 0; number < met.Length; number++)
                {
                    if (met[number])
                        marks[codes.Values[number]] = true;
                }
            }
            else
            {
                foreach (var code in codes.Values.AsSpan(0, batch.Rows))
                    marks[code] = true;
            }
        }

        return used;
    }

    /// <summary>Gives the codes of a batch their numbers in the segment; batches in their order, one at a time.</summary>
    public BatchNumbering Number(ObservationBatch batch, bool[][] used)
    {
        var numbering = new int[used.Length][];
        for (var column = 0; column < used.Length; column++)
        {
            var of = numbering[column] = new int[used[column].Length];
            var codes = batch.Books[column].Codes;
            foreach (var code in Enumerable.Range(0, of.Length).Where(code => used[column][code]).OrderBy(code => codes[code], StringComparer.Ordinal))
                of[code] = books[column].NumberOf(codes[code]);
        }

        return new BatchNumbering(numbering);
    }

    /// <summary>Packs a batch into blocks; any thread.</summary>
    public static PackedBatch Pack(ObservationBatch batch, BatchNumbering numbering)
    {
        var blocks = new List<PackedBlock>();
        // Blocks of one batch are alike in size: a last one of few rows would cost as much to find as a full one.
        var each = batch.Rows == 0 ? 0 : (batch.Rows + ((batch.Rows + BlockRows - 1) / BlockRows) - 1) / ((batch.Rows + BlockRows - 1) / BlockRows);
        for (var from = 0; from < batch.Rows; from += each)
        {
            var pack = new PackBlock(from, Math.Min(each, batch.Rows - from), batch.Rows);
            for (var column = 0; column < batch.Codes.Length; column++)
                pack.Codes(batch.Codes[column], numbering.Of[column]);
            foreach (var measure in batch.Measures)
                pack.Measures(measure);
            pack.Lines(batch.Lines);
            blocks.Add(pack.Done());
        }

        return new PackedBatch(blocks);
    }

    /// <summary>Writes packed blocks; batches in their order, one at a time.</summary>
    /// <exception cref="SegmentTooLargeException">The segment would have more bytes than readers can map.</exception>
    public void Append(PackedBatch batch)
    {
        foreach (var block in batch.Blocks)
        {
            for (var column = 0; column < block.Chunks.Length; column++)
            {
                if (offset + block.Bytes[column].Length > mostBytes)
                    throw new SegmentTooLargeException();
                file.Write(block.Bytes[column]);
                chunks[column].Add(block.Chunks[column] with { Offset = offset });
                offset += block.Bytes[column].Length;
            }

            blockRows.Add(block.Rows);
            Rows += block.Rows;
        }
    }

    /// <summary>Numbers, packs and writes one batch.</summary>
    public void Add(ObservationBatch batch) => Append(Pack(batch, Number(batch, UsedIn(batch))));

    /// <summary>Writes what a reader needs to find its way; the caller flushes the stream to disk. False when the segment has more bytes than readers can map.</summary>
    public bool Finish(string dataflow)
    {
        var footer = new SegmentFooter
        {
            Dataflow = dataflow,
            BlockRows = blockRows,
            Columns =
            [
                .. coded.Select((component, at) => new SegmentColumn { Code = component.Code, Codes = books[at], Chunks = chunks[at] }),
                .. measured.Select((component, at) => new SegmentColumn { Code = component.Code, Codes = [], Chunks = chunks[coded.Count + at] }),
                new SegmentColumn { Code = SegmentFooter.LineColumn, Codes = [], Rising = true, Chunks = chunks[^1] },
            ],
        };
        footer.Write(file);
        return file.Length <= mostBytes;
    }
}

/// <summary>A segment would have more bytes than readers can map.</summary>
internal sealed class SegmentTooLargeException() : Exception("The segment is too large.");
