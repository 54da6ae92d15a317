using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Files;
using Xunit;
using static Tambo.Tests.Platform.Files.HostileFiles;

namespace Tambo.Tests.Platform.Files;

public sealed class TextAndStreamTests
{
    private const string Sample = "país,número\nPerú,1\nMéxico,2\n";

    public static TheoryData<string, bool, bool> Encodings => new()
    {
        { "utf-8", true, false }, { "utf-8", false, false }, { "utf-16", true, false }, { "utf-16BE", true, false },
        { "utf-16", false, true }, { "utf-16BE", false, true }, { "windows-1252", false, true },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Text_comes_out_right_and_a_guess_is_told(string name, bool marked, bool guessed)
    {
        TextEncodingDetection.KnowWindowsEncodings();
        var encoding = Encoding.GetEncoding(name);
        var stream = new MemoryStream([.. marked ? encoding.GetPreamble() : [], .. encoding.GetBytes(Sample)]);
        var found = TextEncodingDetection.Detect(stream);
        using var text = found.OpenText(stream);
        Assert.Equal(Sample, text.ReadToEnd());
        Assert.Equal(guessed, found.Guessed);
        Assert.Equal(guessed ? ReadingIssues.EncodingGuessed : null, found.Issue?.Code);
    }

    [Fact]
    public void One_accent_in_the_last_line_of_a_long_file_decides()
    {
        var body = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("solo texto llano\n", 20_000)) + "año");
        var found = TextEncodingDetection.Detect(new MemoryStream(body));
        Assert.True(found.Guessed);
        Assert.Equal("windows-1252", found.Encoding.WebName);
    }

    [Fact]
    public void A_character_split_between_two_blocks_is_still_utf_8()
    {
        for (var shift = 65530; shift < 65540; shift++)
            Assert.Equal("utf-8", TextEncodingDetection.Detect(Text(new string('a', shift) + "ñ€😀 fin")).Encoding.WebName);
    }

    public static TheoryData<byte[]> NotText => new()
    {
        "PK\u0003\u0004rest"u8.ToArray(), "%PDF-1.7 rest"u8.ToArray(), new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10 },
        new byte[] { (byte)'a', 0, 0, 0, (byte)'b' }, new byte[] { (byte)'a', (byte)',', (byte)'b', 0, 0xF1 },
        Enumerable.Range(1, 31).Select(i => (byte)i).Concat(new byte[] { 0xF1, 0xF1 }).ToArray(),
    };

    [Theory]
    [MemberData(nameof(NotText))]
    public void What_is_not_text_is_refused(byte[] bytes) =>
        Assert.Equal(FileProblems.Binary, Refused(() => TextEncodingDetection.Detect(new MemoryStream(bytes))));

    [Fact]
    public void Broken_text_behind_a_byte_order_mark_is_refused_and_not_guessed()
    {
        Assert.Equal(FileProblems.Encoding, Refused(() => TextEncodingDetection.Detect(Bytes(0xEF, 0xBB, 0xBF, (byte)'a', 0xF1, (byte)'o'))));
        Assert.Equal(FileProblems.Encoding, Refused(() => TextEncodingDetection.Detect(Bytes(0xFF, 0xFE, 0, 0xD8, (byte)'a', 0))));
        Assert.Equal(FileProblems.Encoding, Refused(() => TextEncodingDetection.Detect(Bytes(0xFF, 0xFE, 0, 0, (byte)'a', 0, 0, 0))));
        Assert.Equal(FileProblems.Empty, Refused(() => TextEncodingDetection.Detect(new MemoryStream())));
    }

    [Fact]
    public async Task A_stream_is_counted_and_hashed_on_the_way()
    {
        var bytes = Encoding.UTF8.GetBytes(Sample);
        await using var limited = new LimitedStream(new MemoryStream(bytes), bytes.Length);
        await limited.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal(bytes.Length, limited.BytesRead);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), limited.Sha256);
    }

    [Fact]
    public void The_first_byte_above_the_limit_is_refused()
    {
        Assert.Equal(FileProblems.TooLarge, Refused(() => new LimitedStream(new MemoryStream(new byte[101]), 100).CopyTo(Stream.Null)));
        new LimitedStream(new MemoryStream(new byte[100]), 100).CopyTo(Stream.Null);
    }

    [Fact]
    public async Task A_received_file_can_be_read_twice_and_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-files-");
        try
        {
            var bytes = Encoding.UTF8.GetBytes(Sample);
            await using (var file = await SpooledFile.ReceiveAsync(new MemoryStream(bytes), folder.FullName, 1000, TestContext.Current.CancellationToken))
            {
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
                Assert.Equal(2, Rows(file.Stream).Count);
                Assert.Equal(2, Rows(file.Stream).Count);
                Assert.Single(folder.GetFiles());
            }
            await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => SpooledFile.ReceiveAsync(new MemoryStream(bytes), folder.FullName, 5, TestContext.Current.CancellationToken));
            await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => SpooledFile.ReceiveAsync(new MemoryStream(), folder.FullName, 5, TestContext.Current.CancellationToken));
            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
