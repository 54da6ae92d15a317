using System.Globalization;
using System.Runtime.CompilerServices;
using Tambo.Platform.Cryptography;

namespace Tambo.Platform.Blobs;

/// <summary>
/// Reads a file of pieces of 1 MiB, each sealed by the node key for its place in one file of one length, so that none can be
/// changed, left out or put elsewhere. One piece at a time is opened, in memory only.
/// </summary>
/// <param name="key">What sealed them.</param>
/// <param name="id">The file they were sealed for.</param>
/// <param name="length">How long it is.</param>
/// <param name="pieces">The sealed pieces, one after the other; disposed with this.</param>
internal sealed class SealedPieces(NodeKey key, string id, long length, FileStream pieces) : Stream
{
    private const int Piece = 1 << 20;

    private byte[] opened = [];
    private long ordinal = -1;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>How many pieces a file of a length has.</summary>
    public static long Count(long length) => (length + Piece - 1) / Piece;

    /// <summary>Seals a stream from its start, piece by piece.</summary>
    public static async IAsyncEnumerable<(int Ordinal, byte[] Sealed)> SealAsync(NodeKey key, string id, Stream bytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bytes.Position = 0;
        var (buffer, length) = (new byte[Piece], bytes.Length);
        for (var ordinal = 0; ordinal < Count(length); ordinal++)
        {
            var size = (int)Math.Min(Piece, length - ((long)ordinal * Piece));
            await bytes.ReadExactlyAsync(buffer.AsMemory(0, size), cancellationToken);
            yield return (ordinal, key.Seal(buffer.AsSpan(0, size), Purpose(id, ordinal, length)));
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= length || buffer.Length == 0)
            return 0;
        if (position / Piece != ordinal)
            Open(position / Piece);
        var rest = opened.AsSpan((int)(position % Piece));
        var read = Math.Min(rest.Length, buffer.Length);
        rest[..read].CopyTo(buffer);
        position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var wanted = offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? position : length);
        return position = wanted >= 0 ? wanted : throw new IOException("A stream begins at 0.");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            pieces.Dispose();
        base.Dispose(disposing);
    }

    private void Open(long wanted)
    {
        var stored = new byte[(int)Math.Min(Piece, length - (wanted * Piece)) + NodeKey.SealLength];
        pieces.Position = wanted * (Piece + NodeKey.SealLength);
        pieces.ReadExactly(stored);
        opened = key.Open(stored, Purpose(id, wanted, length));
        ordinal = wanted;
    }

    private static string Purpose(string id, long ordinal, long length) => string.Create(CultureInfo.InvariantCulture, $"brought file {id} {ordinal} of {length}");
}
