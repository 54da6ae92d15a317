using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tambo.Guide;
using Tambo.Guide.Translating;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Guide.Translating;

/// <summary>What is written is XLIFF 2.0 as the standard has it, and what others write is read with care.</summary>
public sealed partial class XliffFileTests
{
    private static readonly XNamespace Core = "urn:oasis:names:tc:xliff:document:2.0";
    private static readonly Language Arabic = new("ar", "العربية", RightToLeft: true);

    private static readonly XliffRecord Record = new("service.00000000-0000-4000-8000-000000000001", "https://guide.example/en/services/1", [new XliffNote("record", "Service: <Beds>")],
    [
        new XliffText { Path = "name", Source = "Beds & <b>more</b>", Hash = new string('a', 32), Notes = [new XliffNote("field", "Name\u0007")] },
        new XliffText { Path = "required_documents/00000000-0000-4000-8000-000000000002/document", Source = "  One\r\ntwo\u0001\ud83d three 👩‍👧  ", Hash = new string('b', 32), Target = "واحد", State = "translated", SubState = "machine" },
    ]);

    [Fact]
    public void A_file_keeps_to_the_rules_of_the_standard()
    {
        var root = Parsed(XliffWriting.Write("en", Arabic, [Record])).Root!;
        Assert.Equal((Core + "xliff", "2.0", "en", "ar"), (root.Name, root.Attribute("version")!.Value, root.Attribute("srcLang")!.Value, root.Attribute("trgLang")!.Value));
        var file = Assert.Single(root.Elements());
        Assert.Equal((Core + "file", "rtl", "preserve"), (file.Name, file.Attribute("trgDir")!.Value, file.Attribute(XNamespace.Xml + "space")!.Value));
        // Notes come before units in a file, and in a unit modules, then notes, then segments (the core schema's sequences).
        Assert.Equal(["notes", "unit", "unit"], file.Elements().Select(element => element.Name.LocalName));
        var units = file.Elements(Core + "unit").ToList();
        Assert.Equal(["metadata", "notes", "segment"], units[0].Elements().Select(element => element.Name.LocalName));
        Assert.Equal(["source"], units[0].Element(Core + "segment")!.Elements().Select(element => element.Name.LocalName));
        Assert.Equal(["source", "target"], units[1].Element(Core + "segment")!.Elements().Select(element => element.Name.LocalName));
        // Identifiers are name tokens, each once in its file; a sub-state is prefixed and stands beside a state.
        Assert.All(root.Descendants().Attributes("id"), id => Assert.Matches(NameToken(), id.Value));
        Assert.Equal(2, units.Select(unit => unit.Attribute("id")!.Value).Distinct().Count());
        Assert.Equal(("translated", "tambo:machine"), (units[1].Element(Core + "segment")!.Attribute("state")!.Value, units[1].Element(Core + "segment")!.Attribute("subState")!.Value));
        // A code point that XML cannot hold is written by its number.
        Assert.Equal("0001", units[1].Descendants(Core + "cp").Single().Attribute("hex")!.Value);
    }

    [Fact]
    public void What_is_written_comes_back_as_it_was()
    {
        var read = Read(Encoding.UTF8.GetString(XliffWriting.Write("en", Arabic, [Record])));
        Assert.Equal(("en", "ar"), (read.From, read.To));
        Assert.Equal(Record.Texts.Select(text => (Record.Id, Xliff.UnitId(text.Path), text.Hash, text.Target, text.State)), read.Units.Select(unit => (unit.File, unit.Id, unit.Hash, unit.Target, unit.State)));
        // Half a pair is no character: it comes back as the sign for that.
        Assert.Equal(Record.Texts.Select(text => text.Source.Replace("\ud83d ", "\ufffd ", StringComparison.Ordinal)), read.Units.Select(unit => unit.Source));
    }

    [Fact]
    public void Segments_are_joined_in_the_order_of_their_targets()
    {
        var unit = Assert.Single(Read(Of("""
            <file id="f"><unit id="u"><mtc:matches xmlns:mtc="urn:oasis:names:tc:xliff:matches:2.0"><mtc:match ref="#s1"><source>x</source><target>other</target></mtc:match></mtc:matches>
            <notes><note>not this</note></notes>
            <segment id="s1" state="reviewed"><source>One.</source><target order="3">Un.</target></segment>
            <ignorable><source> </source></ignorable>
            <segment state="translated"><source>Two.</source><target order="1">Deux.</target></segment>
            </unit></file>
            """)).Units);
        Assert.Equal(("One. Two.", "Deux. Un.", "translated"), (unit.Source, unit.Target, unit.State));
        // Without a translation in one of them there is none of the whole.
        Assert.Null(Assert.Single(Read(Of("""<file id="f"><unit id="u"><segment><source>One.</source><target>Un.</target></segment><segment><source>Two.</source></segment></unit></file>""")).Units).Target);
    }

    [Theory]
    [InlineData("Un <mrk id=\"1\" type=\"term\">lit</mrk>", "Un lit", false, false)]
    [InlineData("Un <pc id=\"1\"><pc id=\"2\">lit</pc></pc>", "Un lit", true, false)]
    [InlineData("Un <sc id=\"1\"/>lit<ec startRef=\"1\"/>", "Un lit", true, false)]
    [InlineData("Un <ph id=\"1\" equiv=\"x\"/>", "Un ", false, true)]
    [InlineData("Un <cp hex=\"0041\"/>", "Un A", false, false)]
    [InlineData("Un <cp hex=\"zz\"/>", "Un ", false, true)]
    [InlineData("<![CDATA[<script>alert(1)</script>]]>", "<script>alert(1)</script>", false, false)]
    [InlineData("<b xmlns=\"http://www.w3.org/1999/xhtml\">Un</b>", "Un", false, true)]
    public void Of_what_stands_among_the_words_the_words_are_kept(string target, string words, bool formatting, bool placeholder)
    {
        var unit = Assert.Single(Read(Of($"<file id='f'><unit id='u'><segment><source>A bed</source><target>{target}</target></segment></unit></file>")).Units);
        Assert.Equal((words, formatting, placeholder), (unit.Target, unit.HasFormatting, unit.HasPlaceholder));
    }

    [Theory]
    [InlineData("<xliff version='1.2' xmlns='urn:oasis:names:tc:xliff:document:1.2'><file/></xliff>", "guide.xliff_version")]
    [InlineData("<xliff version='1.2'><file/></xliff>", "guide.xliff_version")]
    [InlineData("<xliff version='2.2' xmlns='urn:oasis:names:tc:xliff:document:2.2'/>", "guide.xliff_version")]
    [InlineData("<xliff version='3' xmlns='urn:oasis:names:tc:xliff:document:2.0'/>", "guide.xliff_version")]
    [InlineData("<html/>", "guide.xliff_unknown")]
    [InlineData("<xliff version='2.0' xmlns='urn:other'/>", "guide.xliff_unknown")]
    [InlineData("<xliff version='2.0' srcLang='en' trgLang='fr' xmlns='urn:oasis:names:tc:xliff:document:2.0'/>", "guide.xliff_empty")]
    [InlineData("<!DOCTYPE xliff [<!ENTITY a 'b'>]><xliff/>", "file.xml_dtd")]
    [InlineData("<!DOCTYPE xliff SYSTEM 'http://example.org/x.dtd'><xliff/>", "file.xml_dtd")]
    [InlineData("<xliff", "file.xml_syntax")]
    [InlineData("not xml at all", "file.xml_syntax")]
    [InlineData("<?xml version='1.0' encoding='utf-7'?><xliff/>", "file.encoding")]
    public void What_is_no_such_file_is_refused_with_its_code(string text, string code) =>
        Assert.Equal(code, Assert.Throws<Problem>(() => Read(text)).Kind.Code);

    [Fact]
    public void A_file_that_is_made_to_hurt_is_refused_before_it_does()
    {
        Assert.Equal("file.xml_depth", Refused(Of("<file id='f'>" + string.Concat(Enumerable.Repeat("<group id='g'>", 10_000)))));
        Assert.Equal("file.xml_depth", Refused(Of("<file id='f'><unit id='u'><segment><source>x</source><target>" + string.Concat(Enumerable.Repeat("<pc id='p'>", 10_000)))));
        Assert.Equal("file.encoding", Assert.Throws<Problem>(() => Read(Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='utf-8'?>" + Of("<file id='é'/>")))).Kind.Code);
        Assert.Equal("file.too_large", Assert.Throws<Problem>(() => XliffReading.Read(new Endless(Of("<file id='f'>")), 1 << 20)).Kind.Code);
        // Longer than any text: the rest is not even kept.
        var unit = Assert.Single(Read(Of($"<file id='f'><unit id='u'><segment><source>x</source><target>{new string('x', 1_000_000)}</target></segment></unit></file>")).Units);
        Assert.Equal(XliffReading.LongestText + 1, unit.Target!.Length);
    }

    [Fact]
    public void Every_reason_has_its_sentence()
    {
        var english = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)).In("en");
        Assert.Empty(TranslationPlan.Reasons.Where(reason => !english.Has("translating.reason." + reason)));
        Assert.Empty(Enum.GetNames<UnitOutcome>().Where(outcome => !english.Has("translating.outcome." + outcome.ToLowerInvariant())));
        Assert.Empty(GuideProblems.All.Where(kind => kind.Code.StartsWith("guide.xliff", StringComparison.Ordinal) && !english.Has(kind.DetailKey)));
    }

    internal static string Of(string files, string from = "en", string to = "fr") =>
        $"<xliff xmlns='{Core.NamespaceName}' version='2.0' srcLang='{from}' trgLang='{to}'>{files}</xliff>";

    private static string Refused(string text) => Assert.Throws<Problem>(() => Read(text)).Kind.Code;

    private static XliffDocument Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static XliffDocument Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return XliffReading.Read(stream, 10 << 20);
    }

    private static XDocument Parsed(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return SafeXml.Load(stream);
    }

    // NMTOKEN of XML, as far as our identifiers go.
    [GeneratedRegex("^[A-Za-z0-9._:-]+$")]
    private static partial Regex NameToken();

    /// <summary>A beginning, then units for ever.</summary>
    private sealed class Endless(string beginning) : Stream
    {
        private readonly byte[] unit = Encoding.UTF8.GetBytes("<unit id='u'><segment><source>x</source></segment></unit>");
        private byte[] present = Encoding.UTF8.GetBytes(beginning[..beginning.IndexOf("</xliff>", StringComparison.Ordinal)]);
        private int at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (at == present.Length)
                (present, at) = (unit, 0);
            var read = Math.Min(count, present.Length - at);
            present.AsSpan(at, read).CopyTo(buffer.AsSpan(offset));
            at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
