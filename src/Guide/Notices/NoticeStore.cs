using System.Text.Json.Nodes;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Notices;

/// <summary>Writes notices, each version of them in full, so that it can be told later what readers were told.</summary>
internal static class NoticeStore
{
    /// <summary>What can be done to a notice, as versions and the audit name it.</summary>
    public const string Added = "added", Edited = "edited", TakenBack = "taken_back", Restored = "restored";

    /// <summary>Writes a notice, or the next version of one.</summary>
    /// <exception cref="Problem">Somebody else has written a version since.</exception>
    public static async Task WriteAsync(NodeDb db, Actor actor, string what, AreaNotice? before, AreaNotice notice, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "guide.notice." + what, $"notice:{notice.Id:D}", cancellationToken);
        change.Describe(new { notice.Area, notice.StartsOn, notice.EndsOn, notice.Urgent, languages = notice.Texts.Select(text => text.Language) });
        await WriteAsync(change, db.Time.GetUtcNow(), actor, what, before, notice);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Writes the next version of notices into which translations were brought, each with its audit line.</summary>
    /// <exception cref="Problem">Somebody else has written a version of one since.</exception>
    public static async Task TranslateAsync(Change change, DateTimeOffset now, Actor actor, string language, IEnumerable<(AreaNotice Before, AreaNotice After)> notices)
    {
        foreach (var (before, after) in notices)
        {
            change.AlsoRecord("guide.notice." + Edited, $"notice:{after.Id:D}", new { language });
            await WriteAsync(change, now, actor, Edited, before, after);
        }
    }

    private static async Task WriteAsync(Change change, DateTimeOffset now, Actor actor, string what, AreaNotice? before, AreaNotice notice)
    {
        var row = new { notice.Id, notice.Area, notice.StartsOn, notice.EndsOn, notice.Urgent, notice.Language, notice.TakenBack, Version = before?.Version ?? 1, At = now };
        if (before is null)
        {
            await change.ExecuteAsync(
                """
                insert into guide_notices (id, area, starts_on, ends_on, urgent, language, version, changed_at, taken_back)
                values (@Id, @Area, @StartsOn, @EndsOn, @Urgent, @Language, @Version, @At, @TakenBack)
                """,
                row);
        }
        else if (await change.ExecuteAsync(
            """
            update guide_notices set area = @Area, starts_on = @StartsOn, ends_on = @EndsOn, urgent = @Urgent, taken_back = @TakenBack,
                changed_at = @At, version = version + 1
            where id = @Id and version = @Version
            """,
            row) == 0)
        {
            throw PlatformProblems.Changed.With();
        }

        await change.ExecuteAsync("delete from guide_notice_texts where notice_id = @Id", row);
        await change.ExecuteAsync(
            """
            insert into guide_notice_texts (notice_id, language, title, words, source_hash, method, translator, translated_at, reviewer, reviewed_at)
            values (@NoticeId, @Language, @Title, @Words, @SourceHash, @Method, @Translator, @TranslatedAt, @Reviewer, @ReviewedAt)
            """,
            notice.Texts);
        await change.ExecuteAsync(
            "insert into guide_notice_versions (notice_id, version, at, actor, change, snapshot) values (@Id, @version, @At, @actor, @what, @snapshot)",
            new { row.Id, row.At, version = before is null ? 1 : before.Version + 1, actor = actor.AuditName, what, snapshot = Snapshot(notice).ToJsonString() });
        // What was taken back or corrected is on no kept page any more.
        change.Touch("guide");
    }

    /// <summary>Every version of a notice that was kept, the newest first.</summary>
    public static async Task<IReadOnlyList<RecordVersion>> VersionsAsync(NodeDb db, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(
            "select version, at, actor, change, snapshot from guide_notice_versions where notice_id = @id order by version desc", new { id });
        return [.. rows.Select(row => new RecordVersion(row.Version, row.At, row.Actor, row.Change, (JsonObject)JsonNode.Parse(row.Snapshot)!))];
    }

    /// <summary>What each version said in the language it was written in, the newest first.</summary>
    public static async Task<IReadOnlyList<NoticeText>> SaidAsync(NodeDb db, Guid id, CancellationToken cancellationToken) =>
        [.. (await VersionsAsync(db, id, cancellationToken)).Select(SaidIn)];

    /// <summary>What a version said in the language it was written in.</summary>
    public static NoticeText SaidIn(RecordVersion version)
    {
        string Said(string field) => version.Snapshot[field]?.GetValue<string>() ?? "";
        var language = Said("language");
        return new NoticeText { Language = language, Title = Said("title-" + language), Words = Said("words-" + language) };
    }

    // The fields as the form names them.
    private static JsonObject Snapshot(AreaNotice notice)
    {
        var snapshot = new JsonObject
        {
            ["area"] = notice.Area,
            ["starts_on"] = NoticeForm.Iso(notice.StartsOn),
            ["ends_on"] = NoticeForm.Iso(notice.EndsOn),
            ["urgent"] = notice.Urgent,
            ["language"] = notice.Language,
        };
        foreach (var text in notice.Texts)
        {
            snapshot["title-" + text.Language] = text.Title;
            if (text.Words.Length > 0)
                snapshot["words-" + text.Language] = text.Words;
        }

        return snapshot;
    }

    private sealed record Row
    {
        public int Version { get; init; }

        public DateTimeOffset At { get; init; }

        public string Actor { get; init; } = "";

        public string Change { get; init; } = "";

        public string Snapshot { get; init; } = "";
    }
}
