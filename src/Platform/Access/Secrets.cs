using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tambo.Platform.Access;

/// <summary>Random secrets that are shown or sent once and stored as hashes only.</summary>
internal static class Secrets
{
    /// <summary>256 random bits in the alphabet of addresses and cookies.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// SHA-256 as lower-case hexadecimal. The secrets are random and long, so that a slow hash would add nothing.
    /// </summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
