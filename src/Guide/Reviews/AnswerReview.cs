using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Feedback;
using Tambo.Guide.Finding;
using Tambo.Guide.Pages;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Reviews;

/// <summary>One service as the page of a link shows it.</summary>
/// <param name="Id">The service.</param>
/// <param name="State">One of open, changed, confirmed, known, wrong, not_mine, gone.</param>
/// <param name="Service">What readers see; null when they see nothing.</param>
/// <param name="Shown">By which an answer says what it is about.</param>
public sealed record AskedService(Guid Id, string State, ServiceAnswer? Service, string Shown)
{
    /// <summary>True when an answer is still wanted.</summary>
    public bool IsOpen => State is "open" or "changed";

    /// <summary>What a form sends to confirm it.</summary>
    public string Pick => $"{Id:D}:{Shown}";
}

/// <summary>What the page of a link shows.</summary>
public sealed record ReviewPageAnswer
{
    /// <summary>One of unknown, expired, stopped, asked.</summary>
    public required string State { get; init; }

    /// <summary>The address of the page, below the language.</summary>
    public string Path { get; init; } = "";

    /// <summary>Until when it is good.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>The services.</summary>
    public IReadOnlyList<AskedService> Services { get; init; } = [];

    /// <summary>The service about which something is to be told, or null.</summary>
    public AskedService? About { get; init; }

    /// <summary>What has just been done: confirmed, wrong, changed, or empty.</summary>
    public string Done { get; init; } = "";

    /// <summary>How many were confirmed just now.</summary>
    public int Confirmed { get; init; }

    /// <summary>The code by which the answer to what was told is found, or empty.</summary>
    public string Code { get; init; } = "";
}

/// <summary>
/// The receiver of a mail confirms by its link, without signing in. Opening the page changes nothing, since programs that
/// look through mails open links too; one tap on its button does.
/// </summary>
internal static class AnswerReview
{
    /// <summary>What can be ticked as wrong.</summary>
    public static IReadOnlyList<string> Marks { get; } = ["closed", "moved", "hours", "phone"];

    private const int LargestBody = 32 * 1024;
    private const int LongestText = 2000;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/confirm/{secret}", ShowAsync).RequireRateLimiting(RateLimits.Costly);
        pages.MapPost("/confirm/{secret}", TakeAsync).RequireRateLimiting(RateLimits.Costly).DisableAntiforgery()
            .MayRepeat("each question of a link is answered once").TakesAtMost(LargestBody);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ReviewLinks links, string secret, Guid? about, CancellationToken cancellationToken) =>
        await PageAsync(context, links, secret, page => page with { About = page.Services.FirstOrDefault(service => service.Id == about && service.IsOpen) }, null, cancellationToken);

    private static async Task<IResult> TakeAsync(HttpContext context, ReviewLinks links, FeedbackBox box, string secret, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        if (await links.FindAsync(secret, cancellationToken) is not { } link || link.ExpiresAt <= links.Now || await links.HasStoppedAsync(link, cancellationToken))
            return await PageAsync(context, links, secret, page => page, null, cancellationToken);
        switch (form["act"])
        {
            case "not_mine":
                await links.StopAsync(link, cancellationToken);
                return await PageAsync(context, links, secret, page => page, null, cancellationToken);
            case "wrong":
                return await TellAsync(context, links, box, (secret, link), form, cancellationToken);
            case "confirm":
                var (confirmed, changed) = await links.ConfirmAsync(link, [.. form["pick"].Select(PickOf).OfType<(Guid, string)>()], cancellationToken);
                return await PageAsync(context, links, secret, page => page with { Done = changed > 0 ? "changed" : confirmed > 0 ? "confirmed" : "", Confirmed = confirmed }, null, cancellationToken);
            default:
                throw PlatformProblems.Malformed.With();
        }
    }

    private static async Task<IResult> TellAsync(
        HttpContext context, ReviewLinks links, FeedbackBox box, (string Secret, ReviewLink Link) by, IFormCollection form, CancellationToken cancellationToken)
    {
        var id = Guid.TryParse(form["service"], out var key) ? key : throw PlatformProblems.Malformed.With();
        var marks = Marks.Where(mark => form["marks"].Contains(mark)).ToList();
        var text = NewFeedback.TextOf(form["text"]);
        if (by.Link.Questions.FirstOrDefault(question => question.ServiceId == id) is not { Answer: "" } || Offers.Of((await links.MomentAsync(cancellationToken)).Public, id).Count == 0)
            return await PageAsync(context, links, by.Secret, page => page, null, cancellationToken);
        var problem = text.Length > LongestText ? FormProblems.With(("text", GuideProblems.FeedbackTooLong))
            : marks.Count == 0 && text.Length == 0 ? FormProblems.With(("text", FormProblems.Missing)) : null;
        if (problem is not null)
            return await PageAsync(context, links, by.Secret, page => page with { About = page.Services.FirstOrDefault(service => service.Id == id) }, problem, cancellationToken);
        var texts = context.PageTexts();
        var said = string.Join('\n', marks.Select(mark => texts["review.mark." + mark]).Append(text).Where(line => line.Length > 0));
        // As a message too, it has an answer to wait for. Its key makes it one, however often the form comes.
        var message = new NewFeedback(FeedbackKinds.Find("wrong_information")!, $"services/{id:D}", said, texts.Code);
        var code = await box.ReceiveAsync(message, links.Desk.Seals.HashOfSecret($"{by.Secret} {id:D} {said}"), cancellationToken);
        var told = await links.TellWrongAsync(by.Link, id, string.Join(' ', marks), text, cancellationToken);
        return await PageAsync(context, links, by.Secret, page => page with { Done = told ? "wrong" : "", Code = told ? code : "" }, null, cancellationToken);
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, ReviewLinks links, string secret, Func<ReviewPageAnswer, ReviewPageAnswer> also, Problem? problem, CancellationToken cancellationToken)
    {
        var link = await links.FindAsync(secret, cancellationToken);
        var state = link is null ? "unknown" : link.ExpiresAt <= links.Now ? "expired" : await links.HasStoppedAsync(link, cancellationToken) ? "stopped" : "asked";
        var answer = new ReviewPageAnswer { State = state, Path = state == "unknown" ? "" : $"confirm/{secret}", Until = link?.ExpiresAt ?? default };
        if (state == "asked")
        {
            var moment = await links.MomentAsync(cancellationToken);
            answer = also(answer with { Services = [.. link!.Questions.Select(question => Seen(question, link, moment, context.PageTexts(), links.Now))] });
        }

        return new PageResult<ReviewPage>(context.Texts(), ("Answer", answer), ("Problem", problem))
        {
            Status = problem?.Kind.Status ?? state switch
            {
                "unknown" => StatusCodes.Status404NotFound,
                "expired" => StatusCodes.Status410Gone,
                _ => answer.Done == "changed" ? StatusCodes.Status409Conflict : StatusCodes.Status200OK,
            },
        };
    }

    private static AskedService Seen(ReviewQuestion question, ReviewLink link, Directory.DirectoryMoment moment, Texts texts, DateTimeOffset now)
    {
        var offers = Offers.Of(moment.Public, question.ServiceId);
        if (offers.Count == 0)
            return new AskedService(question.ServiceId, question.Answer.Length > 0 ? question.Answer : "gone", null, "");
        var shown = ReviewSeals.Shown(offers);
        var state = question.Answer.Length > 0 ? question.Answer
            : offers[0].Service.ConfirmedAt > link.SentAt ? "known"
            : shown == question.Shown ? "open" : "changed";
        return new AskedService(question.ServiceId, state, ShowService.Answer(offers, texts, now), shown);
    }

    private static (Guid, string)? PickOf(string? pick) =>
        pick?.Split(':') is [var id, var shown] && Guid.TryParse(id, out var key) ? (key, shown) : null;
}
