namespace Tambo.Platform.Qr;

/// <summary>How hard a masked symbol is to scan: the four features of ISO/IEC 18004:2015, table 11.</summary>
internal static class QrPenalty
{
    // A finder pattern's proportions 1:1:3:1:1 with four light modules to one side.
    private static readonly bool[] FinderAfter = [true, false, true, true, true, false, true, false, false, false, false];
    private static readonly bool[] FinderBefore = [false, false, false, false, true, false, true, true, true, false, true];

    public static int Of(bool[,] dark)
    {
        var size = dark.GetLength(0);
        var penalty = 0;
        var darkCount = 0;
        for (var i = 0; i < size; i++)
        {
            penalty += Line(size, j => dark[i, j]) + Line(size, j => dark[j, i]);
            for (var j = 0; j < size; j++)
            {
                darkCount += dark[i, j] ? 1 : 0;
                if (i + 1 < size && j + 1 < size && dark[i, j] == dark[i + 1, j] && dark[i, j] == dark[i, j + 1] && dark[i, j] == dark[i + 1, j + 1])
                    penalty += 3;
            }
        }

        // Ten for each full 5 % by which the dark share differs from one half.
        return penalty + (Math.Abs((darkCount * 20) - (size * size * 10)) / (size * size) * 10);
    }

    private static int Line(int size, Func<int, bool> at)
    {
        var penalty = 0;
        var run = 0;
        for (var i = 0; i < size; i++)
        {
            run = i > 0 && at(i) == at(i - 1) ? run + 1 : 1;
            if (run == 5)
                penalty += 3;
            else if (run > 5)
                penalty++;
            if (i + FinderAfter.Length <= size && (Matches(FinderAfter, i, at) || Matches(FinderBefore, i, at)))
                penalty += 40;
        }

        return penalty;
    }

    private static bool Matches(bool[] pattern, int start, Func<int, bool> at)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (at(start + i) != pattern[i])
                return false;
        }

        return true;
    }
}
