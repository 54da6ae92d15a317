using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Tambo.Guide.Translating;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Tests.Guide.Translating;

/// <summary>The node's own sentences go to a translator and come back as a file of the data folder: a further language is a file.</summary>
public sealed class InterfaceTextsTests : IDisposable
{
    private static readonly XNamespace Core = "urn:oasis:names:tc:xliff:document:2.0";
    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("tambo-texts-").FullName;

    [Fact]
    public void A_language_that_nobody_had_is_brought_in_by_one_file_and_marked_as_not_read_over()
    {
        var (bytes, count) = Texts().Export("qu", everything: false);
        Assert.Equal(Catalog().In("en").Keys.Count(key => key == "language.name" || !key.StartsWith("language.", StringComparison.Ordinal)), count);
        var report = Import(Translated(bytes, (key, source) => key == "language.name" ? "Runasimi" : "qu " + source));
        Assert.Equal(("qu", count, 0, true), (report.Language, report.Taken, report.Refused.Count, report.IsNamed));
        var quechua = Catalog().In("qu");
        Assert.Equal(("Runasimi", false), (quechua.Language.Name, quechua.Language.IsReviewed));
        Assert.Equal("qu " + Catalog().In("en")["translating.menu"], quechua["translating.menu"]);

        // The same again changes nothing, and nothing is left to be done.
        var again = Import(Translated(bytes, (key, source) => key == "language.name" ? "Runasimi" : "qu " + source));
        Assert.Equal((0, count), (again.Taken, again.Unchanged));
        Assert.Throws<Problem>(() => Texts().Export("qu", everything: false));
    }

    [Fact]
    public void What_would_break_a_sentence_is_left_out_and_the_rest_comes_in()
    {
        var (bytes, _) = Texts().Export("fr", everything: true);
        var shipped = Catalog().In("fr");
        var report = Import(Translated(bytes, (key, source) => key switch
        {
            "translating.percent" => "sans le nombre",
            "translating.found.one" => "un seul texte",
            "translating.menu" => "Les traductions",
            "translating.lead" => "Trop long " + new string('x', 10_000),
            _ => shipped[key],
        }));
        Assert.Equal([("interface / translating.lead", "text_unfit"), ("interface / translating.percent", "places_differ")], report.Refused.Select(unit => (unit.Unit, unit.Reason)).Order());
        Assert.Equal(2, report.Taken);
        var french = Catalog().In("fr");
        Assert.Equal(("Les traductions", "un seul texte"), (french["translating.menu"], french["translating.found.one"]));
        Assert.True(french.Language.IsReviewed);
        Assert.Equal(["translating.found.one", "translating.menu"], JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(folder, "text", "fr.json")))!.Keys);
    }

    [Fact]
    public void A_sentence_whose_English_has_changed_is_outdated_until_somebody_looks_at_it()
    {
        var shipped = Catalog().In("fr");
        Import(Translated(Texts().Export("fr", everything: true).Bytes, (key, _) => key == "translating.menu" ? "Les traductions" : shipped[key]));
        Assert.Equal(0, French().Outdated);
        Assert.Throws<Problem>(() => Texts().Export("fr", everything: false));
        // A further version of the program says it in other words.
        File.WriteAllText(Path.Combine(folder, "text", "en.json"), """{"translating.menu": "Texts to be translated"}""");
        Assert.Equal((1, 0), (French().Outdated, French().Missing));

        var (bytes, count) = Texts().Export("fr", everything: false);
        var segment = Units(bytes).Single().Element(Core + "segment")!;
        Assert.Equal((1, "initial", "tambo:outdated", "Les traductions"),
            (count, segment.Attribute("state")!.Value, segment.Attribute("subState")!.Value, segment.Element(Core + "target")!.Value));
        // Untouched it stays outdated; called done it is right again.
        var untouched = Encoding.UTF8.GetString(bytes);
        Assert.Equal((0, 0, 1), Became(Import(untouched)));
        Assert.Equal(1, French().Outdated);
        Assert.Equal((0, 1, 0), Became(Import(untouched.Replace("state=\"initial\"", "state=\"translated\"", StringComparison.Ordinal), dryRun: true)));
        Assert.Equal(1, French().Outdated);
        Assert.Equal((0, 1, 0), Became(Import(untouched.Replace("state=\"initial\"", "state=\"translated\"", StringComparison.Ordinal))));
        Assert.Equal(0, French().Outdated);

        // What the operator takes out of the file is the program's again, and not outdated.
        File.WriteAllText(Path.Combine(folder, "text", "en.json"), """{"translating.menu": "Yet other words"}""");
        Assert.Equal(1, French().Outdated);
        File.WriteAllText(Path.Combine(folder, "text", "fr.json"), "{}");
        Assert.Equal(0, French().Outdated);

        LanguageTally French() => Texts().Tallies().Single(tally => tally.Language.Code == "fr");
        static (int Taken, int Confirmed, int Unchanged) Became(InterfaceReport report) => (report.Taken, report.Confirmed, report.Unchanged);
    }

    [Fact]
    public void A_language_of_a_country_is_the_language_that_is_here()
    {
        var (bytes, _) = Texts().Export("fr-FR", everything: true);
        var shipped = Catalog().In("fr");
        Assert.Equal("fr", XDocumentOf(bytes).Root!.Attribute("trgLang")!.Value);
        var file = Translated(bytes, (key, _) => key == "translating.menu" ? "Les traductions" : shipped[key]).Replace("trgLang=\"fr\"", "trgLang=\"FR-ca\"", StringComparison.Ordinal);
        Assert.Equal(("fr", 1), (Import(file).Language, Import(file).Unchanged > 0 ? 1 : 0));
        Assert.Equal(["fr.json"], System.IO.Directory.GetFiles(Path.Combine(folder, "text")).Select(Path.GetFileName));
        Assert.Single(Catalog().Languages, language => language.Name == "Français");
    }

    [Theory]
    [InlineData("ur", true)]
    [InlineData("qu", false)]
    public void Of_a_further_language_it_is_told_how_it_is_written_and_counts(string code, bool rightToLeft)
    {
        var report = Import(Translated(Texts().Export(code, everything: false).Bytes, (key, source) => key == "language.name" ? "Its name" : source));
        Assert.Equal((rightToLeft, true), (report.RightToLeft, report.CountsAsMost));
        Assert.Equal(rightToLeft, Catalog().In(code).Language.RightToLeft);

        var path = Path.Combine(folder, "text", code + ".json");
        var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))!;
        texts["language.plural.few"] = "n = 2..4";
        File.WriteAllText(path, JsonSerializer.Serialize(texts));
        var (bytes, _) = Texts().Export(code, everything: false);
        Assert.All(Units(bytes), unit => Assert.EndsWith(".few", unit.Attribute("name")!.Value, StringComparison.Ordinal));
        Assert.False(Import(Translated(bytes, (_, source) => source)).CountsAsMost);
        Assert.False(Import(Translated(Texts().Export("fr", everything: true).Bytes, (_, source) => source), dryRun: true).CountsAsMost);
    }

    [Theory]
    [InlineData("en", "../../etc/passwd", "guide.xliff_target")]
    [InlineData("en", "en", "guide.xliff_same_language")]
    [InlineData("es", "fr", "guide.xliff_same_language")]
    public void A_file_of_no_such_languages_is_refused(string from, string to, string code)
    {
        var file = XliffFileTests.Of("<file id='interface'><unit id='translating.menu'><segment><source>Translations</source><target>x</target></segment></unit></file>", from, to);
        Assert.Equal(code, Assert.Throws<Problem>(() => Import(file)).Kind.Code);
        Assert.False(System.IO.Directory.Exists(Path.Combine(folder, "text")));
    }

    [Fact]
    public void Sentences_that_are_none_of_the_program_and_those_that_have_changed_are_told()
    {
        static string Unit(string id, string source, string hash = "") =>
            $"<unit id='{id}'>{(hash.Length > 0 ? $"<m:metadata xmlns:m='urn:oasis:names:tc:xliff:metadata:2.0'><m:metaGroup><m:meta type='source_hash'>{hash}</m:meta></m:metaGroup></m:metadata>" : "")}<segment><source>{source}</source><target>x</target></segment></unit>";
        var report = Import(XliffFileTests.Of(
            $"<file id='interface'>{Unit("no.such.key", "x")}{Unit("language.direction", "x")}{Unit("translating.menu", "Older", new string('a', 32))}{Unit("translating.bring", "Older")}</file><file id='other'>{Unit("translating.menu", "Translations")}</file>"), dryRun: true);
        Assert.Equal(["text_gone", "text_gone", "source_changed", "source_changed", "text_gone"], report.Refused.Select(unit => unit.Reason));
    }

    [Fact]
    public void A_language_with_more_forms_of_counting_is_asked_for_each()
    {
        var (bytes, _) = Texts().Export("ar", everything: true);
        var keys = Units(bytes).Select(unit => unit.Attribute("name")!.Value).Where(key => key.StartsWith("translating.found.", StringComparison.Ordinal)).Select(key => key.Split('.')[^1]);
        Assert.Equal(["few", "many", "one", "other", "two", "zero"], keys.Order(StringComparer.Ordinal));
        Assert.Equal("rtl", XDocumentOf(bytes).Root!.Element(Core + "file")!.Attribute("trgDir")!.Value);
    }

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    private TextCatalog Catalog() => TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly), Path.Combine(folder, "text"));

    private InterfaceTexts Texts() => new(Catalog(), NodeSettings.Of(folder));

    private InterfaceReport Import(string file, bool dryRun = false)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return Texts().Import(stream, dryRun);
    }

    private static string Translated(byte[] bytes, Func<string, string, string> say)
    {
        var document = XDocumentOf(bytes);
        foreach (var unit in document.Descendants(Core + "unit"))
            unit.Element(Core + "segment")!.SetElementValue(Core + "target", say(unit.Attribute("name")!.Value, unit.Descendants(Core + "source").Single().Value));
        return document.ToString(SaveOptions.DisableFormatting);
    }

    private static IEnumerable<XElement> Units(byte[] bytes) => XDocumentOf(bytes).Descendants(Core + "unit");

    private static XDocument XDocumentOf(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return Tambo.Platform.Files.SafeXml.Load(stream);
    }
}
