namespace Tambo.Cases.Screening;

/// <summary>How soon somebody must help.</summary>
internal enum Urgency
{
    /// <summary>In its turn.</summary>
    Normal,

    /// <summary>Amber: soon.</summary>
    Urgent,

    /// <summary>Red: now.</summary>
    Emergency,
}

/// <summary>How much a rule says; that something is confirmed is for the authority to say, and no rule can.</summary>
internal enum Confidence
{
    /// <summary>Possible: somebody should look.</summary>
    Flag,

    /// <summary>Probable: help as if it were so.</summary>
    Probable,
}

/// <summary>What must not be done to a person until a second reviewer has looked.</summary>
[Flags]
internal enum Locks
{
    /// <summary>Nothing is locked.</summary>
    None = 0,

    /// <summary>No step towards return.</summary>
    Return = 1,

    /// <summary>No contact with, and no data to, the country of origin and its consulates.</summary>
    ConsularOrigin = 2,

    /// <summary>No detention.</summary>
    Detention = 4,
}

/// <summary>How a question is answered.</summary>
internal enum QuestionKind
{
    /// <summary>Yes or no; yes is the answer that asks for help.</summary>
    YesNo,

    /// <summary>One of the choices.</summary>
    OneOf,

    /// <summary>Any number of the choices.</summary>
    ManyOf,

    /// <summary>A whole number.</summary>
    WholeNumber,
}

/// <summary>How much one sign weighs.</summary>
internal enum Strength
{
    /// <summary>Only beside others.</summary>
    Weak,

    /// <summary>Beside others of its weight.</summary>
    Medium,

    /// <summary>Nearly by itself.</summary>
    Strong,
}

/// <summary>A set of questions with the rules that read their answers: data, with its version.</summary>
internal sealed record Instrument
{
    /// <summary>Its code; its file is named so.</summary>
    public required string Id { get; init; }

    /// <summary>Counts up with each change of questions or rules.</summary>
    public required int Version { get; init; }

    /// <summary>Text key of its name.</summary>
    public required string Title { get; init; }

    /// <summary>1: asked of everybody. 2: asked when a rule triggers it.</summary>
    public required int Step { get; init; }

    /// <summary>Minutes that it should take.</summary>
    public required int Minutes { get; init; }

    /// <summary>Who may ask: the code of a training (text <c>screening.training.CODE</c>).</summary>
    public required string Training { get; init; }

    /// <summary>Text key of how to keep the talk private.</summary>
    public required string Privacy { get; init; }

    /// <summary>Text key of what whoever asks must know.</summary>
    public string? Notes { get; init; }

    /// <summary>The most that any rule may say of the profiles that this instrument gives.</summary>
    public Confidence? AtMost { get; init; }

    /// <summary>The questions, in the order in which they are asked.</summary>
    public required IReadOnlyList<Question> Questions { get; init; }

    /// <summary>Conditions with a name, which rules refer to as <c>instrument.name</c>.</summary>
    public IReadOnlyDictionary<string, Condition> Define { get; init; } = new Dictionary<string, Condition>();

    /// <summary>The rules.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }
}

/// <summary>One question, or one thing that the officer looks for.</summary>
internal sealed record Question
{
    /// <summary>Its code: that of the instrument, a point, its name.</summary>
    public required string Id { get; init; }

    /// <summary>Text key of its words.</summary>
    public required string Text { get; init; }

    /// <summary>How it is answered.</summary>
    public required QuestionKind Kind { get; init; }

    /// <summary>Text key of help for whoever asks.</summary>
    public string? Help { get; init; }

    /// <summary>The choices by code (text <c>screening.choice.CODE</c>).</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The least number.</summary>
    public int Least { get; init; }

    /// <summary>The greatest number.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Fills <c>{number}</c> in its words, for items that are known by number only.</summary>
    public int? Number { get; init; }

    /// <summary>True when it is looked for and never asked.</summary>
    public bool Observed { get; init; }

    /// <summary>True when somebody should come back to it after it was declined or not asked.</summary>
    public bool FollowUp { get; init; }

    /// <summary>Of whom it is asked, by facts alone; it is left out only where that is known not to hold.</summary>
    public Condition? AppliesWhen { get; init; }

    /// <summary>The dimension that it is an indicator of.</summary>
    public string? Dimension { get; init; }

    /// <summary>How strong the indicator is, in each list of its source.</summary>
    public IReadOnlyDictionary<string, Strength> Strength { get; init; } = new Dictionary<string, Strength>();
}

/// <summary>What follows when a condition holds, and who says so.</summary>
internal sealed record Rule
{
    /// <summary>Its code: that of the instrument, a point, its name.</summary>
    public required string Id { get; init; }

    /// <summary>Counts up with each change.</summary>
    public required int Version { get; init; }

    /// <summary>The condition.</summary>
    public required Condition When { get; init; }

    /// <summary>Text key of what it says.</summary>
    public required string Text { get; init; }

    /// <summary>The profile it gives (text <c>screening.profile.CODE</c>).</summary>
    public string? Profile { get; init; }

    /// <summary>How sure it is of the profile.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>How soon somebody must help.</summary>
    public Urgency Urgency { get; init; }

    /// <summary>Ways to help that it recommends (text <c>screening.pathway.CODE</c>).</summary>
    public IReadOnlyList<string> Pathways { get; init; } = [];

    /// <summary>What it locks.</summary>
    public IReadOnlyList<Locks> Locks { get; init; } = [];

    /// <summary>The instruments to go on with.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>How strong the sign is.</summary>
    public Strength? Strength { get; init; }

    /// <summary>Where the rule comes from.</summary>
    public required string Source { get; init; }

    /// <summary>True when somebody held the rule against its source; false for what is remembered or Tambo's own.</summary>
    public required bool Verified { get; init; }
}
