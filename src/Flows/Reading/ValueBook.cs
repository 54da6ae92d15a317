using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Tambo.Flows.Reading;

/// <summary>
/// The distinct values of one column, each with a number. Whoever reads a file meets the same few values again and again:
/// what a value means is worked out once, and rows carry numbers. Values stand as UTF-8; of one thread.
/// </summary>
internal sealed class ValueBook
{
    private readonly List<string> values = [];
    private readonly List<byte[]> longValues = [];
    private readonly List<bool> blanks = [];
    private Entry[] entries = new Entry[1024];
    private int shift = 64 - 10;
    private Entry latest = new(0, 0, -1, -1, 0);

    /// <summary>The values by their numbers.</summary>
    public IReadOnlyList<string> Values => values;

    /// <summary>True when a value says nothing.</summary>
    public bool IsBlank(int number) => blanks[number];

    /// <summary>The number of a value that stands in a buffer with at least sixteen readable bytes after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NumberOf(ref byte start, int length)
    {
        var (head, tail) = Ends(ref start, length);
        if (latest.Head == head && latest.Tail == tail && latest.Length == length && length <= 16)
            return latest.Number;
        return Find(ref start, length, head, tail);
    }

    /// <summary>The number of a value.</summary>
    public int NumberOf(string value)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(value.Length) + 16];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        return NumberOf(ref bytes[0], length);
    }

    // Of up to sixteen bytes the first and the last eight are the whole value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Head, ulong Tail) Ends(ref byte start, int length)
    {
        var head = Unsafe.ReadUnaligned<ulong>(ref start);
        return length >= 8
            ? (head, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - 8)))
            : (head & ((1UL << (length * 8)) - 1), 0);
    }

    private static ulong Mixed(ulong head, ulong tail, int length)
    {
        var mixed = (head ^ (ulong)length) * 0x9E3779B97F4A7C15UL;
        mixed = (mixed ^ (mixed >> 29) ^ tail) * 0xBF58476D1CE4E5B9UL;
        return mixed ^ (mixed >> 32);
    }

    private int Find(ref byte start, int length, ulong head, ulong tail)
    {
        var middle = length > 16 ? MiddleHash(MemoryMarshal.CreateReadOnlySpan(ref start, length)) : 0;
        var at = (Mixed(head, tail, length) ^ middle) * 0x94D049BB133111EBUL >> shift;
        while (true)
        {
            ref var entry = ref entries[at];
            if (entry.Number == 0 && entry.Length == 0 && !entry.IsSet)
                return Add(ref start, length, head, tail, middle);
            if (entry.Head == head && entry.Tail == tail && entry.Length == length && entry.Middle == middle
                && (length <= 16 || MemoryMarshal.CreateReadOnlySpan(ref start, length).SequenceEqual(longValues[entry.Number])))
            {
                latest = entry;
                return entry.Number;
            }

            at = (at + 1) & (ulong)(entries.Length - 1);
        }
    }

    private int Add(ref byte start, int length, ulong head, ulong tail, ulong middle)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        var number = values.Count;
        values.Add(Encoding.UTF8.GetString(bytes));
        blanks.Add(string.IsNullOrWhiteSpace(values[^1]));
        longValues.Add(length > 16 ? bytes.ToArray() : []);
        if (values.Count * 2 > entries.Length)
            Grow();
        Place(latest = new Entry(head, tail, length, number, middle));
        return number;
    }

    private void Grow()
    {
        var before = entries;
        entries = new Entry[before.Length * 2];
        shift--;
        foreach (var entry in before)
        {
            if (entry.IsSet)
                Place(entry);
        }
    }

    private void Place(Entry entry)
    {
        var at = (Mixed(entry.Head, entry.Tail, entry.Length) ^ entry.Middle) * 0x94D049BB133111EBUL >> shift;
        while (entries[at].IsSet)
            at = (at + 1) & (ulong)(entries.Length - 1);
        entries[at] = entry;
    }

    private static ulong MiddleHash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes[8..^8]))
            hash = (hash ^ word) * 0x9E3779B97F4A7C15UL;
        return hash | 1;
    }

    private readonly record struct Entry(ulong Head, ulong Tail, int Length, int Number, ulong Middle)
    {
        private readonly int mark = 1;

        public bool IsSet => mark != 0;
    }
}
