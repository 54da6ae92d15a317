using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// The key of everything that is kept of one subject: once it is destroyed nobody can read any of it, in no copy.
/// AES-256-GCM; what is sealed opens only under the same subject and for the same field.
/// </summary>
public sealed class DataKey
{
    /// <summary>Bytes of a key.</summary>
    internal const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    // Pinned: the collector leaves no copies of it behind that nobody could overwrite.
    private readonly byte[] key;
    private readonly KeyMemory? memory;
    private bool destroyed;

    private DataKey(Guid subject, byte[] key, KeyMemory? memory) => (Subject, this.key, this.memory) = (subject, key, memory);

    /// <summary>Whose key it is.</summary>
    public Guid Subject { get; }

    /// <summary>Encrypts: nonce, ciphertext and tag in one array. Subject and field are authenticated.</summary>
    /// <exception cref="Problem">The key was destroyed.</exception>
    public byte[] Seal(ReadOnlySpan<byte> plain, string field)
    {
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher();
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceLength, plain.Length), sealedBytes.AsSpan(NonceLength + plain.Length), PlaceOf(field));
        return sealedBytes;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made of the same subject for the same field.</summary>
    /// <exception cref="CryptographicException">Another key, subject or field, or changed bytes.</exception>
    /// <exception cref="Problem">The key was destroyed.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, string field)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
            throw new CryptographicException("Too short to be sealed by a data key.");
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var cipher = Cipher();
        cipher.Decrypt(sealedBytes[..NonceLength], sealedBytes[NonceLength..^TagLength], sealedBytes[^TagLength..], plain, PlaceOf(field));
        return plain;
    }

    /// <summary>Encrypts a text.</summary>
    public byte[] SealText(string text, string field) => Seal(Encoding.UTF8.GetBytes(text), field);

    /// <summary>Decrypts a text.</summary>
    /// <exception cref="CryptographicException">Another key, subject or field, or changed bytes.</exception>
    public string OpenText(ReadOnlySpan<byte> sealedBytes, string field) => Encoding.UTF8.GetString(Open(sealedBytes, field));

    /// <summary>A new key by chance.</summary>
    internal static DataKey Make(Guid subject, KeyMemory? memory)
    {
        var key = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        RandomNumberGenerator.Fill(key);
        return new DataKey(subject, key, memory);
    }

    /// <summary>The key as the store keeps it.</summary>
    internal byte[] Wrapped(WrappingKey wrapping)
    {
        lock (key)
            return wrapping.Seal(key, Subject);
    }

    /// <summary>The key that the store keeps.</summary>
    /// <exception cref="CryptographicException">It was sealed by another wrapping key or for another subject, or changed.</exception>
    internal static DataKey Unwrap(Guid subject, ReadOnlySpan<byte> wrapped, WrappingKey wrapping, KeyMemory? memory)
    {
        var key = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        wrapping.Open(wrapped, subject, key);
        return new DataKey(subject, key, memory);
    }

    /// <summary>Overwrites the key: from now on it refuses.</summary>
    internal void Destroy()
    {
        lock (key)
        {
            destroyed = true;
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] PlaceOf(string field) => Encoding.UTF8.GetBytes($"{Subject:D} {field}");

    private AesGcm Cipher()
    {
        // Not by a key that is being overwritten: what zeros have sealed anybody could open.
        lock (key)
        {
            if (!destroyed && memory?.IsDestroyed(Subject) == true)
                Destroy();
            return destroyed ? throw KeyProblems.SubjectErased.With() : new AesGcm(key, TagLength);
        }
    }
}
