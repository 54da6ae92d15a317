using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>An answer as it is sent and sealed.</summary>
/// <param name="Question">The question's code.</param>
/// <param name="Way">said, observed, declined, not_asked.</param>
/// <param name="Values">yes, no, choices or a number; empty when it says nothing.</param>
internal sealed record SentAnswer(string Question, string Way, IReadOnlyList<string>? Values = null)
{
    private static readonly Dictionary<string, AnswerWay> Ways = Enum.GetValues<AnswerWay>().ToDictionary(KeptScreening.Code, StringComparer.Ordinal);

    /// <summary>The answer for rules; null when there is no such way to answer.</summary>
    public StoredAnswer? Stored => Ways.TryGetValue(Way, out var way) ? new StoredAnswer(Question, way, Values ?? []) : null;

    public override string ToString() => "•••";
}

/// <summary>What the rules made of a screening, as it was then.</summary>
/// <param name="Urgency">emergency, urgent, normal.</param>
/// <param name="Locks">What must not be done before a second reviewer has looked.</param>
/// <param name="Profiles">What shows.</param>
/// <param name="Pathways">Which ways to help are recommended.</param>
/// <param name="Modules">The instruments that it leads to.</param>
/// <param name="Rules">Each rule that fired, with its version and the answers that made it so.</param>
/// <param name="FollowUps">Questions to come back to.</param>
/// <param name="TreatedAsChild">True when the person is a child, or may be.</param>
internal sealed record KeptResult(
    string Urgency,
    IReadOnlyList<string> Locks,
    IReadOnlyList<string> Profiles,
    IReadOnlyList<string> Pathways,
    IReadOnlyList<string> Modules,
    IReadOnlyList<KeptRule> Rules,
    IReadOnlyList<string> FollowUps,
    bool TreatedAsChild);

/// <summary>A rule that fired.</summary>
internal sealed record KeptRule(string Rule, int Version, int InstrumentVersion, IReadOnlyList<string> Answers);

/// <summary>What somebody decided other than the rules; it stands beside their result.</summary>
internal sealed record KeptOverride(string By, string Urgency, string Reason)
{
    public override string ToString() => "•••";
}

/// <summary>What is sealed of a screening: everything by which it can be read again under other rules.</summary>
internal sealed record KeptScreening
{
    /// <summary>The compartments that must all be open to whoever reads it.</summary>
    public IReadOnlyList<string> Compartments { get; set; } = [];

    public IReadOnlyList<SentAnswer> Answers { get; set; } = [];

    /// <summary>The facts of then; always sealed, and shown to those alone to whom the identity is open.</summary>
    public KnownOfPerson? Known { get; init; }

    /// <summary>The versions of the instruments that could have been asked.</summary>
    public IReadOnlyDictionary<string, int> Instruments { get; set; } = new Dictionary<string, int>();

    public required KeptResult Result { get; init; }

    public KeptOverride? Override { get; init; }

    /// <summary>How the person was talked with; null when nobody said.</summary>
    public ScreeningCircumstances? Circumstances { get; init; }

    /// <summary>What was decided otherwise later, the oldest first.</summary>
    public IReadOnlyList<KeptDecision> Decisions { get; set; } = [];

    /// <summary>Locks that somebody asked to lift, and what a second person decided.</summary>
    public IReadOnlyList<KeptLift> Lifts { get; set; } = [];

    /// <summary>What the answers said under later rules, as far as somebody had it kept.</summary>
    public IReadOnlyList<KeptReplay> Replays { get; set; } = [];

    /// <summary>What counts now: what was computed, with all that stands beside it.</summary>
    [JsonIgnore]
    public ScreeningStanding Standing => ScreeningStanding.Of(this);

    /// <summary>The same for a reader: without what the record said, where who somebody is is closed, and without what lifts knew of.</summary>
    public KeptScreening For(IReadOnlyList<string> open) =>
        this with { Known = open.Contains(Access.Compartments.Identity) ? Known : null, Lifts = [.. Lifts.Select(lift => lift with { Knew = null })] };

    /// <summary>The code of a value: <c>consular_origin</c>.</summary>
    public static string Code<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>A result as it is kept.</summary>
    public static KeptResult Of(ScreenResult result) => new(
        Code(result.Urgency),
        [.. Enum.GetValues<Locks>().Where(one => one != Locks.None && result.Locks.HasFlag(one)).Select(Code)],
        [.. result.Profiles.Select(profile => profile.Code)],
        result.Pathways,
        [.. result.Triggered.Select(module => module.Instrument.Id)],
        [.. result.Fired.Select(fired => new KeptRule(fired.Rule.Id, fired.Rule.Version, fired.InstrumentVersion, [.. fired.Answers.Select(answer => result.Instruments.Questions[answer.Question].Id).Distinct(StringComparer.Ordinal)]))],
        [.. result.FollowUps.Select(due => due.Question.Id)],
        result.TreatedAsChild);

    /// <summary>The answers for rules, and what is wrong with them.</summary>
    public static IReadOnlyList<StoredAnswer> Read(InstrumentSet instruments, IReadOnlyList<SentAnswer> answers, List<(string Field, ProblemKind Kind)> wrong)
    {
        var read = new List<StoredAnswer>();
        for (var at = 0; at < answers.Count; at++)
        {
            if (answers[at].Stored is { } stored && instruments.Fault(stored) is null)
                read.Add(stored);
            else
                wrong.Add((string.Create(System.Globalization.CultureInfo.InvariantCulture, $"answers[{at}]"), CasesProblems.ValueUnfit));
        }

        return read;
    }

    public override string ToString() => "•••";
}
