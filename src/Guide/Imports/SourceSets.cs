using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Guide.Imports;

/// <summary>Keeps what the sets are called that records come from.</summary>
internal static class SourceSets
{
    private const string Columns =
        """
        insert into guide_source_sets (name, title, url, licence, changed_at) values (@Name, @Title, @Url, @Licence, @now)
        on conflict (name) do
        """;

    /// <summary>
    /// Names a set; without a title nothing changes. Only those who import for the whole node rename one; others name
    /// a set that is new, or of which they look after everything.
    /// </summary>
    /// <param name="change">The import.</param>
    /// <param name="source">What the set is called.</param>
    /// <param name="staff">The directory before the import.</param>
    /// <param name="actor">Who imports.</param>
    /// <param name="now">The present.</param>
    public static async Task NameAsync(Change change, SourceSet source, ServiceDirectory staff, Actor actor, DateTimeOffset now)
    {
        if (source.Title.Length == 0 || staff.Records.All.Any(r => r.SourceSet == source.Name && !GuideScope.MayImportOver(actor, staff, r)))
            return;
        var named = await change.ExecuteAsync(
            actor.May(GuideScope.Importing, new RecordPlace())
                ? Columns + " update set title = excluded.title, url = excluded.url, licence = excluded.licence, changed_at = excluded.changed_at where guide_source_sets.title <> excluded.title or guide_source_sets.url <> excluded.url or guide_source_sets.licence <> excluded.licence"
                : Columns + " nothing",
            new { source.Name, source.Title, source.Url, source.Licence, now });
        if (named > 0)
            change.Touch("guide");
    }
}
