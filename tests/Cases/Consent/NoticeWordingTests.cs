using System.Text.RegularExpressions;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Cases.Consent;

/// <summary>What people are told before they agree.</summary>
public partial class NoticeWordingTests
{
    private static readonly TextCatalog Catalog = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly));

    public static TheoryData<string> Languages => ["es", "en", "fr", "pt", "ht"];

    [Theory, MemberData(nameof(Languages))]
    public void The_words_in_use_are_those_of_the_last_version(string language) =>
        // Whoever changes a word adds a version to notice.json: people agreed to the words they heard.
        Assert.Equal(NoticeWording.All[^1].Version, NoticeWording.VersionOf(Catalog.In(language)));

    [Fact]
    public void Other_words_have_no_version()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-notice");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "en.json"), """{ "consent.notice.withdrawal": "You cannot change your mind." }""");
            var own = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly), folder.FullName);
            Assert.Null(NoticeWording.VersionOf(own.In("en")));
            Assert.NotNull(NoticeWording.VersionOf(own.In("es")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void No_version_comes_twice() =>
        Assert.Equal(NoticeWording.All.Count, NoticeWording.Versions.Count);

    [Theory, MemberData(nameof(Languages))]
    public void It_can_be_read_aloud_to_somebody_who_cannot_read(string language)
    {
        foreach (var purpose in Vocabulary.Shipped.Purposes)
        {
            var read = NoticeWording.ReadAloud(Catalog.In(language), purpose.Code, "4 · 11 · 2031");
            Assert.Equal(8, read.Count);
            Assert.Contains(read, point => point.Contains("4 · 11 · 2031", StringComparison.Ordinal));
            Assert.Contains(read, point => point.Contains(Catalog.In(language)["consent.purpose." + purpose.Code], StringComparison.Ordinal));
            foreach (var sentence in read.SelectMany(point => SentenceEnd().Split(point)))
            {
                Assert.DoesNotContain("{", sentence, StringComparison.Ordinal);
                Assert.InRange(sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, 1, 25);
            }
        }
    }

    [GeneratedRegex(@"(?<=[.?!])\s")]
    private static partial Regex SentenceEnd();
}
