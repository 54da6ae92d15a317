using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Cards;
using Tambo.Guide.Feedback;
using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Screens;
using Tambo.Guide.Sheets;
using Tambo.Guide.Offline;
using Tambo.Guide.OpenData;
using Tambo.Guide.Reviews;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Pages;

/// <summary>The addresses of the public pages: <c>/{language}/…</c>, and <c>/</c> which leads to the reader's own.</summary>
internal static class PublicPages
{
    private static readonly TimeSpan PlainPagesStay = TimeSpan.FromMinutes(10);

    /// <summary>Maps them all.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", ToOwnLanguage).Open().WithSummary("Leads to the start page in the reader's language").ExcludeFromDescription();
        var pages = routes.MapGroup("/{lang}").Open().AddEndpointFilter(OnlyKnownLanguages).ExcludeFromDescription();
        ShortLinks.Map(routes);
        GiveFeedback.Map(pages);
        FindAnswer.Map(pages);
        AnswerReview.Map(pages);
        pages.MapGet("", HomeAsync).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/services", (HttpContext context, ListServices list, CancellationToken cancellationToken) => list.ShowAsync(context, cancellationToken));
        pages.MapPost("/services", (HttpContext context, ListServices list, CancellationToken cancellationToken) => list.ShowNearAsync(context, cancellationToken))
            .DisableAntiforgery().RequireRateLimiting(RateLimits.Costly).OnlyReads();
        pages.MapGet("/map", ChooseOnMap.Show);
        pages.MapPost("/map", ChooseOnMap.TapAsync).DisableAntiforgery().RequireRateLimiting(RateLimits.Costly).OnlyReads();
        pages.MapGet("/services.geojson", (HttpContext context, ListPoints list, CancellationToken cancellationToken) => list.ShowAsync(context, cancellationToken))
            .RequireRateLimiting(RateLimits.Costly);
        pages.MapGet("/services/{id}", (HttpContext context, string id, ShowService show, CancellationToken cancellationToken) => show.ShowAsync(context, id, cancellationToken)).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/emergency", IResult (HttpContext context, ChangeVersions versions, NodeSettings node, TimeProvider time) =>
            Plain<EmergencyPage>(context, versions, time, ("Countries", EmergencyNumbers.In(context.PageTexts(), node.File.Country)))).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/sheet", (HttpContext context, PrintSheet print, CancellationToken cancellationToken) => print.ShowAsync(context, cancellationToken))
            .RequireRateLimiting(RateLimits.Costly);
        pages.MapGet("/poster", (HttpContext context, ShowPoster poster, CancellationToken cancellationToken) => poster.ShowAsync(context, null, cancellationToken))
            .RequireRateLimiting(RateLimits.Costly);
        pages.MapGet("/poster/{id}", (HttpContext context, string id, ShowPoster poster, CancellationToken cancellationToken) => poster.ShowAsync(context, id, cancellationToken))
            .RequireRateLimiting(RateLimits.Costly);
        pages.MapGet("/screen", (HttpContext context, ShowScreen screen, CancellationToken cancellationToken) => screen.SetUpAsync(context, cancellationToken))
            .RequireRateLimiting(RateLimits.Costly);
        pages.MapGet("/screen/on", (HttpContext context, ShowScreen screen, CancellationToken cancellationToken) => screen.ShowAsync(context, cancellationToken))
            .RequireRateLimiting(RateLimits.Costly);
        pages.MapGet("/cards", (HttpContext context, ShowCards show) => show.Show(context));
        pages.MapGet("/about", AboutAsync).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/offline", ShowOffline.PacksAsync).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/offline/feedback", ShowOffline.FeedbackAsync).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/offline/find", ShowOffline.Find).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/data", IResult (HttpContext context, ChangeVersions versions, TimeProvider time) => Plain<DataPage>(context, versions, time)).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/open-data", OpenDataAsync).AddEndpointFilter(WithoutQuery);
        pages.MapGet("/contact", IResult (HttpContext context, ChangeVersions versions, NodeSettings node, TimeProvider time) =>
            Plain<ContactPage>(context, versions, time, ("Contact", node.File.Contact))).AddEndpointFilter(WithoutQuery);
    }

    private static IResult ToOwnLanguage(HttpContext context)
    {
        context.Response.Headers.Vary = "Accept-Language, Cookie";
        return Results.Redirect($"/{context.Texts().Code}");
    }

    private static async ValueTask<object?> OnlyKnownLanguages(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var catalog = (TextCatalog)invocation.HttpContext.RequestServices.GetService(typeof(TextCatalog))!;
        return invocation.HttpContext.Request.RouteValues["lang"] is string code && catalog.Has(code)
            ? await next(invocation)
            : throw PlatformProblems.NotFound.With();
    }

    private static async Task<IResult> HomeAsync(
        HttpContext context, LiveOffers offers, LiveNotices notices, TimeProvider time, CancellationToken cancellationToken)
    {
        var all = await offers.GetAsync(cancellationToken);
        var told = await notices.ForAsync([], context.PageTexts(), cancellationToken);
        var kept = Kept(context, all.Directory.Version, time);
        // A notice begins and ends on time, also on a page that is kept.
        if (await notices.NextChangeAsync(cancellationToken) is { } next && next < kept.Freshness.Until)
            kept = kept with { Freshness = kept.Freshness with { Until = next } };
        var answered = all.Sets.Answered.Select(need => Needs.All[need].Code).ToList();
        return new PageResult<HomePage>(
            context.Texts(), ("Answered", answered), ("Services", all.ServiceCount), ("Notices", told))
        { Kept = kept };
    }

    private static async Task<IResult> AboutAsync(
        HttpContext context, LiveOffers offers, ReadFigures figures, TimeProvider time, CancellationToken cancellationToken)
    {
        var all = await offers.GetAsync(cancellationToken);
        return new PageResult<AboutPage>(context.Texts(), ("Sources", all.Sources), ("Feedback", await figures.GetAsync(cancellationToken)),
            ("Freshness", FreshnessFigures.Of(all, time.GetUtcNow())))
        {
            Kept = Kept(context, all.Directory.Version, time),
        };
    }

    private static async Task<IResult> OpenDataAsync(
        HttpContext context, LiveOffers offers, PublishedFiles files, NodeSettings node, CancellationToken cancellationToken)
    {
        var directory = (await offers.GetAsync(cancellationToken)).Directory;
        var lines = new List<(string, string, long)>();
        foreach (var form in PublishedFiles.Forms)
            lines.Add((form.Name, form.TextKey, (await files.GetAsync(form, cancellationToken)).Bytes.Length));
        return new PageResult<OpenDataPage>(
            context.Texts(), ("Files", lines), ("Sources", directory.Records.Sources), ("Licence", node.File.Licence))
        { Kept = Kept(context, directory.Version, context.RequestServices.GetRequiredService<TimeProvider>()) };
    }

    private static PageResult<TPage> Plain<TPage>(
        HttpContext context, ChangeVersions versions, TimeProvider time, params (string Name, object? Value)[] parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        new(context.Texts(), parameters) { Kept = Kept(context, versions.Of("guide").Shown, time) };

    /// <summary>A page that only changes with the directory, kept under its bare address.</summary>
    internal static KeptPage Kept(HttpContext context, long version, TimeProvider time) =>
        new(new Freshness("guide", time.GetUtcNow() + PlainPagesStay), version, BareAddress(context));

    // These pages ask nothing of their address but its path.
    private static string BareAddress(HttpContext context) => context.Request.Path.ToUriComponent().ToLowerInvariant().TrimEnd('/');

    /// <summary>A page with a query that it does not read (links shared elsewhere come with one) is the page without.</summary>
    private static async ValueTask<object?> WithoutQuery(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        return context.Request.QueryString.HasValue && context.RequestServices.GetRequiredService<PageCache>().Find(context.Request, BareAddress(context)) is { } kept
            ? kept
            : await next(invocation);
    }
}
