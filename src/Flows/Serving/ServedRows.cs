using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Serving;

/// <summary>An observation with some of what it says.</summary>
/// <param name="Series">Its series.</param>
/// <param name="Codes">What it says of the components asked for, in their order; <c>_T</c> where its table does not break down.</param>
/// <param name="Value">What it counts; null when it is not known.</param>
internal readonly record struct ServedRow(string Series, string[] Codes, long? Value)
{
    /// <summary>The sum of what is known of two; null when neither is: nothing known is not zero.</summary>
    public static long? Sum(long? one, long? other) => one is null ? other : other is null ? one : one + other;
}

/// <summary>Reads observations for interfaces whose rows are those of tables; pure but for reading segments.</summary>
internal static class ServedRows
{
    /// <summary>The observations that a question means for sure, in the order of imports and lines.</summary>
    /// <param name="query">Which figures; what it groups by is not looked at.</param>
    /// <param name="imports">What stands.</param>
    /// <param name="components">What is told of each.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">The question is not understood, or a segment is damaged.</exception>
    public static IEnumerable<ServedRow> Of(FlowsQuery query, IEnumerable<StandingImport> imports, IReadOnlyList<string> components)
    {
        var asked = AskedFlows.Read(query with { By = [] });
        return imports.Where(import => import.Dataflow == asked.Flow.Code && import.Training == query.Training && import.StandsAt(query.AsOf))
            .SelectMany(import => Read(import, asked.Question, query.AsOf, components));
    }

    private static List<ServedRow> Read(StandingImport import, CubeQuestion question, DateTimeOffset? asOf, IReadOnlyList<string> components)
    {
        var rows = new List<ServedRow>();
        // A series is one code in all of its imports, and most questions name some.
        if (question.Where.Any(condition => condition.Component == Dataflow.Series && condition.Of(import.Series) == Meant.Not))
            return rows;
        try
        {
            var file = import.Segment;
            if (new MeantRows(question, import.At(asOf)) is not { IsEmpty: false, Maybe: false } chosen)
                return rows;
            var columns = components.Select(component => file.Find(component) is { } column ? (Codes: column.Codes, Numbers: file.Column(component)) : (Codes: ["_T"], Numbers: null)).ToArray();
            var values = file.Column(question.Measure)!;
            foreach (var (some, meant) in chosen.Rows(file))
            {
                for (var at = 0; at < some.Rows; at++)
                {
                    if (meant[at] != Meant.Sure)
                        continue;
                    var (row, codes) = (some.First + at, new string[columns.Length]);
                    for (var column = 0; column < codes.Length; column++)
                        codes[column] = columns[column].Codes[columns[column].Numbers is { } numbers ? (int)numbers[row] : 0];
                    rows.Add(new ServedRow(import.Series, codes, values.Unknown?[row] == true ? null : values[row]));
                }
            }
        }
        catch (SegmentDamagedException)
        {
            throw FlowsProblems.SegmentDamaged.With(("what", import.Name));
        }

        return rows;
    }
}
