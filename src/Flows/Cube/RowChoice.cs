using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tambo.Flows.Segments;

namespace Tambo.Flows.Cube;

/// <summary>Whether a code is asked for; a row is what the weakest of its codes is.</summary>
internal static class Meant
{
    /// <summary>Not asked for.</summary>
    public const byte Not = 0;

    /// <summary>May hold some of what is asked for (a code that covers more).</summary>
    public const byte Maybe = 1;

    /// <summary>Asked for.</summary>
    public const byte Sure = 3;
}

/// <summary>A filter on one column: for each number of the column whether it is meant.</summary>
internal sealed class RowChoice
{
    private readonly PackedColumn column = null!;
    private readonly byte[] meant;
    private readonly (byte[] Rows, SegmentFile File)? marks;

    /// <summary>Makes the filter of a column from what each of its codes is.</summary>
    public RowChoice(PackedColumn column, ReadOnlySpan<byte> codes)
    {
        this.column = column;
        // A whole vector may be taken from any number on.
        meant = new byte[Math.Max(codes.Length, column.Slots) + Vector512<byte>.Count];
        codes.CopyTo(meant);
    }

    /// <summary>Makes the filter of marks, one for each row of a segment, from what each mark is.</summary>
    public RowChoice(byte[] marks, SegmentFile file, ReadOnlySpan<byte> meant) => (this.marks, this.meant) = ((marks, file), meant.ToArray());

    /// <summary>What the codes are that a block may hold.</summary>
    public ReadOnlySpan<byte> Of(int block) => marks is not null ? meant : meant.AsSpan((int)column[block].Least, (int)(column[block].Most - column[block].Least) + 1);

    /// <summary>Weakens what rows are by this filter: <paramref name="rows"/> stands for the rows of a block from <paramref name="from"/>, some thousands at most.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Weaken(int block, int from, Span<byte> rows)
    {
        if (marks is var (mark, file))
        {
            foreach (ref var row in rows)
                row &= meant[mark[file.FirstRow(block) + from++]];
            return;
        }

        var chunk = column[block];
        // Every number that so many bits can hold has its entry, so no check is needed.
        ref var of = ref meant[chunk.Least];
        if (chunk.Bits <= 8)
        {
            Span<byte> numbers = stackalloc byte[rows.Length];
            column.Read(block, from, numbers);
            var i = chunk.Bits <= 6 && Avx512Vbmi.IsSupported ? LookUp(Vector512.LoadUnsafe(ref of), numbers, rows) : 0;
            for (; i < rows.Length; i++)
                rows[i] &= Unsafe.Add(ref of, (nint)numbers[i]);
        }
        else if (chunk.Bits <= 16)
        {
            Span<ushort> numbers = stackalloc ushort[rows.Length];
            column.Read(block, from, numbers);
            for (var i = 0; i < rows.Length; i++)
                rows[i] &= Unsafe.Add(ref of, (nint)numbers[i]);
        }
        else
        {
            Span<long> numbers = stackalloc long[rows.Length];
            column.Read(block, from, numbers);
            for (var i = 0; i < rows.Length; i++)
                rows[i] &= Unsafe.Add(ref of, (nint)numbers[i]);
        }
    }

    /// <summary>Lists the places of the rows that are meant for sure; how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Sure(ReadOnlySpan<byte> meant, Span<int> places)
    {
        var (count, i) = (0, 0);
        for (; i + Vector512<byte>.Count <= meant.Length; i += Vector512<byte>.Count)
        {
            var bits = Vector512.Equals(Vector512.Create(meant[i..]), Vector512.Create(Meant.Sure)).ExtractMostSignificantBits();
            for (; bits != 0; bits &= bits - 1)
                places[count++] = i + BitOperations.TrailingZeroCount(bits);
        }

        for (; i < meant.Length; i++)
        {
            if (meant[i] == Meant.Sure)
                places[count++] = i;
        }

        return count;
    }

    // Sixty-four rows at a time; how many were looked up.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LookUp(Vector512<byte> of, ReadOnlySpan<byte> numbers, Span<byte> rows)
    {
        var i = 0;
        for (; i + Vector512<byte>.Count <= rows.Length; i += Vector512<byte>.Count)
            (Vector512.Create<byte>(rows[i..]) & Avx512Vbmi.PermuteVar64x8(of, Vector512.Create(numbers[i..]))).CopyTo(rows[i..]);
        return i;
    }
}
