using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Tambo.Guide.Cards;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Cards;

/// <summary>What two people get to see: both languages, rightly marked, and nothing that could do harm unless asked for.</summary>
public sealed class CardsPageTests
{
    private static readonly CardDeck Deck = CardDeck.Load();

    private static readonly HashSet<string> CarefulGroups = Deck.Groups.Where(group => group.Careful).Select(group => group.Id).ToHashSet(StringComparer.Ordinal);

    [Fact]
    public async Task Each_card_has_its_picture_and_both_sentences_in_their_own_direction()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var card = (await PageAsync(node, "/es/cards?with=ar")).GetElementById("doctor")!;

        Assert.EndsWith("#doctor", card.QuerySelector("use")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("Necesito atención médica.", card.QuerySelector("h3 [lang=es][dir=ltr]")!.TextContent);
        Assert.Equal("أحتاج إلى طبيب.", card.QuerySelector("p[lang=ar][dir=rtl]")!.TextContent);
        Assert.Equal("Nadie que hable este idioma ha revisado esta traducción.", card.QuerySelector(".note")!.TextContent);
    }

    [Fact]
    public async Task Unreviewed_sentences_of_law_and_protection_do_not_leave_the_node_until_asked_for()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var careful = Deck.Phrases.Where(phrase => CarefulGroups.Contains(phrase.Group)).Select(phrase => WebUtility.HtmlEncode(Deck.Find("ru")!.Texts[phrase.Id].Text)).ToList();
        Assert.True(careful.Count > 10);

        // Nor where a language that is not the page's was chosen as one's own.
        foreach (var address in new[] { "/es/cards?with=ru", "/es/cards?mine=ru&with=en", "/es/cards?mine=ru" })
        {
            var page = await TextAsync(node, address);
            Assert.DoesNotContain(careful, sentence => page.Contains(sentence, StringComparison.Ordinal));
        }

        var before = await TextAsync(node, "/es/cards?with=ru");
        Assert.Contains("Мне нужен врач.", before, StringComparison.Ordinal);
        var ask = (await PageAsync(node, "/es/cards?with=ru")).QuerySelector(".notice a[href*='#g-protection']")!.GetAttribute("href")!;

        var asked = await PageAsync(node, ask.Split('#')[0]);
        Assert.All(Deck.Phrases.Where(phrase => CarefulGroups.Contains(phrase.Group)), phrase =>
            Assert.Equal(Deck.Find("ru")!.Texts[phrase.Id].Text, asked.GetElementById(phrase.Id)!.QuerySelector(".theirs")!.TextContent));
        Assert.NotNull(asked.QuerySelector("h2#g-protection + .notice.bad"));
    }

    [Fact]
    public async Task Unreviewed_sentences_of_law_and_protection_are_never_read_aloud()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        foreach (var address in new[] { "/fr/cards?with=ar", "/fr/cards?with=ar&unreviewed=true" })
        {
            var page = await PageAsync(node, address);
            var readable = page.QuerySelectorAll("button[data-say]").Select(button => button.Closest("li")!.Id!).ToList();
            Assert.Contains("doctor", readable);
            Assert.DoesNotContain(Deck.Phrases.Where(phrase => CarefulGroups.Contains(phrase.Group)), phrase => readable.Contains(phrase.Id));
            // Every button waits for the script to find a voice.
            Assert.All(page.QuerySelectorAll("button[data-say]"), button => Assert.True(button.HasAttribute("hidden")));
        }
    }

    [Fact]
    public async Task A_made_up_language_in_the_data_folder_is_on_the_page_and_its_reviewed_sentences_are_trusted()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: settings =>
        {
            var folder = System.IO.Directory.CreateDirectory(System.IO.Path.Combine(settings.Folder, "cards")).FullName;
            File.WriteAllText(System.IO.Path.Combine(folder, "he.json"), """
                { "direction": "rtl", "phrases": {
                  "yes": { "text": "mu!", "reviewed": null },
                  "protection": { "text": "lo saba mu!", "reviewed": { "by": "A made-up reviewer", "on": "2026-03-01" } },
                  "danger": { "text": "lo saba ka!", "reviewed": null } } }
                """);
            return settings;
        });

        var page = await PageAsync(node, "/es/cards?with=he");

        Assert.Equal("mu!", page.QuerySelector("#yes .theirs[lang=he][dir=rtl]")!.TextContent);
        Assert.Equal("lo saba mu!", page.QuerySelector("li#protection .theirs")!.TextContent);
        Assert.Equal("Revisada por A made-up reviewer, 1 de marzo de 2026", page.QuerySelector("li#protection .note")!.TextContent);
        Assert.NotNull(page.QuerySelector("li#protection button[data-say=he]"));
        Assert.Null(page.QuerySelector("#danger .theirs"));
        Assert.Equal("Todavía no hay una frase en hebreo.", page.QuerySelector("#doctor .note")!.TextContent);
        Assert.NotNull(page.QuerySelector("select[name=with] option[value=he][selected]"));
    }

    [Fact]
    public async Task A_reader_whose_language_is_not_one_of_the_pages_chooses_it_too()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var card = (await PageAsync(node, "/en/cards?mine=bn&with=es")).GetElementById("water")!;

        Assert.Equal(Deck.Find("bn")!.Texts["water"].Text, card.QuerySelector("h3 [lang=bn]")!.TextContent);
        Assert.Equal("Necesito agua.", card.QuerySelector(".theirs[lang=es]")!.TextContent);
    }

    [Fact]
    public async Task A_language_without_cards_is_refused_and_the_same_twice_is_one()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();

        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/es/cards?with=tlh")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/es/cards?mine=" + new string('x', 300))).StatusCode);
        Assert.Empty((await PageAsync(node, "/es/cards?mine=es&with=es")).QuerySelectorAll(".theirs"));
    }

    [Fact]
    public async Task The_start_page_and_the_menu_lead_to_the_cards()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var page = await PageAsync(node, "/ht");

        Assert.NotNull(page.QuerySelector("nav.menu a[href='/ht/cards']"));
        Assert.NotNull(page.QuerySelector("main a[href='/ht/cards']"));
    }

    private static async Task<string> TextAsync(TestNode node, string address)
    {
        using var client = node.Client();
        return await client.GetStringAsync(address);
    }

    private static async Task<IDocument> PageAsync(TestNode node, string address) =>
        await new HtmlParser().ParseDocumentAsync(await TextAsync(node, address));
}
