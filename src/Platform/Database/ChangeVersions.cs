using System.Collections.Concurrent;

namespace Tambo.Platform.Database;

/// <summary>
/// A number for each area (a part's public face) that grows whenever something of it has been committed, here or in
/// another process of the node. Caches and indexes compare it, or listen.
/// </summary>
public sealed class ChangeVersions
{
    private readonly ConcurrentDictionary<string, long> versions = new(StringComparer.Ordinal);

    /// <summary>Raised after a commit that touched the area; handlers return at once.</summary>
    public event Action<string>? Changed;

    /// <summary>The area's present number; 0 before its first change.</summary>
    public long this[string area] => versions.GetValueOrDefault(area);

    internal void Raise(IEnumerable<string> areas)
    {
        foreach (var area in areas)
        {
            versions.AddOrUpdate(area, 1, static (_, version) => version + 1);
            Changed?.Invoke(area);
        }
    }

    /// <summary>Takes over the numbers that another process committed.</summary>
    internal void Learn(string area, long version)
    {
        var grown = false;
        versions.AddOrUpdate(
            area,
            _ =>
            {
                grown = version > 0;
                return version;
            },
            (_, known) =>
            {
                grown = version > known;
                return Math.Max(version, known);
            });
        if (grown)
            Changed?.Invoke(area);
    }
}
