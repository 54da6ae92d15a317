using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Finding;
using Tambo.Guide.Pages;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Feedback;

/// <summary>What the form of a message shows.</summary>
public sealed record FeedbackForm
{
    /// <summary>The page it is about, below the language.</summary>
    public required string About { get; init; }

    /// <summary>The service it is about, when the reader may know of it; else null.</summary>
    public Words? Service { get; init; }

    /// <summary>The kind chosen so far, or empty.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What was written so far.</summary>
    public string Text { get; init; } = "";

    /// <summary>The language it is written in.</summary>
    public required string Language { get; init; }

    /// <summary>The key by which the form, sent twice, counts once.</summary>
    public required string Key { get; init; }

    /// <summary>The kinds with their groups, in order.</summary>
    public required IReadOnlyList<(string Group, IReadOnlyList<Choice> Kinds)> Kinds { get; init; }

    /// <summary>Languages to choose from, those of the pages first.</summary>
    public required IReadOnlyList<Choice> Languages { get; init; }

    /// <summary>True when somebody reads what tells of harm; else the form says that nobody does.</summary>
    public bool Appointed { get; init; }

    /// <summary>Most characters.</summary>
    public int Longest => NewFeedback.Longest;
}

/// <summary>What a reader is told when the message is kept.</summary>
/// <param name="Code">How the answer is found.</param>
/// <param name="Sensitive">True when it tells of harm.</param>
/// <param name="Appointed">True when somebody reads what tells of harm.</param>
/// <param name="Back">The page it was about.</param>
public sealed record FeedbackSent(string Code, bool Sensitive, bool Appointed, string Back);

/// <summary>
/// A reader says something about a service or a page: that it is wrong, closed or full, a question, thanks, or that
/// somebody did harm. Nothing is asked but what it is about. By form without a script, or as JSON from a device's queue.
/// </summary>
internal static class GiveFeedback
{
    public const string Api = "/api/guide/feedback";

    /// <summary>Shortest key of a program: enough chance that no two devices draw the same.</summary>
    private const int ShortestKey = 16;

    /// <summary>Bytes: the longest text with every letter escaped, and room for the rest.</summary>
    private const int LargestBody = 96 * 1024;

    private const string Once = "the message is kept with its key, and sent again it is given the same code";

    /// <summary>The pages, below their language.</summary>
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/feedback", ShowAsync);
        pages.MapPost("/feedback", SendAsync).DisableAntiforgery().KnowsItsKeys(Once).TakesAtMost(LargestBody);
    }

    /// <summary>The address for programs.</summary>
    public static void MapApi(IEndpointRouteBuilder routes) =>
        routes.MapPost(Api, ReceiveAsync).Open().KnowsItsKeys(Once).TakesAtMost(LargestBody)
            .WithSummary("Keeps a reader's message about a service or a page, and gives the code by which the answer is found")
            .WithDescription("""
                JSON {about, kind, text, language, writtenAt} with a header Idempotency-Key of 16 to 255 characters drawn at random.
                201 {code}. The same key and content give the same code, however often and however late they are sent; the same key
                with other content is refused (422). On 429 and 503 keep the message and send it again after Retry-After.
                """)
            .Accepts<SentFeedback>("application/json").Produces<CodeOfFeedback>(StatusCodes.Status201Created);

    private static async Task<IResult> ShowAsync(
        HttpContext context, TextCatalog catalog, LiveOffers offers, FeedbackDesk desk, string? about, string? kind, CancellationToken cancellationToken)
    {
        var all = await offers.GetAsync(cancellationToken);
        var page = NewFeedback.PageOf(about, catalog.Has);
        return Page(context, FormOf(context, catalog, all, page) with { Kind = FeedbackKinds.Find(kind)?.Code ?? "", Appointed = await desk.IsAppointedAsync(cancellationToken) }, null);
    }

    private static async Task<IResult> SendAsync(
        HttpContext context, TextCatalog catalog, LiveOffers offers, FeedbackBox box, FeedbackDesk desk, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var said = new NewFeedback(
            FeedbackKinds.Find(form["kind"]) ?? FeedbackKinds.All[0], NewFeedback.PageOf(form["about"], catalog.Has), NewFeedback.TextOf(form["text"]), NewFeedback.LanguageOf(form["language"]))
        {
            FellIntoTrap = form["website"].ToString().Length > 0,
        };
        var appointed = await desk.IsAppointedAsync(cancellationToken);
        var key = RequestKey.Of(context)?.Value;
        Problem problem;
        try
        {
            context.RequestServices.GetRequiredService<FeedbackLimits>().TakeForMessage(context);
            if (FeedbackKinds.Find(form["kind"]) is null)
                throw FormProblems.With(("kind", GuideProblems.FeedbackKindUnknown));
            if (said.Text.Length > NewFeedback.Longest)
                throw FormProblems.With(("text", GuideProblems.FeedbackTooLong));
            var code = await box.ReceiveAsync(said, key ?? NewKey(), cancellationToken);
            return new PageResult<FeedbackSentPage>(context.Texts(), ("Sent", new FeedbackSent(code, said.Kind.Sensitive, appointed, said.About)));
        }
        catch (Problem reused) when (reused.Kind == PlatformProblems.KeyReused)
        {
            // Corrected after it was sent: as it is now it would be a second message, which only the reader can want.
            (problem, key) = (GuideProblems.FeedbackSentBefore.With(), null);
        }
        catch (Problem refused)
        {
            problem = refused;
        }

        // Whatever the reason, nobody types it again.
        var shown = FormOf(context, catalog, await offers.GetAsync(cancellationToken), said.About);
        return Page(context, shown with
        {
            Kind = FeedbackKinds.Find(form["kind"])?.Code ?? "",
            Text = said.Text,
            Language = form.ContainsKey("language") ? said.Language : shown.Language,
            Key = key ?? shown.Key,
            Appointed = appointed,
        }, problem);
    }

    private static async Task<IResult> ReceiveAsync(
        HttpContext context, TextCatalog catalog, LiveOffers offers, FeedbackBox box, FeedbackLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!context.Request.HasJsonContentType())
            throw PlatformProblems.UnsupportedMedia.With();
        limits.TakeForMessage(context);
        if (RequestKey.Of(context) is not { Value: { Length: >= ShortestKey } key })
            throw GuideProblems.FeedbackKeyNeeded.With(("least", ShortestKey));
        var sent = await ReadAsync(context.Request.Body, cancellationToken);
        var text = NewFeedback.TextOf(sent.Text);
        if (text.Length > NewFeedback.Longest)
            throw GuideProblems.FeedbackTooLong.With(("most", NewFeedback.Longest));
        var kind = FeedbackKinds.Find(sent.Kind) ?? throw GuideProblems.FeedbackKindUnknown.With();
        var about = NewFeedback.PageOf(sent.About, catalog.Has);
        // What was written about a service of an offline pack names it by its short code.
        if (about.StartsWith("services/", StringComparison.Ordinal) && (await offers.GetAsync(cancellationToken)).Codes.Find(about["services/".Length..]) is { } service)
            about = $"services/{service:D}";
        var said = new NewFeedback(kind, about, text, NewFeedback.LanguageOf(sent.Language))
        {
            WrittenOn = NewFeedback.DayOf(sent.WrittenAt, time.GetUtcNow()),
        };
        return Results.Json(new CodeOfFeedback(await box.ReceiveAsync(said, key, cancellationToken)), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<SentFeedback> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<SentFeedback>(body, JsonSerializerOptions.Web, cancellationToken) ?? throw PlatformProblems.Malformed.With();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw PlatformProblems.Malformed.With();
        }
    }

    /// <summary>The form as a device keeps it: about no page yet, and without a key, which the device draws.</summary>
    public static PageResult<FeedbackPage> Kept(HttpContext context, TextCatalog catalog, Offers all, bool appointed, KeptPage kept) =>
        new(context.Texts(), ("Form", FormOf(context, catalog, all, "") with { Key = "", Appointed = appointed })) { Kept = kept };

    private static FeedbackForm FormOf(HttpContext context, TextCatalog catalog, Offers all, string about)
    {
        var texts = context.PageTexts();
        var service = new NewFeedback(FeedbackKinds.All[0], about, "", "").Service is { Length: > 0 } id
            ? all.OfService(Guid.Parse(id)).FirstOrDefault()?.Service : null;
        return new FeedbackForm
        {
            About = about,
            Service = service is null ? null : Words.Of(service, "name", service.Name, texts),
            Language = texts.Code,
            Key = NewKey(),
            Kinds = [.. FeedbackKinds.All.GroupBy(kind => kind.Group)
                .Select(group => (group.Key, (IReadOnlyList<Choice>)[.. group.Select(kind => new Choice(kind.Code, texts[kind.TextKey]))]))],
            Languages =
            [
                .. catalog.Languages.Select(language => new Choice(language.Code, language.Name)),
                .. SpokenIn(all).Where(code => !catalog.Has(code)).Select(code => new Choice(code, SpokenLanguages.Name(code, texts))),
                new Choice("", texts["feedback.language.other"]),
            ],
        };
    }

    // Whoever helps here speaks them, so somebody may be able to read them.
    private static IEnumerable<string> SpokenIn(Offers all) => all.Sets.Languages.Order(StringComparer.Ordinal);

    /// <summary>Tells a browser, too, when a page may be sent again.</summary>
    internal static void SayWhen(HttpContext context, Problem? problem)
    {
        if (problem?.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }

    private static PageResult<FeedbackPage> Page(HttpContext context, FeedbackForm form, Problem? problem)
    {
        SayWhen(context, problem);
        return new(context.Texts(), ("Form", form), ("Problem", problem)) { Status = problem?.Kind.Status ?? StatusCodes.Status200OK };
    }

    internal static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}

/// <summary>A message as a program sends it.</summary>
/// <param name="About">The page: its path, with or without the language.</param>
/// <param name="Kind">wrong_information, closed, full, question, thanks, asked_for_money, mistreatment, exploitation or staff_fraud.</param>
/// <param name="Text">At most 4,000 characters, in any language; may be empty.</param>
/// <param name="Language">The tag of the language it is written in.</param>
/// <param name="WrittenAt">When it was written, by the device's clock.</param>
internal sealed record SentFeedback(string? About, string? Kind, string? Text, string? Language, string? WrittenAt);

/// <summary>What a program is given for a message.</summary>
/// <param name="Code">By which the writer finds the answer.</param>
internal sealed record CodeOfFeedback(string Code);
