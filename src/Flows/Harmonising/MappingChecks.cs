using Tambo.Flows.Structure;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Harmonising;

/// <summary>Says whether a mapping can be right, before a row is read.</summary>
internal static class MappingChecks
{
    /// <summary>The mapping's dataflow, when nothing in the mapping is wrong.</summary>
    /// <exception cref="Problem">Something is.</exception>
    public static Dataflow Checked(Mapping mapping)
    {
        var flow = Dataflow.Find(mapping.Dataflow) ?? throw Unknown(mapping, mapping.Dataflow);
        var said = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var constant in mapping.Constants)
        {
            Check(mapping, flow, constant.Key, constant.Value);
            said.Add(constant.Key);
        }

        foreach (var column in mapping.Columns)
        {
            if (column.From.Count == 0 || column.To.Count == 0 || Ways(column) != 1)
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", string.Join('|', column.From)));
            foreach (var to in column.To)
            {
                if (flow[to] is not { } component)
                    throw Unknown(mapping, to);
                if (!said.Add(component.Code) || component.IsMeasure != column.Number is not null)
                    throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", to));
            }

            foreach (var (value, meanings) in column.Values ?? new Dictionary<string, IReadOnlyList<MappedValue>>())
                CheckValue(mapping, flow, column, value, meanings);
            foreach (var pattern in column.Dates ?? [])
            {
                if (pattern.Frequency.Length != 1 || Period.Holding(new DateOnly(2020, 1, 1), pattern.Frequency[0]) is null)
                    throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", pattern.Pattern));
            }
        }

        foreach (var to in mapping.Pivot.SelectMany(pivot => pivot.To))
        {
            Check(mapping, flow, to.Key, to.Value);
            said.Add(to.Key);
        }

        // A figure without its time or its unit cannot be compared with anything.
        foreach (var needed in (string[])[Dataflow.Period, Dataflow.Unit])
        {
            if (!said.Contains(needed))
                throw Unknown(mapping, needed);
        }

        return flow;
    }

    /// <summary>Where the columns that a mapping names stand in the file, from 0.</summary>
    /// <exception cref="Problem">One is not there.</exception>
    public static IReadOnlyDictionary<string, int> PlacesOf(Mapping mapping, IReadOnlyList<string> header)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var column in mapping.Columns.SelectMany(column => column.From).Concat(mapping.Pivot.Select(pivot => pivot.Column)).Concat(mapping.LeaveOut.Select(left => left.Column)))
        {
            if (places.ContainsKey(column))
                continue;
            var place = Enumerable.Range(0, header.Count).Where(at => header[at].Trim().Equals(column.Trim(), StringComparison.OrdinalIgnoreCase)).ToList();
            if (place.Count != 1)
                throw FlowsProblems.ColumnMissing.With(("column", column), ("columns", string.Join(", ", header)));
            places[column] = place[0];
        }

        return places;
    }

    private static int Ways(MappedColumns column) =>
        (column.Dates is null ? 0 : 1) + (column.Number is null ? 0 : 1) + (column.Text ? 1 : 0) + (column.Codes is null && column.Values is null ? 0 : 1);

    private static void CheckValue(Mapping mapping, Dataflow flow, MappedColumns column, string value, IReadOnlyList<MappedValue> meanings)
    {
        foreach (var meaning in meanings)
        {
            foreach (var to in meaning.To)
            {
                if (!column.To.Contains(to.Key, StringComparer.OrdinalIgnoreCase))
                    throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", $"{value}: {to.Key}"));
                Check(mapping, flow, to.Key, to.Value);
            }
        }

        // Two meanings of one value on one day contradict each other.
        var spans = meanings.Select(meaning => (From: meaning.From ?? DateOnly.MinValue, Until: meaning.Until ?? DateOnly.MaxValue)).OrderBy(span => span.From).ToList();
        for (var i = 0; i < spans.Count; i++)
        {
            if (spans[i].From > spans[i].Until || (i > 0 && spans[i].From <= spans[i - 1].Until))
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", value));
        }
    }

    private static void Check(Mapping mapping, Dataflow flow, string component, string code)
    {
        var known = flow[component] ?? throw Unknown(mapping, component);
        var isRight = known.Kind switch
        {
            ComponentKind.Age => AgeInterval.Read(code) is not null,
            ComponentKind.Period => Period.Read(code) is not null,
            ComponentKind.Code => code.Length > 0,
            _ => false,
        };
        if (!isRight)
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", $"{component}: {code}"));
    }

    private static Problem Unknown(Mapping mapping, string component) => FlowsProblems.ComponentUnknown.With(("name", mapping.Name), ("component", component));
}
