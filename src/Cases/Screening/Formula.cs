namespace Tambo.Cases.Screening;

/// <summary>What is asked of one answer.</summary>
internal enum AnswerTest : byte
{
    /// <summary>Any of these choices.</summary>
    Among,

    /// <summary>A number below.</summary>
    Less,

    /// <summary>A number at or above.</summary>
    Least,
}

/// <summary>What is asked of the facts.</summary>
internal enum FactTest : byte
{
    /// <summary>May be at least so old.</summary>
    AgeLeast,

    /// <summary>May be at most so old.</summary>
    AgeMost,

    /// <summary>Is recorded with this sex.</summary>
    Sex,

    /// <summary>A fact holds.</summary>
    Fact,
}

/// <summary>A condition with nothing left to look up: counts of signs, with every "not" moved into the facts it stands before.</summary>
internal abstract record Formula;

/// <summary>So many of the parts hold.</summary>
internal sealed record Count(int Need, IReadOnlyList<Formula> Parts) : Formula;

/// <summary>A sign read from one answer.</summary>
internal sealed record AnswerSign(ushort Question, AnswerTest Test, uint Bound) : Formula;

/// <summary>A sign read from the facts.</summary>
internal sealed record FactSign(FactTest Test, int Number, bool Negated) : Formula
{
    /// <summary>True when the facts are known to give the sign.</summary>
    public bool In(in Facts facts) => (Test, Negated) switch
    {
        (FactTest.AgeLeast, false) => facts.Age.MayBeAtLeast(Number),
        (FactTest.AgeLeast, true) => facts.Age.IsUnder(Number),
        (FactTest.AgeMost, false) => facts.Age.MayBeAtMost(Number),
        (FactTest.AgeMost, true) => facts.Age.IsOver(Number),
        (FactTest.Sex, false) => (int)facts.Sex == Number,
        // Who is recorded as neither may still be what is asked for.
        (FactTest.Sex, true) => facts.Sex is RecordedSex.Female or RecordedSex.Male && (int)facts.Sex != Number,
        (_, false) => facts.Holds((KnownFact)Number),
        (_, true) => facts.Fails((KnownFact)Number),
    };
}

/// <summary>Makes formulas of conditions: names become what they stand for, and what cannot be meant is refused.</summary>
internal sealed class Formulas(IReadOnlyDictionary<string, ushort> places, IReadOnlyList<Question> questions, IReadOnlyDictionary<string, Condition> definitions)
{
    /// <summary>The formula of a condition.</summary>
    /// <exception cref="InvalidDataException">It names what there is not, or an answer could silence it.</exception>
    public Formula Of(Condition condition) => Of(condition, negated: false, []);

    private Formula Of(Condition condition, bool negated, IReadOnlyList<string> within) => condition switch
    {
        AtLeast { Count: var count, Parts: var parts } => new Count(negated ? parts.Count - count + 1 : count, [.. parts.Select(part => Of(part, negated, within))]),
        Not not => Of(not.Part, !negated, within),
        AgeLeast age => new FactSign(FactTest.AgeLeast, age.Years, negated),
        AgeMost age => new FactSign(FactTest.AgeMost, age.Years, negated),
        SexIs sex => new FactSign(FactTest.Sex, (int)sex.Sex, negated),
        FactHolds fact => new FactSign(FactTest.Fact, (int)fact.Fact, negated),
        Defined { Name: var name } when within.Contains(name) => throw new InvalidDataException($"'{name}' is defined by itself"),
        Defined { Name: var name } => Of(definitions.GetValueOrDefault(name) ?? throw new InvalidDataException($"nothing is defined as '{name}'"), negated, [.. within, name]),
        _ when negated => throw new InvalidDataException("'not' stands before an answer: then an answer could take help away"),
        DimensionPositive dimension => Of(Combination(dimension), negated, within),
        AnswerIn { Question: var code, Values: var values } => new AnswerSign(Place(code), AnswerTest.Among, Bits(Find(code), values)),
        AnswerLess { Question: var code, Than: var than } => new AnswerSign(Number(code), AnswerTest.Less, (uint)Math.Max(0, than)),
        AnswerLeast { Question: var code, Number: var least } => new AnswerSign(Number(code), AnswerTest.Least, (uint)Math.Max(0, least)),
        Answered { Question: var code } => Find(code).Kind == QuestionKind.WholeNumber
            ? new AnswerSign(Place(code), AnswerTest.Least, 0)
            : throw new InvalidDataException($"'answered' is meant for numbers, and '{code}' is none: say which answer counts"),
        _ => throw new InvalidDataException($"no formula for {condition}"),
    };

    // ILO and European Commission (2009): two strong; a strong and another; three medium; two medium and a weak.
    private AtLeast Combination(DimensionPositive dimension)
    {
        var indicators = questions.Where(question => question.Dimension is { } name && $"{question.Id.Split('.')[0]}.{name}" == dimension.Name && question.Strength.ContainsKey(dimension.List)).ToList();
        if (indicators.Count == 0)
            throw new InvalidDataException($"no question is an indicator of '{dimension.Name}' in the list '{dimension.List}'");
        Condition[] Of(Strength strength) => [.. indicators.Where(question => question.Strength[dimension.List] == strength).Select(question => new AnswerIn(question.Id, [Answer.YesCode]))];
        var (strong, medium, weak) = (Of(Strength.Strong), Of(Strength.Medium), Of(Strength.Weak));
        AtLeast[] ways =
        [
            new(2, strong),
            AtLeast.All([AtLeast.Any(strong), AtLeast.Any([.. medium, .. weak])]),
            new(3, medium),
            AtLeast.All([new AtLeast(2, medium), AtLeast.Any(weak)]),
        ];
        return AtLeast.Any([.. ways.Where(CanHold)]);
    }

    private static bool CanHold(Condition condition) => condition is not AtLeast { Count: var count, Parts: var parts } || parts.Count(CanHold) >= count;

    private ushort Place(string code) => places.TryGetValue(code, out var place) ? place : throw new InvalidDataException($"there is no question '{code}'");

    private Question Find(string code) => questions[Place(code)];

    private ushort Number(string code) => Find(code).Kind == QuestionKind.WholeNumber ? Place(code) : throw new InvalidDataException($"'{code}' is not answered by a number");

    private static uint Bits(Question question, IReadOnlyList<string> values)
    {
        var bits = 0u;
        foreach (var value in values)
            bits |= Bit(question, value);
        if (question.Kind == QuestionKind.YesNo && (bits & Answer.No) != 0)
            throw new InvalidDataException($"'{question.Id}' counts when it is answered with no: ask it so that yes asks for help, for declined is never no");
        return bits;
    }

    /// <summary>The bit of a choice.</summary>
    public static uint Bit(Question question, string value)
    {
        var at = question.Kind switch
        {
            QuestionKind.YesNo => value == Answer.YesCode ? 0 : value == Answer.NoCode ? 1 : -1,
            QuestionKind.WholeNumber => -1,
            _ => question.Choices.ToList().IndexOf(value),
        };
        return at >= 0 ? 1u << at : throw new InvalidDataException($"'{question.Id}' is never answered with '{value}'");
    }
}
