namespace Tambo.Guide.Nearest;

/// <summary>
/// The nearest among rows that are known already, by looking at each: for many answers or a distance to count within,
/// where a walk down the tree would keep more candidates than it saves. The same answers in the same order.
/// </summary>
internal ref struct NearestRows(Ranking ranking, Span<NearestHit> nearest)
{
    private readonly Ranking ranking = ranking;

    // A heap with the last of the best at its top, until they are put in order. Metres holds the chord.
    private readonly Span<NearestHit> nearest = nearest;
    private int held;

    /// <summary>How many rows lie within the distance.</summary>
    public int Within { get; private set; }

    /// <summary>Considers a row.</summary>
    public void Add(int row)
    {
        var hit = ranking.HitOf(row);
        if (!ranking.IsWithin(hit))
            return;
        Within++;
        if (held < nearest.Length)
        {
            nearest[held] = hit;
            Rise(held++);
        }
        else if (held > 0 && ranking.Precedes(hit, nearest[0]))
        {
            nearest[0] = hit;
            Sink(held);
        }
    }

    /// <summary>Puts the best in order, nearest first, with their metres; returns how many there are.</summary>
    public readonly int Sort()
    {
        for (var last = held - 1; last > 0; last--)
        {
            (nearest[0], nearest[last]) = (nearest[last], nearest[0]);
            Sink(last);
        }

        foreach (ref var hit in nearest[..held])
            hit = hit with { Metres = GreatCircle.MetresOf(hit.Metres) };
        return held;
    }

    private readonly void Rise(int at)
    {
        while (at > 0 && ranking.Precedes(nearest[(at - 1) / 2], nearest[at]))
        {
            (nearest[(at - 1) / 2], nearest[at]) = (nearest[at], nearest[(at - 1) / 2]);
            at = (at - 1) / 2;
        }
    }

    private readonly void Sink(int count)
    {
        for (var at = 0; ;)
        {
            var last = (2 * at) + 1;
            if (last >= count)
                return;
            if (last + 1 < count && ranking.Precedes(nearest[last], nearest[last + 1]))
                last++;
            if (!ranking.Precedes(nearest[at], nearest[last]))
                return;
            (nearest[at], nearest[last]) = (nearest[last], nearest[at]);
            at = last;
        }
    }
}
