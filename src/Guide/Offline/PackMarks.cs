using System.Buffers.Binary;
using System.Numerics;

namespace Tambo.Guide.Offline;

/// <summary>
/// By what a device tells which rows it has: rows are put into groups by the code of their service, and each group has a mark
/// of two bytes. A node compares them with its own and sends the groups that differ, whole, so that it needs to remember
/// nothing of what it gave to anybody. Should two contents share a mark, the hash of the result does not fit and the
/// device takes the whole pack.
/// </summary>
internal static class PackMarks
{
    private const int Fewest = 16, Most = 4096;

    /// <summary>About one group a row, a power of two.</summary>
    public static int GroupsFor(int rows) => Math.Clamp(1 << BitOperations.Log2((uint)Math.Max(1, rows)), Fewest, Most);

    /// <summary>True when so many bytes can be the marks of a head and of groups.</summary>
    public static bool CanBeMarks(int bytes) => bytes % 2 == 0 && (bytes / 2) - 1 is >= Fewest and <= Most and var groups && BitOperations.IsPow2(groups);

    /// <summary>The most bytes that marks take.</summary>
    public const int MostBytes = 2 * (Most + 1);

    /// <summary>The group of a service's code.</summary>
    public static int GroupOf(string code, int groups) => (int)(Hash(code) & (uint)(groups - 1));

    /// <summary>The mark of a text; two bytes.</summary>
    public static ushort MarkOf(string text)
    {
        var hash = Hash(text);
        return (ushort)(hash ^ (hash >> 16));
    }

    /// <summary>The marks of the head and of each group of ordered rows, two bytes each, the higher first.</summary>
    public static byte[] Of(string head, IReadOnlyList<PackRow> rows, int groups)
    {
        var marks = new byte[2 * (groups + 1)];
        BinaryPrimitives.WriteUInt16BigEndian(marks, MarkOf(head));
        foreach (var (group, its) in Grouped(rows, groups))
            BinaryPrimitives.WriteUInt16BigEndian(marks.AsSpan(2 * (group + 1)), MarkOf(string.Join('\n', its.Select(row => row.Json))));
        return marks;
    }

    /// <summary>The rows of each group that has any, in the order of the rows.</summary>
    public static Dictionary<int, List<PackRow>> Grouped(IReadOnlyList<PackRow> rows, int groups)
    {
        var all = new Dictionary<int, List<PackRow>>();
        foreach (var row in rows)
        {
            var group = GroupOf(row.Code, groups);
            (all.TryGetValue(group, out var its) ? its : all[group] = []).Add(row);
        }

        return all;
    }

    // FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv) over UTF-16 units, which JavaScript walks as easily.
    private static uint Hash(string text)
    {
        var hash = 2_166_136_261u;
        foreach (var unit in text)
            hash = unchecked((hash ^ unit) * 16_777_619u);
        return hash;
    }
}
