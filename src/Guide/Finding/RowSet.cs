using System.Numerics;

namespace Tambo.Guide.Finding;

/// <summary>
/// Rows of offers as one bit each: what a question asks is an intersection of a few sets, a dozen kilobytes each even for
/// a hundred thousand offers.
/// </summary>
internal sealed class RowSet
{
    private readonly ulong[] bits;

    /// <param name="rows">How many rows there are in all.</param>
    public RowSet(int rows) => bits = new ulong[(rows + 63) / 64];

    private RowSet(ulong[] bits) => this.bits = bits;

    /// <summary>How many are in it.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in bits)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>All of so many rows.</summary>
    public static RowSet All(int rows)
    {
        var all = new RowSet(rows);
        Array.Fill(all.bits, ulong.MaxValue);
        if (rows % 64 != 0)
            all.bits[^1] = (1ul << (rows % 64)) - 1;
        return all;
    }

    public RowSet Copy() => new([.. bits]);

    public bool Contains(int row) => (bits[row >> 6] & (1ul << row)) != 0;

    public void Add(int row) => bits[row >> 6] |= 1ul << row;

    public void Remove(int row) => bits[row >> 6] &= ~(1ul << row);

    /// <summary>Leaves what is in another set too; null is the empty set.</summary>
    public void Intersect(RowSet? other)
    {
        for (var i = 0; i < bits.Length; i++)
            bits[i] &= other is null ? 0 : other.bits[i];
    }

    /// <summary>Takes in what is in another set.</summary>
    public void Unite(RowSet other)
    {
        for (var i = 0; i < bits.Length; i++)
            bits[i] |= other.bits[i];
    }

    /// <summary>The rows in it and in another set, in order.</summary>
    public IEnumerable<int> And(RowSet other)
    {
        for (var i = 0; i < bits.Length; i++)
        {
            for (var word = bits[i] & other.bits[i]; word != 0; word &= word - 1)
                yield return (i << 6) + BitOperations.TrailingZeroCount(word);
        }
    }

    /// <summary>The rows in it, in order.</summary>
    public IEnumerable<int> Rows() => And(this);
}
