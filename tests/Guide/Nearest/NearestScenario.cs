using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Nearest;

namespace Tambo.Tests.Guide.Nearest;

/// <summary>Places, what is true of them at one moment, and a question; with the answer by looking at every place.</summary>
internal sealed record NearestScenario(
    IReadOnlyList<NearestEntry> Entries,
    IReadOnlyList<OpenState> States,
    IReadOnlyList<bool> Accepted,
    (double Latitude, double Longitude) From,
    int[] Categories,
    OpeningNeed Need,
    int Hour,
    double MaximumMetres,
    int Take)
{
    private static readonly (double Latitude, double Longitude)[] Towns =
        [(14.5, -90.5), (0, 0), (89.9999, 12), (-89.9999, -170), (52, 180), (-16.8, -180), (0, 90), (45, -45)];

    /// <summary>Steps of 11 m, and of 1 cm, which is finer than float can tell apart.</summary>
    private static readonly double[] Steps = [1e-4, 1e-7];

    private static Gen<(double Latitude, double Longitude)> Position { get; } = Gen.Frequency(
        (8, from town in Gen.Elements(Towns)
            from step in Gen.Elements(Steps)
            from north in Gen.Choose(-9, 9)
            from east in Gen.Choose(-9, 9)
            select (Math.Clamp(town.Latitude + north * step, -90, 90), Around(town.Longitude + east * step))),
        (2, Gen.Elements(Towns)),
        (1, from longitude in Gen.Choose(-180, 180) select (90.0, (double)longitude)),
        (1, from longitude in Gen.Choose(-180, 180) select (-90.0, (double)longitude)),
        (2, from latitude in Gen.Choose(-9000, 9000)
            from longitude in Gen.Choose(-18000, 18000)
            select (latitude / 100.0, longitude / 100.0)));

    private static Gen<(WeekMask Open, WeekMask Unknown, OpenState State, bool Accepted)> Standing(int hour) =>
        from open in Gen.Elements(WeekMask.None, WeekMask.Always, WeekMask.None.With(hour), WeekMask.None.With((hour + 1) % WeekMask.Hours))
        from unknown in Gen.Elements(WeekMask.None, WeekMask.None, WeekMask.Always, WeekMask.None.With(hour))
        from state in Gen.Elements(PossibleStates(open.Has(hour), unknown.Has(hour)))
        from accepted in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        select (open, unknown, state, accepted);

    private static Gen<int[]> CategoriesOf(int most) =>
        from count in Gen.Choose(0, most)
        from categories in Gen.Choose(0, 5).ArrayOf(count)
        select categories;

    public static Gen<NearestScenario> Any { get; } =
        from count in Gen.Frequency((1, Gen.Choose(0, 40)), (2, Gen.Choose(40, 1200)))
        from hour in Gen.Choose(0, WeekMask.Hours - 1)
        from positions in Position.ArrayOf(count)
        from standings in Standing(hour).ArrayOf(count)
        from kinds in CategoriesOf(3).ArrayOf(count)
        from shuffle in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
        from at in Position
        from categories in CategoriesOf(3)
        from need in Gen.Elements(OpeningNeed.Any, OpeningNeed.Open, OpeningNeed.OpenOrUnknown)
        from take in Gen.Elements(1, 2, 10, 25, 100, 2000)
        from boundary in Gen.Choose(-1, count - 1)
        let entries = Enumerable.Range(0, count)
            .Select(i => new NearestEntry(
                shuffle[i], positions[i].Latitude, positions[i].Longitude, kinds[i], standings[i].Open, standings[i].Unknown))
            .ToArray()
        let byId = Enumerable.Range(0, count).OrderBy(i => shuffle[i]).Select(i => standings[i]).ToArray()
        select new NearestScenario(
            entries, [.. byId.Select(s => s.State)], [.. byId.Select(s => s.Accepted)], at, categories, need, hour,
            boundary < 0 ? double.PositiveInfinity : Haversine(at, positions[boundary]), take);

    public NearestHit[] Found() =>
        NearestIndex.Build(Entries).Find(
            new NearestQuery(From.Latitude, From.Longitude)
            {
                Categories = Categories,
                MaximumMetres = MaximumMetres,
                Opening = Need,
                HourOfWeek = Hour,
            },
            new RowsWhere(id => States[id], id => Accepted[id]),
            Take);

    /// <summary>Every place, looked at one by one.</summary>
    public NearestHit[] Exhaustive() =>
        [.. Entries
            .Where(e => Categories.Length == 0 || e.Categories.Any(Categories.Contains))
            .Where(e => Accepted[e.Id])
            .Where(e => Need switch
            {
                OpeningNeed.Open => States[e.Id] == OpenState.Open,
                OpeningNeed.OpenOrUnknown => States[e.Id] != OpenState.Closed,
                _ => true,
            })
            .Select(e => new NearestHit(e.Id, Haversine(From, (e.Latitude, e.Longitude))))
            .Where(hit => hit.Metres <= MaximumMetres)
            .OrderBy(hit => hit.Metres).ThenBy(hit => hit.Id)
            .Take(Take)];

    public static double Haversine((double Latitude, double Longitude) a, (double Latitude, double Longitude) b)
    {
        const double Radians = Math.PI / 180;
        var latitude = Math.Sin((b.Latitude * Radians - a.Latitude * Radians) / 2);
        var longitude = Math.Sin((b.Longitude * Radians - a.Longitude * Radians) / 2);
        var part = latitude * latitude
            + Math.Cos(a.Latitude * Radians) * Math.Cos(b.Latitude * Radians) * (longitude * longitude);
        return 2 * 6_371_008.8 * Math.Asin(Math.Min(1, Math.Sqrt(part)));
    }

    public override string ToString() =>
        $"{Entries.Count} places, from {From}, any of [{string.Join(' ', Categories)}], {Need}, within {MaximumMetres:R} m, {Take} wanted";

    private static double Around(double longitude) =>
        longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;

    private static OpenState[] PossibleStates(bool open, bool unknown) => (open, unknown) switch
    {
        (true, true) => [OpenState.Open, OpenState.Unknown, OpenState.Closed],
        (true, false) => [OpenState.Open, OpenState.Closed],
        (false, true) => [OpenState.Unknown, OpenState.Closed],
        _ => [OpenState.Closed],
    };
}
