using System.Numerics;

namespace Tambo.Cases.Screening;

/// <summary>Reads a person's answers by the rules of instruments: what shows, how soon, which way, and what must not be done.</summary>
/// <remarks>
/// Every sign adds and none takes away, so that an answer more never makes less of a person's need, in whatever order they
/// come. Declined and not asked give no sign, as no gives none; unlike no they can ask for somebody to come back to it.
/// </remarks>
internal static class Screen
{
    /// <summary>What the rules make of answers and facts: the same each time.</summary>
    /// <param name="instruments">The instruments.</param>
    /// <param name="answers">The answers, in any order; whatever has none was not asked.</param>
    /// <param name="facts">What is known beside them.</param>
    /// <exception cref="ArgumentOutOfRangeException">An answer names a question that the set has not.</exception>
    public static ScreenResult Evaluate(InstrumentSet instruments, ReadOnlySpan<Answer> answers, in Facts facts)
    {
        var flat = instruments.Flat;
        Span<ulong> signs = stackalloc ulong[flat.SignWords];
        Span<ulong> candidates = stackalloc ulong[flat.RuleWords];
        Span<ulong> answered = stackalloc ulong[flat.QuestionWords];
        Span<ulong> declined = stackalloc ulong[flat.QuestionWords];
        // Which answer gave a sign; read only where the sign is there.
        Span<int> givenBy = stackalloc int[flat.Tests.Length];
        var begun = 0u;
        for (var at = 0; at < answers.Length; at++)
        {
            var answer = answers[at];
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(answer.Question, flat.Questions.Length, nameof(answers));
            ref readonly var question = ref flat.Questions[answer.Question];
            var (word, bit) = (answer.Question >> 6, 1UL << (answer.Question & 63));
            if (!answer.Says)
            {
                if (answer.Way == AnswerWay.Declined)
                {
                    declined[word] |= bit;
                    begun |= 1u << question.Module;
                }

                continue;
            }

            answered[word] |= bit;
            begun |= 1u << question.Module;
            for (var sign = (int)question.First; sign < question.First + question.Signs; sign++)
            {
                ref readonly var test = ref flat.Tests[sign];
                if (!(test.Test switch { AnswerTest.Among => (answer.Value & test.Bound) != 0, AnswerTest.Less => answer.Value < test.Bound, _ => answer.Value >= test.Bound }))
                    continue;
                var signBit = 1UL << (sign & 63);
                if ((signs[sign >> 6] & signBit) == 0)
                {
                    signs[sign >> 6] |= signBit;
                    givenBy[sign] = at;
                    LookAt(flat, sign, candidates);
                }
                else if (answer.Order < answers[givenBy[sign]].Order)
                {
                    givenBy[sign] = at;
                }
            }
        }

        for (var fact = 0; fact < flat.Facts.Length; fact++)
        {
            if (!flat.Facts[fact].In(facts))
                continue;
            var sign = flat.Tests.Length + fact;
            signs[sign >> 6] |= 1UL << (sign & 63);
            LookAt(flat, sign, candidates);
        }

        return Conclude(instruments, answers, facts.Age.MayBeChild, signs, candidates, givenBy, answered, declined, begun);
    }

    /// <summary>False where a question is known not to be for this person; then it is not shown, and nobody comes back to it.</summary>
    /// <param name="instruments">The instruments.</param>
    /// <param name="question">The question's code.</param>
    /// <param name="facts">What is known of the person.</param>
    /// <exception cref="ArgumentException">There is no such question.</exception>
    public static bool IsFor(InstrumentSet instruments, string question, in Facts facts)
    {
        var place = instruments.PlaceOf(question) ?? throw new ArgumentException($"there is no question '{question}'", nameof(question));
        var flat = instruments.Flat;
        if (flat.NotApplies[place] < 0)
            return true;
        Span<ulong> signs = stackalloc ulong[flat.SignWords];
        for (var fact = 0; fact < flat.Facts.Length; fact++)
        {
            var sign = flat.Tests.Length + fact;
            if (flat.Facts[fact].In(facts))
                signs[sign >> 6] |= 1UL << (sign & 63);
        }

        return !Holds(flat, flat.NotApplies[place], signs);
    }

    private static ScreenResult Conclude(
        InstrumentSet instruments, ReadOnlySpan<Answer> answers, bool asChild, ReadOnlySpan<ulong> signs, ReadOnlySpan<ulong> candidates,
        ReadOnlySpan<int> givenBy, ReadOnlySpan<ulong> answered, ReadOnlySpan<ulong> declined, uint begun)
    {
        var flat = instruments.Flat;
        Span<ushort> fired = stackalloc ushort[flat.Rules.Length];
        var count = 0;
        var (urgency, locks, flags, probables, pathways, triggered) = (Urgency.Normal, Locks.None, 0UL, 0UL, 0UL, 0u);
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var left = candidates[word]; left != 0; left &= left - 1)
            {
                var place = (word << 6) + BitOperations.TrailingZeroCount(left);
                ref readonly var rule = ref flat.Rules[place];
                if (!Holds(flat, rule.Root, signs))
                    continue;
                fired[count++] = (ushort)place;
                urgency = rule.Urgency > urgency ? rule.Urgency : urgency;
                locks |= rule.Locks;
                flags |= rule.Flags;
                probables |= rule.Probables;
                pathways |= rule.Pathways;
                triggered |= rule.Triggers;
            }
        }

        var evidence = count == 0 ? [] : new ulong[count * flat.SignWords];
        for (var at = 0; at < count; at++)
            Collect(flat, flat.Rules[fired[at]].Root, signs, evidence.AsSpan(at * flat.SignWords, flat.SignWords));
        return new ScreenResult(instruments, urgency, locks, flags & ~probables, probables, pathways, triggered, begun, asChild)
        {
            FiredPlaces = count == 0 ? [] : fired[..count].ToArray(),
            EvidenceBits = evidence,
            SignBits = count == 0 ? [] : signs.ToArray(),
            Givers = count == 0 ? [] : Givers(flat, answers, signs, givenBy),
            FollowUpPlaces = FollowUps(instruments, signs, answered, declined, begun | instruments.FirstStep),
        };
    }

    private static void LookAt(FlatRules flat, int sign, Span<ulong> candidates)
    {
        for (var word = 0; word < candidates.Length; word++)
            candidates[word] |= flat.RulesOfSign[(sign * candidates.Length) + word];
    }

    private static bool Holds(FlatRules flat, int place, ReadOnlySpan<ulong> signs)
    {
        ref readonly var node = ref flat.Nodes[place];
        if (node.Sign >= 0)
            return (signs[node.Sign >> 6] & (1UL << (node.Sign & 63))) != 0;
        var need = (int)node.Need;
        if (node.Mask >= 0)
        {
            var mask = flat.Masks.AsSpan(node.Mask * signs.Length, signs.Length);
            for (var word = 0; word < mask.Length; word++)
                need -= BitOperations.PopCount(signs[word] & mask[word]);
            return need <= 0;
        }

        var last = node.First + node.Children;
        for (var child = (int)node.First; child < last; child++)
        {
            if (Holds(flat, child, signs) && --need == 0)
                return true;
            if (last - child - 1 < need)
                return false;
        }

        return false;
    }

    // All signs by which a formula holds, also those that were not needed for the count.
    private static void Collect(FlatRules flat, int place, ReadOnlySpan<ulong> signs, Span<ulong> evidence)
    {
        ref readonly var node = ref flat.Nodes[place];
        if (node.Sign >= 0)
        {
            evidence[node.Sign >> 6] |= 1UL << (node.Sign & 63);
            return;
        }

        if (node.Mask >= 0)
        {
            var mask = flat.Masks.AsSpan(node.Mask * signs.Length, signs.Length);
            for (var word = 0; word < mask.Length; word++)
                evidence[word] |= signs[word] & mask[word];
            return;
        }

        for (var child = (int)node.First; child < node.First + node.Children; child++)
        {
            if (Holds(flat, child, signs))
                Collect(flat, child, signs, evidence);
        }
    }

    // The answers behind the signs that are there, in the order of the signs.
    private static Answer[] Givers(FlatRules flat, ReadOnlySpan<Answer> answers, ReadOnlySpan<ulong> signs, ReadOnlySpan<int> givenBy)
    {
        var count = 0;
        for (var word = 0; word < signs.Length; word++)
            count += BitOperations.PopCount(signs[word] & OfAnswers(flat, word));
        if (count == 0)
            return [];
        var givers = new Answer[count];
        count = 0;
        for (var word = 0; word < signs.Length; word++)
        {
            for (var left = signs[word] & OfAnswers(flat, word); left != 0; left &= left - 1)
                givers[count++] = answers[givenBy[(word << 6) + BitOperations.TrailingZeroCount(left)]];
        }

        return givers;
    }

    private static ulong OfAnswers(FlatRules flat, int word)
    {
        var more = flat.Tests.Length - (word << 6);
        return more >= 64 ? ulong.MaxValue : more <= 0 ? 0 : (1UL << more) - 1;
    }

    private static ushort[] FollowUps(InstrumentSet instruments, ReadOnlySpan<ulong> signs, ReadOnlySpan<ulong> answered, ReadOnlySpan<ulong> declined, uint modules)
    {
        var flat = instruments.Flat;
        Span<ulong> due = stackalloc ulong[answered.Length];
        for (var left = modules; left != 0; left &= left - 1)
        {
            var wanted = instruments.FollowUps[BitOperations.TrailingZeroCount(left)];
            for (var word = 0; word < due.Length; word++)
                due[word] |= wanted[word] & ~answered[word];
        }

        var count = 0;
        Span<ushort> found = stackalloc ushort[flat.Questions.Length];
        for (var word = 0; word < due.Length; word++)
        {
            for (var left = due[word]; left != 0; left &= left - 1)
            {
                var place = (word << 6) + BitOperations.TrailingZeroCount(left);
                if (flat.NotApplies[place] is var node and >= 0 && Holds(flat, node, signs))
                    continue;
                // The highest bit tells that it was declined.
                found[count++] = (ushort)(place | ((declined[word] & (1UL << (place & 63))) != 0 ? ScreenResult.WasDeclined : 0));
            }
        }

        return count == 0 ? [] : found[..count].ToArray();
    }
}
