using Tambo.Platform.Files;

namespace Tambo.Flows.Checking;

/// <summary>
/// One thing that figures are looked over for: data that a statistician reads and changes, one JSON file each, with why it
/// matters in the readers' languages.
/// </summary>
public sealed record Check
{
    /// <summary>Its code: the name of its file.</summary>
    public required string Code { get; init; }

    /// <summary>How bad a finding is.</summary>
    public required IssueSeverity Severity { get; init; }

    /// <summary>What it is called, by language.</summary>
    public required IReadOnlyDictionary<string, string> Title { get; init; }

    /// <summary>What a finding means and what to do, by language.</summary>
    public required IReadOnlyDictionary<string, string> Explanation { get; init; }

    /// <summary>What is asked of the figures.</summary>
    public required CheckRule Rule { get; init; }
}

/// <summary>What a check asks.</summary>
public enum CheckKind
{
    /// <summary>Tables that count the same thing give the same figures.</summary>
    Agree,

    /// <summary>No observation lies outside what can be.</summary>
    Impossible,

    /// <summary>No figure is far from those around it, by the modified z-score.</summary>
    Outlier,

    /// <summary>No period is missing between the first and the last of a table.</summary>
    Missing,

    /// <summary>A table does not hold both a total and its parts.</summary>
    Levels,

    /// <summary>Two columns have not changed places.</summary>
    Swapped,

    /// <summary>No period repeats the one before it, figure by figure.</summary>
    Repeated,

    /// <summary>No observation is there twice, with all that it says but its name.</summary>
    Doubled,

    /// <summary>No observation lies far from the country that it is said to be of.</summary>
    Astray,
}

/// <summary>The question of a check, in terms of the cube.</summary>
public sealed record CheckRule
{
    /// <summary>What is asked.</summary>
    public required CheckKind Kind { get; init; }

    /// <summary>The dataflow; of <see cref="Tables"/> as well.</summary>
    public string Dataflow { get; init; } = "FLOW";

    /// <summary>The tables that should agree, each by what it is chosen by; the first with each of the others.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Tables { get; init; } = [];

    /// <summary>Which figures are looked at.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>What figures are grouped by; for all but <see cref="CheckKind.Agree"/> beside the period.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>The period: year, quarter, month, week or day.</summary>
    public string Period { get; init; } = "month";

    /// <summary>The measures that are looked at one by one; the value when none is named.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>True to look only at totals that their parts do not come to.</summary>
    public bool Differing { get; init; }

    /// <summary>How far figures may lie apart, as a part of the larger; 0 for not at all.</summary>
    public double Tolerance { get; init; }

    /// <summary>The least that an observation can be, or that a figure must be to be looked at.</summary>
    public long? Least { get; init; }

    /// <summary>The most that an observation can be; for <see cref="CheckKind.Astray"/> kilometres.</summary>
    public long? Most { get; init; }

    /// <summary>The score from which on a figure is an outlier.</summary>
    public double Threshold { get; init; } = 3.5;

    /// <summary>The component that is looked at: the one with a total (empty for all that are not in <see cref="By"/>), the one that should say where.</summary>
    public string Component { get; init; } = "";

    /// <summary>The component it may have changed places with.</summary>
    public string Other { get; init; } = "";
}

/// <summary>Something that a check found.</summary>
/// <param name="Key">What it is about, the same each time it is found.</param>
/// <param name="Series">The series.</param>
/// <param name="Period">The period; empty when it is about none.</param>
/// <param name="Size">How much it is about.</param>
/// <param name="Said">The values of the sentence that tells it.</param>
/// <param name="Places">Where the rows are that it comes from.</param>
internal sealed record Found(string Key, string Series, string Period, long Size, IReadOnlyDictionary<string, string> Said, IReadOnlyList<FoundPlace> Places);

/// <summary>Rows that a finding comes from: of a question, or one line of an import.</summary>
/// <param name="Dataflow">The dataflow.</param>
/// <param name="Where">What they are chosen by.</param>
/// <param name="Import">The import, when it is one line.</param>
/// <param name="Line">The line, when it is one.</param>
internal sealed record FoundPlace(string Dataflow, IReadOnlyList<string> Where, Guid? Import = null, int? Line = null);
