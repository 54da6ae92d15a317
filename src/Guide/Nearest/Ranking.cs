namespace Tambo.Guide.Nearest;

/// <summary>
/// Puts candidates in the order of their double-precision haversines, ties by id. The haversine itself is computed only for
/// pairs whose chords are too close to tell (<see cref="GreatCircle.SameChord"/>); for all others the chord decides alike.
/// </summary>
internal readonly ref struct Ranking(Place from, ReadOnlySpan<Place> places, ReadOnlySpan<SpherePoint> points, double maximumMetres)
{
    private readonly ReadOnlySpan<Place> places = places;
    private readonly ReadOnlySpan<SpherePoint> points = points;

    public readonly SpherePoint From = new(from);
    public readonly double MaximumChord = GreatCircle.ChordOf(maximumMetres);

    /// <summary>Fills <paramref name="hits"/>, nearest first; returns how many there are.</summary>
    public int Rank(in Candidates candidates, Span<NearestHit> hits)
    {
        var taken = 0;
        foreach (var candidate in candidates.Best)
            Insert(candidate, hits, ref taken);
        foreach (var candidate in candidates.Spare)
            if (candidate.ChordSquared <= candidates.Limit)
                Insert(candidate, hits, ref taken);
        foreach (ref var hit in hits[..taken])
            hit = hit with { Metres = GreatCircle.MetresOf(hit.Metres) };
        return taken;
    }

    /// <summary>Inserts where it belongs, from behind: float order is nearly the exact one. Until all are in, Metres holds the chord.</summary>
    private void Insert(in Candidate candidate, Span<NearestHit> hits, ref int taken)
    {
        var hit = HitOf(candidate.Id);
        if (!IsWithin(hit))
            return;
        if (taken < hits.Length)
            taken++;
        else if (!Precedes(hit, hits[^1]))
            return;
        var at = taken - 1;
        for (; at > 0 && Precedes(hit, hits[at - 1]); at--)
            hits[at] = hits[at - 1];
        hits[at] = hit;
    }

    /// <summary>A row with its chord in place of metres.</summary>
    public NearestHit HitOf(int row) => new(row, From.ChordTo(points[row]));

    public bool IsWithin(in NearestHit hit)
    {
        if (Math.Abs(hit.Metres - MaximumChord) > GreatCircle.SameChord)
            return hit.Metres < MaximumChord;
        return GreatCircle.Metres(from, places[hit.Id]) <= maximumMetres;
    }

    public bool Precedes(in NearestHit left, in NearestHit right)
    {
        if (Math.Abs(left.Metres - right.Metres) > GreatCircle.SameChord)
            return left.Metres < right.Metres;
        ref readonly var leftPlace = ref places[left.Id];
        ref readonly var rightPlace = ref places[right.Id];
        if (leftPlace.IsAt(rightPlace))
            return left.Id < right.Id;
        var leftMetres = GreatCircle.Metres(from, leftPlace);
        var rightMetres = GreatCircle.Metres(from, rightPlace);
        return leftMetres < rightMetres || (leftMetres == rightMetres && left.Id < right.Id);
    }
}
