using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Nearest;
using Xunit;

namespace Tambo.Tests.Guide.Nearest;

public sealed class NearestIndexTests
{
    [Fact]
    public void The_answer_is_the_one_that_looking_at_every_place_gives()
    {
        var property = Prop.ForAll(
            NearestScenario.Any.ToArbitrary(),
            scenario => Same(scenario.Found(), scenario.Exhaustive()));
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [Fact]
    public void Three_thousand_places_at_one_spot_come_in_the_order_of_their_rows()
    {
        var index = NearestIndex.Build([.. Enumerable.Range(0, 3000).Reverse().Select(id => At(id, 8.98, -79.52))]);
        var hits = index.Find(new NearestQuery(9, -79.5), default(EveryRow), 25);
        Assert.Equal(Enumerable.Range(0, 25), hits.Select(hit => hit.Id));
    }

    [Fact]
    public void Places_one_millimetre_apart_are_told_apart_though_float_cannot()
    {
        const double Millimetre = 1e-3 / 111_195;
        var index = NearestIndex.Build([.. Enumerable.Range(0, 500).Select(id => At(id, 14 + (499 - id) * Millimetre, -90))]);
        var hits = index.Find(new NearestQuery(14, -90), default(EveryRow), 10);
        Assert.Equal(Enumerable.Range(490, 10).Reverse(), hits.Select(hit => hit.Id));
    }

    [Fact]
    public void The_nearest_place_may_lie_across_the_antimeridian()
    {
        var index = NearestIndex.Build([At(0, -16.8, 179.5), At(1, -16.8, -179.9)]);
        var hits = index.Find(new NearestQuery(-16.8, 179.9), default(EveryRow), 1);
        Assert.Equal(1, Assert.Single(hits).Id);
    }

    [Theory]
    [InlineData(OpeningNeed.Any, new[] { 0, 1, 2, 3 })]
    [InlineData(OpeningNeed.Open, new[] { 0 })]
    [InlineData(OpeningNeed.OpenOrUnknown, new[] { 0, 2 })]
    internal void Unknown_hours_are_hidden_only_when_open_ones_are_asked_for(OpeningNeed need, int[] expected)
    {
        var nine = WeekMask.None.With(9);
        var index = NearestIndex.Build(
        [
            At(0, 1, 1) with { Open = nine },
            At(1, 1, 1),
            At(2, 1, 1) with { Unknown = WeekMask.Always },
            At(3, 1, 1) with { Open = nine },
        ]);
        // Row 3 opens at half past nine: its mask has the hour, the minute has not come.
        OpenState[] states = [OpenState.Open, OpenState.Closed, OpenState.Unknown, OpenState.Closed];
        var query = new NearestQuery(1, 1) { Opening = need, HourOfWeek = 9 };
        var hits = index.Find(query, new RowsWhere(id => states[id]), 10);
        Assert.Equal(expected, hits.Select(hit => hit.Id));
    }

    [Fact]
    public void The_exact_hours_are_asked_only_of_places_whose_mask_leaves_it_open()
    {
        var index = NearestIndex.Build(
            [.. Enumerable.Range(0, 2000).Select(id => At(id, id * 0.01, 0) with { Open = id % 100 == 0 ? WeekMask.Always : WeekMask.None })]);
        var query = new NearestQuery(0, 0) { Opening = OpeningNeed.Open, HourOfWeek = 30 };
        var asked = new List<int>();
        index.Find(query, new RowsWhere(id => { asked.Add(id); return OpenState.Open; }), 2000);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 100), asked.Order());
    }

    [Fact]
    public void A_place_of_several_kinds_is_found_once()
    {
        var index = NearestIndex.Build([At(0, 5, 5) with { Categories = [1, 7, 7] }, At(1, 6, 6) with { Categories = [7] }]);
        var hits = index.Find(new NearestQuery(5, 5) { Categories = [7, 1, 7, 400] }, default(EveryRow), 10);
        Assert.Equal([0, 1], hits.Select(hit => hit.Id));
    }

    [Fact]
    public void An_empty_index_a_kind_nobody_offers_and_no_results_wanted_all_give_nothing()
    {
        var one = NearestIndex.Build([At(0, 5, 5) with { Categories = [2] }]);
        Assert.Empty(NearestIndex.Empty.Find(new NearestQuery(5, 5), default(EveryRow), 10));
        Assert.Empty(one.Find(new NearestQuery(5, 5) { Categories = [1] }, default(EveryRow), 10));
        Assert.Empty(one.Find(new NearestQuery(5, 5), default(EveryRow), 0));
        Assert.Empty(one.Find(new NearestQuery(5, 5) { MaximumMetres = -1 }, default(EveryRow), 10));
    }

    [Theory]
    [InlineData(90.1, 0)]
    [InlineData(0, 180.1)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    public void Impossible_positions_are_refused(double latitude, double longitude) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestIndex.Build([At(0, latitude, longitude)]));

    [Fact]
    public void A_row_given_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => NearestIndex.Build([At(3, 1, 1), At(3, 2, 2)]));

    /// <summary>The same rows in the same order; metres to a micrometre (to a metre near the antipode, where the arc sine is steep).</summary>
    private static bool Same(NearestHit[] found, NearestHit[] expected) =>
        found.Select(hit => hit.Id).SequenceEqual(expected.Select(hit => hit.Id))
        && found.Zip(expected).All(pair =>
            Math.Abs(pair.First.Metres - pair.Second.Metres) <= (pair.Second.Metres < 15_000_000 ? 1e-6 : 1));

    private static NearestEntry At(int id, double latitude, double longitude) =>
        new(id, latitude, longitude, [], WeekMask.None, WeekMask.None);
}
