using System.Globalization;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>
/// Questions as people write them in addresses and on the command line: <c>by=month,citizenship</c>,
/// <c>ref_area=PAN,HND</c>, <c>age=0-17</c>, <c>time=2023-01..2023-06</c>.
/// </summary>
internal static class CubeLanguage
{
    private static readonly Dictionary<string, char> Spans = new(StringComparer.OrdinalIgnoreCase)
    {
        ["year"] = 'A',
        ["quarter"] = 'Q',
        ["month"] = 'M',
        ["week"] = 'W',
        ["day"] = 'D',
    };

    /// <summary>What figures are grouped by.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">A word names nothing of the dataflow.</exception>
    public static Grouping Group(string word, Dataflow flow)
    {
        if (Spans.TryGetValue(word, out var span))
            return new Grouping(Dataflow.Period, code => InSpan(code, span)) { Span = span };
        return flow[word] is { IsDimension: true } component ? Grouping.By(component.Code) : throw FlowsProblems.QuestionUnknown.With(("what", word));
    }

    /// <summary>What figures are chosen by: a component, an equals sign, codes or a span.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It is not written so.</exception>
    public static Condition Where(string text, Dataflow flow)
    {
        var parts = text.Split('=', 2);
        if (parts.Length != 2 || parts[1].Length == 0)
            throw FlowsProblems.QuestionUnknown.With(("what", text));
        var name = parts[0].Trim().Equals("time", StringComparison.OrdinalIgnoreCase) ? Dataflow.Period : parts[0].Trim();
        if (flow[name] is not { IsDimension: true } component)
            throw FlowsProblems.QuestionUnknown.With(("what", parts[0]));
        return component.Kind switch
        {
            ComponentKind.Period => Time(parts[1]),
            // Ages that are unknown are no interval: who asks for the code is given its rows.
            ComponentKind.Age when !parts[1].StartsWith('_') => Condition.Ages(Ages(parts[1]) ?? throw FlowsProblems.QuestionUnknown.With(("what", text))),
            _ => Condition.Is(component.Code, [.. parts[1].Split(',').Select(code => code.Trim())]),
        };
    }

    // A span that is longer than the one asked for stays as it is: a year does not become a month.
    private static string InSpan(string code, char span) =>
        Period.Read(code) is { } period && Period.Holding(period.From, span) is { } holding && holding.Holds(period) ? holding.ToString() : code;

    private static Condition Time(string text)
    {
        var ends = text.Split("..");
        return ends.Length <= 2 && Period.Read(ends[0]) is { } first && Period.Read(ends[^1]) is { } last && first.From <= last.Until
            ? Condition.Within(first.From, last.Until)
            : throw FlowsProblems.QuestionUnknown.With(("what", text));
    }

    private static AgeInterval? Ages(string text)
    {
        if (AgeInterval.Read(text) is { } code)
            return code;
        var ends = text.Split('-');
        return ends.Length == 2 && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least)
            && (ends[1].Length == 0 ? AgeInterval.NoLimit : int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : -1) is var top && least <= top
            ? new AgeInterval(least, top) : null;
    }
}
