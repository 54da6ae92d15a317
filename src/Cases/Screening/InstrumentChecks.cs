namespace Tambo.Cases.Screening;

/// <summary>Refuses instruments that would help nobody: rules that cannot fire, that nobody can read, or that nobody stands behind.</summary>
internal sealed class InstrumentChecks
{
    private const int MostBits = 64;
    private const int MostModules = 32;
    private const int MostChoices = 32;

    private readonly IReadOnlyList<Instrument> instruments;
    private readonly Func<string, bool> hasText;
    private readonly List<string> faults = [];
    private readonly List<Question> questions;
    private readonly List<Rule> rules;
    private readonly Dictionary<string, ushort> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Condition> definitions = new(StringComparer.Ordinal);

    private InstrumentChecks(IReadOnlyList<Instrument> instruments, Func<string, bool> hasText)
    {
        (this.instruments, this.hasText) = (instruments, hasText);
        questions = [.. instruments.SelectMany(instrument => instrument.Questions)];
        rules = [.. instruments.SelectMany(instrument => instrument.Rules)];
    }

    /// <summary>A set of the instruments.</summary>
    /// <exception cref="InvalidDataException">Something is wrong with them.</exception>
    public static InstrumentSet Make(IReadOnlyList<Instrument> instruments, Func<string, bool> hasText) =>
        new InstrumentChecks([.. instruments.OrderBy(instrument => instrument.Step)], hasText).Make();

    private InstrumentSet Make()
    {
        foreach (var same in instruments.GroupBy(instrument => instrument.Id).Where(same => same.Count() > 1))
            faults.Add($"there are {same.Count()} instruments '{same.Key}'");
        foreach (var instrument in instruments)
            Check(instrument);
        CheckTriggers();
        CheckCeilings();
        var formulas = new Formulas(places, questions, definitions);
        var conditions = rules.Select(rule => Try(rule.Id, () => Reached(formulas.Of(rule.When)))).ToList();
        var notFor = questions.Select(question => question.AppliesWhen is { } applies ? Try(question.Id, () => OfFacts(formulas.Of(new Not(applies)))) : null).ToList();
        foreach (var (name, definition) in definitions)
            Try(name, () => formulas.Of(definition));
        var profiles = rules.Select(rule => rule.Profile).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var pathways = rules.SelectMany(rule => rule.Pathways).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (profiles.Count > MostBits || pathways.Count > MostBits || instruments.Count > MostModules)
            faults.Add($"there are {profiles.Count} profiles, {pathways.Count} pathways and {instruments.Count} instruments; there may be {MostBits}, {MostBits} and {MostModules}");
        if (faults.Count > 0)
            throw new InvalidDataException($"The instruments are refused: {string.Join("; ", faults)}.");

        var modules = instruments.Select((instrument, place) => (instrument.Id, place)).ToDictionary(pair => pair.Id, pair => pair.place, StringComparer.Ordinal);
        ulong Bits(IEnumerable<string> codes, List<string> all) => codes.Aggregate(0UL, (bits, code) => bits | (1UL << all.IndexOf(code)));
        var flat = new FlatRules(
            [.. rules.Select((rule, place) => (conditions[place]!, new FlatRule(
                0,
                (byte)modules[rule.Id.Split('.')[0]],
                rule.Urgency,
                rule.Locks.Aggregate(Locks.None, (all, one) => all | one),
                rule is { Profile: { } flag, Confidence: Confidence.Flag } ? Bits([flag], profiles) : 0,
                rule is { Profile: { } probable, Confidence: Confidence.Probable } ? Bits([probable], profiles) : 0,
                Bits(rule.Pathways, pathways),
                rule.Triggers.Aggregate(0u, (bits, id) => bits | (1u << modules[id])))))],
            [.. questions.Select((question, place) => (modules[question.Id.Split('.')[0]], notFor[place]))]);
        return new InstrumentSet(instruments, places, profiles, pathways, flat) { Holds = [.. conditions.OfType<Formula>()], NotFor = notFor };
    }

    private void Check(Instrument instrument)
    {
        if (instrument.Step is not (1 or 2) || instrument.Version < 1)
            faults.Add($"'{instrument.Id}' has step {instrument.Step} and version {instrument.Version}");
        NeedTexts(instrument.Id, [instrument.Title, instrument.Privacy, $"screening.training.{instrument.Training}", .. instrument.Notes is { } notes ? [notes] : Array.Empty<string>()]);
        foreach (var question in instrument.Questions)
            Check(instrument, question);
        foreach (var (name, condition) in instrument.Define)
        {
            if (!definitions.TryAdd($"{instrument.Id}.{name}", condition))
                faults.Add($"'{instrument.Id}.{name}' is defined twice");
        }

        foreach (var rule in instrument.Rules)
            Check(instrument, rule);
        foreach (var same in instrument.Rules.GroupBy(rule => rule.Id).Where(same => same.Count() > 1))
            faults.Add($"there are {same.Count()} rules '{same.Key}'");
    }

    private void Check(Instrument instrument, Question question)
    {
        CheckName(instrument, question.Id);
        if (!places.TryAdd(question.Id, (ushort)places.Count))
            faults.Add($"there are two questions '{question.Id}'");
        var choosing = question.Kind is QuestionKind.OneOf or QuestionKind.ManyOf;
        if (choosing != question.Choices.Count > 0 || question.Choices.Count > MostChoices || question.Choices.Distinct().Count() != question.Choices.Count)
            faults.Add($"the choices of '{question.Id}' are none, too many or repeated");
        if (question.Least < 0 || question.Most < question.Least || (question.Observed && question.Kind != QuestionKind.YesNo))
            faults.Add($"'{question.Id}' cannot be answered");
        NeedTexts(question.Id, [question.Text, .. question.Help is { } help ? [help] : Array.Empty<string>(), .. question.Choices.Select(choice => $"screening.choice.{choice}")]);
    }

    private void Check(Instrument instrument, Rule rule)
    {
        CheckName(instrument, rule.Id);
        if (string.IsNullOrWhiteSpace(rule.Source))
            faults.Add($"the rule '{rule.Id}' has no source");
        if (rule.Version < 1)
            faults.Add($"the rule '{rule.Id}' has version {rule.Version}");
        if (rule.Profile is null != rule.Confidence is null)
            faults.Add($"the rule '{rule.Id}' has a profile without a confidence, or the other way round");
        if (rule is { Profile: null, Urgency: Urgency.Normal, Pathways.Count: 0, Locks.Count: 0, Triggers.Count: 0 })
            faults.Add($"the rule '{rule.Id}' brings nothing");
        NeedTexts(rule.Id, [rule.Text, .. rule.Profile is { } profile ? [$"screening.profile.{profile}"] : Array.Empty<string>(), .. rule.Pathways.Select(code => $"screening.pathway.{code}")]);
    }

    private void CheckName(Instrument instrument, string id)
    {
        if (id.Split('.') is not [var owner, { Length: > 0 }] || owner != instrument.Id)
            faults.Add($"'{id}' stands in '{instrument.Id}' and is not named after it");
    }

    private void NeedTexts(string id, IEnumerable<string> keys) =>
        faults.AddRange(keys.Where(key => !hasText(key)).Select(key => $"'{id}' needs the text '{key}', which is missing"));

    private void CheckTriggers()
    {
        var next = instruments.GroupBy(instrument => instrument.Id, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.SelectMany(instrument => instrument.Rules).SelectMany(rule => rule.Triggers).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            faults.AddRange(rule.Triggers.Where(id => !next.ContainsKey(id)).Select(id => $"the rule '{rule.Id}' triggers '{id}', which there is not"));
            faults.AddRange(rule.Triggers.Where(id => instruments.Any(instrument => instrument.Id == id && instrument.Step == 1)).Select(id => $"the rule '{rule.Id}' triggers '{id}', which is asked of everybody"));
        }

        foreach (var id in next.Keys.Where(id => Leads(id, id, [])))
            faults.Add($"'{id}' triggers itself, perhaps by way of others");
        var reached = new HashSet<string>(instruments.Where(instrument => instrument.Step == 1).Select(instrument => instrument.Id), StringComparer.Ordinal);
        for (var before = 0; before < reached.Count;)
        {
            before = reached.Count;
            reached.UnionWith(reached.SelectMany(id => next[id]).Where(next.ContainsKey).ToList());
        }

        faults.AddRange(next.Keys.Where(id => !reached.Contains(id)).Select(id => $"no rule triggers '{id}': its rules are never reached"));

        bool Leads(string from, string to, HashSet<string> seen) =>
            next.TryGetValue(from, out var further) && further.Any(id => id == to || (seen.Add(id) && Leads(id, to, seen)));
    }

    private void CheckCeilings()
    {
        foreach (var instrument in instruments.Where(instrument => instrument.AtMost is not null))
        {
            var given = instrument.Rules.Select(rule => rule.Profile).OfType<string>().ToHashSet(StringComparer.Ordinal);
            faults.AddRange(rules.Where(rule => rule.Profile is { } profile && given.Contains(profile) && rule.Confidence > instrument.AtMost)
                .Select(rule => $"the rule '{rule.Id}' says more of '{rule.Profile}' than screening may"));
        }
    }

    private Formula Reached(Formula formula) =>
        Reach.CanHold(formula, questions) ? formula : throw new InvalidDataException("no answers can make it hold: it is never reached");

    private static Formula OfFacts(Formula formula)
    {
        static bool OnlyFacts(Formula part) => part is Count count ? count.Parts.All(OnlyFacts) : part is FactSign;
        return OnlyFacts(formula) ? formula : throw new InvalidDataException("of whom it is asked may depend on facts alone");
    }

    private Formula? Try(string id, Func<Formula> make)
    {
        try
        {
            return make();
        }
        catch (InvalidDataException fault)
        {
            faults.Add($"'{id}': {fault.Message}");
            return null;
        }
    }
}
