using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Pages;
using Tambo.Guide.Schedules;
using Tambo.Guide.Sms;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Sheets;

/// <summary>
/// The nearest services on one sheet of paper, for a wall or a hand without a phone: map, list, and codes that lead to the
/// live page and to where one can say what is wrong.
/// </summary>
internal sealed class PrintSheet(LiveOffers offers, LiveNotices notices, PageSettings settings, TimeProvider time)
{
    /// <summary>More never fit on a sheet.</summary>
    private const int Most = 30;

    /// <summary>Hours as long as a story are on the page, not on the sheet.</summary>
    private const int LongestHours = 120;

    private const int LongestName = 130;

    private const int LongestAddress = 160;

    private const int LongestPhone = 60;

    private const int MostLanguages = 5;

    /// <summary>The sheet of a question, as its address says it.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var question = SearchQuestion.Of(context.Request.Query) with { Page = 1 };
        var all = await offers.GetAsync(cancellationToken);
        var places = question.Near.Length > 0 ? all.Towns.Find(question.Near, 1, texts.Code) : [];
        var place = places.Count > 0 ? places[0] : null;
        var now = time.GetUtcNow();
        var found = FindServices.In(all, question.From(place?.Point), now);
        var told = await notices.ForAsync(place is null ? [] : NoticeAreas.Near(place.Point, found.Take(0, Most).Select(hit => hit.Offer)), texts, cancellationToken);
        return new PageResult<SheetPage>(texts, ("Answer", Answer(question, place, (found, now), told, texts, SiteRoot.Of(context, settings))));
    }

    private static SheetAnswer Answer(SearchQuestion question, Start? place, (Findings Found, DateTimeOffset Now) at, IReadOnlyList<NoticeLine> told, Texts texts, string root)
    {
        var (found, now) = at;
        var hits = found.Take(0, Most);
        var title = Title(question, place?.Name, texts);
        // A warning that stops in the middle of its sentence may say the opposite: whole, or not at all.
        var fitting = SheetFit.Notices([.. told.Select(line => Printed(line, texts))]);
        var columns = SheetFit.Columns(title, fitting, hits.Any(hit => hit.Offer.AnyPoint is not null), hits.Select((hit, index) => EntryOf(hit.Offer, index + 1, texts, now)));
        var shown = columns.Sum(column => column.Count);
        return new SheetAnswer
        {
            Title = title,
            Notices = [.. told.Take(fitting.Count)],
            NoticesLeftOut = told.Count - fitting.Count,
            AsOf = AsOf(hits, texts, now),
            Columns = columns,
            LeftOut = found.Total - shown,
            Points = [.. hits.Take(shown).Select((hit, index) => (hit.Offer, Number: index + 1)).Where(line => line.Offer.AnyPoint is not null)
                .Select(line => new MapPoint(line.Number, line.Offer.AnyPoint!.Value.Latitude, line.Offer.AnyPoint.Value.Longitude, line.Offer.Service.Name, Approximate: line.Offer.IsApproximate))],
            LiveAddress = root + question.Href($"/{texts.Code}/services"),
            FeedbackAddress = $"{root}/{texts.Code}/feedback?about=services",
            Site = new Uri(root).Authority,
            BackHref = question.Href($"/{texts.Code}/services"),
        };
    }

    // As much as its lines hold, for counting them.
    private static string Printed(NoticeLine line, Texts texts) =>
        $"{(line.Urgent ? texts["notice.urgent"] : "")} {line.Title.Text} ({line.Title.MarkIn(texts)}) {line.Text.Text} ({line.WhereAndWhen})";

    private static string Title(SearchQuestion question, string? place, Texts texts)
    {
        var what = question.Need.Length > 0 ? texts["need." + question.Need] : texts["search.title"];
        if (question.Words.Length > 0)
            what = texts.Format("sheet.words", ("what", what), ("words", question.Words));
        return place is null ? what : texts.Format("sheet.title", ("what", what), ("place", place));
    }

    /// <summary>The day and the hour on the clock of the places, else on that of the world.</summary>
    private static string AsOf(IReadOnlyList<Found> hits, Texts texts, DateTimeOffset now)
    {
        var clock = PlaceClock.Of(hits);
        var local = clock?.Local(now) ?? now.ToUniversalTime();
        var day = DateOnly.FromDateTime(local.Date);
        var date = texts.Format("service.date", ("day", HoursInWords.Date(day, texts)), ("year", day.Year.ToString(CultureInfo.InvariantCulture)));
        return $"{date}{texts.Comma}{HoursInWords.Time((local.Hour * 60) + local.Minute, texts)}{(clock is null ? " UTC" : "")}";
    }

    private static SheetEntry EntryOf(Offer offer, int number, Texts texts, DateTimeOffset now)
    {
        var line = ListServices.LineOf(new Found(offer, null, null), number, texts, now);
        var languages = offer.Languages.Select(code => SpokenLanguages.Name(code, texts)).Order(StringComparer.OrdinalIgnoreCase).ToList();
        return new SheetEntry
        {
            Number = number,
            Name = line.Name with { Text = SmsText.Shorten(line.Name.Text, LongestName) },
            NameMark = line.Name.MarkIn(texts),
            Address = AddressOf(line, texts),
            // Half a number calls somebody else.
            Phone = line.Phone.Length <= LongestPhone ? line.Phone : "",
            Hours = line.IsSuspended ? texts["service.suspended"] : HoursOf(offer, texts, now),
            Languages = languages.Count > MostLanguages ? $"{string.Join(texts.Comma, languages.Take(MostLanguages))} …" : string.Join(texts.Comma, languages),
            Freshness = line.Freshness,
        };
    }

    private static string AddressOf(OfferLine line, Texts texts)
    {
        var address = SmsText.Shorten(line.Address, LongestAddress);
        return line.IsApproximate && address.Length > 0 ? $"{address} ({texts["search.town_only"]})" : address;
    }

    private static string HoursOf(Offer offer, Texts texts, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime((offer.Hours.Clock?.Local(now) ?? now).Date);
        var week = WeekInWords.Week(offer.Hours, today, texts);
        return week.Length <= LongestHours ? week : texts["sheet.hours_online"];
    }
}

/// <summary>The clock of the places that were found: that of their hours, else that of the house.</summary>
internal static class PlaceClock
{
    public static ZoneClock? Of(IReadOnlyList<Found> hits) =>
        hits.Select(hit => hit.Offer.Hours.Clock ?? ZoneClock.Find(hit.Offer.Location?.TimeZone)).FirstOrDefault(clock => clock is not null);
}

/// <summary>The address under which others reach the node; where the operator has named none, the one by which it was asked.</summary>
internal static class SiteRoot
{
    public static string Of(HttpContext context, PageSettings settings) =>
        settings.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{context.Request.Scheme}://{context.Request.Host}";
}
