using System.IO.Compression;
using System.Text;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Xunit;
using static Tambo.Tests.Platform.Files.HostileFiles;

namespace Tambo.Tests.Platform.Files;

public sealed class SafeArchiveTests
{
    [Fact]
    public void The_files_of_an_archive_are_listed_and_read_without_its_folders()
    {
        using var archive = SafeArchive.OpenZip(Zip(("tables/", []), ("tables/services.csv", "id,name\n1,Casa Luz"u8.ToArray()), ("a.json", "{}"u8.ToArray())));
        Assert.Equal(["tables/services.csv", "a.json"], archive.Entries.Select(entry => entry.Name));
        using var text = new StreamReader(archive.Open(archive.Entries[0]));
        Assert.Equal("id,name\n1,Casa Luz", text.ReadToEnd());
    }

    [Theory]
    [InlineData("../evil.csv")]
    [InlineData("tables/../../evil.csv")]
    [InlineData("..\\evil.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("\\\\server\\share")]
    [InlineData("C:/windows/evil.csv")]
    [InlineData("a\0.csv")]
    [InlineData("a\n.csv")]
    [InlineData("invoice\u202Evsc.exe")]
    [InlineData("serv\u200Bices.csv")]
    [InlineData("tables//x.csv")]
    [InlineData("./x.csv")]
    [InlineData(" ")]
    public void A_name_that_leads_elsewhere_or_misleads_is_refused(string name) =>
        Assert.Equal(FileProblems.ZipName, Refused(() => SafeArchive.OpenZip(Zip((name, [1])))));

    [Theory]
    [InlineData("services.csv")]
    [InlineData("datos/año 2024/menores..csv")]
    [InlineData("tables\\old.csv")]
    [InlineData("sèvis.json")]
    public void An_ordinary_name_is_accepted(string name) =>
        Assert.Equal(name.Replace('\\', '/'), SafeArchive.OpenZip(Zip((name, [1]))).Entries[0].Name);

    [Fact]
    public void Two_files_of_one_name_are_refused() =>
        Assert.Equal(FileProblems.ZipName, Refused(() => SafeArchive.OpenZip(Zip(("a.csv", [1]), ("A.csv", [2])))));

    [Fact]
    public void A_bomb_of_zeros_is_refused_while_it_unpacks()
    {
        // 20 MB of zeros pack into about 20 kB, a ratio near 1,000.
        using var archive = SafeArchive.OpenZip(Zip(("zeros.csv", new byte[20_000_000])));
        using var content = archive.Open(archive.Entries[0]);
        var passed = 0L;
        var block = new byte[65536];
        Assert.Equal(FileProblems.ZipBomb, Refused(() =>
        {
            int count;
            while ((count = content.Read(block)) > 0)
                passed += count;
        }));
        Assert.InRange(passed, 1, 3_000_000);
    }

    [Fact]
    public void A_claimed_total_above_the_limit_is_refused_at_once() =>
        Assert.Equal(FileProblems.ZipBomb, Refused(() => SafeArchive.OpenZip(Zip(("a", new byte[600]), ("b", new byte[600])), new ArchiveLimits(TotalBytes: 1000))));

    [Fact]
    public void A_false_claim_of_size_does_not_get_past_the_count()
    {
        var random = new byte[500_000];
        new Random(7).NextBytes(random);
        var packed = Zip(("a.bin", random)).ToArray();
        // The claimed length (500,000 = 0x0007A120) becomes 16 in the local header and in the directory.
        for (var at = 0; at + 4 <= packed.Length; at++)
            if (packed.AsSpan(at, 4).SequenceEqual<byte>([0x20, 0xA1, 0x07, 0x00]))
                packed[at] = 16;
        for (var at = 0; at + 4 <= packed.Length; at++)
            if (packed.AsSpan(at, 4).SequenceEqual<byte>([16, 0xA1, 0x07, 0x00]))
                packed[at + 1] = packed[at + 2] = 0;
        using var archive = SafeArchive.OpenZip(new MemoryStream(packed), new ArchiveLimits(TotalBytes: 1000));
        using var content = archive.Open(archive.Entries[0]);
        var read = new MemoryStream();
        try
        {
            content.CopyTo(read);
        }
        catch (Problem refused)
        {
            Assert.Contains(refused.Kind, new[] { FileProblems.ZipBomb, FileProblems.ZipDamaged });
        }
        Assert.True(read.Length <= 1000);
    }

    [Fact]
    public void Too_many_files_are_refused_before_they_are_listed()
    {
        var many = Zip([.. Enumerable.Range(0, 50).Select(i => ($"{i}.csv", new byte[1]))]);
        Assert.Equal(FileProblems.ZipEntries, Refused(() => SafeArchive.OpenZip(many, new ArchiveLimits(Entries: 49))));
        Assert.Equal(50, SafeArchive.OpenZip(many, new ArchiveLimits(Entries: 50)).Entries.Count);
    }

    [Fact]
    public void An_archive_within_the_archive_is_listed_and_not_opened()
    {
        using var archive = SafeArchive.OpenZip(Zip(("inner.zip", Zip(("a", [1])).ToArray())));
        Assert.True(archive.Entries[0].IsArchive);
        Assert.Equal(FileProblems.ZipNested, Refused(() => archive.Open(archive.Entries[0])));
    }

    [Fact]
    public void A_file_that_is_no_archive_or_is_cut_off_is_refused()
    {
        Assert.Equal(FileProblems.Empty, Refused(() => SafeArchive.OpenZip(new MemoryStream())));
        Assert.Equal(FileProblems.ZipDamaged, Refused(() => SafeArchive.OpenZip(Text("no archive"))));
        var packed = Zip(("a.csv", new byte[5000])).ToArray();
        Assert.Equal(FileProblems.ZipDamaged, Refused(() => SafeArchive.OpenZip(new MemoryStream(packed[..^30]))));
    }

    [Fact]
    public void Gzip_is_unpacked_and_its_bombs_refused()
    {
        using var text = new StreamReader(SafeArchive.OpenGzip(Gzip("a,b\n1,2"u8.ToArray())));
        Assert.Equal("a,b\n1,2", text.ReadToEnd());
        Assert.Equal(FileProblems.ZipBomb, Refused(() => SafeArchive.OpenGzip(Gzip(new byte[20_000_000])).CopyTo(Stream.Null)));
        Assert.Equal(FileProblems.ZipDamaged, Refused(() => SafeArchive.OpenGzip(Text("no gzip at all")).CopyTo(Stream.Null)));
    }

    [Fact]
    public void Gzip_that_was_cut_off_is_refused()
    {
        var random = new byte[50_000];
        new Random(5).NextBytes(random);
        var packed = Gzip(random).ToArray();
        Assert.Equal(FileProblems.ZipDamaged, Refused(() => SafeArchive.OpenGzip(new MemoryStream(packed[..30_000])).CopyTo(Stream.Null)));
    }

    [Fact]
    public void Spoiled_archives_are_read_or_refused()
    {
        var good = Zip(("a.csv", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("uno,dos,tres\n", 30)))), ("b/c.json", "[1,2]"u8.ToArray())).ToArray();
        Mutate(good, seed: 21, stream =>
        {
            using var archive = SafeArchive.OpenZip(stream);
            archive.CheckAll();
        });
        Mutate(Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("uno,dos\n", 30)))).ToArray(), seed: 22, stream => SafeArchive.OpenGzip(stream).CopyTo(Stream.Null));
    }
}
