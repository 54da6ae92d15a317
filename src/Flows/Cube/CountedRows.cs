using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>Which rows of a segment are counted for one question, and why the others are not; one mark a row.</summary>
/// <param name="Marks">The marks of the rows.</param>
internal sealed record CountedRows(byte[] Marks)
{
    /// <summary>The row is not looked at, having been replaced.</summary>
    public const byte Gone = 0;

    /// <summary>The row counts.</summary>
    public const byte Counts = 1;

    /// <summary>A stock of a time before the last one.</summary>
    public const byte Earlier = 2;

    /// <summary>A span whose parts are counted, or a part whose span is.</summary>
    public const byte OtherSpan = 3;

    /// <summary>A total whose parts are counted, or a part whose total is.</summary>
    public const byte OtherLevel = 4;

    /// <summary>It counts, and may hold other rows that are counted too.</summary>
    public const byte Doubtful = 5;

    /// <summary>Of people whom other rows, that count, break down otherwise.</summary>
    public const byte OtherBreakdown = 6;

    /// <summary>It may count: other rows that count break down otherwise what may be the same people.</summary>
    public const byte Perhaps = 7;

    private const int Kinds = 8;

    /// <summary>The mark that is asked for; null for all rows that count.</summary>
    public byte? Only { get; init; }

    /// <summary>The filter that it is on the segment.</summary>
    public RowChoice Choice(SegmentFile file)
    {
        Span<byte> meant = stackalloc byte[Kinds];
        if (Only is { } only)
            meant[only] = Meant.Sure;
        else
            (meant[Counts], meant[Doubtful], meant[Perhaps]) = (Meant.Sure, Meant.Sure, Meant.Maybe);
        return new RowChoice(Marks, file, meant);
    }
}
