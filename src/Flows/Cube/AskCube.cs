using Tambo.Flows.Rollups;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>A segment as it stands at some moment: without the periods that later files stand instead of.</summary>
/// <param name="File">The segment.</param>
/// <param name="IsReplaced">Whether a period's observations have been replaced; null when none has.</param>
/// <param name="Name">The series and import it is of, for whoever is told that it is damaged.</param>
internal sealed record StandingSegment(SegmentFile File, Func<string, bool>? IsReplaced = null, string Name = "")
{
    /// <summary>Of which observations alone; all conditions hold.</summary>
    public IReadOnlyList<Condition> Only { get; init; } = [];

    /// <summary>Its rollups, the smallest first; none when every question is to be answered from the segment.</summary>
    public Func<IReadOnlyList<Rollup>>? Rollups { get; init; }

    /// <summary>Which of its rows are counted; null when all are.</summary>
    public CountedRows? Counted { get; init; }
}

/// <summary>Answers questions from segments; pure but for reading them.</summary>
internal static class AskCube
{
    /// <summary>The figures of a question, in the order of their labels.</summary>
    /// <exception cref="CubeTooLargeException">The groups have more combinations than can be summed.</exception>
    public static IReadOnlyList<Figure> Answer(CubeQuestion question, IReadOnlyList<StandingSegment> segments, int threads) => Groups(question, segments, threads).Figures();

    /// <summary>What the groups of a question come to.</summary>
    /// <exception cref="CubeTooLargeException">The groups have more combinations than can be summed.</exception>
    public static Groups Groups(CubeQuestion question, IReadOnlyList<StandingSegment> segments, int threads) => Groups(question, segments, threads, isSparse: true)!;

    // Null when there are more combinations than places and only those that are met could be summed, but are not to be.
    private static Groups? Groups(CubeQuestion question, IReadOnlyList<StandingSegment> segments, int threads, bool isSparse)
    {
        var books = question.By.Select(_ => new CodeBook()).ToArray();
        var parts = new List<Part>();
        foreach (var segment in segments)
        {
            Named(segment, () =>
            {
                var file = Source(question, segment);
                if (ChoicesOf(question, segment, file) is { } chosen)
                    parts.Add(new Part(segment, file, chosen, [.. question.By.Select((by, at) => NumbersOf(file, by, books[at]))]));
            });
        }

        var labels = InOrder(books, parts);
        var strides = Cube.Groups.StridesOf(labels);
        if (parts.Count == 0)
            return new Groups(labels, []);
        var keys = labels.Length == 0 ? 1 : strides[0] * labels[0].Length;
        if (keys > Cube.Groups.MostKeys)
            return isSparse ? Sparse(question, parts, labels, strides) : null;
        Sums? sums = null;
        foreach (var part in parts)
        {
            Named(part.Of, () =>
            {
                var its = SumsOf(question, part, strides, (int)keys, threads);
                if (sums is null)
                    sums = its;
                else
                    sums.Add(its);
            });
        }

        return new Groups(labels, sums!);
    }

    /// <summary>The groups of a question, and of another that has only some of its columns and conditions, out of one reading of the segments.</summary>
    /// <param name="question">Which parts.</param>
    /// <param name="left">The columns that the wholes do not have.</param>
    /// <param name="whole">Which wholes.</param>
    /// <param name="segments">The segments.</param>
    /// <param name="threads">Threads at most.</param>
    /// <exception cref="CubeTooLargeException">The groups have more combinations than can be summed.</exception>
    public static (Groups Parts, Groups Wholes) Shares(CubeQuestion question, IReadOnlyCollection<int> left, CubeQuestion whole, IReadOnlyList<StandingSegment> segments, int threads)
    {
        var chosen = question.Where.Except(whole.Where).GroupBy(condition => condition.Component, StringComparer.Ordinal).ToList();
        // Rollups of months are not asked for days; rows may count for one question and not for the other; and what others may be depends on the table.
        if (chosen.Exists(conditions => conditions.Key == Dataflow.Period || segments.Any(segment => segment.File.Find(conditions.Key)?.Codes.Contains("_O", StringComparer.Ordinal) == true)))
            return (Groups(question, segments, threads), Groups(whole, segments, threads));
        // What chooses the parts groups the wholes: not meant, perhaps, for sure.
        var all = Groups(
            question with { By = [.. question.By, .. chosen.Select(conditions => new Grouping(conditions.Key, code => $"{(char)('0' + conditions.Min(condition => condition.Of(code)))}"))], Where = whole.Where },
            segments, threads, isSparse: chosen.Count == 0);
        if (chosen.Count == 0)
            return (all!, all!.Without(left));
        return all?.Choose(chosen.Count) is var (parts, wholes) ? (parts, wholes.Without(left)) : (Groups(question, segments, threads), Groups(whole, segments, threads));
    }

    /// <summary>The filters of a question on a segment or one of its rollups; null when it holds nothing that is asked for.</summary>
    public static Chosen? ChoicesOf(CubeQuestion question, StandingSegment standing, SegmentFile file)
    {
        if (file.Rows == 0 || file.Find(question.Measure) is null)
            return null;
        var (chosen, maybe) = (new List<(string Component, byte[] Meant)>(), false);
        var conditions = question.Where.Concat(standing.Only).ToList();
        if (standing.IsReplaced is { } isReplaced)
            conditions.Add(Condition.Only(Dataflow.Period, code => !isReplaced(code)));
        foreach (var condition in conditions)
        {
            if (file.Find(condition.Component) is not { } column)
            {
                var all = condition.Of("_T");
                if (all == Meant.Not)
                    return null;
                maybe |= all == Meant.Maybe;
                continue;
            }

            byte[] meant = [.. column.Codes.Select(condition.Among(column.Codes).Of)];
            if (!meant.AsSpan().ContainsAnyExcept(Meant.Not))
                return null;
            // A column whose codes are all meant need not be read.
            if (meant.AsSpan().ContainsAnyExcept(Meant.Sure))
                chosen.Add((condition.Component, meant));
        }

        // Only now are columns read: a segment that holds nothing of what is asked for is not looked into, damaged or not.
        var choices = chosen.Select(one => new RowChoice(file.Packed(one.Component)!, one.Meant));
        return new Chosen([.. standing.Counted is { } counted ? choices.Append(counted.Choice(file)) : choices], maybe);
    }

    private static SegmentFile Source(CubeQuestion question, StandingSegment segment)
    {
        var asked = segment.Only.Count == 0 ? question : question with { Where = [.. question.Where, .. segment.Only] };
        // Kept sums hold all rows.
        foreach (var rollup in segment.Counted is null ? segment.Rollups?.Invoke() ?? [] : [])
        {
            if (rollup.Answers(asked, segment.File, segment.IsReplaced is not null))
                return rollup.File;
        }

        return segment.File;
    }

    private static void Named(StandingSegment segment, Action read)
    {
        try
        {
            read();
        }
        catch (SegmentDamagedException)
        {
            throw new SegmentDamagedException(segment.Name);
        }
    }

    // The group of each of a segment's codes; of a component that the segment lacks, the one group of what is not broken down.
    private static int[] NumbersOf(SegmentFile file, Grouping by, CodeBook labels) =>
        file.Find(by.Component) is { } column ? [.. column.Codes.Select(code => labels.NumberOf(by.Label(code)))] : [labels.NumberOf(by.Label("_T"))];

    // The labels of each column in their order, which the numbers of the parts follow.
    private static string[][] InOrder(CodeBook[] books, List<Part> parts)
    {
        var labels = new string[books.Length][];
        for (var at = 0; at < books.Length; at++)
        {
            string[] said = [.. books[at].Codes];
            int[] order = [.. Enumerable.Range(0, said.Length)], places = new int[said.Length];
            Array.Sort(said, order, StringComparer.Ordinal);
            for (var place = 0; place < order.Length; place++)
                places[order[place]] = place;
            foreach (var part in parts)
            {
                foreach (ref var number in part.Numbers[at].AsSpan())
                    number = places[number];
            }

            labels[at] = said;
        }

        return labels;
    }

    private static Sums SumsOf(CubeQuestion question, Part part, long[] strides, int keys, int threads)
    {
        var (columns, fixedKey) = (new List<KeyPart>(), 0L);
        for (var at = 0; at < strides.Length; at++)
        {
            // A column of one code needs no look at its rows.
            if (part.Numbers[at].Length == 1)
                fixedKey += part.Numbers[at][0] * strides[at];
            else
                columns.Add(new KeyPart(part.File.Packed(question.By[at].Component)!, [.. part.Numbers[at].Select(number => (int)(number * strides[at]))]));
        }

        var sums = new Scan(part.File, (int)fixedKey, columns, part.Chosen.Choices, question.Measure, keys).Run(threads);
        return part.Chosen.Maybe ? sums.AllMaybe() : sums;
    }

    private static Groups Sparse(CubeQuestion question, List<Part> parts, string[][] labels, long[] strides)
    {
        var scan = new SparseScan(Cube.Groups.MostKeys / 4);
        foreach (var part in parts)
        {
            Named(part.Of, () =>
            {
                var (columns, fixedKey) = (new List<(NumberColumn, long[])>(), 0L);
                for (var at = 0; at < strides.Length; at++)
                {
                    if (part.Numbers[at].Length == 1)
                        fixedKey += part.Numbers[at][0] * strides[at];
                    else
                        columns.Add((part.File.Column(question.By[at].Component)!, [.. part.Numbers[at].Select(number => number * strides[at])]));
                }

                scan.Add(part.File, fixedKey, columns, part.Chosen, question.Measure);
            });
        }

        return new Groups(labels, scan.Cells);
    }

    // What of a segment is asked: of it or one of its rollups, and the number of the label of each code of each column grouped by.
    private sealed record Part(StandingSegment Of, SegmentFile File, Chosen Chosen, int[][] Numbers);
}

/// <summary>The filters of a question.</summary>
/// <param name="Choices">On columns.</param>
/// <param name="Maybe">True when all that they mean only may be meant.</param>
internal sealed record Chosen(IReadOnlyList<RowChoice> Choices, bool Maybe);

/// <summary>A question has more groups than can be summed at once.</summary>
internal sealed class CubeTooLargeException(int most) : Exception($"More than {most} groups.");
