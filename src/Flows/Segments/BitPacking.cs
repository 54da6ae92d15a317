using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tambo.Flows.Segments;

/// <summary>
/// Packs whole numbers of a few bits each one after another, the first in the lowest bits, eight numbers to as many bytes
/// as each has bits. Pure; little endian.
/// </summary>
internal static class BitPacking
{
    /// <summary>The widest number that can be packed, in bits: one unaligned read of eight bytes must hold it.</summary>
    public const int MostBits = 56;

    /// <summary>Bytes after the last number that are written as zero, so that a reader may read eight at a time.</summary>
    public const int Padding = 16;

    /// <summary>The bits that numbers from 0 to <paramref name="largest"/> need.</summary>
    public static int BitsFor(ulong largest) => 64 - BitOperations.LeadingZeroCount(largest);

    /// <summary>The bytes that so many numbers take, padding included; none when they have no bits.</summary>
    public static int BytesFor(int count, int bits) => bits == 0 ? 0 : (int)((((long)count * bits) + 7) / 8) + Padding;

    /// <summary>Packs numbers of at most <paramref name="bits"/> bits; <paramref name="packed"/> has <see cref="BytesFor"/> bytes.</summary>
    public static void Pack(ReadOnlySpan<ulong> values, int bits, Span<byte> packed)
    {
        packed.Clear();
        if (bits == 0)
            return;
        var into = new BitWriter(packed);
        foreach (var value in values)
            into.Add(value, bits);
        into.End();
    }

    /// <summary>Packs numbers of at most eight bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> values, int bits, Span<byte> packed)
    {
        packed.Clear();
        if (bits == 0)
            return;
        var into = new BitWriter(packed);
        var done = 0;
        if (Bmi2.X64.IsSupported)
        {
            var places = 0x0101010101010101UL * ((1UL << bits) - 1);
            foreach (var eight in MemoryMarshal.Cast<byte, ulong>(values))
                into.Add(Bmi2.X64.ParallelBitExtract(eight, places), bits * 8);
            done = values.Length & ~7;
        }

        foreach (var value in values[done..])
            into.Add(value, bits);
        into.End();
    }

    /// <summary>Packs numbers of at most sixteen bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<ushort> values, int bits, Span<byte> packed)
    {
        packed.Clear();
        if (bits == 0)
            return;
        var into = new BitWriter(packed);
        var done = 0;
        if (Bmi2.X64.IsSupported)
        {
            var places = 0x0001000100010001UL * ((1UL << bits) - 1);
            foreach (var four in MemoryMarshal.Cast<ushort, ulong>(values))
                into.Add(Bmi2.X64.ParallelBitExtract(four, places), bits * 4);
            done = values.Length & ~3;
        }

        foreach (var value in values[done..])
            into.Add(value, bits);
        into.End();
    }

    /// <summary>Unpacks into bytes, <paramref name="least"/> added to each; no sum may exceed 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(ReadOnlySpan<byte> packed, int bits, byte least, Span<byte> values)
    {
        if (bits == 0)
        {
            values.Fill(least);
            return;
        }

        var done = Avx512Vbmi.IsSupported ? UnpackVectors(packed, bits, least, values) : 0;
        if (Bmi2.X64.IsSupported)
        {
            var places = 0x0101010101010101UL * ((1UL << bits) - 1);
            var added = 0x0101010101010101UL * least;
            var eights = MemoryMarshal.Cast<byte, ulong>(values);
            for (var i = done / 8; i < eights.Length; i++)
                eights[i] = Bmi2.X64.ParallelBitDeposit(Read(packed, i * bits), places) + added;
            done = eights.Length * 8;
        }

        var mask = (1UL << bits) - 1;
        for (var i = done; i < values.Length; i++)
            values[i] = (byte)(least + One(packed, (long)i * bits, mask));
    }

    /// <summary>Unpacks into 16-bit numbers, <paramref name="least"/> added to each; no sum may exceed 65,535.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(ReadOnlySpan<byte> packed, int bits, ushort least, Span<ushort> values)
    {
        if (bits == 0)
        {
            values.Fill(least);
            return;
        }

        var done = Avx512Vbmi.IsSupported ? UnpackVectors(packed, bits, least, values) : 0;
        if (Bmi2.X64.IsSupported)
        {
            var places = 0x0001000100010001UL * ((1UL << bits) - 1);
            var added = 0x0001000100010001UL * least;
            var fours = MemoryMarshal.Cast<ushort, ulong>(values);
            for (var i = done / 4; i < fours.Length; i++)
            {
                var bit = i * 4 * bits;
                fours[i] = Bmi2.X64.ParallelBitDeposit(Read(packed, bit >> 3) >> (bit & 7), places) + added;
            }

            // Four numbers of up to 16 bits start at a whole or half byte, so that 64 bits hold them.
            done = fours.Length * 4;
        }

        var mask = (1UL << bits) - 1;
        for (var i = done; i < values.Length; i++)
            values[i] = (ushort)(least + One(packed, (long)i * bits, mask));
    }

    /// <summary>Unpacks into 64-bit numbers, <paramref name="least"/> added to each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(ReadOnlySpan<byte> packed, int bits, long least, Span<long> values)
    {
        if (bits == 0)
        {
            values.Fill(least);
            return;
        }

        var mask = (1UL << bits) - 1;
        for (var i = 0; i < values.Length; i++)
            values[i] = least + (long)One(packed, (long)i * bits, mask);
    }

    // As many numbers as fill a vector at a time; how many were unpacked: the last ones, after which no whole vector could be read, are not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int UnpackVectors(ReadOnlySpan<byte> packed, int bits, byte least, Span<byte> values)
    {
        Vector512<byte> places = Vector512.Create(Places[bits - 1]), shifts = Vector512.Create(Shifts[bits - 1]), mask = Vector512.Create((byte)((1 << bits) - 1)), added = Vector512.Create(least);
        var count = Vectors(packed.Length, bits * 8, values.Length / 64);
        ref var from = ref MemoryMarshal.GetReference(packed);
        ref var into = ref MemoryMarshal.GetReference(values);
        for (nint i = 0; i < count; i++)
            ((Spread(ref Unsafe.Add(ref from, i * bits * 8), places, shifts) & mask) + added).StoreUnsafe(ref Unsafe.Add(ref into, i * 64));
        return count * 64;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int UnpackVectors(ReadOnlySpan<byte> packed, int bits, ushort least, Span<ushort> values)
    {
        Vector512<byte> places = Vector512.Create(Places[bits + 7]), shifts = Vector512.Create(Shifts[bits + 7]);
        Vector512<ushort> mask = Vector512.Create((ushort)((1 << bits) - 1)), added = Vector512.Create(least);
        var count = Vectors(packed.Length, bits * 4, values.Length / 32);
        ref var from = ref MemoryMarshal.GetReference(packed);
        ref var into = ref MemoryMarshal.GetReference(values);
        for (nint i = 0; i < count; i++)
            ((Spread(ref Unsafe.Add(ref from, i * bits * 4), places, shifts).AsUInt16() & mask) + added).StoreUnsafe(ref Unsafe.Add(ref into, i * 32));
        return count * 32;
    }

    // How many whole vectors can be read, each so many bytes after the one before, and their numbers written: no other check is needed.
    private static int Vectors(int bytes, int step, int most) => bytes < 64 ? 0 : Math.Min(most, ((bytes - 64) / step) + 1);

    // Each eight bytes take the eight that hold their numbers, then each byte its bits of these.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Spread(ref byte packed, Vector512<byte> places, Vector512<byte> shifts) =>
        Avx512Vbmi.MultiShift(shifts, Avx512Vbmi.PermuteVar64x8(Vector512.LoadUnsafe(ref packed), places).AsUInt64());

    // For numbers of 1 to 8 bits that become bytes, then of 1 to 16 bits that become two: from where each byte is taken, and how far its bits are shifted.
    private static readonly byte[][] Places = new byte[24][], Shifts = new byte[24][];

    static BitPacking()
    {
        for (var spread = 0; spread < Places.Length; spread++)
        {
            var (bits, width) = spread < 8 ? (spread + 1, 1) : (spread - 7, 2);
            var (places, shifts) = (Places[spread] = new byte[64], Shifts[spread] = new byte[64]);
            for (var i = 0; i < places.Length; i++)
            {
                var first = i / 8 * (8 / width) * bits;
                places[i] = (byte)((first / 8) + (i % 8));
                shifts[i] = (byte)((first % 8) + (i % 8 / width * bits) + (i % width * 8));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong One(ReadOnlySpan<byte> packed, long bit, ulong mask) => (Read(packed, (int)(bit >> 3)) >> (int)(bit & 7)) & mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ReadOnlySpan<byte> packed, int at) => MemoryMarshal.Read<ulong>(packed[at..]);

    // Bits one after another, sixty-four at a time.
    private ref struct BitWriter(Span<byte> packed)
    {
        private readonly Span<byte> packed = packed;
        private ulong held;
        private int used;
        private int at;

        /// <summary>Adds up to sixty-four bits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong value, int bits)
        {
            held |= value << used;
            used += bits;
            if (used < 64)
                return;
            MemoryMarshal.Write(packed[at..], in held);
            at += 8;
            used -= 64;
            held = used == 0 ? 0 : value >> (bits - used);
        }

        /// <summary>Writes what is left.</summary>
        public readonly void End()
        {
            if (used > 0)
                MemoryMarshal.Write(packed[at..], in held);
        }
    }
}
