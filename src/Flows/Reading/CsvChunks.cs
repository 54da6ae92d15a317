using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Tambo.Flows.Reading;

/// <summary>Whole rows of a delimited file as bytes, with some bytes of room behind them.</summary>
/// <param name="Bytes">A rented buffer.</param>
/// <param name="Length">How many of its bytes are rows.</param>
/// <param name="FirstLine">The line of the file on which the first row begins, from 1.</param>
/// <param name="Ordinal">Which chunk of the file it is, from 0.</param>
internal sealed record CsvChunk(byte[] Bytes, int Length, int FirstLine, int Ordinal);

/// <summary>
/// Cuts UTF-8 delimited text into chunks of whole rows at line ends outside quotation marks. The cuts depend on the text
/// alone, so that what is made of the chunks is the same however many threads make it.
/// </summary>
internal sealed class CsvChunks(Stream text, byte separator, int chunkBytes = 1 << 21, int rowBytes = 1_000_000)
{
    /// <summary>Readable bytes behind the rows of a chunk.</summary>
    public const int Room = 128;

    private byte[] rest = [];
    private int line = 1;
    private int ordinal;
    private bool ended;

    /// <summary>The next chunk, or null at the end; the buffer belongs to the caller, who returns it to the shared pool.</summary>
    /// <exception cref="InvalidDataException">A row is longer than allowed: as a rule a quotation mark that nothing closes.</exception>
    public CsvChunk? Next()
    {
        if (ended)
            return null;
        var buffer = ArrayPool<byte>.Shared.Rent(chunkBytes + rowBytes + Room);
        rest.CopyTo(buffer, 0);
        var length = rest.Length;
        length += text.ReadAtLeast(buffer.AsSpan(length, chunkBytes + rowBytes - length), chunkBytes + rowBytes - length, throwOnEndOfStream: false);
        ended = length < chunkBytes + rowBytes;
        var cut = ended ? length : LastRowEnd(buffer, length);
        if (cut == 0 && !ended)
            throw new InvalidDataException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{line}"));
        rest = buffer.AsSpan(cut, length - cut).ToArray();
        buffer.AsSpan(cut, Room).Clear();
        if (cut == 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return null;
        }

        var chunk = new CsvChunk(buffer, cut, line, ordinal++);
        line += buffer.AsSpan(0, cut).Count((byte)'\n');
        return chunk;
    }

    // The end of the last row that begins and ends outside quotation marks; 0 when none does.
    private int LastRowEnd(byte[] buffer, int length)
    {
        var bytes = buffer.AsSpan(0, length);
        if (!bytes.Contains((byte)'"'))
            return bytes.LastIndexOf((byte)'\n') + 1;
        buffer.AsSpan(length, Room).Clear();
        var (quotation, last) = (new Quotation(separator), 0);
        for (var at = 0; at < length; at += 64)
        {
            var block = Vector512.LoadUnsafe(ref buffer[at]);
            var quotes = Vector512.Equals(block, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            var ends = Vector512.Equals(block, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
            if ((quotes | quotation.Inside) != 0)
                ends &= ~quotation.Within(buffer, at, length, quotes, ends | Vector512.Equals(block, Vector512.Create(separator)).ExtractMostSignificantBits());
            if (ends != 0)
                last = at + 64 - BitOperations.LeadingZeroCount(ends);
        }

        return last;
    }
}
