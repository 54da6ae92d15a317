namespace Tambo.Flows.Reading;

/// <summary>
/// Lines of several tables of one file, as sheets of a workbook, in one numbering: that of the first table are its own, those
/// of each further one begin where a sheet can have no more. Pure.
/// </summary>
internal static class TableLines
{
    /// <summary>How many tables can be numbered so.</summary>
    public const int MostTables = int.MaxValue >> Bits;

    // A sheet has at most 1,048,576 rows.
    private const int Bits = 20;

    /// <summary>The number of a line of a table, which is counted from 0.</summary>
    public static int Of(int table, int line) => (table << Bits) + line;

    /// <summary>The table of a number, and the line in it; of a line that means the whole file, the file.</summary>
    public static (int Table, int Line) In(int number) => number == 0 ? (0, 0) : ((number - 1) >> Bits, ((number - 1) & ((1 << Bits) - 1)) + 1);
}
