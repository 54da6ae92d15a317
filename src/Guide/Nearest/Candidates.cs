using System.Buffers;

namespace Tambo.Guide.Nearest;

internal readonly record struct Candidate(int Id, float ChordSquared);

/// <summary>
/// The rows that may belong to the answer, while a search runs. Invariant: every row seen whose float chord is within
/// <see cref="Limit"/> is kept, and Limit is never below the widened k-th best, so no row of the exact answer is lost.
/// </summary>
internal ref struct Candidates(Span<Candidate> start, Span<float> best, float limit)
{
    private readonly Span<float> best = best;
    private Span<Candidate> found = start;
    private Candidate[]? rented;
    private int bestCount;
    private int count;

    /// <summary>Squared float chord: what lies beyond cannot belong to the answer.</summary>
    public float Limit { get; private set; } = limit;

    public readonly bool Contains(int id)
    {
        foreach (var candidate in found[..count])
            if (candidate.Id == id)
                return true;
        return false;
    }

    public void Add(int id, float chordSquared)
    {
        if (count == found.Length)
            MakeRoom();
        found[count++] = new Candidate(id, chordSquared);

        if (bestCount < best.Length)
            bestCount++;
        else if (chordSquared >= best[^1])
            return;
        var at = bestCount - 1;
        for (; at > 0 && best[at - 1] > chordSquared; at--)
            best[at] = best[at - 1];
        best[at] = chordSquared;
        if (bestCount == best.Length)
            Limit = Math.Min(Limit, GreatCircle.Widened(best[^1]));
    }

    /// <summary>Orders what was kept by exact distance, then id, into <paramref name="hits"/>; returns how many there are.</summary>
    public readonly int Rank(in Place from, ReadOnlySpan<Place> places, double maximumMetres, Span<NearestHit> hits)
    {
        var taken = 0;
        foreach (var candidate in found[..count])
        {
            if (candidate.ChordSquared > Limit)
                continue;
            var hit = new NearestHit(candidate.Id, GreatCircle.Metres(from, places[candidate.Id]));
            if (hit.Metres > maximumMetres)
                continue;
            if (taken < hits.Length)
                taken++;
            else if (!Precedes(hit, hits[^1]))
                continue;
            var at = taken - 1;
            for (; at > 0 && Precedes(hit, hits[at - 1]); at--)
                hits[at] = hits[at - 1];
            hits[at] = hit;
        }
        return taken;
    }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<Candidate>.Shared.Return(rented);
        rented = null;
    }

    private static bool Precedes(in NearestHit left, in NearestHit right) =>
        left.Metres < right.Metres || (left.Metres == right.Metres && left.Id < right.Id);

    /// <summary>Drops what the limit has overtaken; when that leaves it more than half full (many places at one spot), doubles.</summary>
    private void MakeRoom()
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
            if (found[i].ChordSquared <= Limit)
                found[kept++] = found[i];
        count = kept;
        if (kept <= found.Length / 2)
            return;
        var larger = ArrayPool<Candidate>.Shared.Rent(found.Length * 2);
        found[..count].CopyTo(larger);
        if (rented is not null)
            ArrayPool<Candidate>.Shared.Return(rented);
        found = rented = larger;
    }
}
