using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Screening;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Devices;

/// <summary>
/// The instruments as a device reads them: questions in words, and each rule as counts of signs (<see cref="Formula"/>), so that
/// web/src/vault-rules.ts says without internet what <see cref="Screen"/> says on the node. The node's answer is the one that is kept.
/// </summary>
internal static class RulesForDevices
{
    /// <summary>Instruments in a language, with where the node stands, as JSON.</summary>
    public static string Of(InstrumentSet instruments, Surroundings around, Texts texts)
    {
        var modules = instruments.Instruments.Select((instrument, place) => (instrument.Id, place)).ToDictionary(one => one.Id, one => one.place, StringComparer.Ordinal);
        int ModuleOf(string id) => modules[id.Split('.')[0]];
        return JsonSerializer.Serialize(
            new
            {
                modules = instruments.Instruments.Select(instrument => new
                {
                    instrument.Id,
                    title = texts[instrument.Title],
                    instrument.Step,
                    privacy = texts[instrument.Privacy],
                    alone = ScreeningCircumstances.OnlyAlone(instrument.Id) ? true : (bool?)null,
                    notes = instrument.Notes is { } notes ? texts[notes] : null,
                }),
                questions = instruments.Questions.Select((question, place) => new
                {
                    question.Id,
                    module = ModuleOf(question.Id),
                    text = texts.Format(question.Text, ("number", question.Number)),
                    help = question.Help is { } help ? texts[help] : null,
                    kind = KeptScreening.Code(question.Kind),
                    choices = question.Choices.Count == 0 ? null : question.Choices.Select(choice => new[] { choice, texts["screening.choice." + choice] }),
                    observed = question.Observed ? true : (bool?)null,
                    least = question.Kind == QuestionKind.WholeNumber ? question.Least : (int?)null,
                    most = question.Kind == QuestionKind.WholeNumber ? question.Most : (int?)null,
                    notFor = instruments.NotFor[place] is { } formula ? Of(formula) : null,
                }),
                rules = instruments.Rules.Select((rule, place) => new
                {
                    rule.Id,
                    when = Of(instruments.Holds[place]),
                    urgency = (int)rule.Urgency,
                    locks = rule.Locks.Count == 0 ? null : rule.Locks.Select(KeptScreening.Code),
                    pathways = rule.Pathways.Count == 0 ? null : rule.Pathways,
                    triggers = rule.Triggers.Count == 0 ? null : rule.Triggers.Select(id => modules[id]),
                    text = texts[rule.Text],
                    profile = rule.Profile,
                }),
                region = around.Region.Order(StringComparer.Ordinal),
                consulates = around.Consulates.Order(StringComparer.Ordinal),
                alerts = around.Alerts.Select(alert => new { alert.Area, name = CaseAreas.NameOf(alert.Area, texts), alert.From, alert.Until }),
            },
            CaseJson.ForPages);
    }

    // A count is [need, part, …]; an answer's sign {q, t, b}; a fact's {f, n, x} with x where it is negated.
    private static object Of(Formula formula) => formula switch
    {
        Count count => new object[] { count.Need }.Concat(count.Parts.Select(Of)).ToArray(),
        AnswerSign sign => new { q = sign.Question, t = (int)sign.Test, b = sign.Bound },
        FactSign { Negated: true } sign => new { f = (int)sign.Test, n = sign.Number, x = true },
        FactSign sign => new { f = (int)sign.Test, n = sign.Number },
        _ => throw new InvalidOperationException("A formula is a count or a sign."),
    };
}
