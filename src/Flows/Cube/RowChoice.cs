using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    private readonly NumberColumn column;
    private readonly byte[] meant;
    private readonly byte? only;

    /// <summary>Makes the filter of a column from what each of its codes is.</summary>
    public RowChoice(NumberColumn column, ReadOnlySpan<byte> codes)
    {
        this.column = column;
        meant = new byte[column.Narrow is not null ? 256 : column.Middle is not null && column.Rows > KeyPart.Few ? 65_536 : codes.Length];
        codes.CopyTo(meant);
        HasMaybe = codes.Contains(Meant.Maybe);
        MeansAll = !codes.ContainsAnyExcept(Meant.Sure);
        if (column.Narrow is not null && !HasMaybe && codes.Count(Meant.Sure) == 1)
            only = (byte)codes.IndexOf(Meant.Sure);
    }

    /// <summary>True when some codes may be meant.</summary>
    public bool HasMaybe { get; }

    /// <summary>True when every code is meant, so that the filter need not run.</summary>
    public bool MeansAll { get; }

    /// <summary>Weakens what rows are by this filter: <paramref name="rows"/> stands for the rows from <paramref name="from"/>.</summary>
    public void Weaken(int from, Span<byte> rows)
    {
        if (column.Narrow is { } narrow)
        {
            if (only is { } code && Vector512.IsHardwareAccelerated && rows.Length % Vector512<byte>.Count == 0)
                Equal(ref narrow[from], code, rows);
            else
                LookUp(narrow.AsSpan(from, rows.Length), rows);
        }
        else if (column.Middle is { } middle && meant.Length < 65_536)
        {
            for (var i = 0; i < rows.Length; i++)
                rows[i] &= meant[middle[from + i]];
        }
        else if (column.Middle is { } middle16)
        {
            ref var of = ref MemoryMarshal.GetArrayDataReference(meant);
            ref var number = ref middle16[from];
            for (var i = 0; i < rows.Length; i++)
                rows[i] &= Unsafe.Add(ref of, (nint)Unsafe.Add(ref number, i));
        }
        else
        {
            for (var i = 0; i < rows.Length; i++)
                rows[i] &= meant[column.Wide![from + i]];
        }
    }

    private static void Equal(ref byte numbers, byte code, Span<byte> rows)
    {
        var wanted = Vector512.Create(code);
        ref var row = ref MemoryMarshal.GetReference(rows);
        for (nuint i = 0; i < (nuint)rows.Length; i += (nuint)Vector512<byte>.Count)
            (Vector512.LoadUnsafe(ref row, i) & Vector512.Equals(Vector512.LoadUnsafe(ref numbers, i), wanted)).StoreUnsafe(ref row, i);
    }

    // Every byte has its entry, so no check is needed.
    private void LookUp(ReadOnlySpan<byte> numbers, Span<byte> rows)
    {
        ref var of = ref MemoryMarshal.GetArrayDataReference(meant);
        for (var i = 0; i < numbers.Length; i++)
            rows[i] &= Unsafe.Add(ref of, (nint)numbers[i]);
    }
}
