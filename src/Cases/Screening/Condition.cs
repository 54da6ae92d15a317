using System.Text.Json.Serialization;

namespace Tambo.Cases.Screening;

/// <summary>
/// When a rule holds. A condition can be true, false or not known: what was declined or not asked makes it not known, and a
/// rule only fires on what is true.
/// </summary>
[JsonConverter(typeof(ConditionReader))]
internal abstract record Condition;

/// <summary><c>{"all": […]}</c>, <c>{"any": […]}</c>, <c>{"atLeast": 2, "of": […]}</c>.</summary>
/// <param name="Count">How many of the parts; all of them and one of them are counts too.</param>
/// <param name="Parts">The parts.</param>
internal sealed record AtLeast(int Count, IReadOnlyList<Condition> Parts) : Condition
{
    /// <summary>Each of them.</summary>
    public static AtLeast All(IReadOnlyList<Condition> parts) => new(parts.Count, parts);

    /// <summary>One of them.</summary>
    public static AtLeast Any(IReadOnlyList<Condition> parts) => new(1, parts);
}

/// <summary><c>{"not": …}</c>, of facts alone: no answer may make a rule silent.</summary>
internal sealed record Not(Condition Part) : Condition;

/// <summary><c>{"yes": "q"}</c>, <c>{"question": "q", "equals": "a"}</c>, <c>{"question": "q", "in": ["a", "b"]}</c>.</summary>
internal sealed record AnswerIn(string Question, IReadOnlyList<string> Values) : Condition;

/// <summary><c>{"question": "q", "less": 7}</c>.</summary>
internal sealed record AnswerLess(string Question, int Than) : Condition;

/// <summary><c>{"question": "q", "least": 7}</c>.</summary>
internal sealed record AnswerLeast(string Question, int Number) : Condition;

/// <summary><c>{"answered": "q"}</c>: neither declined nor left out.</summary>
internal sealed record Answered(string Question) : Condition;

/// <summary><c>{"ageLeast": 60}</c>: the age is, or in its range may be, at least so much.</summary>
internal sealed record AgeLeast(int Years) : Condition;

/// <summary><c>{"ageMost": 17}</c>: the age is, or in its range may be, at most so much.</summary>
internal sealed record AgeMost(int Years) : Condition;

/// <summary><c>{"sex": "female"}</c>, as recorded.</summary>
internal sealed record SexIs(RecordedSex Sex) : Condition;

/// <summary><c>{"fact": "no_consulate"}</c>: what is known beside the answers.</summary>
internal sealed record FactHolds(KnownFact Fact) : Condition;

/// <summary><c>{"defined": "instrument.name"}</c>.</summary>
internal sealed record Defined(string Name) : Condition;

/// <summary><c>{"dimension": "instrument.name", "list": "adult"}</c>: its indicators make the dimension positive.</summary>
internal sealed record DimensionPositive(string Name, string List) : Condition;
