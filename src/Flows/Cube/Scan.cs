using Tambo.Flows.Rollups;
using Tambo.Flows.Segments;

namespace Tambo.Flows.Cube;

/// <summary>A column that rows are grouped by: for each of its numbers the part of the key; the parts of all columns add up to a row's key.</summary>
internal sealed class KeyPart
{
    /// <param name="column">The column.</param>
    /// <param name="parts">For each code of the column.</param>
    public KeyPart(PackedColumn column, ReadOnlySpan<int> parts)
    {
        Column = column;
        Parts = new int[Math.Max(parts.Length, column.Slots)];
        parts.CopyTo(Parts);
    }

    /// <summary>The column.</summary>
    public PackedColumn Column { get; }

    /// <summary>The parts, lengthened so that every number that a block's bits can hold has one.</summary>
    public int[] Parts { get; }
}

/// <summary>
/// Sums a measure over the rows of a segment by key. Nothing is unpacked but some thousand rows at a time, so that they stay
/// in the nearest memory; several threads take block after block and their sums are added.
/// </summary>
/// <param name="file">The segment, or a rollup, of which the measure <see cref="Rollup.Weight"/> says how many observations a row stands for.</param>
/// <param name="fixedKey">What every row's key begins with.</param>
/// <param name="keys">The columns grouped by.</param>
/// <param name="choices">The filters.</param>
/// <param name="measure">What is summed.</param>
/// <param name="keyCount">How many keys there are.</param>
internal sealed class Scan(SegmentFile file, int fixedKey, IReadOnlyList<KeyPart> keys, IReadOnlyList<RowChoice> choices, string measure, int keyCount)
{
    // Starting another thread would take longer than the whole of few rows.
    private const int Few = 1 << 16;

    /// <summary>Sums the rows.</summary>
    /// <exception cref="SegmentDamagedException">A block does not match its hash.</exception>
    public Sums Run(int threads)
    {
        using var reading = file.Read();
        var blocks = file.Footer.BlockRows.Count;
        var workers = file.Rows <= Few ? 1 : Math.Min(threads, blocks);
        if (workers <= 1)
        {
            var all = Begun();
            for (var block = 0; block < blocks; block++)
                all.Add(block);
            return all.Done();
        }

        var (parts, next) = (new Sums[workers], -1);
        SegmentFile.InParallel(workers, part =>
        {
            var own = Begun();
            for (var block = Interlocked.Increment(ref next); block < blocks; block = Interlocked.Increment(ref next))
                own.Add(block);
            parts[part] = own.Done();
        });
        foreach (var part in parts.AsSpan(1))
            parts[0].Add(part);
        return parts[0];
    }

    private BlockSums Begun() => new(file, fixedKey, keys, choices, file.Packed(measure)!, file.Packed(Rollup.Weight), keyCount);
}
