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

    /// <summary>What of it stands no more, and since when.</summary>
    public Replacements Replaced { get; init; } = Replacements.None;

    /// <summary>What its ledger says of categories that could not be carried over exactly.</summary>
    public required IReadOnlyList<CarriedLine> Ledger { get; init; }

    private IReadOnlyList<(string Area, IReadOnlyList<(string Code, Period Period)> Periods)>? periods;

    /// <summary>True when its file says for how long people were counted.</summary>
    public bool SaysHours { get; init; }

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
        (moment is not { } at || CommittedAt <= at) && !Replaced.IsWholeAt(moment);

    /// <summary>
    /// Its observations as they counted at a moment; null is now. As a rule this is one; there are several where of some scopes
    /// something was replaced, and each observation that counted is in one of them.
    /// </summary>
    public IReadOnlyList<StandingSegment> At(DateTimeOffset? moment)
    {
        var whole = AllOfIt with { IsReplaced = Replaced.PeriodsAt(moment) };
        return Replaced.HasScopesAt(moment) ? [.. Replaced.ScopesAt(moment).Select(only => whole with { Only = only })] : [whole];
    }

    /// <summary>The periods that counted at a moment, of each country that reported them; null is now.</summary>
    public IEnumerable<(string Area, IEnumerable<Period> Periods)> PeriodsAt(DateTimeOffset? moment)
    {
        var all = Replaced.HasScopesAt(moment) ? RollupShelf.PeriodsOf(At(moment)) : periods ??= RollupShelf.PeriodsOf([AllOfIt]);
        var isGone = Replaced.PeriodsAt(moment);
        foreach (var (area, codes) in all)
            yield return (area, codes.Where(period => isGone?.Invoke(period.Code) != true).Select(period => period.Period));
    }

    /// <summary>The codes of periods that counted at a moment, of some country; null is now.</summary>
    public IEnumerable<string> CodesAt(DateTimeOffset? moment)
    {
        if (Replaced.HasScopesAt(moment))
            return PeriodsAt(moment).SelectMany(area => area.Periods).Select(period => period.ToString());
        var isGone = Replaced.PeriodsAt(moment);
        return Segment.Find(Structure.Dataflow.Period)!.Codes.Where(code => isGone?.Invoke(code) != true);
    }

    private StandingSegment AllOfIt
    {
        get
        {
            var segment = Segment;
            return new StandingSegment(segment, null, Name) { Rollups = Rollups is { } shelf ? () => shelf.Of(SegmentHash, segment) : null };
        }
    }
}
