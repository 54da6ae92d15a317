namespace Tambo.Flows.Cube;

/// <summary>Marks which rows of an import stand and are meant by a question, for whoever walks through them.</summary>
internal sealed class MeantRows
{
    private readonly List<IReadOnlyList<RowChoice>> parts = [];

    /// <param name="question">The question.</param>
    /// <param name="standing">The import's observations as they counted at some moment.</param>
    /// <exception cref="Segments.SegmentDamagedException">A column that is looked at is damaged.</exception>
    public MeantRows(CubeQuestion question, IReadOnlyList<StandingSegment> standing)
    {
        foreach (var segment in standing)
        {
            if (AskCube.ChoicesOf(question, segment, segment.File) is not { } chosen)
                continue;
            parts.Add(chosen.Choices);
            Maybe = chosen.Maybe;
        }
    }

    /// <summary>True when no row is meant.</summary>
    public bool IsEmpty => parts.Count == 0;

    /// <summary>True when all that is meant only may be.</summary>
    public bool Maybe { get; }

    /// <summary>Says of the rows from a place on whether each is meant (<see cref="Meant"/>).</summary>
    public void Mark(int at, Span<byte> meant)
    {
        meant.Fill(parts.Count == 1 ? Meant.Sure : Meant.Not);
        if (parts is [var only])
        {
            Weaken(only, at, meant);
            return;
        }

        // No row is in two parts.
        Span<byte> some = new byte[meant.Length];
        foreach (var part in parts)
        {
            some.Fill(Meant.Sure);
            Weaken(part, at, some);
            for (var row = 0; row < some.Length; row++)
                meant[row] |= some[row];
        }
    }

    private static void Weaken(IReadOnlyList<RowChoice> choices, int at, Span<byte> meant)
    {
        foreach (var choice in choices)
            choice.Weaken(at, meant);
    }
}
