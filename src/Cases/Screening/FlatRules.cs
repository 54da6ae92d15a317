namespace Tambo.Cases.Screening;

/// <summary>One node of a flat formula: a sign, or a count over children that lie side by side.</summary>
/// <param name="Sign">The sign's place; -1 for a count.</param>
/// <param name="Need">How many children must hold.</param>
/// <param name="First">The place of the first child.</param>
/// <param name="Children">How many there are.</param>
/// <param name="Mask">Where its signs stand as bits, when all children are signs: then they are counted at once; else -1.</param>
internal readonly record struct FlatNode(short Sign, short Need, ushort First, ushort Children, short Mask);

/// <summary>Where the signs of a question stand, and to which instrument it belongs.</summary>
/// <param name="First">The place of its first sign.</param>
/// <param name="Signs">How many it has.</param>
/// <param name="Module">The instrument's place.</param>
internal readonly record struct FlatQuestion(ushort First, byte Signs, byte Module);

/// <summary>The test of an answer's sign.</summary>
internal readonly record struct FlatTest(AnswerTest Test, uint Bound);

/// <summary>What a rule brings when it fires, as bits.</summary>
internal readonly record struct FlatRule(ushort Root, byte Module, Urgency Urgency, Locks Locks, ulong Flags, ulong Probables, ulong Pathways, uint Triggers);

/// <summary>All rules of a set, made once into arrays that evaluating reads without looking anything up.</summary>
/// <remarks>
/// Signs are numbered: first those of answers, question by question, then those of facts. All are positive, so that a sign
/// more can never make a rule silent. Sets of signs, rules and questions are bits in words of 64.
/// </remarks>
internal sealed class FlatRules
{
    private readonly List<FlatNode> nodes = [];
    private readonly List<ulong> masks = [];
    private readonly Dictionary<Formula, int> signs = [];

    public FlatRules(IReadOnlyList<(Formula Formula, FlatRule Rule)> rules, IReadOnlyList<(int Module, Formula? NotApplies)> questions)
    {
        var answers = rules.SelectMany(rule => Signs(rule.Formula)).OfType<AnswerSign>().Distinct()
            .OrderBy(sign => sign.Question).ThenBy(sign => sign.Test).ThenBy(sign => sign.Bound).ToList();
        Facts = [.. rules.Select(rule => rule.Formula).Concat(questions.Select(question => question.NotApplies).OfType<Formula>()).SelectMany(Signs).OfType<FactSign>().Distinct()];
        foreach (var sign in answers.Concat<Formula>(Facts))
            signs.Add(sign, signs.Count);
        Tests = [.. answers.Select(sign => new FlatTest(sign.Test, sign.Bound))];
        SignWords = Words(signs.Count);
        RuleWords = Words(rules.Count);
        QuestionWords = Words(questions.Count);
        Questions = [.. questions.Select((question, place) => new FlatQuestion(
            (ushort)answers.TakeWhile(sign => sign.Question < place).Count(), (byte)answers.Count(sign => sign.Question == place), (byte)question.Module))];
        Rules = [.. rules.Select(rule => rule.Rule with { Root = Flat(rule.Formula) })];
        NotApplies = [.. questions.Select(question => question.NotApplies is { } formula ? (int)Flat(formula) : -1)];
        Nodes = [.. nodes];
        Masks = [.. masks];
        RulesOfSign = new ulong[signs.Count * RuleWords];
        for (var rule = 0; rule < rules.Count; rule++)
        {
            // A rule that needs an answer waits for one; the others are looked at for their facts.
            var byFacts = HoldsByFacts(rules[rule].Formula);
            foreach (var sign in Signs(rules[rule].Formula).Where(sign => byFacts || sign is AnswerSign))
                RulesOfSign[(signs[sign] * RuleWords) + (rule >> 6)] |= 1UL << (rule & 63);
        }
    }

    public FactSign[] Facts { get; }

    public FlatTest[] Tests { get; }

    public FlatNode[] Nodes { get; }

    /// <summary>The signs of nodes that only count signs: <see cref="SignWords"/> words a node.</summary>
    public ulong[] Masks { get; }

    public FlatQuestion[] Questions { get; }

    public FlatRule[] Rules { get; }

    /// <summary>For each question the node that tells that it is not for this person; -1 where it is for everybody.</summary>
    public int[] NotApplies { get; }

    /// <summary>For each sign the rules to look at when it is there: <see cref="RuleWords"/> words a sign.</summary>
    public ulong[] RulesOfSign { get; }

    public int SignWords { get; }

    public int RuleWords { get; }

    public int QuestionWords { get; }

    /// <summary>Words of 64 bits for so many.</summary>
    public static int Words(int count) => Math.Max(1, (count + 63) / 64);

    private static IEnumerable<Formula> Signs(Formula formula) => formula is Count count ? count.Parts.SelectMany(Signs) : [formula];

    private static bool HoldsByFacts(Formula formula) => formula is Count count ? count.Parts.Count(HoldsByFacts) >= count.Need : formula is FactSign;

    private ushort Flat(Formula formula)
    {
        var place = nodes.Count;
        nodes.Add(default);
        Fill(place, formula);
        return (ushort)place;
    }

    private void Fill(int place, Formula formula)
    {
        if (formula is not Count { Parts: var parts, Need: var need })
        {
            nodes[place] = new FlatNode((short)signs[formula], 0, 0, 0, -1);
            return;
        }

        // A count of one part is that part.
        if (parts.Count == 1 && need == 1)
        {
            Fill(place, parts[0]);
            return;
        }

        if (parts.All(part => part is not Count) && parts.Distinct().Count() == parts.Count)
        {
            nodes[place] = new FlatNode(-1, (short)need, 0, 0, (short)(masks.Count / SignWords));
            var mask = new ulong[SignWords];
            foreach (var sign in parts.Select(part => signs[part]))
                mask[sign >> 6] |= 1UL << (sign & 63);
            masks.AddRange(mask);
            return;
        }

        var first = nodes.Count;
        nodes[place] = new FlatNode(-1, (short)need, (ushort)first, (ushort)parts.Count, -1);
        foreach (var _ in parts)
            nodes.Add(default);
        for (var part = 0; part < parts.Count; part++)
            Fill(first + part, parts[part]);
    }
}
