using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Tambo.Cases.Attachments;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Attachments;

/// <summary>What is kept of the files that people bring.</summary>
public sealed class CleanFileTests
{
    private const string Secret = "12.3456N 70.9876W, Ana's telephone";

    private static byte[] Photo => File.ReadAllBytes(Path.Combine(Repository.Root, "docs/screenshots/home-360.jpg"));

    [Fact]
    public void Of_a_photo_the_picture_is_kept_and_not_where_it_was_taken()
    {
        var photo = Photo;
        var brought = With(photo, Segment(0xE1, [.. "Exif\0\0"u8, .. Tiff(orientation: 6), .. Encoding.ASCII.GetBytes(Secret)]), Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.ASCII.GetBytes(Secret)]), Segment(0xFE, Encoding.ASCII.GetBytes(Secret)));
        var kept = CleanFile.Clean([.. brought, .. "PK\x03\x04"u8, .. Encoding.ASCII.GetBytes(Secret)]);

        Assert.Equal("image/jpeg", kept.MediaType);
        Assert.False(Holds(kept.Bytes, Secret));
        Assert.True(kept.Bytes.AsSpan().EndsWith([(byte)0xFF, (byte)0xD9]));
        // Everything from the first table to the end is the picture as it was.
        Assert.True(kept.Bytes.AsSpan().EndsWith(photo.AsSpan(photo.AsSpan().IndexOf([(byte)0xFF, (byte)0xDB]))));
        // A segment of Exif says which way is up, and that alone: 34 bytes behind its mark (ITU-T T.81, B.1.1.4).
        var exif = kept.Bytes.AsSpan().IndexOf("Exif"u8);
        Assert.Equal(0x22, BinaryPrimitives.ReadUInt16BigEndian(kept.Bytes.AsSpan(exif - 2)));
        Assert.Equal(6, kept.Bytes[exif + 6 + 8 + 2 + 9]);
        Assert.Equal(-1, kept.Bytes.AsSpan(exif + 4).IndexOf("Exif"u8));
    }

    [Fact]
    public void A_photo_without_anything_to_leave_out_stays_as_it_is()
    {
        var once = CleanFile.Clean(Photo).Bytes;
        Assert.Equal(once, CleanFile.Clean(once).Bytes);
    }

    [Fact]
    public void A_photo_that_is_cut_anywhere_is_refused()
    {
        var photo = Photo;
        for (var length = 3; length < photo.Length; length += 1 + (length / 40))
            Assert.Same(AttachmentProblems.Damaged, Refusal(photo.AsSpan(0, length).ToArray()));
    }

    [Fact]
    public void A_png_loses_its_texts_times_and_whatever_follows_it()
    {
        var brought = Png(4, 4, Chunk("tEXt", Encoding.ASCII.GetBytes(Secret)), Chunk("eXIf", Encoding.ASCII.GetBytes(Secret)), Chunk("zzZz", Encoding.ASCII.GetBytes(Secret)));
        var kept = CleanFile.Clean([.. brought, .. Encoding.ASCII.GetBytes("<script>" + Secret)]);

        Assert.Equal("image/png", kept.MediaType);
        Assert.Equal(Png(4, 4), kept.Bytes);
    }

    [Fact]
    public void A_png_with_a_wrong_sum_a_critical_stranger_or_no_end_is_refused()
    {
        var whole = Png(4, 4);
        whole[20] ^= 1;
        Assert.Same(AttachmentProblems.Damaged, Refusal(whole));
        Assert.Same(AttachmentProblems.Damaged, Refusal(Png(4, 4, Chunk("ABCD", []))));
        Assert.Same(AttachmentProblems.Damaged, Refusal(Png(4, 4)[..^12]));
        Assert.Same(AttachmentProblems.Damaged, Refusal(Png(4, 0)));
    }

    [Fact]
    public void A_picture_that_would_fill_a_memory_is_refused()
    {
        Assert.Same(AttachmentProblems.TooManyPoints, Refusal(Png(60_000, 60_000)));
        var photo = Photo;
        var frame = Enumerable.Range(2, photo.Length - 2).First(at => photo[at] == 0xFF && photo[at + 1] is 0xC0 or 0xC2 && BinaryPrimitives.ReadUInt16BigEndian(photo.AsSpan(at + 2)) == 17);
        photo.AsSpan(frame + 5, 4).Fill(0xFF);
        Assert.Same(AttachmentProblems.TooManyPoints, Refusal(photo));
    }

    [Fact]
    public void A_webp_loses_its_notes_and_says_so()
    {
        var point = Riff("VP8L", [0x2F, 0x03, 0xC0, 0x00, 0x00, 0x88, 0x88, 0x08, 0, 0]);
        byte[] head = [0x2C, 0, 0, 0, 3, 0, 0, 3, 0, 0];
        var kept = CleanFile.Clean(Webp(Riff("VP8X", head), point, Riff("EXIF", Encoding.ASCII.GetBytes(Secret)), Riff("XMP ", Encoding.ASCII.GetBytes(Secret))));

        head[0] = 0;
        Assert.Equal(Webp(Riff("VP8X", head), point), kept.Bytes);
        Assert.Same(AttachmentProblems.KindUnknown, Refusal(Webp(Riff("VP8X", head), Riff("ANIM", new byte[6]), point)));
        Assert.Same(AttachmentProblems.Damaged, Refusal(Webp(Riff("EXIF", []))));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("<!doctype html><script>alert(1)</script>")]
    [InlineData("GIF89a/*<svg>*/=1")]
    [InlineData("MZ\u0090")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("")]
    [InlineData(" %PDF-1.7 %%EOF")]
    public void What_is_no_photo_and_no_document_is_refused_whatever_its_name(string content) =>
        Assert.Same(AttachmentProblems.KindUnknown, Refusal(Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void A_still_document_is_taken_and_what_its_pictures_say_is_overwritten()
    {
        byte[] document = [.. Pdf("/Type /Catalog /OpenAction [3 0 R /Fit]"), .. Segment(0xE1, [.. "Exif\0\0"u8, .. Encoding.ASCII.GetBytes(Secret)]),
            .. Encoding.ASCII.GetBytes($"<?xpacket begin=''?>{Secret}<?xpacket end='w'?>"), .. "%%EOF"u8];
        var kept = CleanFile.Clean(document);

        Assert.Equal("application/pdf", kept.MediaType);
        Assert.False(Holds(kept.Bytes, Secret));
        Assert.Equal(document.Length, kept.Bytes.Length);
        Assert.True(Holds(kept.Bytes, "/OpenAction [3 0 R /Fit]"));
    }

    [Theory]
    [InlineData("/OpenAction << /S /JavaScript /JS (app.alert) >>")]
    [InlineData("/A << /S /J#61vaScript >>")]
    [InlineData("/Names << /EmbeddedFiles 4 0 R >>")]
    [InlineData("/S /Launch")]
    [InlineData("/Encrypt 5 0 R")]
    public void A_document_that_does_something_is_refused_however_it_is_written(string inside)
    {
        Assert.Same(AttachmentProblems.Active, Refusal(Pdf(inside)));
        Assert.Same(AttachmentProblems.Active, Refusal(PdfWithStream(Zlib(Encoding.ASCII.GetBytes(inside)))));
        // The same words on a page are words.
        Assert.Equal("application/pdf", CleanFile.Clean(PdfWithStream(Zlib(Encoding.ASCII.GetBytes(inside.Replace('/', ' '))))).MediaType);
    }

    // An object behind another filter than Flate is not unpacked by the looking, and a reader unpacks it all the same.
    [Theory]
    [InlineData("/Type /ObjStm /N 1 /First 5 /Filter /ASCIIHexDecode")]
    [InlineData("/Type /ObjStm /N 1 /First 5 /Filter [/ASCIIHexDecode /FlateDecode]")]
    [InlineData("/Type /ObjStm /N 1 /First 5 /Filter /LZWDecode")]
    [InlineData("/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >>")]
    [InlineData("/Type /Obj#53tm /N 1 /First 5 /Filter /ASCIIHexDecode")]
    [InlineData("/N 1 /First 5 /Filter /ASCIIHexDecode")]
    [InlineData("/Filter /ASCIIHexDecode /X (1 0 obj <<) /Type /ObjStm /N 1 /First 5")]
    [InlineData("/Filter /ASCIIHexDecode /X (stream) /Type /ObjStm /N 1 /First 5")]
    [InlineData("/Filter /ASCIIHexDecode /Type /ObjStm /N 1 /First 5 /X (1 0 obj <<)")]
    public void Objects_that_are_packed_in_another_way_than_is_looked_into_are_refused(string says)
    {
        byte[] hidden = [.. Encoding.ASCII.GetBytes(Convert.ToHexString("/S /JavaScript /JS (app.alert)"u8)), (byte)'>'];
        Assert.Same(AttachmentProblems.Active, Refusal(PdfWithStream(says, hidden)));
    }

    [Theory]
    [InlineData("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 99")]
    [InlineData("/Type/ObjStm/N 1/First 4/Filter[/FlateDecode]/Extends 4 0 R")]
    public void Objects_that_are_packed_as_documents_mostly_are_are_taken(string says) =>
        Assert.Equal("application/pdf", CleanFile.Clean(PdfWithStream(says, Zlib("5 0 << /Type /Page >>"u8.ToArray()))).MediaType);

    // In a scan of a megabyte any three bytes stand by chance more often than once in twenty, whole words of a script with them.
    [Theory]
    [InlineData("/Subtype /Image /Filter /DCTDecode /Width 8 /Height 8", false)]
    [InlineData("/Type /XObject /Subtype/Image /Filter /FlateDecode", true)]
    [InlineData("/Type /XObject /Subtype /Image", false)]
    [InlineData("/Length1 9000 /Filter /FlateDecode", true)]
    [InlineData("/Subtype /Type1C /Filter /FlateDecode", true)]
    public void What_stands_by_chance_in_a_picture_or_a_font_is_no_script(string says, bool packed)
    {
        byte[] bytes = [0xFF, 0xD8, 1, .. "/JS(\u0002/JS<\u0003 /JS 7 0 R /#4A#53 (x"u8, 0xFF, 0xD9];
        var scan = PdfWithStream(says, packed ? Zlib(bytes) : bytes);
        Assert.Equal(scan, CleanFile.Clean(scan).Bytes);
        // An index may lead into it: what runs is named there, and found.
        byte[] script = [.. bytes, .. "5 0 obj << /S /JavaScript /JS (app.alert) >> endobj"u8];
        Assert.Same(AttachmentProblems.Active, Refusal(PdfWithStream(says, packed ? Zlib(script) : script)));
        // Elsewhere the short name alone is enough.
        foreach (var words in new[] { "/JS (x)", "/JS<78>", "/JS % remark\n 7 0 R", "/#4A#53(x)" })
        {
            Assert.Same(AttachmentProblems.Active, Refusal([.. scan[..^6], .. Encoding.ASCII.GetBytes($"2 0 obj << {words} >> endobj\n%%EOF\n")]));
            Assert.Same(AttachmentProblems.Active, Refusal(PdfWithStream(Zlib(Encoding.ASCII.GetBytes(words)))));
        }
    }

    [Fact]
    public void Scans_full_of_noise_are_taken_every_one()
    {
        var random = new Random(11);
        for (var run = 0; run < 8; run++)
        {
            var noise = new byte[1024 * 1024];
            random.NextBytes(noise);
            "/JS("u8.CopyTo(noise.AsSpan(random.Next(noise.Length - 4)));
            // As a picture has it: no beginning or end of a stream within.
            var scan = PdfWithStream("/Subtype /Image /Filter /DCTDecode", noise);
            Assert.Equal("application/pdf", CleanFile.Clean(scan).MediaType);
        }
    }

    [Fact]
    public void Objects_that_say_they_are_packed_and_are_not_are_refused() =>
        Assert.Same(AttachmentProblems.Active, Refusal(PdfWithStream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", "5 0 << /Type /Page >>"u8.ToArray())));

    [Fact]
    public void What_a_document_tells_of_its_making_is_overwritten_packed_or_not_and_its_pictures_stay()
    {
        var told = Encoding.ASCII.GetBytes($"<x:xmpmeta>{Secret}</x:xmpmeta>");
        byte[] hex = [.. Encoding.ASCII.GetBytes(Convert.ToHexString(told)), (byte)'>'];
        foreach (var (says, bytes) in new[] { ("/Type /Metadata /Subtype /XML", told), ("/Type /Metadata /Filter /FlateDecode", Zlib(told)), ("/Filter /FlateDecode", Zlib(told)), ("/Subtype /XML /Filter /ASCIIHexDecode", hex) })
        {
            var document = PdfWithStream(says, bytes);
            var kept = CleanFile.Clean(document).Bytes;
            Assert.Equal(document.Length, kept.Length);
            Assert.Equal(-1, kept.AsSpan().IndexOf(bytes.AsSpan(0, 12)));
            Assert.True(Holds(kept, says) && Holds(kept, "endstream"));
        }

        var picture = PdfWithStream("/Subtype /Image /Metadata 7 0 R /Filter /FlateDecode", Zlib(new byte[50]));
        Assert.Equal(picture, CleanFile.Clean(picture).Bytes);
    }

    [Fact]
    public void A_document_that_unpacks_to_gigabytes_is_refused() =>
        Assert.Same(AttachmentProblems.Active, Refusal(PdfWithStream(Zlib(new byte[80 * 1024 * 1024]))));

    [Fact]
    public void A_file_over_the_limit_is_refused() => Assert.Same(AttachmentProblems.TooLarge, Refusal(new byte[CleanFile.MostBytes + 1]));

    [Fact]
    public void Bytes_at_random_behind_a_right_beginning_are_refused_and_never_break_anything()
    {
        var random = new Random(5);
        byte[][] beginnings = [[0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [.. "RIFF"u8, 40, 0, 0, 0, .. "WEBP"u8], [.. "%PDF-"u8]];
        for (var run = 0; run < 20_000; run++)
        {
            var noise = new byte[random.Next(0, 200)];
            random.NextBytes(noise);
            Assert.NotNull(Refusal([.. beginnings[run % beginnings.Length], .. noise]));
        }
    }

    private static ProblemKind Refusal(byte[] bytes) => Assert.Throws<Problem>(() => CleanFile.Clean(bytes)).Kind;

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    private static byte[] With(byte[] photo, params byte[][] segments) => [.. photo[..2], .. segments.SelectMany(segment => segment), .. photo[2..]];

    private static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    // TIFF 6.0, section 2: byte order, 42, where the directory is; one entry: tag, SHORT, one, value.
    private static byte[] Tiff(byte orientation) => [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Png(int width, int height, params byte[][] further)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", head), .. further.SelectMany(chunk => chunk), .. Chunk("IDAT", Zlib(new byte[20])), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. body];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. sum];
    }

    private static byte[] Riff(string name, byte[] body)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. Encoding.ASCII.GetBytes(name), .. length, .. body, .. new byte[body.Length & 1]];
    }

    private static byte[] Webp(params byte[][] chunks) => Riff("RIFF", [.. "WEBP"u8, .. chunks.SelectMany(chunk => chunk)]);

    private static byte[] Pdf(string inside) => Encoding.ASCII.GetBytes($"%PDF-1.7\n1 0 obj\n<< {inside} >>\nendobj\n%%EOF\n");

    private static byte[] PdfWithStream(byte[] packed) => PdfWithStream("/Filter /FlateDecode", packed);

    private static byte[] PdfWithStream(string says, byte[] bytes) =>
        [.. Encoding.ASCII.GetBytes($"%PDF-1.7\n1 0 obj\n<< {says} >>\nstream\r\n"), .. bytes, .. "\nendstream\nendobj\n%%EOF\n"u8];

    private static byte[] Zlib(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
            zlib.Write(bytes);
        return packed.ToArray();
    }
}
