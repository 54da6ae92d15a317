using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Imports;

/// <summary>Says what of the imports that stand a further file stands instead of; pure but for reading segments.</summary>
internal static class ReplacePlan
{
    /// <summary>What of an import stands no more once a file counts.</summary>
    /// <param name="mapping">The file's mapping.</param>
    /// <param name="file">The file's observations.</param>
    /// <param name="import">An earlier import of the series.</param>
    /// <exception cref="SegmentDamagedException">The import's observations are damaged.</exception>
    public static IReadOnlyList<(ReplacedScope? Scope, string Periods)> Of(Mapping mapping, SegmentFile file, StandingImport import)
    {
        if (mapping.Replaces == Replacing.Nothing)
            return [];
        if (mapping.Replaces == Replacing.All && mapping.ReplacesWithin.Count == 0)
            return [(null, Replacements.All)];
        var names = mapping.ReplacesWithin;
        var held = PartsOf(names, [new StandingSegment(file)]);
        var periods = held.GroupBy(part => part.Scope, StringComparer.Ordinal).ToDictionary(scope => scope.Key, scope => scope.Select(part => part.Period).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var span = mapping.Replaces is Replacing.Months or Replacing.Years
            ? PeriodSpan.Of(held.Select(part => Period.Read(part.Period)).OfType<Period>(), mapping.Replaces == Replacing.Months ? 'M' : 'A')
            : null;
        var (gone, isWhole) = (new HashSet<(string Scope, string Periods)>(), true);
        foreach (var (scope, period) in PartsOf(names, import.At(null)))
        {
            if (!periods.TryGetValue(scope, out var its))
                isWhole = false;
            else if (mapping.Replaces == Replacing.All)
                gone.Add((scope, Replacements.All));
            else if (span is not null && Period.Read(period) is { } one && span.Holds(one))
                gone.Add((scope, span.ToString()));
            else if (its.Contains(period))
                gone.Add((scope, period));
            else
                isWhole = false;
        }

        return gone.Count == 0 ? [] : isWhole ? [(null, Replacements.All)] : [.. gone.Select(part => (ReplacedScope.Read(part.Scope), part.Periods))];
    }

    // Which periods there are of which scope.
    private static List<(string Scope, string Period)> PartsOf(IReadOnlyList<string> names, IReadOnlyList<StandingSegment> segments)
    {
        // What the footer says needs no look at the rows.
        if (names.Count == 0 && segments is [{ Only.Count: 0 } whole])
            return [.. whole.File.Find(Dataflow.Period)!.Codes.Where(code => whole.IsReplaced?.Invoke(code) != true).Select(code => ("", code))];
        var question = new CubeQuestion { By = [.. names.Select(ReplacedScope.By), Grouping.By(Dataflow.Period)] };
        return [.. AskCube.Answer(question, segments, Environment.ProcessorCount)
            .Select(figure => (ReplacedScope.Written(names.Count == 0 ? null : new ReplacedScope(names, [.. figure.Labels.Take(names.Count)])), figure.Labels[^1]))];
    }
}
