namespace Tambo.Platform.Idempotency;

/// <summary>
/// Holds an answer back until it is known whether it will be kept; one that grows too large is let through as it comes.
/// </summary>
internal sealed class AnswerBuffer(Stream target) : Stream
{
    /// <summary>The largest answer that is kept, in bytes.</summary>
    public const int Largest = 64 * 1024;

    private MemoryStream? held = new();

    /// <summary>What was written, or null when it was too much.</summary>
    public byte[]? Content => held?.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets go what is still held.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (held is not { } content)
            return;
        held = null;
        // An answer that has no body (204) takes none, however short.
        if (content.Length > 0)
            await target.WriteAsync(content.GetBuffer().AsMemory(0, (int)content.Length), cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (held is not null && held.Length + buffer.Length > Largest)
            await ReleaseAsync(cancellationToken);
        if (held is not null)
            held.Write(buffer.Span);
        else
            await target.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // The server takes no synchronous writing; what is small enough is held, and more was never written so.
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (held is null || held.Length + count > Largest)
            throw new InvalidOperationException("Large answers are written asynchronously.");
        held.Write(buffer, offset, count);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        held is null ? target.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
        // What is held stays held; what is not was written through.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
