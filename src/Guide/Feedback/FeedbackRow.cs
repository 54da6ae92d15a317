using System.Text.Json;

namespace Tambo.Guide.Feedback;

/// <summary>One message as stored, with its head opened.</summary>
internal sealed record FeedbackRow
{
    public Guid Id { get; init; }

    public string Kind { get; init; } = "";

    /// <summary>The page it is about, below the language: <c>services/{id}</c>, <c>emergency</c>; empty for the start page.</summary>
    public string About { get; init; } = "";

    /// <summary>The service it is about, or empty.</summary>
    public string ServiceId { get; init; } = "";

    /// <summary>The tag of the language it is written in; empty when nobody knows.</summary>
    public string Language { get; init; } = "";

    public string State { get; init; } = FeedbackStates.New;

    /// <summary>Why it was taken for spam by the node itself, or empty.</summary>
    public string Held { get; init; } = "";

    public int Version { get; init; } = 1;

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The day on which the device says that it was written, where that may be; else empty.</summary>
    public string WrittenOn { get; init; } = "";

    public DateTimeOffset DueAt { get; init; }

    /// <summary>Who has taken it on, as the audit names them; empty when nobody has.</summary>
    public string AssignedTo { get; init; } = "";

    public string TextHash { get; init; } = "";

    public string Sealed { get; init; } = "";

    public string Head { get; init; } = "";

    /// <summary>When the first answer was given.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it was answered, closed, withdrawn or called spam: from then on the time of erasure counts.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public string Closing { get; init; } = "";

    /// <summary>The version of the service that puts right what the message told of; 0 when none is named.</summary>
    public int ChangedVersion { get; init; }

    /// <summary>When its texts were deleted.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>The service, where there is one.</summary>
    public Guid? Service => Guid.TryParseExact(ServiceId, "D", out var id) ? id : null;

    /// <summary>True when nobody has ended it.</summary>
    public bool IsOpen => State is FeedbackStates.New or FeedbackStates.InHand;

    public bool IsLate(DateTimeOffset now) => IsOpen && DueAt < now;
}

/// <summary>What is sealed of a sensitive message beside its text.</summary>
internal sealed record FeedbackHead(string Kind, string About, string Service, string Language)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static FeedbackHead Of(byte[] bytes) => JsonSerializer.Deserialize<FeedbackHead>(bytes)!;
}

/// <summary>The states of a message; their names are the texts <c>feedback.state.{code}</c>.</summary>
internal static class FeedbackStates
{
    public const string New = "new";
    public const string InHand = "in_hand";
    public const string Answered = "answered";
    public const string Closed = "closed";
    public const string Spam = "spam";
    public const string Withdrawn = "withdrawn";

    public static IReadOnlyList<string> All { get; } = [New, InHand, Answered, Closed, Spam, Withdrawn];
}

/// <summary>What was said after a message, or done with it.</summary>
internal sealed record FeedbackNote
{
    public const string ByWriter = "writer";
    public const string ByStaff = "staff";
    public const string Step = "step";

    public Guid Id { get; init; }

    public Guid FeedbackId { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>writer, staff, or step: what staff did.</summary>
    public string Author { get; init; } = "";

    public string Actor { get; init; } = "";

    public string Language { get; init; } = "";

    public string KeyHash { get; init; } = "";

    public string Sealed { get; init; } = "";
}
