using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Feedback;

/// <summary>What the writer of a message finds by its code: how it stands and what was answered, never the message itself.</summary>
public sealed record AnswerFound
{
    /// <summary>The code, for the forms of the page.</summary>
    public required string Code { get; init; }

    /// <summary>One of the states of a message.</summary>
    public required string State { get; init; }

    /// <summary>Why it was closed: the code of the reason, or empty.</summary>
    public string Closing { get; init; } = "";

    /// <summary>When it came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>True when its texts were deleted.</summary>
    public bool Erased { get; init; }

    /// <summary>True when the page it was about was corrected.</summary>
    public bool Corrected { get; init; }

    /// <summary>The answers and what the writer added, in order.</summary>
    public required IReadOnlyList<AnswerLine> Lines { get; init; }

    /// <summary>The key by which what is added counts once.</summary>
    public required string Key { get; init; }

    /// <summary>True when something was added a moment ago.</summary>
    public bool Added { get; init; }
}

/// <summary>One answer, or a note that the writer added something.</summary>
/// <param name="At">When.</param>
/// <param name="ByWriter">True for what the writer added, which is not shown again.</param>
/// <param name="Text">The answer.</param>
/// <param name="Language">Its language, or null when nobody knows.</param>
/// <param name="LanguageName">The name of that language.</param>
public sealed record AnswerLine(DateTimeOffset At, bool ByWriter, string Text, string? Language, string LanguageName);

/// <summary>
/// The writer of a message looks up the answer, adds something, or takes the message back. The code is posted: it stands
/// in no address and in no log.
/// </summary>
internal static class FindAnswer
{
    private const int LargestBody = 96 * 1024;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/feedback/answer", static IResult (HttpContext context) => Page(context, null, "", null));
        pages.MapPost("/feedback/answer", HandleAsync).DisableAntiforgery().TakesAtMost(LargestBody)
            .KnowsItsKeys("what is added is kept with its key; what is taken back is taken back once");
    }

    private static async Task<IResult> HandleAsync(
        HttpContext context, FeedbackBox box, FeedbackSeals seals, FeedbackLimits limits, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var written = form["code"].ToString();
        try
        {
            limits.TakeForLookUp(context);
        }
        catch (Problem wait)
        {
            // What was to be added is not lost: it stands in the form that is to be sent again.
            return Page(context, null, written, wait, form["act"] == "add" ? NewFeedback.TextOf(form["text"]) : "");
        }

        if (await box.FindAsync(written.Length > 100 ? "" : written, cancellationToken) is not { } found)
            return Page(context, null, written, FormProblems.With(("code", GuideProblems.FeedbackCodeUnknown)));
        var code = FeedbackCode.Read(written)!;
        var (problem, added) = (default(Problem), false);
        if (form["act"] == "withdraw")
        {
            await box.WithdrawAsync(found, cancellationToken);
        }
        else if (form["act"] == "add")
        {
            problem = await AddAsync(context, box, limits, found, form, cancellationToken);
            added = problem is null;
        }

        found = await box.FindAsync(code, cancellationToken) ?? found;
        return Page(context, Shown(found, code, seals, context.PageTexts()) with { Added = added }, code, problem);
    }

    private static async Task<Problem?> AddAsync(
        HttpContext context, FeedbackBox box, FeedbackLimits limits, FoundMessage found, IFormCollection form, CancellationToken cancellationToken)
    {
        var text = NewFeedback.TextOf(form["text"]);
        if (text.Length == 0)
            return FormProblems.With(("text", FormProblems.Missing));
        if (text.Length > NewFeedback.Longest)
            return FormProblems.With(("text", GuideProblems.FeedbackTooLong));
        try
        {
            limits.TakeForMessage(context);
            await box.AddAsync(found, text, context.Texts().Code, RequestKey.Of(context)?.Value ?? GiveFeedback.NewKey(), cancellationToken);
            return null;
        }
        catch (Problem refused) when (refused.Kind == GuideProblems.FeedbackOver || refused.Kind == PlatformProblems.TooMany)
        {
            return refused;
        }
    }

    private static AnswerFound Shown(FoundMessage found, string code, FeedbackSeals seals, Texts texts) => new()
    {
        Code = code,
        // That the node took it for spam is for nobody's ears: who wrote it honestly waits, and who did not learns nothing.
        State = found.Row.State == FeedbackStates.Spam ? FeedbackStates.New : found.Row.State,
        Closing = found.Row.Closing,
        ReceivedAt = found.Row.ReceivedAt,
        Erased = found.Row.ErasedAt is not null && found.Row.State != FeedbackStates.Withdrawn,
        Corrected = found.Row.ChangedVersion > 0,
        Key = GiveFeedback.NewKey(),
        Lines =
        [
            .. found.Notes.Where(note => note.Author != FeedbackNote.Step && note.Sealed.Length > 0).Select(note => seals.OpenNote(found.Inbox, note)).Select(opened => new AnswerLine(
                opened.Note.At,
                opened.Note.Author == FeedbackNote.ByWriter,
                opened.Note.Author == FeedbackNote.ByWriter ? "" : opened.Text,
                opened.Note.Language.Length > 0 ? opened.Note.Language : null,
                opened.Note.Language.Length > 0 ? SpokenLanguages.Name(opened.Note.Language, texts) : "")),
        ],
    };

    private static PageResult<AnswerPage> Page(HttpContext context, AnswerFound? answer, string written, Problem? problem, string unsent = "")
    {
        GiveFeedback.SayWhen(context, problem);
        return new(context.Texts(), ("Answer", answer), ("Written", written), ("Unsent", unsent), ("Problem", problem)) { Status = problem?.Kind.Status ?? StatusCodes.Status200OK };
    }
}
