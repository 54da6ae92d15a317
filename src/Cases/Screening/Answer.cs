namespace Tambo.Cases.Screening;

/// <summary>How an answer came to be; these are different things, and only the first two say anything.</summary>
internal enum AnswerWay : byte
{
    /// <summary>Not asked.</summary>
    NotAsked,

    /// <summary>The person would rather not say.</summary>
    Declined,

    /// <summary>The person said it.</summary>
    Said,

    /// <summary>The officer saw it.</summary>
    Observed,
}

/// <summary>
/// One answer to one question of an <see cref="InstrumentSet"/>, in eight bytes. A question may have several: what is seen
/// beside what is said. Whoever corrects an answer replaces it, for of several the one that asks for help counts.
/// </summary>
/// <param name="Question">The question's place in the set.</param>
/// <param name="Way">How the answer came to be.</param>
/// <param name="Value">A number, or a bit for each choice; yes is the first, no the second.</param>
internal readonly record struct Answer(ushort Question, AnswerWay Way, uint Value)
{
    /// <summary>The code of yes.</summary>
    public const string YesCode = "yes";

    /// <summary>The code of no.</summary>
    public const string NoCode = "no";

    internal const uint Yes = 1;
    internal const uint No = 2;

    /// <summary>True when it says something.</summary>
    public bool Says => Way >= AnswerWay.Said;

    // Any total order will do: of two answers that say the same, the same one is shown whichever came first.
    internal ulong Order => ((ulong)Way << 32) | Value;
}

/// <summary>An answer as it is kept: codes that another version can read.</summary>
/// <param name="Question">The question's code.</param>
/// <param name="Way">How the answer came to be.</param>
/// <param name="Values">The codes of its choices, <c>yes</c>, <c>no</c>, or a number; empty when it says nothing.</param>
internal sealed record StoredAnswer(string Question, AnswerWay Way, IReadOnlyList<string> Values);
