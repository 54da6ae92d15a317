using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Pages;
using Tambo.Guide.Sheets;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Screens;

/// <summary>
/// A screen on a wall, for those who have no phone: the services around it take turns, each in the languages of the house,
/// with whether the door is open now and a code for those who do have one.
/// </summary>
internal sealed class ShowScreen(LiveOffers offers, LiveNotices notices, PageSettings settings, TextCatalog catalog, TimeProvider time)
{
    /// <summary>What is farther is not around here, in kilometres.</summary>
    private const double Nearby = 50;

    /// <summary>The page on which a screen's address is made.</summary>
    public async Task<IResult> SetUpAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var texts = context.Texts();
        var question = ScreenQuestion.Of(context.Request.Query, catalog.Has);
        var all = await offers.GetAsync(cancellationToken);
        var start = StartOf(all, question, texts);
        var complete = question with { Languages = question.Languages.Count > 0 ? question.Languages : [texts.Code], Slide = 0 };
        return new PageResult<ScreenSetupPage>(texts, ("Answer", new SetupAnswer
        {
            Question = complete,
            Address = start is null ? null : SiteRoot.Of(context, settings) + complete.Href($"/{texts.Code}/screen/on"),
            PlaceUnknown = question.HasPlace && start is null,
            Place = start?.Name ?? "",
        }));
    }

    /// <summary>The screen itself.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var texts = context.Texts();
        var question = ScreenQuestion.Of(context.Request.Query, catalog.Has);
        var all = await offers.GetAsync(cancellationToken);
        if (StartOf(all, question, texts) is not { } start)
            return Results.Redirect(question.Href($"/{texts.Code}/screen"));
        var now = time.GetUtcNow();
        var hits = FindServices.In(all, new Search { Needs = [.. question.Needs.Select(Needs.IndexOf)], From = start.Point, Kilometres = Nearby }, now).Take(0, question.Count);
        var address = question.Href($"/{texts.Code}/screen/on");
        var told = await notices.OfAsync(NoticeAreas.Near(start.Point, hits.Select(hit => hit.Offer)), cancellationToken);
        var answer = Answer(told, question with { Languages = question.Languages.Count > 0 ? question.Languages : [texts.Code] }, hits, start, now, SiteRoot.Of(context, settings));
        return new PageResult<ScreenPage>(texts, ("Answer", answer))
        {
            // Where the operator has named no address, codes carry the one that was asked for, which is nobody else's.
            Kept = settings.PublicUrl is null ? null : new KeptPage(new Freshness("guide", ListServices.Boundary(hits.Select(hit => hit.Offer), now)), all.Directory.Version, address),
        };
    }

    private ScreenAnswer Answer(IReadOnlyList<AreaNotice> told, ScreenQuestion question, IReadOnlyList<Found> hits, Start start, DateTimeOffset now, string root)
    {
        var makers = question.Languages.Select(language => new SlideMaker(catalog.In(language).OnPage, root, now)).ToList();
        var country = hits.Select(hit => hit.Offer.Country).FirstOrDefault(code => code.Length > 0) ?? "";
        // A notice in each language of the house in which it was written; in its own where that is none of them.
        var slides = told.SelectMany(notice => makers.Where((maker, index) => notice.IsIn(maker.Language) || (index == 0 && !makers.Exists(other => notice.IsIn(other.Language))))
                .Select(maker => maker.Notice(notice, question)))
            .Concat(hits.SelectMany((hit, index) => makers.Select(maker => maker.Service(hit, index + 1))))
            .Concat(makers.SelectMany(maker => maker.Notices(question, start.Name, country)))
            .ToList();
        var clock = PlaceClock.Of(hits);
        return new ScreenAnswer
        {
            Question = question with { Slide = question.Slide % slides.Count },
            Slides = slides,
            Place = start.Name,
            // A clock that is only a distance from UTC has no name that browsers know.
            Zone = clock?.Id.Contains('/', StringComparison.Ordinal) == true ? clock.Id : "",
            Clock = clock?.Local(now).ToString("HH:mm", CultureInfo.InvariantCulture) ?? "",
            Made = now.ToUnixTimeSeconds(),
            Until = (now + StatesAhead.Horizon).ToUnixTimeSeconds(),
        };
    }

    private static Start? StartOf(Offers all, ScreenQuestion question, Texts texts)
    {
        if (question.At is { } at)
        {
            var point = new GeoPoint(at.Latitude, at.Longitude);
            return new Start(Gazetteer.Nearest(point).Place.Name, point);
        }

        return question.Near.Length > 0 && all.Towns.Find(question.Near, 1, texts.Code) is [var first, ..] ? first : null;
    }
}
