using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tambo.Flows.Segments;

namespace Tambo.Flows.Cube;

/// <summary>The sums of one thread of a <see cref="Scan"/>, block by block.</summary>
internal sealed class BlockSums(
    SegmentFile file, int fixedKey, IReadOnlyList<KeyPart> keys, IReadOnlyList<RowChoice> choices, PackedColumn measure, PackedColumn? weights, int keyCount)
{
    private const int Stretch = 2048;

    // A sum and a count share one number while neither can run over: the sum in the lower 40 bits.
    private const int CountShift = 40;
    private const long One = 1L << CountShift;
    private const long MostRows = 1L << (63 - CountShift);

    // So many bits have parts that stay in the nearest memory.
    private const int MostJoined = 13;

    // Of few keys the same one comes again before its sum is written: four rows that follow each other take each a sum of their own.
    private readonly int lane = keyCount <= 1024 ? keyCount : 0;
    private readonly long[] together = new long[keyCount <= 1024 ? 4 * keyCount : keyCount];
    private readonly Sums sums = new(keyCount);
    private (long Rows, long Sum) held;

    // Of the block at hand: the filters that leave something out, the columns of more codes than one, and all of these but the widest as one.
    private readonly List<RowChoice> choosing = [];
    private readonly List<KeyPart> varying = [];
    private List<KeyPart> joinedOf = [];
    private int[] joined = [];
    private int joinedAt;
    private bool hasMaybe, isJoined;

    // Room for the rows at hand.
    private readonly ushort[] some = new ushort[Stretch], others = new ushort[Stretch], next = new ushort[Stretch], none = new ushort[Stretch], numbers = new ushort[Stretch];
    private readonly int[] keyOf = new int[Stretch], places = new int[Stretch], nothing = new int[1];
    private readonly byte[] meant = new byte[Stretch];
    private long[]? wide, apart, standing;

    /// <summary>Adds the rows of a block.</summary>
    public void Add(int block)
    {
        choosing.Clear();
        hasMaybe = false;
        foreach (var choice in choices)
        {
            var codes = choice.Of(block);
            if (!codes.ContainsAnyExcept(Meant.Not))
                return;
            if (codes.ContainsAnyExcept(Meant.Sure))
                choosing.Add(choice);
            hasMaybe |= codes.Contains(Meant.Maybe);
        }

        varying.Clear();
        var (first, areNarrow) = (fixedKey, true);
        foreach (var key in keys)
        {
            // Of a block with one code alone no row need be looked at.
            if (key.Column[block].Bits == 0)
                first += key.Parts[key.Column[block].Least];
            else
                varying.Add(key);
            areNarrow &= key.Column[block].Bits <= 16;
        }

        // The widest stands alone, so that the others go together.
        for (var at = 1; at < varying.Count; at++)
        {
            if (varying[at].Column[block].Bits > varying[0].Column[block].Bits)
                (varying[0], varying[at]) = (varying[at], varying[0]);
        }

        var (chunk, rows) = (measure[block], file.Footer.BlockRows[block]);
        var isPlain = areNarrow && !hasMaybe && weights is null && chunk is { Nulls: 0, Bits: <= 16, Least: >= 0 } && chunk.Most < One / rows;
        var most = isPlain ? chunk.Most * rows : 0;
        isJoined = isPlain && Join(block);
        if (isPlain && (held.Rows + rows >= MostRows || held.Sum + most >= One))
            Flush();
        for (var from = 0; from < rows; from += Stretch)
        {
            if (isPlain)
                Together(block, from, Math.Min(Stretch, rows - from), first);
            else
                Apart(block, from, Math.Min(Stretch, rows - from), first);
        }

        if (isPlain)
            held = (held.Rows + rows, held.Sum + most);
    }

    /// <summary>The sums of all that was added.</summary>
    public Sums Done()
    {
        Flush();
        return sums;
    }

    private void Flush()
    {
        if (held.Rows == 0)
            return;
        for (var at = 0; at < together.Length; at += keyCount)
        {
            for (var key = 0; key < keyCount; key++)
            {
                sums.Sure[key] += together[at + key] & (One - 1);
                sums.Rows[key] += together[at + key] >> CountShift;
            }
        }

        together.AsSpan().Clear();
        held = default;
    }

    // What is meant for sure and known: sum and count in one addition.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Together(int block, int from, int count, int first)
    {
        var only = Span<int>.Empty;
        if (choosing.Count > 0)
        {
            only = places.AsSpan(0, RowChoice.Sure(Choose(block, from, count), places));
            if (only.Length == 0)
                return;
        }

        Read(measure, block, from, count, only, numbers);
        if (only.Length > 0)
            count = only.Length;
        ref var sum = ref together[first];
        var added = measure[block].Least + One;
        if (varying.Count > 2 && !isJoined)
        {
            KeysOf(block, from, only, keyOf.AsSpan(0, count));
            AddAll(keyOf.AsSpan(0, count), ref numbers[0], added, ref sum);
            return;
        }

        // One column or none is two of which one adds nothing; more are two of which one is all but the widest.
        ref var one = ref none[0];
        ref var other = ref none[0];
        ref var partOfOne = ref nothing[0];
        ref var partOfOther = ref nothing[0];
        if (varying.Count > 0)
        {
            Read(varying[0].Column, block, from, count, only, some);
            one = ref some[0];
            partOfOne = ref varying[0].Parts[varying[0].Column[block].Least];
        }

        if (varying.Count > 1)
        {
            Read(varying[1].Column, block, from, count, only, others);
            other = ref others[0];
            partOfOther = ref isJoined ? ref joined[0] : ref varying[1].Parts[varying[1].Column[block].Least];
        }

        var bits = varying.Count > 2 ? varying[1].Column[block].Bits : 0;
        foreach (var key in CollectionsMarshal.AsSpan(varying)[Math.Min(2, varying.Count)..])
        {
            Read(key.Column, block, from, count, only, next);
            Beside(others, next, bits, count);
            bits += key.Column[block].Bits;
        }

        AddAll(ref one, ref partOfOne, ref other, ref partOfOther, ref numbers[0], added, ref sum, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddAll(ref ushort one, ref int partOfOne, ref ushort other, ref int partOfOther, ref ushort value, long added, ref long sum, int count)
    {
        ref var second = ref Unsafe.Add(ref sum, lane);
        ref var third = ref Unsafe.Add(ref second, lane);
        ref var fourth = ref Unsafe.Add(ref third, lane);
        nint i = 0;
        for (; i < count - 3; i += 4)
        {
            Unsafe.Add(ref sum, KeyOf(ref one, ref partOfOne, ref other, ref partOfOther, i)) += Unsafe.Add(ref value, i) + added;
            Unsafe.Add(ref second, KeyOf(ref one, ref partOfOne, ref other, ref partOfOther, i + 1)) += Unsafe.Add(ref value, i + 1) + added;
            Unsafe.Add(ref third, KeyOf(ref one, ref partOfOne, ref other, ref partOfOther, i + 2)) += Unsafe.Add(ref value, i + 2) + added;
            Unsafe.Add(ref fourth, KeyOf(ref one, ref partOfOne, ref other, ref partOfOther, i + 3)) += Unsafe.Add(ref value, i + 3) + added;
        }

        for (; i < count; i++)
            Unsafe.Add(ref sum, KeyOf(ref one, ref partOfOne, ref other, ref partOfOther, i)) += Unsafe.Add(ref value, i) + added;
    }

    // The numbers of all columns but the first beside each other are one number, when they have few bits together.
    private bool Join(int block)
    {
        if (varying.Count <= 2)
            return false;
        var bits = 0;
        foreach (var key in CollectionsMarshal.AsSpan(varying)[1..])
            bits += key.Column[block].Bits;
        if (bits > MostJoined)
            return false;
        // Blocks are mostly alike.
        if (joinedOf.Count > 0 && AreAlike(joinedOf, varying, joinedAt, block))
            return true;
        (joinedAt, joinedOf) = (block, [.. varying]);
        var (parts, size) = (new int[1 << bits], 1);
        foreach (var key in CollectionsMarshal.AsSpan(varying)[1..])
        {
            var chunk = key.Column[block];
            for (var number = (1 << chunk.Bits) - 1; number >= 0; number--)
            {
                for (var at = 0; at < size; at++)
                    parts[(number * size) + at] = parts[at] + key.Parts[chunk.Least + number];
            }

            size <<= chunk.Bits;
        }

        joined = parts;
        return true;
    }

    private static bool AreAlike(List<KeyPart> some, List<KeyPart> others, int block, int other)
    {
        if (some.Count != others.Count)
            return false;
        for (var at = 1; at < some.Count; at++)
        {
            if (some[at] != others[at] || some[at].Column[block].Least != some[at].Column[other].Least || some[at].Column[block].Bits != some[at].Column[other].Bits)
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Beside(ushort[] numbers, ushort[] higher, int bits, int count)
    {
        // Past the last there is room: all vectors are whole.
        for (var i = 0; i < count; i += Vector512<ushort>.Count)
            (Vector512.Create(numbers, i) | (Vector512.Create(higher, i) << bits)).CopyTo(numbers, i);
    }

    // Every number that so many bits can hold has its part, so no check is needed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint KeyOf(ref ushort one, ref int partOfOne, ref ushort other, ref int partOfOther, nint row) =>
        Unsafe.Add(ref partOfOne, (nint)Unsafe.Add(ref one, row)) + Unsafe.Add(ref partOfOther, (nint)Unsafe.Add(ref other, row));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddAll(ReadOnlySpan<int> keyOf, ref ushort value, long added, ref long sum)
    {
        for (var i = 0; i < keyOf.Length; i++)
            Unsafe.Add(ref Unsafe.Add(ref sum, (i & 3) * lane), (nint)keyOf[i]) += Unsafe.Add(ref value, i) + added;
    }

    // The numbers of some rows, or of some of these alone, each less the block's least.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Read(PackedColumn column, int block, int from, int count, ReadOnlySpan<int> only, ushort[] into)
    {
        // Those chosen are fewer than those to be read: the last of them says how far.
        column.Read(block, from, into.AsSpan(0, only.Length > 0 ? only[^1] + 1 : count));
        for (var i = 0; i < only.Length; i++)
            into[i] = into[only[i]];
    }

    // The keys of rows, of wide columns too, without what all of the block's rows have in common.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void KeysOf(int block, int from, ReadOnlySpan<int> only, Span<int> into)
    {
        into.Clear();
        foreach (var key in varying)
        {
            var chunk = key.Column[block];
            ref var part = ref key.Parts[chunk.Least];
            if (chunk.Bits <= 16)
            {
                Read(key.Column, block, from, into.Length, only, some);
                for (var i = 0; i < into.Length; i++)
                    into[i] += Unsafe.Add(ref part, (nint)some[i]);
            }
            else
            {
                wide ??= new long[Stretch];
                key.Column.Read(block, from, wide.AsSpan(0, into.Length));
                for (var i = 0; i < into.Length; i++)
                    into[i] += Unsafe.Add(ref part, (nint)wide[i]);
            }
        }
    }

    // Whatever may be in it: what may be meant, unknown measures, negative corrections, rows that stand for several.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Apart(int block, int from, int count, int first)
    {
        var keyOf = this.keyOf.AsSpan(0, count);
        KeysOf(block, from, [], keyOf);
        var meant = Choose(block, from, count);
        var values = (apart ??= new long[Stretch]).AsSpan(0, count);
        var stand = (standing ??= new long[Stretch]).AsSpan(0, count);
        var chunk = measure[block];
        measure.Read(block, from, values);
        // Where some are unknown, those are zero and all others one higher.
        var (hasUnknown, least) = (chunk.Nulls > 0, chunk.Least - (chunk.Nulls > 0 ? 1 : 0));
        if (weights is null)
            stand.Fill(1);
        else
            weights.Read(block, from, stand);
        var weight = weights?[block].Least ?? 0;
        var unsure = hasUnknown || hasMaybe ? sums.Unsure ??= new UnsureSums(keyCount) : null;
        for (var i = 0; i < count; i++)
        {
            var (key, stands, isUnknown) = (first + keyOf[i], stand[i] + weight, hasUnknown && values[i] == 0);
            if (meant[i] == Meant.Sure)
            {
                sums.Rows[key] += stands;
                if (isUnknown)
                    unsure!.Unknown[key] += stands;
                else
                    sums.Sure[key] += values[i] + least;
            }
            else if (meant[i] == Meant.Maybe)
            {
                unsure!.MaybeRows[key] += stands;
                if (isUnknown)
                    unsure.MaybeUnknown[key] += stands;
                else
                    unsure.Maybe[key] += values[i] + least;
            }
        }
    }

    private ReadOnlySpan<byte> Choose(int block, int from, int count)
    {
        var rows = meant.AsSpan(0, count);
        rows.Fill(Meant.Sure);
        foreach (var choice in choosing)
            choice.Weaken(block, from, rows);
        return rows;
    }
}
