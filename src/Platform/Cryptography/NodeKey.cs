using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// The one secret of a node, kept outside its data folder. It encrypts what the database must hold but a thief of the
/// database must not read. A key of its own is derived for every purpose (HKDF-SHA-256, RFC 5869).
/// </summary>
public sealed class NodeKey
{
    /// <summary>Bytes of the secret.</summary>
    public const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>By how many bytes what is sealed is longer than it was.</summary>
    internal const int SealLength = NonceLength + TagLength;

    private readonly byte[] secret;

    /// <summary>Takes the secret itself.</summary>
    /// <exception cref="ArgumentException">It is not 32 bytes long.</exception>
    public NodeKey(byte[] secret, bool isDemonstration = false)
    {
        if (secret.Length != Length)
            throw new ArgumentException("A node key has 32 bytes.", nameof(secret));
        this.secret = secret;
        IsDemonstration = isDemonstration;
    }

    /// <summary>True when the key is a demonstration's, lying beside its data: no secret at all.</summary>
    public bool IsDemonstration { get; }

    /// <summary>Encrypts (AES-256-GCM): nonce, ciphertext and tag in one array. The purpose is authenticated.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string purpose)
    {
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(KeyFor(purpose), TagLength);
        cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceLength, plain.Length), sealedBytes.AsSpan(NonceLength + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return sealedBytes;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made for the same purpose.</summary>
    /// <exception cref="CryptographicException">Another key, another purpose, or changed bytes.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, string purpose)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
            throw new CryptographicException("Too short to be sealed by a node key.");
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(KeyFor(purpose), TagLength);
        cipher.Decrypt(
            sealedBytes[..NonceLength],
            sealedBytes[NonceLength..^TagLength],
            sealedBytes[^TagLength..],
            plain,
            Encoding.UTF8.GetBytes(purpose));
        return plain;
    }

    /// <summary>A key for keyed hashes (HMAC-SHA-256) of one purpose.</summary>
    public byte[] KeyFor(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Length, info: Encoding.UTF8.GetBytes("tambo " + purpose));

    /// <summary>Reads the key of a file that only its owner may read, or makes the file with a new key.</summary>
    /// <exception cref="Problem">The file is readable by others, or holds no key.</exception>
    public static NodeKey OfFile(string path, bool isDemonstration = false)
    {
        if (!File.Exists(path))
            Create(path);
        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None)
            throw PlatformProblems.KeyFileOpen.With(("file", path));
        return OfText(File.ReadAllText(path), path, isDemonstration);
    }

    /// <summary>Reads a key written as base64, from a file, an environment variable or a command's output.</summary>
    /// <exception cref="Problem">The text is no key.</exception>
    public static NodeKey OfText(string text, string source, bool isDemonstration = false)
    {
        Span<byte> bytes = stackalloc byte[Length + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == Length
            ? new NodeKey(bytes[..Length].ToArray(), isDemonstration)
            : throw PlatformProblems.KeyUnreadable.With(("source", source));
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)) + "\n"));
        file.Flush(flushToDisk: true);
    }
}
