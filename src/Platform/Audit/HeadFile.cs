using System.Text;

namespace Tambo.Platform.Audit;

/// <summary>
/// The file of signed heads, one a line. A line counts once its line end is on the disk; what a power cut left without
/// one was never relied on and is cut off before the next line is written.
/// </summary>
internal static class HeadFile
{
    /// <summary>How much is read at a time, from the end backwards; a line of some six hundred chains.</summary>
    private const int Block = 64 * 1024;

    /// <summary>The last whole line; null when there is none.</summary>
    public static string? LastLine(string path)
    {
        if (!File.Exists(path))
            return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var end = LastLineEnd(file, file.Length);
        if (end < 0)
            return null;
        var start = LastLineEnd(file, end) + 1;
        var line = new byte[end - start];
        file.Position = start;
        file.ReadExactly(line);
        return Encoding.UTF8.GetString(line);
    }

    /// <summary>Adds a line, durably, after the last whole one.</summary>
    public static void Append(string path, string line)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        file.SetLength(LastLineEnd(file, file.Length) + 1);
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Where the last line end before a position stands; -1 when there is none.</summary>
    private static long LastLineEnd(FileStream file, long before)
    {
        var block = new byte[Block];
        while (before > 0)
        {
            var length = (int)Math.Min(Block, before);
            before -= length;
            file.Position = before;
            file.ReadExactly(block, 0, length);
            var found = block.AsSpan(0, length).LastIndexOf((byte)'\n');
            if (found >= 0)
                return before + found;
        }

        return -1;
    }
}
