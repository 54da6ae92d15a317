using System.Security.Cryptography;
using System.Text;

namespace Tambo.Guide.Directory;

/// <summary>Identifiers for things whose source gives none that is a UUID: the same source always gives the same.</summary>
internal static class StableId
{
    // The name space of Tambo's derived identifiers, drawn once at random.
    private static readonly Guid Space = Guid.ParseExact("6f0d3c1e-52c4-4f0a-9a51-7c7fb2a4d3e9", "D");

    /// <summary>A UUID of version 8 (RFC 9562, 5.8): SHA-256 over the name space and the names, each with its length.</summary>
    public static Guid Of(params ReadOnlySpan<string> names)
    {
        var length = 16;
        foreach (var name in names)
            length += 4 + Encoding.UTF8.GetByteCount(name);
        var bytes = length <= 512 ? stackalloc byte[512] : new byte[length];
        Space.TryWriteBytes(bytes, bigEndian: true, out var at);
        foreach (var name in names)
        {
            var written = Encoding.UTF8.GetBytes(name, bytes[(at + 4)..]);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes[at..], written);
            at += 4 + written;
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes[..at], hash);
        var id = hash[..16];
        id[6] = (byte)((id[6] & 0x0f) | 0x80);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
