using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Database;

namespace Tambo.Guide.Translating;

/// <summary>
/// What a text said when it was translated, found in the record's history by its hash. History may hold what was hidden
/// since, so that it is told to those alone who may read it.
/// </summary>
internal static class EarlierTexts
{
    /// <summary>The texts by record, path and hash; those that nobody finds, or that may not be shown, are left out.</summary>
    /// <param name="db">The node's database.</param>
    /// <param name="scope">Who reads them.</param>
    /// <param name="wanted">The record, the path of the text, and its hash.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <param name="onlyOpen">True to leave out records that were ever hidden, whoever asks.</param>
    public static async Task<IReadOnlyDictionary<(Guid Id, string Path, string Hash), string>> FindAsync(
        NodeDb db, GuideScope scope, IEnumerable<(DirectoryRecord Record, string Path, string Hash)> wanted, CancellationToken cancellationToken,
        bool onlyOpen = false)
    {
        var found = new Dictionary<(Guid, string, string), string>();
        foreach (var group in wanted.Distinct().GroupBy(text => (text.Record.Kind, text.Record.Id)))
        {
            var versions = await RecordHistory.OfAsync(db, group.Key.Kind, group.Key.Id, cancellationToken);
            if (!scope.MayReadHistory(group.Key.Kind, group.Key.Id, versions) || (onlyOpen && versions.Any(IsHidden)))
                continue;
            foreach (var (record, path, hash) in group)
            {
                var text = versions.Select(version => TranslatedFields.SourceOf(version.Snapshot, path)).Distinct(StringComparer.Ordinal)
                    .FirstOrDefault(text => text.Length > 0 && TextHash.Of(text) == hash);
                if (text is not null)
                    found[(record.Id, path, hash)] = text;
            }
        }

        return found;
    }

    private static bool IsHidden(RecordVersion version) => version.Snapshot["confidentiality"]?.GetValue<string>() != Confidentiality.Public;
}
