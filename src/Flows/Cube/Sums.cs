namespace Tambo.Flows.Cube;

/// <summary>What observations come to, for each of so many keys.</summary>
internal sealed class Sums(int keys)
{
    private int[]? merged;

    /// <summary>How many keys.</summary>
    public int Keys => keys;

    /// <summary>Sums of what is meant for sure.</summary>
    public long[] Sure { get; } = new long[keys];

    /// <summary>Observations that are meant for sure; a key without any has no sum at all, which is not zero.</summary>
    public long[] Rows { get; } = new long[keys];

    /// <summary>What is not known or only may be meant; null where all is known and meant.</summary>
    public UnsureSums? Unsure { get; set; }

    /// <summary>True when a key has no observation.</summary>
    public bool IsEmpty(int key) => Rows[key] == 0 && (Unsure is null || Unsure.MaybeRows[key] == 0);

    /// <summary>What one key comes to.</summary>
    public Cell this[int key] => new()
    {
        Sure = Sure[key],
        Rows = Rows[key],
        Unknown = Unsure?.Unknown[key] ?? 0,
        Maybe = Unsure?.Maybe[key] ?? 0,
        MaybeRows = Unsure?.MaybeRows[key] ?? 0,
        MaybeUnknown = Unsure?.MaybeUnknown[key] ?? 0,
        Groups = merged?[key] ?? 1,
    };

    /// <summary>Adds what a group comes to; when groups are merged, each key says how many it holds.</summary>
    public void Add(int key, in Cell cell, bool isMerged)
    {
        Sure[key] += cell.Sure;
        Rows[key] += cell.Rows;
        if (isMerged)
            (merged ??= new int[keys])[key] += cell.Groups;
        if ((cell.Unknown | cell.MaybeRows) == 0)
            return;
        Unsure ??= new UnsureSums(keys);
        Unsure.Unknown[key] += cell.Unknown;
        Unsure.Maybe[key] += cell.Maybe;
        Unsure.MaybeRows[key] += cell.MaybeRows;
        Unsure.MaybeUnknown[key] += cell.MaybeUnknown;
    }

    /// <summary>Adds another's sums to these.</summary>
    public void Add(Sums other)
    {
        Add(Sure, other.Sure);
        Add(Rows, other.Rows);
        if (other.Unsure is not { } unsure)
            return;
        Unsure ??= new UnsureSums(keys);
        Add(Unsure.Unknown, unsure.Unknown);
        Add(Unsure.Maybe, unsure.Maybe);
        Add(Unsure.MaybeRows, unsure.MaybeRows);
        Add(Unsure.MaybeUnknown, unsure.MaybeUnknown);
    }

    /// <summary>These sums when nothing of them is meant for sure, but all may be.</summary>
    public Sums AllMaybe()
    {
        var sums = new Sums(keys) { Unsure = new UnsureSums(keys) };
        Add(sums.Unsure.Maybe, Sure);
        Add(sums.Unsure.MaybeRows, Rows);
        if (Unsure is { } unsure)
        {
            Add(sums.Unsure.Maybe, unsure.Maybe);
            Add(sums.Unsure.MaybeRows, unsure.MaybeRows);
            Add(sums.Unsure.MaybeUnknown, unsure.Unknown);
            Add(sums.Unsure.MaybeUnknown, unsure.MaybeUnknown);
        }

        return sums;
    }

    private static void Add(long[] into, long[] what)
    {
        for (var key = 0; key < into.Length; key++)
            into[key] += what[key];
    }
}

/// <summary>What is not known or only may be meant, for each of so many keys.</summary>
/// <remarks>
/// An observation that may or may not be meant (a family with children and adults, when children are asked for) is summed
/// apart, so that the true figure lies between the sure sum and both together. Unknown measures are counted, never summed.
/// </remarks>
internal sealed class UnsureSums(int keys)
{
    /// <summary>Observations that are meant for sure and whose measure is unknown.</summary>
    public long[] Unknown { get; } = new long[keys];

    /// <summary>Sums of what may be meant.</summary>
    public long[] Maybe { get; } = new long[keys];

    /// <summary>Observations that may be meant.</summary>
    public long[] MaybeRows { get; } = new long[keys];

    /// <summary>Of these, those whose measure is unknown.</summary>
    public long[] MaybeUnknown { get; } = new long[keys];
}

/// <summary>What the observations of one group come to; see <see cref="Sums"/>.</summary>
internal struct Cell
{
    public long Sure;
    public long Rows;
    public long Unknown;
    public long Maybe;
    public long MaybeRows;
    public long MaybeUnknown;

    /// <summary>The groups that were put together in it.</summary>
    public int Groups;

    /// <summary>True when it has no observation.</summary>
    public readonly bool IsEmpty => Rows == 0 && MaybeRows == 0;

    /// <summary>Adds what a group comes to; when groups are merged, it says how many it holds.</summary>
    public void Add(in Cell other, bool isMerged)
    {
        Groups = isMerged ? Groups + other.Groups : 1;
        Sure += other.Sure;
        Rows += other.Rows;
        Unknown += other.Unknown;
        Maybe += other.Maybe;
        MaybeRows += other.MaybeRows;
        MaybeUnknown += other.MaybeUnknown;
    }

    /// <summary>The same when nothing of it is meant for sure, but all may be.</summary>
    public readonly Cell AllMaybe() => new() { Maybe = Sure + Maybe, MaybeRows = Rows + MaybeRows, MaybeUnknown = Unknown + MaybeUnknown, Groups = Groups };
}
