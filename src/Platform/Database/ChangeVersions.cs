using System.Collections.Concurrent;

namespace Tambo.Platform.Database;

/// <summary>
/// A number for each area (a part's public face) that grows whenever something of it has been committed, here or in
/// another process of the node. Caches and indexes compare it, or listen.
/// </summary>
public sealed class ChangeVersions
{
    private readonly ConcurrentDictionary<string, AreaVersion> areas = new(StringComparer.Ordinal);

    /// <summary>Raised after a commit that touched the area; handlers return at once.</summary>
    public event Action<string>? Changed;

    /// <summary>The area's present number; 0 before its first change.</summary>
    public long this[string area] => Of(area).Committed;

    /// <summary>The numbers of one area, to be kept by whoever compares them often.</summary>
    public AreaVersion Of(string area) => areas.GetOrAdd(area, static _ => new AreaVersion());

    internal void Raise(IEnumerable<KeyValuePair<string, bool>> touched)
    {
        foreach (var (area, withdraws) in touched)
        {
            Of(area).Raise(withdraws);
            Changed?.Invoke(area);
        }
    }

    /// <summary>Takes over the numbers that another process committed.</summary>
    internal void Learn(string area, long committed, long leastShown)
    {
        if (Of(area).Learn(committed, leastShown))
            Changed?.Invoke(area);
    }
}

/// <summary>
/// The numbers of one area. A change that only adds may be seen a moment later; one that may have taken something back
/// (a place is now hidden, a record is gone) may not: nothing older is shown once it has been acknowledged.
/// </summary>
public sealed class AreaVersion
{
    private readonly Lock changing = new();
    private long committed;
    private long leastShown;
    private long shown = -1;

    /// <summary>The number of the last committed change.</summary>
    public long Committed => Volatile.Read(ref committed);

    /// <summary>The number of the last change that may have taken something back: nothing older may be shown.</summary>
    public long LeastShown => Volatile.Read(ref leastShown);

    /// <summary>
    /// The number that pages drawn now carry, and that kept pages must carry: of the content that readers are given,
    /// where somebody says which (<see cref="Show"/>), else of the last change.
    /// </summary>
    public long Shown => Volatile.Read(ref shown) is >= 0 and var given ? Math.Max(given, LeastShown) : Committed;

    /// <summary>Says that readers are given the content of this number from now on.</summary>
    public void Show(long number)
    {
        lock (changing)
            shown = Math.Max(shown, number);
    }

    internal void Raise(bool withdraws)
    {
        lock (changing)
        {
            // The lower bound first: whoever sees the new number must also see that nothing older will do.
            if (withdraws)
                Volatile.Write(ref leastShown, committed + 1);
            Volatile.Write(ref committed, committed + 1);
        }
    }

    internal bool Learn(long known, long least)
    {
        lock (changing)
        {
            if (least > leastShown)
                Volatile.Write(ref leastShown, least);
            if (known <= committed)
                return false;
            Volatile.Write(ref committed, known);
            return true;
        }
    }
}
