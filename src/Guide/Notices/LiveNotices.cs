using Dapper;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Notices;

/// <summary>The notices that readers are shown, read again when one of them or the directory has changed.</summary>
internal sealed class LiveNotices(NodeDb db)
{
    private volatile Known? known;

    /// <summary>The notices of these areas on this day, what may not wait first.</summary>
    public async Task<IReadOnlyList<NoticeLine>> ForAsync(IEnumerable<string> areas, Texts texts, CancellationToken cancellationToken) =>
        [.. (await OfAsync(areas, cancellationToken)).Select(notice => notice.For(texts))];

    /// <summary>The same, in all their languages.</summary>
    public async Task<IReadOnlyList<AreaNotice>> OfAsync(IEnumerable<string> areas, CancellationToken cancellationToken)
    {
        var (now, asked) = (db.Time.GetUtcNow(), areas.ToList());
        return [.. (await AllAsync(cancellationToken)).Where(notice => notice.IsShown(now) && notice.IsOf(asked))];
    }

    /// <summary>Every notice that is not over yet.</summary>
    public async ValueTask<IReadOnlyList<AreaNotice>> AllAsync(CancellationToken cancellationToken)
    {
        // The number before the rows: a change in between makes them newer than they say, never older.
        var version = db.Versions.Of("guide").Committed;
        if (known is { } present && present.Version == version)
            return present.Notices;
        var read = await ReadAsync(db, db.Time.GetUtcNow(), cancellationToken);
        known = new Known(version, read);
        return read;
    }

    /// <summary>Every notice that was not over two days before a moment, what may not wait first and then the newest.</summary>
    public static async Task<IReadOnlyList<AreaNotice>> ReadAsync(NodeDb db, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        await using var one = await connection.BeginTransactionAsync(db.Dialect.OneMoment, cancellationToken);
        var after = DateOnly.FromDateTime(moment.AddDays(-2).UtcDateTime);
        var rows = await connection.QueryAsync<AreaNotice>(
            "select id, area, starts_on, ends_on, urgent, language, version, changed_at, taken_back from guide_notices where ends_on >= @after and taken_back = @no",
            new { after, no = false }, one);
        var texts = (await connection.QueryAsync<NoticeText>(
            """
            select t.notice_id, t.language, t.title, t.words from guide_notice_texts t join guide_notices n on n.id = t.notice_id
            where n.ends_on >= @after and n.taken_back = @no
            """,
            new { after, no = false }, one)).ToLookup(text => text.NoticeId);
        return
        [
            .. rows.Select(row => row with { Texts = [.. texts[row.Id].OrderBy(text => text.Language, StringComparer.Ordinal)] })
                .OrderByDescending(row => row.Urgent).ThenByDescending(row => row.StartsOn).ThenBy(row => row.Id),
        ];
    }

    private sealed record Known(long Version, IReadOnlyList<AreaNotice> Notices);
}
