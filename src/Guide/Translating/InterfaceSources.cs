using System.Text;
using System.Text.Json;
using Tambo.Guide.Directory;

namespace Tambo.Guide.Translating;

/// <summary>
/// Of which English sentence each sentence of the node's own file of a language was made, by its hash: beside the file, as
/// <c>text/sources/{language}.json</c>. A sentence whose English has changed since, with a further version of the program, is
/// outdated. What somebody has written into the file by hand has no hash, and is never called so.
/// </summary>
internal sealed class InterfaceSources
{
    private readonly SortedDictionary<string, string> hashes;
    private readonly string path;

    private InterfaceSources(string path, SortedDictionary<string, string> hashes) => (this.path, this.hashes) = (path, hashes);

    /// <summary>Those of a language.</summary>
    /// <param name="folder">The folder of the node's own texts.</param>
    /// <param name="language">The language.</param>
    /// <param name="present">The sentences that the node's own file has: what was taken out of it is forgotten here too.</param>
    public static InterfaceSources Of(string folder, string language, IReadOnlyDictionary<string, string> present)
    {
        var path = Path.Combine(folder, "sources", language + ".json");
        var known = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [] : [];
        return new InterfaceSources(path, new(known.Where(one => present.ContainsKey(one.Key)).ToDictionary(), StringComparer.Ordinal));
    }

    /// <summary>True when a sentence was made of another English than there is now.</summary>
    public bool IsOutdated(string key, string english) => hashes.TryGetValue(key, out var made) && made != TextHash.Of(english);

    /// <summary>Notes that a sentence says what the English says now.</summary>
    public void Note(string key, string english) => hashes[key] = TextHash.Of(english);

    /// <summary>Keeps them; the whole file beside its place, then under its name.</summary>
    public void Write()
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".partial", JsonSerializer.Serialize(hashes, InterfaceTexts.Written) + "\n", new UTF8Encoding(false));
        File.Move(path + ".partial", path, overwrite: true);
    }
}
