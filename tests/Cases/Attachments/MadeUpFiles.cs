using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Tambo.Tests.Cases.Attachments;

/// <summary>Valid files of noise: of any size, the same for the same seed, and kept as they are.</summary>
internal static class MadeUpFiles
{
    /// <summary>A file of a kind by turns.</summary>
    public static (string Extension, byte[] Bytes) Of(int number, int size) => (number % 3) switch
    {
        0 => (".jpg", Jpeg(size, number)),
        1 => (".png", Png(size, number)),
        _ => (".pdf", Pdf(size, number)),
    };

    /// <summary>A picture as PNG of four by four points, with noise for its points.</summary>
    public static byte[] Png(int size, int seed, params byte[][] further)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, 4);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), 4);
        head[8] = 8;
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", head), .. further.SelectMany(chunk => chunk), .. Chunk("IDAT", Noise(size, seed)), .. Chunk("IEND", [])];
    }

    /// <summary>A chunk of a PNG.</summary>
    public static byte[] Chunk(string name, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. body];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. sum];
    }

    /// <summary>A picture as JPEG of four by four points, with noise in its scan.</summary>
    public static byte[] Jpeg(int size, int seed) =>
    [
        0xFF, 0xD8, 0xFF, 0xC0, 0x00, 0x0B, 0x08, 0x00, 0x04, 0x00, 0x04, 0x01, 0x01, 0x11, 0x00,
        0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00, .. Noise(size, seed), 0xFF, 0xD9,
    ];

    /// <summary>A document as PDF, with noise in a stream, and what is said behind it.</summary>
    public static byte[] Pdf(int size, int seed, string said = "") =>
        [.. "%PDF-1.4\n1 0 obj <<>> stream\n"u8, .. Noise(size, seed), .. "\nendstream endobj\n"u8, .. Encoding.ASCII.GetBytes(said), .. "\n%%EOF"u8];

    // Without bytes that mean something in the middle of a picture or a document.
    private static byte[] Noise(int size, int seed)
    {
        var noise = new byte[size];
        new Random(seed).NextBytes(noise);
        for (var at = 0; at < size; at++)
        {
            if (noise[at] is 0xFF or (byte)'/' or (byte)'#')
                noise[at] = 0x55;
        }

        return noise;
    }
}
