using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tambo.Flows.Segments;

namespace Tambo.Flows.Cube;

/// <summary>A column that rows are grouped by: for each of its numbers the part of the key; the parts of all columns add up to a row's key.</summary>
/// <param name="Column">The column.</param>
/// <param name="Parts">For each number of the column; as long as the numbers may be large.</param>
internal sealed record KeyPart(NumberColumn Column, int[] Parts)
{
    /// <summary>Rows up to which tables are not lengthened and numbers are checked one by one.</summary>
    public const int Few = 1 << 16;

    /// <summary>The parts, lengthened so that every number of the column's width has one; for few rows that would take longer than looking at each.</summary>
    public static KeyPart Of(NumberColumn column, int[] parts)
    {
        if (column.Rows <= Few)
            return new KeyPart(column, parts);
        var length = column.Narrow is not null ? 256 : column.Middle is not null ? 65_536 : parts.Length;
        if (parts.Length < length)
            Array.Resize(ref parts, length);
        return new KeyPart(column, parts);
    }
}

/// <summary>
/// Sums a measure over the rows of one set of columns, by key. Rows are taken some thousands at a time, so that keys and
/// choices stay in the nearest memory; several threads take their own stretches and their sums are added.
/// </summary>
internal sealed class Scan(IReadOnlyList<KeyPart> keys, IReadOnlyList<RowChoice> choices, NumberColumn measure, NumberColumn? weights, int keyCount)
{
    private const int Stretch = 4096;

    // A sum and a count share one number while neither can run over: the sum in the lower 40 bits.
    private const int CountShift = 40;
    private const long One = 1L << CountShift;

    private readonly RowChoice[] choices = [.. choices.Where(choice => !choice.MeansAll)];
    private readonly bool hasMaybe = choices.Any(choice => choice.HasMaybe);

    /// <summary>Sums the rows; <paramref name="weights"/> of kept sums say how many observations a row stands for.</summary>
    public Sums Run(int threads)
    {
        var rows = measure.Rows;
        // Starting another thread would take longer than the whole of few rows.
        if (rows <= KeyPart.Few)
            return Part(0, rows);
        var each = Math.Max(Stretch, (((rows + threads - 1) / threads) + Stretch - 1) / Stretch * Stretch);
        if (rows <= each)
            return Part(0, rows);
        var parts = new Sums[(rows + each - 1) / each];
        Parallel.For(0, parts.Length, part => parts[part] = Part(part * each, Math.Min(rows, (part + 1) * each)));
        foreach (var part in parts.AsSpan(1))
            parts[0].Add(part);
        return parts[0];
    }

    private Sums Part(int from, int to)
    {
        var sums = new Sums(keyCount);
        if (weights is null && measure.Unknown is null && !hasMaybe && measure.Smallest >= 0
            && to - from < (1 << 23) && (Int128)measure.Largest * (to - from) < One)
            Together(sums, from, to);
        else
            Apart(sums, from, to);
        return sums;
    }

    // Sum and count in one addition.
    private void Together(Sums sums, int from, int to)
    {
        var both = sums.Sure;
        var keyOf = new int[Stretch];
        var meant = new byte[Stretch];
        for (var at = from; at < to; at += Stretch)
        {
            var count = Math.Min(Stretch, to - at);
            KeysOf(at, keyOf.AsSpan(0, count));
            if (choices.Length == 0)
                AddAll(both, keyOf.AsSpan(0, count), at);
            else
                AddMeant(both, keyOf, Choose(at, meant, count), at);
        }

        for (var key = 0; key < both.Length; key++)
        {
            sums.Rows[key] = both[key] >> CountShift;
            both[key] &= One - 1;
        }
    }

    private void AddAll(long[] both, ReadOnlySpan<int> keyOf, int at)
    {
        if (measure.Narrow is { } narrow)
            AddAll(both, keyOf, ref narrow[at]);
        else if (measure.Middle is { } middle)
            AddAll(both, keyOf, ref middle[at]);
        else
            AddAll(both, keyOf, ref measure.Wide![at]);
    }

    private static void AddAll<T>(long[] both, ReadOnlySpan<int> keyOf, ref T value)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var sum = ref MemoryMarshal.GetArrayDataReference(both);
        for (var i = 0; i < keyOf.Length; i++)
            Unsafe.Add(ref sum, (nint)keyOf[i]) += long.CreateTruncating(Unsafe.Add(ref value, i)) + One;
    }

    private void AddMeant(long[] both, int[] keyOf, ReadOnlySpan<byte> meant, int at)
    {
        var whole = meant.Length / Vector512<byte>.Count * Vector512<byte>.Count;
        for (var i = 0; i < whole; i += Vector512<byte>.Count)
        {
            var bits = Vector512.Equals(Vector512.Create(meant.Slice(i, Vector512<byte>.Count)), Vector512.Create(Meant.Sure)).ExtractMostSignificantBits();
            while (bits != 0)
            {
                var row = i + BitOperations.TrailingZeroCount(bits);
                both[keyOf[row]] += measure[at + row] + One;
                bits &= bits - 1;
            }
        }

        for (var row = whole; row < meant.Length; row++)
        {
            if (meant[row] == Meant.Sure)
                both[keyOf[row]] += measure[at + row] + One;
        }
    }

    // Whatever may be in it: what may be meant, unknown measures, negative corrections, rows that stand for several.
    private void Apart(Sums sums, int from, int to)
    {
        var keyOf = new int[Stretch];
        var room = new byte[Stretch];
        for (var at = from; at < to; at += Stretch)
        {
            var count = Math.Min(Stretch, to - at);
            KeysOf(at, keyOf.AsSpan(0, count));
            var meant = Choose(at, room, count);
            for (var i = 0; i < count; i++)
            {
                if (meant[i] == Meant.Not)
                    continue;
                var (key, row, stands) = (keyOf[i], at + i, weights?[at + i] ?? 1);
                if (meant[i] == Meant.Sure)
                {
                    sums.Rows[key] += stands;
                    sums.Sure[key] += measure[row];
                    if (measure.Unknown?[row] == true)
                        sums.Unknown[key] += stands;
                }
                else
                {
                    sums.MaybeRows[key] += stands;
                    sums.Maybe[key] += measure[row];
                    if (measure.Unknown?[row] == true)
                        sums.MaybeUnknown[key] += stands;
                }
            }
        }
    }

    private ReadOnlySpan<byte> Choose(int at, byte[] room, int count)
    {
        var meant = room.AsSpan(0, count);
        meant.Fill(Meant.Sure);
        foreach (var choice in choices)
            choice.Weaken(at, meant);
        return meant;
    }

    private void KeysOf(int at, Span<int> keyOf)
    {
        if (keys.Count == 0)
        {
            keyOf.Clear();
            return;
        }

        for (var part = 0; part < keys.Count; part++)
        {
            var (column, parts) = keys[part];
            if (column.Narrow is { } narrow)
                AddParts(ref narrow[at], parts, keyOf, part == 0);
            else if (column.Middle is { } middle)
                AddParts(ref middle[at], parts, keyOf, part == 0);
            else
                AddParts(ref column.Wide![at], parts, keyOf, part == 0);
        }
    }

    // The parts are as many as the column's width has numbers (KeyPart.Of), so no check is needed; wide columns and short ones are checked.
    private static void AddParts<T>(ref T number, int[] parts, Span<int> keyOf, bool first)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var part = ref MemoryMarshal.GetArrayDataReference(parts);
        if (typeof(T) == typeof(long) || parts.Length < (typeof(T) == typeof(byte) ? 256 : 65_536))
        {
            for (var i = 0; i < keyOf.Length; i++)
                keyOf[i] = (first ? 0 : keyOf[i]) + parts[long.CreateTruncating(Unsafe.Add(ref number, i))];
        }
        else if (first)
        {
            for (var i = 0; i < keyOf.Length; i++)
                keyOf[i] = Unsafe.Add(ref part, (nint)nuint.CreateTruncating(Unsafe.Add(ref number, i)));
        }
        else
        {
            for (var i = 0; i < keyOf.Length; i++)
                keyOf[i] += Unsafe.Add(ref part, (nint)nuint.CreateTruncating(Unsafe.Add(ref number, i)));
        }
    }
}
