using Tambo.Flows.Segments;

namespace Tambo.Flows.Cube;

/// <summary>Says which rows of an import stand and are meant by a question, for whoever walks through them.</summary>
internal sealed class MeantRows
{
    private const int Stretch = 4096;

    private readonly List<Chosen> parts = [];

    /// <param name="chosen">The filters of a question on a segment.</param>
    public MeantRows(Chosen chosen)
    {
        parts.Add(chosen);
        Maybe = chosen.Maybe;
    }

    /// <param name="question">The question.</param>
    /// <param name="standing">The import's observations as they counted at some moment.</param>
    /// <exception cref="SegmentDamagedException">A column that is looked at is damaged.</exception>
    public MeantRows(CubeQuestion question, IReadOnlyList<StandingSegment> standing)
    {
        foreach (var segment in standing)
        {
            if (AskCube.ChoicesOf(question, segment, segment.File) is not { } chosen)
                continue;
            parts.Add(chosen);
            Maybe = chosen.Maybe;
        }
    }

    /// <summary>True when no row is meant.</summary>
    public bool IsEmpty => parts.Count == 0;

    /// <summary>True when all that is meant only may be.</summary>
    public bool Maybe { get; }

    /// <summary>Goes through the rows of the segment, some thousands at a time, with what each of them is (<see cref="Meant"/>); that stands until the next are taken.</summary>
    public IEnumerable<(SegmentRows Rows, byte[] Meant)> Rows(SegmentFile file)
    {
        using var reading = file.Read();
        var (meant, some) = (new byte[Stretch], new byte[Stretch]);
        foreach (var rows in file.Stretches(Stretch))
        {
            Weaken(parts[0], rows, meant);
            // No row is in two parts.
            foreach (var part in parts.Skip(1))
            {
                Weaken(part, rows, some);
                for (var row = 0; row < rows.Rows; row++)
                    meant[row] |= some[row];
            }

            yield return (rows, meant);
        }
    }

    /// <summary>The rows that are meant or may be.</summary>
    public IEnumerable<int> Places(SegmentFile file)
    {
        foreach (var (rows, meant) in Rows(file))
        {
            for (var at = 0; at < rows.Rows; at++)
            {
                if (meant[at] != Meant.Not)
                    yield return rows.First + at;
            }
        }
    }

    private static void Weaken(Chosen part, SegmentRows rows, byte[] meant)
    {
        meant.AsSpan(0, rows.Rows).Fill(Meant.Sure);
        foreach (var choice in part.Choices)
            choice.Weaken(rows.Block, rows.From, meant.AsSpan(0, rows.Rows));
    }
}
