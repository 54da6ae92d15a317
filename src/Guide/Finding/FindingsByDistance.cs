using Tambo.Guide.Nearest;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>Nearest first; then those of which only the town is known, by its tens of kilometres; then those without a position, by name.</summary>
internal sealed class FindingsByDistance : Findings
{
    private const int CoarseKilometres = 10;

    /// <summary>Up to so many the tree of places is faster than looking at each place.</summary>
    private const int FewEnough = 64;

    private readonly Offers offers;
    private readonly RowSet fitting;
    private readonly GeoPoint from;
    private readonly double metres;
    private readonly int exact;
    private readonly List<(int Kilometres, int Row)> approximate = [];
    private readonly int nowhere;

    public FindingsByDistance(Offers offers, RowSet fitting, GeoPoint from, double? kilometres, DateTimeOffset until)
        : base(until)
    {
        (this.offers, this.fitting, this.from) = (offers, fitting, from);
        metres = kilometres * 1000 ?? double.PositiveInfinity;
        if (kilometres is null)
            exact = Count(offers.Sets.Exact);
        else
            offers.Near.FindAmong(fitting.And(offers.Sets.Exact), Query(), 0, out exact);
        foreach (var row in fitting.And(offers.Sets.Approximate))
        {
            var about = Coarse(offers.All[row].AnyPoint!.Value.MetresTo(from));
            if (about * 1000.0 <= metres)
                approximate.Add((about, row));
        }

        nowhere = kilometres is null ? Count(offers.Sets.Nowhere) : 0;
    }

    public override int Total => exact + approximate.Count + nowhere;

    public override IReadOnlyList<Found> Take(int skip, int take)
    {
        var found = new List<Found>();
        take = Math.Clamp(take, 0, Math.Max(0, Total - skip));
        if (skip < exact && take > 0)
            found.AddRange(Nearest(Math.Min(skip + take, exact)).Skip(skip).Select(hit => new Found(offers.All[hit.Id], hit.Metres, null)));
        if (found.Count < take)
        {
            var tail = approximate.OrderBy(town => town.Kilometres).ThenBy(town => offers.NameRank(town.Row))
                .Select(town => new Found(offers.All[town.Row], null, town.Kilometres));
            if (nowhere > 0)
                tail = tail.Concat(fitting.And(offers.Sets.Nowhere).OrderBy(offers.NameRank).Select(row => new Found(offers.All[row], null, null)));
            found.AddRange(tail.Skip(Math.Max(0, skip - exact)).Take(take - found.Count));
        }

        return found;
    }

    private NearestHit[] Nearest(int take)
    {
        if (take > FewEnough)
            return offers.Near.FindAmong(fitting.And(offers.Sets.Exact), Query(), take, out _);
        return offers.Near.Find(Query(), new RowsWhere(accepts: fitting.Contains), take);
    }

    private NearestQuery Query() => new(from.Latitude, from.Longitude) { MaximumMetres = metres };

    private int Count(RowSet positions)
    {
        var both = fitting.Copy();
        both.Intersect(positions);
        return both.Count;
    }

    private static int Coarse(double metres) => (int)Math.Ceiling(metres / 1000 / CoarseKilometres) * CoarseKilometres;
}
