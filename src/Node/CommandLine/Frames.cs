using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Tambo.Node.CommandLine;

/// <summary>What travels over the node's socket; the first letter says who sends it: C the caller, N the node.</summary>
internal enum FrameKind : byte
{
    /// <summary>C: a <see cref="TypedVerb"/> as JSON.</summary>
    Typed = 1,

    /// <summary>C: an <see cref="UploadedFile"/> as JSON; its bytes follow.</summary>
    Upload = 2,

    /// <summary>C: bytes of the file last begun.</summary>
    UploadBytes = 3,

    /// <summary>C: everything is there, run.</summary>
    Run = 4,

    /// <summary>C: stop, please.</summary>
    Cancel = 5,

    /// <summary>C: the file with this number is kept.</summary>
    Kept = 6,

    /// <summary>C: the file with this number cannot be kept; the reason follows.</summary>
    NotKept = 7,

    /// <summary>N: a line of the result.</summary>
    Line = 16,

    /// <summary>N: a line about what went wrong.</summary>
    Error = 17,

    /// <summary>N: how far the work has come, as JSON.</summary>
    Progress = 18,

    /// <summary>N: a file begins: its number, then its path as typed.</summary>
    File = 19,

    /// <summary>N: the file's number, then bytes of it.</summary>
    FileBytes = 20,

    /// <summary>N: keep the file with this number.</summary>
    Keep = 21,

    /// <summary>N: the file with this number is given up.</summary>
    Drop = 22,

    /// <summary>N: the exit code; the last frame.</summary>
    Exit = 23,
}

/// <summary>A verb as typed.</summary>
/// <param name="Arguments">The command line.</param>
internal sealed record TypedVerb(IReadOnlyList<string> Arguments);

/// <summary>A file that the caller sends along.</summary>
/// <param name="Typed">The argument that names it or its folder.</param>
/// <param name="Below">Its path below that folder; empty for a file named itself.</param>
internal sealed record UploadedFile(string Typed, string Below);

/// <summary>One frame as read.</summary>
internal readonly record struct Frame(FrameKind Kind, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public T Json<T>() => JsonSerializer.Deserialize<T>(Bytes) ?? throw new InvalidDataException("An empty frame.");
}

/// <summary>Frames over a stream: one byte of kind, four of length (little-endian), then the content.</summary>
internal sealed class FrameStream(Stream stream) : IAsyncDisposable
{
    /// <summary>Frames larger than this are a mistake.</summary>
    public const int Largest = 1 << 20;

    private readonly SemaphoreSlim writing = new(1, 1);

    public async Task WriteAsync(FrameKind kind, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            // Once begun a frame is written whole: half a frame would make nonsense of all that follow.
            var head = new byte[5];
            head[0] = (byte)kind;
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(1), bytes.Length);
            await stream.WriteAsync(head, CancellationToken.None);
            await stream.WriteAsync(bytes, CancellationToken.None);
        }
        finally
        {
            writing.Release();
        }
    }

    public Task WriteAsync(FrameKind kind, string text, CancellationToken cancellationToken) =>
        WriteAsync(kind, Encoding.UTF8.GetBytes(text), cancellationToken);

    public Task WriteJsonAsync<T>(FrameKind kind, T value, CancellationToken cancellationToken) =>
        WriteAsync(kind, JsonSerializer.SerializeToUtf8Bytes(value), cancellationToken);

    /// <summary>The next frame; null when the other side has gone.</summary>
    public async Task<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[5];
        try
        {
            if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) < head.Length)
                return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1));
            if (length is < 0 or > Largest)
                throw new InvalidDataException("A frame that is too large.");
            var bytes = new byte[length];
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            return new Frame((FrameKind)head[0], bytes);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        writing.Dispose();
    }
}
