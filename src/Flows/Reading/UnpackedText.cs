using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>
/// A text in an archive as a stream that can go back: it is then unpacked again, so that nothing of it is held. What comes out
/// is counted each time as for any archive.
/// </summary>
internal sealed class UnpackedText(Stream archive, string name) : Stream
{
    private SafeArchive? opened;
    private Stream? text;
    private long position;
    private long length = -1;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => true;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length
    {
        get
        {
            Text();
            return length;
        }
    }

    /// <inheritdoc />
    public override long Position
    {
        get => position;
        set
        {
            if (value < position)
                Close(anew: true);
            var room = new byte[Math.Min(1 << 16, Math.Max(1, value - position))];
            while (position < value && Read(room.AsSpan(0, (int)Math.Min(room.Length, value - position))) > 0)
            {
                // Reading moves on.
            }
        }
    }

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        var read = Text().Read(buffer);
        position += read;
        return read;
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => position + offset, _ => Length + offset };

    /// <inheritdoc />
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close(anew: false);
        base.Dispose(disposing);
    }

    private Stream Text()
    {
        if (text is not null)
            return text;
        opened = SafeArchive.OpenZip(archive);
        var entry = opened.Entries.First(one => one.Name == name);
        length = entry.Length;
        return text = opened.Open(entry);
    }

    private void Close(bool anew)
    {
        text?.Dispose();
        opened?.Dispose();
        (text, opened, position) = (null, null, anew ? 0 : position);
    }
}
