namespace Tambo.Cases.Screening;

/// <summary>Sex as the person's record has it.</summary>
internal enum RecordedSex : byte
{
    /// <summary>Not recorded.</summary>
    Unknown,

    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,

    /// <summary>Another entry.</summary>
    Other,
}

/// <summary>What the node knows of a person or place beside the answers.</summary>
internal enum KnownFact : byte
{
    /// <summary>The age is not decided and may be under 18.</summary>
    AgeUndecided,

    /// <summary>A live alert covers the place.</summary>
    DisasterAlert,

    /// <summary>The person's country has no consulate in this one.</summary>
    NoConsulate,

    /// <summary>The record says that an interpreter is needed.</summary>
    InterpreterNeeded,

    /// <summary>No recorded nationality is of the region.</summary>
    NationalityOutsideRegion,

    /// <summary>The person claims no nationality.</summary>
    NoNationalityClaimed,
}

/// <summary>An age as a range of whole years, or none.</summary>
internal readonly record struct Age
{
    private const int Adult = 18;

    private readonly byte least;
    private readonly byte most;
    private readonly bool known;
    private readonly bool disputed;

    private Age(int least, int most, bool disputed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, 130);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(least, most);
        (this.least, this.most, this.disputed, known) = ((byte)least, (byte)most, disputed, true);
    }

    /// <summary>Nothing is recorded: it may be under 18.</summary>
    public static Age Unknown => default;

    /// <summary>The range as it is kept, both ends included; null when none is recorded.</summary>
    public (int Least, int Most)? Range => known ? (least, most) : null;

    /// <summary>True when two say different ages.</summary>
    public bool IsDisputed => disputed;

    /// <summary>True until it is decided that the person is not a child.</summary>
    public bool MayBeChild => MayBeAtMost(Adult - 1);

    /// <summary>True when it must be decided whether the person is a child.</summary>
    public bool IsUndecided => !known || (least < Adult && (most >= Adult || disputed));

    /// <summary>This many years.</summary>
    public static Age Of(int years) => new(years, years, disputed: false);

    /// <summary>Somewhere in a range.</summary>
    public static Age Between(int least, int most) => new(least, most, disputed: false);

    /// <summary>Two say different ages: both are said here, for a dispute is no single number.</summary>
    public static Age Disputed(int one, int other) => new(Math.Min(one, other), Math.Max(one, other), disputed: true);

    // Childhood has the benefit of the doubt even where no range is recorded; other ages need a range.
    internal bool MayBeAtMost(int years) => known ? least <= years : years >= Adult - 1;

    internal bool IsOver(int years) => known && least > years;

    internal bool MayBeAtLeast(int years) => known && most >= years;

    internal bool IsUnder(int years) => known && most < years;
}

/// <summary>What is known of a person beside the answers; whatever is not said here is not known.</summary>
/// <param name="Age">The age.</param>
/// <param name="Sex">The sex as recorded.</param>
internal readonly record struct Facts(Age Age, RecordedSex Sex = RecordedSex.Unknown)
{
    private readonly byte holding;
    private readonly byte failing;

    /// <summary>The same, knowing this too.</summary>
    public Facts With(KnownFact fact, bool holds = true) => new(this, fact, holds);

    private Facts(Facts before, KnownFact fact, bool holds)
        : this(before.Age, before.Sex)
    {
        if (fact == KnownFact.AgeUndecided)
            throw new ArgumentException("It follows from the age.", nameof(fact));
        var bit = 1 << (int)fact;
        holding = (byte)(holds ? before.holding | bit : before.holding & ~bit);
        failing = (byte)(holds ? before.failing & ~bit : before.failing | bit);
    }

    /// <summary>True when it is known to hold.</summary>
    public bool Holds(KnownFact fact) => fact == KnownFact.AgeUndecided ? Age.IsUndecided : (holding & (1 << (int)fact)) != 0;

    /// <summary>True when it is known not to hold.</summary>
    public bool Fails(KnownFact fact) => fact == KnownFact.AgeUndecided ? !Age.IsUndecided : (failing & (1 << (int)fact)) != 0;
}
