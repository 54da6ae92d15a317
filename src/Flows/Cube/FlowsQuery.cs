namespace Tambo.Flows.Cube;

/// <summary>What somebody asks of the figures.</summary>
public sealed record FlowsQuery
{
    /// <summary>The dataflow.</summary>
    public string Dataflow { get; init; } = "FLOW";

    /// <summary>What figures are grouped by.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>Which figures.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>What is summed.</summary>
    public string Measure { get; init; } = Structure.Dataflow.Value;

    /// <summary>The moment whose knowledge is asked for; null for now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>True for figures made up for practice, which never stand beside others.</summary>
    public bool Training { get; init; }

    /// <summary>True to add up every row as it was published, also what counts the same people again: for looking tables over.</summary>
    public bool AsPublished { get; init; }

    /// <summary>
    /// How many of the largest codes stay, of each component in <see cref="TopOf"/> and each series, over the whole answer;
    /// the others become one rest that says how many groups it holds. What a table says is unknown, other or not broken down is
    /// no rank and in no rest.
    /// </summary>
    public int? Top { get; init; }

    /// <summary>The components whose largest codes stay; when none is named, all that are codes.</summary>
    public IReadOnlyList<string> TopOf { get; init; } = [];

    /// <summary>
    /// Words whose parts of a whole are asked for: the whole is the same question without grouping or choosing by them. So
    /// <c>citizenship</c> gives each nationality's share of a month, and <c>age</c> with <c>age=0-17</c> the share of children.
    /// </summary>
    public IReadOnlyList<string> Share { get; init; } = [];

    /// <summary>How many consecutive periods of the span grouped by are summed into each figure; null for each alone.</summary>
    public int? Window { get; init; }
}

/// <summary>An answer with what its columns are.</summary>
/// <param name="Columns">The series, then what was asked for.</param>
/// <param name="Figures">The figures.</param>
public sealed record FlowsAnswer(IReadOnlyList<string> Columns, IReadOnlyList<Figure> Figures)
{
    /// <summary>Figures of periods longer than those a window is made of (a year among months): in no window.</summary>
    public IReadOnlyList<Figure> Apart { get; init; } = [];

    /// <summary>The codes that stayed as the largest, from the largest on, by series and column.</summary>
    public IReadOnlyList<RankedCodes> Ranked { get; init; } = [];
}

/// <summary>The largest codes of one column of a series.</summary>
/// <param name="Series">The series.</param>
/// <param name="Column">The column of the answer.</param>
/// <param name="Codes">From the largest on.</param>
/// <param name="Others">How many further codes the rest holds.</param>
public sealed record RankedCodes(string Series, string Column, IReadOnlyList<string> Codes, int Others);
