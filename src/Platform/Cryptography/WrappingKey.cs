using System.Security.Cryptography;
using System.Text;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// A key that seals data keys and nothing else (AES-256-GCM, the subject authenticated). It lies beside them, sealed by the
/// node key, so that keys can be sealed anew without the node key being changed.
/// </summary>
internal sealed class WrappingKey : IDisposable
{
    /// <summary>Bytes of a data key, or of a wrapping key, when it is sealed.</summary>
    public const int SealedLength = NonceLength + DataKey.Length + TagLength;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] key;
    private bool destroyed;

    private WrappingKey(Guid id, byte[] key) => (Id, this.key) = (id, key);

    /// <summary>Its name in the store.</summary>
    public Guid Id { get; }

    /// <summary>A new one by chance.</summary>
    public static WrappingKey Make(DateTimeOffset now)
    {
        var key = GC.AllocateUninitializedArray<byte>(DataKey.Length, pinned: true);
        RandomNumberGenerator.Fill(key);
        return new WrappingKey(Guid.CreateVersion7(now), key);
    }

    /// <summary>One as it lies in the store.</summary>
    /// <exception cref="CryptographicException">It was sealed by another node key, or changed.</exception>
    public static WrappingKey Unwrap(Guid id, ReadOnlySpan<byte> wrapped, NodeKey node)
    {
        var opened = node.Open(wrapped, PurposeOf(id));
        var key = GC.AllocateUninitializedArray<byte>(DataKey.Length, pinned: true);
        opened.CopyTo(key, 0);
        CryptographicOperations.ZeroMemory(opened);
        return new WrappingKey(id, key);
    }

    /// <summary>Itself as it lies in the store.</summary>
    public byte[] Wrapped(NodeKey node) => node.Seal(key, PurposeOf(Id));

    /// <summary>Seals the bytes of a data key for its subject.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, Guid subject)
    {
        var wrapped = new byte[NonceLength + plain.Length + TagLength];
        var nonce = wrapped.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher();
        cipher.Encrypt(nonce, plain, wrapped.AsSpan(NonceLength, plain.Length), wrapped.AsSpan(NonceLength + plain.Length), PlaceOf(subject));
        return wrapped;
    }

    /// <summary>Opens what <see cref="Seal"/> made, into the caller's own bytes.</summary>
    /// <exception cref="CryptographicException">Another key or subject, or changed bytes.</exception>
    public void Open(ReadOnlySpan<byte> wrapped, Guid subject, Span<byte> plain)
    {
        if (wrapped.Length != NonceLength + plain.Length + TagLength)
            throw new CryptographicException("No sealed data key has this length.");
        using var cipher = Cipher();
        cipher.Decrypt(wrapped[..NonceLength], wrapped[NonceLength..^TagLength], wrapped[^TagLength..], plain, PlaceOf(subject));
    }

    /// <summary>Overwrites it.</summary>
    public void Dispose()
    {
        lock (key)
        {
            destroyed = true;
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static string PurposeOf(Guid id) => $"wrapping-key {id:D}";

    private static byte[] PlaceOf(Guid subject) => Encoding.ASCII.GetBytes($"data-key {subject:D}");

    private AesGcm Cipher()
    {
        lock (key)
            return destroyed ? throw new CryptographicException("This wrapping key was destroyed.") : new AesGcm(key, TagLength);
    }
}
