using System.Text;

namespace Tambo.Platform.Qr;

/// <summary>
/// A QR code (ISO/IEC 18004:2015, model 2): text in byte mode as UTF-8, error correction level M, versions 1 to 20, so up
/// to 666 bytes.
/// </summary>
public sealed class QrCode
{
    private const int LargestVersion = 20;

    // ISO/IEC 18004:2015, table 9, level M: error correction codewords of a block, and blocks of a symbol, by version.
    private static readonly int[] CorrectionPerBlock = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
    private static readonly int[] Blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

    private readonly bool[,] modules;

    private QrCode(bool[,] modules) => this.modules = modules;

    /// <summary>Modules along one side, without the quiet zone.</summary>
    public int Size => modules.GetLength(0);

    /// <summary>True where the module is dark.</summary>
    public bool this[int row, int column] => modules[row, column];

    /// <summary>The smallest code that holds the text.</summary>
    /// <exception cref="ArgumentException">The text has more than 666 bytes.</exception>
    public static QrCode Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var version = 1; version <= LargestVersion; version++)
        {
            if (bytes.Length <= Capacity(version))
                return new QrCode(QrMatrix.Draw(version, Interleave(version, DataCodewords(version, bytes))));
        }

        throw new ArgumentException($"A QR code of version {LargestVersion} holds {Capacity(LargestVersion)} bytes, not {bytes.Length}.", nameof(text));
    }

    /// <summary>Bytes of text that a version holds.</summary>
    internal static int Capacity(int version) => DataLength(version) - 1 - (LengthBits(version) / 8);

    /// <summary>Modules that carry codewords, divided by eight.</summary>
    internal static int Codewords(int version)
    {
        var bits = (((16 * version) + 128) * version) + 64;
        if (version >= 2)
        {
            var alignments = (version / 7) + 2;
            bits -= (((25 * alignments) - 10) * alignments) - 55;
            if (version >= 7)
                bits -= 36;
        }

        return bits / 8;
    }

    /// <summary>Mode indicator, length, text, terminator and padding (clause 7.4).</summary>
    internal static byte[] DataCodewords(int version, byte[] bytes)
    {
        var data = new byte[DataLength(version)];
        var at = 0;
        void Write(int value, int bits)
        {
            for (var bit = bits - 1; bit >= 0; bit--, at++)
                data[at / 8] |= (byte)(((value >> bit) & 1) << (7 - (at % 8)));
        }

        Write(0b0100, 4);
        Write(bytes.Length, LengthBits(version));
        foreach (var b in bytes)
            Write(b, 8);
        // The terminator's four zero bits end on a byte, because mode and length are 12 or 20 bits.
        at += 4;
        for (var (index, pad) = (at / 8, 0xEC); index < data.Length; index++, pad ^= 0xEC ^ 0x11)
            data[index] = (byte)pad;
        return data;
    }

    /// <summary>Splits the data into blocks, adds the correction of each, and interleaves both (clause 7.6).</summary>
    private static byte[] Interleave(int version, byte[] data)
    {
        var blocks = Blocks[version - 1];
        var correction = CorrectionPerBlock[version - 1];
        var shorter = data.Length / blocks;
        var longerFrom = blocks - (data.Length % blocks);
        var parts = new byte[blocks][];
        for (var (block, start) = (0, 0); block < blocks; block++)
        {
            var length = shorter + (block >= longerFrom ? 1 : 0);
            parts[block] = data[start..(start + length)];
            start += length;
        }

        var checks = Array.ConvertAll(parts, part => ReedSolomon.Remainder(part, correction));
        var result = new List<byte>(Codewords(version));
        for (var i = 0; i <= shorter; i++)
            result.AddRange(parts.Where(part => i < part.Length).Select(part => part[i]));
        for (var i = 0; i < correction; i++)
            result.AddRange(checks.Select(check => check[i]));
        return [.. result];
    }

    private static int DataLength(int version) => Codewords(version) - (Blocks[version - 1] * CorrectionPerBlock[version - 1]);

    private static int LengthBits(int version) => version < 10 ? 8 : 16;
}

/// <summary>The error correction of QR codes: Reed-Solomon over GF(256) with the polynomial x^8+x^4+x^3+x^2+1.</summary>
internal static class ReedSolomon
{
    /// <summary>The correction codewords of a block (clause 7.5).</summary>
    public static byte[] Remainder(byte[] data, int length)
    {
        var generator = Generator(length);
        var remainder = new byte[length];
        foreach (var b in data)
        {
            var factor = (byte)(b ^ remainder[0]);
            Array.Copy(remainder, 1, remainder, 0, length - 1);
            remainder[^1] = 0;
            for (var i = 0; i < length; i++)
                remainder[i] ^= Multiply(generator[i], factor);
        }

        return remainder;
    }

    /// <summary>The product of (x - 2^i), highest power first and without its leading 1.</summary>
    private static byte[] Generator(int degree)
    {
        var result = new byte[degree];
        result[^1] = 1;
        byte root = 1;
        for (var i = 0; i < degree; i++, root = Multiply(root, 2))
        {
            for (var j = 0; j < degree; j++)
            {
                result[j] = Multiply(result[j], root);
                if (j + 1 < degree)
                    result[j] ^= result[j + 1];
            }
        }

        return result;
    }

    private static byte Multiply(byte x, byte y)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--)
            product = (product << 1) ^ ((product >> 7) * 0x11D) ^ (((y >> bit) & 1) * x);
        return (byte)product;
    }
}
