using System.Numerics;

namespace Tambo.Cases.Screening;

/// <summary>A rule that fired, with the answers and facts by which it did.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="InstrumentVersion">The version of its instrument.</param>
/// <param name="Answers">The answers, in the order of the questions.</param>
/// <param name="Facts">The facts.</param>
internal sealed record FiredRule(Rule Rule, int InstrumentVersion, IReadOnlyList<Answer> Answers, IReadOnlyList<FactSign> Facts);

/// <summary>A profile that shows, and how sure its rules are.</summary>
internal readonly record struct ShownProfile(string Code, Confidence Confidence);

/// <summary>An instrument to go on with.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Because">The rules that trigger it.</param>
/// <param name="Begun">True when an answer of it is there.</param>
internal sealed record TriggeredModule(Instrument Instrument, IReadOnlyList<Rule> Because, bool Begun);

/// <summary>A question that somebody comes back to.</summary>
/// <param name="Question">The question.</param>
/// <param name="Declined">True when the person would rather not say; false when nobody asked.</param>
internal readonly record struct DueQuestion(Question Question, bool Declined);

/// <summary>What the rules make of a screening: derived, and never edited by hand.</summary>
internal sealed class ScreenResult
{
    internal const int WasDeclined = 0x8000;

    private readonly ulong flags;
    private readonly ulong probables;
    private readonly ulong pathways;
    private readonly uint triggered;
    private readonly uint begun;

    internal ScreenResult(InstrumentSet instruments, Urgency urgency, Locks locks, ulong flags, ulong probables, ulong pathways, uint triggered, uint begun, bool asChild)
    {
        (Instruments, Urgency, Locks, TreatedAsChild) = (instruments, urgency, locks, asChild);
        (this.flags, this.probables, this.pathways, this.triggered, this.begun) = (flags, probables, pathways, triggered, begun);
    }

    /// <summary>The instruments that it was made with.</summary>
    public InstrumentSet Instruments { get; }

    /// <summary>The highest urgency of the rules that fired.</summary>
    public Urgency Urgency { get; }

    /// <summary>All that they lock.</summary>
    public Locks Locks { get; }

    /// <summary>True when the person is a child, or is treated as one because the age is not decided.</summary>
    public bool TreatedAsChild { get; }

    /// <summary>The profiles, in the order of their codes.</summary>
    public IReadOnlyList<ShownProfile> Profiles =>
        [.. Instruments.Profiles.Select((code, bit) => (code, bit)).Where(profile => Has(flags | probables, profile.bit)).Select(profile => new ShownProfile(profile.code, Has(probables, profile.bit) ? Confidence.Probable : Confidence.Flag))];

    /// <summary>The recommended ways to help, in the order of their codes.</summary>
    public IReadOnlyList<string> Pathways => [.. Instruments.Pathways.Where((_, bit) => Has(pathways, bit))];

    /// <summary>The rules that fired, each with why.</summary>
    public IReadOnlyList<FiredRule> Fired => [.. Enumerable.Range(0, FiredPlaces.Length).Select(FiredAt)];

    /// <summary>The instruments to go on with, and why.</summary>
    public IReadOnlyList<TriggeredModule> Triggered =>
        [.. Instruments.Instruments.Select((instrument, bit) => (instrument, bit)).Where(module => Has(triggered, module.bit)).Select(module => new TriggeredModule(
            module.instrument, [.. FiredPlaces.Select(place => Instruments.Rules[place]).Where(rule => rule.Triggers.Contains(module.instrument.Id))], Has(begun, module.bit)))];

    /// <summary>The questions to come back to, in the instruments that were begun and those asked of everybody.</summary>
    public IReadOnlyList<DueQuestion> FollowUps => [.. FollowUpPlaces.Select(place => new DueQuestion(Instruments.Questions[place & ~WasDeclined], (place & WasDeclined) != 0))];

    /// <summary>True when questions are to be come back to, or an instrument that was triggered has not been begun.</summary>
    public bool FollowUpIsDue => FollowUpPlaces.Length > 0 || (triggered & ~begun) != 0;

    internal ushort[] FiredPlaces { get; init; } = [];

    internal ushort[] FollowUpPlaces { get; init; } = [];

    // For each rule that fired the signs by which it did, SignWords words each.
    internal ulong[] EvidenceBits { get; init; } = [];

    internal ulong[] SignBits { get; init; } = [];

    // The answers behind the signs that are there, in the order of the signs.
    internal Answer[] Givers { get; init; } = [];

    private FiredRule FiredAt(int index)
    {
        var flat = Instruments.Flat;
        var rule = Instruments.Rules[FiredPlaces[index]];
        var (answers, facts) = (new List<Answer>(), new List<FactSign>());
        for (var sign = 0; sign < flat.Tests.Length + flat.Facts.Length; sign++)
        {
            if ((EvidenceBits[(index * flat.SignWords) + (sign >> 6)] & (1UL << (sign & 63))) == 0)
                continue;
            if (sign >= flat.Tests.Length)
                facts.Add(flat.Facts[sign - flat.Tests.Length]);
            else if (Givers[Before(sign)] is var answer && !answers.Contains(answer))
                answers.Add(answer);
        }

        return new FiredRule(rule, Instruments[rule.Id.Split('.')[0]].Version, answers, facts);
    }

    private int Before(int sign)
    {
        var count = BitOperations.PopCount(SignBits[sign >> 6] & ((1UL << (sign & 63)) - 1));
        for (var word = 0; word < sign >> 6; word++)
            count += BitOperations.PopCount(SignBits[word]);
        return count;
    }

    private static bool Has(ulong bits, int bit) => (bits & (1UL << bit)) != 0;
}
