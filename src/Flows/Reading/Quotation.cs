using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tambo.Flows.Reading;

/// <summary>
/// Tells which bytes of delimited text stand within quotation marks, sixty-four at a time, from the beginning of a row on. A mark
/// opens a quotation at the beginning of a cell only; anywhere else it is text, and stray (as the general reader has it).
/// </summary>
/// <param name="separator">What separates cells.</param>
internal struct Quotation(byte separator)
{
    private readonly byte separator = separator;

    // The last mark of the bytes before is the first of two that stand for one.
    private bool isDoubled;

    /// <summary>All bits while a quotation is open, none otherwise.</summary>
    public ulong Inside { get; private set; }

    /// <summary>True once a mark was met that neither opens nor closes a cell; whoever reads it sets it back.</summary>
    public bool HasStray { get; set; }

    /// <summary>Which of the bytes stand within quotation marks; to be asked when they hold a mark, or a quotation is open.</summary>
    /// <param name="text">The whole text, which begins with a row; sixty-four bytes behind <paramref name="length"/> are readable.</param>
    /// <param name="at">Where the bytes stand.</param>
    /// <param name="length">The length of the text; no mark stands behind it.</param>
    /// <param name="quotes">Which of them are quotation marks.</param>
    /// <param name="cells">Which of them are separators or line ends.</param>
    // Apart from the loop that asks, which as a rule never does: its registers stay its own.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ulong Within(byte[] text, int at, int length, ulong quotes, ulong cells)
    {
        var within = PrefixXor(quotes) ^ Inside;
        var (opening, closing) = (quotes & within, quotes & ~within);
        var isLast = at + 64 >= length;
        var returns = Vector512.Equals(Vector512.LoadUnsafe(ref text[at]), Vector512.Create((byte)'\r')).ExtractMostSignificantBits();
        // A mark beside another one stands for a mark within a quotation, or ends an empty one.
        var mayOpen = ((cells | quotes) << 1) | (at == 0 || isDoubled || IsEdge(text[at - 1]) ? 1UL : 0);
        var mayClose = ((cells | quotes | returns) >> 1) | (isLast ? 1UL << (length - 1 - at) : text[at + 64] is (byte)'\r' or (byte)'"' || IsEdge(text[at + 64]) ? 1UL << 63 : 0);
        HasStray |= (closing & ~mayClose) != 0;
        if ((opening & ~mayOpen) != 0)
        {
            HasStray = true;
            return OneByOne(text, at, length, quotes);
        }

        Inside = (ulong)((long)within >> 63);
        isDoubled = closing >> 63 != 0 && !isLast && text[at + 64] == '"';
        return within;
    }

    // Where marks are stray, an odd number of them does not mean that a quotation is open.
    private ulong OneByOne(byte[] text, int at, int length, ulong quotes)
    {
        var (isOpen, within) = (Inside != 0, Inside);
        if (isDoubled)
            (isOpen, within, quotes) = (true, ulong.MaxValue, quotes & ~1UL);
        isDoubled = false;
        while (quotes != 0)
        {
            var bit = BitOperations.TrailingZeroCount(quotes);
            var mark = at + bit;
            quotes &= quotes - 1;
            if (!isOpen)
            {
                isOpen = mark == 0 || IsEdge(text[mark - 1]);
                within |= isOpen ? ulong.MaxValue << bit : 0;
            }
            else if (mark + 1 < length && text[mark + 1] == '"')
            {
                isDoubled = bit == 63;
                quotes &= quotes - 1;
            }
            else
            {
                isOpen = false;
                within &= (1UL << bit) - 1;
            }
        }

        Inside = isOpen && !isDoubled ? ulong.MaxValue : 0;
        return within;
    }

    private readonly bool IsEdge(byte one) => one == separator || one == '\n';

    // Each bit becomes the exclusive or of itself and all below: set from an opening mark up to before its closing one.
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        for (var shift = 1; shift < 64; shift <<= 1)
            bits ^= bits << shift;
        return bits;
    }
}
