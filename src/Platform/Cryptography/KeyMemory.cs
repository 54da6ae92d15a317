using System.Diagnostics.CodeAnalysis;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// The unwrapped keys that were asked for last, so many at most: a key costs about 180 bytes (56 of itself, 56 of its
/// bytes, 36 to 72 in the table), so the usual 8,192 cost 1.5 MB. What was destroyed since this
/// process began is remembered too: who still holds such a key can use it no more.
/// </summary>
internal sealed class KeyMemory(int most = KeyMemory.Usual)
{
    /// <summary>As many as a day's work of a large office touches.</summary>
    public const int Usual = 8192;

    private readonly Lock changing = new();
    private readonly HashSet<Guid> destroyed = [];
    private Dictionary<Guid, DataKey> young = [];
    private Dictionary<Guid, DataKey> old = [];

    /// <summary>How many keys are kept at present.</summary>
    public int Count
    {
        get
        {
            lock (changing)
                return young.Count + old.Count;
        }
    }

    /// <summary>The key of a subject, if it is kept.</summary>
    public bool TryGet(Guid subject, [MaybeNullWhen(false)] out DataKey key)
    {
        lock (changing)
        {
            if (young.TryGetValue(subject, out key))
                return true;
            if (!old.Remove(subject, out key))
                return false;
            Add(key);
            return true;
        }
    }

    /// <summary>Keeps a key; the one to use, as somebody else may have brought it first. Null when it was destroyed meanwhile.</summary>
    public DataKey? Keep(DataKey key)
    {
        lock (changing)
        {
            if (destroyed.Contains(key.Subject))
            {
                key.Destroy();
                return null;
            }

            if (young.TryGetValue(key.Subject, out var known) || old.Remove(key.Subject, out known))
                key = known;
            Add(key);
            return key;
        }
    }

    /// <summary>True when the key of a subject was destroyed since this process began.</summary>
    public bool IsDestroyed(Guid subject)
    {
        lock (changing)
            return destroyed.Count > 0 && destroyed.Contains(subject);
    }

    /// <summary>Overwrites the key of a subject and takes none of it any more.</summary>
    public void Destroy(Guid subject)
    {
        DataKey? key;
        lock (changing)
        {
            destroyed.Add(subject);
            if (!young.Remove(subject, out key))
                old.Remove(subject, out key);
        }

        // Outside: whoever seals at this moment holds the key's lock and asks this memory.
        key?.Destroy();
    }

    /// <summary>Overwrites all that is kept, as the process ends.</summary>
    public void Clear()
    {
        List<DataKey> keys;
        lock (changing)
        {
            keys = [.. young.Values, .. old.Values];
            young = [];
            old = [];
        }

        foreach (var key in keys)
            key.Destroy();
    }

    // Two generations: what nobody asked for while half of the room was filled anew is let go. It is not overwritten, for
    // somebody may be using it; the collector takes it.
    private void Add(DataKey key)
    {
        if (young.Count >= Math.Max(1, most / 2) && !young.ContainsKey(key.Subject))
            (old, young) = (young, []);
        young[key.Subject] = key;
    }
}
