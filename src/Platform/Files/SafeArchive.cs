using System.IO.Compression;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>What an archive may hold at most.</summary>
/// <param name="TotalBytes">Everything in it together, unpacked.</param>
/// <param name="Entries">How many files.</param>
/// <param name="Ratio">How many bytes may come out of one byte; text seldom passes 30.</param>
public sealed record ArchiveLimits(long TotalBytes = 500L * 1024 * 1024, int Entries = 10_000, int Ratio = 100);

/// <summary>One file of an archive, by the name it has there (separated by slashes).</summary>
public sealed record ArchiveEntry(string Name, long Length)
{
    internal int Index { get; init; }

    internal bool Encrypted { get; init; }

    internal long PackedLength { get; init; }

    /// <summary>True for an archive within the archive, which is never opened.</summary>
    public bool IsArchive => NestedKinds.Any(kind => Name.EndsWith(kind, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] NestedKinds = [".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst", ".jar"];
}

/// <summary>The one door for archives that somebody else made: names checked, sizes counted while unpacking, nothing written to disk.</summary>
public sealed class SafeArchive : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly ArchiveLimits _limits;
    private long _unpacked;

    private SafeArchive(ZipArchive zip, ArchiveLimits limits, IReadOnlyList<ArchiveEntry> entries)
    {
        _zip = zip;
        _limits = limits;
        Entries = entries;
    }

    /// <summary>The files in it, without folders.</summary>
    public IReadOnlyList<ArchiveEntry> Entries { get; }

    /// <summary>Opens a zip file from a seekable stream, which stays open; refuses it when a name or the table of contents is not in order.</summary>
    public static SafeArchive OpenZip(Stream stream, ArchiveLimits? limits = null)
    {
        limits ??= new ArchiveLimits();
        if (stream.Length == 0)
            throw FileRefusal.Empty();
        ZipDirectory.Check(stream, limits.Entries);
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return new SafeArchive(zip, limits, List(zip, stream.Length, limits));
        }
        catch (Exception broken)
        {
            zip?.Dispose();
            if (broken is Problem)
                throw;
            if (IsDamage(broken))
                throw FileRefusal.ZipDamaged();
            throw;
        }
    }

    /// <summary>Unpacks a gzip file while it is read, under the same limits; the packed stream stays open.</summary>
    public static Stream OpenGzip(Stream packed, ArchiveLimits? limits = null)
    {
        limits ??= new ArchiveLimits();
        var counted = new LimitedStream(packed, long.MaxValue, leaveOpen: true);
        var tail = new TailStream(counted);
        // The packed side is read ahead in blocks, so its count is never below what the output came from. Its last four bytes
        // are the unpacked length modulo 2^32 (RFC 1952, ISIZE); several members in one file are not sent to us.
        return new UnpackingStream(new GZipStream(tail, CompressionMode.Decompress), "gzip", limits, () => counted.BytesRead, _ => { },
            length => unchecked((uint)length) == tail.Last);
    }

    /// <summary>Unpacks one file while it is read.</summary>
    public Stream Open(ArchiveEntry entry)
    {
        if (entry.IsArchive)
            throw FileRefusal.ZipNested(entry.Name);
        if (entry.Encrypted)
            throw FileRefusal.Encrypted();
        try
        {
            var content = _zip.Entries[entry.Index].Open();
            return new UnpackingStream(content, entry.Name, _limits, () => entry.PackedLength, Count, length => length == entry.Length);
        }
        catch (Exception broken) when (IsDamage(broken))
        {
            throw FileRefusal.ZipDamaged();
        }
    }

    /// <summary>Unpacks one file into memory, for readers that go back and forth.</summary>
    public MemoryStream Read(ArchiveEntry entry, long limit = LimitedStream.DefaultLimit)
    {
        using var content = new LimitedStream(Open(entry), limit);
        var memory = new MemoryStream();
        content.CopyTo(memory);
        memory.Position = 0;
        return memory;
    }

    /// <summary>Unpacks everything once and throws it away: after this the sizes that the archive claims are known to be true or harmless.</summary>
    public void CheckAll()
    {
        var block = new byte[1 << 16];
        foreach (var entry in Entries)
        {
            if (entry.IsArchive)
                continue;
            using var content = Open(entry);
            while (content.Read(block) > 0)
            {
                // Counting happens in the stream.
            }
        }
        _unpacked = 0;
    }

    /// <inheritdoc />
    public void Dispose() => _zip.Dispose();

    internal static bool IsDamage(Exception failure) =>
        failure is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or IOException or OverflowException;

    private static List<ArchiveEntry> List(ZipArchive zip, long archiveLength, ArchiveLimits limits)
    {
        if (zip.Entries.Count > limits.Entries)
            throw FileRefusal.ZipEntries(limits.Entries);
        var entries = new List<ArchiveEntry>(zip.Entries.Count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        long claimed = 0;
        for (var at = 0; at < zip.Entries.Count; at++)
        {
            var entry = zip.Entries[at];
            var name = entry.FullName.Replace('\\', '/');
            // Two files of one name: which one is meant depends on the program, so neither is.
            if (!PlainNames.IsPlain(entry.FullName) || !names.Add(name))
                throw FileRefusal.ZipName(entry.FullName);
            claimed += Math.Max(0, entry.Length);
            if (claimed > limits.TotalBytes)
                throw FileRefusal.ZipBomb(name);
            if (!name.EndsWith('/'))
                entries.Add(new ArchiveEntry(name, entry.Length)
                {
                    Index = at,
                    Encrypted = entry.IsEncrypted,
                    PackedLength = Math.Clamp(entry.CompressedLength, 0, archiveLength),
                });
        }
        return entries;
    }

    private void Count(int bytes)
    {
        _unpacked += bytes;
        if (_unpacked > _limits.TotalBytes)
            throw FileRefusal.ZipBomb("*");
    }

    /// <summary>Counts what comes out against what went in, and compares it at the end with what was promised.</summary>
    private sealed class UnpackingStream(Stream inner, string name, ArchiveLimits limits, Func<long> packed, Action<int> count, Func<long, bool> whole)
        : ReadThroughStream(inner, leaveOpen: false)
    {
        // A short run of zeros is no bomb, whatever its ratio.
        private const long AlwaysAllowed = 1 << 20;

        private protected override void Passed(ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty && !whole(BytesRead))
                throw FileRefusal.ZipDamaged();
            count(bytes.Length);
            if (BytesRead > limits.TotalBytes || (BytesRead > AlwaysAllowed && BytesRead > packed() * limits.Ratio))
                throw FileRefusal.ZipBomb(name);
        }

        private protected override Problem? Refuse(Exception failure) =>
            failure as Problem ?? (IsDamage(failure) ? FileRefusal.ZipDamaged() : null);
    }

    /// <summary>Keeps the last four bytes that passed, read as a little-endian number.</summary>
    private sealed class TailStream(Stream inner) : ReadThroughStream(inner, leaveOpen: true)
    {
        public uint Last { get; private set; }

        private protected override void Passed(ReadOnlySpan<byte> bytes)
        {
            foreach (var one in bytes[Math.Max(0, bytes.Length - 4)..])
                Last = (Last >> 8) | ((uint)one << 24);
        }
    }
}
