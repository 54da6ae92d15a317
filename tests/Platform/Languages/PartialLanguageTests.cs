using System.Text.Json;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Platform.Languages;

/// <summary>A language that a node's folder brings alone, with a part of the sentences.</summary>
public sealed class PartialLanguageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tambo-texts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_falls_back_is_marked_on_a_page_and_plain_elsewhere()
    {
        var catalog = With(("language.name", "Mulanga"), ("shell.next", "Vule"));
        var (plain, page) = (catalog.In("xmu"), catalog.In("xmu").OnPage);

        Assert.True(plain.IsPartial);
        Assert.Equal(("Vule", "Vule"), (plain["shell.next"], page["shell.next"]));
        Assert.Equal("Previous", plain["shell.previous"]);
        Assert.Equal($"{FallbackMark.Begin}Previous{FallbackMark.End}", page["shell.previous"]);
        Assert.Equal($"{FallbackMark.Begin}Page 2 of 3{FallbackMark.End}", page.Format("shell.page_of", ("page", 2), ("pages", 3)));
        Assert.Equal("[no.such.key]", page["no.such.key"]);
    }

    [Fact]
    public void A_count_takes_the_form_of_the_language_and_a_foreign_sentence_that_of_its_own()
    {
        var catalog = With(
            ("language.name", "Mulanga"), ("language.plural.few", "n = 2..4"),
            ("shell.errors.few", "{count} la"), ("shell.errors.other", "{count} lalo"));
        var texts = catalog.In("xmu");

        Assert.Equal(["1 lalo", "3 la", "5 lalo"], new long[] { 1, 3, 5 }.Select(count => texts.Count("shell.errors", count)));
        // "few" is unknown to English, whose rules ask for "other" and "one".
        Assert.Equal(["1 recovery code is left.", "3 recovery codes are left."], new long[] { 1, 3 }.Select(count => texts.Count("access.factors.codes", count)));
    }

    [Fact]
    public void A_complete_language_marks_nothing()
    {
        var catalog = With();
        Assert.All(["en", "es", "fr", "pt", "ht"], code =>
        {
            var texts = catalog.In(code);
            Assert.False(texts.IsPartial);
            Assert.All(texts.Keys, key => Assert.DoesNotContain(FallbackMark.Begin, texts.OnPage[key]));
        });
    }

    [Fact]
    public void An_operator_offers_some_languages_and_the_others_stay_away()
    {
        Directory.CreateDirectory(folder);
        var catalog = TextCatalog.Load([typeof(TextCatalog).Assembly], folder, ["fr", "ES"]);

        Assert.Equal(["es", "fr"], catalog.Languages.Select(language => language.Code));
        Assert.False(catalog.Has("en"));
        Assert.Equal("es", catalog.In("de").Code);
        Assert.Equal("en", catalog.In("en").Code);
    }

    [Theory]
    [InlineData("{ not json", "xmu")]
    [InlineData("""{"language.name": "Mulanga", "language.plural.one": "one of them"}""", "one of them")]
    public void A_file_that_cannot_be_read_is_named(string file, string named)
    {
        File.WriteAllText(Path.Combine(folder, "xmu.json"), file);
        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => TextCatalog.Load([typeof(TextCatalog).Assembly], folder)).Message, StringComparison.Ordinal);
    }

    // U+2068 and U+2069 are the isolates of Unicode UAX #9.
    [Theory]
    [InlineData(false, "Casa del Puente", "Casa del Puente")]
    [InlineData(false, "بيت الجسر", "\u2068بيت الجسر\u2069")]
    [InlineData(true, "بيت الجسر", "بيت الجسر")]
    [InlineData(true, "Casa del Puente", "\u2068Casa del Puente\u2069")]
    [InlineData(true, "+999 555-0117", "\u2068+999 555-0117\u2069")]
    [InlineData(true, "3 ديسمبر", "3 ديسمبر")]
    [InlineData(true, "112", "112")]
    public void What_runs_the_other_way_keeps_its_own_order(bool rightToLeft, string text, string isolated) =>
        Assert.Equal(isolated, Direction.Isolated(text, rightToLeft));

    private TextCatalog With(params (string Key, string Text)[] texts)
    {
        if (texts.Length > 0)
            File.WriteAllText(Path.Combine(folder, "xmu.json"), JsonSerializer.Serialize(texts.ToDictionary(text => text.Key, text => text.Text)));
        return TextCatalog.Load([typeof(TextCatalog).Assembly], folder);
    }
}
