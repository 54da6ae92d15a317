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
}

/// <summary>Answers questions from segments; pure but for reading them.</summary>
internal static class AskCube
{
    private const int MostKeys = 1 << 22;

    /// <summary>The figures of a question, in the order of their labels.</summary>
    /// <exception cref="CubeTooLargeException">The groups have more combinations than can be summed.</exception>
    public static IReadOnlyList<Figure> Answer(CubeQuestion question, IReadOnlyList<StandingSegment> segments, int threads)
    {
        var labels = question.By.Select(_ => new CodeBook()).ToArray();
        var parts = new List<(StandingSegment Of, SegmentFile File, Chosen Chosen, int[][] Numbers)>();
        foreach (var segment in segments)
        {
            Named(segment, () =>
            {
                var file = Source(question, segment);
                if (ChoicesOf(question, segment, file) is { } chosen)
                    parts.Add((segment, file, chosen, [.. question.By.Select((by, at) => NumbersOf(file, by, labels[at]))]));
            });
        }

        var strides = new long[question.By.Count];
        var keys = 1L;
        for (var at = question.By.Count - 1; at >= 0; at--)
        {
            strides[at] = keys;
            keys = keys > long.MaxValue / Math.Max(1, labels[at].Codes.Count) ? throw new CubeTooLargeException(MostKeys) : keys * Math.Max(1, labels[at].Codes.Count);
        }

        if (keys > MostKeys)
            return Sparse(question, parts, labels, strides);
        Sums? sums = null;
        foreach (var (of, file, chosen, numbers) in parts)
        {
            Named(of, () =>
            {
                var part = Part(question, file, chosen, numbers, strides, (int)keys, threads);
                if (sums is null)
                    sums = part;
                else
                    sums.Add(part);
            });
        }

        return sums is null ? [] : FiguresOf(sums, labels, strides);
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

            byte[] meant = [.. column.Codes.Select(condition.Of)];
            if (!meant.AsSpan().ContainsAnyExcept(Meant.Not))
                return null;
            // A column whose codes are all meant need not be read.
            if (meant.AsSpan().ContainsAnyExcept(Meant.Sure))
                chosen.Add((condition.Component, meant));
        }

        // Only now are columns read: a segment that holds nothing of what is asked for is not looked into, damaged or not.
        return new Chosen([.. chosen.Select(one => new RowChoice(file.Column(one.Component)!, one.Meant))], maybe);
    }

    private static SegmentFile Source(CubeQuestion question, StandingSegment segment)
    {
        var asked = segment.Only.Count == 0 ? question : question with { Where = [.. question.Where, .. segment.Only] };
        foreach (var rollup in segment.Rollups?.Invoke() ?? [])
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

    private static Sums Part(CubeQuestion question, SegmentFile file, Chosen chosen, int[][] numbers, long[] strides, int keys, int threads)
    {
        var parts = new List<KeyPart>();
        var fixedKey = 0L;
        for (var at = 0; at < numbers.Length; at++)
        {
            // A column of one code needs no look at its rows.
            if (numbers[at].Length == 1)
                fixedKey += numbers[at][0] * strides[at];
            else
                parts.Add(KeyPart.Of(file.Column(question.By[at].Component)!, [.. numbers[at].Select(number => (int)(number * strides[at]))]));
        }

        var sums = new Scan(parts, chosen.Choices, file.Column(question.Measure)!, file.Column(Rollup.Weight), keys).Run(threads);
        return (chosen.Maybe ? sums.AllMaybe() : sums).Shifted((int)fixedKey);
    }

    private static List<Figure> Sparse(
        CubeQuestion question, List<(StandingSegment Of, SegmentFile File, Chosen Chosen, int[][] Numbers)> segments, CodeBook[] labels, long[] strides)
    {
        var scan = new SparseScan(MostKeys / 4);
        foreach (var (of, file, chosen, numbers) in segments)
        {
            Named(of, () =>
            {
                var parts = new List<(NumberColumn, long[])>();
                var fixedKey = 0L;
                for (var at = 0; at < numbers.Length; at++)
                {
                    if (numbers[at].Length == 1)
                        fixedKey += numbers[at][0] * strides[at];
                    else
                        parts.Add((file.Column(question.By[at].Component)!, [.. numbers[at].Select(number => number * strides[at])]));
                }

                scan.Add(fixedKey, parts, chosen, file.Column(question.Measure)!, file.Column(Rollup.Weight));
            });
        }

        var figures = scan.Cells.Select(pair => new Figure(LabelsOf(pair.Key, labels, strides), pair.Value.Sure, pair.Value.Maybe, pair.Value.Rows, pair.Value.Unknown, pair.Value.MaybeRows) { MaybeUnknown = pair.Value.MaybeUnknown }).ToList();
        figures.Sort(static (a, b) => new Labels(a.Labels).CompareTo(new Labels(b.Labels)));
        return figures;
    }

    private static string[] LabelsOf(long key, CodeBook[] labels, long[] strides)
    {
        var said = new string[labels.Length];
        for (var at = 0; at < labels.Length; at++)
            said[at] = labels[at].Codes[(int)(key / strides[at] % labels[at].Codes.Count)];
        return said;
    }

    // Keys are gone through in the order of their labels, so that nothing need be sorted but each column's codes.
    private static List<Figure> FiguresOf(Sums sums, CodeBook[] labels, long[] strides)
    {
        var figures = new List<Figure>();
        var ordered = labels.Select(book => book.Codes.Select((code, number) => (Code: code, Number: number)).OrderBy(one => one.Code, StringComparer.Ordinal).ToArray()).ToArray();
        var at = new int[labels.Length];
        while (true)
        {
            var key = 0;
            for (var column = 0; column < at.Length; column++)
                key += ordered[column][at[column]].Number * (int)strides[column];
            if (sums.Rows[key] != 0 || sums.MaybeRows[key] != 0)
            {
                var said = new string[at.Length];
                for (var column = 0; column < at.Length; column++)
                    said[column] = ordered[column][at[column]].Code;
                figures.Add(new Figure(said, sums.Sure[key], sums.Maybe[key], sums.Rows[key], sums.Unknown[key], sums.MaybeRows[key]) { MaybeUnknown = sums.MaybeUnknown[key] });
            }

            var turning = at.Length - 1;
            while (turning >= 0 && ++at[turning] == ordered[turning].Length)
                at[turning--] = 0;
            if (turning < 0)
                return figures;
        }
    }
}

/// <summary>The filters of a question.</summary>
/// <param name="Choices">On columns.</param>
/// <param name="Maybe">True when all that they mean only may be meant.</param>
internal sealed record Chosen(IReadOnlyList<RowChoice> Choices, bool Maybe);

/// <summary>A question has more groups than can be summed at once.</summary>
internal sealed class CubeTooLargeException(int most) : Exception($"More than {most} groups.");
