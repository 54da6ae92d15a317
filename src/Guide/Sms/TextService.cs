using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Pages;
using Tambo.Guide.Schedules;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Sms;

/// <summary>
/// A service as one text message, for people whose phone shows no pages: on its page, and as JSON for a gateway. Made from
/// what readers may know, like the page.
/// </summary>
internal static class TextService
{
    /// <summary>Declares <c>/api/guide/services/{id}/sms</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/guide/services/{id}/sms", ShowAsync).Open()
            .WithSummary("A service as one text message")
            .WithDescription("One message: 160 septets of the GSM alphabet, or 70 units where the language needs another. lang is a language of the pages.");

    /// <summary>The message of the offers of one service, the first place being the one that is told.</summary>
    public static SmsMessage Of(IReadOnlyList<Offer> offers, Texts texts, DateTimeOffset now, Uri? publicUrl)
    {
        var offer = offers[0];
        return SmsText.Of(new SmsParts
        {
            Name = Words.Of(offer.Service, "name", offer.Service.Name, texts).Text,
            Warning = offer.Service.Status == "temporarily closed" ? texts["service.suspended"] : "",
            Phone = offers.SelectMany(place => place.Phones).Select(Number).FirstOrDefault(number => number.Length > 0) ?? "",
            Address = ListServices.AddressOf(offer, texts).Split(", "),
            Hours = offer.Service.Status == "temporarily closed" ? "" : Today(offer.Hours, now, texts),
            Link = publicUrl is null ? "" : ShortLinks.ToService(publicUrl, offer.Service.Id),
        });
    }

    /// <summary>The hours that begin today on the clock of the place; empty when nobody knows them.</summary>
    internal static string Today(OpeningHours hours, DateTimeOffset now, Texts texts)
    {
        if (hours.Clock is null)
            return "";
        var today = DateOnly.FromDateTime(hours.Clock.Local(now).Date);
        var open = hours.On(today);
        if (open.Count == 0 && !hours.IsKnown(today))
            return "";
        return texts.Format("sms.today", ("hours", open.Count == 0 ? texts["hours.closed"] : HoursInWords.Ranges(open, texts)));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string id, LiveOffers offers, NodeSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var texts = context.Texts();
        var all = await offers.GetAsync(cancellationToken);
        var shown = Guid.TryParseExact(id, "D", out var key) ? all.OfService(key).ToList() : [];
        if (shown.Count == 0)
            throw PlatformProblems.NotFound.With();
        var message = Of(shown, texts, time.GetUtcNow(), settings.File.PublicUrl is { } url ? new Uri(url) : null);
        return Results.Json(new { text = message.Text, encoding = message.Encoding, units = message.Units, limit = message.Limit, language = texts.Code });
    }

    // A number with words in it ("ext. 12") stays as it is written; else as it is dialled.
    private static string Number(Phone phone)
    {
        var written = phone.Number.Trim('"', ' ');
        var dialled = string.Concat(written.Where(letter => char.IsAsciiDigit(letter) || letter is '+' or '*' or '#'));
        return written.Any(char.IsLetter) || dialled.Length is < 3 or > 18 ? written : dialled;
    }
}
