using System.Text.Json;

namespace Tambo.Guide.Feedback;

/// <summary>What a message may be about; its name is the text <c>feedback.kind.{code}</c>.</summary>
/// <param name="Code">Stands in forms and tables.</param>
/// <param name="Group">Where the form shows it: service, word or harm.</param>
/// <param name="AnswerWithinHours">The node's promise to itself: a message not dealt with by then is late.</param>
/// <param name="Sensitive">
/// True when only who is responsible for protection reads it. Being asked for money and being mistreated are among these: the
/// one who did it may be among those who read the ordinary messages about the service, and a writer cannot know.
/// </param>
internal sealed record FeedbackKind(string Code, string Group, int AnswerWithinHours, bool Sensitive = false)
{
    /// <summary>The key of its name.</summary>
    public string TextKey => "feedback.kind." + Code;
}

/// <summary>The kinds and the reasons for closing: a data file, in the order of the form.</summary>
internal static class FeedbackKinds
{
    static FeedbackKinds()
    {
        using var stream = typeof(FeedbackKinds).Assembly.GetManifestResourceStream("Tambo.Guide.Feedback.kinds.json")!;
        var file = JsonSerializer.Deserialize<KindFile>(stream, JsonSerializerOptions.Web)!;
        (All, Closings) = (file.Kinds, file.Closings);
    }

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<FeedbackKind> All { get; }

    /// <summary>Why a message may be closed; the name is the text <c>feedback.closing.{code}</c>.</summary>
    public static IReadOnlyList<string> Closings { get; }

    /// <summary>The kind of a code, or null.</summary>
    public static FeedbackKind? Find(string? code) => All.FirstOrDefault(kind => kind.Code == code);

    private sealed record KindFile(IReadOnlyList<FeedbackKind> Kinds, IReadOnlyList<string> Closings);
}
