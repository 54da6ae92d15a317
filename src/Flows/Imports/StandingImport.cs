using Tambo.Flows.Cube;
using Tambo.Flows.Rollups;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Imports;

/// <summary>An import whose observations count, or counted once.</summary>
internal sealed record StandingImport
{
    /// <summary>The import.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its series.</summary>
    public required string Series { get; init; }

    /// <summary>Counts the imports of the series.</summary>
    public required int SeriesVersion { get; init; }

    /// <summary>Its dataflow.</summary>
    public required string Dataflow { get; init; }

    /// <summary>True when everything of it is made up for practice.</summary>
    public required bool Training { get; init; }

    /// <summary>The hash of the file as it came.</summary>
    public required string FileHash { get; init; }

    /// <summary>The hash of the mapping it was read through.</summary>
    public required string MappingHash { get; init; }

    /// <summary>From when on it was known.</summary>
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>Since when which of its periods stand no more; <c>*</c> is all of them.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> Replaced { get; init; }

    /// <summary>What its ledger says of categories that could not be carried over exactly.</summary>
    public required IReadOnlyList<CarriedLine> Ledger { get; init; }

    private IReadOnlyList<(string Area, IReadOnlyList<(string Code, Period Period)> Periods)>? periods;

    /// <summary>The hash of its segment; empty when it stands in memory alone.</summary>
    public string SegmentHash { get; init; } = "";

    /// <summary>The record behind each line, where they lie in no file yet; else null.</summary>
    public IReadOnlyList<(Guid Id, int Version)>? Records { get; init; }

    /// <summary>Its observations; null when they are damaged and could not be made again.</summary>
    public required SegmentFile? Whole { get; init; }

    /// <summary>Where rollups of its segment are; null when it stands in memory alone.</summary>
    public RollupShelf? Rollups { get; init; }

    /// <summary>Its observations.</summary>
    /// <exception cref="SegmentDamagedException">They are damaged and could not be made again.</exception>
    public SegmentFile Segment => Whole ?? throw new SegmentDamagedException(Name);

    /// <summary>The series and import, for whoever is told that it is damaged.</summary>
    public string Name => $"{Series}, {Id:D}";

    /// <summary>True when something of it counted at a moment; null is now.</summary>
    public bool StandsAt(DateTimeOffset? moment) =>
        (moment is not { } at || CommittedAt <= at) && !(Replaced.TryGetValue("*", out var since) && IsPast(since, moment));

    /// <summary>True when it holds a period.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">Its observations are damaged.</exception>
    public bool HasPeriod(string period) => (Whole ?? throw FlowsProblems.SegmentDamaged.With(("what", Name))).Find(Structure.Dataflow.Period)!.Codes.Contains(period, StringComparer.Ordinal);

    /// <summary>Its observations as they counted at a moment; null is now.</summary>
    public StandingSegment At(DateTimeOffset? moment)
    {
        var segment = Segment;
        HashSet<string>? gone = null;
        foreach (var (period, since) in Replaced)
        {
            if (IsPast(since, moment))
                (gone ??= new HashSet<string>(StringComparer.Ordinal)).Add(period);
        }

        return new StandingSegment(segment, gone is null ? null : gone.Contains, Name) { Rollups = Rollups is { } shelf ? () => shelf.Of(SegmentHash, segment) : null };
    }

    /// <summary>The periods that counted at a moment, of each country that reported them; null is now.</summary>
    public IEnumerable<(string Area, IEnumerable<Period> Periods)> PeriodsAt(DateTimeOffset? moment)
    {
        foreach (var (area, codes) in periods ??= RollupShelf.PeriodsOf(At(DateTimeOffset.MaxValue) with { IsReplaced = null }))
            yield return (area, codes.Where(period => !(Replaced.TryGetValue(period.Code, out var since) && IsPast(since, moment))).Select(period => period.Period));
    }

    private static bool IsPast(DateTimeOffset since, DateTimeOffset? moment) => moment is not { } at || since <= at;
}
