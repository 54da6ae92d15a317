using System.Security.Cryptography;

namespace Tambo.Platform.Files;

/// <summary>Reads a file while counting and hashing it, and refuses it at the first byte above the limit.</summary>
public sealed class LimitedStream : ReadThroughStream
{
    /// <summary>What a file of any kind may weigh unless the operator says otherwise: 100 MB (2^20 bytes each).</summary>
    public const long DefaultLimit = 100L * 1024 * 1024;

    private readonly long _limit;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[]? _digest;

    /// <summary>Wraps a stream; disposing closes it too unless it is to be left open.</summary>
    public LimitedStream(Stream inner, long limit = DefaultLimit, bool leaveOpen = false)
        : base(inner, leaveOpen) => _limit = limit;

    /// <summary>The SHA-256 of everything read so far, in lower-case hex; ask after the end.</summary>
    public string Sha256 => Convert.ToHexStringLower(_digest ??= _hash.GetCurrentHash());

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _digest ??= _hash.GetCurrentHash();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }

    private protected override void Passed(ReadOnlySpan<byte> bytes)
    {
        if (BytesRead > _limit)
            throw FileRefusal.TooLarge(_limit);
        _digest = null;
        _hash.AppendData(bytes);
    }
}

/// <summary>A received file set down on disk so that it can be read more than once; it disappears when closed.</summary>
public sealed class SpooledFile : IAsyncDisposable, IDisposable
{
    private SpooledFile(FileStream stream, string sha256)
    {
        Stream = stream;
        Sha256 = sha256;
    }

    /// <summary>The file, at its start, readable and seekable.</summary>
    public FileStream Stream { get; }

    /// <summary>The SHA-256 of the bytes as they came, in lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>Sets down what arrives, refusing an empty file and the first byte above the limit.</summary>
    /// <param name="source">What arrives; left open.</param>
    /// <param name="folder">A folder that only the node can read.</param>
    /// <param name="limit">In bytes.</param>
    /// <param name="cancellationToken">Stops and leaves nothing behind.</param>
    public static async Task<SpooledFile> ReceiveAsync(Stream source, string folder, long limit, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            BufferSize = 1 << 16,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + ".part";
        var stream = new FileStream(Path.Combine(folder, name), options);
        try
        {
            await using var limited = new LimitedStream(source, limit, leaveOpen: true);
            await limited.CopyToAsync(stream, cancellationToken);
            if (limited.BytesRead == 0)
                throw FileRefusal.Empty();
            stream.Position = 0;
            return new SpooledFile(stream, limited.Sha256);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    /// <inheritdoc />
    public void Dispose() => Stream.Dispose();
}
