using Microsoft.AspNetCore.Http;
using Tambo.Guide.Finding;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Notices;
using Tambo.Guide.Schedules;
using Tambo.Platform.Counting;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Pages;

/// <summary>Shows the services that fit what a reader needs, nearest first, as a list beside a map.</summary>
internal sealed class ListServices(LiveOffers offers, LiveNotices notices, PageCache cache, HourlyCounts counts, TimeProvider time)
{
    private const int PageSize = 25;

    /// <summary>The page of the list on which a number stands.</summary>
    internal static int PageOf(int number) => ((number - 1) / PageSize) + 1;
    private const int OtherPlaces = 4;

    /// <summary>The list for a question in an address; kept until something opens or closes, at most a minute.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var question = SearchQuestion.Of(context.Request.Query);
        // The form sends its empty fields too, and links come with parameters of others: all spellings of a question share
        // the page kept under the one that our own links use.
        var address = question.Href($"/{texts.Code}/services");
        if (cache.Find(context.Request, address) is { } kept)
            return kept;
        var all = await offers.GetAsync(cancellationToken);
        var (answer, until, tally) = await AnswerAsync(all, question, texts, cancellationToken);
        return new PageResult<SearchPage>(texts, ("Answer", answer))
        {
            Kept = new KeptPage(new Freshness("guide", until), all.Directory.Version, address) { Counts = tally },
        };
    }

    /// <summary>The list for a question with a position, which stands in no address and is kept nowhere.</summary>
    public async Task<IResult> ShowNearAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var (answer, _, tally) = await AnswerAsync(await offers.GetAsync(cancellationToken), SearchQuestion.Of(form), context.PageTexts(), cancellationToken);
        if (tally is not null)
            counts.Add(tally, context);
        return new PageResult<SearchPage>(context.Texts(), ("Answer", answer));
    }

    private async Task<(SearchAnswer Answer, DateTimeOffset Until, Tally? Counts)> AnswerAsync(Offers all, SearchQuestion question, Texts texts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var places = question.Near.Length > 0 ? all.Towns.Find(question.Near, OtherPlaces + 1, texts.Code) : [];
        var (from, place) = StartOf(question, places, texts);
        var search = question.From(from);
        var found = FindServices.In(all, search, now);
        var pages = Math.Max(1, (found.Total + PageSize - 1) / PageSize);
        var page = Math.Min(question.Page, pages);
        var shown = found.Take((page - 1) * PageSize, PageSize);
        var lines = shown.Select((hit, index) => LineOf(hit, ((page - 1) * PageSize) + index + 1, texts, now)).ToList();
        var answer = new SearchAnswer
        {
            Question = question with { Page = page },
            Notices = await notices.ForAsync(from is { } here ? NoticeAreas.Near(here, shown.Select(hit => hit.Offer)) : [], texts, cancellationToken),
            Lines = lines,
            Total = found.Total,
            Pages = pages,
            Place = place,
            PlaceUnknown = question.Near.Length > 0 && places.Count == 0,
            OtherPlaces = [.. places.Skip(1).Select(other => other.Name)],
            Points = [.. shown.Zip(lines).Where(pair => pair.First.Offer.AnyPoint is not null).Select(pair => PointOf(pair.First.Offer, pair.Second))],
            Languages = LanguagesOf(all, texts),
        };
        var until = Boundary(shown.Select(hit => hit.Offer), now);
        var tally = SearchTally.Of(search, page, found.Total, shown.Count > 0 ? shown[0] : null, texts.Code);
        return (answer, found.Until < until ? found.Until : until, tally);
    }

    private static (GeoPoint? From, string? Place) StartOf(SearchQuestion question, IReadOnlyList<Start> places, Texts texts)
    {
        if (question.Position is { } position)
            return (new GeoPoint(position.Latitude, position.Longitude), texts["search.here"]);
        return places.Count > 0 ? (places[0].Point, places[0].Name) : (null, null);
    }

    /// <summary>The next moment at which a shown state changes, at most a minute from now.</summary>
    internal static DateTimeOffset Boundary(IEnumerable<Offer> shown, DateTimeOffset now)
    {
        var until = now.AddSeconds(60);
        foreach (var offer in shown)
        {
            if (offer.Hours.NextBoundary(now) is { } boundary && boundary < until)
                until = boundary;
        }

        return until;
    }

    internal static OfferLine LineOf(Found hit, int number, Texts texts, DateTimeOffset now)
    {
        var offer = hit.Offer;
        var organization = offer.Organization is { } o && o.Name != offer.Service.Name ? Words.Of(o, "name", o.Name, texts) : null;
        return new OfferLine
        {
            Number = number,
            Href = $"/{texts.Code}/services/{offer.Service.Id:D}",
            Name = Words.Of(offer.Service, "name", offer.Service.Name, texts),
            Organization = organization,
            State = HoursInWords.State(offer.Hours, now, texts, offer.CanBeCalled),
            Tone = ToneOf(offer.Hours.OpeningAt(now)),
            Distance = DistanceOf(hit, texts),
            Address = AddressOf(offer, texts),
            Phone = offer.Phones.FirstOrDefault()?.Number ?? "",
            Needs = [.. offer.Needs.Select(need => texts[Needs.All[need].TextKey])],
            IsFree = offer.IsFree,
            IsApproximate = offer.IsApproximate,
            Freshness = ShowService.FreshnessInShort(offer.Service, texts, now),
            IsSuspended = offer.Service.Status == "temporarily closed",
        };
    }

    internal static NoticeTone ToneOf(Opening opening) => opening switch
    {
        Opening.Open => NoticeTone.Success,
        Opening.Closed => NoticeTone.Danger,
        _ => NoticeTone.Neutral,
    };

    /// <summary>Street, town and, abroad, country: what may be shown of where it is.</summary>
    internal static string AddressOf(Offer offer, Texts texts)
    {
        var address = offer.Address;
        string[] parts =
        [
            address?.Address1 ?? "",
            address?.City is { Length: > 0 } city ? city : address?.StateProvince ?? "",
            CountryName(offer, texts),
        ];
        return string.Join(", ", parts.Where(part => part.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase));
    }

    private static string CountryName(Offer offer, Texts texts)
    {
        var code = offer.Country.Length > 0 ? offer.Country : offer.Address?.Country ?? "";
        return Countries.Find(code) is { } country ? Countries.Name(country.Alpha2, texts) : "";
    }

    private static string? DistanceOf(Found hit, Texts texts) => hit switch
    {
        { Metres: { } metres and < 950 } => texts.Format("search.metres", ("metres", Math.Max(50, (int)Math.Round(metres / 50) * 50))),
        { Metres: { } metres and < 10_000 } => texts.Format("search.kilometres", ("km", (metres / 1000).ToString("0.0", texts.Culture))),
        { Metres: { } metres } => texts.Format("search.kilometres", ("km", (int)Math.Round(metres / 1000))),
        { About: { } kilometres } => texts.Format("search.about_kilometres", ("km", Math.Max(kilometres, 10))),
        _ => null,
    };

    private static MapPoint PointOf(Offer offer, OfferLine line) => new(
        line.Number, offer.AnyPoint!.Value.Latitude, offer.AnyPoint.Value.Longitude, line.Name.Text, null, offer.IsApproximate);

    private static List<Choice> LanguagesOf(Offers all, Texts texts) =>
    [
        .. all.Sets.Languages.Select(code => new Choice(code, SpokenLanguages.Name(code, texts)))
            .OrderBy(choice => choice.Label, StringComparer.OrdinalIgnoreCase),
    ];
}
