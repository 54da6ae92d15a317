using Tambo.Guide.Directory;
using Tambo.Platform.Database;

namespace Tambo.Guide.Translating;

/// <summary>In which order texts of records followed each other, by their hashes: what they said is not in here.</summary>
internal sealed class TextVersions
{
    private readonly Dictionary<(Guid Id, string Path), List<string>> newestFirst = [];

    /// <summary>Those of some texts, from the records' history.</summary>
    public static async Task<TextVersions> OfAsync(NodeDb db, IEnumerable<(DirectoryRecord Record, string Path)> wanted, CancellationToken cancellationToken)
    {
        var known = new TextVersions();
        foreach (var group in wanted.GroupBy(text => (text.Record.Kind, text.Record.Id), text => text.Path))
        {
            var versions = await RecordHistory.OfAsync(db, group.Key.Kind, group.Key.Id, cancellationToken);
            foreach (var path in group.Distinct(StringComparer.Ordinal))
                known.newestFirst[(group.Key.Id, path)] = [.. versions.Select(version => TranslatedFields.SourceOf(version.Snapshot, path)).Where(text => text.Length > 0).Select(TextHash.Of)];
        }

        return known;
    }

    /// <summary>True when a text is known to have been said after another; of one that history does not have, nobody can tell.</summary>
    public bool IsLater(Guid id, string path, string hash, string than) =>
        newestFirst.TryGetValue((id, path), out var hashes) && hashes.IndexOf(hash) is var at and >= 0 && hashes.IndexOf(than) is var other && (other < 0 || at < other);
}
