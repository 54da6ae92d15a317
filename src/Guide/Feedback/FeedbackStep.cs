using System.Globalization;
using System.Text.Json;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Feedback;

/// <summary>Something staff did with a message, as its history keeps it.</summary>
/// <param name="Act">answer, take, assign, give_back, close, reopen, spam, not_spam, link, protect or release.</param>
/// <param name="Detail">Whom it was given to, the reason for closing, the version of the service, or what was written.</param>
internal sealed record FeedbackStep(string Act, string Detail = "")
{
    /// <summary>What may be done by one button.</summary>
    public static IReadOnlyList<string> Acts { get; } = ["take", "give_back", "close", "reopen", "spam", "not_spam", "link", "assign"];

    /// <summary>The message after the step; null when it cannot be done as things stand. Pure.</summary>
    public FeedbackRow? After(FeedbackRow row, string actor, DateTimeOffset now)
    {
        // What was withdrawn stays withdrawn, and what was deleted cannot be dealt with.
        if (row.State == FeedbackStates.Withdrawn || row.ErasedAt is not null)
            return null;
        return Act switch
        {
            "take" when row.IsOpen => row with { State = FeedbackStates.InHand, AssignedTo = actor },
            "assign" when row.IsOpen => row with { State = FeedbackStates.InHand, AssignedTo = Detail },
            "give_back" when row.IsOpen => row with { State = FeedbackStates.New, AssignedTo = "" },
            "answer" when row.State != FeedbackStates.Spam => row with
            {
                State = FeedbackStates.Answered,
                AnsweredAt = row.AnsweredAt ?? now,
                EndedAt = now,
                AssignedTo = row.AssignedTo.Length > 0 ? row.AssignedTo : actor,
            },
            "close" when row.State is not (FeedbackStates.Closed or FeedbackStates.Spam) => row with { State = FeedbackStates.Closed, EndedAt = now, Closing = Detail },
            "reopen" when row.State is FeedbackStates.Answered or FeedbackStates.Closed => row with { State = FeedbackStates.InHand, EndedAt = null, Closing = "", AssignedTo = actor },
            // What the node held by itself is spam once somebody has looked.
            "spam" when row.State != FeedbackStates.Spam || row.Held.Length > 0 => row with { State = FeedbackStates.Spam, Held = "", EndedAt = row.State == FeedbackStates.Spam ? row.EndedAt : now },
            "not_spam" when row.State == FeedbackStates.Spam => row with { State = FeedbackStates.New, EndedAt = null, Held = "" },
            "link" when int.TryParse(Detail, NumberStyles.None, CultureInfo.InvariantCulture, out var version) => row with { ChangedVersion = version },
            _ => null,
        };
    }

    /// <summary>As it is kept, under the seal of the message.</summary>
    public string ToText() => JsonSerializer.Serialize(this);

    /// <summary>Whom a kept step names, or empty.</summary>
    public static string NamedIn(string stored) =>
        stored.Length > 0 && JsonSerializer.Deserialize<FeedbackStep>(stored) is { Act: "assign" } step ? step.Detail : "";

    /// <summary>The step in the reader's words.</summary>
    /// <param name="stored">As it was kept.</param>
    /// <param name="texts">The reader's language.</param>
    /// <param name="nameOf">The name of somebody as the audit names them.</param>
    public static string Words(string stored, Texts texts, Func<string, string> nameOf)
    {
        if (stored.Length == 0)
            return texts["feedback.answer.erased"];
        var step = JsonSerializer.Deserialize<FeedbackStep>(stored)!;
        var words = texts["feedback.step." + step.Act];
        var detail = step.Act switch { "close" when step.Detail.Length > 0 => texts["feedback.closing." + step.Detail], "assign" => nameOf(step.Detail), _ => step.Detail };
        return detail.Length == 0 ? words : $"{words}: {detail}";
    }
}
