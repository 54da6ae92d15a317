using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace Tambo.Flows.Segments;

/// <summary>Texts one behind the other as UTF-8, each with its number: a million of them as objects take three times the room.</summary>
internal class TextList : IReadOnlyList<string>
{
    private const int Shelf = 1 << 20;

    // A text's place is its shelf times the size of one, and where it begins there; none lies on two.
    private readonly List<byte[]> shelves = [];
    private readonly List<uint> places = [];
    private int shelved;

    /// <inheritdoc />
    public int Count => places.Count;

    /// <inheritdoc />
    public string this[int index] => Encoding.UTF8.GetString(Bytes(index));

    /// <summary>A text as UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes(int index)
    {
        var place = places[index];
        var from = shelves[(int)(place / Shelf)].AsSpan((int)(place % Shelf));
        return from.Slice(sizeof(int), MemoryMarshal.Read<int>(from));
    }

    /// <summary>Adds a text, given as UTF-8.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var needed = text.Length + sizeof(int);
        if (shelves.Count == 0 || shelved + needed > shelves[^1].Length)
        {
            // The first ones are small: most lists are short. A text that is longer than a shelf stands on one of its own.
            shelves.Add(new byte[Math.Max(shelves.Count == 0 ? 1 << 10 : shelves.Count == 1 ? 1 << 16 : Shelf, needed)]);
            shelved = 0;
        }

        places.Add(((uint)(shelves.Count - 1) * Shelf) + (uint)shelved);
        var into = shelves[^1].AsSpan(shelved);
        MemoryMarshal.Write(into, text.Length);
        text.CopyTo(into[sizeof(int)..]);
        shelved += needed;
    }

    /// <inheritdoc />
    public IEnumerator<string> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return this[index];
    }

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Different texts, as codes of a segment: each has a number, in the order in which they were first met.</summary>
internal sealed class TextBook : TextList
{
    private readonly List<int> hashes = [];

    // Numbers and one, where their texts are looked for first or behind.
    private int[] numbers = new int[64];
    private byte[] room = new byte[256];

    /// <summary>The number of a text, a new one when it was not met before.</summary>
    public int NumberOf(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (room.Length < most)
            room = new byte[most];
        var bytes = room.AsSpan(0, Encoding.UTF8.GetBytes(text, room));
        var hash = text.GetHashCode(StringComparison.Ordinal);
        var at = hash & (numbers.Length - 1);
        while (numbers[at] is > 0 and var met)
        {
            if (hashes[met - 1] == hash && bytes.SequenceEqual(Bytes(met - 1)))
                return met - 1;
            at = (at + 1) & (numbers.Length - 1);
        }

        Add(bytes);
        hashes.Add(hash);
        numbers[at] = Count;
        if (Count * 4L > numbers.Length * 3L)
            Grow();
        return Count - 1;
    }

    private void Grow()
    {
        numbers = new int[numbers.Length * 2];
        for (var number = 0; number < hashes.Count; number++)
        {
            var at = hashes[number] & (numbers.Length - 1);
            while (numbers[at] > 0)
                at = (at + 1) & (numbers.Length - 1);
            numbers[at] = number + 1;
        }
    }
}
