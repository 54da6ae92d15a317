using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Tambo.Guide.Offline;

/// <summary>
/// Everything that a device needs of an area in one language: rows in the order of their letters, and a head of what they have
/// in common. Its version is the SHA-256 of head and rows, one a line.
/// </summary>
internal sealed class Pack
{
    private readonly Lazy<byte[]> compressed;

    /// <param name="head">What the rows have in common, as JSON.</param>
    /// <param name="rows">The rows, in any order.</param>
    public Pack(string head, IEnumerable<PackRow> rows)
    {
        Head = head;
        Rows = [.. rows.OrderBy(row => row.Json, StringComparer.Ordinal)];
        Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Rows.Select(row => row.Json).Prepend(Head)))));
        compressed = new Lazy<byte[]>(() => Compress(Whole(), quality: 11));
    }

    /// <summary>What the rows have in common.</summary>
    public string Head { get; }

    /// <summary>The rows, ordered.</summary>
    public IReadOnlyList<PackRow> Rows { get; }

    /// <summary>SHA-256 of the content, in hexadecimal.</summary>
    public string Version { get; }

    /// <summary>The whole pack in Brotli: what a device downloads the first time.</summary>
    public byte[] Compressed => compressed.Value;

    /// <summary>The whole pack as JSON.</summary>
    public byte[] Whole()
    {
        var json = new StringBuilder();
        json.Append("{\"head\":").Append(Head).Append(",\"columns\":");
        PackColumns.Write(json, Rows);
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    /// <summary>
    /// What a device lacks that has other rows: the groups whose marks differ from this pack's, with all their rows, and the
    /// head if that differs.
    /// </summary>
    public byte[] DeltaFor(ReadOnlySpan<byte> marks)
    {
        var groups = (marks.Length / 2) - 1;
        var own = PackMarks.Of(Head, Rows, groups);
        var different = new HashSet<int>();
        for (var group = 0; group < groups; group++)
        {
            if (!own.AsSpan(2 * (group + 1), 2).SequenceEqual(marks.Slice(2 * (group + 1), 2)))
                different.Add(group);
        }

        var grouped = PackMarks.Grouped(Rows, groups);
        var rows = different.SelectMany(group => grouped.GetValueOrDefault(group) ?? []).OrderBy(row => row.Json, StringComparer.Ordinal).ToList();
        var json = new StringBuilder();
        json.Append("{\"version\":\"").Append(Version).Append("\",");
        if (BinaryPrimitives.ReadUInt16BigEndian(own) != BinaryPrimitives.ReadUInt16BigEndian(marks))
            json.Append("\"head\":").Append(Head).Append(',');
        json.Append("\"groups\":");
        PackJson.Write(json, different.Order().Select(group => (object)group));
        json.Append(",\"columns\":");
        PackColumns.Write(json, rows);
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    internal static byte[] Compress(byte[] plain, int quality)
    {
        var buffer = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        return BrotliEncoder.TryCompress(plain, buffer, out var length, quality, window: 22)
            ? buffer[..length]
            : throw new InvalidOperationException("The buffer for a compressed pack was too small.");
    }
}
