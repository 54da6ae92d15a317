using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>What figures are grouped by: a component, and what each of its codes counts as.</summary>
/// <param name="Component">The component's code.</param>
/// <param name="Label">A code to the name of its group.</param>
internal sealed record Grouping(string Component, Func<string, string> Label)
{
    /// <summary>The span of time that codes are put together into, by the letter of SDMX CL_FREQ; null when they are not.</summary>
    public char? Span { get; init; }

    /// <summary>By the codes themselves.</summary>
    public static Grouping By(string component) => new(component, static code => code);
}

/// <summary>What figures are chosen by: a component, and whether each of its codes is meant (<see cref="Meant"/>).</summary>
/// <param name="Component">The component's code.</param>
/// <param name="Of">A code to whether it is meant.</param>
internal sealed record Condition(string Component, Func<string, byte> Of)
{
    /// <summary>The first day asked for, when it is a condition on time.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day asked for, when it is a condition on time.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>One of some codes; where a table does not break down, the figure may hold some of it.</summary>
    public static Condition Is(string component, params IReadOnlyList<string> codes) =>
        new(component, code => codes.Contains(code, StringComparer.Ordinal) ? Meant.Sure : code == "_T" ? Meant.Maybe : Meant.Not);

    /// <summary>Ages in an interval: a figure of ages that lie partly in it may hold some.</summary>
    public static Condition Ages(AgeInterval interval) => new("AGE", code =>
        AgeInterval.Read(code) is not { } ages || !interval.Meets(ages) ? Meant.Not : interval.Holds(ages) ? Meant.Sure : Meant.Maybe);

    /// <summary>Spans of time in another: a year may hold some of a month.</summary>
    public static Condition Within(DateOnly from, DateOnly until) => new(Dataflow.Period, code =>
        Period.Read(code) is not { } period || period.Until < from || period.From > until ? Meant.Not
        : from <= period.From && period.Until <= until ? Meant.Sure : Meant.Maybe)
    {
        From = from,
        Until = until,
    };

    /// <summary>What is or may be meant, taken as meant.</summary>
    public Condition Widened() => new(Component, code => Of(code) == Meant.Not ? Meant.Not : Meant.Sure);

    /// <summary>Some codes alone.</summary>
    public static Condition Only(string component, Func<string, bool> codes) => new(component, code => codes(code) ? Meant.Sure : Meant.Not);
}

/// <summary>A question to the cube.</summary>
internal sealed record CubeQuestion
{
    /// <summary>What figures are grouped by, in order.</summary>
    public IReadOnlyList<Grouping> By { get; init; } = [];

    /// <summary>Which figures; all conditions hold.</summary>
    public IReadOnlyList<Condition> Where { get; init; } = [];

    /// <summary>What is summed.</summary>
    public string Measure { get; init; } = Dataflow.Value;
}

/// <summary>A segment as it stands at some moment: without the periods that later files stand instead of.</summary>
/// <param name="File">The segment.</param>
/// <param name="IsReplaced">Whether a period's observations have been replaced; null when none has.</param>
/// <param name="Name">The series and import it is of, for whoever is told that it is damaged.</param>
internal sealed record StandingSegment(SegmentFile File, Func<string, bool>? IsReplaced = null, string Name = "");

/// <summary>Answers questions from segments; pure but for reading them.</summary>
internal static class AskCube
{
    private const int MostKeys = 1 << 22;

    /// <summary>The figures of a question, in the order of their labels.</summary>
    /// <exception cref="CubeTooLargeException">The groups have more combinations than can be summed.</exception>
    public static IReadOnlyList<Figure> Answer(CubeQuestion question, IReadOnlyList<StandingSegment> segments, int threads)
    {
        var labels = question.By.Select(_ => new CodeBook()).ToArray();
        var numbers = segments.Select(segment => question.By.Select((by, at) => NumbersOf(segment.File, by, labels[at])).ToArray()).ToArray();
        var strides = new int[question.By.Count];
        var keys = 1L;
        for (var at = question.By.Count - 1; at >= 0; at--)
        {
            strides[at] = (int)Math.Min(keys, int.MaxValue);
            keys *= Math.Max(1, labels[at].Codes.Count);
            if (keys > MostKeys)
                throw new CubeTooLargeException(MostKeys);
        }

        var sums = new Sums((int)keys);
        for (var segment = 0; segment < segments.Count; segment++)
        {
            try
            {
                if (Part(question, segments[segment], numbers[segment], strides, (int)keys, threads) is { } part)
                    sums.Add(part);
            }
            catch (SegmentDamagedException)
            {
                throw new SegmentDamagedException(segments[segment].Name);
            }
        }

        return FiguresOf(sums, labels, strides);
    }

    // The group of each of a segment's codes; of a component that the segment lacks, the one group of what is not broken down.
    private static int[] NumbersOf(SegmentFile file, Grouping by, CodeBook labels) =>
        file.Find(by.Component) is { } column ? [.. column.Codes.Select(code => labels.NumberOf(by.Label(code)))] : [labels.NumberOf(by.Label("_T"))];

    /// <summary>The filters of a question on a segment, and whether all that they mean only may be meant; null when it holds nothing that is asked for.</summary>
    public static (IReadOnlyList<RowChoice> Choices, bool Maybe)? ChoicesOf(CubeQuestion question, StandingSegment standing)
    {
        var file = standing.File;
        if (file.Rows == 0 || file.Find(question.Measure) is null)
            return null;
        var (chosen, maybe) = (new List<(string Component, byte[] Meant)>(), false);
        var conditions = question.Where.ToList();
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
            chosen.Add((condition.Component, meant));
        }

        // Only now are columns read: a segment that holds nothing of what is asked for is not looked into, damaged or not.
        return ([.. chosen.Select(one => new RowChoice(file.Column(one.Component)!, one.Meant))], maybe);
    }

    private static Sums? Part(CubeQuestion question, StandingSegment standing, int[][] numbers, int[] strides, int keys, int threads)
    {
        if (ChoicesOf(question, standing) is not { } chosen)
            return null;
        var file = standing.File;
        var parts = new List<KeyPart>();
        var fixedKey = 0;
        for (var at = 0; at < numbers.Length; at++)
        {
            // A column of one code needs no look at its rows.
            if (numbers[at].Length == 1)
                fixedKey += numbers[at][0] * strides[at];
            else
                parts.Add(KeyPart.Of(file.Column(question.By[at].Component)!, [.. numbers[at].Select(number => number * strides[at])]));
        }

        var sums = new Scan(parts, chosen.Choices, file.Column(question.Measure)!, null, keys).Run(threads);
        return (chosen.Maybe ? sums.AllMaybe() : sums).Shifted(fixedKey);
    }

    private static List<Figure> FiguresOf(Sums sums, CodeBook[] labels, int[] strides)
    {
        var figures = new List<Figure>();
        for (var key = 0; key < sums.Keys; key++)
        {
            if (sums.Rows[key] == 0 && sums.MaybeRows[key] == 0)
                continue;
            var said = new string[labels.Length];
            for (var at = 0; at < labels.Length; at++)
                said[at] = labels[at].Codes[key / strides[at] % labels[at].Codes.Count];
            figures.Add(new Figure(said, sums.Sure[key], sums.Maybe[key], sums.Rows[key], sums.Unknown[key], sums.MaybeRows[key]) { MaybeUnknown = sums.MaybeUnknown[key] });
        }

        figures.Sort(static (a, b) => new Labels(a.Labels).CompareTo(new Labels(b.Labels)));
        return figures;
    }
}

/// <summary>A question has more groups than can be summed at once.</summary>
internal sealed class CubeTooLargeException(int most) : Exception($"More than {most} groups.");
