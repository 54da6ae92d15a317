using System.Collections.Concurrent;

namespace Tambo.Platform.Http;

/// <summary>What is wrong for the moment although the node serves; <c>/health/ready</c> says it to operators.</summary>
public sealed class Troubles
{
    private readonly ConcurrentDictionary<string, string> known = new(StringComparer.Ordinal);

    /// <summary>What is wrong now, in the order of its names.</summary>
    public IReadOnlyList<string> All => [.. known.OrderBy(trouble => trouble.Key, StringComparer.Ordinal).Select(trouble => trouble.Value)];

    /// <summary>Notes a trouble under a name; the sentence is for operators, in English, and holds no personal data.</summary>
    public void Note(string name, string sentence) => known[name] = sentence;

    /// <summary>It is over.</summary>
    public void Clear(string name) => known.TryRemove(name, out _);
}
