namespace Tambo.Flows.Segments;

/// <summary>The numbers of one column in one block of a segment, packed.</summary>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="Least">What is added to each packed number.</param>
/// <param name="Most">The largest number of the chunk; with <paramref name="Least"/> it says what a reader may skip.</param>
/// <param name="Bits">Bits of one packed number.</param>
/// <param name="Nulls">How many numbers are unknown; when any, a packed zero is unknown and all others are one higher.</param>
/// <param name="Hash">The first 16 bytes of the SHA-256 of its bytes.</param>
internal readonly record struct SegmentChunk(long Offset, int Bytes, long Least, long Most, byte Bits, int Nulls, UInt128 Hash);

/// <summary>One column of a segment: what it says, the codes its numbers stand for, and its chunk in each block.</summary>
internal sealed record SegmentColumn
{
    /// <summary>The component's code.</summary>
    public required string Code { get; init; }

    /// <summary>The codes that its numbers point at, from 0; empty for measures and lines.</summary>
    public required IReadOnlyList<string> Codes { get; init; }

    /// <summary>True when each number is kept as its distance from the one before (lines of a file).</summary>
    public bool Rising { get; init; }

    /// <summary>One chunk for each block.</summary>
    public required IReadOnlyList<SegmentChunk> Chunks { get; init; }

    /// <summary>The smallest number of all.</summary>
    public long Least => Chunks.Count == 0 ? 0 : Chunks.Min(chunk => chunk.Least);

    /// <summary>The largest number of all.</summary>
    public long Most => Chunks.Count == 0 ? 0 : Chunks.Max(chunk => chunk.Most);

    /// <summary>How many numbers are unknown.</summary>
    public long Nulls => Chunks.Sum(chunk => (long)chunk.Nulls);
}
