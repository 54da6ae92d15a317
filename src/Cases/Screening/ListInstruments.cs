using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Screening;

/// <summary>A choice in words.</summary>
internal sealed record AskedChoice(string Code, string Text);

/// <summary>A question in words.</summary>
internal sealed record AskedQuestion(string Id, string Text, string Kind, string? Help, IReadOnlyList<AskedChoice>? Choices, int? Least, int? Most, bool Observed, bool FollowUp);

/// <summary>An instrument in words.</summary>
internal sealed record AskedInstrument(string Id, int Version, string Title, int Step, int Minutes, string Training, string Privacy, string? Notes, IReadOnlyList<AskedQuestion> Questions);

/// <summary>Tells what is asked, in the reader's language.</summary>
internal static class ListInstruments
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/cases/screening/instruments", static (HttpContext context) => Results.Json(Of(InstrumentSet.Shipped, context.Texts()), CaseJson.Options))
        .Needs(CasesRights.Screen)
        .WithSummary("The instruments with their questions in the language of the request; those of step 1 are asked of everybody, those of step 2 when a rule leads to them");

    /// <summary>Instruments in a language.</summary>
    public static IReadOnlyList<AskedInstrument> Of(InstrumentSet instruments, Texts texts) => [.. instruments.Instruments.Select(instrument => new AskedInstrument(
        instrument.Id, instrument.Version, texts[instrument.Title], instrument.Step, instrument.Minutes, texts["screening.training." + instrument.Training],
        texts[instrument.Privacy], instrument.Notes is { } notes ? texts[notes] : null, [.. instrument.Questions.Select(question => Of(question, texts))]))];

    /// <summary>A question in a language.</summary>
    public static AskedQuestion Of(Question question, Texts texts) => new(
        question.Id,
        texts.Format(question.Text, ("number", question.Number)),
        KeptScreening.Code(question.Kind),
        question.Help is { } help ? texts[help] : null,
        question.Choices.Count == 0 ? null : [.. question.Choices.Select(choice => new AskedChoice(choice, texts["screening.choice." + choice]))],
        question.Kind == QuestionKind.WholeNumber ? question.Least : null,
        question.Kind == QuestionKind.WholeNumber ? question.Most : null,
        question.Observed,
        question.FollowUp);
}
