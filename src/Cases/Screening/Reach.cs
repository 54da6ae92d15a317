namespace Tambo.Cases.Screening;

/// <summary>Whether a formula can ever hold: a rule that cannot is a mistake that nobody would see.</summary>
internal static class Reach
{
    /// <summary>True when some answers and facts make it hold.</summary>
    public static bool CanHold(Formula formula, IReadOnlyList<Question> questions) => formula switch
    {
        Count { Need: < 1 } => false,
        Count { Need: var need, Parts: var parts } => parts.Count(part => CanHold(part, questions)) >= need && !(need == parts.Count && Contradicts(Signs(parts), questions)),
        AnswerSign { Test: AnswerTest.Less } sign => sign.Bound > questions[sign.Question].Least,
        AnswerSign { Test: AnswerTest.Least } sign => sign.Bound <= questions[sign.Question].Most,
        AnswerSign sign => sign.Bound != 0,
        FactSign { Test: FactTest.AgeLeast, Negated: false } sign => sign.Number <= 130,
        FactSign { Test: FactTest.AgeMost, Negated: false } sign => sign.Number >= 0,
        _ => true,
    };

    // What must hold together: signs that stand side by side under "all", at whatever depth.
    private static List<Formula> Signs(IEnumerable<Formula> parts) =>
        [.. parts.SelectMany(part => part is Count inner ? inner.Need == inner.Parts.Count ? Signs(inner.Parts) : [] : new List<Formula> { part })];

    private static bool Contradicts(List<Formula> signs, IReadOnlyList<Question> questions)
    {
        var facts = signs.OfType<FactSign>().ToList();
        var oldest = facts.Where(sign => sign is { Test: FactTest.AgeMost, Negated: false }).Select(sign => sign.Number).DefaultIfEmpty(int.MaxValue).Min();
        var youngest = facts.Where(sign => sign is { Test: FactTest.AgeLeast, Negated: false }).Select(sign => sign.Number).DefaultIfEmpty(0).Max();
        return youngest > oldest
            || facts.Any(sign => facts.Contains(sign with { Negated = !sign.Negated }))
            || facts.Where(sign => sign is { Test: FactTest.Sex, Negated: false }).Distinct().Count() > 1
            || signs.OfType<AnswerSign>().Where(sign => sign.Test == AnswerTest.Among && questions[sign.Question].Kind == QuestionKind.OneOf)
                .GroupBy(sign => sign.Question).Any(same => same.Aggregate(uint.MaxValue, (bits, sign) => bits & sign.Bound) == 0);
    }
}
