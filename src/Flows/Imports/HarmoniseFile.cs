using System.Globalization;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Platform.Files;
using Tambo.Platform.Jobs;

namespace Tambo.Flows.Imports;

/// <summary>What harmonising a file came to.</summary>
public sealed record HarmonisedFile
{
    /// <summary>Rows of the file below its header, blank ones not counted.</summary>
    public long Read { get; set; }

    /// <summary>True when only the first of its rows were read, as many as were asked for: there are more.</summary>
    public bool HasMore { get; set; }

    /// <summary>Rows that cannot be used.</summary>
    public long Refused { get; set; }

    /// <summary>Rows that the mapping leaves out.</summary>
    public long LeftOut { get; set; }

    /// <summary>True when more than a tenth of the rows that were to count cannot be used: what is left may say something else.</summary>
    public bool ManyRefused => IsMany(Refused, Read - LeftOut);

    internal static bool IsMany(long refused, long rows) => refused * 10 > rows;

    /// <summary>Observations written.</summary>
    public long Kept { get; set; }

    /// <summary>What was wrong, by code and in the first rows of each.</summary>
    public IssueReport Issues { get; } = new();

    /// <summary>Warns where observations stand twice though the mapping does not refuse it.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="path">The segment.</param>
    internal void LookForRepeats(Mapping mapping, string path)
    {
        if (mapping.Once || Kept > RepeatedRows.MostRows)
            return;
        using var written = SegmentFile.Open(path);
        if (RepeatedRows.Find(written) is var (count, line))
            Issues.Add(Placed(new RowIssue(line, null, TableIssues.Repeated, count.ToString(CultureInfo.InvariantCulture), IssueSeverity.Warning)));
    }

    /// <summary>What each value became.</summary>
    public IReadOnlyList<LedgerLine> Ledger { get; set; } = [];

    /// <summary>For how long people were counted, as the file says; empty where the mapping does not ask.</summary>
    internal HoursInFile Hours { get; } = new();

    /// <summary>Of how many points and periods the file says for how long people were counted.</summary>
    public int HoursKnown => Hours.Known;

    /// <summary>Points and periods of the file in all, where the mapping asks for their hours.</summary>
    public int HoursAsked => Hours.Count;

    /// <summary>The sheets or files that were read, in their order, where the file's name does not say it; else one empty name.</summary>
    internal IReadOnlyList<string> Tables { get; set; } = [""];

    /// <summary>What an issue says of a line of one of several tables: the table, and the line in it.</summary>
    internal RowIssue Placed(RowIssue issue)
    {
        var place = LinePlace.Of(issue.Line, Tables);
        var value = Tables.Count > 1 && issue.Code == TableIssues.Twice && int.TryParse(issue.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var other) && LinePlace.Of(other, Tables) is var first
            ? string.Create(CultureInfo.InvariantCulture, $"{first.Line} ({first.Table})")
            : issue.Value;
        return issue with { Line = place.Line, Value = value, Source = issue.Source ?? (place.Table.Length == 0 ? null : place.Table) };
    }

    /// <summary>The sheets that were read, joined by commas; empty when the file has none.</summary>
    public string Sheet { get; set; } = "";

    /// <summary>Columns of the file that the mapping does not use.</summary>
    public IReadOnlyList<string> Unused { get; set; } = [];
}

/// <summary>
/// Reads a table of any kind, harmonises it and writes its observations as a segment, in as many threads as the machine has and
/// in constant memory. The segment depends on file and mapping alone.
/// </summary>
internal sealed class HarmoniseFile(Mapping mapping, DateOnly today, int threads, IProgress<WorkSoFar>? progress = null)
{
    private const int MostUnused = 200;

    private readonly object turn = new();
    private int numbered;
    private int appended;
    private int last = int.MaxValue;

    // Of a file of several tables: the rows and the length of those before the present one, and of those after it.
    private (long Rows, long Length, long After) others;

    /// <summary>Once so many rows were read no more are, and <see cref="HarmonisedFile.HasMore"/> says so.</summary>
    public long MostRows { get; init; } = long.MaxValue;

    /// <summary>Harmonises a seekable stream into an empty one, which is not flushed to disk.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The file cannot be read at all, or is not what the mapping is for.</exception>
    public HarmonisedFile Run(Stream file, Stream segment, CancellationToken cancellationToken)
    {
        var done = new HarmonisedFile();
        var tables = TableSource.OpenAll(file, RulesOf(mapping, today), done.Issues);
        try
        {
            Run(tables, segment, done, cancellationToken);
        }
        finally
        {
            foreach (var table in tables)
                table.Dispose();
        }

        return done;
    }

    private void Run(IReadOnlyList<TableSource> tables, Stream segment, HarmonisedFile done, CancellationToken cancellationToken)
    {
        done.Tables = [.. tables.Select(table => table.Source ?? "")];
        done.Sheet = string.Join(", ", tables.Select(table => table.Sheet).OfType<string>());
        SegmentWriter? writer = null;
        var harmonisers = new List<Harmoniser>();
        others.After = tables.Sum(static table => table.SoFar(0).Total);
        foreach (var table in tables)
        {
            if (done.Read >= MostRows)
            {
                done.HasMore = true;
                break;
            }

            var length = table.SoFar(0).Total;
            others.After -= length;
            var rules = MappingRules.Of(mapping, table.Columns, today, table.KnowsDates);
            done.Unused = [.. done.Unused.Union(Enumerable.Range(0, table.Columns.Names.Count).Except(rules.Wanted).Select(at => table.Columns.Names[at]).Where(name => name.Length > 0)).Take(MostUnused)];
            writer ??= new SegmentWriter(segment, rules.Dataflow.Components);
            Read(table, rules, writer, harmonisers, done, cancellationToken);
            others = (done.Read, others.Length + length, others.After);
        }

        if (!writer!.Finish(Structure.Dataflow.Find(mapping.Dataflow)!.Code))
            throw FlowsProblems.SegmentTooLarge.With();
        done.Kept = writer.Rows;
        done.Ledger = [.. harmonisers.SelectMany(harmoniser => harmoniser.Ledger())
            .GroupBy(line => (line.Rule, line.Value))
            .Select(same => same.First() with { Rows = same.Sum(line => line.Rows), Sum = same.Sum(line => line.Sum) })
            .OrderBy(line => line.Rule).ThenBy(line => line.Value, StringComparer.Ordinal)];
    }

    private void Read(TableSource table, MappingRules rules, SegmentWriter writer, List<Harmoniser> harmonisers, HarmonisedFile done, CancellationToken cancellationToken)
    {
        // Whether a combination was met before can only be told by whoever sees all rows.
        var workers = new Thread[mapping.Once ? 1 : table.Threads(threads)];
        (numbered, appended) = (0, 0);
        Exception? failure = null;
        for (var worker = 0; worker < workers.Length; worker++)
        {
            var harmoniser = new Harmoniser(rules, mapping.Once && harmonisers.Count > 0 ? harmonisers[^1] : null);
            harmonisers.Add(harmoniser);
            workers[worker] = new Thread(() =>
            {
                try
                {
                    Work(table, harmoniser, rules, writer, done, cancellationToken);
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
        if (failure is not null and not SegmentTooLargeException)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        if (failure is not null)
            throw FlowsProblems.SegmentTooLarge.With();
    }

    /// <summary>How a mapping's file is read: the header that has its columns is the one that is wanted.</summary>
    public static ReadingRules RulesOf(Mapping mapping, DateOnly today) => new()
    {
        Delimiter = mapping.File.Delimiter is { Length: > 0 } mark ? mark[0] : null,
        Encoding = mapping.File.Encoding,
        Header = mapping.File.Header,
        HeaderRows = mapping.File.HeaderRows,
        Sheet = mapping.File.Sheet,
        Sheets = mapping.File.Sheets,
        SheetColumn = mapping.File.SheetColumn,
        SheetPart = MappingRules.PartOf(mapping.File.SheetPart),
        Rows = mapping.File.Rows,
        Repeat = mapping.File.Repeat,
        Fits = (columns, _) => MappingChecks.Fits(mapping, columns, today),
    };

    private void Work(TableSource table, Harmoniser harmoniser, MappingRules rules, SegmentWriter writer, HarmonisedFile done, CancellationToken cancellationToken)
    {
        var (read, headerLine) = (table.Reader(rules.Wanted), table.HeaderLine);
        var batch = ValueBatch.For([.. rules.Wanted.Select(_ => new ValueBook())]);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            harmoniser.Forget(batch);
            if (read(batch) is not { } ordinal)
                return;
            if (IsBeyond(ordinal, done))
                return;
            var made = harmoniser.Harmonise(batch, headerLine);
            var used = SegmentWriter.UsedIn(made.Observations);
            BatchNumbering numbering;
            lock (turn)
            {
                while (numbered < ordinal && !IsBeyond(ordinal, done))
                    Monitor.Wait(turn);
                if (numbered == int.MaxValue || IsBeyond(ordinal, done))
                    return;
                numbering = writer.Number(made.Observations, used);
                Tell(done, made, batch, table);
                if (done.Read >= MostRows)
                    last = ordinal;
                numbered++;
                Monitor.PulseAll(turn);
            }

            var packed = SegmentWriter.Pack(made.Observations, numbering);
            lock (turn)
            {
                while (appended < ordinal)
                    Monitor.Wait(turn);
                if (appended == int.MaxValue)
                    return;
                writer.Append(packed);
                appended++;
                Monitor.PulseAll(turn);
            }
        }
    }

    // Whatever thread has it: a batch beyond the last one that is wanted.
    private bool IsBeyond(int ordinal, HarmonisedFile done)
    {
        lock (turn)
        {
            if (ordinal <= last)
                return false;
            return done.HasMore = true;
        }
    }

    private void Tell(HarmonisedFile done, HarmonisedBatch made, ValueBatch batch, TableSource table)
    {
        var headerLine = table.HeaderLine;
        done.Read += made.Read;
        done.Refused += made.Refused;
        done.LeftOut += made.LeftOut;
        if (progress is not null)
        {
            var (soFar, whole) = table.SoFar(done.Read - others.Rows);
            progress.Report(new WorkSoFar(done.Read, others.Length + soFar, others.Length + whole + others.After));
        }

        foreach (var (line, cells, _) in batch.Ragged.Where(ragged => ragged.Line > headerLine))
            done.Issues.Add(done.Placed(new RowIssue(line, null, ReadingIssues.RowRagged, cells.ToString(CultureInfo.InvariantCulture), IssueSeverity.Warning)));
        foreach (var flaw in batch.Flaws.Where(flaw => flaw.Line > headerLine && flaw.Severity != IssueSeverity.Error))
            done.Issues.Add(done.Placed(flaw));
        done.Issues.Add(made.Issues, done.Placed);
        foreach (var said in made.Hours)
        {
            if (done.Hours.Add(said) is { } issue)
                done.Issues.Add(done.Placed(issue));
        }
    }
}
