using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Tambo.Guide.Pages;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Cards;

/// <summary>Shows two people who share no language pictures with a sentence in each one's own: point, show, answer.</summary>
internal sealed class ShowCards(CardDeck deck, PageCache cache, ChangeVersions versions, TimeProvider time)
{
    private static readonly TimeSpan Stays = TimeSpan.FromHours(1);

    /// <summary>The page; <c>mine</c> and <c>with</c> are languages, <c>unreviewed=true</c> asks for what is kept back.</summary>
    public IResult Show(HttpContext context)
    {
        var texts = context.PageTexts();
        var query = context.Request.Query;
        var mine = Chosen(query["mine"].ToString(), "mine") ?? deck.Find(texts.Code) ?? deck.Find(TextCatalog.Fallback)!;
        var theirs = Chosen(query["with"].ToString(), "with");
        if (theirs?.Code == mine.Code)
            theirs = null;
        var all = theirs is not null && query["unreviewed"].ToString() is "true" or "on" or "1";
        var address = Address(texts.Code, mine.Code, theirs?.Code, all);
        if (context.Request.QueryString.HasValue && cache.Find(context.Request, address) is { } kept)
            return kept;
        return new PageResult<CardsPage>(texts, ("Answer", Answer(deck, mine, theirs, all, texts)))
        {
            Kept = new KeptPage(new Freshness("guide", time.GetUtcNow() + Stays), versions.Of("guide").Shown, address),
        };
    }

    /// <summary>The one spelling of a pair's address.</summary>
    internal static string Address(string reader, string mine, string? theirs, bool all)
    {
        var root = $"/{reader}/cards";
        if (mine != reader)
            root = QueryHelpers.AddQueryString(root, "mine", mine);
        if (theirs is not null)
            root = QueryHelpers.AddQueryString(root, "with", theirs);
        return all ? QueryHelpers.AddQueryString(root, "unreviewed", "true") : root;
    }

    internal static CardsAnswer Answer(CardDeck deck, CardLanguage mine, CardLanguage? theirs, bool all, Texts texts)
    {
        var faces = new CardFaces(mine, theirs, all, texts);
        var unreviewed = new[] { mine, theirs }.OfType<CardLanguage>()
            .Where(language => language.Texts.Values.Any(text => text.Reviewed is null))
            .Select(language => SpokenLanguages.Name(language.Code, texts));
        return new CardsAnswer
        {
            Tongues = [.. deck.Languages.Select(language => Tongue(language, texts)).OrderBy(tongue => tongue.Name, StringComparer.Create(texts.Culture, ignoreCase: true))],
            Mine = Tongue(mine, texts),
            Theirs = theirs is null ? null : Tongue(theirs, texts),
            Answers = [.. deck.Phrases.Where(phrase => phrase.Group == CardDeck.Answers).Select(phrase => faces.Of(phrase, careful: false))],
            Subjects = [.. deck.Groups.Where(group => group.Id != CardDeck.Answers).Select(group => Subject(group, deck, faces))],
            Unreviewed = [.. unreviewed],
            AsksForAll = all,
        };
    }

    private static CardSubject Subject(CardGroup group, CardDeck deck, CardFaces faces)
    {
        var said = deck.Phrases.Where(phrase => phrase.Group == group.Id).GroupBy(phrase => phrase.From).ToList();
        return new CardSubject
        {
            Id = group.Id,
            Rows = [.. said.Select(by => new CardRow(
                said.Count > 1 ? "cards.said." + by.Key : null, [.. by.Select(phrase => faces.Of(phrase, group.Careful))]))],
            IsHidden = group.Careful && !faces.ShowsAll && said.SelectMany(by => by).Any(faces.IsUnreviewed),
            IsShownUnreviewed = group.Careful && faces.ShowsAll && said.SelectMany(by => by).Any(faces.IsUnreviewed),
        };
    }

    private static CardTongue Tongue(CardLanguage language, Texts texts)
    {
        var name = SpokenLanguages.Name(language.Code, texts);
        return new CardTongue(language.Code, SpokenLanguages.Find(language.Code)?.OwnName ?? name, name, language.Direction);
    }

    private CardLanguage? Chosen(string code, string name)
    {
        if (code.Length == 0)
            return null;
        return deck.Find(code) ?? throw PlatformProblems.BadParameter.With(("name", name), ("value", code.Length > 20 ? code[..20] + "…" : code));
    }
}

/// <summary>What of a phrase may be shown to this pair, and what is said about it.</summary>
internal sealed class CardFaces(CardLanguage mine, CardLanguage? theirs, bool all, Texts texts)
{
    public bool ShowsAll => all;

    // Whoever reads the page in the language of "mine" sees whether their own sentence is right; a language that was only
    // chosen there may be as foreign to them as the other.
    private bool IsOwn => mine.Code == texts.Code;

    /// <summary>True when a language that may be foreign to the reader has the phrase and no speaker has reviewed it.</summary>
    public bool IsUnreviewed(CardPhrase phrase) => IsUnreviewed(theirs, phrase) || (!IsOwn && IsUnreviewed(mine, phrase));

    public CardFace Of(CardPhrase phrase, bool careful) => new(
        phrase.Id, phrase.Picture, Mine(phrase, careful), theirs is null ? null : Theirs(theirs, phrase, careful));

    private static bool IsUnreviewed(CardLanguage? language, CardPhrase phrase) =>
        language is not null && language.Texts.TryGetValue(phrase.Id, out var text) && text.Reviewed is null;

    // What is said of the reader's own sentences stands once above all cards.
    private CardWords Mine(CardPhrase phrase, bool careful) => !IsOwn
        ? Theirs(mine, phrase, careful) with { MayBeRead = false }
        : mine.Texts.TryGetValue(phrase.Id, out var text) ? new CardWords(text.Text, "", MayBeRead: false) : new CardWords("", Missing(mine), MayBeRead: false);

    private CardWords Theirs(CardLanguage language, CardPhrase phrase, bool careful)
    {
        if (!language.Texts.TryGetValue(phrase.Id, out var text))
            return new CardWords("", Missing(language), MayBeRead: false);
        if (careful && text.Reviewed is null)
            return all ? new CardWords(text.Text, Note(text), MayBeRead: false) : new CardWords("", texts["cards.kept_back"], MayBeRead: false);
        return new CardWords(text.Text, Note(text), MayBeRead: true);
    }

    private string Note(CardText text) => text.Reviewed is { } review
        ? texts.Format("cards.reviewed", ("name", review.By), ("date", ShowService.Date(new DateTimeOffset(review.On, TimeOnly.MinValue, TimeSpan.Zero), texts)))
        : texts["cards.unreviewed"];

    private string Missing(CardLanguage language) => texts.Format("cards.missing", ("language", SpokenLanguages.Name(language.Code, texts)));
}
