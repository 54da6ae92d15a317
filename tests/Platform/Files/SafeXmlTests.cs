using System.Diagnostics;
using System.Text;
using System.Xml.Linq;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Xunit;
using static Tambo.Tests.Platform.Files.HostileFiles;

namespace Tambo.Tests.Platform.Files;

public sealed class SafeXmlTests
{
    private const string BillionLaughs = """
        <?xml version="1.0"?>
        <!DOCTYPE a [<!ENTITY l0 "ha"><!ENTITY l1 "&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;">
        <!ENTITY l2 "&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;"><!ENTITY l3 "&l2;&l2;&l2;&l2;&l2;&l2;&l2;&l2;&l2;&l2;">
        <!ENTITY l4 "&l3;&l3;&l3;&l3;&l3;&l3;&l3;&l3;&l3;&l3;">]><a>&l4;</a>
        """;

    public static TheoryData<string, string, string> Attacks => new()
    {
        { "a file as an entity", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "file.xml_dtd" },
        { "an address as an entity", "<!DOCTYPE a [<!ENTITY x SYSTEM \"http://127.0.0.1:9/x\">]><a>&x;</a>", "file.xml_dtd" },
        { "an outer document type", "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/a.dtd\"><a/>", "file.xml_dtd" },
        { "a parameter entity", "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:9/x\"> %x;]><a/>", "file.xml_dtd" },
        { "a billion laughs", BillionLaughs, "file.xml_dtd" },
        { "quadratic blow-up", $"<!DOCTYPE a [<!ENTITY x \"{new string('x', 50_000)}\">]><a>{string.Concat(Enumerable.Repeat("&x;", 50_000))}</a>", "file.xml_dtd" },
        { "an entity that nobody declared", "<a>&x;</a>", "file.xml_syntax" },
        { "100,000 elements in each other", string.Concat(Enumerable.Repeat("<a>", 100_000)), "file.xml_depth" },
        { "100,000 attributes", $"<a {string.Join(' ', Enumerable.Range(0, 100_000).Select(i => $"a{i}=''"))}/>", "file.xml_attributes" },
        { "an encoding that hides markup", "<?xml version=\"1.0\" encoding=\"utf-7\"?><a/>", "file.encoding" },
        { "a mainframe encoding", "<?xml version=\"1.0\" encoding=\"IBM037\"?><a/>", "file.encoding" },
        { "an encoding that nobody knows", "<?xml version=\"1.0\" encoding=\"x-nothing\"?><a/>", "file.encoding" },
        { "no root", "", "file.xml_syntax" },
        { "an element left open", "<a><b></a>", "file.xml_syntax" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_is_refused_with_its_code_within_100_milliseconds(string attack, string xml, string code)
    {
        SafeXml.Load(Text("<a><b c='d'>e</b></a>"));
        var stream = Text(xml);
        var clock = Stopwatch.StartNew();
        var kind = Refused(() => SafeXml.Load(stream));
        Assert.True(code == kind.Code, $"{attack}: {kind.Code}");
        Assert.True(clock.ElapsedMilliseconds < 100, $"{attack}: {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public void A_document_type_is_refused_in_utf_16_too()
    {
        const string xml = "<?xml version=\"1.0\" encoding=\"utf-16\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
        Assert.Equal("file.xml_dtd", Refused(() => SafeXml.Load(Text(xml, Encoding.Unicode))).Code);
        Assert.Equal("file.xml_dtd", Refused(() => SafeXml.Load(Text(xml, Encoding.BigEndianUnicode))).Code);
    }

    [Fact]
    public void An_inclusion_stays_an_element_and_fetches_nothing()
    {
        var document = SafeXml.Load(Text("<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd' parse='text'/></a>"));
        Assert.Equal("include", Assert.Single(document.Root!.Elements()).Name.LocalName);
        Assert.Equal("", document.Root.Value);
    }

    [Fact]
    public void The_five_entities_of_the_standard_and_character_references_are_read() =>
        Assert.Equal("<>&\"'é", SafeXml.Load(Text("<a>&lt;&gt;&amp;&quot;&apos;&#233;</a>")).Root!.Value);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    [InlineData("windows-1252")]
    public void Encodings_that_institutions_use_are_read(string name)
    {
        SafeXml.Load(Text("<a/>"));
        var xml = $"<?xml version=\"1.0\" encoding=\"{name}\"?><a b='señal'>Pòtoprens ou Potosí</a>".Replace('ò', 'ó');
        Assert.Equal("Pótoprens ou Potosí", SafeXml.Load(Text(xml, Encoding.GetEncoding(name))).Root!.Value);
    }

    [Fact]
    public void A_file_above_the_limit_is_refused_while_it_is_read()
    {
        var kind = Refused(() => SafeXml.Load(Text($"<a>{new string('x', 5000)}</a>"), new XmlLimits(Bytes: 4096)));
        Assert.Equal(FileProblems.TooLarge, kind);
    }

    [Fact]
    public void More_elements_than_allowed_are_refused() =>
        Assert.Equal(FileProblems.XmlElements, Refused(() => SafeXml.Load(Text($"<a>{string.Concat(Enumerable.Repeat("<b/>", 100))}</a>"), new XmlLimits(Elements: 50))));

    [Fact]
    public void A_mistake_is_told_with_its_line() =>
        Assert.Contains(("line", (object?)3L), Assert.Throws<Problem>(() => SafeXml.Load(Text("<a>\n<b/>\n<c></a>"))).Values);

    [Fact]
    public void A_long_text_after_the_first_element_is_read_whole()
    {
        var text = string.Concat(Enumerable.Repeat("migración ", 20_000));
        Assert.Equal(text, SafeXml.Load(Text($"<a>{text}</a>")).Root!.Value);
    }

    [Fact]
    public void Spoiled_files_are_read_or_refused()
    {
        var good = Text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<alert xmlns=\"urn:a\"><!-- note --><info lang='es'><![CDATA[x<y]]>Ñandú &amp; más</info><info lang='ht'>dlo</info></alert>").ToArray();
        Mutate(good, seed: 13, stream => SafeXml.Load(stream));
        Mutate(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("<?xml version=\"1.0\" encoding=\"utf-16\"?><a b='c'>é</a>")).ToArray(), seed: 14, stream => SafeXml.Load(stream));
    }
}
