using System.Text;
using Tambo.Platform.Qr;

namespace Tambo.Tests.Platform.Qr;

public sealed class QrCodeTests
{
    // The worked example "HELLO WORLD", version 1-M, of thonky.com's QR code tutorial (error correction coding).
    [Fact]
    public void Correction_codewords_are_those_of_the_worked_example()
    {
        byte[] data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17];
        Assert.Equal(new byte[] { 196, 35, 39, 119, 235, 215, 231, 226, 93, 23 }, ReedSolomon.Remainder(data, 10));
    }

    // ISO/IEC 18004:2015, table C.1: format information of level M with masks 0 to 7 after XOR with the mask pattern.
    [Theory]
    [InlineData(0, "101010000010010")]
    [InlineData(1, "101000100100101")]
    [InlineData(2, "101111001111100")]
    [InlineData(3, "101101101001011")]
    [InlineData(4, "100010111111001")]
    [InlineData(5, "100000011001110")]
    [InlineData(6, "100111110010111")]
    [InlineData(7, "100101010100000")]
    public void Format_information_is_that_of_the_standard(int mask, string bits) =>
        Assert.Equal(bits, Convert.ToString(QrMatrix.FormatBits(mask), 2).PadLeft(15, '0'));

    // ISO/IEC 18004:2015, table D.1.
    [Theory]
    [InlineData(7, 0x07C94)]
    [InlineData(10, 0x0A4D3)]
    [InlineData(20, 0x149A6)]
    public void Version_information_is_that_of_the_standard(int version, int bits) => Assert.Equal(bits, QrMatrix.VersionBits(version));

    // ISO/IEC 18004:2015, table 7: bytes that level M holds.
    [Theory]
    [InlineData(1, 14)]
    [InlineData(2, 26)]
    [InlineData(3, 42)]
    [InlineData(4, 62)]
    [InlineData(5, 84)]
    [InlineData(6, 106)]
    [InlineData(7, 122)]
    [InlineData(8, 152)]
    [InlineData(9, 180)]
    [InlineData(10, 213)]
    [InlineData(14, 362)]
    [InlineData(20, 666)]
    public void Each_version_holds_what_the_standard_says(int version, int bytes)
    {
        Assert.Equal(bytes, QrCode.Capacity(version));
        Assert.Equal((version * 4) + 17, QrCode.Encode(new string('a', bytes)).Size);
    }

    [Fact]
    public void A_text_that_does_not_fit_is_refused() => Assert.Throws<ArgumentException>(() => QrCode.Encode(new string('a', 667)));

    [Theory]
    [InlineData("x")]
    [InlineData("https://tambo.example/es/services/019cb8b8-1e00-7d74-9eab-3978c3b26149")]
    [InlineData("Refij, 24 è sou 24 — ñandutí")]
    public void What_is_drawn_can_be_read_back(string text) => Assert.Equal(text, Read(QrCode.Encode(text)));

    [Fact]
    public void Every_version_can_be_read_back()
    {
        for (var version = 1; version <= 20; version++)
        {
            var text = string.Concat(Enumerable.Range(0, QrCode.Capacity(version)).Select(i => (char)('!' + ((i * 7) % 90))));
            Assert.Equal(text, Read(QrCode.Encode(text)));
        }
    }

    [Fact]
    public void The_drawing_has_a_quiet_zone_of_four_modules_and_a_label()
    {
        var svg = QrSvg.Draw(QrCode.Encode("x"), "Code of \"x\"");
        Assert.Contains("viewBox=\"0 0 29 29\"", svg, StringComparison.Ordinal);
        Assert.Contains("d=\"M4 4h7v1h-7z", svg, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Code of &quot;x&quot;\"", svg, StringComparison.Ordinal);
    }

    /// <summary>A reader of undamaged symbols, written from the standard's reading procedure (clause 12) and not from the encoder.</summary>
    private static string Read(QrCode code)
    {
        var version = (code.Size - 17) / 4;
        var mask = 0;
        for (var i = 0; i < 3; i++)
            mask = (mask << 1) | ((code[8, 2 + i] ? 1 : 0) ^ (i == 1 ? 0 : 1));
        var bits = new List<bool>();
        var upward = true;
        for (var right = code.Size - 1; right > 0; right -= right == 8 ? 3 : 2, upward = !upward)
        {
            for (var i = 0; i < code.Size; i++)
            {
                var row = upward ? code.Size - 1 - i : i;
                foreach (var column in new[] { right, right - 1 })
                {
                    if (!IsFunction(version, code.Size, row, column))
                        bits.Add(code[row, column] ^ Masked(mask, row, column));
                }
            }
        }

        var codewords = bits.Chunk(8).Where(chunk => chunk.Length == 8)
            .Select(chunk => (byte)chunk.Aggregate(0, (value, bit) => (value << 1) | (bit ? 1 : 0))).ToArray();
        var data = Deinterleave(version, codewords);
        var lengthBytes = version < 10 ? 1 : 2;
        int Nibble(int i) => (data[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15;
        Assert.Equal(4, Nibble(0));
        var length = 0;
        for (var i = 1; i <= lengthBytes * 2; i++)
            length = (length * 16) + Nibble(i);
        var first = 1 + (lengthBytes * 2);
        return Encoding.UTF8.GetString([.. Enumerable.Range(0, length).Select(i => (byte)((Nibble(first + (2 * i)) << 4) | Nibble(first + (2 * i) + 1)))]);
    }

    // ISO/IEC 18004:2015, table 9, level M: (blocks, data codewords of each) in the order they stand.
    private static byte[] Deinterleave(int version, byte[] codewords)
    {
        (int Count, int Data)[] groups = version switch
        {
            1 => [(1, 16)],
            2 => [(1, 28)],
            3 => [(1, 44)],
            4 => [(2, 32)],
            5 => [(2, 43)],
            6 => [(4, 27)],
            7 => [(4, 31)],
            8 => [(2, 38), (2, 39)],
            9 => [(3, 36), (2, 37)],
            10 => [(4, 43), (1, 44)],
            11 => [(1, 50), (4, 51)],
            12 => [(6, 36), (2, 37)],
            13 => [(8, 37), (1, 38)],
            14 => [(4, 40), (5, 41)],
            15 => [(5, 41), (5, 42)],
            16 => [(7, 45), (3, 46)],
            17 => [(10, 46), (1, 47)],
            18 => [(9, 43), (4, 44)],
            19 => [(3, 44), (11, 45)],
            _ => [(3, 41), (13, 42)],
        };
        var blocks = groups.SelectMany(group => Enumerable.Repeat(group.Data, group.Count)).Select(size => new byte[size]).ToArray();
        var at = 0;
        for (var i = 0; i < blocks.Max(block => block.Length); i++)
        {
            foreach (var block in blocks.Where(block => i < block.Length))
                block[i] = codewords[at++];
        }

        return [.. blocks.SelectMany(block => block)];
    }

    private static bool Masked(int mask, int i, int j) => mask switch
    {
        0 => (i + j) % 2 == 0,
        1 => i % 2 == 0,
        2 => j % 3 == 0,
        3 => (i + j) % 3 == 0,
        4 => ((i / 2) + (j / 3)) % 2 == 0,
        5 => (i * j % 2) + (i * j % 3) == 0,
        6 => ((i * j % 2) + (i * j % 3)) % 2 == 0,
        _ => (((i + j) % 2) + (i * j % 3)) % 2 == 0,
    };

    private static bool IsFunction(int version, int size, int row, int column)
    {
        if (row == 6 || column == 6 || (row < 9 && column < 9) || (row < 9 && column >= size - 8) || (row >= size - 8 && column < 9))
            return true;
        if (version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11)))
            return true;
        // ISO/IEC 18004:2015, table E.1.
        int[] centres = version switch
        {
            1 => [],
            2 => [6, 18],
            3 => [6, 22],
            4 => [6, 26],
            5 => [6, 30],
            6 => [6, 34],
            7 => [6, 22, 38],
            8 => [6, 24, 42],
            9 => [6, 26, 46],
            10 => [6, 28, 50],
            11 => [6, 30, 54],
            12 => [6, 32, 58],
            13 => [6, 34, 62],
            14 => [6, 26, 46, 66],
            15 => [6, 26, 48, 70],
            16 => [6, 26, 50, 74],
            17 => [6, 30, 54, 78],
            18 => [6, 30, 56, 82],
            19 => [6, 30, 58, 86],
            _ => [6, 34, 62, 90],
        };
        return centres.Any(y => centres.Any(x =>
            !((y == 6 && x == 6) || (y == 6 && x == size - 7) || (y == size - 7 && x == 6))
            && Math.Abs(row - y) <= 2 && Math.Abs(column - x) <= 2));
    }
}
