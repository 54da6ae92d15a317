using System.Buffers;

namespace Tambo.Guide.Nearest;

internal readonly record struct Candidate(int Id, float ChordSquared);

/// <summary>
/// The rows that may belong to the answer, while a search runs: the best k by float chord, in order, and spare ones that float
/// cannot tell from the k-th. Invariant: every row seen whose float chord is within <see cref="Limit"/> is in one of the
/// two, and Limit is never below the widened k-th best, so no row of the exact answer is lost.
/// </summary>
internal ref struct Candidates(Span<Candidate> best, Span<Candidate> spare, float limit)
{
    private readonly Span<Candidate> best = best;
    private Span<Candidate> spare = spare;
    private Candidate[]? rented;
    private int bestCount;
    private int spareCount;

    /// <summary>Squared float chord: what lies beyond cannot belong to the answer.</summary>
    public float Limit { get; private set; } = limit;

    public readonly ReadOnlySpan<Candidate> Best => best[..bestCount];

    /// <summary>In no order; some may lie beyond the limit reached since.</summary>
    public readonly ReadOnlySpan<Candidate> Spare => spare[..spareCount];

    public readonly bool Contains(int id) => Holds(Best, id) || Holds(Spare, id);

    /// <summary>Takes a row within the limit.</summary>
    public void Add(int id, float chordSquared)
    {
        var candidate = new Candidate(id, chordSquared);
        if (bestCount < best.Length)
        {
            Insert(candidate, bestCount++);
            if (bestCount == best.Length)
                LowerLimit();
            return;
        }
        var last = best[^1];
        if (chordSquared >= last.ChordSquared)
        {
            AddSpare(candidate);
            return;
        }
        Insert(candidate, bestCount - 1);
        LowerLimit();
        if (last.ChordSquared <= Limit)
            AddSpare(last);
    }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<Candidate>.Shared.Return(rented);
        rented = null;
    }

    private static bool Holds(ReadOnlySpan<Candidate> candidates, int id)
    {
        foreach (var candidate in candidates)
            if (candidate.Id == id)
                return true;
        return false;
    }

    private readonly void Insert(Candidate candidate, int at)
    {
        for (; at > 0 && best[at - 1].ChordSquared > candidate.ChordSquared; at--)
            best[at] = best[at - 1];
        best[at] = candidate;
    }

    private void LowerLimit() => Limit = Math.Min(Limit, GreatCircle.Widened(best[^1].ChordSquared));

    private void AddSpare(Candidate candidate)
    {
        if (spareCount == spare.Length)
            MakeRoom();
        spare[spareCount++] = candidate;
    }

    /// <summary>Drops what the limit has overtaken; when that leaves it more than half full (many places at one spot), doubles.</summary>
    private void MakeRoom()
    {
        var kept = 0;
        foreach (var candidate in Spare)
            if (candidate.ChordSquared <= Limit)
                spare[kept++] = candidate;
        spareCount = kept;
        if (kept <= spare.Length / 2)
            return;
        var larger = ArrayPool<Candidate>.Shared.Rent(spare.Length * 2);
        Spare.CopyTo(larger);
        if (rented is not null)
            ArrayPool<Candidate>.Shared.Return(rented);
        spare = rented = larger;
    }
}
