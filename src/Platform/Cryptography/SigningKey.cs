using System.Numerics;
using System.Security.Cryptography;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// A key pair of one purpose (ECDSA, P-256), by which somebody outside can tell that a text comes from this node unchanged.
/// Its private half is derived from the node key: every process of a node has the same one, and nothing is kept of it.
/// </summary>
public sealed class SigningKey : IDisposable
{
    // The order of the curve (FIPS 186-5 and SP 800-186, 3.2.1.3).
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private readonly ECDsa key;

    /// <summary>The node's key of a purpose.</summary>
    public SigningKey(NodeKey node, string purpose)
    {
        // 64 bits more than the order has, so that no scalar is likelier than another (FIPS 186-5, A.2.1).
        var seed = new BigInteger([.. node.KeyFor(purpose + " scalar"), .. node.KeyFor(purpose + " more").AsSpan(0, 8)], isUnsigned: true, isBigEndian: true);
        var scalar = ((seed % (Order - 1)) + 1).ToByteArray(isUnsigned: true, isBigEndian: true);
        var padded = new byte[32];
        scalar.CopyTo(padded, padded.Length - scalar.Length);
        key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = padded });
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(PublicKey));
    }

    /// <summary>The public half, as SubjectPublicKeyInfo (RFC 5480).</summary>
    public byte[] PublicKey { get; }

    /// <summary>SHA-256 of the public half, in hexadecimal.</summary>
    public string Fingerprint { get; }

    /// <summary>Signs with SHA-256: r and s, 32 bytes each, as browsers take it (IEEE P1363).</summary>
    public byte[] Sign(ReadOnlySpan<byte> text) => key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc />
    public void Dispose() => key.Dispose();
}
