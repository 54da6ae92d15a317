namespace Tambo.Platform.Qr;

/// <summary>Places codewords and patterns on the square, and chooses the mask that scanners read best (clauses 6.3, 7.7 to 7.10).</summary>
internal sealed class QrMatrix
{
    private readonly int version;
    private readonly int size;
    private readonly bool[,] dark;
    private readonly bool[,] isFixed;

    private QrMatrix(int version)
    {
        this.version = version;
        size = (version * 4) + 17;
        dark = new bool[size, size];
        isFixed = new bool[size, size];
    }

    public static bool[,] Draw(int version, byte[] codewords)
    {
        bool[,]? best = null;
        var least = int.MaxValue;
        for (var mask = 0; mask < 8; mask++)
        {
            var matrix = new QrMatrix(version);
            matrix.DrawPatterns();
            matrix.DrawFormat(mask);
            matrix.DrawCodewords(codewords, mask);
            var penalty = QrPenalty.Of(matrix.dark);
            if (penalty < least)
                (best, least) = (matrix.dark, penalty);
        }

        return best!;
    }

    /// <summary>True where a mask inverts a module (table 10).</summary>
    internal static bool Inverts(int mask, int row, int column) => mask switch
    {
        0 => (row + column) % 2 == 0,
        1 => row % 2 == 0,
        2 => column % 3 == 0,
        3 => (row + column) % 3 == 0,
        4 => ((row / 2) + (column / 3)) % 2 == 0,
        5 => (row * column % 2) + (row * column % 3) == 0,
        6 => ((row * column % 2) + (row * column % 3)) % 2 == 0,
        _ => (((row + column) % 2) + (row * column % 3)) % 2 == 0,
    };

    /// <summary>The 15 bits of level M and a mask, with their BCH code (clause 7.9); level M is 00.</summary>
    internal static int FormatBits(int mask)
    {
        var remainder = mask;
        for (var i = 0; i < 10; i++)
            remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
        return ((mask << 10) | remainder) ^ 0x5412;
    }

    /// <summary>The 18 bits of a version from 7 on, with their Golay code (clause 7.10).</summary>
    internal static int VersionBits(int version)
    {
        var remainder = version;
        for (var i = 0; i < 12; i++)
            remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1F25);
        return (version << 12) | remainder;
    }

    private void Fix(int row, int column, bool isDark)
    {
        dark[row, column] = isDark;
        isFixed[row, column] = true;
    }

    private void DrawPatterns()
    {
        for (var i = 0; i < size; i++)
        {
            Fix(6, i, i % 2 == 0);
            Fix(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(3, size - 4);
        DrawFinder(size - 4, 3);
        var centres = AlignmentCentres();
        foreach (var row in centres)
        {
            foreach (var column in centres)
            {
                var isAtFinder = (row == 6 && column == 6) || (row == 6 && column == size - 7) || (row == size - 7 && column == 6);
                if (!isAtFinder)
                    DrawAlignment(row, column);
            }
        }

        if (version >= 7)
            DrawVersion();
    }

    private void DrawFinder(int row, int column)
    {
        for (var dy = -4; dy <= 4; dy++)
        {
            for (var dx = -4; dx <= 4; dx++)
            {
                if (row + dy < 0 || row + dy >= size || column + dx < 0 || column + dx >= size)
                    continue;
                var ring = Math.Max(Math.Abs(dx), Math.Abs(dy));
                Fix(row + dy, column + dx, ring is not (2 or 4));
            }
        }
    }

    private void DrawAlignment(int row, int column)
    {
        for (var dy = -2; dy <= 2; dy++)
        {
            for (var dx = -2; dx <= 2; dx++)
                Fix(row + dy, column + dx, Math.Max(Math.Abs(dx), Math.Abs(dy)) != 1);
        }
    }

    // Annex E: evenly spaced from the far side, in even steps, with the first one at 6.
    private int[] AlignmentCentres()
    {
        if (version == 1)
            return [];
        var count = (version / 7) + 2;
        var step = ((version * 4) + (count * 2) + 1) / ((count * 2) - 2) * 2;
        var centres = new int[count];
        centres[0] = 6;
        for (var i = 1; i < count; i++)
            centres[i] = size - 7 - ((count - 1 - i) * step);
        return centres;
    }

    private void DrawVersion()
    {
        var bits = VersionBits(version);
        for (var i = 0; i < 18; i++)
        {
            var isDark = ((bits >> i) & 1) == 1;
            Fix(i / 3, size - 11 + (i % 3), isDark);
            Fix(size - 11 + (i % 3), i / 3, isDark);
        }
    }

    private void DrawFormat(int mask)
    {
        var bits = FormatBits(mask);
        bool Bit(int i) => ((bits >> i) & 1) == 1;
        for (var i = 0; i <= 5; i++)
            Fix(i, 8, Bit(i));
        Fix(7, 8, Bit(6));
        Fix(8, 8, Bit(7));
        Fix(8, 7, Bit(8));
        for (var i = 9; i < 15; i++)
            Fix(8, 14 - i, Bit(i));
        for (var i = 0; i < 8; i++)
            Fix(8, size - 1 - i, Bit(i));
        for (var i = 8; i < 15; i++)
            Fix(size - 15 + i, 8, Bit(i));
        Fix(size - 8, 8, true);
    }

    /// <summary>Two columns at a time, from the right, upwards and downwards in turn, past the timing column.</summary>
    private void DrawCodewords(byte[] codewords, int mask)
    {
        var at = 0;
        for (var right = size - 1; right >= 1; right -= 2)
        {
            if (right == 6)
                right = 5;
            var upward = ((right + 1) & 2) == 0;
            for (var i = 0; i < size; i++)
            {
                var row = upward ? size - 1 - i : i;
                for (var column = right; column > right - 2; column--)
                {
                    if (isFixed[row, column])
                        continue;
                    // What is left over after the last codeword is light before masking.
                    var isDark = at < codewords.Length * 8 && ((codewords[at / 8] >> (7 - (at % 8))) & 1) == 1;
                    dark[row, column] = isDark ^ Inverts(mask, row, column);
                    at++;
                }
            }
        }
    }
}
