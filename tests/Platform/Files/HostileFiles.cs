using System.IO.Compression;
using System.Text;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Xunit;

namespace Tambo.Tests.Platform.Files;

/// <summary>Files made to do harm, and ways to spoil good ones.</summary>
internal static class HostileFiles
{
    internal static MemoryStream Bytes(params byte[] bytes) => new(bytes);

    internal static MemoryStream Text(string text, Encoding? encoding = null) => new((encoding ?? new UTF8Encoding(false)).GetBytes(text));

    internal static MemoryStream Zip(params (string Name, byte[] Content)[] files)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(content);
            }
        packed.Position = 0;
        return packed;
    }

    internal static MemoryStream Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        packed.Position = 0;
        return packed;
    }

    /// <summary>The refusal that reading ends with; anything else fails the test.</summary>
    internal static ProblemKind Refused(Action read) => Assert.Throws<Problem>(read).Kind;

    internal static List<RawRow> Rows(string text, IssueReport? issues = null, DelimitedOptions? options = null) => Rows(Text(text), issues, options);

    internal static List<RawRow> Rows(Stream stream, IssueReport? issues = null, DelimitedOptions? options = null)
    {
        using var reader = DelimitedReader.Open(stream, issues ?? new IssueReport(), options);
        return [.. reader.Rows()];
    }

    /// <summary>
    /// Spoils a good file many times (bytes changed, cut out, doubled, cut off) and reads it: it is read or refused with a
    /// code, within two seconds each.
    /// </summary>
    internal static void Mutate(byte[] good, int seed, Action<MemoryStream> read, int times = 2000)
    {
        var random = new Random(seed);
        for (var round = 0; round < times; round++)
        {
            var bad = Spoil(good, random);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            try
            {
                read(new MemoryStream(bad));
            }
            catch (Problem)
            {
                // Refused, as it should be.
            }
            catch (Exception other)
            {
                Assert.Fail($"Seed {seed}, round {round}: {other}");
            }
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"Seed {seed}, round {round} took {clock.Elapsed}");
        }
    }

    private static byte[] Spoil(byte[] good, Random random)
    {
        var bad = new List<byte>(good);
        for (var changes = random.Next(1, 6); changes > 0 && bad.Count > 0; changes--)
        {
            var at = random.Next(bad.Count);
            var length = Math.Min(random.Next(1, 64), bad.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bad[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bad[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bad.RemoveRange(at, length);
                    break;
                case 3:
                    bad.InsertRange(at, bad.GetRange(at, length));
                    break;
                case 4:
                    bad[at] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => 0x7F };
                    break;
                default:
                    if (random.Next(4) == 0)
                        bad.RemoveRange(at, bad.Count - at);
                    break;
            }
        }
        return [.. bad];
    }
}
