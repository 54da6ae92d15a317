using System.Security.Cryptography;
using System.Text;

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

    private readonly byte[] key;

    internal DataKey(Guid subject, byte[] key) => (Subject, this.key) = (subject, key);

    /// <summary>Whose key it is.</summary>
    public Guid Subject { get; }

    /// <summary>Encrypts: nonce, ciphertext and tag in one array. Subject and field are authenticated.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string field)
    {
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceLength, plain.Length), sealedBytes.AsSpan(NonceLength + plain.Length), PlaceOf(field));
        return sealedBytes;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made of the same subject for the same field.</summary>
    /// <exception cref="CryptographicException">Another key, subject or field, or changed bytes.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, string field)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
            throw new CryptographicException("Too short to be sealed by a data key.");
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(key, TagLength);
        cipher.Decrypt(sealedBytes[..NonceLength], sealedBytes[NonceLength..^TagLength], sealedBytes[^TagLength..], plain, PlaceOf(field));
        return plain;
    }

    /// <summary>Encrypts a text.</summary>
    public byte[] SealText(string text, string field) => Seal(Encoding.UTF8.GetBytes(text), field);

    /// <summary>Decrypts a text.</summary>
    /// <exception cref="CryptographicException">Another key, subject or field, or changed bytes.</exception>
    public string OpenText(ReadOnlySpan<byte> sealedBytes, string field) => Encoding.UTF8.GetString(Open(sealedBytes, field));

    internal byte[] Wrapped(NodeKey node) => node.Seal(key, PurposeOf(Subject));

    internal static DataKey Unwrap(Guid subject, ReadOnlySpan<byte> wrapped, NodeKey node) => new(subject, node.Open(wrapped, PurposeOf(subject)));

    private static string PurposeOf(Guid subject) => $"data-key {subject:D}";

    private byte[] PlaceOf(string field) => Encoding.UTF8.GetBytes($"{Subject:D} {field}");
}
