using System.Net;
using AngleSharp.Html.Parser;
using Tambo.Platform.Problems;
using Tambo.Tests.Journeys;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Http;

public sealed class LanguageChoiceTests(TownNode town) : IClassFixture<TownNode>
{
    [Theory]
    [InlineData("fr", "tambo-language=pt", "es", "fr")]
    [InlineData("FR", "tambo-language=pt", "es", "fr")]
    public async Task The_address_outranks_the_cookie_and_the_browser(string path, string cookie, string accept, string expected)
    {
        using var reader = new Reader(town.Node);
        foreach (var page in new[] { "", "/services", "/nothing/here" })
        {
            var answer = await reader.GetAsync($"/{path}{page}", ("Cookie", cookie), ("Accept-Language", accept));
            Assert.Equal(expected, answer.Header("Content-Language"));
            Assert.Equal(expected, LanguageOf(answer));
        }
    }

    [Theory]
    [InlineData("tambo-language=pt", "es", "pt")]
    [InlineData("tambo-language=xx", "es", "es")]
    [InlineData("tambo-language=", "es", "es")]
    [InlineData("", "ht-HT,fr;q=0.5", "ht")]
    [InlineData("", "de-DE,de;q=0.9,pt-BR;q=0.8,en;q=0.1", "pt")]
    [InlineData("", "es;q=0,fr;q=0.1", "fr")]
    [InlineData("", "de", "en")]
    [InlineData("", "*", "en")]
    [InlineData("", ";;;q=,,=\"", "en")]
    [InlineData("", "", "en")]
    public async Task The_start_leads_to_the_language_of_the_cookie_then_to_that_of_the_browser_and_is_not_kept(
        string cookie, string accept, string expected)
    {
        using var reader = new Reader(town.Node);

        var answer = await reader.GetAsync("/", ("Cookie", cookie), ("Accept-Language", accept));

        Assert.Equal(HttpStatusCode.Found, answer.Status);
        Assert.Equal("/" + expected, answer.Header("Location"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal(["Accept-Language", "Cookie"], answer.Header("Vary").Split(", ").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/xx", "pt", "pt")]
    [InlineData("/de/services", "ht", "ht")]
    [InlineData("/zz-ZZ/emergency", "de", "en")]
    public async Task A_language_nobody_here_writes_is_a_page_not_found_in_one_the_reader_has(string path, string accept, string expected)
    {
        using var reader = new Reader(town.Node);

        var answer = await reader.GetAsync(path, ("Accept-Language", accept));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(expected, LanguageOf(answer));
        Assert.Contains(town.In(expected)["problem.request.not_found.title"], WebUtility.HtmlDecode(answer.Text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ht/services?need=food&near=La+Libertad", "/es/services?need=food&near=La%20Libertad")]
    [InlineData("/ht", "/es")]
    [InlineData("/ht/nothing/here", "/es/nothing/here")]
    [InlineData("/staff/sign-in?lang=ht", "/staff/sign-in?lang=es")]
    [InlineData("/contributors/design?lang=ht", "/contributors/design?lang=es")]
    // A path that begins like an address of another site must not become a link to it.
    [InlineData("//elsewhere.example/page?lang=ht", "/elsewhere.example/page?lang=es")]
    [InlineData("/nowhere%3Fa%23b?lang=ht", "/nowhere%3Fa%23b?lang=es")]
    public async Task The_same_page_is_one_tap_away_in_every_other_language(string address, string spanish)
    {
        var answer = await RawRequest.GetAsync(town.Node, address);

        var links = new HtmlParser().ParseDocument(answer.Text).QuerySelectorAll(".tongues a").ToDictionary(a => a.GetAttribute("lang")!, a => a.GetAttribute("href"));
        Assert.Equal(town.Catalog.Languages.Select(l => l.Code).Where(code => code != "ht").Order(StringComparer.Ordinal), links.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("/language/es?to=" + Uri.EscapeDataString(spanish), links["es"]);
    }

    [Fact]
    public async Task A_language_picked_in_the_menu_is_remembered_by_an_answer_that_nobody_keeps()
    {
        using var reader = new Reader(town.Node);
        var answer = await reader.GetAsync("/language/ht?to=%2Fht%2Fservices%3Fneed%3Dfood");
        Assert.Equal((HttpStatusCode.Found, "/ht/services?need=food", "no-store"), (answer.Status, answer.Header("Location"), answer.Header("Cache-Control")));
        var cookie = answer.Header("Set-Cookie").Split("; ").Select(part => part.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string>(["tambo-language=ht", "max-age=31536000", "path=/", "samesite=lax", "httponly"], StringComparer.Ordinal), cookie);
        Assert.DoesNotContain("secure", cookie);

        // Pages that are kept for everybody give no cookie and do not look at one.
        foreach (var page in new[] { "/ht", "/ht/services", "/ht" })
        {
            var kept = await reader.GetAsync(page, ("Cookie", "tambo-language=es"));
            Assert.Equal("ht", kept.Header("Content-Language"));
            Assert.Contains("public", kept.Header("Cache-Control"), StringComparison.Ordinal);
            Assert.Equal("", kept.Header("Set-Cookie"));
            Assert.DoesNotContain("Cookie", kept.Header("Vary"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/%09/evil.example")]
    [InlineData("/ht/%0d%0aSet-Cookie:a=b")]
    [InlineData("ht/services")]
    [InlineData("")]
    public async Task A_language_leads_to_this_site_only(string to)
    {
        using var reader = new Reader(town.Node);
        var answer = await reader.GetAsync("/language/HT?to=" + to);
        Assert.Equal((HttpStatusCode.Found, "/ht"), (answer.Status, answer.Header("Location")));
    }

    [Fact]
    public async Task A_language_nobody_here_writes_is_not_remembered()
    {
        using var reader = new Reader(town.Node);
        var answer = await reader.GetAsync("/language/xx?to=%2Fht");
        Assert.Equal((HttpStatusCode.NotFound, ""), (answer.Status, answer.Header("Set-Cookie")));
    }

    private static string? LanguageOf(Answer answer) => new HtmlParser().ParseDocument(answer.Text).DocumentElement.GetAttribute("lang");

    [Fact]
    public async Task An_operator_chooses_which_languages_are_offered()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { Languages = ["es", "ht"] } });
        using var reader = node.Client();
        reader.DefaultRequestHeaders.Add("Accept-Language", "ar, en");

        Assert.Equal("/es", (await reader.GetAsync("/")).Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/ar")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/language/ar")).StatusCode);
        var page = await reader.GetStringAsync("/es");
        Assert.Contains("hreflang=\"ht\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hreflang=\"ar\"", page, StringComparison.Ordinal);
        Assert.Contains("\"languages\":[\"es\",\"ht\"]", await reader.GetStringAsync("/sw.js"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_language_without_texts_is_refused_as_a_setting()
    {
        var refused = await Assert.ThrowsAsync<Problem>(() => TestNode.StartAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { Languages = ["es", "tlh"] } }));
        Assert.Equal((PlatformProblems.SettingUnusable, "tlh"), (refused.Kind, refused.Values.Single(value => value.Name == "value").Value));
    }
}
