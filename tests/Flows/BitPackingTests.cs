using FsCheck;
using FsCheck.Fluent;
using Tambo.Flows.Segments;

namespace Tambo.Tests.Flows;

/// <summary>Numbers come out of a pack as they went in, whatever their width and count.</summary>
public sealed class BitPackingTests
{
    [Fact]
    public void Numbers_of_every_width_come_back()
    {
        var random = new Random(3);
        for (var bits = 0; bits <= BitPacking.MostBits; bits++)
        {
            foreach (var count in (int[])[1, 7, 8, 9, 63, 64, 65, 1_000])
            {
                var most = bits == 0 ? 0UL : (1UL << bits) - 1;
                ulong[] numbers = [.. Enumerable.Range(0, count).Select(i => i == 0 ? most : (ulong)random.NextInt64() & most)];
                var packed = new byte[BitPacking.BytesFor(count, bits)];
                BitPacking.Pack(numbers, bits, packed);
                // However the numbers stand in memory, they are packed alike.
                if (bits <= 16)
                    AssertSame(packed, again => BitPacking.Pack(numbers.Select(number => (ushort)number).ToArray(), bits, again));
                if (bits <= 8)
                    AssertSame(packed, again => BitPacking.Pack(numbers.Select(number => (byte)number).ToArray(), bits, again));
                var wide = new long[count];
                BitPacking.Unpack(packed, bits, 5L, wide);
                Assert.Equal(numbers, wide.Select(number => (ulong)(number - 5)));
                if (bits <= 16)
                {
                    var middle = new ushort[count];
                    BitPacking.Unpack(packed, bits, (ushort)0, middle);
                    Assert.Equal(numbers, middle.Select(number => (ulong)number));
                }

                if (bits <= 8)
                {
                    var narrow = new byte[count];
                    BitPacking.Unpack(packed, bits, (byte)0, narrow);
                    Assert.Equal(numbers, narrow.Select(number => (ulong)number));
                }
            }
        }
    }

    [Fact]
    public void What_is_added_is_added_to_each()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), values =>
        {
            var least = values.Length == 0 ? (byte)0 : values.Min();
            ulong[] numbers = [.. values.Select(value => (ulong)(value - least))];
            var bits = BitPacking.BitsFor(numbers.DefaultIfEmpty().Max());
            var packed = new byte[BitPacking.BytesFor(values.Length, bits)];
            BitPacking.Pack(numbers, bits, packed);
            var narrow = new byte[values.Length];
            var middle = new ushort[values.Length];
            BitPacking.Unpack(packed, bits, least, narrow);
            BitPacking.Unpack(packed, bits, (ushort)least, middle);
            return narrow.SequenceEqual(values) && middle.Select(number => (byte)number).SequenceEqual(values);
        }).QuickCheckThrowOnFailure();
    }

    private static void AssertSame(byte[] packed, Action<byte[]> pack)
    {
        var again = new byte[packed.Length];
        again.AsSpan().Fill(0xFF);
        pack(again);
        Assert.Equal(packed, again);
    }
}
