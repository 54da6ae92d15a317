namespace Tambo.Flows.Cube;

/// <summary>What observations come to, for each of so many keys.</summary>
/// <remarks>
/// An observation that may or may not be meant (a family with children and adults, when children are asked for) is summed
/// apart, so that the true figure lies between the sure sum and both together. Unknown measures are counted, never summed.
/// </remarks>
internal sealed class Sums(int keys)
{
    /// <summary>How many keys.</summary>
    public int Keys => keys;

    /// <summary>Sums of what is meant for sure.</summary>
    public long[] Sure { get; } = new long[keys];

    /// <summary>Observations that are meant for sure; a key without any has no sum at all, which is not zero.</summary>
    public long[] Rows { get; } = new long[keys];

    /// <summary>Of these, those whose measure is unknown.</summary>
    public long[] Unknown { get; } = new long[keys];

    /// <summary>Sums of what may be meant.</summary>
    public long[] Maybe { get; } = new long[keys];

    /// <summary>Observations that may be meant.</summary>
    public long[] MaybeRows { get; } = new long[keys];

    /// <summary>Of these, those whose measure is unknown.</summary>
    public long[] MaybeUnknown { get; } = new long[keys];

    /// <summary>Adds another's sums to these.</summary>
    public void Add(Sums other)
    {
        Add(Sure, other.Sure);
        Add(Rows, other.Rows);
        Add(Unknown, other.Unknown);
        Add(Maybe, other.Maybe);
        Add(MaybeRows, other.MaybeRows);
        Add(MaybeUnknown, other.MaybeUnknown);
    }

    /// <summary>These sums when nothing of them is meant for sure, but all may be.</summary>
    public Sums AllMaybe()
    {
        var sums = new Sums(keys);
        Add(sums.Maybe, Sure);
        Add(sums.Maybe, Maybe);
        Add(sums.MaybeRows, Rows);
        Add(sums.MaybeRows, MaybeRows);
        Add(sums.MaybeUnknown, Unknown);
        Add(sums.MaybeUnknown, MaybeUnknown);
        return sums;
    }

    /// <summary>These sums at keys that are higher by so many; nothing stands where they would leave the keys.</summary>
    public Sums Shifted(int by)
    {
        if (by == 0)
            return this;
        foreach (var sums in (long[][])[Sure, Rows, Unknown, Maybe, MaybeRows, MaybeUnknown])
        {
            Array.Copy(sums, 0, sums, by, keys - by);
            sums.AsSpan(0, by).Clear();
        }

        return this;
    }

    private static void Add(long[] into, long[] what)
    {
        for (var key = 0; key < into.Length; key++)
            into[key] += what[key];
    }
}
