using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Dom;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Journeys;

/// <summary>
/// A made-up language, from right to left, comes to a node as one file of its folder with half of the sentences: every public
/// page exists in it, and says of each other sentence that it is English.
/// </summary>
public sealed partial class FurtherLanguageTests(FurtherLanguageNode further) : IClassFixture<FurtherLanguageNode>, IDisposable
{
    private static readonly string[] Pages =
    [
        "", "/services", "/services?near=La%20Libertad%2C%20Sonora", "/services?q=xyzxyz&near=Nowhereville", "/services/{service}", "/emergency",
        "/sheet?near=La%20Libertad%2C%20Sonora", "/screen?near=La%20Libertad%2C%20Sonora", "/screen/on?near=La%20Libertad%2C%20Sonora", "/cards",
        "/cards?mine=bn&with=ar&unreviewed=true", "/about", "/data", "/contact", "/offline", "/offline/find", "/offline/feedback", "/feedback?about=services/{service}",
        "/feedback/answer", "/open-data", "/map",
    ];

    private static readonly string[] Refused = ["/no/such/page", "/services?km=abc", "/confirm/none"];

    private readonly HttpClient reader = further.Node.Client();

    private TextCatalog Catalog => further.Node.Services.GetRequiredService<TextCatalog>();

    public void Dispose() => reader.Dispose();

    [Fact]
    public async Task Every_public_page_exists_and_says_which_of_its_sentences_are_english()
    {
        var (own, english) = (Catalog.In(FurtherLanguageNode.Code), Catalog.In("en"));
        var foreign = english.Keys.Where(key => !own.Has(key) && !english[key].Contains('{', StringComparison.Ordinal)).Select(key => english[key]).Where(text => text.Length > 3).ToHashSet(StringComparer.Ordinal);
        var translated = own.Keys.Where(key => !own[key].Contains('{', StringComparison.Ordinal)).Select(key => own[key]).Where(text => text.Length > 3).ToHashSet(StringComparer.Ordinal);
        var (marked, kept) = (0, 0);
        foreach (var path in Pages.Concat(Refused))
        {
            var (document, status) = await OpenAsync(path);
            Assert.Equal((path, Refused.Contains(path)), (path, status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest));
            Assert.Equal((path, FurtherLanguageNode.Code, "rtl"), (path, document.DocumentElement.GetAttribute("lang"), document.DocumentElement.GetAttribute("dir")));
            foreach (var text in TextsOf(document.Body!))
            {
                var words = text.TextContent.Trim();
                var language = text.ParentElement!.Closest("[lang]")!.GetAttribute("lang");
                if (foreign.Contains(words))
                {
                    Assert.Equal((path, words, "en"), (path, words, language));
                    Assert.Equal("ltr", text.ParentElement.Closest("[dir]")!.GetAttribute("dir"));
                    marked++;
                }
                else if (translated.Contains(words))
                {
                    Assert.Equal((path, words, FurtherLanguageNode.Code), (path, words, language));
                    kept++;
                }
            }
        }

        Assert.True(marked > 100, $"Only {marked} English sentences were found: the walk no longer sees them.");
        Assert.True(kept > 100, $"Only {kept} own sentences were found.");
    }

    [Fact]
    public async Task A_page_says_that_nobody_has_read_it_over_and_that_parts_are_english()
    {
        var (document, _) = await OpenAsync("/about");
        var notices = string.Join('\n', document.QuerySelectorAll(".ribbon").Select(notice => notice.TextContent));
        Assert.Contains(Catalog.In("en")["shell.unreviewed"], notices, StringComparison.Ordinal);
        Assert.Contains(Catalog.In(FurtherLanguageNode.Code)["shell.partial"].Split('{')[0].Trim(), notices, StringComparison.Ordinal);

        var spanish = await ParsedAsync(await reader.GetStringAsync("/es/about"));
        Assert.Empty(spanish.QuerySelectorAll(".ribbon"));
        Assert.Equal("rtl", spanish.QuerySelector($"nav.tongues a[lang={FurtherLanguageNode.Code}]")!.GetAttribute("dir"));
        Assert.Contains(Catalog.In(FurtherLanguageNode.Code).Language.Mark, spanish.QuerySelector($"nav.tongues a[lang={FurtherLanguageNode.Code}]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_own_rules_count_and_countries_without_a_name_in_it_say_in_which_language_theirs_is()
    {
        // Four services.
        var (home, _) = await OpenAsync("");
        Assert.Contains(home.QuerySelectorAll("main p.small"), line => line.TextContent == FurtherLanguageNode.InLetters("few") + " 4");
        var (emergency, _) = await OpenAsync("/emergency");
        Assert.Equal("en", emergency.QuerySelector("#HN h2 span")!.GetAttribute("lang"));
    }

    [Theory]
    [InlineData("/qmu/app.webmanifest")]
    [InlineData("/qmu/offline.json")]
    [InlineData("/qmu/services.geojson")]
    [InlineData("/api/guide/services/{service}/sms?lang=qmu")]
    [InlineData("/api/guide/services/none/sms?lang=qmu")]
    [InlineData("/hsds/services?per_page=0&lang=qmu")]
    [InlineData("/qmu/no/such/page")]
    public async Task What_programs_read_is_plain(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address.Replace("{service}", TownNode.Open.Id.ToString("D"), StringComparison.Ordinal));
        request.Headers.Add("Accept", "application/json");
        using var answer = await reader.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode < 500, text);
        Assert.NotEmpty(text);
        Assert.DoesNotMatch(Signs(), text);
    }

    private async Task<(IDocument Document, HttpStatusCode Status)> OpenAsync(string path)
    {
        using var answer = await reader.GetAsync($"/{FurtherLanguageNode.Code}{path.Replace("{service}", TownNode.Open.Id.ToString("D"), StringComparison.Ordinal)}");
        var html = await answer.Content.ReadAsStringAsync();
        // The sentences for the script stand escaped in JSON, which the script takes apart.
        Assert.DoesNotMatch(Signs(), ForScripts().Replace(html, ""));
        return (await ParsedAsync(html), answer.StatusCode);
    }

    private static Task<IDocument> ParsedAsync(string html) => BrowsingContext.New().OpenAsync(response => response.Content(html));

    // Where letters alone may stand, such as an attribute, no language can be said.
    private static IEnumerable<IText> TextsOf(IElement body) => body.Descendants<IText>()
        .Where(text => text.TextContent.Trim().Length > 3 && text.ParentElement!.Closest("script, style, svg, textarea, noscript, template") is null);

    [GeneratedRegex("[\uFDD0-\uFDD3]|&#xFDD|\\\\uFDD", RegexOptions.IgnoreCase)]
    private static partial Regex Signs();

    [GeneratedRegex("<script[^>]*>.*?</script>|data-states=\"[^\"]*\"", RegexOptions.Singleline)]
    private static partial Regex ForScripts();
}

/// <summary>A node with the made-up language in its folder.</summary>
public sealed class FurtherLanguageNode : IAsyncLifetime
{
    /// <summary>ISO 639-2 leaves qaa to qtz to whoever needs a code.</summary>
    internal const string Code = "qmu";

    public TestNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var english = TextCatalog.Load(Tambo.Node.Parts.All.Select(part => part.Assembly)).In("en");
        var half = english.Keys.Order(StringComparer.Ordinal).Where((_, place) => place % 2 == 0)
            .Where(key => !key.StartsWith("language.", StringComparison.Ordinal) && !key.StartsWith("home.size.", StringComparison.Ordinal))
            .ToDictionary(key => key, key => InLetters(english[key]));
        half["language.name"] = InLetters("Mulanga");
        half["language.direction"] = "rtl";
        half["language.reviewed"] = "no";
        half["language.plural.few"] = "n % 100 = 3..10";
        half["home.size.few"] = InLetters("few") + " {count}";
        half["home.size.other"] = InLetters("other") + " {count}";
        Node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning), settings =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(settings.Folder, "text"));
            File.WriteAllText(Path.Combine(folder.FullName, Code + ".json"), JsonSerializer.Serialize(half));
            return settings;
        });
        await TownNode.AddAsync(Node, Spot.Records([TownNode.Closed, TownNode.Open, TownNode.Unknown, TownNode.Shelter], TownNode.Morning));
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    /// <summary>Latin letters as those of a script that runs from right to left; places to fill stay.</summary>
    internal static string InLetters(string text)
    {
        var written = new StringBuilder();
        var inPlace = false;
        foreach (var letter in text)
        {
            inPlace = letter == '{' || (inPlace && letter != '}');
            written.Append(!inPlace && char.IsAsciiLetter(letter) ? (char)('\u05D0' + ((letter | 0x20) - 'a')) : letter);
        }

        return written.ToString();
    }
}
