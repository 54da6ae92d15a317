using Dapper;
using Tambo.Guide.Finding;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Notices;

/// <summary>The notices that readers are shown, read again when one of them or the directory has changed.</summary>
internal sealed class LiveNotices(NodeDb db, LiveOffers offers, NodeSettings node)
{
    private volatile Known? known;

    /// <summary>The notices of these areas on this day, what may not wait first; those of the node's country where no area is known.</summary>
    public async Task<IReadOnlyList<NoticeLine>> ForAsync(IEnumerable<string> areas, Texts texts, CancellationToken cancellationToken) =>
        [.. (await OfAsync(areas, cancellationToken)).Select(notice => notice.For(texts))];

    /// <summary>The same, in all their languages.</summary>
    public async Task<IReadOnlyList<AreaNotice>> OfAsync(IEnumerable<string> areas, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var shown = (await AllAsync(cancellationToken)).Where(notice => notice.IsShown(now)).ToList();
        // Where something lies takes looking up, and on most days there is nothing to tell.
        if (shown.Count == 0)
            return [];
        var asked = areas.Where(area => area.Length > 0).ToList();
        if (asked.Count == 0 && node.File.Country is { Length: > 0 } country)
            asked.Add(country);
        return [.. shown.Where(notice => notice.IsOf(asked))];
    }

    /// <summary>The next moment at which a notice begins or ends; null when none does.</summary>
    public async Task<DateTimeOffset?> NextChangeAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        return (await AllAsync(cancellationToken)).SelectMany(notice => new[] { notice.Span.Begins, notice.Span.Ends })
            .Where(moment => moment > now).Select(moment => (DateTimeOffset?)moment).Min();
    }

    /// <summary>Every notice that is not over yet, with the clocks of its area.</summary>
    public async ValueTask<IReadOnlyList<AreaNotice>> AllAsync(CancellationToken cancellationToken)
    {
        // The number before the rows: a change in between makes them newer than they say, never older.
        var version = db.Versions.Of("guide").Committed;
        var present = known;
        if (present is null || present.Version != version)
            present = new Known(version, [.. (await ReadAsync(db, db.Time.GetUtcNow(), cancellationToken)).Where(notice => !notice.TakenBack)], null);
        // The offers may be older than the notices for a moment: their clocks are looked up again with newer ones.
        if (present.Notices.Count > 0 && await offers.GetAsync(cancellationToken) is var all && all != present.Offers)
        {
            var clocks = AreaClocks.Of(all.All);
            present = present with { Notices = [.. present.Notices.Select(notice => notice with { Clocks = clocks.In(notice.Area) })], Offers = all };
        }

        known = present;
        return present.Notices;
    }

    /// <summary>Those that are not over at this moment, shown already or not yet.</summary>
    public async Task<IReadOnlyList<AreaNotice>> NotOverAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        return [.. (await AllAsync(cancellationToken)).Where(notice => notice.Span.Ends > now)];
    }

    /// <summary>These notices as they are stored, with the clocks of their areas: those that are over or were taken back too.</summary>
    public async Task<IReadOnlyList<AreaNotice>> StoredAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var stored = await ReadAsync(db, "n.id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(ids.Select(id => id.ToString("D"))) }, cancellationToken);
        var clocks = AreaClocks.Of((await offers.GetAsync(cancellationToken)).All);
        return [.. stored.Select(notice => notice with { Clocks = clocks.In(notice.Area) })];
    }

    /// <summary>Every notice that was not over two days before a moment, what may not wait first and then the newest; those taken back come with the rest.</summary>
    public static Task<IReadOnlyList<AreaNotice>> ReadAsync(NodeDb db, DateTimeOffset moment, CancellationToken cancellationToken) =>
        ReadAsync(db, "n.ends_on >= @after", new { after = DateOnly.FromDateTime(moment.AddDays(-2).UtcDateTime) }, cancellationToken);

    private static async Task<IReadOnlyList<AreaNotice>> ReadAsync(NodeDb db, string which, object asked, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        await using var one = await connection.BeginTransactionAsync(db.Dialect.OneMoment, cancellationToken);
        var rows = await connection.QueryAsync<AreaNotice>(
            "select n.id, n.area, n.starts_on, n.ends_on, n.urgent, n.language, n.version, n.changed_at, n.taken_back from guide_notices n where " + which, asked, one);
        var texts = (await connection.QueryAsync<NoticeText>(
            """
            select t.notice_id, t.language, t.title, t.words, t.source_hash, t.method, t.translator, t.translated_at, t.reviewer, t.reviewed_at
            from guide_notice_texts t join guide_notices n on n.id = t.notice_id where
            """ + " " + which,
            asked, one)).ToLookup(text => text.NoticeId);
        return
        [
            .. rows.Select(row => row with { Texts = [.. texts[row.Id].OrderBy(text => text.Language, StringComparer.Ordinal)] })
                .OrderByDescending(row => row.Urgent).ThenByDescending(row => row.StartsOn).ThenBy(row => row.Id),
        ];
    }

    private sealed record Known(long Version, IReadOnlyList<AreaNotice> Notices, Offers? Offers);
}
