using System.Buffers;
using System.Globalization;
using System.Text;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Platform.Files;

namespace Tambo.Flows.Imports;

/// <summary>What harmonising a file came to.</summary>
public sealed record HarmonisedFile
{
    /// <summary>Rows of the file below its header, blank ones not counted.</summary>
    public long Read { get; set; }

    /// <summary>Rows that cannot be used.</summary>
    public long Refused { get; set; }

    /// <summary>Rows that the mapping leaves out.</summary>
    public long LeftOut { get; set; }

    /// <summary>Observations written.</summary>
    public long Kept { get; set; }

    /// <summary>What was wrong, by code and in the first rows of each.</summary>
    public IssueReport Issues { get; } = new();

    /// <summary>What each value became.</summary>
    public IReadOnlyList<LedgerLine> Ledger { get; set; } = [];
}

/// <summary>
/// Reads delimited text, harmonises it and writes its observations as a segment, in as many threads as the machine has and
/// in constant memory. The segment depends on file and mapping alone.
/// </summary>
internal sealed class HarmoniseFile(Mapping mapping, DateOnly today, int threads)
{
    private readonly object turn = new();
    private int numbered;
    private int appended;

    /// <summary>Harmonises a seekable stream into an empty one, which is not flushed to disk.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The file cannot be read at all, or is not what the mapping is for.</exception>
    public HarmonisedFile Run(Stream file, Stream segment, CancellationToken cancellationToken)
    {
        var done = new HarmonisedFile();
        var options = new DelimitedOptions(mapping.File.Encoding, mapping.File.Delimiter is { Length: > 0 } mark ? mark[0] : null, mapping.File.Header);
        DetectedEncoding encoding;
        char delimiter;
        TableHeader header;
        using (var opened = DelimitedReader.Open(file, done.Issues, options))
        {
            (encoding, delimiter) = (opened.Encoding, opened.Delimiter);
            header = opened.Header ?? throw FlowsProblems.ColumnMissing.With(("column", mapping.Columns[0].From[0]), ("columns", ""));
        }

        var rules = MappingRules.Of(mapping, [.. header.Names.Select(name => name ?? "")], today);
        var writer = new SegmentWriter(segment, rules.Dataflow.Components);
        var text = Utf8(file, encoding);
        var chunks = new CsvChunks(text);
        var harmonisers = new List<Harmoniser>();
        Exception? failure = null;
        var workers = new Thread[threads];
        for (var worker = 0; worker < threads; worker++)
        {
            var harmoniser = new Harmoniser(rules);
            harmonisers.Add(harmoniser);
            workers[worker] = new Thread(() =>
            {
                try
                {
                    Work(chunks, new CsvColumns((byte)delimiter, header.Names.Count, rules.Wanted), harmoniser, rules, header.Line, writer, done, cancellationToken);
                }
                catch (Exception thrown)
                {
                    lock (turn)
                    {
                        failure ??= thrown;
                        numbered = appended = int.MaxValue;
                        Monitor.PulseAll(turn);
                    }
                }
            })
            { IsBackground = true };
            workers[worker].Start();
        }

        foreach (var worker in workers)
            worker.Join();
        if (failure is InvalidDataException tooLong)
            throw FileProblems.RowTooLong.With(("line", tooLong.Message), ("limit", 1L));
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        writer.Finish(rules.Dataflow.Code);
        done.Kept = writer.Rows;
        done.Ledger = [.. harmonisers.SelectMany(harmoniser => harmoniser.Ledger())
            .GroupBy(line => (line.Rule, line.Value))
            .Select(same => same.First() with { Rows = same.Sum(line => line.Rows), Sum = same.Sum(line => line.Sum) })
            .OrderBy(line => line.Rule).ThenBy(line => line.Value, StringComparer.Ordinal)];
        return done;
    }

    private void Work(
        CsvChunks chunks, CsvColumns columns, Harmoniser harmoniser, MappingRules rules, int headerLine, SegmentWriter writer, HarmonisedFile done,
        CancellationToken cancellationToken)
    {
        var batch = ValueBatch.For([.. rules.Wanted.Select(_ => new ValueBook())]);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CsvChunk? chunk;
            lock (chunks)
                chunk = chunks.Next();
            if (chunk is null)
                return;
            columns.Read(chunk, batch);
            ArrayPool<byte>.Shared.Return(chunk.Bytes);
            var made = harmoniser.Harmonise(batch, headerLine);
            var used = SegmentWriter.UsedIn(made.Observations);
            BatchNumbering numbering;
            lock (turn)
            {
                while (numbered < chunk.Ordinal)
                    Monitor.Wait(turn);
                if (numbered == int.MaxValue)
                    return;
                numbering = writer.Number(made.Observations, used);
                Tell(done, made, batch);
                numbered++;
                Monitor.PulseAll(turn);
            }

            var packed = SegmentWriter.Pack(made.Observations, numbering);
            lock (turn)
            {
                while (appended < chunk.Ordinal)
                    Monitor.Wait(turn);
                if (appended == int.MaxValue)
                    return;
                writer.Append(packed);
                appended++;
                Monitor.PulseAll(turn);
            }
        }
    }

    private static void Tell(HarmonisedFile done, HarmonisedBatch made, ValueBatch batch)
    {
        done.Read += made.Read;
        done.Refused += made.Refused;
        done.LeftOut += made.LeftOut;
        foreach (var (line, cells) in batch.Ragged)
            done.Issues.Add(new RowIssue(line, null, ReadingIssues.RowRagged, cells.ToString(CultureInfo.InvariantCulture), IssueSeverity.Warning));
        foreach (var issue in made.Issues)
            done.Issues.Add(issue);
    }

    private static Stream Utf8(Stream file, DetectedEncoding encoding)
    {
        file.Position = encoding.PreambleBytes;
        return encoding.Encoding is UTF8Encoding or ASCIIEncoding
            ? file
            : Encoding.CreateTranscodingStream(file, encoding.Encoding, Encoding.UTF8, leaveOpen: true);
    }
}
