using Microsoft.AspNetCore.Http;
using Tambo.Guide.Feedback;
using Tambo.Guide.Finding;
using Tambo.Guide.Pages;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Sheets;

/// <summary>What a poster says in one language.</summary>
/// <param name="Language">The tag of the language.</param>
/// <param name="Direction">ltr or rtl.</param>
/// <param name="Head">What it asks.</param>
/// <param name="Text">How to answer.</param>
public sealed record PosterLine(string Language, string Direction, string Head, string Text);

/// <summary>A poster, ready to be printed.</summary>
public sealed record PosterAnswer
{
    /// <summary>The service at whose door it hangs; null for the site.</summary>
    public Words? Service { get; init; }

    /// <summary>Where that is, as far as may be said.</summary>
    public string Place { get; init; } = "";

    /// <summary>What its square leads to.</summary>
    public required string Address { get; init; }

    /// <summary>The address that somebody types who has no camera.</summary>
    public required string Typed { get; init; }

    /// <summary>The languages of the pages, the reader's own first.</summary>
    public required IReadOnlyList<PosterLine> Lines { get; init; }

    /// <summary>The page it was opened from.</summary>
    public required string BackHref { get; init; }
}

/// <summary>
/// A poster for the wall beside a door: by its square anybody says how it went there, in any language and without a name,
/// and finds the answer by a code.
/// </summary>
internal sealed class ShowPoster(LiveOffers offers, FeedbackDesk desk, TextCatalog catalog, PageSettings settings)
{
    /// <summary>More languages do not fit on a sheet, however small.</summary>
    private const int MostLines = 8;

    /// <summary>The poster of a service, or that of the site; a service that may not be known has none.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, string? id, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var offer = id is null ? null
            : (Guid.TryParseExact(id, "D", out var key) ? (await offers.GetAsync(cancellationToken)).OfService(key).FirstOrDefault() : null) ?? throw PlatformProblems.NotFound.With();
        var root = SiteRoot.Of(context, settings);
        var isHeard = await desk.IsAppointedAsync(cancellationToken);
        return new PageResult<PosterPage>(texts, ("Answer", new PosterAnswer
        {
            Service = offer is null ? null : Words.Of(offer.Service, "name", offer.Service.Name, texts),
            Place = offer is null ? "" : ListServices.AddressOf(offer, texts),
            Address = ShortLinks.ToFeedback(new Uri(root), offer?.Service.Id),
            Typed = ShortLinks.ToFeedback(new Uri(root), null).Split("://")[^1],
            Lines = LinesOf(texts.Code, isHeard),
            BackHref = offer is null ? $"/{texts.Code}/contact" : $"/{texts.Code}/services/{offer.Service.Id:D}",
        }));
    }

    // Paper cannot be corrected: besides the reader's own language, those that somebody has read over.
    private IReadOnlyList<PosterLine> LinesOf(string own, bool isHeard) =>
    [
        .. catalog.Languages.Where(language => language.Code == own || (language.IsReviewed && catalog.In(language.Code).Has("poster.text")))
            .OrderByDescending(language => language.Code == own).Take(MostLines).Select(language => LineOf(catalog.In(language.Code).OnPage, isHeard)),
    ];

    // Of harm it is said only where somebody reads it.
    private static PosterLine LineOf(Texts texts, bool isHeard) => new(
        texts.Code, texts.Language.Direction, texts["poster.head"], isHeard ? $"{texts["poster.text"]} {texts["poster.harm"]}" : texts["poster.text"]);
}
