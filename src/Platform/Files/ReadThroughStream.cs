using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>A forward-only reading stream over another that looks at every byte that passes.</summary>
public abstract class ReadThroughStream : Stream
{
    private readonly bool _leaveOpen;

    private protected ReadThroughStream(Stream inner, bool leaveOpen)
    {
        Inner = inner;
        _leaveOpen = leaveOpen;
    }

    /// <summary>How many bytes have passed.</summary>
    public long BytesRead { get; private protected set; }

    private protected Stream Inner { get; }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    /// <summary>Called with what was just read; an empty span is the end. Throws to refuse.</summary>
    private protected abstract void Passed(ReadOnlySpan<byte> bytes);

    /// <summary>Turns a failure of the inner stream into a refusal, or gives back null to let it through.</summary>
    private protected virtual Problem? Refuse(Exception failure) => null;

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        int count;
        try
        {
            count = Inner.Read(buffer);
        }
        catch (Exception failure) when (Refuse(failure) is not null)
        {
            throw Refuse(failure)!;
        }
        return Take(buffer[..count]);
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        int count;
        try
        {
            count = await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception failure) when (Refuse(failure) is not null)
        {
            throw Refuse(failure)!;
        }
        return Take(buffer.Span[..count]);
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_leaveOpen)
            Inner.Dispose();
        base.Dispose(disposing);
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        BytesRead += bytes.Length;
        Passed(bytes);
        return bytes.Length;
    }
}
