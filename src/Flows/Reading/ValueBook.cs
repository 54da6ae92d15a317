using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tambo.Flows.Reading;

/// <summary>
/// The distinct values of one column, each with a number. Whoever reads a file meets the same few values again and again:
/// what a value means is worked out once, and rows carry numbers. Values stand as UTF-8; of one thread.
/// </summary>
internal sealed class ValueBook
{
    /// <summary>Bytes behind a value that must be readable.</summary>
    public const int Room = 16;

    private const int Roomy = 1 << 17;
    private const int Shelf = 1 << 16;

    // Whoever writes a file cannot know which values fall to the same place.
    private static readonly ulong First = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong Second = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    // The bytes of values one behind the other: a million of them as objects would take several times the room.
    private readonly List<byte[]> shelves = [];
    private readonly List<(int Shelf, int From, int Length)> values = [];
    private readonly List<bool> blanks = [];
    private int shelved;
    private Entry[] entries = new Entry[1024];
    private bool hasBlank;

    /// <summary>How many values there are.</summary>
    public int Count => values.Count;

    /// <summary>The value of a number.</summary>
    public string this[int number] => Encoding.UTF8.GetString(Bytes(number));

    /// <summary>True when a value says nothing.</summary>
    public bool IsBlank(int number) => blanks[number];

    /// <summary>True when one of the marked values says nothing.</summary>
    public bool HasBlank(ReadOnlySpan<bool> marked)
    {
        for (var number = 0; hasBlank && number < marked.Length; number++)
        {
            if (marked[number] && blanks[number])
                return true;
        }

        return false;
    }

    /// <summary>Forgets every value; numbers begin anew.</summary>
    public void Forget()
    {
        shelves.Clear();
        values.Clear();
        blanks.Clear();
        Array.Clear(entries);
        hasBlank = false;
    }

    /// <summary>The number of a value.</summary>
    public int NumberOf(string value)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(value.Length) + Room];
        return NumberOf(ref bytes[0], Encoding.UTF8.GetBytes(value, bytes));
    }

    /// <summary>The number of a value that stands in a buffer with <see cref="Room"/> behind it.</summary>
    public int NumberOf(ref byte start, int length)
    {
        var (head, tail) = Ends(ref start, length);
        return Find(ref start, length, head, tail);
    }

    /// <summary>The numbers of one column of rows that have as many cells each.</summary>
    /// <param name="text">The text, with <see cref="Room"/> behind its last row.</param>
    /// <param name="marks">Where each cell of the rows ends; before it stands where the cell before the first one ends.</param>
    /// <param name="first">Which cell of <paramref name="marks"/> is the first row's.</param>
    /// <param name="width">Cells of a row.</param>
    /// <param name="isLast">True for the last cell of a row, which a carriage return may follow.</param>
    /// <param name="into">A number for each row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void NumbersOf(ref byte text, ReadOnlySpan<int> marks, int first, int width, bool isLast, Span<int> into)
    {
        ref var mark = ref MemoryMarshal.GetReference(marks);
        ref var number = ref MemoryMarshal.GetReference(into);
        ref var table = ref MemoryMarshal.GetArrayDataReference(entries);
        var mask = (nuint)(entries.Length - 1);
        var (one, other) = (First, Second);
        for (var row = 0; row < into.Length; row++)
        {
            ref var end = ref Unsafe.Add(ref mark, first + (row * width));
            var from = Unsafe.Subtract(ref end, 1) + 1;
            var length = end - from;
            ref var start = ref Unsafe.Add(ref text, from);
            if (isLast && length > 0 && Unsafe.Add(ref start, length - 1) == '\r')
                length--;
            var (head, tail) = Ends(ref start, length);
            ref var entry = ref Unsafe.Add(ref table, (nint)((nuint)Mixed(head, tail, length, one, other) & mask));
            if (((entry.Head ^ head) | (entry.Tail ^ tail) | (uint)(entry.LengthAndOne ^ (length + 1))) == 0 && length <= 16)
            {
                Unsafe.Add(ref number, row) = entry.Number;
                continue;
            }

            Unsafe.Add(ref number, row) = Find(ref start, length, head, tail);
            table = ref MemoryMarshal.GetArrayDataReference(entries);
            mask = (nuint)(entries.Length - 1);
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mixed(ulong head, ulong tail, int length, ulong one, ulong other)
    {
        var high = Math.BigMul(head ^ one, (tail + (ulong)length) ^ other, out var low);
        return high ^ low;
    }

    private static ulong Mixed(ulong head, ulong tail, int length) => Mixed(head, tail, length, First, Second);

    private static ulong Mixed(ReadOnlySpan<byte> value, ulong head, ulong tail)
    {
        var mixed = Mixed(head, tail, value.Length);
        if (value.Length <= 16)
            return mixed;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(value[8..^8]))
            mixed = BitOperations.RotateLeft(mixed, 29) ^ Mixed(word, mixed, 0);
        // The words need not reach up to the tail.
        return Mixed(MemoryMarshal.Read<ulong>(value[^16..]), mixed, 0);
    }

    private int Find(ref byte start, int length, ulong head, ulong tail)
    {
        var value = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        var at = Mixed(value, head, tail) & (ulong)(entries.Length - 1);
        while (true)
        {
            ref var entry = ref entries[at];
            if (entry.LengthAndOne == 0)
                return Add(value, head, tail);
            if (entry.Head == head && entry.Tail == tail && entry.LengthAndOne == length + 1 && (length <= 16 || value.SequenceEqual(Bytes(entry.Number))))
                return entry.Number;
            at = (at + 1) & (ulong)(entries.Length - 1);
        }
    }

    private int Add(ReadOnlySpan<byte> value, ulong head, ulong tail)
    {
        var number = values.Count;
        Keep(value);
        blanks.Add(value.IsEmpty || (value[0] is <= (byte)' ' or >= 0x80 && string.IsNullOrWhiteSpace(this[number])));
        hasBlank |= blanks[^1];
        // Of few values most are found where they are looked for first; of many the table must not grow too large.
        if (values.Count * (entries.Length <= Roomy ? 4L : 2L) > entries.Length)
            Grow();
        Place(new Entry(head, tail, value.Length + 1, number));
        return number;
    }

    private ReadOnlySpan<byte> Bytes(int number) => values[number] is var (shelf, from, length) ? shelves[shelf].AsSpan(from, length) : default;

    private void Keep(ReadOnlySpan<byte> value)
    {
        if (shelves.Count == 0 || shelved + value.Length > shelves[^1].Length)
        {
            // The first is small: most columns have few values.
            shelves.Add(new byte[Math.Max(value.Length, shelves.Count == 0 ? 1 << 10 : Shelf)]);
            shelved = 0;
        }

        value.CopyTo(shelves[^1].AsSpan(shelved));
        values.Add((shelves.Count - 1, shelved, value.Length));
        shelved += value.Length;
    }

    private void Grow()
    {
        var before = entries;
        entries = new Entry[before.Length * 2];
        foreach (var entry in before)
        {
            if (entry.LengthAndOne > 0)
                Place(entry);
        }
    }

    private void Place(Entry entry)
    {
        var mixed = entry.LengthAndOne > 17 ? Mixed(Bytes(entry.Number), entry.Head, entry.Tail) : Mixed(entry.Head, entry.Tail, entry.LengthAndOne - 1);
        var at = mixed & (ulong)(entries.Length - 1);
        while (entries[at].LengthAndOne > 0)
            at = (at + 1) & (ulong)(entries.Length - 1);
        entries[at] = entry;
    }

    /// <summary>A value's first and last bytes, its length and one (zero for an empty place), and its number.</summary>
    private readonly record struct Entry(ulong Head, ulong Tail, int LengthAndOne, int Number);
}
